/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/private-dovecot.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_SECONDS 60

struct _PrivateDovecot
{
  char *folder;
  char *ca_file;
  GStrv settings;
  GPid pid;
  GHashTable *ports; /* service name -> port */
  guint delivered;
};

static void
die_with_parent (gpointer data)
{
  (void) data;
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
is_installed (void)
{
  g_autofree char *in_path = g_find_program_in_path ("dovecot");

  return in_path != NULL || g_file_test ("/usr/sbin/dovecot", G_FILE_TEST_IS_EXECUTABLE);
}

static gboolean
read_ports (PrivateDovecot *server)
{
  g_autofree char *path = g_build_filename (server->folder, "ports", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *equals = strchr (lines[i], '=');

      *equals = '\0';
      g_hash_table_insert (server->ports, g_strdup (lines[i]), GUINT_TO_POINTER (g_ascii_strtoull (equals + 1, NULL, 10)));
    }
  return TRUE;
}

/* A greeting on the last listener that Dovecot opens means that it serves. */
static gboolean
answers (PrivateDovecot *server, const char *service)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  char byte;

  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", private_dovecot_get_port (server, service), NULL, NULL);
  return connection != NULL
         && g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), &byte, 1, NULL, NULL) == 1;
}

static void
launch (PrivateDovecot *server)
{
  g_autofree char *script = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "scripts", "private-dovecot", NULL);
  g_autofree char *ports_path = g_build_filename (server->folder, "ports", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gint64 deadline = g_get_monotonic_time () + START_SECONDS * G_USEC_PER_SEC;

  g_unlink (ports_path);
  g_ptr_array_add (argv, script);
  g_ptr_array_add (argv, (char *) "run");
  g_ptr_array_add (argv, server->folder);
  for (guint i = 0; server->settings != NULL && server->settings[i] != NULL; i++)
    g_ptr_array_add (argv, server->settings[i]);
  g_ptr_array_add (argv, NULL);

  g_spawn_async (NULL, (char **) argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, NULL, &server->pid, &error);
  g_assert_no_error (error);

  /* Nothing tells when Dovecot listens, so it is asked, a little apart. */
  while (!read_ports (server) || !answers (server, "imap") || !answers (server, "pop3"))
    {
      g_poll (NULL, 0, 20);
      g_assert_cmpint (waitpid (server->pid, NULL, WNOHANG), ==, 0);
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    }
}

PrivateDovecot *
private_dovecot_start (const char *const *settings)
{
  PrivateDovecot *server;
  g_autoptr (GError) error = NULL;

  if (!is_installed ())
    return NULL;

  server = g_new0 (PrivateDovecot, 1);
  server->folder = g_dir_make_tmp ("missiva-dovecot-XXXXXX", &error);
  g_assert_no_error (error);
  server->ca_file = g_build_filename (server->folder, "ca.pem", NULL);
  server->settings = g_strdupv ((char **) settings);
  server->ports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  launch (server);
  return server;
}

void
private_dovecot_pause (PrivateDovecot *server)
{
  if (server->pid == 0)
    return;
  kill (server->pid, SIGTERM);
  while (waitpid (server->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (server->pid);
  server->pid = 0;
}

void
private_dovecot_resume (PrivateDovecot *server)
{
  g_assert_cmpint (server->pid, ==, 0);
  g_hash_table_remove_all (server->ports);
  launch (server);
}

/* A descriptor that becomes readable when process @name ends, if it serves a client of this server; else -1. */
static int
watch_session (PrivateDovecot *server, const char *name)
{
  g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
  g_autofree char *stat = NULL;
  const char *end;
  int parent = 0;

  if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &stat, NULL, NULL))
    return -1;
  end = strrchr (stat, ')');
  if (end == NULL || (strstr (stat, "(imap)") == NULL && strstr (stat, "(pop3)") == NULL)
      || sscanf (end, ") %*c %d", &parent) != 1 || parent != server->pid)
    return -1;
  return (int) syscall (SYS_pidfd_open, (pid_t) g_ascii_strtoll (name, NULL, 10), 0);
}

void
private_dovecot_await_quiet (PrivateDovecot *server)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (processes)) != NULL)
    {
      GPollFD ended = { .fd = watch_session (server, name), .events = G_IO_IN };

      if (ended.fd < 0)
        continue;
      g_assert_cmpint (g_poll (&ended, 1, 60 * 1000), ==, 1);
      close (ended.fd);
    }
}

static void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_tree (child);
        }
    }
  g_remove (path);
}

void
private_dovecot_stop (PrivateDovecot *server)
{
  if (server == NULL)
    return;
  private_dovecot_pause (server);
  remove_tree (server->folder);
  g_free (server->folder);
  g_free (server->ca_file);
  g_strfreev (server->settings);
  g_hash_table_unref (server->ports);
  g_free (server);
}

guint16
private_dovecot_get_port (PrivateDovecot *server, const char *service)
{
  guint port = GPOINTER_TO_UINT (g_hash_table_lookup (server->ports, service));

  g_assert_cmpuint (port, !=, 0);
  return (guint16) port;
}

const char *
private_dovecot_get_ca_file (PrivateDovecot *server)
{
  return server->ca_file;
}

char *
private_dovecot_dup_maildir (PrivateDovecot *server, const char *user)
{
  return g_build_filename (server->folder, "mail", user, "Maildir", NULL);
}

/* Makes @path and what is missing above it; as root they belong to the user that Dovecot serves mail as. */
static void
make_folder (const char *path)
{
  struct passwd *nobody = getuid () == 0 ? getpwnam ("nobody") : NULL;
  g_autofree char *parent = g_path_get_dirname (path);

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return;
  make_folder (parent);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  if (nobody != NULL)
    g_assert_cmpint (chown (path, nobody->pw_uid, nobody->pw_gid), ==, 0);
}

static char *
make_mailbox_folder (PrivateDovecot *server, const char *user, const char *mailbox)
{
  g_autofree char *maildir = private_dovecot_dup_maildir (server, user);
  g_autofree char *sub = NULL;
  char *folder;

  if (mailbox == NULL || strcmp (mailbox, "INBOX") == 0)
    folder = g_strdup (maildir);
  else
    {
      /* Maildir++: "A/B" lives in ".A.B". */
      sub = g_strdelimit (g_strconcat (".", mailbox, NULL), "/", '.');
      folder = g_build_filename (maildir, sub, NULL);
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *path = g_build_filename (folder, (const char *const[]){ "tmp", "new", "cur" }[i], NULL);

      make_folder (path);
    }
  return folder;
}

static void
deliver_into (PrivateDovecot *server, const char *folder, const char *message, gssize length)
{
  struct passwd *nobody = getuid () == 0 ? getpwnam ("nobody") : NULL;
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".M%06uP%d.localhost",
                                           g_get_real_time () / G_USEC_PER_SEC, ++server->delivered, getpid ());
  g_autofree char *temporary = g_build_filename (folder, "tmp", name, NULL);
  g_autofree char *final = g_build_filename (folder, "new", name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (temporary, message, length, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  if (nobody != NULL)
    g_assert_cmpint (chown (temporary, nobody->pw_uid, nobody->pw_gid), ==, 0);
  g_assert_cmpint (g_rename (temporary, final), ==, 0);
}

void
private_dovecot_deliver (PrivateDovecot *server, const char *user, const char *mailbox, const char *message, gssize length)
{
  g_autofree char *folder = make_mailbox_folder (server, user, mailbox);

  deliver_into (server, folder, message, length);
}

void
private_dovecot_fill (PrivateDovecot *server, const char *user, const char *mailbox, guint count, gsize size)
{
  g_autofree char *folder = make_mailbox_folder (server, user, mailbox);

  for (guint i = 1; i <= count; i++)
    {
      g_autoptr (GDateTime) base = g_date_time_new_utc (2026, 1, 1, 0, 0, 0);
      g_autoptr (GDateTime) date = g_date_time_add_minutes (base, (int) i);
      g_autofree char *when = g_date_time_format (date, "%a, %d %b %Y %H:%M:%S +0000");
      g_autoptr (GString) message = g_string_new (NULL);

      g_string_printf (message,
                       "From: Sender %u <sender%u@example.com>\r\nTo: <%s>\r\nSubject: Message %u\r\nDate: %s\r\n"
                       "Message-ID: <%u.%s@example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
                       i % 50, i % 50, user, i, when, i, user);
      for (guint line = 0; message->len + 60 < size; line++)
        g_string_append_printf (message, "Line %u of message %u, with some words in it.\r\n", line, i);
      deliver_into (server, folder, message->str, (gssize) message->len);
    }
}

MailAccountConfig *
private_dovecot_config (PrivateDovecot *server, const char *user, MailMode mode, MailSecurity security)
{
  MailAccountConfig *config = mail_account_config_new (user);
  const char *plain = mode == MAIL_MODE_IMAP ? "imap" : "pop3";
  const char *tls = mode == MAIL_MODE_IMAP ? "imaps" : "pop3s";

  config->mode = mode;
  config->address = g_strdup (user);
  config->user = g_strdup (user);
  config->incoming->host = g_strdup ("localhost");
  config->incoming->security = security;
  config->incoming->port = private_dovecot_get_port (server, security == MAIL_SECURITY_TLS ? tls : plain);
  config->incoming->ca_file = g_strdup (server->ca_file);
  config->outgoing->host = g_strdup ("localhost");
  config->outgoing->security = MAIL_SECURITY_STARTTLS;
  config->outgoing->port = private_dovecot_get_port (server, "submission");
  config->outgoing->ca_file = g_strdup (server->ca_file);
  return config;
}
