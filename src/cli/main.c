/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "cli/cli-output.h"
#include "cli/cli-sync.h"
#include "cli/cli.h"
#include "sync/sync-check.h"

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

/* *@verb: what was asked for, as far as that was understood. */
static gboolean
run (int argc, char **argv, const MailCliVerb **verb, GError **error)
{
  g_autoptr (MailCli) cli = mail_cli_new (argc, argv, error);
  const char *log = g_getenv ("MISSIVA_LOG");

  if (cli == NULL)
    return FALSE;
  if (mail_cli_get_option (cli, "help") != NULL)
    return mail_cli_help (cli, error);
  if (mail_cli_get_option (cli, "version") != NULL)
    return puts ("missiva-cli " MISSIVA_VERSION) >= 0;
  *verb = mail_cli_take_verb (cli, error);
  if (*verb == NULL)
    return FALSE;
  if (log != NULL && log[0] != '\0' && !mail_sync_start_wire_log (log, error))
    return FALSE;
  return run_verb (cli, *verb, error);
}

int
main (int argc, char **argv)
{
  const MailCliVerb *verb = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  /* The folder of translations, elsewhere when the program runs from where it was built. */
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("MISSIVA_LOCALEDIR") != NULL ? g_getenv ("MISSIVA_LOCALEDIR") : MISSIVA_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  /* A server that hangs up, or a reader of our output that does, is an error like any other. */
  signal (SIGPIPE, SIG_IGN);

  if (run (argc, argv, &verb, &error))
    {
      if (fflush (stdout) == 0 && !ferror (stdout))
        return 0;
      fprintf (stderr, "missiva-cli: the output cannot be written\n");
      return 1;
    }
  if (error == NULL)
    return 1;
  fprintf (stderr, "missiva-cli: %s\n", error->message);
  if (error->domain != MAIL_CLI_USAGE)
    return 1;
  fprintf (stderr, "See missiva-cli %s%s--help.\n", verb != NULL ? verb->name : "", verb != NULL ? " " : "");
  return 2;
}
