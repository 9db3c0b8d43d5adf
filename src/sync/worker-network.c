/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/worker-private.h"

/* So long after waking up, or after another network, a server that cannot be reached is asked again soon. */
#define QUICK (30 * G_TIME_SPAN_SECOND)

/* With the lock held. */
static void
start_afresh (MailSyncWorker *self)
{
  self->failures = 0;
  self->sync_wanted = TRUE;
  self->quick_until = g_get_monotonic_time () + QUICK;
}

static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, gpointer data)
{
  MailSyncWorker *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (!available)
    return;
  self->reconnect = TRUE;
  start_afresh (self);
  /* Nothing may come any more over the connections of before, and nothing would say so. What was under way goes on over new
   * ones. */
  mail_sync_worker_rouse (self, self->work);
}

/* It does not always come together with another network. */
static void
metered_cb (MailSyncWorker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  mail_sync_worker_rouse (self, NULL);
}

static void
sleep_cb (MailSleep *sleep, gpointer data)
{
  MailSyncWorker *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->asleep)
    return;
  self->asleep = TRUE;
  self->farewell = TRUE;
  mail_sleep_hold (sleep);
  if (self->interactive != NULL && !self->interactive_ended)
    {
      self->second_farewell = TRUE;
      mail_sleep_hold (sleep);
    }
  /* There is time for a goodbye, and none for a batch. */
  mail_sync_worker_rouse (self, self->busy ? self->work : NULL);
}

static void
wake_cb (MailSleep *sleep, gpointer data)
{
  MailSyncWorker *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->asleep = FALSE;
  /* Where sleep came before the goodbye was said. */
  self->reconnect = TRUE;
  start_afresh (self);
  mail_sync_worker_rouse (self, NULL);
}

void
mail_sync_worker_end_farewell (MailSyncWorker *worker, gboolean *farewell)
{
  if (*farewell)
    mail_sleep_release (worker->sleep);
  *farewell = FALSE;
}

void
mail_sync_worker_say_goodbye (MailSyncWorker *worker)
{
  if (!worker->farewell)
    return;
  if (worker->engine != NULL)
    {
      g_mutex_unlock (&worker->lock);
      mail_engine_close (worker->engine);
      g_mutex_lock (&worker->lock);
    }
  mail_sync_worker_end_farewell (worker, &worker->farewell);
}

void
mail_sync_worker_follow_network (MailSyncWorker *worker)
{
  worker->monitor = g_object_ref (g_network_monitor_get_default ());
  worker->network_changed = g_signal_connect (worker->monitor, "network-changed", G_CALLBACK (network_changed_cb), worker);
  worker->metered_changed = g_signal_connect_swapped (worker->monitor, "notify::network-metered", G_CALLBACK (metered_cb), worker);
  worker->sleep = g_object_ref (mail_sleep_get_default ());
  worker->sleep_comes = g_signal_connect (worker->sleep, "sleep", G_CALLBACK (sleep_cb), worker);
  worker->wakes_up = g_signal_connect (worker->sleep, "wake", G_CALLBACK (wake_cb), worker);
}

void
mail_sync_worker_unfollow_network (MailSyncWorker *worker)
{
  g_clear_signal_handler (&worker->network_changed, worker->monitor);
  g_clear_signal_handler (&worker->metered_changed, worker->monitor);
  g_clear_signal_handler (&worker->sleep_comes, worker->sleep);
  g_clear_signal_handler (&worker->wakes_up, worker->sleep);
}
