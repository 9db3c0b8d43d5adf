/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <gio/gio.h>

#include "core/errors.h"
#include "lib/scripted-server.h"
#include "net/connection.h"

#define SECONDS 60
/* Far below the deadlines of what is cancelled here, far above what a busy machine needs to wake a thread. */
#define AT_ONCE (20 * G_USEC_PER_SEC)

/* A listener whose queue is full: the kernel lets further connections hang, as a firewall that drops packets
 * does. */
typedef struct
{
  int listener;
  int waiting[8];
  guint16 port;
} DeafServer;

static DeafServer
new_deaf_server (void)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  DeafServer server = { socket (AF_INET, SOCK_STREAM, 0) };

  g_assert_true (g_socket_address_to_native (any, &address, sizeof address, NULL));
  g_assert_cmpint (
      bind (server.listener, (struct sockaddr *) &address, g_socket_address_get_native_size (any)), ==, 0);
  g_assert_cmpint (listen (server.listener, 0), ==, 0);
  g_assert_cmpint (getsockname (server.listener, (struct sockaddr *) &address, &length), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (server.waiting); i++)
    {
      server.waiting[i] = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
      connect (server.waiting[i], (struct sockaddr *) &address, length);
    }
  {
    g_autoptr (GSocketAddress) bound = g_socket_address_new_from_native (&address, length);

    server.port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  }
  return server;
}

static void
free_deaf_server (DeafServer *server)
{
  for (gsize i = 0; i < G_N_ELEMENTS (server->waiting); i++)
    close (server->waiting[i]);
  close (server->listener);
}

/* Cancels from another thread once this one sleeps in the kernel. */
typedef struct
{
  GThread *thread;
  GCancellable *cancellable;
  pid_t victim;
  gint64 cancelled_at;
} Canceller;

static gboolean
sleeps (pid_t thread)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/stat", (int) thread);
  g_autofree char *stat = NULL;
  const char *state;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return TRUE;
  state = strrchr (stat, ')');
  return state != NULL && state[1] != '\0' && state[2] == 'S';
}

static gpointer
cancel_when_it_sleeps (gpointer user_data)
{
  Canceller *self = user_data;
  guint seen = 0;

  /* Several looks in a row: a lock that is held for a moment looks the same. */
  while (seen < 50)
    {
      seen = sleeps (self->victim) ? seen + 1 : 0;
      g_thread_yield ();
    }
  self->cancelled_at = g_get_monotonic_time ();
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

static Canceller *
start_canceller (GCancellable *cancellable)
{
  Canceller *self = g_new0 (Canceller, 1);

  self->cancellable = cancellable;
  self->victim = (pid_t) syscall (SYS_gettid);
  self->thread = g_thread_new ("canceller", cancel_when_it_sleeps, self);
  return self;
}

static void
assert_cancelled_at_once (Canceller *self, const GError *error)
{
  gint64 now = g_get_monotonic_time ();

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (self->thread);
  g_assert_cmpint (now - self->cancelled_at, <, AT_ONCE);
  g_free (self);
}

static MailConnection *
connect_to (ScriptedServer *server, MailSecurity security)
{
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, security);
  g_autoptr (GError) error = NULL;
  MailConnection *connection = mail_connection_open (endpoint, SECONDS, NULL, &error);

  g_assert_no_error (error);
  return connection;
}

static void
open_is_cancelled (const MailEndpoint *endpoint)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Canceller *canceller = start_canceller (cancellable);

  g_assert_null (mail_connection_open (endpoint, 100, cancellable, &error));
  assert_cancelled_at_once (canceller, error);
}

static void
test_connecting_can_be_cancelled (void)
{
  DeafServer server = new_deaf_server ();
  g_autoptr (MailEndpoint) endpoint = mail_endpoint_new ("127.0.0.1", server.port, MAIL_SECURITY_NONE);

  open_is_cancelled (endpoint);
  free_deaf_server (&server);
}

static void
test_the_handshake_can_be_cancelled (void)
{
  ScriptedServer *server = scripted_server_new ("! silent");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);

  open_is_cancelled (endpoint);
  scripted_server_finish (server);
}

static void
test_what_is_cancelled_before_does_not_begin (void)
{
  ScriptedServer *server = scripted_server_new ("S: hello\n! silent");
  g_autoptr (MailConnection) connection = connect_to (server, MAIL_SECURITY_NONE);
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_NONE);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  char buffer[10];

  g_cancellable_cancel (cancelled);
  g_assert_null (mail_connection_open (endpoint, SECONDS, cancelled, NULL));
  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, NULL, NULL, NULL), ==,
                   MAIL_WAIT_READABLE);
  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, cancelled, NULL), ==, -1);
  g_assert_false (mail_connection_write (connection, "x", 1, cancelled, NULL));
  g_clear_pointer (&connection, mail_connection_free);
  scripted_server_finish (server);
}

static void
read_is_cancelled (MailSecurity security)
{
  ScriptedServer *server
      = scripted_server_new (security == MAIL_SECURITY_TLS ? "! tls\n! silent" : "! silent");
  MailConnection *connection = connect_to (server, security);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Canceller *canceller = start_canceller (cancellable);
  char buffer[100];

  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, cancellable, &error), ==, -1);
  assert_cancelled_at_once (canceller, error);
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
test_reading_can_be_cancelled (void)
{
  read_is_cancelled (MAIL_SECURITY_NONE);
  read_is_cancelled (MAIL_SECURITY_TLS);
}

/* More than the socket's buffers hold, to a server that does not read. */
static gboolean
write_much (MailConnection *connection, GCancellable *cancellable, GError **error)
{
  g_autofree char *much = g_strnfill (1 << 20, 'x');

  for (guint i = 0; i < 64; i++)
    if (!mail_connection_write (connection, much, 1 << 20, cancellable, error))
      return FALSE;
  return TRUE;
}

static void
write_is_cancelled (MailSecurity security)
{
  ScriptedServer *server = scripted_server_new (security == MAIL_SECURITY_TLS ? "! tls\n! wait\n! silent"
                                                                              : "S: hello\n! wait\n! silent");
  MailConnection *connection = connect_to (server, security);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Canceller *canceller = start_canceller (cancellable);
  gint64 start;

  g_assert_false (write_much (connection, cancellable, &error));
  assert_cancelled_at_once (canceller, error);
  start = g_get_monotonic_time ();
  mail_connection_free (connection);
  g_assert_cmpint (g_get_monotonic_time () - start, <, AT_ONCE);
  scripted_server_go (server);
  scripted_server_finish (server);
}

static void
test_writing_can_be_cancelled (void)
{
  write_is_cancelled (MAIL_SECURITY_NONE);
  write_is_cancelled (MAIL_SECURITY_TLS);
}

static void
test_waiting_can_be_cancelled_and_the_connection_goes_on (void)
{
  ScriptedServer *server = scripted_server_new ("! tls\n! wait\nS: hello");
  MailConnection *connection = connect_to (server, MAIL_SECURITY_TLS);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Canceller *canceller = start_canceller (cancellable);
  char buffer[10];

  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, NULL, cancellable, &error), ==,
                   MAIL_WAIT_ERROR);
  assert_cancelled_at_once (canceller, error);
  scripted_server_go (server);
  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, NULL, NULL, NULL), ==,
                   MAIL_WAIT_READABLE);
  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, NULL, NULL), ==, 7);
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
test_waiting_can_be_woken_again_and_again (void)
{
  ScriptedServer *server = scripted_server_new ("! tls\n! wait\nS: hello");
  MailConnection *connection = connect_to (server, MAIL_SECURITY_TLS);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  char buffer[10];

  for (guint i = 0; i < 3; i++)
    {
      Canceller *waker = start_canceller (wake);

      g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, wake, NULL, NULL), ==,
                       MAIL_WAIT_WOKEN);
      g_thread_join (waker->thread);
      g_free (waker);
      g_cancellable_reset (wake);
    }
  scripted_server_go (server);
  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, wake, NULL, NULL), ==,
                   MAIL_WAIT_READABLE);
  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, NULL, NULL), ==, 7);
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
waiting_knows_what_is_there (MailSecurity security)
{
  ScriptedServer *server = scripted_server_new (
      security == MAIL_SECURITY_TLS ? "! tls\nC: go on\nS: one\nS: two\n! tell\n! wait\n! close"
                                    : "C: go on\nS: one\nS: two\n! tell\n! wait\n! close");
  MailConnection *connection = connect_to (server, security);
  g_autoptr (GError) error = NULL;
  char buffer[100] = "";

  /* Session tickets of TLS 1.3 are bytes in the socket, but nothing to read. */
  g_assert_cmpint (mail_connection_wait_readable (connection, 0, NULL, NULL, &error), ==, MAIL_WAIT_TIMEOUT);
  g_assert_true (mail_connection_write (connection, "go on\r\n", 7, NULL, &error));
  scripted_server_wait_told (server);
  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, NULL, NULL, &error), ==,
                   MAIL_WAIT_READABLE);
  g_assert_cmpint (mail_connection_read (connection, buffer, 5, NULL, &error), ==, 5);
  g_assert_cmpint (mail_connection_wait_readable (connection, 0, NULL, NULL, &error), ==, MAIL_WAIT_READABLE);
  g_assert_cmpint (mail_connection_read (connection, buffer + 5, 50, NULL, &error), ==, 5);
  g_assert_cmpstr (buffer, ==, "one\r\ntwo\r\n");
  g_assert_cmpint (mail_connection_wait_readable (connection, 0, NULL, NULL, &error), ==, MAIL_WAIT_TIMEOUT);
  g_assert_no_error (error);
  scripted_server_go (server);
  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, NULL, NULL, &error), ==,
                   MAIL_WAIT_ERROR);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
  g_assert_cmpuint (mail_connection_get_bytes_in (connection), ==, 10);
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
test_waiting_knows_what_is_there (void)
{
  waiting_knows_what_is_there (MAIL_SECURITY_NONE);
  waiting_knows_what_is_there (MAIL_SECURITY_TLS);
}

static void
open_times_out (const MailEndpoint *endpoint)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_null (mail_connection_open (endpoint, 1, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC + AT_ONCE);
}

static void
test_connecting_has_a_deadline (void)
{
  DeafServer server = new_deaf_server ();
  g_autoptr (MailEndpoint) endpoint = mail_endpoint_new ("127.0.0.1", server.port, MAIL_SECURITY_NONE);

  open_times_out (endpoint);
  free_deaf_server (&server);
}

static void
test_the_handshake_has_a_deadline (void)
{
  ScriptedServer *server = scripted_server_new ("! silent");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);

  open_times_out (endpoint);
  scripted_server_finish (server);
}

static void
silence_has_a_deadline (MailSecurity security)
{
  ScriptedServer *server
      = scripted_server_new (security == MAIL_SECURITY_TLS ? "! tls\n! silent\n! tls\n! wait\n! silent"
                                                           : "! silent\nS: hello\n! wait\n! silent");
  MailConnection *connection = connect_to (server, security);
  g_autoptr (GError) error = NULL;
  char buffer[10];

  mail_connection_set_silence (connection, 1);
  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_TIMED_OUT);
  g_clear_error (&error);
  mail_connection_free (connection);

  connection = connect_to (server, security);
  mail_connection_set_silence (connection, 1);
  g_assert_false (write_much (connection, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_TIMED_OUT);
  mail_connection_free (connection);
  scripted_server_go (server);
  scripted_server_finish (server);
}

static void
test_silence_has_a_deadline (void)
{
  silence_has_a_deadline (MAIL_SECURITY_NONE);
  silence_has_a_deadline (MAIL_SECURITY_TLS);
}

/* A farewell in TLS must not wait for a server that does not read. */
static void
test_freeing_never_waits (void)
{
  ScriptedServer *server = scripted_server_new ("! tls\n! wait\n! silent");
  MailConnection *connection = connect_to (server, MAIL_SECURITY_TLS);
  gint64 start = g_get_monotonic_time ();

  mail_connection_free (connection);
  g_assert_cmpint (g_get_monotonic_time () - start, <, AT_ONCE);
  scripted_server_go (server);
  scripted_server_finish (server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/connection/connecting-can-be-cancelled", test_connecting_can_be_cancelled);
  g_test_add_func ("/net/connection/the-handshake-can-be-cancelled", test_the_handshake_can_be_cancelled);
  g_test_add_func ("/net/connection/what-is-cancelled-before-does-not-begin",
                   test_what_is_cancelled_before_does_not_begin);
  g_test_add_func ("/net/connection/reading-can-be-cancelled", test_reading_can_be_cancelled);
  g_test_add_func ("/net/connection/writing-can-be-cancelled", test_writing_can_be_cancelled);
  g_test_add_func ("/net/connection/waiting-can-be-cancelled-and-the-connection-goes-on",
                   test_waiting_can_be_cancelled_and_the_connection_goes_on);
  g_test_add_func ("/net/connection/waiting-can-be-woken-again-and-again",
                   test_waiting_can_be_woken_again_and_again);
  g_test_add_func ("/net/connection/waiting-knows-what-is-there", test_waiting_knows_what_is_there);
  g_test_add_func ("/net/connection/connecting-has-a-deadline", test_connecting_has_a_deadline);
  g_test_add_func ("/net/connection/the-handshake-has-a-deadline", test_the_handshake_has_a_deadline);
  g_test_add_func ("/net/connection/silence-has-a-deadline", test_silence_has_a_deadline);
  g_test_add_func ("/net/connection/freeing-never-waits", test_freeing_never_waits);
  return g_test_run ();
}
