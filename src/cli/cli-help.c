/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

#define COLUMN 20 /* of the summaries */

static const MailCliVerb *const groups[] = {
  mail_cli_account_verbs, mail_cli_sync_verbs,   mail_cli_list_verbs, mail_cli_show_verbs,
  mail_cli_change_verbs,  mail_cli_check_verbs,  mail_cli_file_verbs, mail_cli_offline_verbs,
  mail_cli_mailbox_verbs, mail_cli_queue_verbs,  mail_cli_server_verbs, mail_cli_search_verbs,
};

/* (nullable): the verb that the command line begins with, and of how many words it consists. */
static const MailCliVerb *
find_verb (const MailCli *cli, guint *words)
{
  const char *first = mail_cli_get_word (cli, 0);
  const char *second = mail_cli_get_word (cli, 1);
  g_autofree char *both = g_strjoin (" ", first != NULL ? first : "", second != NULL ? second : "", NULL);

  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const MailCliVerb *verb = groups[g]; verb->name != NULL; verb++)
      {
        *words = strcmp (verb->name, both) == 0 ? 2 : 1;
        if (*words == 2 || g_strcmp0 (verb->name, first) == 0)
          return verb;
      }
  return NULL;
}

static gboolean
refuse_verb (const MailCli *cli, GError **error)
{
  const char *first = mail_cli_get_word (cli, 0);
  const char *second = mail_cli_get_word (cli, 1);

  if (first == NULL)
    return mail_cli_usage (error, "no verb");
  return mail_cli_usage (error, "there is no verb “%s%s%s”", first, second != NULL ? " " : "", second != NULL ? second : "");
}

const MailCliVerb *
mail_cli_take_verb (MailCli *cli, GError **error)
{
  guint words;
  const MailCliVerb *verb = find_verb (cli, &words);

  if (verb != NULL)
    g_ptr_array_remove_range (cli->words, 0, words);
  else
    refuse_verb (cli, error);
  return verb;
}

static void
print_verb (const MailCliVerb *verb)
{
  printf ("Usage: missiva-cli [--home DIR] [--json] %s %s\n\n%c%s.\n%s%s", verb->name, verb->arguments,
          g_ascii_toupper (verb->summary[0]), verb->summary + 1, verb->details != NULL ? "\n" : "",
          verb->details != NULL ? verb->details : "");
}

/* The verbs that begin with the word @first; all where it is NULL. FALSE: there is none. */
static gboolean
print_summaries (const char *first)
{
  gboolean any = FALSE;

  for (guint g = 0; g < G_N_ELEMENTS (groups); g++)
    for (const MailCliVerb *verb = groups[g]; verb->name != NULL; verb++)
      if (first == NULL || (g_str_has_prefix (verb->name, first) && verb->name[strlen (first)] == ' '))
        {
          printf ("%s  %-*s %s\n", any ? "" : "Verbs:\n", COLUMN, verb->name, verb->summary);
          any = TRUE;
        }
  return any;
}

static gboolean
print_all (void)
{
  puts ("missiva-cli: mail without a window\n\nUsage: missiva-cli [--home DIR] [--json] VERB ...\n");
  print_summaries (NULL);
  puts ("\nmissiva-cli VERB --help tells what a verb takes.\n\n"
        "Options of every verb:\n"
        "  --home DIR               keep settings and mail below DIR\n"
        "  --json                   machine-readable output\n"
        "Where a verb signs in:\n"
        MAIL_CLI_PASSWORD_HELP "\n"
        "MISSIVA_LOG=FILE in the environment records what goes over the wires, without secrets.\n\n"
        "Exit status: 0 the whole thing was done, 1 it failed, 2 wrong use.");
  return TRUE;
}

gboolean
mail_cli_help (const MailCli *cli, GError **error)
{
  guint words;
  const MailCliVerb *verb = find_verb (cli, &words);
  const char *first = mail_cli_get_word (cli, 0);

  if (verb != NULL)
    print_verb (verb);
  else if (first == NULL)
    return print_all ();
  else if (cli->words->len > 1 || !print_summaries (first))
    return refuse_verb (cli, error);
  return TRUE;
}
