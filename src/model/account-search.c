/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "model/account-private.h"
#include "model/patience.h"

/* A search on its way, which is the task's data: the server, and where it cannot be asked the rows, a part of them at a time. */

static void look (GTask *task);

static void
free_search (gpointer search)
{
  mail_search_free (search);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  MailSearch *search = g_task_get_task_data (task);
  GError *error = NULL;

  if (!mail_store_finish (result, &error))
    g_task_return_error (task, error);
  else if (g_task_return_error_if_cancelled (task))
    return;
  else if (!mail_search_is_done (search))
    look (task);
  else
    {
      mail_search_finish (search);
      g_task_return_boolean (task, TRUE);
    }
}

static gboolean
look_job (MailDb *db, gpointer data, GError **error)
{
  return mail_search_look_job (db, g_task_get_task_data (data), error);
}

static void
look (GTask *task)
{
  MailAccount *self = g_task_get_source_object (task);

  if (self->store == NULL)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "The account “%s” is closed", self->config->name);
  else
    mail_store_read_async (self->store, look_job, g_object_ref (task), g_object_unref, looked_cb, task);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MailSearch) search = mail_sync_worker_search_finish (MAIL_SYNC_WORKER (source), result, &error);

  if (!mail_patience_end (task) || g_task_return_error_if_cancelled (task))
    return;
  if (search != NULL)
    {
      g_task_set_task_data (task, g_steal_pointer (&search), free_search);
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_info ("The server could not be searched: %s", error->message);
  look (task);
}

gboolean
mail_account_can_search_server (MailAccount *self)
{
  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), FALSE);

  return self->config->mode == MAIL_MODE_IMAP && mail_account_can_ask_server (self);
}

void
mail_account_search_async (MailAccount *self,
                           const char *words,
                           MailMailbox *mailbox,
                           gboolean on_server,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (MailQuery) query = NULL;
  gint64 mailbox_id = mailbox != NULL ? mail_mailbox_get_id (mailbox) : 0;
  GError *error = NULL;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  query = mail_query_new (words, &error);
  if (query == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, mail_search_new (query, mailbox_id, NULL), free_search);
  if (on_server && mail_account_can_search_server (self))
    {
      mail_patience_begin (task);
      mail_sync_worker_search_async (self->worker, query, mailbox_id, cancellable, asked_cb, g_object_ref (task));
    }
  else
    look (task);
}

GArray *
mail_account_search_finish (MailAccount *self, GAsyncResult *result, MailSearched *searched, GError **error)
{
  g_autoptr (GArray) ids = NULL;
  const MailSearch *search;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  search = g_task_get_task_data (G_TASK (result));
  ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), search->keys->len);
  for (guint i = 0; i < search->keys->len; i++)
    g_array_append_val (ids, g_array_index (search->keys, MailStoreKey, i).id);
  *searched = search->searched;
  return g_steal_pointer (&ids);
}
