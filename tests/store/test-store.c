/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/errors.h"
#include "lib/temporary-store.h"
#include "store/store-bodies.h"
#include "store/store-check.h"
#include "store/store-db.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "store/store-suspects.h"
#include "store/store-uidl.h"

static char *program;

typedef struct
{
  gint64 mailbox;
  guint32 number;
  gboolean fail;
  guint rows;
  guint unread;
} Facts;

static gboolean
insert_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (facts->mailbox, facts->number, 0);

  if (!mail_store_messages_insert (db, info, error))
    return FALSE;
  if (facts->fail)
    g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_FAILED, "as the test wishes");
  return !facts->fail;
}

static gboolean
figures_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailMailboxInfo) info = mail_store_mailboxes_get (db, facts->mailbox, error);
  g_autoptr (GArray) ids = mail_store_messages_ids (db, facts->mailbox, error);

  if (info == NULL || ids == NULL)
    return FALSE;
  g_assert_cmpuint (ids->len, ==, info->messages);
  facts->rows = info->messages;
  facts->unread = info->unread;
  return TRUE;
}

static void
count_change_cb (const MailChange *change, gpointer user_data)
{
  (*(guint *) user_data)++;
}

static void
test_a_failed_job_leaves_nothing (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0), .number = 1, .fail = TRUE };
  g_autoptr (GError) error = NULL;
  guint changes = 0;

  mail_store_set_listener (store->store, NULL, count_change_cb, &changes);
  g_assert_false (mail_store_write (store->store, insert_job, &facts, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_FAILED);
  temporary_store_read (store, figures_job, &facts);
  g_assert_cmpuint (facts.rows, ==, 0);
  g_assert_false (g_main_context_pending (NULL));
  g_assert_cmpuint (changes, ==, 0);
  mail_store_set_listener (store->store, NULL, NULL, NULL);
}

typedef struct
{
  gint64 mailbox;
  gboolean done;
} Doing;

/* The disk refuses a transaction only at its end as well: here it is a row of a mailbox that is not there. */
static gboolean
do_job (MailDb *db, gpointer data, GError **error)
{
  Doing *doing = data;
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (doing->mailbox, 1, 0);

  doing->done = mail_db_execute (db, "PRAGMA defer_foreign_keys = ON", error) && mail_store_messages_insert (db, info, error);
  mail_store_reset_unless_committed (db, &doing->done);
  return doing->done;
}

static void
test_what_is_not_committed_is_not_done (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Doing doing = { .mailbox = 999 };
  Doing after = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };

  g_assert_false (mail_store_write (store->store, do_job, &doing, NULL));
  g_assert_false (doing.done);
  temporary_store_write (store, do_job, &after);
  g_assert_true (after.done);
}

static void
test_a_store_outlives_its_process (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };

  temporary_store_add_message (store, facts.mailbox, 1, 0);
  temporary_store_add_message (store, facts.mailbox, 2, MAIL_FLAG_SEEN);
  temporary_store_reopen (store);
  temporary_store_read (store, figures_job, &facts);
  g_assert_cmpuint (facts.rows, ==, 2);
  g_assert_cmpuint (facts.unread, ==, 1);
}

static void
test_one_process_at_a_time (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (mail_store_open (store->directory, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_STORE_IN_USE);
  g_assert_nonnull (strstr (error->message, "in use"));
  g_assert_true (mail_store_is_in_use (store->directory));
  g_assert_true (mail_store_examine (store->directory, NULL));
}

static void
test_a_folder_that_cannot_be_written_is_named (void)
{
  g_autofree char *folder = g_dir_make_tmp ("missiva-store-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "store", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_null (mail_store_open (below, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_STORE);
  g_assert_nonnull (strstr (error->message, below));
  temporary_folder_remove (folder);
}

typedef struct
{
  GAsyncQueue *started;
  GAsyncQueue *go_on;
} Gate;

static gboolean
slow_write_job (MailDb *db, gpointer data, GError **error)
{
  Gate *gate = data;

  g_async_queue_push (gate->started, gate);
  g_async_queue_pop (gate->go_on);
  return TRUE;
}

static void
test_reading_does_not_wait_for_writing (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };
  Gate gate = { g_async_queue_new (), g_async_queue_new () };
  MailStoreTicket *ticket = mail_store_submit (store->store, slow_write_job, &gate);
  g_autoptr (GError) error = NULL;

  g_async_queue_pop (gate.started);
  temporary_store_read (store, figures_job, &facts);
  g_async_queue_push (gate.go_on, &gate);
  g_assert_true (mail_store_wait (ticket, &error));
  g_assert_no_error (error);
  g_async_queue_unref (gate.started);
  g_async_queue_unref (gate.go_on);
}

/* News: "mailbox:+added~changed-removed" of each change, in order. */
static void
note_change_cb (const MailChange *change, gpointer user_data)
{
  GString *news = user_data;

  g_string_append_printf (news, "%d:+%u~%u-%u%s ", (int) change->mailbox_id, change->added->len, change->changed->len,
                          change->removed->len, change->counts ? "c" : "");
}

typedef struct
{
  GMainLoop *loop;
  gboolean called;
  gboolean destroyed;
  GThread *thread;
  Facts facts;
} Async;

static void
destroy_async_cb (gpointer data)
{
  Async *async = data;

  g_assert_true (async->called);
  g_assert_true (async->thread == g_thread_self ());
  async->destroyed = TRUE;
  g_main_loop_quit (async->loop);
}

static gboolean
async_job (MailDb *db, gpointer data, GError **error)
{
  return insert_job (db, &((Async *) data)->facts, error);
}

static void
async_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_false (async->destroyed);
  g_assert_true (mail_store_finish (result, &error));
  g_assert_no_error (error);
  async->called = TRUE;
}

static gboolean
shuffle_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;
  g_autoptr (MailMessageInfo) brief = temporary_store_make_info (facts->mailbox, 99, 0);
  gint64 other = facts->mailbox + 1;

  /* Nobody ever sees a row that comes and goes, nor a row that goes away and comes back. */
  return mail_store_messages_insert (db, brief, error) && mail_store_messages_remove (db, brief->id, error)
         && mail_store_messages_move (db, 1, other, 0, error) && mail_store_messages_set_flags (db, 1, MAIL_FLAG_SEEN, error)
         && mail_store_messages_move (db, 1, facts->mailbox, 1, error) && mail_store_messages_move (db, 2, other, 0, error);
}

static void
test_changes_come_after_their_commits (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  g_autoptr (GString) news = g_string_new (NULL);
  Async async = { .loop = g_main_loop_new (NULL, FALSE), .thread = g_thread_self (), .facts = { .number = 3 } };

  mail_store_set_listener (store->store, NULL, note_change_cb, news);
  async.facts.mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0);
  temporary_store_add_mailbox (store, "Other", MAIL_ROLE_NONE, 0);
  temporary_store_add_message (store, async.facts.mailbox, 1, 0);
  temporary_store_add_message (store, async.facts.mailbox, 2, 0);
  temporary_store_write (store, shuffle_job, &async.facts);
  mail_store_write_async (store->store, async_job, &async, destroy_async_cb, async_done_cb, &async);
  g_main_loop_run (async.loop);
  g_assert_true (async.destroyed);
  g_assert_cmpstr (news->str, ==,
                   "0:+0~0-0 0:+0~0-0 1:+1~0-0c 1:+1~0-0c 1:+0~1-1c 2:+1~0-0c 1:+1~0-0c ");

  /* What was posted before the listener went is not delivered after. */
  temporary_store_add_message (store, async.facts.mailbox, 4, 0);
  mail_store_set_listener (store->store, NULL, NULL, NULL);
  g_string_truncate (news, 0);
  async.called = FALSE;
  async.destroyed = FALSE;
  async.facts.number = 5;
  mail_store_write_async (store->store, async_job, &async, destroy_async_cb, async_done_cb, &async);
  g_main_loop_run (async.loop);
  g_assert_cmpstr (news->str, ==, "");
  g_main_loop_unref (async.loop);
}

static void
run_sql (const char *directory, const char *sql)
{
  g_autofree char *path = g_build_filename (directory, "mail.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (db));
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* The bytes of mail.db. */
static char *
read_file (const char *directory, gsize *length)
{
  g_autofree char *path = g_build_filename (directory, "mail.db", NULL);
  char *data = NULL;

  g_assert_true (g_file_get_contents (path, &data, length, NULL));
  return data;
}

static void
test_a_newer_store_is_left_as_it_is (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize length_before;
  gsize length_after;

  mail_store_close (store->store);
  run_sql (store->directory, "PRAGMA user_version = 4711");
  before = read_file (store->directory, &length_before);
  g_assert_null (mail_store_open (store->directory, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_STORE_NEWER);
  after = read_file (store->directory, &length_after);
  g_assert_cmpmem (before, length_before, after, length_after);
  run_sql (store->directory, "PRAGMA user_version = 5");
  store->store = mail_store_open (store->directory, NULL);
}

static void
expect_refusal (const char *directory, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mail_store_open (directory, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_STORE_DAMAGED);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_false (mail_store_examine (directory, NULL));
  g_assert_false (mail_store_is_in_use (directory));
}

static void
test_what_is_no_store_is_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("missiva-store-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "mail.db", NULL);
  g_autofree char *noise = g_strnfill (9000, 'x');

  run_sql (folder, "CREATE TABLE recipe (name TEXT)");
  expect_refusal (folder, "another program");
  g_assert_true (g_file_set_contents (path, noise, 9000, NULL));
  expect_refusal (folder, "damaged");
  temporary_folder_remove (folder);
}

/* What the fixture of each schema holds, see tests/schema/. */
static gboolean
fixture_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (MailMailboxInfo) inbox = mail_store_mailboxes_find (db, "INBOX", error);
  g_autoptr (MailMessageInfo) first = mail_store_messages_find_uid (db, inbox->id, 11, error);
  g_autoptr (GBytes) raw = mail_store_bodies_get (db, first->id, error);
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);
  g_autoptr (GHashTable) ledger = mail_store_uidl_load (db, error);
  g_autoptr (GArray) suspects = mail_store_suspects_load (db, error);
  g_autoptr (MailMessageInfo) again = NULL;
  const MailUidl *uidl = g_hash_table_lookup (ledger, "0001");

  g_assert_cmpuint (inbox->messages, ==, 2);
  g_assert_cmpuint (inbox->unread, ==, 1);
  g_assert_cmpuint (inbox->uidvalidity, ==, 77);
  g_assert_cmpstr (first->subject, ==, "Perché no?");
  g_assert_cmpint (first->flags, ==, MAIL_FLAG_SEEN | MAIL_FLAG_FLAGGED);
  g_assert_cmpint (first->where, ==, MAIL_WHERE_BOTH);
  g_assert_cmpuint (g_bytes_get_size (raw), ==, 30);
  g_assert_cmpuint (ops->len, ==, 1);
  g_assert_cmpuint (g_hash_table_size (ledger), ==, 1);
  g_assert_cmpuint (uidl->returned, ==, *(guint *) data);
  g_assert_cmpuint (suspects->len, ==, 0);
  g_assert_cmpstr (first->keywords, ==, "Work");
  g_assert_true (mail_store_messages_confirm_flags (db, first->id, NULL, error));
  again = mail_store_messages_find_uid (db, inbox->id, 11, error);
  g_assert_cmpstr (again->keywords, ==, "Work");
  g_assert_false (((const MailOp *) g_ptr_array_index (ops, 0))->held);
  g_assert_cmpint (inbox->offline, ==, MAIL_MAILBOX_OFFLINE_ACCOUNT);
  g_assert_null (inbox->rights);
  g_assert_null (inbox->raw_name);
  return TRUE;
}

static void
test_old_stores_open (void)
{
  static const char *const fixtures[] = { "001.sql", "002.sql", "003.sql", "004.sql" };
  static const guint returned[] = { 0, 3, 3, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (fixtures); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "schema", fixtures[i], NULL);
      g_autofree char *sql = NULL;
      g_autoptr (TemporaryStore) store = g_new0 (TemporaryStore, 1);

      g_assert_true (g_file_get_contents (path, &sql, NULL, NULL));
      store->directory = g_dir_make_tmp ("missiva-store-XXXXXX", NULL);
      run_sql (store->directory, sql);
      store->store = mail_store_open (store->directory, NULL);
      g_assert_nonnull (store->store);
      temporary_store_write (store, fixture_job, (gpointer) &returned[i]);
    }
}

/* One transaction writes @count messages with bodies, beginning with @number. */
static gboolean
batch_job (MailDb *db, gpointer data, GError **error)
{
  Facts *facts = data;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (MailMessageInfo) info = temporary_store_make_info (facts->mailbox, facts->number + i, 0);
      g_autofree char *text = g_strnfill (3000 + 10 * (facts->number + i), 'm');
      g_autoptr (GBytes) raw = g_bytes_new (text, strlen (text));

      if (!mail_store_messages_insert (db, info, error) || !mail_store_bodies_put (db, info->id, raw, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* Child: writes until it is killed, and says so after each commit. */
static int
write_for_ever (const char *directory)
{
  MailStore *store = mail_store_open (directory, NULL);
  Facts facts = { .mailbox = 1 };

  mail_store_read (store, figures_job, &facts, NULL);
  for (facts.number = facts.rows + 1;; facts.number += 20)
    if (!mail_store_write (store, batch_job, &facts, NULL) || write (STDOUT_FILENO, "c", 1) != 1)
      return 1;
}

static void
test_a_killed_writer_loses_nothing (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0) };
  guint rows = 0;

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (GSubprocess) child = NULL;
      gint commits = g_test_rand_int_range (1, 12);
      char byte;

      mail_store_close (store->store);
      child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, program, "--write-for-ever", store->directory, NULL);
      for (gint i = 0; i < commits; i++)
        g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (child), &byte, 1, NULL, NULL), ==, 1);
      g_subprocess_force_exit (child);
      g_assert_true (g_subprocess_wait (child, NULL, NULL));

      store->store = mail_store_open (store->directory, NULL);
      g_assert_nonnull (store->store);
      temporary_store_read (store, figures_job, &facts);
      g_assert_cmpuint (facts.rows, >=, rows + 20 * (guint) commits);
      g_assert_cmpuint (facts.rows % 20, ==, 0);
      rows = facts.rows;
      temporary_store_check (store);
    }
}

static void
test_a_full_disk_loses_nothing (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Facts facts = { .mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0), .number = 1 };
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  rlim_t before;
  guint committed = 0;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  before = limit.rlim_cur;
  limit.rlim_cur = 1000000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  while (mail_store_write (store->store, batch_job, &facts, &error))
    {
      committed += 20;
      facts.number += 20;
    }
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_DISK_FULL);
  g_assert_cmpuint (committed, >, 0);
  temporary_store_read (store, figures_job, &facts);
  g_assert_cmpuint (facts.rows, ==, committed);

  /* There is space again: the same store goes on. */
  limit.rlim_cur = before;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  temporary_store_write (store, batch_job, &facts);
  temporary_store_reopen (store);
  temporary_store_read (store, figures_job, &facts);
  g_assert_cmpuint (facts.rows, ==, committed + 20);
}

typedef struct
{
  gint64 mailboxes[3];
  GArray *ids;
  guint32 uid;
} Play;

static gboolean
play_one (MailDb *db, Play *play, GError **error)
{
  gint64 mailbox = play->mailboxes[g_test_rand_int_range (0, 3)];
  guint index = play->ids->len > 0 ? (guint) g_test_rand_int_range (0, (gint32) play->ids->len) : 0;
  gint64 id = play->ids->len > 0 ? g_array_index (play->ids, gint64, index) : 0;
  int what = id == 0 ? 0 : g_test_rand_int_range (0, 8);
  g_autofree char *text = g_strdup_printf ("body %d", g_test_rand_int_range (0, 20));
  g_autoptr (GBytes) raw = g_bytes_new (text, strlen (text));
  g_autoptr (MailMessageInfo) info = NULL;

  switch (what)
    {
    case 0:
    case 1:
      info = temporary_store_make_info (mailbox, ++play->uid, (MailFlags) g_test_rand_int_range (0, 4));
      if (!mail_store_messages_insert (db, info, error))
        return FALSE;
      g_array_append_val (play->ids, info->id);
      return TRUE;
    case 2:
      g_array_remove_index_fast (play->ids, index);
      return mail_store_messages_remove (db, id, error);
    case 3:
      return mail_store_messages_move (db, id, mailbox, ++play->uid, error);
    case 4:
      if (!mail_store_messages_copy (db, id, mailbox, &id, error))
        return FALSE;
      g_array_append_val (play->ids, id);
      return TRUE;
    case 5:
      return mail_store_messages_set_flags (db, id, (MailFlags) g_test_rand_int_range (0, 8), error);
    case 6:
      return mail_store_messages_set_server_flags (db, id, (MailFlags) g_test_rand_int_range (0, 8), NULL, error);
    default:
      return mail_store_bodies_put (db, id, raw, NULL, error);
    }
}

static gboolean
play_job (MailDb *db, gpointer data, GError **error)
{
  for (guint i = 0; i < 50; i++)
    if (!play_one (db, data, error))
      return FALSE;
  return TRUE;
}

static void
test_figures_always_equal_the_count (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Play play = { .ids = g_array_new (FALSE, FALSE, sizeof (gint64)) };

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("Mailbox %u", i);

      play.mailboxes[i] = temporary_store_add_mailbox (store, name, MAIL_ROLE_NONE, i == 0 ? MAIL_MAILBOX_LOCAL : 0);
    }
  for (guint round = 0; round < 30; round++)
    {
      temporary_store_write (store, play_job, &play);
      temporary_store_check (store);
    }
  g_array_unref (play.ids);
}

static gboolean
two_bodies_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GBytes) one = g_bytes_new_static ("one", 3);
  g_autoptr (GBytes) two = g_bytes_new_static ("two", 3);
  MailUidl uidl = { .uidl = (char *) "u1", .state = MAIL_UIDL_HERE, .message_id = 1, .first_seen = 1, .fetched = 1 };

  return mail_store_bodies_put (db, 1, one, NULL, error) && mail_store_bodies_put (db, 2, two, NULL, error)
         && mail_store_uidl_put (db, &uidl, error);
}

/* The sentences of a check of @directory, joined. */
static char *
check_folder (const char *directory)
{
  MailStore *store = mail_store_open (directory, NULL);
  MailStoreCheck check = { .problems = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (GError) error = NULL;
  char *sentences;

  if (!mail_store_read (store, mail_store_check_job, &check, &error))
    g_ptr_array_add (check.problems, g_strdup (error->message));
  g_ptr_array_add (check.problems, NULL);
  sentences = g_strjoinv ("; ", (char **) check.problems->pdata);
  g_ptr_array_unref (check.problems);
  mail_store_close (store);
  return sentences;
}

static void
test_check_finds_every_kind_of_fault (void)
{
  static const char *const faults[][2] = {
    { "UPDATE mailbox SET unread = unread + 1", "mailbox 1 says 3 messages, 4 unread" },
    { "UPDATE mailbox SET bodies = 0", "0 whole" },
    { "DELETE FROM header WHERE message_id = 3", "message 3 has no header row" },
    { "UPDATE message SET location = 1 WHERE id = 3", "message 3 is said to be here" },
    { "UPDATE message SET location = 0 WHERE id = 2", "on the server only" },
    { "INSERT INTO body (hash, size, raw) VALUES (zeroblob (32), 0, x'')", "no message shows body 3" },
    { "UPDATE body SET raw = CAST ('tvo' AS BLOB) WHERE id = 2", "body 2 does not match its hash" },
    { "UPDATE body SET size = 4 WHERE id = 1", "body 1 has 3 octets, not 4" },
    { "INSERT INTO partial (message_id, skeleton) VALUES (1, x'00')", "a body and a skeleton" },
    { "UPDATE uidl SET message_id = 3", "unique id u1 refers to message 3, which has no body" },
    { "UPDATE message SET mailbox_id = 9 WHERE id = 3", "row 3 of table message refers to a row of mailbox" },
    { "DELETE FROM body WHERE id = 1", "refers to a row of body" },
    { "PRAGMA writable_schema = 1; DELETE FROM sqlite_schema WHERE name = 'message_list'", "the database is damaged" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (TemporaryStore) store = temporary_store_new ();
      g_autofree char *sentences = NULL;
      gint64 mailbox = temporary_store_add_mailbox (store, "INBOX", MAIL_ROLE_INBOX, 0);

      for (guint32 number = 1; number <= 3; number++)
        temporary_store_add_message (store, mailbox, number, 0);
      temporary_store_write (store, two_bodies_job, NULL);
      temporary_store_check (store);
      mail_store_close (store->store);
      run_sql (store->directory, faults[i][0]);
      sentences = check_folder (store->directory);
      if (strstr (sentences, faults[i][1]) == NULL)
        g_error ("\"%s\" was found to be \"%s\"", faults[i][0], sentences);

      temporary_folder_remove (store->directory);
      g_free (store->directory);
      g_free (g_steal_pointer (&store));
    }
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], "--write-for-ever") == 0)
    return write_for_ever (argv[2]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/a-failed-job-leaves-nothing", test_a_failed_job_leaves_nothing);
  g_test_add_func ("/store/what-is-not-committed-is-not-done", test_what_is_not_committed_is_not_done);
  g_test_add_func ("/store/a-store-outlives-its-process", test_a_store_outlives_its_process);
  g_test_add_func ("/store/one-process-at-a-time", test_one_process_at_a_time);
  g_test_add_func ("/store/a-folder-that-cannot-be-written-is-named", test_a_folder_that_cannot_be_written_is_named);
  g_test_add_func ("/store/reading-does-not-wait-for-writing", test_reading_does_not_wait_for_writing);
  g_test_add_func ("/store/changes-come-after-their-commits-in-order", test_changes_come_after_their_commits);
  g_test_add_func ("/store/a-newer-store-is-left-as-it-is", test_a_newer_store_is_left_as_it_is);
  g_test_add_func ("/store/what-is-no-store-is-refused", test_what_is_no_store_is_refused);
  g_test_add_func ("/store/old-stores-open", test_old_stores_open);
  g_test_add_func ("/store/a-killed-writer-loses-nothing", test_a_killed_writer_loses_nothing);
  g_test_add_func ("/store/a-full-disk-loses-nothing", test_a_full_disk_loses_nothing);
  g_test_add_func ("/store/figures-always-equal-the-count", test_figures_always_equal_the_count);
  g_test_add_func ("/store/check-finds-every-kind-of-fault", test_check_finds_every_kind_of_fault);
  return g_test_run ();
}
