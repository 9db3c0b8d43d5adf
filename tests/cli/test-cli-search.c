/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/cli-run.h"

/* `search`, with the server and without. */

#define LETTER \
  "From: Gardener <gardener@example.org>\r\nSubject: The fair\r\nMessage-ID: <fair@example.org>\r\n" \
  "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\nWe bring zucchini.\r\n"

/* The subjects that `search` finds, a comma between them, behind who answered. */
static void
expect (CliRun *cli, int status, const char *line, const char *found)
{
  g_autoptr (JsonNode) node = cli_run_json (cli, status, line);
  JsonObject *object = json_node_get_object (node);
  JsonArray *messages = json_object_get_array_member (object, "messages");
  GString *text = g_string_new (json_object_get_string_member (object, "searched"));

  cli_run_assert_members (object, "searched messages");
  for (guint i = 0; i < json_array_get_length (messages); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : ":",
                            json_object_get_string_member (json_array_get_object_element (messages, i), "subject"));
  g_assert_cmpstr (text->str, ==, found);
  g_string_free (text, TRUE);
}

/* Three messages in the inbox, the letter in Shop; headers alone are here. */
static void
fill (CliRun *cli, PrivateDovecot *server)
{
  g_autofree char *more = cli_run_trust (server, "--offline headers");

  private_dovecot_fill (server, "casa", NULL, 3, 500);
  private_dovecot_deliver (server, "casa", "Shop", LETTER, -1);
  cli_run_add_account (cli, server, "imap", more);
  cli_run (cli, 0, "sync Casa $PW");
}

static void
test_searches (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();

  if (server == NULL)
    return;
  fill (cli, server);
  expect (cli, 0, "search Casa $PW zucchini", "server:The fair");
  expect (cli, 0, "search Casa $PW --mailbox inbox zucchini", "server");
  expect (cli, 0, "search Casa $PW --mailbox inbox subject:message", "server:Message 3,Message 2,Message 1");
  expect (cli, 0, "search Casa --here from:gardener is:unread", "here:The fair");
  expect (cli, 0, "search Casa --here zucchini", "here");
  cli_run (cli, 0, "search Casa --here fair");
  g_assert_nonnull (strstr (cli->text, "The fair"));
  cli_run (cli, 1, "search Casa $PW --mailbox Nowhere fair");
  cli_run (cli, 2, "search Casa");

  private_dovecot_pause (server);
  expect (cli, 1, "search Casa $PW fair", "here:The fair");
}

/* What the shell gave as one word, because it was in quotes, is looked for as it stands. */
static void
test_quotes (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();

  if (server == NULL)
    return;
  fill (cli, server);
  expect (cli, 0, "search Casa --here fair the", "here:The fair");
  expect (cli, 0, "search Casa --here the_fair", "here:The fair");
  expect (cli, 0, "search Casa --here fair_the", "here");
  expect (cli, 0, "search Casa --here subject:the_fair", "here:The fair");
  expect (cli, 0, "search Casa --here subject:fair_the", "here");
  expect (cli, 0, "search Casa --here subject:\"the_fair\" from:gardener", "here:The fair");
  expect (cli, 0, "search Casa $PW bring_zucchini", "server:The fair");
  expect (cli, 0, "search Casa $PW zucchini_bring", "server");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/search/asks-the-server-and-else-looks-here", test_searches);
  g_test_add_func ("/cli/search/keeps-together-what-was-in-quotes", test_quotes);
  return g_test_run ();
}
