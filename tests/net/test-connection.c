/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <gio/gio.h>

#include "core/errors.h"
#include "lib/scripted-server.h"
#include "net/connection.h"

#define SECONDS 10

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
assert_read (MailConnection *connection, const char *expected)
{
  gsize length = strlen (expected);
  g_autofree char *buffer = g_malloc0 (length + 1);
  g_autoptr (GError) error = NULL;
  gsize have = 0;

  while (have < length)
    {
      gssize got = mail_connection_read (connection, buffer + have, length - have, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (got, >, 0);
      have += got;
    }
  g_assert_cmpstr (buffer, ==, expected);
}

static void
assert_closed (MailConnection *connection)
{
  g_autoptr (GError) error = NULL;
  char buffer[10];

  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
}

static void
say (MailConnection *connection, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_connection_write (connection, text, strlen (text), NULL, &error));
  g_assert_no_error (error);
}

static void
assert_open_fails (const MailEndpoint *endpoint, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MailConnection) connection = mail_connection_open (endpoint, SECONDS, NULL, &error);

  g_assert_null (connection);
  g_assert_error (error, MAIL_ERROR, code);
}

static void
check_talk (MailConnection *connection)
{
  assert_read (connection, "hello\r\n");
  say (connection, "how are you\r\n");
  assert_read (connection, "well\r\n");
  g_assert_cmpuint (mail_connection_get_bytes_in (connection), ==, 13);
  g_assert_cmpuint (mail_connection_get_bytes_out (connection), ==, 13);
}

#define TALK "S: hello\nC: how are you\nS: well\n"

static void
test_talks_in_clear_over_ipv4 (void)
{
  ScriptedServer *server = scripted_server_new (TALK "! close");
  g_autoptr (MailConnection) connection = connect_to (server, MAIL_SECURITY_NONE);

  check_talk (connection);
  assert_closed (connection);
  g_assert_false (mail_connection_is_secure (connection));
  scripted_server_finish (server);
}

static void
talk_to (const char *host, MailSecurity security)
{
  ScriptedServer *server = scripted_server_new (security == MAIL_SECURITY_TLS ? "! tls\n" TALK : TALK);
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, security);
  g_autoptr (GError) error = NULL;
  MailConnection *connection;

  g_free (endpoint->host);
  endpoint->host = g_strdup (host);
  connection = mail_connection_open (endpoint, SECONDS, NULL, &error);
  g_assert_no_error (error);
  check_talk (connection);
  g_assert_cmpint (mail_connection_is_secure (connection), ==, security == MAIL_SECURITY_TLS);
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
test_talks_over_ipv6_where_there_is_one (void)
{
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);

  if (socket == NULL || !g_socket_bind (socket, address, FALSE, NULL))
    {
      g_test_skip ("no IPv6 on this machine");
      return;
    }
  talk_to ("::1", MAIL_SECURITY_NONE);
  talk_to ("::1", MAIL_SECURITY_TLS);
}

static void
test_talks_by_name_and_by_address_under_tls (void)
{
  talk_to ("localhost", MAIL_SECURITY_NONE);
  talk_to ("localhost", MAIL_SECURITY_TLS);
  talk_to ("127.0.0.1", MAIL_SECURITY_TLS);
}

/* A listener of one family only: the name "localhost" stands for both. */
static void
test_finds_the_family_that_answers (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (MailEndpoint) endpoint = NULL;
  g_autoptr (MailConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &effective, NULL));
  endpoint = mail_endpoint_new ("localhost", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)),
                                MAIL_SECURITY_NONE);
  connection = mail_connection_open (endpoint, SECONDS, NULL, &error);
  g_assert_no_error (error);
}

static void
test_nobody_listens (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autoptr (MailEndpoint) endpoint = mail_endpoint_new ("127.0.0.1", port, MAIL_SECURITY_NONE);

  g_socket_listener_close (listener);
  assert_open_fails (endpoint, MAIL_ERROR_UNREACHABLE);
}

static void
test_no_such_host (void)
{
  g_autoptr (MailEndpoint) endpoint = mail_endpoint_new ("no..such..name.invalid", 143, MAIL_SECURITY_NONE);

  assert_open_fails (endpoint, MAIL_ERROR_HOST_NOT_FOUND);
}

static void
test_turns_to_tls (void)
{
  ScriptedServer *server = scripted_server_new ("S: hello\nC: STARTTLS\nS: go\n! tls\n" TALK);
  MailConnection *connection = connect_to (server, MAIL_SECURITY_STARTTLS);
  g_autoptr (GError) error = NULL;

  assert_read (connection, "hello\r\n");
  say (connection, "STARTTLS\r\n");
  assert_read (connection, "go\r\n");
  g_assert_true (mail_connection_start_tls (connection, 0, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (mail_connection_is_secure (connection));
  assert_read (connection, "hello\r\n");
  say (connection, "how are you\r\n");
  assert_read (connection, "well\r\n");
  mail_connection_free (connection);
  scripted_server_finish (server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/connection/talks-in-clear-over-ipv4", test_talks_in_clear_over_ipv4);
  g_test_add_func ("/net/connection/talks-over-ipv6-where-there-is-one", test_talks_over_ipv6_where_there_is_one);
  g_test_add_func ("/net/connection/talks-by-name-and-by-address-under-tls",
                   test_talks_by_name_and_by_address_under_tls);
  g_test_add_func ("/net/connection/finds-the-family-that-answers", test_finds_the_family_that_answers);
  g_test_add_func ("/net/connection/nobody-listens", test_nobody_listens);
  g_test_add_func ("/net/connection/no-such-host", test_no_such_host);
  g_test_add_func ("/net/connection/turns-to-tls", test_turns_to_tls);
  return g_test_run ();
}
