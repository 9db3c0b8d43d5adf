/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/worker.h"

#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "sync/worker-private.h"

G_DEFINE_FINAL_TYPE (MailSyncWorker, mail_sync_worker, G_TYPE_OBJECT)

void
mail_sync_worker_rouse (MailSyncWorker *worker, GCancellable *also)
{
  g_autoptr (GCancellable) wake = g_object_ref (worker->wake);
  g_autoptr (GCancellable) second = also != NULL ? g_object_ref (also) : NULL;

  g_cond_broadcast (&worker->cond);
  g_cancellable_cancel (wake);
  if (second != NULL)
    g_cancellable_cancel (second);
}

gboolean
mail_fetch_request_is_wanted (const MailFetchRequest *request)
{
  return !g_cancellable_is_cancelled (g_task_get_cancellable (request->task));
}

void
mail_fetch_request_complete (MailFetchRequest *request, const GError *error)
{
  if (error != NULL)
    g_task_return_error (request->task, g_error_copy (error));
  else if (request->search != NULL)
    g_task_return_pointer (request->task, g_steal_pointer (&request->search), (GDestroyNotify) mail_search_free);
  else
    g_task_return_boolean (request->task, TRUE);
  g_object_unref (request->task);
  mail_search_free (request->search);
  g_free (request->section);
  g_free (request);
}

void
mail_sync_worker_fail_requests (MailSyncWorker *worker, const GError *error)
{
  MailFetchRequest *request;

  while ((request = g_queue_pop_head (&worker->requests)) != NULL || (request = g_queue_pop_head (&worker->stale)) != NULL)
    mail_fetch_request_complete (request, error);
  mail_sync_worker_end_prepare (worker, error);
  mail_sync_worker_end_audit (worker, error);
}

void
mail_sync_worker_start (MailSyncWorker *worker)
{
  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  g_return_if_fail (worker->thread == NULL);

  mail_sync_worker_follow_network (worker);
  worker->stop = FALSE;
  worker->thread = g_thread_new ("mail-worker", mail_sync_worker_run, worker);
}

void
mail_sync_worker_quit (MailSyncWorker *worker)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  if (worker->thread == NULL || worker->network_changed == 0)
    return;
  mail_sync_worker_unfollow_network (worker);
  locker = g_mutex_locker_new (&worker->lock);
  worker->stop = TRUE;
  mail_sync_worker_rouse (worker, worker->work);
}

void
mail_sync_worker_stop (MailSyncWorker *worker)
{
  g_autoptr (GError) stopped = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the account was closed");

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  if (worker->thread == NULL)
    return;
  mail_sync_worker_quit (worker);
  g_thread_join (g_steal_pointer (&worker->thread));
  /* Nobody starts it any more. */
  if (worker->interactive != NULL)
    g_thread_join (g_steal_pointer (&worker->interactive));
  g_clear_object (&worker->monitor);
  g_clear_object (&worker->sleep);
  mail_sync_worker_fail_requests (worker, stopped);
  worker->state = MAIL_WORKER_STOPPED;
}

void
mail_sync_worker_set_credentials (MailSyncWorker *worker, const MailCredentials *credentials)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  locker = g_mutex_locker_new (&worker->lock);
  mail_credentials_free (worker->credentials);
  worker->credentials = credentials != NULL ? mail_credentials_copy (credentials) : NULL;
  worker->needs_you = FALSE;
  worker->failures = 0;
  mail_sync_worker_rouse (worker, NULL);
}

void
mail_sync_worker_set_config (MailSyncWorker *worker, const MailAccountConfig *config)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  locker = g_mutex_locker_new (&worker->lock);
  mail_account_config_free (worker->config);
  worker->config = mail_account_config_copy (config);
  worker->settings_changed = TRUE;
  worker->needs_you = FALSE;
  worker->failures = 0;
  mail_sync_worker_rouse (worker, worker->work);
}

void
mail_sync_worker_set_online (MailSyncWorker *worker, gboolean online)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  locker = g_mutex_locker_new (&worker->lock);
  worker->offline = !online;
  worker->sync_wanted = TRUE;
  worker->failures = 0;
  mail_sync_worker_rouse (worker, online ? NULL : worker->work);
}

void
mail_sync_worker_sync_now (MailSyncWorker *worker)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  locker = g_mutex_locker_new (&worker->lock);
  worker->sync_wanted = TRUE;
  worker->asked = TRUE;
  worker->needs_you = FALSE;
  worker->failures = 0;
  mail_sync_worker_rouse (worker, NULL);
}

void
mail_sync_worker_wake (MailSyncWorker *worker)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  locker = g_mutex_locker_new (&worker->lock);
  worker->replay_wanted = TRUE;
  mail_sync_worker_rouse (worker, NULL);
}

void
mail_sync_worker_set_open_mailboxes (MailSyncWorker *worker, const GArray *mailbox_ids)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  locker = g_mutex_locker_new (&worker->lock);
  if (mailbox_ids->len == worker->open->len
      && (mailbox_ids->len == 0 || memcmp (mailbox_ids->data, worker->open->data, mailbox_ids->len * sizeof (gint64)) == 0))
    return;
  g_array_set_size (worker->open, 0);
  g_array_append_vals (worker->open, mailbox_ids->data, mailbox_ids->len);
  /* One that was closed need not be told about. */
  if (mailbox_ids->len > 0)
    mail_sync_worker_rouse (worker, NULL);
}

/* Takes @request over. */
static void
put_request (MailSyncWorker *worker, MailFetchRequest *request)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (worker->thread == NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (MAIL_ERROR, MAIL_ERROR_OFFLINE, "the account is not running");

      mail_fetch_request_complete (request, error);
      return;
    }
  locker = g_mutex_locker_new (&worker->lock);
  g_queue_push_tail (&worker->requests, request);
  /* Somebody waits: no more patience with the server. */
  worker->failures = 0;
  if (worker->busy)
    mail_sync_worker_ensure_interactive (worker);
  mail_sync_worker_rouse (worker, NULL);
}

void
mail_sync_worker_fetch_async (MailSyncWorker *worker,
                              gint64 message_id,
                              const char *section,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  MailFetchRequest *request = g_new0 (MailFetchRequest, 1);

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  request->message_id = message_id;
  request->section = g_strdup (section);
  request->task = g_task_new (worker, cancellable, callback, user_data);
  g_task_set_source_tag (request->task, mail_sync_worker_fetch_async);
  put_request (worker, request);
}

gboolean
mail_sync_worker_fetch_finish (MailSyncWorker *worker, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, worker), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mail_sync_worker_search_async (MailSyncWorker *worker,
                               const MailQuery *query,
                               gint64 mailbox_id,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  MailFetchRequest *request = g_new0 (MailFetchRequest, 1);

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  request->search = mail_search_new (query, mailbox_id, cancellable);
  request->task = g_task_new (worker, cancellable, callback, user_data);
  g_task_set_source_tag (request->task, mail_sync_worker_search_async);
  put_request (worker, request);
}

MailSearch *
mail_sync_worker_search_finish (MailSyncWorker *worker, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, worker), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

MailWorkerState
mail_sync_worker_get_state (MailSyncWorker *worker)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (MAIL_IS_SYNC_WORKER (worker), MAIL_WORKER_STOPPED);
  locker = g_mutex_locker_new (&worker->lock);
  return worker->state;
}

static void
mail_sync_worker_finalize (GObject *object)
{
  MailSyncWorker *self = MAIL_SYNC_WORKER (object);

  /* Emissions hold a reference, so the thread has ended or stop() was forgotten. */
  g_assert (self->thread == NULL);
  mail_account_config_free (self->config);
  mail_credentials_free (self->credentials);
  g_array_unref (self->open);
  g_object_unref (self->wake);
  g_object_unref (self->work);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (mail_sync_worker_parent_class)->finalize (object);
}

static void
mail_sync_worker_class_init (MailSyncWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mail_sync_worker_finalize;
  mail_sync_worker_register_signals (MAIL_TYPE_SYNC_WORKER);
}

static void
mail_sync_worker_init (MailSyncWorker *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  g_queue_init (&self->requests);
  g_queue_init (&self->stale);
  self->open = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->wake = g_cancellable_new ();
  self->work = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  self->sync_wanted = TRUE;
  self->replay_wanted = TRUE;
}

MailSyncWorker *
mail_sync_worker_new (const MailAccountConfig *config, MailStore *store)
{
  MailSyncWorker *self = g_object_new (MAIL_TYPE_SYNC_WORKER, NULL);

  self->config = mail_account_config_copy (config);
  self->store = store;
  return self;
}
