/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/mail-server.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "lib/private-dovecot.h"
#include "lib/temporary-store.h"

#define START_SECONDS 60

struct _MailServer
{
  MailServerKind kind;
  PrivateDovecot *dovecot; /* of the others: */
  char *folder;
  GPid pid;
  guint16 port;
};

const char *
mail_server_kind_to_string (MailServerKind kind)
{
  return (const char *const[MAIL_SERVER_KINDS]){ "dovecot", "cyrus", "courier" }[kind];
}

static void
die_with_parent (gpointer data)
{
  (void) data;
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
spawn (MailServer *server, const char *verb, const char *what, GSpawnFlags flags)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "lib", "private-imap", NULL);
  const char *argv[] = { script, verb, what, NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | flags, die_with_parent, NULL, &server->pid, &error);
  g_assert_no_error (error);
}

static int
await_end (MailServer *server)
{
  int status = 0;

  while (waitpid (server->pid, &status, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (server->pid);
  server->pid = 0;
  return status;
}

static gboolean
answers (MailServer *server)
{
  g_autofree char *path = g_build_filename (server->folder, "ports", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  char byte;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  server->port = (guint16) g_ascii_strtoull (strchr (text, '=') + 1, NULL, 10);
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", server->port, NULL, NULL);
  return connection != NULL
         && g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1, NULL, NULL) == 1;
}

static gboolean
launch (MailServer *server)
{
  const char *kind = mail_server_kind_to_string (server->kind);
  gint64 deadline = g_get_monotonic_time () + START_SECONDS * G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;

  spawn (server, "find", kind, G_SPAWN_DEFAULT);
  if (await_end (server) != 0)
    return FALSE;
  server->folder = g_dir_make_tmp ("missiva-imap-XXXXXX", &error);
  g_assert_no_error (error);
  spawn (server, kind, server->folder, G_SPAWN_DEFAULT);
  /* Nothing tells when it listens, so it is asked, a little apart. */
  while (!answers (server))
    {
      g_poll (NULL, 0, 20);
      g_assert_cmpint (waitpid (server->pid, NULL, WNOHANG), ==, 0);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
  return TRUE;
}

MailServer *
mail_server_start (MailServerKind kind)
{
  static const char *const compresses[] = { "protocol imap {", "mail_plugins = $mail_plugins imap_zlib", "}", NULL };
  MailServer *server = g_new0 (MailServer, 1);

  server->kind = kind;
  if (kind == MAIL_SERVER_DOVECOT)
    {
      server->dovecot = private_dovecot_start (compresses);
      if (server->dovecot != NULL)
        server->port = private_dovecot_get_port (server->dovecot, "imap");
    }
  if (kind == MAIL_SERVER_DOVECOT ? server->dovecot != NULL : launch (server))
    return server;
  g_test_skip_printf ("%s is not here; scripts/packages fetches it", mail_server_kind_to_string (kind));
  g_free (server);
  return NULL;
}

void
mail_server_stop (MailServer *server)
{
  if (server == NULL)
    return;
  private_dovecot_stop (server->dovecot);
  if (server->pid != 0)
    {
      kill (server->pid, SIGTERM);
      await_end (server);
      temporary_folder_remove (server->folder);
    }
  g_free (server->folder);
  g_free (server);
}

MailServerKind
mail_server_get_kind (const MailServer *server)
{
  return server->kind;
}

guint16
mail_server_get_port (const MailServer *server)
{
  return server->port;
}

MailAccountConfig *
mail_server_config (MailServer *server, const char *user, guint16 port)
{
  MailAccountConfig *config = mail_account_config_new (user);

  config->mode = MAIL_MODE_IMAP;
  config->address = g_strdup (user);
  config->user = g_strdup (user);
  config->incoming->host = g_strdup ("127.0.0.1");
  config->incoming->security = MAIL_SECURITY_NONE;
  config->incoming->port = port != 0 ? port : server->port;
  return config;
}

PlainImap *
mail_server_sign_in (MailServer *server, const char *user)
{
  return plain_imap_new (server->port, user, MAIL_SERVER_PASSWORD);
}

char *
mail_server_dup_name (const MailServer *server, const char *name)
{
  if (server->kind != MAIL_SERVER_COURIER || strcmp (name, "INBOX") == 0)
    return g_strdup (name);
  return g_strdelimit (g_strconcat ("INBOX.", name, NULL), "/", '.');
}

char *
mail_server_dup_common_name (const MailServer *server, const char *name)
{
  if (server->kind != MAIL_SERVER_COURIER || strcmp (name, "INBOX") == 0)
    return g_strdup (name);
  g_assert_true (g_str_has_prefix (name, "INBOX."));
  return g_strdelimit (g_strdup (name + strlen ("INBOX.")), ".", '/');
}

void
mail_server_deliver (MailServer *server, const char *user, const char *name, const char *message, gssize length)
{
  g_autofree char *mailbox = mail_server_dup_name (server, name);
  g_autoptr (PlainImap) client = NULL;

  if (server->dovecot != NULL)
    {
      private_dovecot_deliver (server->dovecot, user, name, message, length);
      return;
    }
  client = mail_server_sign_in (server, user);
  plain_imap_append (client, mailbox, "", message, length);
}

/* A message in front of them, which goes again, makes their UIDs other ones. */
static void
replace_by_copy (PlainImap *client, const char *mailbox, const char *copy)
{
  plain_imap_do (client, "CREATE \"%s\"", copy);
  plain_imap_append (client, copy, "\\Deleted", "Subject: first\r\n\r\n", -1);
  plain_imap_do (client, "SELECT \"%s\"", mailbox);
  plain_imap_do (client, "COPY 1:* \"%s\"", copy);
  plain_imap_do (client, "SELECT \"%s\"", copy);
  plain_imap_do (client, "EXPUNGE");
  plain_imap_do (client, "CLOSE");
  plain_imap_do (client, "DELETE \"%s\"", mailbox);
  plain_imap_do (client, "RENAME \"%s\" \"%s\"", copy, mailbox);
}

void
mail_server_renumber (MailServer *server, const char *user, const char *name)
{
  g_autoptr (PlainImap) client = mail_server_sign_in (server, user);
  g_autofree char *mailbox = mail_server_dup_name (server, name);
  g_autofree char *copy = mail_server_dup_name (server, "renumbered");
  guint64 before = plain_imap_ask_status (client, mailbox, "UIDVALIDITY");

  /* Where it is the time in seconds, it may take more than once. */
  while (plain_imap_ask_status (client, mailbox, "UIDVALIDITY") == before)
    replace_by_copy (client, mailbox, copy);
}
