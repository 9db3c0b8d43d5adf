/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lib/cli-run.h"

static void
test_wrong_use_is_status_2 (void)
{
  static const char *const lines[] = {
    "",
    "frobnicate",
    "account",
    "account frobnicate",
    "list",
    "list Casa --limit 0",
    "list Casa --limit",
    "list Casa --raw",
    "list Casa --frobnicate",
    "list Casa --json=yes",
    "show Casa",
    "show Casa x",
    "show Casa 1 --raw --text",
    "show Casa 1 --part 0",
    "mark Casa 1 unseen",
    "mark Casa seen flagged",
    "move Casa Archive",
    "delete Casa INBOX",
    "append Casa Drafts",
    "parse",
    "save-attachments x",
    "account add Casa",
    "account add ../x --address a@example.org",
    "account add Casa --address a@example.org --mode exchange --incoming localhost:1 --incoming-security tls --user u",
    "account add Casa --address a@example.org --mode imap --incoming localhost --incoming-security tls --user u",
    "account add Casa --address a@example.org --mode imap --incoming localhost:1 --user u",
    "account add Casa --address a@example.org --mode imap --incoming localhost:1 --incoming-security tls --user u --trust 12",
  };
  g_autoptr (CliRun) cli = cli_run_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      cli_run (cli, 2, lines[i]);
      g_assert_true (g_str_has_suffix (cli->err, "--help.\n"));
    }
  cli_run (cli, 0, "--version");
  cli_run (cli, 0, CLI_RUN_ADD);
  cli_run (cli, 2, "account set Casa address");
  cli_run (cli, 2, "account set Casa colour=red");
  cli_run (cli, 2, "account set Casa mode=exchange");
}

/* Everything fits a terminal of 110 columns. */
static void
assert_readable (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_cmpuint (strlen (lines[i]), <=, 110);
}

static void
test_every_verb_has_a_help_of_its_own (void)
{
  g_autoptr (CliRun) cli = cli_run_new ();
  g_auto (GStrv) lines = NULL;
  guint verbs = 0;

  cli_run (cli, 0, "--help");
  assert_readable (cli->text);
  lines = g_strsplit (cli->text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      g_autofree char *ask = NULL;
      g_autofree char *usage = NULL;

      if (!g_str_has_prefix (lines[i], "  ") || lines[i][2] == '-')
        continue;
      name = g_strchomp (g_strndup (lines[i] + 2, 20));
      ask = g_strconcat (name, " --help", NULL);
      usage = g_strdup_printf ("Usage: missiva-cli [--home DIR] [--json] %s", name);
      cli_run (cli, 0, ask);
      g_assert_true (g_str_has_prefix (cli->text, usage));
      assert_readable (cli->text);
      verbs++;
    }
  g_assert_cmpuint (verbs, >=, 37);

  cli_run (cli, 0, "account add --help");
  g_assert_nonnull (strstr (cli->text, "--pop-keep"));
  cli_run (cli, 0, "account --help");
  g_assert_nonnull (strstr (cli->text, "account check"));
  g_assert_null (strstr (cli->text, "append"));
  cli_run (cli, 2, "frobnicate --help");
  cli_run (cli, 2, "account add");
  g_assert_nonnull (strstr (cli->err, "account add --help"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/use/wrong-use-is-status-2", test_wrong_use_is_status_2);
  g_test_add_func ("/cli/use/every-verb-has-a-help-of-its-own", test_every_verb_has_a_help_of_its_own);
  return g_test_run ();
}
