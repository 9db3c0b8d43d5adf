/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <string.h>

#include "lib/cli-run.h"
#include "store/store.h"

static void
test_failures_are_told (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autoptr (JsonNode) result = NULL;
  g_autoptr (JsonNode) no_password = NULL;
  g_autoptr (JsonNode) no_message = NULL;
  g_autofree char *directory = g_build_filename (cli->folder, "data", "Casa", NULL);
  g_autoptr (MailStore) store = NULL;

  cli_run_fill (cli);
  no_password = cli_run_json (cli, 1, "sync Casa");
  g_assert_nonnull (strstr (cli->err, "password"));
  g_assert_cmpint (json_object_get_int_member (cli_run_element (no_password, 0), "messages"), ==, 3);
  no_message = cli_run_json (cli, 1, "show Casa 999");
  cli_run_assert_members (json_node_get_object (no_message), "ok error");
  g_assert_false (json_object_get_boolean_member (json_node_get_object (no_message), "ok"));
  cli_run (cli, 1, "sync Casa --password-file /nonexistent");
  /* Nothing listens on port 1, and nobody stays to try again. */
  cli_run (cli, 1, "sync Casa $PW");
  g_assert_nonnull (strstr (cli->err, "does not accept connections"));
  g_assert_null (strstr (cli->err, "tries again"));
  result = cli_run_json (cli, 1, "sync $PW");
  cli_run_assert_members (cli_run_element (result, 0),
                  "account mode ok error mailboxes messages fetched bodies expunged bytes_in round_trips seconds");
  g_assert_false (json_object_get_boolean_member (cli_run_element (result, 0), "ok"));
  g_assert_nonnull (json_object_get_string_member (cli_run_element (result, 0), "error"));
  g_assert_cmpint (json_object_get_int_member (cli_run_element (result, 0), "messages"), ==, 3);

  store = mail_store_open (directory, NULL);
  cli_run (cli, 1, "list Casa");
  g_assert_nonnull (strstr (cli->err, "in use"));
}

static void
test_syncs_changes_and_checks (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *more = NULL;
  g_autofree char *outgoing = NULL;
  g_autoptr (JsonNode) check = NULL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) second = NULL;
  g_autoptr (JsonNode) queue = NULL;

  if (server == NULL)
    return;
  private_dovecot_fill (server, "casa", NULL, 12, 2000);
  outgoing = g_strdup_printf ("--outgoing localhost:%u --outgoing-security starttls",
                              private_dovecot_get_port (server, "submission"));
  more = cli_run_trust (server, outgoing);
  cli_run_add_account (cli, server, "imap", more);

  check = cli_run_json (cli, 0, "account check Casa $PW");
  cli_run_assert_members (json_node_get_object (check),
                  "account mode ok error capabilities mailboxes messages inbox_messages bytes quota_used quota_limit "
                  "quota_messages quota_messages_limit push "
                  "uidl outgoing");
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (check), "messages"), ==, 12);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (check), "quota_limit"), >, 0);
  cli_run (cli, 0, "account check Casa $PW");
  g_assert_nonnull (strstr (cli->text, "\nQuota      "));

  first = cli_run_json (cli, 0, "sync $PW");
  cli_run_assert_members (cli_run_element (first, 0),
                  "account mode ok error mailboxes messages fetched bodies expunged bytes_in round_trips seconds");
  g_assert_cmpint (json_object_get_int_member (cli_run_element (first, 0), "fetched"), ==, 12);
  g_assert_cmpint (json_object_get_int_member (cli_run_element (first, 0), "bodies"), ==, 12);
  g_assert_cmpint (json_object_get_int_member (cli_run_element (first, 0), "messages"), ==, 12);

  cli_run (cli, 0, "mark Casa 1 2 seen");
  cli_run (cli, 0, "delete Casa 3");
  cli_run (cli, 0, "sync Casa $PW");
  queue = cli_run_json (cli, 0, "queue Casa");
  g_assert_cmpuint (cli_run_length (queue), ==, 0);
  second = cli_run_json (cli, 0, "sync Casa $PW");
  g_assert_cmpint (json_object_get_int_member (cli_run_element (second, 0), "fetched"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (cli_run_element (second, 0), "bodies"), ==, 0);
  cli_run (cli, 0, "check Casa");
}

static void
test_downloads_by_pop (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *more = NULL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) list = NULL;

  if (server == NULL)
    return;
  private_dovecot_fill (server, "casa", NULL, 5, 2000);
  more = cli_run_trust (server, "--pop-keep delete");
  cli_run_add_account (cli, server, "pop", more);
  first = cli_run_json (cli, 0, "sync Casa $PW");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (first, 0), "mode"), ==, "pop");
  g_assert_cmpint (json_object_get_int_member (cli_run_element (first, 0), "fetched"), ==, 5);
  list = cli_run_json (cli, 0, "list Casa INBOX");
  g_assert_cmpuint (cli_run_length (list), ==, 5);
  g_assert_nonnull (json_object_get_string_member (cli_run_element (list, 0), "uid"));
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (list, 0), "where"), ==, "here");
  cli_run (cli, 0, "check Casa");
}

static void
test_a_wrong_password_is_told_but_not_shown (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *more = NULL;
  g_autoptr (JsonNode) result = NULL;

  if (server == NULL)
    return;
  more = cli_run_trust (server, "");
  cli_run_add_account (cli, server, "imap", more);
  g_assert_true (g_file_set_contents (cli->password_file, "wr0ng-word", -1, NULL));
  result = cli_run_json (cli, 1, "sync Casa $PW");
  g_assert_null (strstr (cli->err, "wr0ng-word"));
  g_assert_null (strstr (json_object_get_string_member (cli_run_element (result, 0), "error"), "wr0ng-word"));
}

/* (transfer full): the next line of @process with "event": @event. */
static JsonNode *
wait_event (GDataInputStream *lines, const char *event)
{
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      g_autoptr (JsonNode) node = NULL;

      if (line == NULL)
        g_error ("watch ended before it said %s", event);
      node = json_from_string (line, NULL);
      g_assert_nonnull (node);
      if (strcmp (json_object_get_string_member (json_node_get_object (node), "event"), event) == 0)
        return g_steal_pointer (&node);
    }
}

static void
test_watch_tells_each_event_until_a_signal (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *more = NULL;
  g_autofree char *set = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) news = NULL;
  g_autoptr (JsonNode) offline = NULL;

  if (server == NULL)
    return;
  private_dovecot_fill (server, "casa", NULL, 1, 500);
  more = cli_run_trust (server, "");
  cli_run_add_account (cli, server, "imap", more);
  process = cli_run_spawn (cli, "watch Casa $PW");
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  first = wait_event (lines, "online");
  cli_run_assert_members (json_node_get_object (first), "event account");
  news = wait_event (lines, "new");
  cli_run_assert_members (json_node_get_object (news), "event account mailbox id uid message_id from subject flags");
  private_dovecot_deliver (server, "casa", NULL, CLI_RUN_MESSAGE, -1);
  json_node_unref (g_steal_pointer (&news));
  news = wait_event (lines, "new");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (news), "subject"), ==, "Whole");
  private_dovecot_pause (server);
  offline = wait_event (lines, "offline");
  g_subprocess_send_signal (process, SIGTERM);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  cli_run (cli, 0, "check Casa");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/sync/failures-are-told", test_failures_are_told);
  g_test_add_func ("/cli/sync/syncs-changes-and-checks", test_syncs_changes_and_checks);
  g_test_add_func ("/cli/sync/downloads-by-pop", test_downloads_by_pop);
  g_test_add_func ("/cli/sync/a-wrong-password-is-told-but-not-shown", test_a_wrong_password_is_told_but_not_shown);
  g_test_add_func ("/cli/sync/watch-tells-each-event-until-a-signal", test_watch_tells_each_event_until_a_signal);
  return g_test_run ();
}
