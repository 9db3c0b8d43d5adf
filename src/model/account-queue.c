/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-private.h"
#include "store/store-mailboxes.h"
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

typedef struct
{
  MailAccount *account;
  gint64 op_id;
  char *wanted; /* titles: the one that two mailboxes want now, and the one that one of them has instead; or NULL */
  char *given;
} Drop;

static void
drop_free (gpointer data)
{
  Drop *drop = data;

  g_object_unref (drop->account);
  g_free (drop->wanted);
  g_free (drop->given);
  g_free (drop);
}

/* (nullable): the one that is called @name, or that the server knows by it. */
static const MailMailboxInfo *
find_name (GPtrArray *mailboxes, const char *name)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (mailboxes, i);

      if (g_str_equal (info->name, name) || g_str_equal (mail_mailbox_info_get_server_name (info), name))
        return info;
    }
  return NULL;
}

/* “Work (2)”, which nobody was called before, beside “Work”: it could not have that name. */
static void
note_namesake (Drop *drop, GPtrArray *before, GPtrArray *after)
{
  for (guint i = 0; i < after->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (after, i);
      const char *number = g_str_has_suffix (info->name, ")") ? g_strrstr (info->name, " (") : NULL;
      g_autofree char *wanted = number != NULL ? g_strndup (info->name, (gsize) (number - info->name)) : NULL;
      const MailMailboxInfo *namesake = wanted != NULL ? find_name (after, wanted) : NULL;

      if (namesake == NULL || find_name (before, info->name) != NULL)
        continue;
      drop->wanted = g_strdup (mail_mailbox_info_get_leaf (namesake));
      drop->given = g_strdup (mail_mailbox_info_get_leaf (info));
      return;
    }
}

static gboolean
drop_job (MailDb *db, gpointer data, GError **error)
{
  Drop *drop = data;
  g_autoptr (GPtrArray) before = mail_store_mailboxes_list (db, error);
  g_autoptr (GPtrArray) after = NULL;

  if (before == NULL || !mail_queue_drop (db, drop->op_id, error))
    return FALSE;
  after = mail_store_mailboxes_list (db, error);
  if (after != NULL)
    note_namesake (drop, before, after);
  return after != NULL;
}

static void
dropped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const Drop *drop = user_data;
  MailAccount *self = drop->account;
  g_autoptr (GError) error = NULL;

  if (!mail_store_finish (result, &error))
    mail_account_refuse (self, error);
  else if (self->worker != NULL)
    mail_sync_worker_wake (self->worker);
  if (drop->given != NULL)
    {
      g_autofree char *sentence = mail_words_namesakes (drop->wanted, drop->given);

      mail_account_emit_done (self, sentence, FALSE);
    }
  g_signal_emit_by_name (self, "queue-changed");
}

void
mail_account_drop_op (MailAccount *self, gint64 op_id)
{
  Drop *drop;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  if (self->store == NULL)
    return;
  drop = g_new0 (Drop, 1);
  drop->account = g_object_ref (self);
  drop->op_id = op_id;
  mail_store_write_async (self->store, drop_job, drop, drop_free, dropped_cb, drop);
}
