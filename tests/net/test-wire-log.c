/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "lib/scripted-server.h"
#include "net/connection.h"
#include "net/wire-log.h"

#define SECRET "correct horse battery staple"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("missiva-wire-log-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "wire.log", NULL);
  g_assert_false (mail_wire_log_is_on ());
  g_assert_true (mail_wire_log_start (fixture->path, &error));
  g_assert_no_error (error);
  g_assert_true (mail_wire_log_is_on ());
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  mail_wire_log_stop ();
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

/* (transfer full): the log without times, connection numbers and host. */
static char *
read_log (const Fixture *fixture)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) bare = g_string_new (NULL);

  mail_wire_log_stop ();
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_null (strstr (text, SECRET));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 5);

      g_assert_cmpuint (g_strv_length (words), ==, 5);
      g_assert_cmpuint (strlen (words[0]), ==, strlen ("2001-02-03T04:05:06.789Z"));
      g_assert_cmpint (words[1][0], ==, '#');
      g_string_append_printf (bare, "%s %s\n", words[2], words[4]);
    }
  return g_string_free (g_steal_pointer (&bare), FALSE);
}

/* Plays the wire of one connection: lines that begin with "C" or "S" and a blank, each with CRLF, cut into
 * pieces of @at_once octets; "!" is a secret write. */
static void
play (const char *script, gsize at_once)
{
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);

  for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++)
    {
      g_autofree char *line = g_strconcat (lines[i] + 2, "\r\n", NULL);
      gsize length = strlen (line);

      if (lines[i][0] == '!')
        {
          mail_wire_log_write_secret (1, "host", length);
          continue;
        }
      for (gsize at = 0; at < length; at += at_once)
        mail_wire_log_write (1, "host", lines[i][0], line + at, MIN (at_once, length - at));
    }
  mail_wire_log_forget (1, "host");
}

static void
assert_logged (Fixture *fixture, const char *script, const char *expected)
{
  g_autofree char *log = NULL;

  for (gsize at_once = 1; at_once < 40; at_once += 19)
    {
      g_autoptr (GError) error = NULL;

      g_unlink (fixture->path);
      g_assert_true (mail_wire_log_start (fixture->path, &error));
      play (script, at_once);
      g_free (log);
      log = read_log (fixture);
      g_assert_cmpstr (log, ==, expected);
    }
}

static void
test_imap (Fixture *fixture, gconstpointer unused)
{
  assert_logged (fixture,
                 "S * OK ready\n"
                 "C a1 LOGIN user \"" SECRET "\"\n"
                 "S a1 OK signed in\n"
                 "C a2 UID FETCH 1 (BODY.PEEK[])\n"
                 "S * 1 FETCH (UID 1 BODY[] {45}\n"
                 "S Subject: " SECRET "\n"
                 "S \n"
                 "S body)\n"
                 "S a2 OK\n",
                 "S: * OK ready\n"
                 "C: a1 LOGIN [35 bytes]\n"
                 "S: a1 OK signed in\n"
                 "C: a2 UID FETCH 1 (BODY.PEEK[])\n"
                 "S: * 1 FETCH (UID 1 BODY[] {45}\n"
                 "S: )\n"
                 "S: a2 OK\n"
                 "-: closed\n");
}

static void
test_imap_sasl (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *encoded = g_base64_encode ((const guchar *) SECRET, strlen (SECRET));
  g_autofree char *script = g_strdup_printf ("S * OK ready\n"
                                             "C a1 AUTHENTICATE PLAIN %s\n"
                                             "S a1 NO\n"
                                             "C a2 authenticate CRAM-MD5\n"
                                             "S + %s\n"
                                             "C %s\n"
                                             "S * CAPABILITY IMAP4rev1\n"
                                             "S a2 OK\n"
                                             "C a3 NOOP",
                                             encoded, encoded, encoded);

  assert_logged (fixture, script,
                 "S: * OK ready\n"
                 "C: a1 AUTHENTICATE PLAIN [40 bytes]\n"
                 "S: a1 NO\n"
                 "C: a2 authenticate CRAM-MD5\n"
                 "S: + [40 bytes]\n"
                 "C: [40 bytes]\n"
                 "S: * CAPABILITY IMAP4rev1\n"
                 "S: a2 OK\n"
                 "C: a3 NOOP\n"
                 "-: closed\n");
}

static void
test_pop3 (Fixture *fixture, gconstpointer unused)
{
  assert_logged (fixture,
                 "S +OK ready\n"
                 "C USER user\n"
                 "C PASS " SECRET "\n"
                 "S +OK\n"
                 "S +OK\n"
                 "C UIDL\n"
                 "S +OK\n"
                 "S 1 abc\n"
                 "S .\n"
                 "C RETR 1\n"
                 "S +OK 100 octets\n"
                 "S Subject: " SECRET "\n"
                 "S .\n"
                 "C QUIT\n"
                 "S +OK bye",
                 "S: +OK ready\n"
                 "C: USER user\n"
                 "C: PASS [28 bytes]\n"
                 "S: +OK\n"
                 "S: +OK\n"
                 "C: UIDL\n"
                 "S: +OK\n"
                 "S: 1 abc\n"
                 "S: .\n"
                 "C: RETR 1\n"
                 "S: +OK 100 octets\n"
                 "C: QUIT\n"
                 "S: [42 bytes]\n"
                 "S: +OK bye\n"
                 "-: closed\n");
}

static void
test_smtp (Fixture *fixture, gconstpointer unused)
{
  assert_logged (fixture,
                 "S 220 ready\n"
                 "C AUTH LOGIN\n"
                 "S 334 VXNlcm5hbWU6\n"
                 "! dXNlcg==\n"
                 "S 235 come in\n"
                 "C DATA\n"
                 "S 354 go on\n"
                 "C Subject: " SECRET "\n"
                 "C .\n"
                 "S 250 queued\n"
                 "C BDAT 30 LAST\n"
                 "C " SECRET "\n"
                 "C QUIT",
                 "S: 220 ready\n"
                 "C: AUTH LOGIN\n"
                 "S: 334 [12 bytes]\n"
                 "C: [10 bytes]\n"
                 "S: 235 come in\n"
                 "C: DATA\n"
                 "S: 354 go on\n"
                 "S: 250 queued\n"
                 "C: [42 bytes]\n"
                 "C: BDAT 30 LAST\n"
                 "C: QUIT\n"
                 "-: closed\n");
}

static void
test_long_and_odd_lines (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *endless = g_strnfill (100000, 'x');
  g_autofree char *shown = g_strnfill (MAIL_WIRE_LOG_WIDTH - 2, 'x');
  g_autofree char *script = g_strdup_printf ("S * %s {5}\nS abc\nS * \x1b[31m \xff\n", endless);
  g_autofree char *expected = g_strdup_printf ("S: * %s[%u bytes]\nS: * \\x1b[31m \xef\xbf\xbd\n-: closed\n",
                                               shown, 100000 + 4 - MAIL_WIRE_LOG_WIDTH + 2);

  assert_logged (fixture, script, expected);
}

static void
test_nul_bytes (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *log = NULL;

  mail_wire_log_write (1, "host", 'S', "* \0 OK\0\r\n\0\r\n\0\n", 14);
  mail_wire_log_forget (1, "host");
  log = read_log (fixture);
  g_assert_cmpstr (log, ==,
                   "S: * \xef\xbf\xbd OK\xef\xbf\xbd\nS: \xef\xbf\xbd\nS: \xef\xbf\xbd\n-: closed\n");
}

static void
test_what_a_connection_says (Fixture *fixture, gconstpointer unused)
{
  ScriptedServer *server
      = scripted_server_new ("! tls\nS: * OK ready\nC: a1 LOGIN user \"" SECRET "\"\nS: a1 OK\n");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);
  MailConnection *connection = mail_connection_open (endpoint, 10, NULL, NULL);
  const char *command = "a1 LOGIN user \"" SECRET "\"\r\n";
  g_autofree char *log = NULL;
  char buffer[100];
  GStatBuf status;

  g_assert_nonnull (connection);
  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, NULL, NULL), ==, 12);
  g_assert_true (mail_connection_write_secret (connection, command, strlen (command), NULL, NULL));
  g_assert_cmpint (mail_connection_read (connection, buffer, sizeof buffer, NULL, NULL), ==, 7);
  mail_connection_free (connection);
  scripted_server_finish (server);

  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  log = read_log (fixture);
  g_assert_cmpstr (log, ==, "-: connected\n-: TLS\nS: * OK ready\nC: [46 bytes]\nS: a1 OK\n-: closed\n");
}

static void
test_no_folder_is_an_error (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (mail_wire_log_start ("/no/such/folder/wire.log", &error));
  g_assert_nonnull (error);
  g_assert_false (mail_wire_log_is_on ());
}

static void
add (const char *path, void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/net/wire-log/shows-imap-without-password-and-message", test_imap);
  add ("/net/wire-log/shows-imap-without-what-sasl-says", test_imap_sasl);
  add ("/net/wire-log/shows-pop3-without-password-and-message", test_pop3);
  add ("/net/wire-log/shows-smtp-without-password-and-message", test_smtp);
  add ("/net/wire-log/cuts-long-lines-and-escapes-odd-bytes", test_long_and_odd_lines);
  add ("/net/wire-log/takes-nul-bytes", test_nul_bytes);
  add ("/net/wire-log/knows-what-a-connection-says", test_what_a_connection_says);
  add ("/net/wire-log/no-folder-is-an-error", test_no_folder_is_an_error);
  return g_test_run ();
}
