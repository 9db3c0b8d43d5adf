/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "model/account-private.h"

/* A search on its way: the server, and where it cannot be asked the rows, a part of them at a time. */
typedef struct
{
  MailSearch *search;
  GSource *giving_up; /* while the server is asked: the person may not want to wait */
} Searching;

static void look (GTask *task);

static void
searching_free (gpointer data)
{
  Searching *searching = data;

  g_assert (searching->giving_up == NULL);
  mail_search_free (searching->search);
  g_free (searching);
}

static MailSearch *
get_search (GTask *task)
{
  return ((Searching *) g_task_get_task_data (task))->search;
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  MailSearch *search = get_search (task);
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
  return mail_search_look_job (db, get_search (data), error);
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
stop_listening (Searching *searching)
{
  if (searching->giving_up != NULL)
    g_source_destroy (searching->giving_up);
  g_clear_pointer (&searching->giving_up, g_source_unref);
}

/* A slow server is not waited for. */
static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  stop_listening (g_task_get_task_data (task));
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
listen_for_cancel (GTask *task)
{
  Searching *searching = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (cancellable == NULL)
    return;
  searching->giving_up = g_cancellable_source_new (cancellable);
  g_source_set_callback (searching->giving_up, G_SOURCE_FUNC (cancelled_cb), g_object_ref (task), g_object_unref);
  g_source_set_static_name (searching->giving_up, "missiva-search");
  g_source_attach (searching->giving_up, g_task_get_context (task));
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MailSearch) search = mail_sync_worker_search_finish (MAIL_SYNC_WORKER (source), result, &error);
  Searching *searching = g_task_get_task_data (task);
  gboolean answered = searching->giving_up == NULL && g_task_get_cancellable (task) != NULL;

  stop_listening (searching);
  if (answered || g_task_return_error_if_cancelled (task))
    return;
  if (search != NULL)
    {
      mail_search_free (searching->search);
      searching->search = g_steal_pointer (&search);
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
  Searching *searching;
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
  searching = g_new0 (Searching, 1);
  searching->search = mail_search_new (query, mailbox_id, NULL);
  g_task_set_task_data (task, searching, searching_free);
  if (on_server && mail_account_can_search_server (self))
    {
      listen_for_cancel (task);
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
  search = get_search (G_TASK (result));
  ids = g_array_sized_new (FALSE, FALSE, sizeof (gint64), search->keys->len);
  for (guint i = 0; i < search->keys->len; i++)
    g_array_append_val (ids, g_array_index (search->keys, MailStoreKey, i).id);
  *searched = search->searched;
  return g_steal_pointer (&ids);
}
