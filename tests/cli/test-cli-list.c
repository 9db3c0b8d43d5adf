/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lib/cli-run.h"

static void
test_lists_mailboxes_and_messages (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autoptr (JsonNode) mailboxes = NULL;
  g_autoptr (JsonNode) messages = NULL;
  g_autoptr (JsonNode) limited = NULL;
  g_autoptr (JsonNode) none = NULL;
  g_autofree char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) CLI_RUN_MESSAGE,
                                                         strlen (CLI_RUN_MESSAGE));
  JsonObject *oldest;

  cli_run_fill (cli);
  mailboxes = cli_run_json (cli, 0, "mailboxes Casa");
  g_assert_cmpuint (cli_run_length (mailboxes), ==, 2);
  cli_run_assert_members (cli_run_element (mailboxes, 0),
                          "name role messages unread bodies texts missing_parts missing_bytes");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (mailboxes, 0), "role"), ==, "inbox");
  g_assert_cmpint (json_object_get_int_member (cli_run_element (mailboxes, 0), "messages"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (cli_run_element (mailboxes, 0), "unread"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (cli_run_element (mailboxes, 0), "bodies"), ==, 1);

  messages = cli_run_json (cli, 0, "list Casa");
  g_assert_cmpuint (cli_run_length (messages), ==, 3);
  oldest = cli_run_element (messages, 2);
  cli_run_assert_members (oldest, "id mailbox uid message_id from subject date size flags where sha256");
  g_assert_cmpint (json_object_get_int_member (oldest, "uid"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (oldest, "mailbox"), ==, "INBOX");
  g_assert_cmpstr (json_object_get_string_member (oldest, "message_id"), ==, "<1@example.org>");
  g_assert_cmpstr (json_object_get_string_member (oldest, "from"), ==, "The Gardener <gardener@example.org>");
  g_assert_cmpstr (json_object_get_string_member (oldest, "date"), ==, "2023-11-14T22:14:20Z");
  g_assert_cmpstr (json_object_get_string_member (oldest, "where"), ==, "both");
  g_assert_cmpstr (json_object_get_string_member (oldest, "sha256"), ==, sha256);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (oldest, "flags"), 0), ==, "seen");
  g_assert_true (json_object_get_null_member (cli_run_element (messages, 0), "sha256"));
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (messages, 0), "where"), ==, "server");

  limited = cli_run_json (cli, 0, "list Casa inbox --limit 1");
  g_assert_cmpuint (cli_run_length (limited), ==, 1);
  none = cli_run_json (cli, 0, "list Casa Vecchia_posta");
  g_assert_cmpuint (cli_run_length (none), ==, 0);
  cli_run (cli, 1, "list Casa Nowhere");
  cli_run (cli, 0, "list Casa");
  g_assert_nonnull (strstr (cli->text, "Message 3"));
}

static void
test_shows_the_exact_bytes (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autoptr (JsonNode) message = NULL;
  g_autoptr (JsonNode) raw = NULL;
  static const guint8 part[] = { 0, 1, 2, 3 };

  cli_run_fill (cli);
  cli_run (cli, 0, "show Casa 1 --raw");
  g_assert_cmpmem (g_bytes_get_data (cli->out, NULL), g_bytes_get_size (cli->out), CLI_RUN_MESSAGE, strlen (CLI_RUN_MESSAGE));
  cli_run (cli, 0, "show Casa 1 --part 1");
  g_assert_cmpmem (g_bytes_get_data (cli->out, NULL), g_bytes_get_size (cli->out), part, 4);
  cli_run (cli, 0, "show Casa 1 --text");
  g_assert_true (g_str_has_prefix (cli->text, "Good day"));
  cli_run (cli, 0, "show Casa 1");
  g_assert_nonnull (strstr (cli->text, "Giardiniere"));
  message = cli_run_json (cli, 0, "show Casa 1");
  cli_run_assert_members (json_node_get_object (message),
                  "subject from to cc reply_to date message_id text html attachments");
  raw = cli_run_json (cli, 0, "show Casa 1 --raw");
  cli_run_assert_members (json_node_get_object (raw), "id size sha256 base64");
  cli_run (cli, 1, "show Casa 1 --html");
  cli_run (cli, 1, "show Casa 1 --part 2");
  cli_run (cli, 1, "show Casa 99");
  cli_run (cli, 1, "show Casa 2 --raw");
  g_assert_nonnull (strstr (cli->err, "not wholly here"));
}

static void
test_fetches_what_is_not_here (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *more = NULL;

  if (server == NULL)
    return;
  private_dovecot_deliver (server, "casa", NULL, CLI_RUN_MESSAGE, -1);
  more = cli_run_trust (server, "--offline headers");
  cli_run_add_account (cli, server, "imap", more);
  cli_run (cli, 0, "sync Casa $PW");
  cli_run (cli, 1, "show Casa 1 --raw");
  cli_run (cli, 0, "show Casa 1 --text $PW");
  g_assert_true (g_str_has_prefix (cli->text, "Good day"));
  cli_run (cli, 0, "show Casa 1 --part 1 $PW");
  g_assert_cmpuint (g_bytes_get_size (cli->out), ==, 4);
  cli_run (cli, 0, "show Casa 1 --raw $PW");
  g_assert_cmpmem (g_bytes_get_data (cli->out, NULL), g_bytes_get_size (cli->out), CLI_RUN_MESSAGE, strlen (CLI_RUN_MESSAGE));
  cli_run (cli, 0, "show Casa 1 --raw");
  cli_run (cli, 0, "check Casa");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/list/lists-mailboxes-and-messages", test_lists_mailboxes_and_messages);
  g_test_add_func ("/cli/list/shows-the-exact-bytes", test_shows_the_exact_bytes);
  g_test_add_func ("/cli/list/fetches-what-is-not-here", test_fetches_what_is_not_here);
  return g_test_run ();
}
