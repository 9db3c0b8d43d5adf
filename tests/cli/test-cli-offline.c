/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lib/cli-run.h"

/* Everything is brought here before the network goes, and then it can all be read. */

static char *
letter_with_attachment (const char *subject, gsize size)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          "From: Gardener <gardener@example.org>\r\nSubject: %s\r\nMessage-ID: <%s@example.org>\r\n"
                          "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
                          "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n"
                          "Content-Type: text/plain\r\n\r\nThe text that is read.\r\n--b\r\n"
                          "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
                          "Content-Disposition: attachment; filename=one.bin\r\n\r\n",
                          subject, subject);
  while (text->len < size)
    g_string_append (text, "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n");
  g_string_append (text, "--b--\r\n");
  return g_string_free (text, FALSE);
}

static gint64
get_int (JsonNode *node, const char *name)
{
  return json_object_get_int_member (json_node_get_object (node), name);
}

/* Every message opens, with its attachment and to the last byte, as many as @expected. */
static void
assert_all_open (CliRun *cli, const char *mailbox, guint expected)
{
  g_autofree char *line = g_strdup_printf ("list Casa %s", mailbox);
  g_autoptr (JsonNode) list = cli_run_json (cli, 0, line);

  g_assert_cmpuint (cli_run_length (list), ==, expected);
  for (guint i = 0; i < expected; i++)
    {
      JsonObject *message = cli_run_element (list, i);
      gint64 id = json_object_get_int_member (message, "id");
      g_autofree char *raw = g_strdup_printf ("show Casa %" G_GINT64_FORMAT " --raw", id);
      g_autofree char *text = g_strdup_printf ("show Casa %" G_GINT64_FORMAT " --text", id);
      g_autofree char *part = g_strdup_printf ("show Casa %" G_GINT64_FORMAT " --part 1", id);

      cli_run (cli, 0, raw);
      g_assert_cmpuint (g_bytes_get_size (cli->out), ==, json_object_get_int_member (message, "size"));
      cli_run (cli, 0, text);
      if (g_str_has_prefix (json_object_get_string_member (message, "subject"), "Large"))
        cli_run (cli, 0, part);
    }
}

static void
test_prepares (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *more = NULL;
  g_autofree char *large = letter_with_attachment ("Large", 5 * 1024 * 1024);
  g_autofree char *left_out = letter_with_attachment ("Unwanted", 2 * 1024 * 1024);
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) again = NULL;
  JsonObject *estimate;

  if (server == NULL)
    return;
  private_dovecot_fill (server, "casa", NULL, 8, 3000);
  private_dovecot_fill (server, "casa", "Heads", 4, 20000);
  private_dovecot_deliver (server, "casa", NULL, large, -1);
  private_dovecot_deliver (server, "casa", "Copies", large, -1);
  more = cli_run_trust (server, "--offline headers");
  cli_run_add_account (cli, server, "imap", more);
  cli_run (cli, 0, "sync Casa $PW");
  cli_run (cli, 0, "mailbox offline Casa Heads headers");
  cli_run (cli, 2, "mailbox offline Casa Heads sometimes");
  cli_run (cli, 1, "mailbox offline Casa Nowhere all");

  first = cli_run_json (cli, 0, "prepare Casa $PW");
  cli_run_assert_members (json_node_get_object (first),
                          "account ok error estimate fetched messages texts bodies missing_parts missing_bytes");
  estimate = json_object_get_object_member (json_node_get_object (first), "estimate");
  /* The large one lies in two mailboxes. */
  g_assert_cmpint (json_object_get_int_member (estimate, "messages"), ==, 13);
  g_assert_cmpint (json_object_get_int_member (estimate, "bytes"), >, (gint64) strlen (large));
  g_assert_cmpint (json_object_get_int_member (estimate, "bytes"), <, (gint64) (2 * strlen (large)));
  g_assert_cmpint (get_int (first, "fetched"), ==, 13);
  g_assert_cmpint (get_int (first, "messages"), ==, 14);
  g_assert_cmpint (get_int (first, "bodies"), ==, 14);
  g_assert_cmpint (get_int (first, "missing_bytes"), ==, 0);

  /* What is not wanted at all stays away, and is told to be missing. */
  private_dovecot_deliver (server, "casa", "Unwanted", left_out, -1);
  cli_run (cli, 0, "sync Casa $PW");
  cli_run (cli, 0, "mailbox offline Casa Unwanted not");
  again = cli_run_json (cli, 0, "prepare Casa $PW");
  g_assert_cmpint (get_int (again, "fetched"), ==, 0);

  private_dovecot_pause (server);
  cli_run (cli, 1, "sync Casa $PW");
  assert_all_open (cli, "INBOX", 9);
  assert_all_open (cli, "Heads", 4);
  assert_all_open (cli, "Copies", 1);
  cli_run (cli, 0, "check Casa");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/offline/every-message-opens-once-the-network-is-cut", test_prepares);
  return g_test_run ();
}
