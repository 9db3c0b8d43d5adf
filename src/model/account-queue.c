/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-private.h"
#include "sync/sync-queue.h"

/* More than anyone reads. */
#define ITEMS_MOST 1000

typedef struct
{
  GPtrArray *entries;
} QueueRead;

static void
queue_read_free (gpointer data)
{
  QueueRead *read = data;

  g_clear_pointer (&read->entries, g_ptr_array_unref);
  g_free (read);
}

static gboolean
queue_read_job (MailDb *db, gpointer data, GError **error)
{
  QueueRead *read = data;

  read->entries = mail_queue_list (db, ITEMS_MOST, error);
  return read->entries != NULL;
}

static void
free_items (gpointer items)
{
  g_ptr_array_unref (items);
}

static void
queue_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const QueueRead *read = g_task_get_task_data (task);
  GPtrArray *items;
  GError *error = NULL;

  if (!mail_store_finish (result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < read->entries->len; i++)
    g_ptr_array_add (items, mail_queue_item_new (g_ptr_array_index (read->entries, i)));
  g_task_return_pointer (task, items, free_items);
}

void
mail_account_list_queue_async (MailAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  QueueRead *read;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mail_account_list_queue_async);
  if (self->store == NULL)
    {
      g_task_return_pointer (task, g_ptr_array_new_with_free_func (g_object_unref), free_items);
      g_object_unref (task);
      return;
    }
  read = g_new0 (QueueRead, 1);
  g_task_set_task_data (task, read, queue_read_free);
  mail_store_read_async (self->store, queue_read_job, read, NULL, queue_read_cb, task);
}

GPtrArray *
mail_account_list_queue_finish (MailAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
retry_job (MailDb *db, gpointer data, GError **error)
{
  return mail_queue_retry (db, *(const gint64 *) data, error);
}

void
mail_account_retry_op (MailAccount *self, gint64 op_id)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  mail_account_write (self, retry_job, g_memdup2 (&op_id, sizeof op_id), g_free);
  /* Also when the connection has gone and would be tried again later. */
  mail_account_sync_now (self);
}

static gboolean
drop_job (MailDb *db, gpointer data, GError **error)
{
  return mail_queue_drop (db, *(const gint64 *) data, error);
}

void
mail_account_drop_op (MailAccount *self, gint64 op_id)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  mail_account_write (self, drop_job, g_memdup2 (&op_id, sizeof op_id), g_free);
}
