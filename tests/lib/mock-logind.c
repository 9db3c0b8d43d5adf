/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/mock-logind.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <unistd.h>

#include "lib/main-loop.h"

#define MANAGER "org.freedesktop.login1.Manager"
#define PATH "/org/freedesktop/login1"

struct _MockLogind
{
  GTestDBus *dbus;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  GDBusConnection *bus;
  GMutex lock;
  GCond cond;
  gboolean owned;
  int inhibitor; /* our end of the pipe: it ends when the other one is closed; -1 = none */
};

static const char *const interface_xml =
    "<node><interface name='" MANAGER "'>"
    "<method name='Inhibit'><arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='h' direction='out'/></method>"
    "<signal name='PrepareForSleep'><arg type='b'/></signal>"
    "</interface></node>";

static void
call_cb (GDBusConnection *bus,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *parameters,
         GDBusMethodInvocation *invocation,
         gpointer data)
{
  MockLogind *self = data;
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new ();
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  const char *what;
  const char *mode;
  int ends[2];

  g_variant_get (parameters, "(&s&s&s&s)", &what, NULL, NULL, &mode);
  g_assert_cmpstr (what, ==, "sleep");
  g_assert_cmpstr (mode, ==, "delay");
  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  g_assert_cmpint (g_unix_fd_list_append (fds, ends[1], NULL), ==, 0);
  close (ends[1]);
  if (self->inhibitor >= 0)
    close (self->inhibitor);
  self->inhibitor = ends[0];
  g_cond_broadcast (&self->cond);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0), fds);
}

static const GDBusInterfaceVTable vtable = { .method_call = call_cb };

static void
owned_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  MockLogind *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->owned = TRUE;
  g_cond_broadcast (&self->cond);
}

static gpointer
run (gpointer data)
{
  MockLogind *self = data;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, NULL);
  g_autoptr (GDBusConnection) bus = NULL;
  guint object;
  guint name;

  g_main_context_push_thread_default (self->context);
  bus = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (self->dbus),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, NULL);
  g_assert_nonnull (bus);
  self->bus = bus;
  object = g_dbus_connection_register_object (bus, PATH, node->interfaces[0], &vtable, self, NULL, NULL);
  name = g_bus_own_name_on_connection (bus, "org.freedesktop.login1", G_BUS_NAME_OWNER_FLAGS_NONE, owned_cb, NULL, self, NULL);
  g_main_loop_run (self->loop);
  g_bus_unown_name (name);
  g_dbus_connection_unregister_object (bus, object);
  g_dbus_connection_close_sync (bus, NULL, NULL);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

MockLogind *
mock_logind_start (void)
{
  MockLogind *self = g_new0 (MockLogind, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->inhibitor = -1;
  self->dbus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->dbus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (self->dbus), TRUE);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("mock-logind", run, self);
  g_mutex_lock (&self->lock);
  while (!self->owned)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  return self;
}

void
mock_logind_stop (MockLogind *logind)
{
  g_main_loop_quit (logind->loop);
  g_thread_join (logind->thread);
  g_test_dbus_stop (logind->dbus);
  g_object_unref (logind->dbus);
  if (logind->inhibitor >= 0)
    close (logind->inhibitor);
  g_main_loop_unref (logind->loop);
  g_main_context_unref (logind->context);
  g_mutex_clear (&logind->lock);
  g_cond_clear (&logind->cond);
  g_free (logind);
}

static gboolean
has_inhibitor (gpointer data)
{
  MockLogind *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->inhibitor >= 0;
}

static void
say (MockLogind *self, gboolean comes)
{
  g_assert_true (g_dbus_connection_emit_signal (self->bus, NULL, PATH, MANAGER, "PrepareForSleep", g_variant_new ("(b)", comes),
                                                NULL));
  g_assert_true (g_dbus_connection_flush_sync (self->bus, NULL, NULL));
}

void
mock_logind_await_inhibitor (MockLogind *logind)
{
  run_until (has_inhibitor, logind);
}

static gboolean
is_released (gpointer data)
{
  MockLogind *self = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GPollFD end = { self->inhibitor, 0, 0 };

  if (g_poll (&end, 1, 0) == 0)
    return FALSE;
  close (self->inhibitor);
  self->inhibitor = -1;
  return TRUE;
}

void
mock_logind_prepare_for_sleep (MockLogind *logind)
{
  say (logind, TRUE);
  run_until (is_released, logind);
}

void
mock_logind_wake (MockLogind *logind)
{
  say (logind, FALSE);
}
