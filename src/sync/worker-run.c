/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "core/errors.h"
#include "net/connection.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/worker-private.h"

/* Seconds between tries after failures in a row. */
static const guint back_off[] = { 8, 30, 2 * 60, 5 * 60, 15 * 60 };

/* How often all mailboxes are looked at where the account does not say: other mailboxes than the inbox do not push. */
#define LOOK_MINUTES 10

/* The clock is looked at now and then, for it may have been set, or the computer may have slept. */
#define NAP (60 * G_TIME_SPAN_SECOND)

/* A server that hangs up sooner than this does so for other reasons than silence. */
#define IDLE_LEAST 60

#define PROGRESS_EVERY (G_TIME_SPAN_SECOND / 10)

static void
set_state (MailSyncWorker *self, MailWorkerState state)
{
  if (self->state == state)
    return;
  self->state = state;
  mail_sync_worker_emit_state (self, state);
}

/* With the lock held. What keeps the thread from working; FALSE when nothing does. *@until: when to look again. */
static gboolean
is_held (MailSyncWorker *self, MailWorkerState *state, gint64 *until)
{
  *until = g_get_monotonic_time () + NAP;
  if (self->offline)
    *state = MAIL_WORKER_OFFLINE;
  else if (self->needs_you || self->credentials == NULL)
    *state = MAIL_WORKER_NEEDS_YOU;
  else if (self->failures > 0 && mail_clock_now () < self->retry_at)
    {
      gint64 left;

      /* A clock that was set back must not make the pause longer. */
      self->retry_at = MIN (self->retry_at, mail_clock_now () + back_off[G_N_ELEMENTS (back_off) - 1]);
      left = (self->retry_at - mail_clock_now ()) * G_TIME_SPAN_SECOND;

      *state = g_network_monitor_get_network_available (self->monitor) ? MAIL_WORKER_WAITING : MAIL_WORKER_OFFLINE;
      *until = MIN (*until, g_get_monotonic_time () + left);
    }
  else
    return FALSE;
  return TRUE;
}

/* With the lock held. */
static void
refuse_requests (MailSyncWorker *self, MailWorkerState state)
{
  g_autoptr (GError) error = NULL;

  if (state == MAIL_WORKER_OFFLINE)
    error = g_error_new_literal (MAIL_ERROR, MAIL_ERROR_OFFLINE, "the account is offline");
  else
    error = g_error_new_literal (MAIL_ERROR, MAIL_ERROR_NO_PASSWORD, "the account waits for its person");
  mail_sync_worker_fail_requests (self, error);
}

static void
report (MailSyncWorker *self, const GError *error)
{
  g_autofree char *name = NULL;
  g_autofree char *host = NULL;
  MailCertificate *certificate = NULL;

  g_mutex_lock (&self->lock);
  name = g_strdup (self->config->name);
  host = g_strdup (self->config->incoming->host);
  g_mutex_unlock (&self->lock);
  if (g_error_matches (error, MAIL_ERROR, MAIL_ERROR_CERTIFICATE)
      || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_PIN_CHANGED))
    certificate = mail_connection_dup_failed_certificate ();
  self->has_problem = TRUE;
  mail_sync_worker_emit_problem (self, mail_problem_new_from_error (error, name, host, MAIL_PROBLEM_RADIUS_ACCOUNT),
                                 certificate);
}

/* With the lock held, given up for a moment: asks for the password once. */
static void
ask_for_password (MailSyncWorker *self)
{
  g_autoptr (GError) error = g_error_new_literal (MAIL_ERROR, MAIL_ERROR_NO_PASSWORD, "no password is known");

  self->needs_you = TRUE;
  g_mutex_unlock (&self->lock);
  report (self, error);
  g_mutex_lock (&self->lock);
}

/* Waits until there is leave to work. FALSE: the end. */
static gboolean
await_leave (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  MailWorkerState state;
  gint64 until;

  self->busy = FALSE;
  while (!self->stop && is_held (self, &state, &until))
    {
      if (state == MAIL_WORKER_NEEDS_YOU && !self->needs_you)
        {
          ask_for_password (self);
          continue;
        }
      /* As if there were no network: nothing goes over a connection that is still there. */
      if (self->offline)
        g_clear_object (&self->engine);
      set_state (self, state);
      refuse_requests (self, state);
      g_cond_wait_until (&self->cond, &self->lock, until);
    }
  if (self->stop)
    return FALSE;
  if (g_cancellable_is_cancelled (self->work))
    {
      g_object_unref (self->work);
      self->work = g_cancellable_new ();
    }
  self->busy = TRUE;
  return TRUE;
}

/* Which wish comes first, taken from the queue. */
typedef enum
{
  WISH_REQUEST,
  WISH_REPLAY,
  WISH_SYNC,
  WISH_FILL,
  WISH_NOTHING,
} Wish;

static Wish
take_wish (MailSyncWorker *self, MailFetchRequest **request, GCancellable **work)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  *work = g_object_ref (self->work);
  *request = g_queue_pop_head (&self->requests);
  if (*request != NULL)
    return WISH_REQUEST;
  if (self->config->mode == MAIL_MODE_POP)
    {
      /* A sync does all that there is to do, and each connection locks the mailbox against other programs. */
      self->replay_wanted = FALSE;
      self->fill_wanted = FALSE;
    }
  if (self->replay_wanted)
    {
      self->replay_wanted = FALSE;
      return WISH_REPLAY;
    }
  if (self->sync_wanted)
    {
      self->sync_wanted = FALSE;
      return WISH_SYNC;
    }
  return self->fill_wanted ? WISH_FILL : WISH_NOTHING;
}

static void
want (MailSyncWorker *self, gboolean replay, gboolean sync)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->replay_wanted = self->replay_wanted || replay;
  self->sync_wanted = self->sync_wanted || sync;
}

static guint
seconds_left (MailSyncWorker *self, const MailProgress *progress, gint64 now)
{
  double elapsed = (now - self->phase_begun) / (double) G_TIME_SPAN_SECOND;

  if (elapsed < 1.0 || progress->done <= self->phase_done || progress->total <= progress->done)
    return 0;
  return (guint) (elapsed * (progress->total - progress->done) / (progress->done - self->phase_done)) + 1;
}

static void
progress_cb (const MailProgress *progress, gpointer data)
{
  MailSyncWorker *self = data;
  MailProgress told = *progress;
  gint64 now = g_get_monotonic_time ();
  gboolean new_phase = progress->phase != self->phase || progress->done < self->phase_done;

  if (new_phase)
    {
      self->phase = progress->phase;
      self->phase_begun = now;
      self->phase_done = progress->done;
    }
  else if (now - self->progress_told < PROGRESS_EVERY)
    return;
  self->progress_told = now;
  if (told.seconds_left == 0)
    told.seconds_left = seconds_left (self, progress, now);
  mail_sync_worker_emit_progress (self, &told);
}

static void
tell_phase (MailSyncWorker *self, MailPhase phase)
{
  const MailProgress progress = { .phase = phase };

  progress_cb (&progress, self);
}

static void
ensure_engine (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!self->settings_changed && self->engine != NULL)
    return;
  g_clear_object (&self->engine);
  self->engine = mail_engine_new (self->config, self->store);
  self->settings_changed = FALSE;
  self->fill_wanted = TRUE;
  self->sync_wanted = TRUE;
}

/* *@anew: there is a new connection. */
static gboolean
ensure_open (MailSyncWorker *self, gboolean *anew, GCancellable *work, GError **error)
{
  g_autoptr (MailCredentials) credentials = NULL;

  *anew = FALSE;
  if (mail_engine_is_open (self->engine))
    return TRUE;
  g_mutex_lock (&self->lock);
  credentials = self->credentials != NULL ? mail_credentials_copy (self->credentials) : NULL;
  g_mutex_unlock (&self->lock);
  self->established = FALSE;
  tell_phase (self, MAIL_PHASE_CONNECTING);
  if (credentials == NULL)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_NO_PASSWORD, "no password is known");
      return FALSE;
    }
  *anew = TRUE;
  return mail_engine_open (self->engine, credentials, work, error);
}

/* The inbox before a sync, so that what is new afterwards can be told. */
typedef struct
{
  gint64 mailbox_id;
  gboolean first;  /* nothing was ever brought: not news */
  gint64 last_id;
  GArray *fresh;   /* gint64 ids of unseen messages above last_id */
} InboxMark;

static gboolean
find_inbox (MailDb *db, InboxMark *mark, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = mail_store_mailboxes_list (db, error);
  const MailMailboxInfo *inbox = NULL;
  guint messages = 0;

  if (mailboxes == NULL)
    return FALSE;
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      messages += mailbox->messages;
      if (mailbox->role == MAIL_ROLE_INBOX)
        inbox = mailbox;
    }
  mark->mailbox_id = inbox != NULL ? inbox->id : 0;
  if (inbox != NULL)
    mark->first = inbox->flags & MAIL_MAILBOX_LOCAL ? messages == 0 : inbox->uidnext == 0;
  return TRUE;
}

static gboolean
mark_inbox_job (MailDb *db, gpointer data, GError **error)
{
  InboxMark *mark = data;
  g_autoptr (GArray) ids = NULL;

  if (!find_inbox (db, mark, error))
    return FALSE;
  if (mark->mailbox_id == 0)
    return TRUE;
  ids = mail_store_messages_ids (db, mark->mailbox_id, error);
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    mark->last_id = MAX (mark->last_id, g_array_index (ids, gint64, i));
  return TRUE;
}

static gboolean
find_fresh_job (MailDb *db, gpointer data, GError **error)
{
  InboxMark *mark = data;
  g_autoptr (GArray) ids = mail_store_messages_ids (db, mark->mailbox_id, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      g_autoptr (MailMessageInfo) row = id > mark->last_id ? mail_store_messages_get (db, id, error) : NULL;

      if (row != NULL && !(row->flags & (MAIL_FLAG_SEEN | MAIL_FLAG_DELETED)))
        g_array_append_val (mark->fresh, id);
    }
  return TRUE;
}

static void
tell_new_mail (MailSyncWorker *self, InboxMark *mark)
{
  if (mark->first || mark->mailbox_id == 0)
    return;
  mark->fresh = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (mail_store_read (self->store, find_fresh_job, mark, NULL) && mark->fresh->len > 0)
    mail_sync_worker_emit_new_mail (self, mark->mailbox_id, g_steal_pointer (&mark->fresh));
  g_clear_pointer (&mark->fresh, g_array_unref);
}

static void
tell_problems (MailSyncWorker *self)
{
  g_autoptr (GPtrArray) problems = mail_engine_take_problems (self->engine);

  for (guint i = 0; i < problems->len; i++)
    mail_sync_worker_emit_problem (self, mail_problem_copy (g_ptr_array_index (problems, i)), NULL);
}

static gboolean
do_replay (MailSyncWorker *self, GCancellable *work, GError **error)
{
  MailSyncResult result = { 0 };

  tell_phase (self, MAIL_PHASE_OPERATIONS);
  if (mail_engine_replay (self->engine, &result, work, error))
    {
      /* What was refused has to be read again; what was done without the server telling where, too. */
      if (result.operations > 0 || result.operations_failed > 0)
        want (self, FALSE, TRUE);
      return TRUE;
    }
  want (self, TRUE, FALSE);
  return FALSE;
}

static gboolean
take_asked (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean asked = self->asked;

  self->asked = FALSE;
  return asked;
}

static gboolean
do_sync (MailSyncWorker *self, GCancellable *work, GError **error)
{
  MailSyncResult result = { 0 };
  InboxMark mark = { 0 };
  gboolean asked = take_asked (self);
  gboolean ok;

  if (asked)
    {
      mail_engine_retry (self->engine);
      self->fill_wanted = TRUE;
    }
  ok = mail_store_read (self->store, mark_inbox_job, &mark, error)
       && mail_engine_sync (self->engine, &result, progress_cb, self, work, error);

  if (result.fetched > 0)
    {
      tell_new_mail (self, &mark);
      self->fill_wanted = TRUE;
    }
  if (!ok)
    {
      want (self, FALSE, TRUE);
      return FALSE;
    }
  mail_sync_worker_emit_synced (self, &result);
  if (self->has_problem || asked)
    mail_sync_worker_emit_problem (self, NULL, NULL);
  self->has_problem = FALSE;
  return TRUE;
}

static gboolean
do_fill (MailSyncWorker *self, GCancellable *work, GError **error)
{
  MailSyncResult result = { 0 };

  if (!mail_engine_fill (self->engine, &result, &self->fill_wanted, progress_cb, self, work, error))
    {
      self->fill_wanted = TRUE;
      return FALSE;
    }
  self->renumbered = FALSE;
  self->established = mail_engine_is_open (self->engine);
  return TRUE;
}

static gboolean
do_request (MailSyncWorker *self, MailFetchRequest *request, GCancellable *work, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean ok = mail_engine_fetch (self->engine, request->message_id, request->section, work, &failure);

  if (!ok && !mail_engine_is_open (self->engine) && self->established && !mail_error_is_cancelled (failure))
    {
      /* The connection had died: once more over a new one. */
      g_mutex_lock (&self->lock);
      g_queue_push_head (&self->requests, request);
      g_mutex_unlock (&self->lock);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  mail_fetch_request_complete (request, failure);
  if (ok || mail_engine_is_open (self->engine))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* (transfer full) (nullable): what ends the coming wait; NULL when there is work already. */
static GCancellable *
begin_wait (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->stop || self->offline || self->settings_changed || self->replay_wanted || self->sync_wanted
      || self->requests.length > 0)
    return NULL;
  g_object_unref (self->wake);
  self->wake = g_cancellable_new ();
  self->busy = FALSE;
  set_state (self, MAIL_WORKER_UP_TO_DATE);
  return g_object_ref (self->wake);
}

static guint
look_seconds (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint minutes = self->config->check_minutes;

  if (minutes == 0)
    return self->config->mode == MAIL_MODE_POP ? 0 : LOOK_MINUTES * 60;
  return minutes * 60;
}

/* Without a connection: until the time has come or somebody calls. @seconds 0: only when somebody calls. */
static void
wait_alone (MailSyncWorker *self, guint seconds, GCancellable *wake)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 end = mail_clock_now () + seconds;

  while (!self->stop && !g_cancellable_is_cancelled (wake) && (seconds == 0 || mail_clock_now () < end))
    {
      gint64 nap = seconds == 0 ? NAP : MIN (NAP, (end - mail_clock_now ()) * G_TIME_SPAN_SECOND);

      g_cond_wait_until (&self->cond, &self->lock, g_get_monotonic_time () + nap);
    }
  if (seconds != 0 && mail_clock_now () >= end)
    self->sync_wanted = TRUE;
}

static void
note_success (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->established)
    self->failures = 0;
}

static gboolean
do_wait (MailSyncWorker *self, GCancellable *work, GError **error)
{
  g_autoptr (GCancellable) wake = begin_wait (self);
  guint seconds = look_seconds (self);
  gint64 begun = g_get_monotonic_time ();
  MailEngineWait why = MAIL_ENGINE_WAIT_WORK;
  gboolean reconnect;

  if (wake == NULL)
    return TRUE;
  self->established = TRUE;
  note_success (self);
  tell_phase (self, MAIL_PHASE_IDLE);
  if (!mail_engine_is_open (self->engine))
    {
      wait_alone (self, seconds, wake);
      return TRUE;
    }
  if (!mail_engine_wait (self->engine, MIN (seconds, self->idle_most), wake, &why, work, error))
    {
      guint lasted = (guint) ((g_get_monotonic_time () - begun) / G_TIME_SPAN_SECOND);

      /* Next time IDLE is issued anew before the server loses patience. */
      if (lasted >= IDLE_LEAST)
        self->idle_most = MAX (IDLE_LEAST, lasted / 4 * 3);
      return FALSE;
    }
  if (why != MAIL_ENGINE_WAIT_WORK)
    want (self, FALSE, TRUE);
  g_mutex_lock (&self->lock);
  reconnect = self->reconnect;
  self->reconnect = FALSE;
  g_mutex_unlock (&self->lock);
  if (reconnect)
    mail_engine_close (self->engine);
  return TRUE;
}

/* FALSE with @error, or with *@later when the wish waits behind what a new connection has to do first. */
static gboolean
connect_for (MailSyncWorker *self, Wish wish, MailFetchRequest *request, gboolean *later, GCancellable *work, GError **error)
{
  gboolean anew = FALSE;
  gboolean ok;

  *later = FALSE;
  /* What POP has is here. */
  if (wish == WISH_REQUEST && !(mail_engine_get_can (self->engine) & MAIL_ENGINE_CAN_FETCH_PARTS))
    return TRUE;
  ok = ensure_open (self, &anew, work, error);
  if (!ok)
    {
      g_mutex_lock (&self->lock);
      if (request != NULL)
        g_queue_push_head (&self->requests, request);
      g_mutex_unlock (&self->lock);
      want (self, wish == WISH_REPLAY, wish == WISH_SYNC);
      return FALSE;
    }
  if (!anew || !(mail_engine_get_can (self->engine) & MAIL_ENGINE_HAS_SERVER_FLAGS))
    return TRUE;
  /* What waited, and then whatever was missed, while there was no connection. */
  want (self, TRUE, TRUE);
  *later = wish != WISH_REQUEST;
  return !*later;
}

static gboolean
work_once (MailSyncWorker *self, GError **error)
{
  g_autoptr (GCancellable) work = NULL;
  MailFetchRequest *request = NULL;
  Wish wish;
  gboolean later;

  ensure_engine (self);
  wish = take_wish (self, &request, &work);
  if (wish == WISH_NOTHING)
    return do_wait (self, work, error);
  g_mutex_lock (&self->lock);
  set_state (self, MAIL_WORKER_WORKING);
  g_mutex_unlock (&self->lock);
  if (!connect_for (self, wish, request, &later, work, error))
    return later;
  switch (wish)
    {
    case WISH_REQUEST:
      return do_request (self, request, work, error);
    case WISH_REPLAY:
      return do_replay (self, work, error);
    case WISH_SYNC:
      return do_sync (self, work, error);
    case WISH_FILL:
      return do_fill (self, work, error);
    case WISH_NOTHING:
    default:
      g_return_val_if_reached (TRUE);
    }
}

/* TRUE for what no repetition will mend. */
static gboolean
needs_a_person (const GError *error)
{
  static const MailErrorCode codes[] = { MAIL_ERROR_SIGN_IN,     MAIL_ERROR_NO_PASSWORD, MAIL_ERROR_CERTIFICATE,
                                         MAIL_ERROR_PIN_CHANGED, MAIL_ERROR_INSECURE,    MAIL_ERROR_BAD_INPUT,
                                         MAIL_ERROR_SETTINGS,    MAIL_ERROR_STORE_NEWER };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, MAIL_ERROR, codes[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_worth_one_more_try (MailSyncWorker *self, const GError *error)
{
  gboolean open = self->engine != NULL && mail_engine_is_open (self->engine);

  /* The server hung up on a connection that had worked. One that only waited had no wish that brings it back. */
  if (self->established && !open && mail_error_is_transient (error))
    {
      self->established = FALSE;
      want (self, FALSE, TRUE);
      return TRUE;
    }
  /* UIDs were stale: a sync reads them anew. */
  if (open && !self->renumbered && g_error_matches (error, MAIL_ERROR, MAIL_ERROR_BUSY))
    {
      self->renumbered = TRUE;
      want (self, FALSE, TRUE);
      return TRUE;
    }
  return FALSE;
}

static void
handle_failure (MailSyncWorker *self, const GError *error)
{
  if (mail_error_is_cancelled (error) || is_worth_one_more_try (self, error))
    return;
  g_mutex_lock (&self->lock);
  if (needs_a_person (error))
    self->needs_you = TRUE;
  self->retry_at = mail_clock_now () + back_off[MIN (self->failures, G_N_ELEMENTS (back_off) - 1)];
  self->failures++;
  mail_sync_worker_fail_requests (self, error);
  g_mutex_unlock (&self->lock);
  /* Last: who hears of it may answer at once, and the answer must not be overwritten. */
  report (self, error);
}

gpointer
mail_sync_worker_run (gpointer worker)
{
  MailSyncWorker *self = worker;

  self->fill_wanted = TRUE;
  while (await_leave (self))
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = work_once (self, &error);

      tell_problems (self);
      mail_sync_worker_tell_alerts (self, self->engine);
      if (ok)
        note_success (self);
      else
        handle_failure (self, error);
    }
  /* Without a farewell: the program ends. */
  g_clear_object (&self->engine);
  return NULL;
}
