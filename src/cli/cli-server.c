/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/cli-output.h"
#include "cli/cli.h"
#include "model/server-facts.h"

/* What is known of an account's server, without asking it. */

typedef struct
{
  const MailAccountConfig *config;
  MailServerFacts *facts;
} Load;

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  Load *load = data;

  load->facts = mail_server_facts_load (db, load->config, error);
  return load->facts != NULL;
}

static void
print_json (const MailAccountConfig *config, const MailServerFacts *facts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "account", config->name);
  mail_cli_add_string (builder, "server", facts->server_name);
  mail_cli_add_int (builder, "quota_used", (gint64) facts->quota_used);
  mail_cli_add_int (builder, "quota_limit", (gint64) facts->quota_limit);
  mail_cli_add_int (builder, "quota_messages", (gint64) facts->quota_messages);
  mail_cli_add_int (builder, "quota_messages_limit", (gint64) facts->quota_messages_limit);
  mail_cli_add_time (builder, "quota_asked", facts->quota_asked);
  mail_cli_add_int (builder, "connections", facts->connections_most);
  mail_cli_add_int (builder, "connections_learnt", facts->connections_learnt);
  json_builder_set_member_name (builder, "extensions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < facts->extensions->len; i++)
    {
      const MailServerExtension *extension = g_ptr_array_index (facts->extensions, i);

      json_builder_begin_object (builder);
      mail_cli_add_string (builder, "name", extension->name);
      mail_cli_add_string (builder, "rfc", extension->rfc);
      mail_cli_add_string (builder, "what", extension->what);
      mail_cli_add_boolean (builder, "offered", extension->offered);
      mail_cli_add_boolean (builder, "used", extension->used);
      mail_cli_add_string (builder, "saves", extension->saves);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
}

static void
print_figures (const MailServerFacts *facts)
{
  g_autofree char *name = mail_cli_clean (facts->server_name != NULL ? facts->server_name : "not told");
  g_autofree char *used = g_format_size (facts->quota_used);
  g_autofree char *limit = g_format_size (facts->quota_limit);

  printf ("Server       %s\n", name);
  if (facts->quota_limit > 0)
    printf ("Quota        %s of %s\n", used, limit);
  if (facts->quota_messages_limit > 0)
    printf ("Quota        %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " messages\n", facts->quota_messages,
            facts->quota_messages_limit);
  printf ("Connections  %u at most", facts->connections_most);
  if (facts->connections_learnt > 0)
    printf (" (the server lets in %u)", facts->connections_learnt);
  printf ("\n\n");
}

static void
print_text (const MailServerFacts *facts)
{
  static const char *const titles[] = { "EXTENSION", "RFC", "OFFERED", "USED", "WHAT IT IS GOOD FOR", "SAVES", NULL };
  MailCliTable *table = mail_cli_table_new (titles);

  print_figures (facts);
  for (guint i = 0; i < facts->extensions->len; i++)
    {
      const MailServerExtension *extension = g_ptr_array_index (facts->extensions, i);

      mail_cli_table_add (table, g_strdup (extension->name), g_strdup (extension->rfc != NULL ? extension->rfc : ""),
                          g_strdup (extension->offered ? "yes" : "no"), g_strdup (extension->used ? "yes" : "no"),
                          g_strdup (extension->what), g_strdup (extension->saves != NULL ? extension->saves : ""));
    }
  mail_cli_table_print_or_json (table, NULL);
}

static gboolean
run_server (MailCli *cli, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  Load load = { .config = config };

  if (store == NULL || !mail_store_read (store, load_job, &load, error))
    return FALSE;
  if (cli->json)
    print_json (config, load.facts);
  else
    print_text (load.facts);
  mail_server_facts_free (load.facts);
  return TRUE;
}

const MailCliVerb mail_cli_server_verbs[] = {
  { "server", "NAME", "tells what is known of the server: its room, its connections, what it can", NULL, NULL, 1, 1, run_server },
  { NULL },
};
