/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lib/cli-run.h"

static void
test_changes_wait_in_the_queue (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autoptr (JsonNode) marked = NULL;
  g_autoptr (JsonNode) appended = NULL;
  g_autoptr (JsonNode) queue = NULL;
  g_autoptr (JsonNode) archive = NULL;
  g_autofree char *file = g_build_filename (cli->folder, "new.eml", NULL);
  g_autofree char *append = g_strconcat ("append Casa archive ", file, NULL);

  cli_run_fill (cli);
  g_assert_true (g_file_set_contents (file, "Subject: Mine\n\nHello\n", -1, NULL));
  marked = cli_run_json (cli, 0, "mark Casa 2 3 +seen -flagged");
  cli_run_assert_members (json_node_get_object (marked), "account ids");
  cli_run (cli, 0, "move Casa 3 Vecchia_posta");
  cli_run (cli, 0, "copy Casa 1 archive");
  appended = cli_run_json (cli, 0, append);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_node_get_object (appended), "ids")), ==, 1);
  cli_run (cli, 1, "delete Casa 2 99");
  cli_run (cli, 1, "move Casa 2 Nowhere");

  queue = cli_run_json (cli, 0, "queue Casa");
  g_assert_cmpuint (cli_run_length (queue), ==, 5);
  cli_run_assert_members (cli_run_element (queue, 0),
                          "id kind message mailbox target add remove add_keywords remove_keywords name sentence why held created "
                          "attempts error");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (queue, 0), "kind"), ==, "flags");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (queue, 2), "kind"), ==, "move");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (queue, 2), "target"), ==, "Vecchia posta");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (queue, 4), "kind"), ==, "append");
  archive = cli_run_json (cli, 0, "list Casa archive");
  g_assert_cmpuint (cli_run_length (archive), ==, 3);
  cli_run (cli, 0, "check Casa");
}

static void
test_check_tells_what_is_wrong (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autoptr (JsonNode) whole = NULL;
  g_autoptr (JsonNode) broken = NULL;
  g_autofree char *path = g_build_filename (cli->folder, "data", "Casa", "mail.db", NULL);
  g_autofree char *data = NULL;
  gsize size;
  char *body = NULL;

  cli_run_fill (cli);
  whole = cli_run_json (cli, 0, "check Casa");
  cli_run_assert_members (json_node_get_object (whole), "account ok mailboxes messages bodies body_bytes problems");
  g_assert_true (json_object_get_boolean_member (json_node_get_object (whole), "ok"));

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize i = 0; body == NULL && i + 8 < size; i++)
    if (memcmp (data + i, "Good day", 8) == 0)
      body = data + i;
  g_assert_nonnull (body);
  body[0] = 'M';
  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  broken = cli_run_json (cli, 1, "check Casa");
  g_assert_false (json_object_get_boolean_member (json_node_get_object (broken), "ok"));
  g_assert_nonnull (strstr (cli->err, "does not match its hash"));
}

static void
test_mailboxes_and_tags_wait_in_the_queue (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_autoptr (JsonNode) queue = NULL;
  g_autoptr (JsonNode) shorter = NULL;
  g_autoptr (JsonNode) tags = NULL;
  g_autofree char *drop = NULL;

  cli_run_fill (cli);
  cli_run (cli, 0, "mailbox create Casa Progetti");
  cli_run (cli, 0, "mailbox rename Casa Progetti Lavori");
  cli_run (cli, 0, "move Casa 2 Lavori");
  cli_run (cli, 0, "tag Casa 3 +Important");
  cli_run (cli, 0, "mailbox delete Casa archive");
  cli_run (cli, 1, "mailbox create Casa Lavori");
  cli_run (cli, 1, "mailbox delete Casa inbox");
  cli_run (cli, 1, "junk Casa 1");
  cli_run (cli, 2, "mailbox role Casa Lavori inbox");
  cli_run (cli, 2, "tag Casa 3 no(tag");
  queue = cli_run_json (cli, 0, "queue Casa");
  g_assert_cmpuint (cli_run_length (queue), ==, 4);
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (queue, 0), "kind"), ==, "create-mailbox");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (queue, 0), "name"), ==, "Lavori");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (queue, 2), "add_keywords"), ==, "$label1");
  g_assert_cmpstr (json_object_get_string_member (cli_run_element (queue, 3), "kind"), ==, "delete-mailbox");

  /* The move goes with the mailbox that it needs. */
  drop = g_strdup_printf ("queue Casa --drop %" G_GINT64_FORMAT,
                          json_object_get_int_member (cli_run_element (queue, 0), "id"));
  shorter = cli_run_json (cli, 0, drop);
  g_assert_cmpuint (cli_run_length (shorter), ==, 2);
  cli_run (cli, 1, drop);
  cli_run (cli, 0, "mailbox create Casa Spazzatura --role junk");
  cli_run (cli, 0, "junk Casa 1");
  cli_run (cli, 0, "tags Casa Famiglia --color #26a269");
  tags = cli_run_json (cli, 0, "tags Casa");
  cli_run_assert_members (cli_run_element (tags, 0), "name color keyword");
  g_assert_cmpuint (cli_run_length (tags), ==, 7);
  cli_run (cli, 0, "check Casa");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/change/changes-wait-in-the-queue", test_changes_wait_in_the_queue);
  g_test_add_func ("/cli/change/mailboxes-and-tags-wait-in-the-queue", test_mailboxes_and_tags_wait_in_the_queue);
  g_test_add_func ("/cli/change/check-tells-what-is-wrong", test_check_tells_what_is_wrong);
  return g_test_run ();
}
