/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli-list.h"
#include "cli/cli-output.h"
#include "cli/cli-sync.h"
#include "core/errors.h"
#include "model/completeness.h"
#include "store/store-mailboxes.h"
#include "sync/offline.h"

/* One `prepare`. */
typedef struct
{
  const MailAccountConfig *config;
  MailOfflineEstimate estimate; /* before */
  MailOfflineEstimate left;     /* after */
  MailCompleteness completeness;
  MailSyncResult result;
  gboolean quiet; /* who reads JSON wants no other words */
  gint64 told;
} Preparing;

static gboolean
measure_job (MailDb *db, gpointer data, GError **error)
{
  Preparing *preparing = data;
  MailOfflineQuery query = { .config = preparing->config };
  g_autoptr (GPtrArray) mailboxes = NULL;

  if (!mail_offline_estimate_job (db, &query, error))
    return FALSE;
  preparing->left = query.estimate;
  mailboxes = mail_store_mailboxes_list (db, error);
  if (mailboxes == NULL)
    return FALSE;
  preparing->completeness = mail_completeness_of_account (mailboxes);
  return TRUE;
}

static void
say_estimate (const Preparing *preparing)
{
  const MailOfflineEstimate *estimate = &preparing->estimate;
  g_autofree char *size = g_format_size (estimate->bytes);

  if (preparing->quiet)
    return;
  if (estimate->messages == 0)
    g_printerr ("Everything is here already.\n");
  else if (estimate->seconds == 0)
    g_printerr ("%u messages are to be fetched, %s; how long that takes will show.\n", estimate->messages, size);
  else
    g_printerr ("%u messages are to be fetched, %s, in about %u seconds.\n", estimate->messages, size, estimate->seconds);
}

static void
progress_cb (const MailProgress *progress, gpointer user_data)
{
  Preparing *preparing = user_data;
  gint64 now = g_get_monotonic_time ();
  g_autofree char *left = g_format_size (progress->bytes_left);

  if (preparing->quiet || progress->phase != MAIL_PHASE_BODIES || now - preparing->told < G_TIME_SPAN_SECOND)
    return;
  preparing->told = now;
  if (progress->seconds_left == 0)
    g_printerr ("%u of %u messages, %s left\n", progress->done, progress->total, left);
  else
    g_printerr ("%u of %u messages, %s left, about %u seconds\n", progress->done, progress->total, left, progress->seconds_left);
}

static gboolean
prepare (MailEngine *engine, MailStore *store, const MailCredentials *credentials, Preparing *preparing, GError **error)
{
  const MailFillWish wish = { .everything = TRUE };

  if (!mail_engine_open (engine, credentials, NULL, error)
      || !mail_engine_replay (engine, &preparing->result, NULL, error)
      || !mail_engine_sync (engine, &preparing->result, NULL, NULL, NULL, error)
      || !mail_store_read (store, measure_job, preparing, error))
    return FALSE;
  preparing->estimate = preparing->left;
  say_estimate (preparing);
  mail_engine_set_fill (engine, &wish);
  if (!mail_cli_fill (engine, credentials, &preparing->result, progress_cb, preparing, error)
      || !mail_store_read (store, measure_job, preparing, error))
    return FALSE;
  if (preparing->left.messages == 0)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_REFUSED, "%u messages could not be fetched", preparing->left.messages);
  return FALSE;
}

static void
print_prepared (const MailCli *cli, const Preparing *preparing, const char *failure)
{
  const MailCompleteness *here = &preparing->completeness;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *words = mail_completeness_to_words (here);

  if (!cli->json)
    {
      printf ("%s\n", words);
      return;
    }
  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "account", preparing->config->name);
  mail_cli_add_boolean (builder, "ok", failure == NULL);
  mail_cli_add_string (builder, "error", failure);
  json_builder_set_member_name (builder, "estimate");
  json_builder_begin_object (builder);
  mail_cli_add_int (builder, "messages", preparing->estimate.messages);
  mail_cli_add_int (builder, "bytes", (gint64) preparing->estimate.bytes);
  json_builder_set_member_name (builder, "seconds");
  /* Where nothing was fetched yet, nobody knows. */
  if (preparing->estimate.seconds > 0 || preparing->estimate.messages == 0)
    json_builder_add_int_value (builder, preparing->estimate.seconds);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
  mail_cli_add_int (builder, "fetched", preparing->result.bodies);
  mail_cli_add_int (builder, "messages", here->messages);
  mail_cli_add_int (builder, "texts", here->texts);
  mail_cli_add_int (builder, "bodies", here->bodies);
  mail_cli_add_int (builder, "missing_parts", here->missing_parts);
  mail_cli_add_int (builder, "missing_bytes", (gint64) here->missing_bytes);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
}

static gboolean
run_prepare (MailCli *cli, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailStore) store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  g_autoptr (MailCredentials) credentials = store != NULL ? mail_cli_get_credentials (cli, config, error) : NULL;
  g_autoptr (MailEngine) engine = credentials != NULL ? mail_engine_new (config, store) : NULL;
  Preparing preparing = { .config = config, .quiet = cli->json };
  g_autoptr (GError) failure = NULL;
  g_autofree char *words = NULL;

  if (engine == NULL)
    return FALSE;
  prepare (engine, store, credentials, &preparing, &failure);
  mail_cli_say_alerts (engine, config);
  mail_engine_close (engine);
  if (failure != NULL)
    {
      words = mail_cli_describe_error (failure, config, config->incoming);
      mail_cli_say_problem (failure, config, config->incoming);
    }
  print_prepared (cli, &preparing, words);
  return failure == NULL;
}

/* One `mailbox offline`. */
typedef struct
{
  const char *mailbox;
  MailMailboxOffline offline;
  guint days;
} Setting;

static gboolean
set_job (MailDb *db, gpointer data, GError **error)
{
  const Setting *setting = data;
  g_autoptr (MailMailboxInfo) mailbox = mail_cli_find_mailbox (db, setting->mailbox, error);

  return mailbox != NULL && mail_store_mailboxes_set_offline (db, mailbox->id, setting->offline, setting->days, error);
}

static gboolean
read_setting (const char *text, Setting *setting, GError **error)
{
  static const char *const words[] = { "account", "all", "days:N", "headers", "not" };
  guint64 days;

  if (g_str_has_prefix (text, "days:") && g_ascii_string_to_unsigned (text + strlen ("days:"), 10, 1, 100000, &days, NULL))
    {
      setting->offline = MAIL_MAILBOX_OFFLINE_DAYS;
      setting->days = (guint) days;
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (i != MAIL_MAILBOX_OFFLINE_DAYS && g_str_equal (words[i], text))
      {
        setting->offline = (MailMailboxOffline) i;
        return TRUE;
      }
  return mail_cli_usage (error, "“%s” is none of account, all, days:N, headers and not", text);
}

static gboolean
run_mailbox_offline (MailCli *cli, GError **error)
{
  Setting setting = { .mailbox = mail_cli_get_word (cli, 1) };
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (MailStore) store = NULL;

  if (!read_setting (mail_cli_get_word (cli, 2), &setting, error))
    return FALSE;
  config = mail_cli_load_account (cli, error);
  store = config != NULL ? mail_cli_open_store (cli, config, error) : NULL;
  return store != NULL && mail_store_write (store, set_job, &setting, error);
}

const MailCliVerb mail_cli_offline_verbs[] = {
  { "mailbox offline", "NAME MAILBOX all|days:N|headers|not|account", "how much of a mailbox is kept here",
    "  all                      whole messages\n"
    "  days:N                   whole messages of the last N days\n"
    "  headers                  no more than the list\n"
    "  not                      nothing before it is opened\n"
    "  account                  as the account says\n",
    NULL, 3, 3, run_mailbox_offline },
  { "prepare", "NAME", "fetches everything, so that all can be read without a network", MAIL_CLI_PASSWORD_HELP, NULL, 1, 1,
    run_prepare },
  { NULL },
};
