/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lib/cli-run.h"

static void
test_accounts_are_kept (void)
{
  static const char *const fields = "name full_name address mode user outgoing_user incoming incoming_security incoming_pin "
                                    "incoming_ca_file outgoing outgoing_security outgoing_pin outgoing_ca_file pop_keep "
                                    "offline check_minutes connections";
  static const char *const pin = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *listed = g_strconcat (fields, " problem", NULL);
  g_autofree char *add = g_strconcat (CLI_RUN_ADD " --full-name The_Reader --outgoing [::1]:587 --outgoing-security starttls "
                                      "--offline days:7 --trust ", pin, NULL);
  g_autoptr (JsonNode) added = cli_run_json (cli, 0, add);
  g_autoptr (JsonNode) list = NULL;
  g_autoptr (JsonNode) changed = NULL;
  JsonObject *account = json_node_get_object (added);

  cli_run_assert_members (account, fields);
  g_assert_cmpstr (json_object_get_string_member (account, "full_name"), ==, "The Reader");
  g_assert_cmpstr (json_object_get_string_member (account, "incoming_pin"), ==, pin);
  g_assert_cmpstr (json_object_get_string_member (account, "outgoing_pin"), ==, pin);
  g_assert_cmpstr (json_object_get_string_member (account, "outgoing"), ==, "[::1]:587");
  g_assert_cmpstr (json_object_get_string_member (account, "offline"), ==, "days:7");
  cli_run (cli, 1, CLI_RUN_ADD);
  g_assert_nonnull (strstr (cli->err, "already"));

  /* Options may stand before the verb. */
  cli_run (cli, 0,
       "--mode pop --address b@example.org account --user b add Bottega --incoming localhost:2 --incoming-security=none "
       "--pop-keep days:3");
  changed = cli_run_json (cli, 0, "account set Bottega pop-keep=delete full-name=A=B");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (changed), "pop_keep"), ==, "delete");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (changed), "full_name"), ==, "A=B");
  list = cli_run_json (cli, 0, "account list");
  g_assert_cmpuint (cli_run_length (list), ==, 2);
  cli_run_assert_members (cli_run_element (list, 0), listed);
  g_assert_true (json_object_get_null_member (cli_run_element (list, 0), "problem"));
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (list, 0), "name"), ==, "Bottega");
  cli_run (cli, 0, "account list");
  g_assert_nonnull (strstr (cli->text, "casa@example.org"));
  cli_run (cli, 0, "account remove Bottega");
  cli_run (cli, 1, "account remove Bottega");
  cli_run (cli, 1, "mailboxes Nobody");
  g_assert_nonnull (strstr (cli->err, "Nobody"));
}

static void
test_removing_keeps_what_is_nowhere_else (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *folder = g_build_filename (cli->folder, "data", "Casa", NULL);
  g_autoptr (JsonNode) copies = NULL;
  g_autoptr (JsonNode) waiting = NULL;

  cli_run_fill (cli);
  copies = cli_run_json (cli, 0, "account remove Casa");
  cli_run_assert_members (json_node_get_object (copies), "name removed mail_deleted mail_folder");
  g_assert_true (json_object_get_boolean_member (json_node_get_object (copies), "mail_deleted"));
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));

  cli_run_fill (cli);
  cli_run (cli, 0, "mark Casa 1 +flagged");
  waiting = cli_run_json (cli, 0, "account remove Casa");
  g_assert_false (json_object_get_boolean_member (json_node_get_object (waiting), "mail_deleted"));
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (waiting), "mail_folder"), ==, folder);
  /* Another mailbox does not get it, the same one does. */
  cli_run (cli, 1,
           "account add Casa --address other@example.org --mode imap --incoming localhost:1 --incoming-security tls --user o");
  g_assert_nonnull (strstr (cli->err, "casa@example.org"));
  cli_run (cli, 0, CLI_RUN_ADD);
  cli_run (cli, 0, "list Casa");
  g_assert_nonnull (strstr (cli->text, "Message 3"));
  cli_run (cli, 0, "account remove Casa --delete-mail");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static void
break_file (CliRun *cli, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (cli->folder, folder, name, NULL);
  g_autofree char *noise = g_strnfill (9000, 'x');

  g_assert_true (g_file_set_contents (path, noise, 9000, NULL));
}

static void
expect_listed (CliRun *cli, const char *members, const char *words)
{
  g_autoptr (JsonNode) list = cli_run_json (cli, 1, "account list");

  g_assert_nonnull (strstr (cli->err, words));
  g_assert_cmpuint (cli_run_length (list), ==, 1);
  if (members != NULL)
    cli_run_assert_members (cli_run_element (list, 0), members);
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (list, 0), "name"), ==, "Casa");
  g_assert_nonnull (strstr (json_object_get_string_member (cli_run_element (list, 0), "problem"), words));
}

static void
test_what_cannot_be_opened_is_listed_and_can_be_removed (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *folder = g_build_filename (cli->folder, "data", "Casa", NULL);
  g_autoptr (JsonNode) removed = NULL;

  cli_run_fill (cli);
  break_file (cli, "data/Casa", "mail.db");
  expect_listed (cli, NULL, "is damaged");
  break_file (cli, "config/accounts", "Casa.ini");
  expect_listed (cli, "name problem", "settings of the account cannot be used");
  cli_run (cli, 1, "account list");
  g_assert_nonnull (strstr (cli->text, "Casa"));

  /* What it may hold is unknown, and stays unless that is asked for, too. */
  removed = cli_run_json (cli, 0, "account remove Casa");
  g_assert_false (json_object_get_boolean_member (json_node_get_object (removed), "mail_deleted"));
  g_assert_true (g_file_test (folder, G_FILE_TEST_EXISTS));
  cli_run (cli, 0, "account list");
  cli_run (cli, 0, CLI_RUN_ADD);
  cli_run (cli, 0, "account remove Casa --delete-mail");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static void
test_mode_of_stored_mail_stays (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();

  cli_run (cli, 0, CLI_RUN_ADD);
  cli_run (cli, 0, "account set Casa mode=pop");
  /* This makes a store that is still empty. */
  cli_run (cli, 0, "list Casa");
  cli_run (cli, 0, "account set Casa mode=imap");
  cli_run (cli, 0, "account remove Casa");
  cli_run_fill (cli);
  cli_run (cli, 1, "account set Casa mode=pop");
  g_assert_nonnull (strstr (cli->err, "another account"));
  cli_run (cli, 0, "account set Casa mode=imap");
}

static void
test_an_unknown_certificate_is_shown_and_trusted (void)
{
  g_autoptr (PrivateDovecot) server = cli_run_start_server ();
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autofree char *set = NULL;
  const char *print;

  if (server == NULL)
    return;
  cli_run_add_account (cli, server, "imap", "");
  cli_run (cli, 1, "account check Casa $PW");
  print = strstr (cli->err, "SHA-256:  ");
  g_assert_nonnull (print);
  set = g_strdup_printf ("account set Casa incoming-pin=%.64s", print + strlen ("SHA-256:  "));
  cli_run (cli, 0, set);
  cli_run (cli, 0, "account check Casa $PW");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/account/accounts-are-kept", test_accounts_are_kept);
  g_test_add_func ("/cli/account/removing-keeps-what-is-nowhere-else", test_removing_keeps_what_is_nowhere_else);
  g_test_add_func ("/cli/account/what-cannot-be-opened-is-listed-and-can-be-removed",
                   test_what_cannot_be_opened_is_listed_and_can_be_removed);
  g_test_add_func ("/cli/account/mode-of-stored-mail-stays", test_mode_of_stored_mail_stays);
  g_test_add_func ("/cli/account/an-unknown-certificate-is-shown-and-trusted",
                   test_an_unknown_certificate_is_shown_and_trusted);
  return g_test_run ();
}
