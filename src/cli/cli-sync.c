/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli-sync.h"

#include <stdio.h>

#include "cli/cli-output.h"
#include "core/errors.h"
#include "core/mailbox-info.h"
#include "core/problem.h"
#include "model/account-words.h"
#include "store/store-mailboxes.h"

/* What the pass over one account came to. */
typedef struct
{
  MailSyncResult result;
  guint messages; /* here */
  double seconds;
  char *error; /* NULL: all was done */
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_free (outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear)

gboolean
mail_cli_fill (MailEngine *engine,
               const MailCredentials *credentials,
               MailSyncResult *result,
               MailProgressFunc progress,
               gpointer user_data,
               GError **error)
{
  gboolean more = TRUE;

  while (more)
    if (!mail_engine_open (engine, credentials, NULL, error)
        || !mail_engine_fill (engine, result, &more, progress, user_data, NULL, error))
      return FALSE;
  return TRUE;
}

/* One full pass: waiting changes up, news down, then whole messages. */
static gboolean
pass (MailEngine *engine, const MailCredentials *credentials, MailSyncResult *result, GError **error)
{
  return mail_engine_open (engine, credentials, NULL, error) && mail_engine_replay (engine, result, NULL, error)
         && mail_engine_sync (engine, result, NULL, NULL, NULL, error)
         && mail_cli_fill (engine, credentials, result, NULL, NULL, error);
}

static gboolean
count_job (MailDb *db, gpointer data, GError **error)
{
  guint *messages = data;
  g_autoptr (GPtrArray) list = mail_store_mailboxes_list (db, error);

  for (guint i = 0; list != NULL && i < list->len; i++)
    *messages += ((const MailMailboxInfo *) g_ptr_array_index (list, i))->messages;
  return list != NULL;
}

/* What the server refused without ending the pass. */
static void
take_problems (MailEngine *engine, Outcome *outcome)
{
  g_autoptr (GPtrArray) problems = mail_engine_take_problems (engine);

  for (guint i = 0; i < problems->len; i++)
    {
      const MailProblem *problem = g_ptr_array_index (problems, i);

      g_printerr ("missiva-cli: %s (%s)\n", problem->summary, problem->technical);
      if (outcome->error == NULL)
        outcome->error = g_strdup_printf ("%s (%s)", problem->summary, problem->technical);
    }
  if (outcome->error == NULL && outcome->result.operations_failed > 0)
    outcome->error = g_strdup_printf ("the server refused %u operations", outcome->result.operations_failed);
}

static gboolean
run_pass (const MailAccountConfig *config,
          MailStore *store,
          const MailCredentials *credentials,
          Outcome *outcome,
          GError **error)
{
  g_autoptr (MailEngine) engine = mail_engine_new (config, store);
  gboolean ok = pass (engine, credentials, &outcome->result, error);

  mail_cli_say_alerts (engine, config);
  if (outcome->result.quota_warning > 0)
    {
      g_autofree char *sentence = mail_words_quota (config->name, outcome->result.quota_warning);

      g_printerr ("missiva-cli: %s\n", sentence);
    }
  take_problems (engine, outcome);
  mail_engine_close (engine);
  return ok;
}

static void
sync_account (const MailCli *cli, const MailAccountConfig *config, Outcome *outcome)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GError) failed = NULL;
  g_autoptr (MailCredentials) credentials = mail_cli_get_credentials (cli, config, &failed);
  g_autoptr (MailStore) store = mail_cli_open_store (cli, config, failed == NULL ? &failed : NULL);

  if (store != NULL && credentials != NULL)
    run_pass (config, store, credentials, outcome, &failed);
  if (failed != NULL)
    {
      g_free (outcome->error);
      outcome->error = mail_cli_describe_error (failed, config, config->incoming);
      mail_cli_say_problem (failed, config, config->incoming);
    }
  if (store != NULL)
    mail_store_read (store, count_job, &outcome->messages, NULL);
  outcome->seconds = (double) ((g_get_monotonic_time () - start) / 1000) / 1000;
}

static void
add_outcome (JsonBuilder *builder, const MailAccountConfig *config, const Outcome *outcome)
{
  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "account", config->name);
  mail_cli_add_string (builder, "mode", config->mode == MAIL_MODE_IMAP ? "imap" : "pop");
  mail_cli_add_boolean (builder, "ok", outcome->error == NULL);
  mail_cli_add_string (builder, "error", outcome->error);
  mail_cli_add_int (builder, "mailboxes", outcome->result.mailboxes);
  mail_cli_add_int (builder, "messages", outcome->messages);
  mail_cli_add_int (builder, "fetched", outcome->result.fetched);
  mail_cli_add_int (builder, "bodies", outcome->result.bodies);
  mail_cli_add_int (builder, "expunged", outcome->result.expunged);
  mail_cli_add_int (builder, "bytes_in", (gint64) outcome->result.bytes_in);
  mail_cli_add_int (builder, "round_trips", outcome->result.round_trips);
  json_builder_set_member_name (builder, "seconds");
  json_builder_add_double_value (builder, outcome->seconds);
  json_builder_end_object (builder);
}

static void
add_row (MailCliTable *table, const MailAccountConfig *config, const Outcome *outcome)
{
  mail_cli_table_add (table, g_strdup (config->name), g_strdup (outcome->error == NULL ? "yes" : "no"),
                      g_strdup_printf ("%u", outcome->messages), g_strdup_printf ("%u", outcome->result.fetched),
                      g_strdup_printf ("%u", outcome->result.bodies), g_strdup_printf ("%u", outcome->result.expunged),
                      g_strdup_printf ("%.2f", outcome->seconds));
}

/* The settings of every account that the words name; all accounts when there is no word. */
static GPtrArray *
load_configs (const MailCli *cli, GError **error)
{
  g_autoptr (GPtrArray) configs = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_account_config_free);
  g_auto (GStrv) all = mail_account_config_list (cli->home);
  guint count = cli->words->len > 0 ? cli->words->len : g_strv_length (all);

  for (guint i = 0; i < count; i++)
    {
      const char *name = cli->words->len > 0 ? mail_cli_get_word (cli, i) : all[i];
      MailAccountConfig *config = mail_account_config_load (cli->home, name, error);

      if (config == NULL)
        return NULL;
      g_ptr_array_add (configs, config);
    }
  return g_steal_pointer (&configs);
}

static gboolean
run_sync (MailCli *cli, GError **error)
{
  static const char *const titles[] = { "ACCOUNT", "OK", "MESSAGES", "NEW", "WHOLE", "GONE", "SECONDS", NULL };
  g_autoptr (GPtrArray) configs = load_configs (cli, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  MailCliTable *table;
  gboolean ok = TRUE;

  if (configs == NULL)
    return FALSE;
  table = mail_cli_table_new (titles);
  json_builder_begin_array (builder);
  for (guint i = 0; i < configs->len; i++)
    {
      const MailAccountConfig *config = g_ptr_array_index (configs, i);
      g_auto (Outcome) outcome = { 0 };

      sync_account (cli, config, &outcome);
      add_outcome (builder, config, &outcome);
      add_row (table, config, &outcome);
      ok = ok && outcome.error == NULL;
    }
  json_builder_end_array (builder);
  mail_cli_table_print_or_json (table, cli->json ? builder : NULL);
  return ok;
}

static void
print_audit (const MailCli *cli, const MailAccountConfig *config, const MailAuditResult *result)
{
  static const char *const titles[] = { "ACCOUNT", "MAILBOXES", "MESSAGES", "MISSING", "EXTRA", "FLAGS", "MISNUMBERED", NULL };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  MailCliTable *table = mail_cli_table_new (titles);

  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "account", config->name);
  mail_cli_add_int (builder, "mailboxes", result->mailboxes);
  mail_cli_add_int (builder, "messages", result->messages);
  mail_cli_add_int (builder, "missing", result->missing);
  mail_cli_add_int (builder, "extra", result->extra);
  mail_cli_add_int (builder, "flags", result->flags);
  mail_cli_add_int (builder, "misnumbered", result->misnumbered);
  json_builder_end_object (builder);
  mail_cli_table_add (table, g_strdup (config->name), g_strdup_printf ("%u", result->mailboxes),
                      g_strdup_printf ("%u", result->messages), g_strdup_printf ("%u", result->missing),
                      g_strdup_printf ("%u", result->extra), g_strdup_printf ("%u", result->flags),
                      g_strdup_printf ("%u", result->misnumbered));
  mail_cli_table_print_or_json (table, cli->json ? builder : NULL);
}

static gboolean
run_audit (MailCli *cli, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_account_config_load (cli->home, mail_cli_get_word (cli, 0), error);
  g_autoptr (MailCredentials) credentials = config != NULL ? mail_cli_get_credentials (cli, config, error) : NULL;
  g_autoptr (MailStore) store = credentials != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  g_autoptr (MailEngine) engine = store != NULL ? mail_engine_new (config, store) : NULL;
  MailAuditResult result = { 0 };

  if (engine == NULL || !mail_engine_open (engine, credentials, NULL, error)
      || !mail_engine_audit (engine, TRUE, &result, NULL, error))
    return FALSE;
  mail_cli_say_alerts (engine, config);
  mail_engine_close (engine);
  print_audit (cli, config, &result);
  return TRUE;
}

const MailCliVerb mail_cli_sync_verbs[] = {
  { "sync", "[NAME...]", "one full pass: waiting changes up, news down; all accounts unless named", MAIL_CLI_PASSWORD_HELP,
    NULL, 0, G_MAXUINT, run_sync },
  { "audit", "NAME", "compares what is here with the server, message by message, and puts right what differs",
    MAIL_CLI_PASSWORD_HELP, NULL, 1, 1, run_audit },
  { "watch", "NAME", "stays connected and prints a line of JSON for each event, until a signal ends it",
    "Events: new, flags, expunged, offline, online.\n" MAIL_CLI_PASSWORD_HELP, NULL, 1, 1, mail_cli_watch },
  { NULL },
};
