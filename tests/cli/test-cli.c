/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "lib/private-dovecot.h"
#include "lib/temporary-store.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"

/* A home of its own, and what the program said last. */
typedef struct
{
  char *folder;
  char *password_file;
  int status;
  GBytes *out;
  char *text; /* the same with a NUL behind it */
  char *err;
} Cli;

static Cli *
cli_new (void)
{
  Cli *cli = g_new0 (Cli, 1);

  cli->folder = g_dir_make_tmp ("missiva-cli-XXXXXX", NULL);
  cli->password_file = g_build_filename (cli->folder, "password", NULL);
  g_assert_true (g_file_set_contents (cli->password_file, PRIVATE_DOVECOT_PASSWORD "\nsecond line\n", -1, NULL));
  return cli;
}

static void
cli_free (Cli *cli)
{
  temporary_folder_remove (cli->folder);
  g_free (cli->folder);
  g_free (cli->password_file);
  g_clear_pointer (&cli->out, g_bytes_unref);
  g_free (cli->text);
  g_free (cli->err);
  g_free (cli);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Cli, cli_free)

/* @line: words with one blank between them, "$PW" for --password-file FILE, "_" within a word for a blank. */
static GPtrArray *
make_arguments (const Cli *cli, const char *line)
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

static GSubprocess *
spawn (const Cli *cli, const char *line)
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

/* Runs it and expects @status. */
static void
run (Cli *cli, int status, const char *line)
{
  g_autoptr (GSubprocess) process = spawn (cli, line);
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

/* (transfer full): the JSON that `@line --json` prints. */
static JsonNode *
run_json (Cli *cli, int status, const char *line)
{
  g_autofree char *with_json = g_strconcat (line, " --json", NULL);
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  run (cli, status, with_json);
  node = json_from_string (cli->text, &error);
  g_assert_no_error (error);
  return node;
}

/* The names of an object's members, in their order: the contract. */
static void
assert_members (JsonObject *object, const char *names)
{
  g_autoptr (GList) members = json_object_get_members (object);
  g_autoptr (GString) found = g_string_new (NULL);

  for (GList *m = members; m != NULL; m = m->next)
    g_string_append_printf (found, "%s%s", found->len > 0 ? " " : "", (const char *) m->data);
  g_assert_cmpstr (found->str, ==, names);
}

static JsonObject *
element (JsonNode *node, guint index)
{
  return json_array_get_object_element (json_node_get_array (node), index);
}

static guint
length (JsonNode *node)
{
  return json_array_get_length (json_node_get_array (node));
}

#define ADD_CASA                                                                                                  \
  "account add Casa --address casa@example.org --mode imap --incoming localhost:1 --incoming-security tls --user casa"

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
  g_autoptr (Cli) cli = cli_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    run (cli, 2, lines[i]);
  run (cli, 0, "--help");
  g_assert_nonnull (strstr (cli->text, "save-attachments FILE --dir DIR"));
  run (cli, 0, "--version");
  run (cli, 0, ADD_CASA);
  run (cli, 2, "account set Casa address");
  run (cli, 2, "account set Casa colour=red");
  run (cli, 2, "account set Casa mode=exchange");
}

static void
test_accounts_are_kept (void)
{
  static const char *const fields = "name full_name address mode user outgoing_user incoming incoming_security incoming_pin "
                                    "incoming_ca_file outgoing outgoing_security outgoing_pin outgoing_ca_file pop_keep "
                                    "offline check_minutes";
  static const char *const pin = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  g_autoptr (Cli) cli = cli_new ();
  g_autofree char *add = g_strconcat (ADD_CASA " --full-name The_Reader --outgoing [::1]:587 --outgoing-security starttls "
                                      "--offline days:7 --trust ", pin, NULL);
  g_autoptr (JsonNode) added = run_json (cli, 0, add);
  g_autoptr (JsonNode) list = NULL;
  g_autoptr (JsonNode) changed = NULL;
  JsonObject *account = json_node_get_object (added);

  assert_members (account, fields);
  g_assert_cmpstr (json_object_get_string_member (account, "full_name"), ==, "The Reader");
  g_assert_cmpstr (json_object_get_string_member (account, "incoming_pin"), ==, pin);
  g_assert_cmpstr (json_object_get_string_member (account, "outgoing_pin"), ==, pin);
  g_assert_cmpstr (json_object_get_string_member (account, "outgoing"), ==, "[::1]:587");
  g_assert_cmpstr (json_object_get_string_member (account, "offline"), ==, "days:7");
  run (cli, 1, ADD_CASA);
  g_assert_nonnull (strstr (cli->err, "already"));

  /* Options may stand before the verb. */
  run (cli, 0,
       "--mode pop --address b@example.org account --user b add Bottega --incoming localhost:2 --incoming-security=none "
       "--pop-keep days:3");
  changed = run_json (cli, 0, "account set Bottega pop-keep=delete full-name=A=B");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (changed), "pop_keep"), ==, "delete");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (changed), "full_name"), ==, "A=B");
  list = run_json (cli, 0, "account list");
  g_assert_cmpuint (length (list), ==, 2);
  assert_members (element (list, 0), fields);
  g_assert_cmpstr (json_object_get_string_member (element (list, 0), "name"), ==, "Bottega");
  run (cli, 0, "account list");
  g_assert_nonnull (strstr (cli->text, "casa@example.org"));
  run (cli, 0, "account remove Bottega");
  run (cli, 1, "account remove Bottega");
  run (cli, 1, "mailboxes Nobody");
  g_assert_nonnull (strstr (cli->err, "Nobody"));
}

#define RAW_MESSAGE                                                                                              \
  "From: =?utf-8?q?Giardiniere?= <gardener@example.org>\r\nTo: reader@example.com\r\nSubject: Whole\r\n"        \
  "Date: Tue, 14 Nov 2023 22:14:20 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n" \
  "\r\n--b\r\nContent-Type: text/plain\r\n\r\nGood day\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n" \
  "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nAAECAw==\r\n--b--\r\n"

static gboolean
fill_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (MailMailboxInfo) inbox = mail_mailbox_info_new ("INBOX", '/', MAIL_ROLE_INBOX);
  g_autoptr (MailMailboxInfo) archive = mail_mailbox_info_new ("Vecchia posta", '/', MAIL_ROLE_ARCHIVE);
  g_autoptr (GBytes) raw = g_bytes_new_static (RAW_MESSAGE, strlen (RAW_MESSAGE));

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

/* An account with a store that some sync once filled. */
static void
fill (Cli *cli)
{
  g_autofree char *directory = g_build_filename (cli->folder, "data", "Casa", NULL);
  g_autoptr (MailStore) store = mail_store_open (directory, NULL);

  run (cli, 0, ADD_CASA);
  g_assert_true (mail_store_write (store, fill_job, NULL, NULL));
}

static void
test_lists_mailboxes_and_messages (void)
{
  g_autoptr (Cli) cli = cli_new ();
  g_autoptr (JsonNode) mailboxes = NULL;
  g_autoptr (JsonNode) messages = NULL;
  g_autoptr (JsonNode) limited = NULL;
  g_autoptr (JsonNode) none = NULL;
  g_autofree char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) RAW_MESSAGE,
                                                         strlen (RAW_MESSAGE));
  JsonObject *oldest;

  fill (cli);
  mailboxes = run_json (cli, 0, "mailboxes Casa");
  g_assert_cmpuint (length (mailboxes), ==, 2);
  assert_members (element (mailboxes, 0), "name role messages unread bodies");
  g_assert_cmpstr (json_object_get_string_member (element (mailboxes, 0), "role"), ==, "inbox");
  g_assert_cmpint (json_object_get_int_member (element (mailboxes, 0), "messages"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (element (mailboxes, 0), "unread"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (element (mailboxes, 0), "bodies"), ==, 1);

  messages = run_json (cli, 0, "list Casa");
  g_assert_cmpuint (length (messages), ==, 3);
  oldest = element (messages, 2);
  assert_members (oldest, "id mailbox uid message_id from subject date size flags where sha256");
  g_assert_cmpint (json_object_get_int_member (oldest, "uid"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (oldest, "mailbox"), ==, "INBOX");
  g_assert_cmpstr (json_object_get_string_member (oldest, "message_id"), ==, "<1@example.org>");
  g_assert_cmpstr (json_object_get_string_member (oldest, "from"), ==, "The Gardener <gardener@example.org>");
  g_assert_cmpstr (json_object_get_string_member (oldest, "date"), ==, "2023-11-14T22:14:20Z");
  g_assert_cmpstr (json_object_get_string_member (oldest, "where"), ==, "both");
  g_assert_cmpstr (json_object_get_string_member (oldest, "sha256"), ==, sha256);
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (oldest, "flags"), 0), ==, "seen");
  g_assert_true (json_object_get_null_member (element (messages, 0), "sha256"));
  g_assert_cmpstr (json_object_get_string_member (element (messages, 0), "where"), ==, "server");

  limited = run_json (cli, 0, "list Casa inbox --limit 1");
  g_assert_cmpuint (length (limited), ==, 1);
  none = run_json (cli, 0, "list Casa Vecchia_posta");
  g_assert_cmpuint (length (none), ==, 0);
  run (cli, 1, "list Casa Nowhere");
  run (cli, 0, "list Casa");
  g_assert_nonnull (strstr (cli->text, "Message 3"));
}

static void
test_removing_keeps_what_is_nowhere_else (void)
{
  g_autoptr (Cli) cli = cli_new ();
  g_autofree char *folder = g_build_filename (cli->folder, "data", "Casa", NULL);
  g_autoptr (JsonNode) copies = NULL;
  g_autoptr (JsonNode) waiting = NULL;

  fill (cli);
  copies = run_json (cli, 0, "account remove Casa");
  assert_members (json_node_get_object (copies), "name removed mail_deleted mail_folder");
  g_assert_true (json_object_get_boolean_member (json_node_get_object (copies), "mail_deleted"));
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));

  fill (cli);
  run (cli, 0, "mark Casa 1 +flagged");
  waiting = run_json (cli, 0, "account remove Casa");
  g_assert_false (json_object_get_boolean_member (json_node_get_object (waiting), "mail_deleted"));
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (waiting), "mail_folder"), ==, folder);
  /* Another mailbox does not get it, the same one does. */
  run (cli, 1, "account add Casa --address other@example.org --mode imap --incoming localhost:1 --incoming-security tls --user o");
  g_assert_nonnull (strstr (cli->err, "casa@example.org"));
  run (cli, 0, ADD_CASA);
  run (cli, 0, "list Casa");
  g_assert_nonnull (strstr (cli->text, "Message 3"));
  run (cli, 0, "account remove Casa --delete-mail");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static void
test_mode_of_stored_mail_stays (void)
{
  g_autoptr (Cli) cli = cli_new ();

  run (cli, 0, ADD_CASA);
  run (cli, 0, "account set Casa mode=pop");
  /* This makes a store that is still empty. */
  run (cli, 0, "list Casa");
  run (cli, 0, "account set Casa mode=imap");
  run (cli, 0, "account remove Casa");
  fill (cli);
  run (cli, 1, "account set Casa mode=pop");
  g_assert_nonnull (strstr (cli->err, "another account"));
  run (cli, 0, "account set Casa mode=imap");
}

static void
test_shows_the_exact_bytes (void)
{
  g_autoptr (Cli) cli = cli_new ();
  g_autoptr (JsonNode) message = NULL;
  g_autoptr (JsonNode) raw = NULL;
  static const guint8 part[] = { 0, 1, 2, 3 };

  fill (cli);
  run (cli, 0, "show Casa 1 --raw");
  g_assert_cmpmem (g_bytes_get_data (cli->out, NULL), g_bytes_get_size (cli->out), RAW_MESSAGE, strlen (RAW_MESSAGE));
  run (cli, 0, "show Casa 1 --part 1");
  g_assert_cmpmem (g_bytes_get_data (cli->out, NULL), g_bytes_get_size (cli->out), part, 4);
  run (cli, 0, "show Casa 1 --text");
  g_assert_true (g_str_has_prefix (cli->text, "Good day"));
  run (cli, 0, "show Casa 1");
  g_assert_nonnull (strstr (cli->text, "Giardiniere"));
  message = run_json (cli, 0, "show Casa 1");
  assert_members (json_node_get_object (message),
                  "subject from to cc reply_to date message_id text html attachments");
  raw = run_json (cli, 0, "show Casa 1 --raw");
  assert_members (json_node_get_object (raw), "id size sha256 base64");
  run (cli, 1, "show Casa 1 --html");
  run (cli, 1, "show Casa 1 --part 2");
  run (cli, 1, "show Casa 99");
  run (cli, 1, "show Casa 2 --raw");
  g_assert_nonnull (strstr (cli->err, "not wholly here"));
}

static void
test_changes_wait_in_the_queue (void)
{
  g_autoptr (Cli) cli = cli_new ();
  g_autoptr (JsonNode) marked = NULL;
  g_autoptr (JsonNode) appended = NULL;
  g_autoptr (JsonNode) queue = NULL;
  g_autoptr (JsonNode) archive = NULL;
  g_autofree char *file = g_build_filename (cli->folder, "new.eml", NULL);
  g_autofree char *append = g_strconcat ("append Casa archive ", file, NULL);

  fill (cli);
  g_assert_true (g_file_set_contents (file, "Subject: Mine\n\nHello\n", -1, NULL));
  marked = run_json (cli, 0, "mark Casa 2 3 +seen -flagged");
  assert_members (json_node_get_object (marked), "account ids");
  run (cli, 0, "move Casa 3 Vecchia_posta");
  run (cli, 0, "copy Casa 1 archive");
  appended = run_json (cli, 0, append);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_node_get_object (appended), "ids")), ==, 1);
  run (cli, 1, "delete Casa 2 99");
  run (cli, 1, "move Casa 2 Nowhere");

  queue = run_json (cli, 0, "queue Casa");
  g_assert_cmpuint (length (queue), ==, 5);
  assert_members (element (queue, 0), "id kind message mailbox target add remove created attempts error");
  g_assert_cmpstr (json_object_get_string_member (element (queue, 0), "kind"), ==, "flags");
  g_assert_cmpstr (json_object_get_string_member (element (queue, 2), "kind"), ==, "move");
  g_assert_cmpstr (json_object_get_string_member (element (queue, 2), "target"), ==, "Vecchia posta");
  g_assert_cmpstr (json_object_get_string_member (element (queue, 4), "kind"), ==, "append");
  archive = run_json (cli, 0, "list Casa archive");
  g_assert_cmpuint (length (archive), ==, 3);
  run (cli, 0, "check Casa");
}

static void
test_check_tells_what_is_wrong (void)
{
  g_autoptr (Cli) cli = cli_new ();
  g_autoptr (JsonNode) whole = NULL;
  g_autoptr (JsonNode) broken = NULL;
  g_autofree char *path = g_build_filename (cli->folder, "data", "Casa", "mail.db", NULL);
  g_autofree char *data = NULL;
  gsize size;
  char *body = NULL;

  fill (cli);
  whole = run_json (cli, 0, "check Casa");
  assert_members (json_node_get_object (whole), "account ok mailboxes messages bodies body_bytes problems");
  g_assert_true (json_object_get_boolean_member (json_node_get_object (whole), "ok"));

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize i = 0; body == NULL && i + 8 < size; i++)
    if (memcmp (data + i, "Good day", 8) == 0)
      body = data + i;
  g_assert_nonnull (body);
  body[0] = 'M';
  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
  broken = run_json (cli, 1, "check Casa");
  g_assert_false (json_object_get_boolean_member (json_node_get_object (broken), "ok"));
  g_assert_nonnull (strstr (cli->err, "does not match its hash"));
}

static void
test_failures_are_told (void)
{
  g_autoptr (Cli) cli = cli_new ();
  g_autoptr (JsonNode) result = NULL;
  g_autoptr (JsonNode) no_password = NULL;
  g_autoptr (JsonNode) no_message = NULL;
  g_autofree char *directory = g_build_filename (cli->folder, "data", "Casa", NULL);
  g_autoptr (MailStore) store = NULL;

  fill (cli);
  no_password = run_json (cli, 1, "sync Casa");
  g_assert_nonnull (strstr (cli->err, "password"));
  g_assert_cmpint (json_object_get_int_member (element (no_password, 0), "messages"), ==, 3);
  no_message = run_json (cli, 1, "show Casa 999");
  assert_members (json_node_get_object (no_message), "ok error");
  g_assert_false (json_object_get_boolean_member (json_node_get_object (no_message), "ok"));
  run (cli, 1, "sync Casa --password-file /nonexistent");
  /* Nothing listens on port 1. */
  result = run_json (cli, 1, "sync $PW");
  assert_members (element (result, 0),
                  "account mode ok error mailboxes messages fetched bodies expunged bytes_in round_trips seconds");
  g_assert_false (json_object_get_boolean_member (element (result, 0), "ok"));
  g_assert_nonnull (json_object_get_string_member (element (result, 0), "error"));
  g_assert_cmpint (json_object_get_int_member (element (result, 0), "messages"), ==, 3);

  store = mail_store_open (directory, NULL);
  run (cli, 1, "list Casa");
  g_assert_nonnull (strstr (cli->err, "in use"));
}

/* Adds the account "Casa" of @server. */
static void
add_account (Cli *cli, PrivateDovecot *server, const char *mode, const char *more)
{
  g_autofree char *line = g_strdup_printf ("account add Casa --address casa@example.org --mode %s --incoming localhost:%u "
                                           "--incoming-security tls --user casa %s",
                                           mode, private_dovecot_get_port (server, strcmp (mode, "pop") == 0 ? "pop3s" : "imaps"),
                                           more);

  run (cli, 0, line);
}

static PrivateDovecot *
start (void)
{
  PrivateDovecot *server = private_dovecot_start (NULL);

  if (server == NULL)
    g_test_skip ("Dovecot is not installed");
  return server;
}

static char *
trust (PrivateDovecot *server, const char *more)
{
  return g_strdup_printf ("--ca-file %s %s", private_dovecot_get_ca_file (server), more);
}

static void
test_syncs_changes_and_checks (void)
{
  g_autoptr (PrivateDovecot) server = start ();
  g_autoptr (Cli) cli = cli_new ();
  g_autofree char *more = NULL;
  g_autofree char *outgoing = NULL;
  g_autoptr (JsonNode) check = NULL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) second = NULL;
  g_autoptr (JsonNode) queue = NULL;

  if (server == NULL)
    return;
  private_dovecot_fill (server, "casa", NULL, 12, 2000);
  outgoing = g_strdup_printf ("--outgoing localhost:%u --outgoing-security starttls",
                              private_dovecot_get_port (server, "submission"));
  more = trust (server, outgoing);
  add_account (cli, server, "imap", more);

  check = run_json (cli, 0, "account check Casa $PW");
  assert_members (json_node_get_object (check),
                  "account mode ok error capabilities mailboxes messages inbox_messages bytes quota_used quota_limit push "
                  "uidl outgoing");
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (check), "messages"), ==, 12);

  first = run_json (cli, 0, "sync $PW");
  assert_members (element (first, 0),
                  "account mode ok error mailboxes messages fetched bodies expunged bytes_in round_trips seconds");
  g_assert_cmpint (json_object_get_int_member (element (first, 0), "fetched"), ==, 12);
  g_assert_cmpint (json_object_get_int_member (element (first, 0), "bodies"), ==, 12);
  g_assert_cmpint (json_object_get_int_member (element (first, 0), "messages"), ==, 12);

  run (cli, 0, "mark Casa 1 2 seen");
  run (cli, 0, "delete Casa 3");
  run (cli, 0, "sync Casa $PW");
  queue = run_json (cli, 0, "queue Casa");
  g_assert_cmpuint (length (queue), ==, 0);
  second = run_json (cli, 0, "sync Casa $PW");
  g_assert_cmpint (json_object_get_int_member (element (second, 0), "fetched"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (element (second, 0), "bodies"), ==, 0);
  run (cli, 0, "check Casa");
}

static void
test_fetches_what_is_not_here (void)
{
  g_autoptr (PrivateDovecot) server = start ();
  g_autoptr (Cli) cli = cli_new ();
  g_autofree char *more = NULL;

  if (server == NULL)
    return;
  private_dovecot_deliver (server, "casa", NULL, RAW_MESSAGE, -1);
  more = trust (server, "--offline headers");
  add_account (cli, server, "imap", more);
  run (cli, 0, "sync Casa $PW");
  run (cli, 1, "show Casa 1 --raw");
  run (cli, 0, "show Casa 1 --text $PW");
  g_assert_true (g_str_has_prefix (cli->text, "Good day"));
  run (cli, 0, "show Casa 1 --part 1 $PW");
  g_assert_cmpuint (g_bytes_get_size (cli->out), ==, 4);
  run (cli, 0, "show Casa 1 --raw $PW");
  g_assert_cmpmem (g_bytes_get_data (cli->out, NULL), g_bytes_get_size (cli->out), RAW_MESSAGE, strlen (RAW_MESSAGE));
  run (cli, 0, "show Casa 1 --raw");
  run (cli, 0, "check Casa");
}

static void
test_downloads_by_pop (void)
{
  g_autoptr (PrivateDovecot) server = start ();
  g_autoptr (Cli) cli = cli_new ();
  g_autofree char *more = NULL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) list = NULL;

  if (server == NULL)
    return;
  private_dovecot_fill (server, "casa", NULL, 5, 2000);
  more = trust (server, "--pop-keep delete");
  add_account (cli, server, "pop", more);
  first = run_json (cli, 0, "sync Casa $PW");
  g_assert_cmpstr (json_object_get_string_member (element (first, 0), "mode"), ==, "pop");
  g_assert_cmpint (json_object_get_int_member (element (first, 0), "fetched"), ==, 5);
  list = run_json (cli, 0, "list Casa INBOX");
  g_assert_cmpuint (length (list), ==, 5);
  g_assert_nonnull (json_object_get_string_member (element (list, 0), "uid"));
  g_assert_cmpstr (json_object_get_string_member (element (list, 0), "where"), ==, "here");
  run (cli, 0, "check Casa");
}

static void
test_an_unknown_certificate_is_shown_and_trusted (void)
{
  g_autoptr (PrivateDovecot) server = start ();
  g_autoptr (Cli) cli = cli_new ();
  g_autofree char *set = NULL;
  const char *print;

  if (server == NULL)
    return;
  add_account (cli, server, "imap", "");
  run (cli, 1, "account check Casa $PW");
  print = strstr (cli->err, "SHA-256:  ");
  g_assert_nonnull (print);
  set = g_strdup_printf ("account set Casa incoming-pin=%.64s", print + strlen ("SHA-256:  "));
  run (cli, 0, set);
  run (cli, 0, "account check Casa $PW");
}

static void
test_a_wrong_password_is_told_but_not_shown (void)
{
  g_autoptr (PrivateDovecot) server = start ();
  g_autoptr (Cli) cli = cli_new ();
  g_autofree char *more = NULL;
  g_autoptr (JsonNode) result = NULL;

  if (server == NULL)
    return;
  more = trust (server, "");
  add_account (cli, server, "imap", more);
  g_assert_true (g_file_set_contents (cli->password_file, "wr0ng-word", -1, NULL));
  result = run_json (cli, 1, "sync Casa $PW");
  g_assert_null (strstr (cli->err, "wr0ng-word"));
  g_assert_null (strstr (json_object_get_string_member (element (result, 0), "error"), "wr0ng-word"));
}

/* (transfer full): the next line of @process with "event": @event. */
static JsonNode *
wait_event (GDataInputStream *lines, const char *event)
{
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      g_autoptr (JsonNode) node = NULL;

      if (line == NULL)
        g_error ("watch ended before it said %s", event);
      node = json_from_string (line, NULL);
      g_assert_nonnull (node);
      if (strcmp (json_object_get_string_member (json_node_get_object (node), "event"), event) == 0)
        return g_steal_pointer (&node);
    }
}

static void
test_watch_tells_each_event_until_a_signal (void)
{
  g_autoptr (PrivateDovecot) server = start ();
  g_autoptr (Cli) cli = cli_new ();
  g_autofree char *more = NULL;
  g_autofree char *set = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) news = NULL;
  g_autoptr (JsonNode) offline = NULL;

  if (server == NULL)
    return;
  private_dovecot_fill (server, "casa", NULL, 1, 500);
  more = trust (server, "");
  add_account (cli, server, "imap", more);
  process = spawn (cli, "watch Casa $PW");
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  first = wait_event (lines, "online");
  assert_members (json_node_get_object (first), "event account");
  news = wait_event (lines, "new");
  assert_members (json_node_get_object (news), "event account mailbox id uid message_id from subject flags");
  private_dovecot_deliver (server, "casa", NULL, RAW_MESSAGE, -1);
  json_node_unref (g_steal_pointer (&news));
  news = wait_event (lines, "new");
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (news), "subject"), ==, "Whole");
  private_dovecot_pause (server);
  offline = wait_event (lines, "offline");
  g_subprocess_send_signal (process, SIGTERM);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  run (cli, 0, "check Casa");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/wrong-use-is-status-2", test_wrong_use_is_status_2);
  g_test_add_func ("/cli/accounts-are-kept", test_accounts_are_kept);
  g_test_add_func ("/cli/lists-mailboxes-and-messages", test_lists_mailboxes_and_messages);
  g_test_add_func ("/cli/mode-of-stored-mail-stays", test_mode_of_stored_mail_stays);
  g_test_add_func ("/cli/removing-keeps-what-is-nowhere-else", test_removing_keeps_what_is_nowhere_else);
  g_test_add_func ("/cli/shows-the-exact-bytes", test_shows_the_exact_bytes);
  g_test_add_func ("/cli/changes-wait-in-the-queue", test_changes_wait_in_the_queue);
  g_test_add_func ("/cli/check-tells-what-is-wrong", test_check_tells_what_is_wrong);
  g_test_add_func ("/cli/failures-are-told", test_failures_are_told);
  g_test_add_func ("/cli/syncs-changes-and-checks", test_syncs_changes_and_checks);
  g_test_add_func ("/cli/fetches-what-is-not-here", test_fetches_what_is_not_here);
  g_test_add_func ("/cli/downloads-by-pop", test_downloads_by_pop);
  g_test_add_func ("/cli/an-unknown-certificate-is-shown-and-trusted", test_an_unknown_certificate_is_shown_and_trusted);
  g_test_add_func ("/cli/a-wrong-password-is-told-but-not-shown", test_a_wrong_password_is_told_but_not_shown);
  g_test_add_func ("/cli/watch-tells-each-event-until-a-signal", test_watch_tells_each_event_until_a_signal);
  return g_test_run ();
}
