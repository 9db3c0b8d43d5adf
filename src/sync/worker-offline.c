/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "sync/worker-private.h"

/* What a person waits for piece by piece, and what is brought here for the time without a network. */

#define TELL_EVERY (G_TIME_SPAN_SECOND / 10)

typedef struct
{
  MailSyncWorker *worker;
  const MailFetchRequest *request;
  gint64 told;
} Serving;

static gboolean
piece_cb (guint64 done, guint64 total, gpointer user_data)
{
  Serving *serving = user_data;
  gint64 now = g_get_monotonic_time ();

  if (done == total || now - serving->told >= TELL_EVERY)
    {
      mail_sync_worker_emit_part_progress (serving->worker, serving->request->message_id, serving->request->section, done, total);
      serving->told = now;
    }
  return !g_cancellable_is_cancelled (g_task_get_cancellable (serving->request->task));
}

gboolean
mail_sync_worker_serve (MailSyncWorker *worker,
                        MailEngine *engine,
                        const MailFetchRequest *request,
                        GCancellable *cancellable,
                        GError **error)
{
  Serving serving = { .worker = worker, .request = request };
  gboolean ok;

  if (g_cancellable_set_error_if_cancelled (g_task_get_cancellable (request->task), error))
    return FALSE;
  if (request->search != NULL)
    return mail_engine_search (engine, request->search, cancellable, error);
  mail_engine_watch_fetch (engine, piece_cb, &serving);
  ok = mail_engine_fetch (engine, request->message_id, request->section, cancellable, error);
  mail_engine_watch_fetch (engine, NULL, NULL);
  return ok;
}

void
mail_sync_worker_prepare_async (MailSyncWorker *worker,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (worker, cancellable, callback, user_data);
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  g_task_set_source_tag (task, mail_sync_worker_prepare_async);
  locker = g_mutex_locker_new (&worker->lock);
  if (worker->thread == NULL)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_OFFLINE, "the account is not running");
  else if (worker->prepare != NULL)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_EXISTS, "the account is being prepared already");
  else
    {
      worker->prepare = g_steal_pointer (&task);
      worker->prepare_synced = FALSE;
    }
  g_clear_pointer (&locker, g_mutex_locker_free);
  /* What is missing is known after a sync only; and what was set aside is tried once more. */
  mail_sync_worker_sync_now (worker);
}

gboolean
mail_sync_worker_prepare_finish (MailSyncWorker *worker, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, worker), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
mail_sync_worker_end_prepare (MailSyncWorker *worker, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&worker->prepare);

  if (task == NULL)
    return;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

void
mail_sync_worker_begin_fill (MailSyncWorker *worker)
{
  MailFillWish wish = { 0 };

  g_mutex_lock (&worker->lock);
  if (worker->prepare != NULL && g_cancellable_is_cancelled (g_task_get_cancellable (worker->prepare)))
    mail_sync_worker_end_prepare (worker, NULL);
  wish.everything = worker->prepare != NULL;
  wish.open_id = worker->open->len > 0 ? g_array_index (worker->open, gint64, 0) : 0;
  g_mutex_unlock (&worker->lock);
  mail_engine_set_fill (worker->engine, &wish);
}

void
mail_sync_worker_prepare_synced (MailSyncWorker *worker)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&worker->lock);

  worker->prepare_synced = worker->prepare != NULL;
  /* A download by POP leaves nothing out. */
  if (worker->config->mode == MAIL_MODE_POP)
    mail_sync_worker_end_prepare (worker, NULL);
}

void
mail_sync_worker_prepare_filled (MailSyncWorker *worker, gboolean more, guint left_out)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&worker->lock);
  g_autoptr (GError) error = NULL;

  if (more || !worker->prepare_synced)
    return;
  if (left_out > 0)
    g_set_error (&error, MAIL_ERROR, MAIL_ERROR_BUSY, "%u mailboxes could not be asked for their messages", left_out);
  mail_sync_worker_end_prepare (worker, error);
}
