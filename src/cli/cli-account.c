/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli-output.h"
#include "cli/cli.h"
#include "core/errors.h"
#include "core/problem.h"
#include "model/account-files.h"
#include "model/secrets.h"
#include "store/store-messages.h"
#include "sync/engine.h"
#include "sync/store-mode.h"
#include "sync/sync-check.h"

/* A wrong value is the caller's, not the world's. */
static gboolean
set_value (MailAccountConfig *config, const char *key, const char *value, GError **error)
{
  g_autoptr (GError) failed = NULL;

  return mail_account_config_set (config, key, value, &failed) || mail_cli_usage (error, "%s", failed->message);
}

/* --trust and --ca-file stand for both servers. */
static gboolean
set_trust (const MailCli *cli, MailAccountConfig *config, GError **error)
{
  const char *pin = mail_cli_get_option (cli, "trust");
  const char *ca_file = mail_cli_get_option (cli, "ca-file");
  g_autofree char *path = ca_file != NULL ? g_canonicalize_filename (ca_file, NULL) : NULL;

  if (pin != NULL
      && (!set_value (config, "incoming-pin", pin, error)
          || (config->outgoing->host != NULL && !set_value (config, "outgoing-pin", pin, error))))
    return FALSE;
  return path == NULL
         || (set_value (config, "incoming-ca-file", path, error)
             && (config->outgoing->host == NULL || set_value (config, "outgoing-ca-file", path, error)));
}

static void
add_settings (JsonBuilder *builder, const MailAccountConfig *config)
{
  const char *const *keys = mail_account_config_keys ();

  mail_cli_add_string (builder, "name", config->name);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = mail_account_config_get (config, keys[i]);
      g_autofree char *field = g_strdelimit (g_strdup (keys[i]), "-", '_');

      if (strcmp (keys[i], "check-minutes") == 0)
        mail_cli_add_int (builder, field, config->check_minutes);
      else if (strcmp (keys[i], "connections") == 0)
        mail_cli_add_int (builder, field, config->connections);
      else
        mail_cli_add_string (builder, field, value);
    }
}

/* Saves @config and tells it. */
static gboolean
save (const MailCli *cli, const MailAccountConfig *config, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (!mail_account_config_save (config, cli->home, error))
    return FALSE;
  if (!cli->json)
    {
      printf ("Account “%s” is saved.\n", config->name);
      return TRUE;
    }
  json_builder_begin_object (builder);
  add_settings (builder, config);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
  return TRUE;
}

/* Mail that stayed here when another account of that name was removed is not mixed with this one's. */
static gboolean
check_kept (const MailCli *cli, const MailAccountConfig *config, GError **error)
{
  g_autoptr (MailAccountConfig) kept = mail_account_files_load_kept (cli->home, config->name);

  if (kept == NULL || mail_account_files_match (kept, config))
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_EXISTS,
               "the mail of the removed account “%s” (%s, %s) is still here; take another name",
               config->name, kept->address, kept->mode == MAIL_MODE_POP ? "POP" : "IMAP");
  return FALSE;
}

static gboolean
run_add (MailCli *cli, GError **error)
{
  static const char *const required[] = { "address", "mode", "incoming", "incoming-security", "user" };
  static const char *const optional[] = { "full-name", "outgoing", "outgoing-security", "outgoing-user",
                                          "pop-keep", "offline", "check-minutes", "connections" };
  const char *name = mail_cli_get_word (cli, 0);
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (GError) bad_name = NULL;
  g_autofree char *path = NULL;

  if (!mail_account_config_check_name (name, &bad_name))
    return mail_cli_usage (error, "%s", bad_name->message);
  config = mail_account_config_new (name);
  for (guint i = 0; i < G_N_ELEMENTS (required); i++)
    {
      const char *value = mail_cli_get_option (cli, required[i]);

      if (value == NULL)
        return mail_cli_usage (error, "account add needs --%s", required[i]);
      if (!set_value (config, required[i], value, error))
        return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (optional); i++)
    {
      const char *value = mail_cli_get_option (cli, optional[i]);

      if (value != NULL && !set_value (config, optional[i], value, error))
        return FALSE;
    }
  if (config->outgoing->host != NULL && mail_cli_get_option (cli, "outgoing-security") == NULL)
    return mail_cli_usage (error, "--outgoing needs --outgoing-security");
  if (!set_trust (cli, config, error))
    return FALSE;

  path = mail_home_account_file (cli->home, name);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_EXISTS, "there is an account “%s” already", name);
      return FALSE;
    }
  return check_kept (cli, config, error) && save (cli, config, error);
}

/* What can be known of the account @name; FALSE when it cannot be opened, and why is told. */
static gboolean
list_account (const MailCli *cli, const char *name, MailCliTable *table, JsonBuilder *builder)
{
  g_autofree char *folder = mail_home_account_store (cli->home, name);
  g_autoptr (MailProblem) problem = NULL;
  g_autoptr (GError) failed = NULL;
  g_autoptr (MailAccountConfig) config = mail_account_config_load (cli->home, name, &failed);
  gboolean readable = config != NULL;

  if (!readable)
    config = mail_account_config_new (name);
  if (!readable || !mail_store_examine (folder, &failed))
    {
      problem = mail_problem_new_from_error (failed, name, NULL, MAIL_PROBLEM_RADIUS_ACCOUNT);
      g_printerr ("missiva-cli: %s\n%s\n(%s)\n", problem->summary, problem->advice != NULL ? problem->advice : "",
                  problem->technical);
    }
  json_builder_begin_object (builder);
  if (readable)
    add_settings (builder, config);
  else
    mail_cli_add_string (builder, "name", name);
  mail_cli_add_string (builder, "problem", problem != NULL ? problem->summary : NULL);
  json_builder_end_object (builder);
  mail_cli_table_add (table, g_strdup (name), readable ? mail_account_config_get (config, "mode") : g_strdup ("?"),
                      readable ? g_strdup (config->address) : g_strdup ("?"),
                      readable ? mail_endpoint_to_string (config->incoming) : g_strdup ("?"),
                      readable ? mail_account_config_get (config, "incoming-security") : g_strdup ("?"));
  return problem == NULL;
}

static gboolean
run_list (MailCli *cli, GError **error)
{
  static const char *const titles[] = { "NAME", "MODE", "ADDRESS", "INCOMING", "SECURITY", NULL };
  g_auto (GStrv) names = mail_account_config_list (cli->home);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  MailCliTable *table = mail_cli_table_new (titles);
  gboolean ok = TRUE;

  json_builder_begin_array (builder);
  for (guint i = 0; names[i] != NULL; i++)
    ok = list_account (cli, names[i], table, builder) && ok;
  json_builder_end_array (builder);
  mail_cli_table_print_or_json (table, cli->json ? builder : NULL);
  return ok;
}

static gboolean
count_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_messages_count (db, data, error);
}

/* Opening tells, too, whether another process is using the account. */
static gboolean
count (const char *folder, MailHoldings *holdings, GError **error)
{
  g_autoptr (MailStore) store = NULL;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  store = mail_store_open (folder, error);
  return store != NULL && mail_store_read (store, count_job, holdings, error);
}

/* *@own: mail would be lost with the files. Of what cannot be read, that is taken to be so. */
static gboolean
look_for_own_mail (const MailCli *cli, const char *name, const char *folder, gboolean *own, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (MailAccountConfig) config = mail_account_config_load (cli->home, name, &failed);
  MailHoldings holdings = { 0 };

  *own = TRUE;
  if (config != NULL && count (folder, &holdings, &failed))
    *own = mail_holdings_are_own (&holdings, config->mode) || holdings.waiting > 0;
  if (failed == NULL || g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_SETTINGS)
      || g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_STORE) || g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_STORE_DAMAGED)
      || g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_STORE_NEWER))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

/* Unless it is asked for, nothing goes that is nowhere else: the window asks, a command does not. */
static gboolean
run_remove (MailCli *cli, GError **error)
{
  const char *name = mail_cli_get_word (cli, 0);
  g_autofree char *folder = mail_home_account_store (cli->home, name);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *key = NULL;
  gboolean with_mail, own;

  if (!look_for_own_mail (cli, name, folder, &own, error))
    return FALSE;
  with_mail = !own || mail_cli_get_option (cli, "delete-mail") != NULL;
  if (!mail_account_files_remove (cli->home, name, with_mail, error))
    return FALSE;
  key = mail_secrets_dup_key (cli->home, name);
  mail_secrets_clear_sync (key);
  if (!cli->json)
    {
      printf ("Account “%s” is removed.\n", name);
      if (!with_mail)
        printf ("Its mail stays in %s.\n", folder);
      return TRUE;
    }
  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "name", name);
  mail_cli_add_boolean (builder, "removed", TRUE);
  mail_cli_add_boolean (builder, "mail_deleted", with_mail);
  mail_cli_add_string (builder, "mail_folder", with_mail ? NULL : folder);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
  return TRUE;
}

/* Mail that is here already must be of the account's mode. */
static gboolean
check_mode (const MailCli *cli, const MailAccountConfig *config, GError **error)
{
  g_autofree char *folder = mail_home_account_store (cli->home, config->name);
  g_autoptr (MailStore) store = NULL;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  store = mail_store_open (folder, error);
  if (store != NULL && mail_store_mode_check (store, config->mode, error))
    return TRUE;
  g_prefix_error (error, "account “%s”: ", config->name);
  return FALSE;
}

static gboolean
run_set (MailCli *cli, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  MailMode old_mode;

  if (config == NULL)
    return FALSE;
  old_mode = config->mode;
  for (guint i = 1; i < cli->words->len; i++)
    {
      const char *word = mail_cli_get_word (cli, i);
      const char *equals = strchr (word, '=');
      g_autofree char *key = equals != NULL ? g_strndup (word, (gsize) (equals - word)) : NULL;

      if (equals == NULL)
        return mail_cli_usage (error, "“%s” is not KEY=VALUE", word);
      if (!set_value (config, key, equals + 1, error))
        return FALSE;
    }
  return (config->mode == old_mode || check_mode (cli, config, error)) && save (cli, config, error);
}

/* What a sign-in found. */
typedef struct
{
  MailFigures figures;
  GError *incoming_error;
  GError *outgoing_error;
} Finding;

static void
finding_clear (Finding *finding)
{
  g_strfreev (finding->figures.capabilities);
  g_clear_error (&finding->incoming_error);
  g_clear_error (&finding->outgoing_error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Finding, finding_clear)

static void
look (const MailAccountConfig *config, const MailCredentials *credentials, Finding *finding)
{
  g_autoptr (MailEngine) engine = mail_engine_new (config, NULL);

  finding->figures.bytes = -1;
  if (mail_engine_open (engine, credentials, NULL, &finding->incoming_error))
    {
      mail_engine_measure (engine, &finding->figures, NULL, &finding->incoming_error);
      mail_engine_close (engine);
    }
  mail_cli_say_alerts (engine, config);
  if (finding->incoming_error != NULL)
    mail_cli_say_problem (finding->incoming_error, config, config->incoming);
  if (config->outgoing->host != NULL && !mail_sync_check_outgoing (config, credentials, NULL, &finding->outgoing_error))
    mail_cli_say_problem (finding->outgoing_error, config, config->outgoing);
}

static void
add_outcome (JsonBuilder *builder, const GError *failed, const MailAccountConfig *config, const MailEndpoint *endpoint)
{
  g_autofree char *words = failed != NULL ? mail_cli_describe_error (failed, config, endpoint) : NULL;

  mail_cli_add_boolean (builder, "ok", failed == NULL);
  mail_cli_add_string (builder, "error", words);
}

static void
print_finding_json (const MailAccountConfig *config, const Finding *finding)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const GError *failed = finding->incoming_error != NULL ? finding->incoming_error : finding->outgoing_error;
  const MailFigures *figures = &finding->figures;

  json_builder_begin_object (builder);
  mail_cli_add_string (builder, "account", config->name);
  mail_cli_add_string (builder, "mode", config->mode == MAIL_MODE_IMAP ? "imap" : "pop");
  add_outcome (builder, failed, config, finding->incoming_error != NULL ? config->incoming : config->outgoing);
  mail_cli_add_strings (builder, "capabilities", (const char *const *) figures->capabilities);
  mail_cli_add_int (builder, "mailboxes", figures->mailboxes);
  mail_cli_add_int (builder, "messages", (gint64) figures->messages);
  mail_cli_add_int (builder, "inbox_messages", (gint64) figures->inbox_messages);
  json_builder_set_member_name (builder, "bytes");
  if (figures->bytes >= 0)
    json_builder_add_int_value (builder, figures->bytes);
  else
    json_builder_add_null_value (builder);
  mail_cli_add_int (builder, "quota_used", (gint64) figures->quota_used);
  mail_cli_add_int (builder, "quota_limit", (gint64) figures->quota_limit);
  mail_cli_add_int (builder, "quota_messages", (gint64) figures->quota_messages);
  mail_cli_add_int (builder, "quota_messages_limit", (gint64) figures->quota_messages_limit);
  mail_cli_add_boolean (builder, "push", figures->has_push);
  mail_cli_add_boolean (builder, "uidl", figures->has_uidl);
  json_builder_set_member_name (builder, "outgoing");
  if (config->outgoing->host == NULL)
    json_builder_add_null_value (builder);
  else
    {
      json_builder_begin_object (builder);
      add_outcome (builder, finding->outgoing_error, config, config->outgoing);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
}

/* (transfer full): the lines about space; POP and servers without quotas tell no limit. */
static char *
describe_size (const MailFigures *figures)
{
  g_autofree char *size = figures->bytes >= 0 ? g_format_size ((guint64) figures->bytes) : g_strdup ("?");
  g_autofree char *used = g_format_size (figures->quota_used);
  g_autofree char *limit = g_format_size (figures->quota_limit);
  GString *text = g_string_new (size);

  if (figures->quota_limit > 0)
    g_string_append_printf (text, "\nQuota      %s of %s", used, limit);
  if (figures->quota_messages_limit > 0)
    g_string_append_printf (text, "\nQuota      %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " messages", figures->quota_messages,
                            figures->quota_messages_limit);
  return g_string_free (text, FALSE);
}

static void
print_finding (const MailAccountConfig *config, const Finding *finding)
{
  g_autofree char *incoming = mail_endpoint_to_string (config->incoming);

  if (finding->incoming_error == NULL)
    {
      g_autofree char *capabilities = g_strjoinv (" ", finding->figures.capabilities);
      g_autofree char *size = describe_size (&finding->figures);

      printf ("Incoming   %s: signed in\nMailboxes  %u\nMessages   %" G_GUINT64_FORMAT " (inbox %" G_GUINT64_FORMAT
              ")\nSize       %s\nServer can %s\n",
              incoming, finding->figures.mailboxes, finding->figures.messages, finding->figures.inbox_messages, size,
              capabilities);
    }
  if (config->outgoing->host != NULL && finding->outgoing_error == NULL)
    {
      g_autofree char *outgoing = mail_endpoint_to_string (config->outgoing);

      printf ("Outgoing   %s: signed in\n", outgoing);
    }
}

static gboolean
run_check (MailCli *cli, GError **error)
{
  g_autoptr (MailAccountConfig) config = mail_cli_load_account (cli, error);
  g_autoptr (MailCredentials) credentials = config != NULL ? mail_cli_get_credentials (cli, config, error) : NULL;
  g_auto (Finding) finding = { 0 };

  if (credentials == NULL)
    return FALSE;
  look (config, credentials, &finding);
  if (cli->json)
    print_finding_json (config, &finding);
  else
    print_finding (config, &finding);
  return finding.incoming_error == NULL && finding.outgoing_error == NULL;
}

const MailCliVerb mail_cli_account_verbs[] = {
  { "account add", "NAME OPTION...", "makes an account; nothing is asked of its server yet",
    "  --address A              mail address (needed)\n"
    "  --full-name N            name that goes with it\n"
    "  --mode imap|pop          imap: synchronised with the server; pop: downloaded (needed)\n"
    "  --user U                 user name at the incoming server (needed)\n"
    "  --incoming HOST:PORT     server for reading (needed)\n"
    "  --incoming-security S    tls: from the first byte; starttls; none: in clear text (needed)\n"
    "  --outgoing HOST:PORT     server for sending\n"
    "  --outgoing-security S    the same words; needed with --outgoing\n"
    "  --outgoing-user U        user name there, where it is another one\n"
    "  --pop-keep WHEN          when POP deletes on the server what is safely here:\n"
    "                           delete (at once), days:N, until-deleted (here; unless you say), forever (never)\n"
    "  --offline WHAT           which whole messages IMAP keeps here: all (unless you say), days:N, headers\n"
    "  --check-minutes N        how often everything is looked at; 0: by POP only when asked; 10 unless you say\n"
    "  --connections N          how many to an IMAP server at a time, 1 or 2; 2 unless you say\n"
    "  --trust FINGERPRINT      SHA-256 of the servers' certificate, where the system does not trust it\n"
    "  --ca-file PEM            authorities to trust for the servers besides the system's\n\n"
    "Example:\n"
    "  missiva-cli account add home --address name@example.org --user name@example.org --mode imap \\\n"
    "    --incoming imap.example.org:993 --incoming-security tls\n",
    "address full-name mode incoming incoming-security user outgoing outgoing-security outgoing-user pop-keep offline "
    "check-minutes connections trust ca-file",
    1, 1, run_add },
  { "account list", "", "names the accounts", NULL, NULL, 0, 0, run_list },
  { "account remove", "NAME [--delete-mail]", "removes an account; mail that is nowhere else stays here",
    "  --delete-mail            removes all its mail from this computer, too\n", "delete-mail", 1, 1, run_remove },
  { "account set", "NAME KEY=VALUE...", "changes settings",
    "Keys: full-name, address, mode, user, outgoing-user, pop-keep, offline, check-minutes,\n"
    "connections, incoming, incoming-security, incoming-pin, incoming-ca-file, and the same four with outgoing-.\n"
    "Values are those of account add; an empty one takes back what may be missing.\n",
    NULL, 2, G_MAXUINT, run_set },
  { "account check", "NAME", "signs in and tells what the servers offer and hold", MAIL_CLI_PASSWORD_HELP, NULL, 1, 1,
    run_check },
  { NULL },
};
