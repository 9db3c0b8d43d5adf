/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "sync/worker-private.h"

/* How often all mailboxes are looked at where the account does not say. */
#define LOOK_MINUTES 10

/* The same, where the server tells of every mailbox by itself: in case that it forgot one. */
#define LOOK_MINUTES_WHEN_TOLD 60

/* On a network that costs by what goes over it everything is looked at as much less often. */
#define METERED_FACTOR 3

/* A clock that went on by so much more than the time that passed was set, or this computer slept without telling. */
#define SLEPT_SECONDS 60

/* How often it is asked what is new while whole messages come, which may take hours. */
#define LOOK_SECONDS_IN_BETWEEN 30

/* Without a connection the clock is looked at now and then, for it may have been set. */
#define NAP (10 * 60 * G_TIME_SPAN_SECOND)

/* (transfer full) (nullable): what ends the coming wait; NULL when there is work already. */
static GCancellable *
begin_wait (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->stop || self->offline || self->asleep || self->settings_changed || self->replay_wanted || self->sync_wanted
      || self->news_wanted || self->audit != NULL || self->requests.length > 0 || mail_sync_worker_is_replay_due (self))
    return NULL;
  g_object_unref (self->wake);
  self->wake = g_cancellable_new ();
  self->busy = FALSE;
  mail_sync_worker_set_state (self, MAIL_WORKER_UP_TO_DATE);
  return g_object_ref (self->wake);
}

static guint
look_seconds (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint minutes = self->config->check_minutes;

  if (self->config->mode == MAIL_MODE_POP)
    return minutes * 60;
  minutes = minutes != 0 ? minutes : LOOK_MINUTES;
  if (mail_engine_get_can (self->engine) & MAIL_ENGINE_HEARS_ALL)
    minutes = MAX (minutes, LOOK_MINUTES_WHEN_TOLD);
  return minutes * 60 * (g_network_monitor_get_network_metered (self->monitor) ? METERED_FACTOR : 1);
}

/* Until what the server put off is due, but at most @seconds: also when the clock was set back. */
static guint
seconds_to_replay (MailSyncWorker *self, guint seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 left = self->replay_at - mail_clock_now ();

  return self->replay_at != 0 ? (guint) CLAMP (left, 1, (gint64) seconds) : seconds;
}

/* Without a connection: until the time has come or somebody calls. @seconds 0: only when somebody calls. */
static void
wait_alone (MailSyncWorker *self, guint seconds, GCancellable *wake)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 end = mail_clock_now () + seconds;

  while (!self->stop && !g_cancellable_is_cancelled (wake) && (seconds == 0 || mail_clock_now () < end))
    {
      /* A clock that was set back must not make the wait longer. */
      end = MIN (end, mail_clock_now () + seconds);
      if (seconds == 0)
        g_cond_wait (&self->cond, &self->lock);
      else
        g_cond_wait_until (&self->cond, &self->lock,
                           g_get_monotonic_time () + MIN (NAP, (end - mail_clock_now ()) * G_TIME_SPAN_SECOND));
    }
  if (seconds != 0 && mail_clock_now () >= end)
    self->sync_wanted = TRUE;
}

static gboolean
take_reconnect (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gboolean reconnect = self->reconnect;

  self->reconnect = FALSE;
  return reconnect;
}

void
mail_sync_worker_tell_open (MailSyncWorker *worker)
{
  g_autoptr (GArray) open = NULL;

  g_mutex_lock (&worker->lock);
  open = g_array_copy (worker->open);
  g_mutex_unlock (&worker->lock);
  mail_engine_watch (worker->engine, open);
}

static void
want_news (MailSyncWorker *self, MailEngineWait why)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->news_wanted = self->news_wanted || why == MAIL_ENGINE_WAIT_NEWS;
  self->sync_wanted = self->sync_wanted || why == MAIL_ENGINE_WAIT_LOOK;
}

static gboolean
wait_for_news (MailSyncWorker *self, guint seconds, GCancellable *wake, GCancellable *work, GError **error)
{
  gint64 begun = g_get_monotonic_time ();
  gint64 clock = mail_clock_now ();
  guint shorter = seconds_to_replay (self, seconds);
  MailEngineWait why = MAIL_ENGINE_WAIT_WORK;
  gint64 passed;

  mail_sync_worker_tell_open (self);
  if (!mail_engine_wait (self->engine, shorter, wake, &why, work, error))
    return FALSE;
  passed = (g_get_monotonic_time () - begun) / G_TIME_SPAN_SECOND;
  if (take_reconnect (self) || mail_clock_now () - clock > passed + SLEPT_SECONDS)
    {
      /* Without a farewell, for which nobody is there. */
      mail_engine_drop (self->engine);
      mail_sync_worker_want (self, FALSE, TRUE);
    }
  else if (why == MAIL_ENGINE_WAIT_ELAPSED)
    mail_sync_worker_want (self, shorter < seconds, shorter == seconds);
  else
    want_news (self, why);
  return TRUE;
}

/* A clock that was set back makes nothing wait longer. */
static gboolean
is_past (gint64 then, guint seconds)
{
  return ABS (mail_clock_now () - then) >= seconds;
}

gboolean
mail_sync_worker_look (MailSyncWorker *worker, GCancellable *work, GError **error)
{
  MailEngineWait why;

  if (!is_past (worker->looked, LOOK_SECONDS_IN_BETWEEN) || !mail_engine_is_open (worker->engine))
    return TRUE;
  worker->looked = mail_clock_now ();
  if (is_past (worker->synced, look_seconds (worker)))
    {
      mail_sync_worker_want (worker, FALSE, TRUE);
      return TRUE;
    }
  mail_sync_worker_tell_open (worker);
  if (!mail_engine_wait (worker->engine, 0, NULL, &why, work, error))
    return FALSE;
  want_news (worker, why);
  return TRUE;
}

gboolean
mail_sync_worker_wait (MailSyncWorker *worker, GCancellable *work, GError **error)
{
  g_autoptr (GCancellable) wake = begin_wait (worker);
  guint seconds = look_seconds (worker);

  if (wake == NULL)
    return TRUE;
  worker->established = TRUE;
  mail_sync_worker_note_success (worker);
  mail_sync_worker_tell_phase (worker, MAIL_PHASE_IDLE);
  if (mail_engine_is_open (worker->engine))
    return wait_for_news (worker, seconds, wake, work, error);
  wait_alone (worker, seconds, wake);
  return TRUE;
}
