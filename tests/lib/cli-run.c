/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/cli-run.h"

#include <string.h>

#include "lib/temporary-store.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

CliRun *
cli_run_new (void)
{
  CliRun *cli = g_new0 (CliRun, 1);

  cli->folder = g_dir_make_tmp ("missiva-cli-XXXXXX", NULL);
  cli->password_file = g_build_filename (cli->folder, "password", NULL);
  g_assert_true (g_file_set_contents (cli->password_file, PRIVATE_DOVECOT_PASSWORD "\nsecond line\n", -1, NULL));
  return cli;
}

void
cli_run_free (CliRun *cli)
{
  temporary_folder_remove (cli->folder);
  g_free (cli->folder);
  g_free (cli->password_file);
  g_clear_pointer (&cli->out, g_bytes_unref);
  g_free (cli->text);
  g_free (cli->err);
  g_free (cli);
}

static GPtrArray *
make_arguments (const CliRun *cli, const char *line)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  g_ptr_array_add (arguments, g_test_build_filename (G_TEST_BUILT, "..", "src", "missiva-cli", NULL));
  g_ptr_array_add (arguments, g_strdup ("--home"));
  g_ptr_array_add (arguments, g_strdup (cli->folder));
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (words[i][0] == '\0')
        continue;
      if (strcmp (words[i], "$PW") == 0)
        {
          g_ptr_array_add (arguments, g_strdup ("--password-file"));
          g_ptr_array_add (arguments, g_strdup (cli->password_file));
        }
      else
        g_ptr_array_add (arguments, g_strdelimit (g_strdup (words[i]), "_", ' '));
    }
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

GSubprocess *
cli_run_spawn (const CliRun *cli, const char *line)
{
  g_autoptr (GPtrArray) arguments = make_arguments (cli, line);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                                       | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  /* No keyring: the bus leads nowhere. */
  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments->pdata, &error);
  g_assert_no_error (error);
  return process;
}

static char *
dup_text (GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data != NULL ? data : "", size);
}

void
cli_run (CliRun *cli, int status, const char *line)
{
  g_autoptr (GSubprocess) process = cli_run_spawn (cli, line);
  g_autoptr (GBytes) err = NULL;

  g_clear_pointer (&cli->out, g_bytes_unref);
  g_clear_pointer (&cli->text, g_free);
  g_clear_pointer (&cli->err, g_free);
  g_assert_true (g_subprocess_communicate (process, NULL, NULL, &cli->out, &err, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  cli->err = dup_text (err);
  cli->text = dup_text (cli->out);
  cli->status = g_subprocess_get_exit_status (process);
  if (cli->status != status)
    g_error ("missiva-cli %s: status %d, not %d: %s", line, cli->status, status, cli->err);
  if (status == 0)
    g_assert_cmpstr (cli->err, ==, "");
  else
    g_assert_true (g_str_has_prefix (cli->err, "missiva-cli: "));
}

JsonNode *
cli_run_json (CliRun *cli, int status, const char *line)
{
  g_autofree char *with_json = g_strconcat (line, " --json", NULL);
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  cli_run (cli, status, with_json);
  node = json_from_string (cli->text, &error);
  g_assert_no_error (error);
  return node;
}

void
cli_run_assert_members (JsonObject *object, const char *names)
{
  g_autoptr (GList) members = json_object_get_members (object);
  g_autoptr (GString) found = g_string_new (NULL);

  for (GList *m = members; m != NULL; m = m->next)
    g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "", (const char *) m->data);
  g_assert_cmpstr (found->str, ==, names);
}

JsonObject *
cli_run_element (JsonNode *node, guint index)
{
  return json_array_get_object_element (json_node_get_array (node), index);
}

guint
cli_run_length (JsonNode *node)
{
  return json_array_get_length (json_node_get_array (node));
}

static gboolean
fill_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (MailMailboxInfo) inbox = mail_mailbox_info_new ("INBOX", '/', MAIL_ROLE_INBOX);
  g_autoptr (MailMailboxInfo) archive = mail_mailbox_info_new ("Vecchia posta", '/', MAIL_ROLE_ARCHIVE);
  g_autoptr (GBytes) raw = g_bytes_new_static (CLI_RUN_MESSAGE, strlen (CLI_RUN_MESSAGE));

  g_assert_true (mail_store_mailboxes_put (db, inbox, error));
  g_assert_true (mail_store_mailboxes_put (db, archive, error));
  for (guint32 number = 1; number <= 3; number++)
    {
      g_autoptr (MailMessageInfo) info = temporary_store_make_info (inbox->id, number, number == 1 ? MAIL_FLAG_SEEN : 0);

      g_assert_true (mail_store_messages_insert (db, info, error));
      if (number == 1)
        g_assert_true (mail_store_bodies_put (db, info->id, raw, NULL, error));
    }
  return TRUE;
}

void
cli_run_fill (CliRun *cli)
{
  g_autofree char *directory = g_build_filename (cli->folder, "data", "Casa", NULL);
  g_autoptr (MailStore) store = mail_store_open (directory, NULL);

  cli_run (cli, 0, CLI_RUN_ADD);
  g_assert_true (mail_store_write (store, fill_job, NULL, NULL));
}

PrivateDovecot *
cli_run_start_server (void)
{
  PrivateDovecot *server = private_dovecot_start (NULL);

  if (server == NULL)
    g_test_skip ("Dovecot is not installed");
  return server;
}

void
cli_run_add_account (CliRun *cli, PrivateDovecot *server, const char *mode, const char *more)
{
  g_autofree char *line = g_strdup_printf ("account add Casa --address casa@example.org --mode %s --incoming localhost:%u "
                                           "--incoming-security tls --user casa %s",
                                           mode, private_dovecot_get_port (server, strcmp (mode, "pop") == 0 ? "pop3s" : "imaps"),
                                           more);

  cli_run (cli, 0, line);
}

char *
cli_run_trust (PrivateDovecot *server, const char *more)
{
  return g_strdup_printf ("--ca-file %s %s", private_dovecot_get_ca_file (server), more);
}
