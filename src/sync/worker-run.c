/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "core/errors.h"
#include "net/connection.h"
#include "sync/worker-private.h"

/* Seconds between tries after failures in a row. */
static const guint back_off[] = { 8, 30, 2 * 60, 5 * 60, 15 * 60 };

/* While the network is coming up. */
#define QUICK_PAUSE 2

/* After a server that wants a pause and does not say how long. */
#define THROTTLED_PAUSE 60

/* A connection that ends sooner is no reason to make another one at once, again and again. */
#define LASTING (60 * G_TIME_SPAN_SECOND)

#define PROGRESS_EVERY (G_TIME_SPAN_SECOND / 10)

/* @times: how often it was in vain before. */
static guint
get_back_off (guint times)
{
  return back_off[MIN (times, G_N_ELEMENTS (back_off) - 1)];
}

void
mail_sync_worker_set_state (MailSyncWorker *worker, MailWorkerState state)
{
  if (worker->state == state)
    return;
  worker->state = state;
  mail_sync_worker_emit_state (worker, state);
}

/* With the lock held. What keeps the thread from working; FALSE when nothing does. *@until: monotonic time at which to look again;
 * 0: when somebody calls. */
static gboolean
is_held (MailSyncWorker *self, MailWorkerState *state, gint64 *until)
{
  *until = 0;
  if (self->offline || self->asleep)
    *state = MAIL_WORKER_OFFLINE;
  else if (self->needs_you || self->credentials == NULL)
    *state = MAIL_WORKER_NEEDS_YOU;
  else if (self->failures > 0 && mail_clock_now () < self->retry_at)
    {
      gint64 left;

      /* A clock that was set back must not make the pause longer. */
      self->retry_at = MIN (self->retry_at, mail_clock_now () + self->retry_pause);
      left = (self->retry_at - mail_clock_now ()) * G_TIME_SPAN_SECOND;

      *state = g_network_monitor_get_network_available (self->monitor) ? MAIL_WORKER_WAITING : MAIL_WORKER_OFFLINE;
      *until = g_get_monotonic_time () + left;
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
      mail_sync_worker_set_state (self, state);
      refuse_requests (self, state);
      if (self->farewell)
        mail_sync_worker_say_goodbye (self);
      else if (until == 0)
        g_cond_wait (&self->cond, &self->lock);
      else
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
  WISH_NEWS,
  WISH_AUDIT,
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
  if (self->replay_wanted || mail_sync_worker_is_replay_due (self))
    {
      self->replay_wanted = FALSE;
      self->replay_at = 0;
      return WISH_REPLAY;
    }
  if (self->sync_wanted)
    {
      self->sync_wanted = FALSE;
      self->news_wanted = FALSE;
      return WISH_SYNC;
    }
  if (self->news_wanted)
    {
      self->news_wanted = FALSE;
      return WISH_NEWS;
    }
  if (self->audit != NULL)
    return WISH_AUDIT;
  /* Nobody waits for whole messages: not where they cost. */
  if (self->fill_wanted && (self->prepare != NULL || !g_network_monitor_get_network_metered (self->monitor)))
    return WISH_FILL;
  return WISH_NOTHING;
}

gboolean
mail_sync_worker_is_replay_due (const MailSyncWorker *worker)
{
  return worker->replay_at != 0 && mail_clock_now () >= worker->replay_at;
}

void
mail_sync_worker_want (MailSyncWorker *worker, gboolean replay, gboolean sync)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&worker->lock);

  worker->replay_wanted = worker->replay_wanted || replay;
  worker->sync_wanted = worker->sync_wanted || sync;
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

void
mail_sync_worker_tell_phase (MailSyncWorker *worker, MailPhase phase)
{
  const MailProgress progress = { .phase = phase };

  progress_cb (&progress, worker);
}

void
mail_sync_worker_tell_audit (MailSyncWorker *worker, guint done, guint total)
{
  const MailProgress progress = { .phase = MAIL_PHASE_AUDIT, .done = MIN (done, total), .total = total };

  progress_cb (&progress, worker);
}

static gboolean break_cb (gpointer data, GError **error);

static void
ensure_engine (MailSyncWorker *self)
{
  gboolean changed;

  g_mutex_lock (&self->lock);
  changed = self->settings_changed;
  if (changed || self->engine == NULL)
    {
      g_clear_object (&self->engine);
      self->engine = mail_engine_new (self->config, self->store);
      self->settings_changed = FALSE;
      self->fill_wanted = TRUE;
      self->sync_wanted = TRUE;
    }
  g_mutex_unlock (&self->lock);
  mail_engine_set_breaks (self->engine, break_cb, self);
  if (changed)
    mail_sync_worker_load_connections (self);
}

/* *@anew: there is a new connection. */
static gboolean
ensure_open (MailSyncWorker *self, gboolean *anew, GCancellable *work, GError **error)
{
  g_autoptr (MailCredentials) credentials = NULL;
  g_autoptr (GError) refusal = NULL;

  *anew = FALSE;
  if (mail_engine_is_open (self->engine))
    return TRUE;
  g_mutex_lock (&self->lock);
  credentials = self->credentials != NULL ? mail_credentials_copy (self->credentials) : NULL;
  self->reconnect = FALSE;
  g_mutex_unlock (&self->lock);
  self->established = FALSE;
  mail_sync_worker_tell_phase (self, MAIL_PHASE_CONNECTING);
  if (credentials == NULL)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_NO_PASSWORD, "no password is known");
      return FALSE;
    }
  *anew = TRUE;
  if (mail_engine_open (self->engine, credentials, work, &refusal))
    {
      self->opened = g_get_monotonic_time ();
      return TRUE;
    }
  mail_sync_worker_note_first_refused (self, refusal);
  g_propagate_error (error, g_steal_pointer (&refusal));
  return FALSE;
}

static void
tell_problems (MailSyncWorker *self)
{
  g_autoptr (GPtrArray) problems = mail_engine_take_problems (self->engine);

  for (guint i = 0; i < problems->len; i++)
    mail_sync_worker_emit_problem (self, mail_problem_copy (g_ptr_array_index (problems, i)), NULL);
}

/* What the server put off is offered again less and less often. */
static void
note_put_off (MailSyncWorker *self, const MailSyncResult *result)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->replay_at = 0;
  if (result->operations_later > 0)
    self->replay_at = mail_clock_now () + MAX (result->later_seconds, get_back_off (self->put_off));
  self->put_off = result->operations_later > 0 ? self->put_off + 1 : 0;
}

static gboolean
do_replay (MailSyncWorker *self, GCancellable *work, GError **error)
{
  MailSyncResult result = { 0 };
  gboolean ok;
  gboolean settled;

  mail_sync_worker_tell_phase (self, MAIL_PHASE_OPERATIONS);
  ok = mail_engine_replay (self->engine, &result, work, error);
  settled = result.operations > 0 || result.operations_failed > 0;
  self->fill_wanted = self->fill_wanted || result.operations > 0;
  if (settled)
    mail_sync_worker_emit_replayed (self, &result);
  note_put_off (self, &result);
  /* What was refused has to be read again; what was done without the server telling where, too. */
  mail_sync_worker_want (self, !ok, result.operations_failed > 0 || result.operations_untold > 0 || result.renumbered);
  return ok;
}

static gboolean
take_asked (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean asked = self->asked;

  self->asked = FALSE;
  return asked;
}

/* All mailboxes, or with @news those that the wait told of. */
static gboolean
run_sync (MailSyncWorker *self, gboolean news, MailSyncResult *result, GCancellable *work, GError **error)
{
  g_auto (MailNewsMark) mark = { 0 };
  gboolean ok = mail_sync_worker_mark_news (self, &mark, error)
                && (news ? mail_engine_sync_news (self->engine, result, progress_cb, self, work, error)
                         : mail_engine_sync (self->engine, result, progress_cb, self, work, error));

  if (result->fetched > 0)
    mail_sync_worker_tell_new_mail (self, &mark);
  /* What somebody starred, or moved to where everything is kept, is wanted whole. */
  self->fill_wanted = self->fill_wanted || self->fill_put_off || result->fetched + result->flags + result->operations > 0;
  self->fill_put_off = FALSE;
  if (result->room_made)
    mail_sync_worker_want (self, TRUE, FALSE);
  /* What was news is not looked for any more: only a look at everything finds it. */
  mail_sync_worker_want (self, self->replayed_in_break, !ok);
  self->replayed_in_break = FALSE;
  return ok;
}

static void
release_stale (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  MailFetchRequest *request;

  while ((request = g_queue_pop_tail (&self->stale)) != NULL)
    g_queue_push_head (&self->requests, request);
}

static gboolean
do_sync (MailSyncWorker *self, GCancellable *work, GError **error)
{
  MailSyncResult result = { 0 };
  MailAuditResult audit = { 0 };
  gboolean asked = take_asked (self);
  gboolean ok;

  if (asked)
    {
      mail_engine_retry (self->engine);
      self->fill_wanted = TRUE;
    }
  mail_sync_worker_tell_open (self);
  ok = run_sync (self, FALSE, &result, work, error);
  release_stale (self);
  if (!ok)
    return FALSE;
  self->synced = self->looked = mail_clock_now ();
  mail_sync_worker_emit_synced (self, &result);
  mail_sync_worker_prepare_synced (self);
  if (self->has_problem || asked)
    mail_sync_worker_emit_problem (self, NULL, NULL);
  self->has_problem = FALSE;
  /* One mailbox at a time, once a day each; the sync has succeeded, whatever becomes of that. */
  return mail_engine_audit (self->engine, FALSE, &audit, work, error);
}

static gboolean
do_news (MailSyncWorker *self, GCancellable *work, GError **error)
{
  MailSyncResult result = { 0 };

  if (!run_sync (self, TRUE, &result, work, error))
    return FALSE;
  mail_sync_worker_emit_synced (self, &result);
  return TRUE;
}

static gboolean
do_fill (MailSyncWorker *self, GCancellable *work, GError **error)
{
  MailSyncResult result = { 0 };

  mail_sync_worker_begin_fill (self);
  if (!mail_engine_fill (self->engine, &result, &self->fill_wanted, progress_cb, self, work, error))
    {
      self->fill_wanted = TRUE;
      return FALSE;
    }
  self->fill_put_off = result.left_out > 0;
  mail_sync_worker_prepare_filled (self, self->fill_wanted, result.left_out);
  /* Once: a server that renumbers all the time would be asked all the time. */
  if (result.renumbered && !self->renumbered)
    mail_sync_worker_want (self, FALSE, TRUE);
  self->renumbered = result.renumbered;
  self->established = mail_engine_is_open (self->engine);
  return !self->fill_wanted || mail_sync_worker_look (self, work, error);
}

gboolean
mail_sync_worker_is_stale (MailEngine *engine, const GError *error)
{
  return engine != NULL && mail_engine_is_open (engine) && g_error_matches (error, MAIL_ERROR, MAIL_ERROR_BUSY)
         && mail_error_get_server_code (error) == NULL;
}

/* Once for each: its turn comes again after the next sync. */
static gboolean
hold_stale (MailSyncWorker *self, MailFetchRequest *request, const GError *failure)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (request->stale || !mail_sync_worker_is_stale (self->engine, failure))
    return FALSE;
  request->stale = TRUE;
  g_queue_push_tail (&self->stale, request);
  self->sync_wanted = TRUE;
  return TRUE;
}

static gboolean
do_request (MailSyncWorker *self, MailFetchRequest *request, GCancellable *work, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean ok = mail_sync_worker_serve (self, self->engine, request, work, &failure);
  gboolean dropped = mail_error_is_cancelled (failure) && mail_fetch_request_is_wanted (request);
  gboolean died = !ok && !mail_engine_is_open (self->engine) && self->established && !mail_error_is_cancelled (failure);

  if (dropped || died)
    {
      /* Once more, over a new connection. */
      g_mutex_lock (&self->lock);
      g_queue_push_head (&self->requests, request);
      g_mutex_unlock (&self->lock);
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (hold_stale (self, request, failure))
    return TRUE;
  mail_fetch_request_complete (request, failure);
  if (ok || mail_engine_is_open (self->engine))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* What a person waits for comes between two commands of a long sync, too. */
static gboolean
break_cb (gpointer data, GError **error)
{
  MailSyncWorker *self = data;

  while (TRUE)
    {
      g_autoptr (GCancellable) work = NULL;
      MailFetchRequest *request;
      gboolean replay;

      g_mutex_lock (&self->lock);
      work = g_object_ref (self->work);
      request = g_queue_pop_head (&self->requests);
      replay = request == NULL && self->replay_wanted;
      if (replay)
        self->replay_wanted = FALSE;
      g_mutex_unlock (&self->lock);
      if (request == NULL && !replay)
        return TRUE;
      if (request != NULL ? !do_request (self, request, work, error) : !do_replay (self, work, error))
        return FALSE;
      /* Changes of mailboxes were left for later. */
      self->replayed_in_break = self->replayed_in_break || replay;
    }
}

static gboolean
has_lasted (const MailSyncWorker *self)
{
  return g_get_monotonic_time () - self->opened >= LASTING;
}

void
mail_sync_worker_note_success (MailSyncWorker *worker)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&worker->lock);

  if (has_lasted (worker))
    worker->tried_again = FALSE;
  if (worker->established && !worker->tried_again)
    worker->failures = 0;
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
      mail_sync_worker_want (self, wish == WISH_REPLAY, wish == WISH_SYNC);
      return FALSE;
    }
  if (!anew || !(mail_engine_get_can (self->engine) & MAIL_ENGINE_HAS_SERVER_FLAGS))
    return TRUE;
  /* What waited, and then whatever was missed, while there was no connection. */
  mail_sync_worker_want (self, TRUE, TRUE);
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
    return mail_sync_worker_wait (self, work, error);
  g_mutex_lock (&self->lock);
  mail_sync_worker_set_state (self, MAIL_WORKER_WORKING);
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
    case WISH_NEWS:
      return do_news (self, work, error);
    case WISH_AUDIT:
      return mail_sync_worker_do_audit (self, work, error);
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

/* Seconds for which the server wants to be left alone. */
static guint
get_wish (const GError *error)
{
  guint wish = mail_error_get_server_wait (error);

  return wish == 0 && g_strcmp0 (mail_error_get_server_code (error), "THROTTLED") == 0 ? THROTTLED_PAUSE : wish;
}

static gboolean
is_worth_one_more_try (MailSyncWorker *self, const GError *error)
{
  gboolean open = self->engine != NULL && mail_engine_is_open (self->engine);

  /* The server hung up on a connection that had worked. One that only waited had no wish that brings it back. */
  if (self->established && !open && mail_error_is_transient (error))
    {
      gboolean again = has_lasted (self) || !self->tried_again;

      self->established = FALSE;
      self->tried_again = !has_lasted (self);
      mail_sync_worker_want (self, FALSE, TRUE);
      return again && get_wish (error) == 0;
    }
  /* UIDs were stale: a sync reads them anew. It was no server that said so. */
  if (!self->renumbered && mail_sync_worker_is_stale (self->engine, error))
    {
      self->renumbered = TRUE;
      mail_sync_worker_want (self, FALSE, TRUE);
      return TRUE;
    }
  return FALSE;
}

static void
handle_failure (MailSyncWorker *self, const GError *error)
{
  gboolean quick;

  if (mail_error_is_cancelled (error) || is_worth_one_more_try (self, error))
    return;
  g_mutex_lock (&self->lock);
  if (needs_a_person (error))
    self->needs_you = TRUE;
  quick = g_get_monotonic_time () < self->quick_until && mail_error_is_transient (error);
  self->retry_pause = MAX (get_wish (error), quick ? QUICK_PAUSE : get_back_off (self->failures));
  self->retry_at = mail_clock_now () + self->retry_pause;
  self->failures = quick ? 1 : self->failures + 1;
  mail_sync_worker_fail_requests (self, error);
  g_mutex_unlock (&self->lock);
  /* Last: who hears of it may answer at once, and the answer must not be overwritten. */
  if (!quick)
    report (self, error);
}

gpointer
mail_sync_worker_run (gpointer worker)
{
  MailSyncWorker *self = worker;

  self->fill_wanted = TRUE;
  mail_sync_worker_load_connections (self);
  while (await_leave (self))
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = work_once (self, &error);

      tell_problems (self);
      mail_sync_worker_tell_alerts (self, self->engine);
      if (ok)
        mail_sync_worker_note_success (self);
      else
        handle_failure (self, error);
    }
  /* Without a farewell: the program ends. */
  g_clear_object (&self->engine);
  g_mutex_lock (&self->lock);
  mail_sync_worker_end_farewell (self, &self->farewell);
  g_mutex_unlock (&self->lock);
  return NULL;
}
