/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* ppoll() */
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/errors.h"
#include "lib/private-dovecot.h"
#include "lib/temporary-store.h"
#include "sync/engine.h"

/* A child downloads with deletion and is killed at random moments. After each kill the server's files and the store are looked
 * at from outside: every letter is on the server or here, and here at most once. */

#define USER "anna@example.org"
#define KILLS 150
#define ENOUGH_KILLS 20  /* where the machine is slow, or sanitizers are */
#define ENOUGH_SECONDS 90
#define LETTERS 120  /* in the drop when a round begins */
#define LETTER_SIZE 3000
#define FIRST_LIFETIME 200000 /* microseconds; then it follows what children really need, so that every stage is hit */
#define ENDS_WITHIN 60000000
#define IS_BUSY 2 /* a child's status */

/* With many clients killed in a row, a session of Dovecot may hang for its lock's two minutes, and lets nobody else in: each
 * child is turned away after ten seconds then. */
#define LOCKED_SECONDS (8 * 60)

static PrivateDovecot *server;

typedef struct
{
  char *folder;          /* of the store */
  GHashTable *hashes;    /* SHA-256 of each letter as POP shows it -> its subject */
  GHashTable *on_server; /* subjects */
  GHashTable *seen;      /* row ids (gint64) whose letter was found whole -> its subject */
  guint delivered;
} World;

/* The child: one sync, to its end if it lives so long. */
static int
run_child (const char *folder, const char *port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MailStore) store = mail_store_open (folder, &error);
  g_autoptr (MailAccountConfig) config = mail_account_config_new ("Post");
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password (USER, PRIVATE_DOVECOT_PASSWORD);
  g_autoptr (MailEngine) engine = NULL;
  g_autofree char *where = g_strconcat ("127.0.0.1:", port, NULL);
  MailSyncResult result = { 0 };

  g_assert_no_error (error);
  mail_account_config_set (config, "mode", "pop", NULL);
  mail_account_config_set (config, "incoming", where, NULL);
  mail_account_config_set (config, "incoming-security", "none", NULL);
  mail_account_config_set (config, "user", USER, NULL);
  mail_account_config_set (config, "pop-keep", "delete", NULL);
  engine = mail_engine_new (config, store);
  if (mail_engine_open (engine, credentials, NULL, &error)
      && mail_engine_sync (engine, &result, NULL, NULL, NULL, &error))
    return 0;
  g_printerr ("# %s\n", error->message);
  return g_error_matches (error, MAIL_ERROR, MAIL_ERROR_BUSY) ? IS_BUSY : 1;
}

static void
deliver (World *world)
{
  g_autofree char *filling = g_strnfill (LETTER_SIZE, 'x');
  g_autofree char *subject = g_strdup_printf ("letter %u", ++world->delivered);
  g_autofree char *lines = g_strdup_printf ("Subject: %s\n\n.%s\n.\nend\n", subject, filling);
  g_auto (GStrv) parts = g_strsplit (lines, "\n", -1);
  g_autofree char *shown = g_strjoinv ("\r\n", parts);

  g_hash_table_insert (world->hashes, g_compute_checksum_for_string (G_CHECKSUM_SHA256, shown, -1), g_strdup (subject));
  private_dovecot_deliver (server, USER, NULL, lines, -1);
}

/* Reads the subjects of the files in @folder, one of the Maildir's. */
static void
read_folder (World *world, const char *name)
{
  g_autofree char *maildir = private_dovecot_dup_maildir (server, USER);
  g_autofree char *folder = g_build_filename (maildir, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, entry, NULL);
      g_autofree char *text = NULL;

      if (g_file_get_contents (path, &text, NULL, NULL)) /* it may be gone since */
        {
          *strchr (text, '\n') = '\0';
          g_hash_table_add (world->on_server, g_strdup (text + strlen ("Subject: ")));
        }
    }
}

/* In this order, because the server moves files from new to cur. */
static void
read_server (World *world)
{
  g_hash_table_remove_all (world->on_server);
  read_folder (world, "new");
  read_folder (world, "cur");
}

/* The letter of the row, by the hash of its bytes; NULL when it is none. */
static char *
recognise (World *world, sqlite3 *db, gint64 id)
{
  char *subject = g_hash_table_lookup (world->seen, &id);
  sqlite3_stmt *row = NULL;
  g_autofree char *hash = NULL;

  if (subject != NULL)
    return subject;
  sqlite3_prepare_v2 (db, "SELECT b.raw FROM message m JOIN body b ON b.id = m.body_id WHERE m.id = ?1", -1, &row, NULL);
  sqlite3_bind_int64 (row, 1, id);
  g_assert_cmpint (sqlite3_step (row), ==, SQLITE_ROW);
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, sqlite3_column_blob (row, 0), (gsize) sqlite3_column_bytes (row, 0));
  sqlite3_finalize (row);
  subject = g_hash_table_lookup (world->hashes, hash);
  g_hash_table_insert (world->seen, g_memdup2 (&id, sizeof id), subject);
  return subject;
}

/* (transfer full): subjects of the rows in the store, each of which is a whole letter and there once. Reads the file with SQLite
 * alone. */
static GHashTable *
read_store (World *world)
{
  g_autofree char *path = g_build_filename (world->folder, "mail.db", NULL);
  GHashTable *subjects = g_hash_table_new (g_str_hash, g_str_equal);
  sqlite3 *db = NULL;
  sqlite3_stmt *rows = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return subjects;
  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  if (sqlite3_prepare_v2 (db, "SELECT id FROM message", -1, &rows, NULL) == SQLITE_OK)
    while (sqlite3_step (rows) == SQLITE_ROW)
      {
        char *subject = recognise (world, db, sqlite3_column_int64 (rows, 0));

        g_assert_nonnull (subject);
        g_assert_true (g_hash_table_add (subjects, subject));
      }
  sqlite3_finalize (rows);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return subjects;
}

/* How often the server's folders are looked at before a letter counts as lost. The server goes on renaming files for a moment
 * after its client was killed, and a file that is renamed while a folder is read may not show; what is lost never shows. */
#define LOOKS 200

/* Every letter is on the server or here. */
static void
check (World *world)
{
  g_autoptr (GHashTable) here = read_store (world);
  GHashTableIter iter;
  gpointer subject;

  read_server (world);
  g_hash_table_iter_init (&iter, world->hashes);
  while (g_hash_table_iter_next (&iter, NULL, &subject))
    {
      guint looks = 0;

      while (!g_hash_table_contains (here, subject) && !g_hash_table_contains (world->on_server, subject) && looks++ < LOOKS)
        read_server (world);
      g_assert_true (g_hash_table_contains (here, subject) || g_hash_table_contains (world->on_server, subject));
    }
}

static GPid
spawn_child (const World *world)
{
  g_autofree char *port = g_strdup_printf ("%u", private_dovecot_get_port (server, "pop3"));
  const char *argv[] = { "/proc/self/exe", "--child", world->folder, port, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

/* Lets the child live for @microseconds at most. TRUE when it had to be killed. *@busy: it was not let in. */
static gboolean
live_and_die (GPid pid, guint microseconds, gboolean *busy)
{
  struct pollfd fd = { .fd = (int) syscall (SYS_pidfd_open, pid, 0), .events = POLLIN };
  struct timespec left = { microseconds / G_USEC_PER_SEC, (microseconds % G_USEC_PER_SEC) * 1000L };
  int status;

  g_assert_cmpint (fd.fd, >=, 0);
  if (ppoll (&fd, 1, &left, NULL) == 0)
    g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  close (fd.fd);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  *busy = WIFEXITED (status) && WEXITSTATUS (status) == IS_BUSY;
  if (WIFSIGNALED (status))
    {
      g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
      return TRUE;
    }
  g_assert_cmpint (WEXITSTATUS (status), !=, 1);
  return FALSE;
}

static void
fill_drop (World *world)
{
  read_server (world);
  for (guint i = g_hash_table_size (world->on_server); i < LETTERS; i++)
    deliver (world);
}

static void
test_no_kill_loses_or_doubles_a_letter (void)
{
  World world = { .hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                  .on_server = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                  .seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL) };
  gint64 enough = g_get_monotonic_time () + ENOUGH_SECONDS * G_USEC_PER_SEC;
  g_autoptr (GHashTable) here = NULL;
  guint lifetime = FIRST_LIFETIME;
  guint kills = 0;

  world.folder = g_dir_make_tmp ("missiva-crash-XXXXXX", NULL);
  while (kills < ENOUGH_KILLS || (kills < KILLS && g_get_monotonic_time () < enough))
    {
      gint64 born;
      gboolean busy;

      fill_drop (&world);
      born = g_get_monotonic_time ();
      if (live_and_die (spawn_child (&world), (guint) g_test_rand_int_range (0, (int) lifetime), &busy))
        {
          kills++;
          lifetime += lifetime / 20;
        }
      else if (!busy)
        lifetime = (guint) (g_get_monotonic_time () - born);
      check (&world);
    }

  for (guint tries = 0; g_hash_table_size (world.on_server) > 0;)
    {
      gboolean busy;

      g_assert_cmpuint (tries, <, 10);
      g_assert_false (live_and_die (spawn_child (&world), ENDS_WITHIN, &busy));
      tries += !busy;
      g_assert_true (!busy || g_get_monotonic_time () < enough + LOCKED_SECONDS * G_USEC_PER_SEC);
      check (&world);
    }
  g_hash_table_remove_all (world.seen); /* now every byte again */
  here = read_store (&world);
  g_assert_cmpuint (g_hash_table_size (here), ==, world.delivered);
  g_test_message ("%u kills, %u letters", kills, world.delivered);

  temporary_folder_remove (world.folder);
  g_free (world.folder);
  g_hash_table_unref (world.hashes);
  g_hash_table_unref (world.on_server);
  g_hash_table_unref (world.seen);
}

int
main (int argc, char **argv)
{
  int status;

  if (argc == 4 && strcmp (argv[1], "--child") == 0)
    return run_child (argv[2], argv[3]);

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return 77;
  g_test_add_func ("/sync/pop3-crash/no-kill-loses-or-doubles-a-letter", test_no_kill_loses_or_doubles_a_letter);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
