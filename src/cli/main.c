/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli-output.h"
#include "cli/cli-sync.h"
#include "cli/cli.h"
#include "sync/sync-check.h"

static const MailCliVerb *const groups[] = {
  mail_cli_account_verbs, mail_cli_sync_verbs,   mail_cli_list_verbs, mail_cli_show_verbs,
  mail_cli_change_verbs,  mail_cli_check_verbs,  mail_cli_file_verbs,
};

static int
print_help (void)
{
  puts ("missiva-cli: mail without a window\n\nUsage: missiva-cli [--home DIR] [--json] VERB ...\n");
  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const MailCliVerb *verb = groups[g]; verb->name != NULL; verb++)
      printf ("  %s %s\n", verb->name, verb->arguments);
  puts ("\nOptions of every verb:\n"
        "  --home DIR            keep settings and mail below DIR\n"
        "  --json                machine-readable output\n"
        "  --password-file FILE  its first line is the password, where a verb signs in; without it the keyring is asked\n"
        "  --help, --version\n\n"
        "MISSIVA_LOG=FILE in the environment records what goes over the wires, without secrets.\n\n"
        "Exit status: 0 the whole thing was done, 1 it failed, 2 wrong use.");
  return 0;
}

/* Takes the words of the verb off the command line. */
static const MailCliVerb *
find_verb (MailCli *cli, GError **error)
{
  const char *first = mail_cli_get_word (cli, 0);
  const char *second = mail_cli_get_word (cli, 1);
  g_autofree char *both = g_strjoin (" ", first != NULL ? first : "", second != NULL ? second : "", NULL);

  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const MailCliVerb *verb = groups[g]; verb->name != NULL; verb++)
      {
        gboolean is_both = strcmp (verb->name, both) == 0;

        if (!is_both && g_strcmp0 (verb->name, first) != 0)
          continue;
        g_ptr_array_remove_range (cli->words, 0, is_both ? 2 : 1);
        return verb;
      }
  if (first == NULL)
    mail_cli_usage (error, "no verb; see missiva-cli --help");
  else
    mail_cli_usage (error, "there is no verb “%s”; see missiva-cli --help", g_strstrip (both));
  return NULL;
}

/* Whoever reads JSON reads it of a failure too; but the lines of watch are events, and nothing else. */
static void
print_failure (const MailCliVerb *verb, const GError *failure)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (verb->run == mail_cli_watch)
    return;
  json_builder_begin_object (builder);
  mail_cli_add_boolean (builder, "ok", FALSE);
  mail_cli_add_string (builder, "error", failure->message);
  json_builder_end_object (builder);
  mail_cli_print_json (builder);
}

static gboolean
run_verb (MailCli *cli, const MailCliVerb *verb, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (mail_cli_check_use (cli, verb, &failure) && verb->run (cli, &failure))
    return TRUE;
  if (failure == NULL)
    return FALSE;
  if (cli->json)
    print_failure (verb, failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
run (int argc, char **argv, GError **error)
{
  g_autoptr (MailCli) cli = mail_cli_new (argc, argv, error);
  const char *log = g_getenv ("MISSIVA_LOG");
  const MailCliVerb *verb;

  if (cli == NULL)
    return FALSE;
  if (mail_cli_get_option (cli, "help") != NULL)
    return print_help () == 0;
  if (mail_cli_get_option (cli, "version") != NULL)
    return puts ("missiva-cli " MISSIVA_VERSION) >= 0;
  verb = find_verb (cli, error);
  if (verb == NULL)
    return FALSE;
  if (log != NULL && log[0] != '\0' && !mail_sync_start_wire_log (log, error))
    return FALSE;
  return run_verb (cli, verb, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  /* The folder of translations, elsewhere when the program runs from where it was built. */
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("MISSIVA_LOCALEDIR") != NULL ? g_getenv ("MISSIVA_LOCALEDIR") : MISSIVA_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  /* A server that hangs up, or a reader of our output that does, is an error like any other. */
  signal (SIGPIPE, SIG_IGN);

  if (run (argc, argv, &error))
    {
      if (fflush (stdout) == 0 && !ferror (stdout))
        return 0;
      fprintf (stderr, "missiva-cli: the output cannot be written\n");
      return 1;
    }
  if (error == NULL)
    return 1;
  fprintf (stderr, "missiva-cli: %s\n", error->message);
  return error->domain == MAIL_CLI_USAGE ? 2 : 1;
}
