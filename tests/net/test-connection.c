/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <gio/gio.h>

#include "core/errors.h"
#include "lib/scripted-server.h"
#include "net/connection.h"

#define SECONDS 60

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
  g_autoptr (GSocket) socket
      = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
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

  g_assert_true (g_socket_listener_add_address (listener, address, G_SOCKET_TYPE_STREAM,
                                                G_SOCKET_PROTOCOL_TCP, NULL, &effective, NULL));
  endpoint = mail_endpoint_new (
      "localhost", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)), MAIL_SECURITY_NONE);
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

/* What a hostile server sends behind its "go" is either in the caller's buffer or still in the socket. */
static void
start_tls_is_refused (const char *script, gboolean read_all)
{
  ScriptedServer *server = scripted_server_new (script);
  MailConnection *connection = connect_to (server, MAIL_SECURITY_STARTTLS);
  g_autoptr (GError) error = NULL;

  assert_read (connection, read_all ? "go\r\n* injected\r\n" : "go\r\n");
  g_assert_false (mail_connection_start_tls (connection, read_all ? 12 : 0, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE);
  g_assert_false (mail_connection_is_secure (connection));
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
test_refuses_bytes_glued_to_starttls (void)
{
  start_tls_is_refused ("S: go\nS: * injected\n", TRUE);
  start_tls_is_refused ("S: go\nS: * injected\n", FALSE);
}

/* What wait_readable() had to read belongs to the clear text as well. */
static void
test_refuses_bytes_seen_by_a_wait_before_starttls (void)
{
  ScriptedServer *server = scripted_server_new ("S: go\n");
  MailConnection *connection = connect_to (server, MAIL_SECURITY_STARTTLS);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, NULL, NULL, NULL), ==,
                   MAIL_WAIT_READABLE);
  g_assert_false (mail_connection_start_tls (connection, 0, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE);
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
test_clear_text_in_the_handshake_is_no_answer (void)
{
  ScriptedServer *server = scripted_server_new ("C# 5\nS: * OK injected\n! silent\n");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);

  assert_open_fails (endpoint, MAIL_ERROR_TLS);
  scripted_server_finish (server);
}

static void
test_a_server_without_tls_is_named (void)
{
  ScriptedServer *server
      = scripted_server_new ("S: * OK IMAP4rev1 ready\n! silent\nC# 1\n! close\nC# 1\n! reset");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);

  assert_open_fails (endpoint, MAIL_ERROR_TLS);
  assert_open_fails (endpoint, MAIL_ERROR_TLS);
  assert_open_fails (endpoint, MAIL_ERROR_TLS);
  scripted_server_finish (server);
}

/* A server that shows the certificate of that kind to everybody, @times times. */
static ScriptedServer *
new_tls_server (const char *kind, guint times)
{
  g_autoptr (GString) script = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append_printf (script, "! tls %s\n! silent\n", kind);
  return scripted_server_new (script->str);
}

static void
certificate_is_refused (const char *kind, GTlsCertificateFlags wrong, const char *names)
{
  ScriptedServer *server = new_tls_server (kind, 1);
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);
  g_autoptr (MailCertificate) certificate = NULL;
  TestCertificate which;

  g_assert_true (test_certificate_from_string (kind, &which));
  assert_open_fails (endpoint, MAIL_ERROR_CERTIFICATE);
  certificate = mail_connection_dup_failed_certificate ();
  g_assert_nonnull (certificate);
  g_assert_cmphex (certificate->wrong, ==, wrong);
  g_assert_cmpstr (certificate->fingerprint, ==, test_certificates_get_fingerprint (which));
  g_assert_cmpstr (certificate->names, ==, names);
  g_assert_null (certificate->pinned);
  g_assert_true (g_str_has_prefix (certificate->pem, "-----BEGIN CERTIFICATE-----"));
  g_assert_cmpint (certificate->valid_from, <, certificate->valid_until);
  scripted_server_finish (server);
}

static void
test_a_certificate_that_fails_says_why (void)
{
  const char *here = "localhost, 127.0.0.1, ::1";

  certificate_is_refused ("expired", G_TLS_CERTIFICATE_EXPIRED, here);
  certificate_is_refused ("not-yet", G_TLS_CERTIFICATE_NOT_ACTIVATED, here);
  certificate_is_refused ("wrong-host", G_TLS_CERTIFICATE_BAD_IDENTITY, "other.example.org");
  certificate_is_refused ("self-signed", G_TLS_CERTIFICATE_UNKNOWN_CA, here);
}

static void
test_an_unknown_authority_is_not_trusted (void)
{
  ScriptedServer *server = new_tls_server ("valid", 2);
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);
  g_autoptr (MailCertificate) certificate = NULL;

  g_clear_pointer (&endpoint->ca_file, g_free);
  assert_open_fails (endpoint, MAIL_ERROR_CERTIFICATE);
  certificate = mail_connection_dup_failed_certificate ();
  g_assert_cmphex (certificate->wrong, ==, G_TLS_CERTIFICATE_UNKNOWN_CA);
  g_assert_cmpstr (certificate->subject, ==, "CN=localhost,O=Example");
  g_assert_cmpstr (certificate->issuer, ==, "CN=Test Authority,O=Example");
  endpoint->ca_file = g_strdup ("/no/such/file.pem");
  assert_open_fails (endpoint, MAIL_ERROR_BAD_INPUT);
  scripted_server_finish (server);
}

static void
test_a_certificate_for_the_name_does_not_do_for_another (void)
{
  ScriptedServer *server = new_tls_server ("wrong-host", 1);
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);

  g_free (endpoint->host);
  endpoint->host = g_strdup ("localhost");
  assert_open_fails (endpoint, MAIL_ERROR_CERTIFICATE);
  scripted_server_finish (server);
}

static void
test_a_pinned_certificate_is_accepted_whatever_is_wrong_with_it (void)
{
  static const char *const kinds[] = { "self-signed", "expired", "not-yet", "wrong-host" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      ScriptedServer *server = new_tls_server (kinds[i], 1);
      g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);
      g_autoptr (GError) error = NULL;
      TestCertificate which;

      g_assert_true (test_certificate_from_string (kinds[i], &which));
      g_clear_pointer (&endpoint->ca_file, g_free);
      endpoint->pin = g_strdup (test_certificates_get_fingerprint (which));
      mail_connection_free (mail_connection_open (endpoint, SECONDS, NULL, &error));
      g_assert_no_error (error);
      scripted_server_finish (server);
    }
}

/* Even one that the authority vouches for. */
static void
test_a_changed_pin_is_refused (void)
{
  ScriptedServer *server = new_tls_server ("renewed", 1);
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);
  g_autoptr (MailCertificate) certificate = NULL;

  endpoint->pin = g_strdup (test_certificates_get_fingerprint (TEST_CERTIFICATE_VALID));
  assert_open_fails (endpoint, MAIL_ERROR_PIN_CHANGED);
  certificate = mail_connection_dup_failed_certificate ();
  g_assert_cmpstr (certificate->fingerprint, ==,
                   test_certificates_get_fingerprint (TEST_CERTIFICATE_RENEWED));
  g_assert_cmpstr (certificate->pinned, ==, endpoint->pin);
  g_assert_cmphex (certificate->wrong, ==, 0);
  scripted_server_finish (server);
}

/* TLS may resume the session that a pin let through; trust is not resumed with it. */
static void
test_trust_is_not_inherited_from_another_account (void)
{
  ScriptedServer *server = new_tls_server ("self-signed", 4);
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);
  g_autoptr (GError) error = NULL;

  endpoint->pin = g_strdup (test_certificates_get_fingerprint (TEST_CERTIFICATE_SELF_SIGNED));
  mail_connection_free (mail_connection_open (endpoint, SECONDS, NULL, &error));
  g_assert_no_error (error);
  mail_connection_free (mail_connection_open (endpoint, SECONDS, NULL, &error));
  g_assert_no_error (error);
  g_clear_pointer (&endpoint->pin, g_free);
  assert_open_fails (endpoint, MAIL_ERROR_CERTIFICATE);
  endpoint->pin = g_strdup (test_certificates_get_fingerprint (TEST_CERTIFICATE_VALID));
  assert_open_fails (endpoint, MAIL_ERROR_PIN_CHANGED);
  scripted_server_finish (server);
}

static void
test_starttls_checks_the_certificate_too (void)
{
  ScriptedServer *server = scripted_server_new ("S: go\n! tls expired\n! silent");
  MailConnection *connection = connect_to (server, MAIL_SECURITY_STARTTLS);
  g_autoptr (GError) error = NULL;

  assert_read (connection, "go\r\n");
  g_assert_false (mail_connection_start_tls (connection, 0, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CERTIFICATE);
  g_assert_false (mail_connection_is_secure (connection));
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
read_megabytes (MailSecurity security)
{
  ScriptedServer *server = scripted_server_new (
      security == MAIL_SECURITY_TLS ? "! tls\n! block 20000000\n! close" : "! block 20000000\n! close");
  g_autoptr (MailConnection) connection = connect_to (server, security);
  g_autofree char *buffer = g_malloc (1 << 18);
  g_autoptr (GError) error = NULL;
  gssize got;

  while ((got = mail_connection_read (connection, buffer, 1 << 18, NULL, &error)) > 0)
    g_assert_cmpint (buffer[got - 1], ==, 'x');
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
  g_assert_cmpuint (mail_connection_get_bytes_in (connection), ==, 20000000);
  scripted_server_finish (server);
}

static void
test_reads_megabytes (void)
{
  read_megabytes (MAIL_SECURITY_NONE);
  read_megabytes (MAIL_SECURITY_TLS);
}

static void
test_a_reset_is_a_close (void)
{
  ScriptedServer *server = scripted_server_new ("S: hello\n! wait\n! reset");
  g_autoptr (MailConnection) connection = connect_to (server, MAIL_SECURITY_NONE);

  assert_read (connection, "hello\r\n");
  scripted_server_go (server);
  assert_closed (connection);
  scripted_server_finish (server);
}

/* What the server says behind its agreement is compressed already, and what was unpacked and not read yet is there to be read. */
static void
test_compression (void)
{
  ScriptedServer *server = scripted_server_new ("S: ok\n"
                                                "S- \\xd2\\x52\\x30\\x55\\x70\\x8d\\xf0\\x0c\\x0e"
                                                "\\x09\\xe6\\xe5\\x02\\x00\\x00\\x00\\xff\\xff\n"
                                                "! wait\n"
                                                "S- \\xd2\\x52\\x30\\x83\\xb3\\x01\\x00\\x00\\x00\\xff\\xff\n"
                                                "! close\n");
  MailConnection *connection = connect_to (server, MAIL_SECURITY_NONE);
  g_autoptr (GError) error = NULL;
  char glued[100];
  gsize have = 0;

  while (have < 4 + 18)
    {
      gssize got = mail_connection_read (connection, glued + have, sizeof glued - have, NULL, &error);

      g_assert_no_error (error);
      have += (gsize) got;
    }
  mail_connection_start_compression (connection, glued + 4, have - 4);
  g_assert_true (mail_connection_is_compressed (connection));
  assert_read (connection, "* 5 ");
  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, NULL, NULL, &error), ==, MAIL_WAIT_READABLE);
  assert_read (connection, "EXISTS\r\n");
  g_assert_cmpint (mail_connection_wait_readable (connection, 0, NULL, NULL, &error), ==, MAIL_WAIT_TIMEOUT);
  scripted_server_go (server);
  g_assert_cmpint (mail_connection_wait_readable (connection, SECONDS, NULL, NULL, &error), ==, MAIL_WAIT_READABLE);
  assert_read (connection, "* 6 EXISTS\r\n");
  g_assert_cmpuint (mail_connection_get_plain_in (connection), ==, 4 + 24);
  g_assert_cmpuint (mail_connection_get_bytes_in (connection), ==, 4 + 18 + 11);
  assert_closed (connection);
  mail_connection_free (connection);
  scripted_server_finish (server);
}

static void
test_damaged_compression (void)
{
  ScriptedServer *server = scripted_server_new ("S- \\xff\\xff\\xff\\xff\n! connection\n");
  MailConnection *connection = connect_to (server, MAIL_SECURITY_NONE);
  g_autoptr (GError) error = NULL;
  char buffer[10];

  mail_connection_start_compression (connection, NULL, 0);
  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL);
  mail_connection_free (connection);
  scripted_server_finish (server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/connection/talks-in-clear-over-ipv4", test_talks_in_clear_over_ipv4);
  g_test_add_func ("/net/connection/talks-over-ipv6-where-there-is-one",
                   test_talks_over_ipv6_where_there_is_one);
  g_test_add_func ("/net/connection/talks-by-name-and-by-address-under-tls",
                   test_talks_by_name_and_by_address_under_tls);
  g_test_add_func ("/net/connection/finds-the-family-that-answers", test_finds_the_family_that_answers);
  g_test_add_func ("/net/connection/nobody-listens", test_nobody_listens);
  g_test_add_func ("/net/connection/no-such-host", test_no_such_host);
  g_test_add_func ("/net/connection/turns-to-tls", test_turns_to_tls);
  g_test_add_func ("/net/connection/refuses-bytes-glued-to-starttls", test_refuses_bytes_glued_to_starttls);
  g_test_add_func ("/net/connection/refuses-bytes-seen-by-a-wait-before-starttls",
                   test_refuses_bytes_seen_by_a_wait_before_starttls);
  g_test_add_func ("/net/connection/clear-text-in-the-handshake-is-no-answer",
                   test_clear_text_in_the_handshake_is_no_answer);
  g_test_add_func ("/net/connection/a-server-without-tls-is-named", test_a_server_without_tls_is_named);
  g_test_add_func ("/net/connection/a-certificate-that-fails-says-why",
                   test_a_certificate_that_fails_says_why);
  g_test_add_func ("/net/connection/an-unknown-authority-is-not-trusted",
                   test_an_unknown_authority_is_not_trusted);
  g_test_add_func ("/net/connection/a-certificate-for-the-name-does-not-do-for-another",
                   test_a_certificate_for_the_name_does_not_do_for_another);
  g_test_add_func ("/net/connection/a-pinned-certificate-is-accepted-whatever-is-wrong-with-it",
                   test_a_pinned_certificate_is_accepted_whatever_is_wrong_with_it);
  g_test_add_func ("/net/connection/a-changed-pin-is-refused", test_a_changed_pin_is_refused);
  g_test_add_func ("/net/connection/trust-is-not-inherited-from-another-account",
                   test_trust_is_not_inherited_from_another_account);
  g_test_add_func ("/net/connection/starttls-checks-the-certificate-too",
                   test_starttls_checks_the_certificate_too);
  g_test_add_func ("/net/connection/reads-megabytes", test_reads_megabytes);
  g_test_add_func ("/net/connection/a-reset-is-a-close", test_a_reset_is_a_close);
  g_test_add_func ("/net/connection/reads-on-compressed-from-the-first-byte", test_compression);
  g_test_add_func ("/net/connection/names-damaged-compression", test_damaged_compression);
  return g_test_run ();
}
