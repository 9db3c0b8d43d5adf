/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/cli-output.h"
#include "cli/cli.h"
#include "store/store-check.h"

static void
print_json (const MailAccountConfig *config, const MailStoreCheck *check)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "account", config->name);
  mail_cli_add_boolean (builder, "ok", check->problems->len == 0);
  mail_cli_add_int (builder, "mailboxes", check->mailboxes);
  mail_cli_add_int (builder, "messages", check->messages);
  mail_cli_add_int (builder, "bodies", check->bodies);
  mail_cli_add_int (builder, "body_bytes", (gint64) check->body_bytes);
  json_builder_set_member_name (builder, "problems");
  json_builder_begin_array (builder);
  for (guint i = 0; i < check->problems->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (check->problems, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
}

static gboolean
run_check (MailCli *cli, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  MailStoreCheck check = { .problems = problems };

  if (store == NULL || !mail_store_read (store, mail_store_check_job, &check, error))
    return FALSE;
  for (guint i = 0; i < problems->len; i++)
    g_printerr ("missiva-cli: %s: %s\n", config->name, (const char *) g_ptr_array_index (problems, i));
  if (cli->json)
    print_json (config, &check);
  else
    printf ("%s: %u mailboxes, %u messages, %u whole messages of %" G_GUINT64_FORMAT " bytes, %u problems\n", config->name,
            check.mailboxes, check.messages, check.bodies, check.body_bytes, problems->len);
  return problems->len == 0;
}

const MailCliVerb mail_cli_check_verbs[] = {
  { "check", "NAME", "proves the mail that is here whole", NULL, NULL, 1, 1, run_check },
  { NULL },
};
