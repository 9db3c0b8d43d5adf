/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include <string.h>

#include "core/certificate.h"
#include "core/errors.h"
#include "core/problem.h"
#include "model/secrets.h"
#include "sync/sync-check.h"

G_DEFINE_QUARK (mail-cli-usage-quark, mail_cli_usage)

/* Every option of every verb, so that options may stand before the verb. */
static const struct
{
  const char *name;
  gboolean has_value;
} known_options[] = {
  { "home", TRUE },          { "json", FALSE },       { "password-file", TRUE },
  { "help", FALSE },         { "version", FALSE },    { "address", TRUE },
  { "full-name", TRUE },     { "mode", TRUE },        { "incoming", TRUE },
  { "user", TRUE },          { "outgoing", TRUE },    { "incoming-security", TRUE },
  { "outgoing-user", TRUE }, { "pop-keep", TRUE },    { "outgoing-security", TRUE },
  { "offline", TRUE },       { "trust", TRUE },       { "ca-file", TRUE },
  { "mailbox", TRUE },       { "here", FALSE },
  { "limit", TRUE },         { "raw", FALSE },        { "check-minutes", TRUE },
  { "text", FALSE },         { "html", FALSE },       { "part", TRUE },
  { "dir", TRUE },           { "delete-mail", FALSE }, { "connections", TRUE },
  { "role", TRUE },          { "retry", TRUE },       { "drop", TRUE },
  { "color", TRUE },         { "keyword", TRUE },     { "remove", FALSE },
};

gboolean
mail_cli_usage (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if (error != NULL)
    *error = g_error_new_valist (MAIL_CLI_USAGE, 0, format, arguments);
  va_end (arguments);
  return FALSE;
}

/* The name of @known_options that @text (without dashes, perhaps with =VALUE) means. */
static const char *
find_option (const char *text, gboolean *has_value)
{
  gsize length = strcspn (text, "=");

  for (guint i = 0; i < G_N_ELEMENTS (known_options); i++)
    if (strlen (known_options[i].name) == length && strncmp (known_options[i].name, text, length) == 0)
      {
        *has_value = known_options[i].has_value;
        return known_options[i].name;
      }
  return NULL;
}

/* Reads the option at argv[*index]; moves *index on when its value is the next word. */
static gboolean
read_option (MailCli *cli, int argc, char **argv, int *index, GError **error)
{
  const char *text = argv[*index] + 2;
  const char *equals = strchr (text, '=');
  gboolean has_value = FALSE;
  const char *name = find_option (text, &has_value);
  const char *value = "";

  if (name == NULL)
    return mail_cli_usage (error, "there is no option --%s", text);
  if (!has_value && equals != NULL)
    return mail_cli_usage (error, "--%s takes no value", name);
  if (has_value && equals != NULL)
    value = equals + 1;
  else if (has_value)
    {
      if (*index + 1 >= argc)
        return mail_cli_usage (error, "--%s needs a value", name);
      value = argv[++*index];
    }
  g_hash_table_insert (cli->options, (gpointer) name, (gpointer) value);
  return TRUE;
}

MailCli *
mail_cli_new (int argc, char **argv, GError **error)
{
  g_autoptr (MailCli) cli = g_new0 (MailCli, 1);
  g_autofree char *directory = NULL;
  gboolean only_words = FALSE;
  const char *home;

  cli->words = g_ptr_array_new ();
  cli->options = g_hash_table_new (g_str_hash, g_str_equal);
  for (int i = 1; i < argc; i++)
    {
      if (!g_utf8_validate (argv[i], -1, NULL))
        {
          mail_cli_usage (error, "argument %d is not UTF-8", i);
          return NULL;
        }
      if (!only_words && strcmp (argv[i], "--") == 0)
        only_words = TRUE;
      else if (only_words || !g_str_has_prefix (argv[i], "--"))
        g_ptr_array_add (cli->words, argv[i]);
      else if (!read_option (cli, argc, argv, &i, error))
        return NULL;
    }
  cli->json = mail_cli_get_option (cli, "json") != NULL;
  home = mail_cli_get_option (cli, "home");
  /* Absolute, because passwords in the keyring are named after it. */
  directory = home != NULL ? g_canonicalize_filename (home, NULL) : NULL;
  cli->home = mail_home_new (directory);
  return g_steal_pointer (&cli);
}

void
mail_cli_free (MailCli *cli)
{
  mail_home_free (cli->home);
  g_ptr_array_unref (cli->words);
  g_hash_table_unref (cli->options);
  g_free (cli);
}

const char *
mail_cli_get_option (const MailCli *cli, const char *name)
{
  return g_hash_table_lookup (cli->options, name);
}

const char *
mail_cli_get_word (const MailCli *cli, guint index)
{
  return index < cli->words->len ? g_ptr_array_index (cli->words, index) : NULL;
}

gboolean
mail_cli_check_use (const MailCli *cli, const MailCliVerb *verb, GError **error)
{
  static const char *const always[] = { "home", "json", "password-file", NULL };
  g_auto (GStrv) own = g_strsplit (verb->options != NULL ? verb->options : "", " ", -1);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, cli->options);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_strv_contains (always, name) && !g_strv_contains ((const char *const *) own, name))
      return mail_cli_usage (error, "%s does not take --%s", verb->name, (const char *) name);
  if (cli->words->len < verb->min_words || cli->words->len > verb->max_words)
    return mail_cli_usage (error, "usage: missiva-cli %s %s", verb->name, verb->arguments);
  return TRUE;
}

gboolean
mail_cli_parse_id (const char *text, gint64 *id, GError **error)
{
  if (g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, id, NULL))
    return TRUE;
  return mail_cli_usage (error, "“%s” is no message id", text);
}

MailAccountConfig *
mail_cli_load_account (const MailCli *cli, GError **error)
{
  return mail_account_config_load (cli->home, mail_cli_get_word (cli, 0), error);
}

MailStore *
mail_cli_open_store (const MailCli *cli, const MailAccountConfig *config, GError **error)
{
  g_autofree char *directory = mail_home_account_store (cli->home, config->name);

  return mail_store_open (directory, error);
}

MailCredentials *
mail_cli_get_credentials (const MailCli *cli, const MailAccountConfig *config, GError **error)
{
  const char *path = mail_cli_get_option (cli, "password-file");
  g_autofree char *key = NULL;
  g_autoptr (GError) failed = NULL;
  MailCredentials *credentials;
  char *password;

  if (path != NULL)
    password = mail_secrets_read_file (path, &failed);
  else
    {
      key = mail_secrets_dup_key (cli->home, config->name);
      password = mail_secrets_lookup_sync (key, &failed);
    }
  if (password == NULL)
    {
      if (path != NULL && failed != NULL)
        g_propagate_error (error, g_steal_pointer (&failed));
      else
        g_set_error (error, MAIL_ERROR, MAIL_ERROR_NO_PASSWORD,
                     "no password is known for account “%s”; give --password-file FILE", config->name);
      return NULL;
    }
  credentials = mail_credentials_new_password (config->user, password);
  mail_secret_free (password);
  return credentials;
}

char *
mail_cli_describe_error (const GError *error, const MailAccountConfig *config, const MailEndpoint *endpoint)
{
  g_autoptr (MailProblem) problem = mail_problem_new_from_error (error, config->name, endpoint->host,
                                                                 MAIL_PROBLEM_RADIUS_ACCOUNT);

  if (problem == NULL)
    return g_strdup (error->message);
  return g_strdup_printf ("%s (%s)", problem->summary, problem->technical);
}

static void
say_certificate (const MailCertificate *certificate)
{
  g_autofree char *wrong = mail_certificate_describe_problems (certificate);
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_utc (certificate->valid_from);
  g_autoptr (GDateTime) until = g_date_time_new_from_unix_utc (certificate->valid_until);
  g_autofree char *from_text = from != NULL ? g_date_time_format_iso8601 (from) : g_strdup ("?");
  g_autofree char *until_text = until != NULL ? g_date_time_format_iso8601 (until) : g_strdup ("?");

  g_printerr ("  subject:  %s\n  names:    %s\n  issuer:   %s\n  valid:    %s to %s\n  SHA-256:  %s\n",
              certificate->subject, certificate->names != NULL ? certificate->names : "none", certificate->issuer,
              from_text, until_text, certificate->fingerprint);
  if (certificate->pinned != NULL)
    g_printerr ("  trusted:  %s\n", certificate->pinned);
  if (wrong[0] != '\0')
    g_printerr ("%s\n", wrong);
}

void
mail_cli_say_alert (const char *alert, const MailAccountConfig *config)
{
  g_printerr ("missiva-cli: the server of “%s” says: %s\n", config->name, alert);
}

void
mail_cli_say_alerts (MailEngine *engine, const MailAccountConfig *config)
{
  g_autoptr (GPtrArray) alerts = mail_engine_take_alerts (engine);

  for (guint i = 0; i < alerts->len; i++)
    mail_cli_say_alert (g_ptr_array_index (alerts, i), config);
}

void
mail_cli_say_told_problem (const MailProblem *problem, const MailCertificate *certificate)
{
  g_printerr ("missiva-cli: %s\n%s%s(%s)\n", problem->summary, problem->advice != NULL ? problem->advice : "",
              problem->advice != NULL ? "\n" : "", problem->technical);
  if (certificate != NULL)
    say_certificate (certificate);
}

void
mail_cli_say_problem (const GError *error, const MailAccountConfig *config, const MailEndpoint *endpoint)
{
  g_autoptr (MailProblem) problem = mail_problem_new_from_error (error, config->name, endpoint->host,
                                                                 MAIL_PROBLEM_RADIUS_ACCOUNT);
  gboolean is_certificate = g_error_matches (error, MAIL_ERROR, MAIL_ERROR_CERTIFICATE)
                            || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_PIN_CHANGED);
  g_autoptr (MailCertificate) certificate = is_certificate ? mail_sync_dup_failed_certificate () : NULL;

  if (problem != NULL)
    mail_cli_say_told_problem (problem, certificate);
  else
    g_printerr ("missiva-cli: %s\n", error->message);
}
