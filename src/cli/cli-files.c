/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli-parse.h"
#include "cli/cli.h"

/* Verbs on a message file: no account, network or store. */

static gboolean
run_parse (MailCli *cli, GError **error)
{
  return mail_cli_parse (mail_cli_get_word (cli, 0), cli->json, error);
}

static gboolean
run_save_attachments (MailCli *cli, GError **error)
{
  const char *dir = mail_cli_get_option (cli, "dir");

  if (dir == NULL)
    return mail_cli_usage (error, "save-attachments needs --dir DIR");
  return mail_cli_save_attachments (mail_cli_get_word (cli, 0), dir, cli->json, error);
}

const MailCliVerb mail_cli_file_verbs[] = {
  { "parse", "FILE", "reads a message file into one object of JSON", NULL, NULL, 1, 1, run_parse },
  { "save-attachments", "FILE --dir DIR", "saves a message file's attachments",
    "  --dir DIR                where to, made when it is not there; nothing is overwritten\n", "dir", 1, 1, run_save_attachments },
  { NULL },
};
