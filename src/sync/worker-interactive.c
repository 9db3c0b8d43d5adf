/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "sync/worker-private.h"

/* How long the second connection stays after the last request. */
#define LINGER (60 * G_TIME_SPAN_SECOND)

/* FALSE when the thread is to end. *@message_id: what the next request is about; 0 = no message. */
static gboolean
await_request (MailSyncWorker *self, gint64 *message_id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 until = g_get_monotonic_time () + LINGER;
  const MailFetchRequest *next;

  while (mail_sync_worker_may_have_second (self) && self->requests.length == 0)
    if (!g_cond_wait_until (&self->cond, &self->lock, until))
      break;
  next = g_queue_peek_head (&self->requests);
  *message_id = next != NULL && next->search == NULL ? next->message_id : 0;
  return mail_sync_worker_may_have_second (self) && next != NULL;
}

/* (transfer full) (nullable): NULL when the first connection was quicker. */
static MailFetchRequest *
take_request (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_queue_pop_head (&self->requests);
}

static gboolean
open_engine (MailSyncWorker *self, MailEngine *engine, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailCredentials) credentials = NULL;
  g_autoptr (GError) refusal = NULL;

  if (mail_engine_is_open (engine))
    return TRUE;
  g_mutex_lock (&self->lock);
  credentials = self->credentials != NULL ? mail_credentials_copy (self->credentials) : NULL;
  g_mutex_unlock (&self->lock);
  if (credentials == NULL)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_NO_PASSWORD, "no password is known");
      return FALSE;
    }
  mail_engine_open (engine, credentials, cancellable, &refusal);
  mail_sync_worker_note_second (self, refusal);
  if (refusal == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&refusal));
  return FALSE;
}

/* The first connection serves the request after its batch. */
static void
hand_back (MailSyncWorker *self, MailFetchRequest *request)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_queue_push_head (&self->requests, request);
  g_cond_broadcast (&self->cond);
  g_cancellable_cancel (self->wake);
}

/* FALSE when the request is still to be served. */
static gboolean
serve (MailSyncWorker *self, MailEngine *engine, MailFetchRequest *request, GCancellable *cancellable)
{
  gboolean was_open = mail_engine_is_open (engine);
  g_autoptr (GError) error = NULL;

  if (!open_engine (self, engine, cancellable, NULL))
    return FALSE;
  if (!mail_sync_worker_serve (self, engine, request, cancellable, &error) && was_open
      && !mail_engine_is_open (engine) && !mail_error_is_cancelled (error))
    {
      /* The connection had died while nobody needed it. */
      g_clear_error (&error);
      if (!open_engine (self, engine, cancellable, NULL))
        return FALSE;
      mail_sync_worker_serve (self, engine, request, cancellable, &error);
    }
  /* This connection is given up, and somebody still waits; or the first one has to look at the mailbox before. */
  if (mail_error_is_cancelled (error) ? mail_fetch_request_is_wanted (request)
                                      : !request->stale && mail_sync_worker_is_stale (engine, error))
    return FALSE;
  mail_fetch_request_complete (request, error);
  return TRUE;
}

/* A new connection takes its time, and so does a large mailbox that it has to open: until then the request stays in the queue,
 * where the first connection may come to it. */
static gpointer
run_interactive (gpointer data)
{
  MailSyncWorker *self = data;
  g_autoptr (MailEngine) engine = NULL;
  g_autoptr (GCancellable) cancellable = NULL;
  gboolean go_on;
  gint64 message_id;

  g_mutex_lock (&self->lock);
  engine = mail_engine_new (self->config, self->store);
  cancellable = g_object_ref (self->work);
  go_on = mail_sync_worker_may_have_second (self);
  g_mutex_unlock (&self->lock);
  go_on = go_on && open_engine (self, engine, cancellable, NULL);
  while (go_on && await_request (self, &message_id))
    {
      MailFetchRequest *request;

      mail_engine_prepare (engine, message_id, cancellable);
      request = take_request (self);
      go_on = request == NULL || serve (self, engine, request, cancellable);
      mail_sync_worker_tell_alerts (self, engine);
      if (!go_on)
        hand_back (self, request);
    }
  mail_sync_worker_tell_alerts (self, engine);
  /* Polite, but not when the program ends; and before it counts as ended, so that nobody has to wait for it. */
  if (!g_cancellable_is_cancelled (cancellable))
    mail_engine_close (engine);
  g_mutex_lock (&self->lock);
  self->interactive_ended = TRUE;
  mail_sync_worker_end_farewell (self, &self->second_farewell);
  g_mutex_unlock (&self->lock);
  return NULL;
}

void
mail_sync_worker_ensure_interactive (MailSyncWorker *worker)
{
  if (!mail_sync_worker_may_have_second (worker) || worker->needs_you || worker->settings_changed
      || worker->credentials == NULL || worker->config->mode != MAIL_MODE_IMAP)
    return;
  if (worker->interactive != NULL && !worker->interactive_ended)
    return;
  if (worker->interactive != NULL)
    g_thread_join (worker->interactive);
  worker->interactive_ended = FALSE;
  worker->interactive = g_thread_new ("mail-interactive", run_interactive, worker);
}
