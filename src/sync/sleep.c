/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/sleep.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#define LOGIND_NAME "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"

struct _MailSleep
{
  GObject parent_instance;

  GDBusConnection *bus; /* NULL: nobody would tell */
  guint subscription;
  gboolean coming;      /* between "sleep" and "wake" */

  GMutex lock;
  guint holds;
  int inhibitor;        /* as long as it is open, this computer stays awake; -1 = none */
};

G_DEFINE_FINAL_TYPE (MailSleep, mail_sleep, G_TYPE_OBJECT)

static guint sleep_signal;
static guint wake_signal;

/* With the lock held. */
static void
drop_inhibitor (MailSleep *self)
{
  if (self->inhibitor >= 0)
    close (self->inhibitor);
  self->inhibitor = -1;
}

static void
inhibited_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  MailSleep *self = data;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) answer =
      g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), &fds, result, NULL);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint32 handle;

  /* Refused: then sleep comes without a farewell. */
  if (answer == NULL || fds == NULL)
    return;
  g_variant_get (answer, "(h)", &handle);
  drop_inhibitor (self);
  self->inhibitor = g_unix_fd_list_get (fds, handle, NULL);
  /* It came too late for the sleep that it was to delay. */
  if (self->coming && self->holds == 0)
    drop_inhibitor (self);
}

static void
take_inhibitor (MailSleep *self)
{
  g_dbus_connection_call_with_unix_fd_list (
      self->bus, LOGIND_NAME, LOGIND_PATH, LOGIND_MANAGER, "Inhibit",
      g_variant_new ("(ssss)", "sleep", "Missiva", _ ("Mail servers are told goodbye first."), "delay"),
      G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, inhibited_cb, self);
}

static void
prepare_cb (GDBusConnection *bus,
            const char *sender,
            const char *path,
            const char *interface,
            const char *signal,
            GVariant *parameters,
            gpointer data)
{
  MailSleep *self = data;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &self->coming);
  if (self->coming)
    {
      mail_sleep_hold (self);
      g_signal_emit (self, sleep_signal, 0);
      mail_sleep_release (self);
      return;
    }
  take_inhibitor (self);
  g_signal_emit (self, wake_signal, 0);
}

static void
appeared_cb (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  MailSleep *self = data;

  /* A system bus that ends is no reason to end this program. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  self->bus = g_object_ref (bus);
  self->subscription = g_dbus_connection_signal_subscribe (bus, LOGIND_NAME, LOGIND_MANAGER, "PrepareForSleep", LOGIND_PATH,
                                                           NULL, G_DBUS_SIGNAL_FLAGS_NONE, prepare_cb, self, NULL);
  take_inhibitor (self);
  /* A login manager that began anew forgot to say that the sleep it spoke of is over. */
  if (self->coming)
    {
      self->coming = FALSE;
      g_signal_emit (self, wake_signal, 0);
    }
}

static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  MailSleep *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  drop_inhibitor (self);
  if (self->bus == NULL)
    return;
  g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  g_clear_object (&self->bus);
}

void
mail_sleep_hold (MailSleep *sleep)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&sleep->lock);

  sleep->holds++;
}

void
mail_sleep_release (MailSleep *sleep)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&sleep->lock);

  g_return_if_fail (sleep->holds > 0);
  if (--sleep->holds == 0)
    drop_inhibitor (sleep);
}

static void
mail_sleep_class_init (MailSleepClass *klass)
{
  sleep_signal = g_signal_new ("sleep", MAIL_TYPE_SLEEP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  wake_signal = g_signal_new ("wake", MAIL_TYPE_SLEEP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
mail_sleep_init (MailSleep *self)
{
  g_mutex_init (&self->lock);
  self->inhibitor = -1;
}

MailSleep *
mail_sleep_get_default (void)
{
  static MailSleep *only;

  if (only == NULL)
    {
      only = g_object_new (MAIL_TYPE_SLEEP, NULL);
      g_bus_watch_name (G_BUS_TYPE_SYSTEM, LOGIND_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, appeared_cb, vanished_cb, only, NULL);
    }
  return only;
}
