/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/main-loop.h"
#include "lib/toy-imap.h"
#include "lib/worker-account.h"
#include "store/store-ops.h"
#include "sync/sync-take-back.h"
#include "sync/worker.h"

/* How a pass goes over an account: in which order, around what cannot be opened, in how few commands. */

/* What was selected since the last time, a space between names; the same one after itself counts once. */
static char *
take_selected (ToyImap *server)
{
  g_autofree char *log = toy_imap_take_log (server);
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  g_autoptr (GString) selected = g_string_new (NULL);
  const char *before = "";

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (!g_str_has_prefix (lines[i], "SELECT "))
        continue;
      if (strcmp (lines[i], before) != 0)
        g_string_append_printf (selected, "%s%s", selected->len > 0 ? " " : "", lines[i] + strlen ("SELECT "));
      before = lines[i];
    }
  return g_string_free (g_steal_pointer (&selected), FALSE);
}

static guint
count_rows (ImapAccount *account, const char *mailbox)
{
  g_autoptr (GPtrArray) rows = imap_account_list (account, mailbox);

  return rows->len;
}

/* The rest of the pass is as if nothing had happened; the mailbox is tried again by the next one. */
static void
check_refusal (const char *answer, MailErrorCode code)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  const MailProblem *problem;

  toy_imap_put_mailbox (server, "INBOX", 3);
  toy_imap_put_mailbox (server, "Blocked", 3);
  toy_imap_put_mailbox (server, "Open", 3);
  toy_imap_refuse (server, "SELECT \"Blocked\"", answer);
  imap_account_look (account);
  g_assert_cmpuint (count_rows (account, "INBOX"), ==, 3);
  g_assert_cmpuint (count_rows (account, "Blocked"), ==, 0);
  g_assert_cmpuint (count_rows (account, "Open"), ==, 3);
  g_assert_cmpuint (account->problems->len, ==, 1);
  problem = g_ptr_array_index (account->problems, 0);
  g_assert_cmpint (problem->code, ==, code);
  g_assert_cmpint (problem->radius, ==, MAIL_PROBLEM_RADIUS_MAILBOX);
  g_assert_nonnull (strstr (problem->technical, "Blocked"));

  toy_imap_refuse (server, "SELECT \"Blocked\"", NULL);
  imap_account_look (account);
  g_assert_cmpuint (count_rows (account, "Blocked"), ==, 3);
  g_assert_cmpuint (account->problems->len, ==, 0);
}

static void
test_refused (void)
{
  check_refusal ("NO [INUSE] locked", MAIL_ERROR_BUSY);
  check_refusal ("NO [UNAVAILABLE] disk away", MAIL_ERROR_BUSY);
  check_refusal ("NO [LIMIT] too large", MAIL_ERROR_BUSY);
  check_refusal ("NO [NOPERM] not yours", MAIL_ERROR_REFUSED);
  check_refusal ("NO [NONEXISTENT] gone", MAIL_ERROR_NOT_FOUND);
}

/* Not even the inbox; and a wait goes on without it. */
static void
test_inbox_in_use (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS IDLE");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  MailEngineWait why;

  toy_imap_put_mailbox (server, "INBOX", 3);
  toy_imap_put_mailbox (server, "Open", 3);
  toy_imap_refuse (server, "SELECT \"INBOX\"", "NO [INUSE] locked");
  imap_account_look (account);
  g_assert_cmpuint (count_rows (account, "Open"), ==, 3);
  g_assert_cmpuint (account->problems->len, ==, 1);
  g_cancellable_cancel (wake);
  /* Something is selected still; then nothing is. */
  mail_engine_wait (account->engine, 60, wake, &why, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_WORK);
  toy_imap_refuse (server, "SELECT \"INBOX\"", NULL);
  mail_engine_wait (account->engine, 60, wake, &why, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_NEWS);
}

/* A server that speaks so of everything is left alone. */
static void
test_all_unavailable (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *selected = NULL;
  g_auto (GStrv) names = NULL;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("Box%u", i);

      toy_imap_put_mailbox (server, name, 1);
    }
  toy_imap_refuse (server, "SELECT", "NO [UNAVAILABLE] all away");
  g_assert_false (imap_account_try_pass (account, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BUSY);
  selected = take_selected (server);
  names = g_strsplit (selected, " ", -1);
  g_assert_cmpuint (g_strv_length (names), <=, 11);
}

static void
assert_order (ToyImap *server, ImapAccount *account, const char *expected)
{
  static guint arrivals = 1;
  static const char *const names[] = { "INBOX", "Attic", "Bills", "Chess", "Dance", "Trash" };
  g_autofree char *selected = NULL;

  arrivals++;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    toy_imap_put_mailbox (server, names[i], arrivals);
  g_free (toy_imap_take_log (server));
  imap_account_look (account);
  selected = take_selected (server);
  g_assert_cmpstr (selected, ==, expected);
}

/* Letters there are of July 2026. */
static void
test_order (void)
{
  const gint64 august = 1785542400;
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 chess;

  mail_clock_set_for_test (august);
  assert_order (server, account, "\"INBOX\" \"Attic\" \"Bills\" \"Chess\" \"Dance\" \"Trash\"");
  /* What a person looks at, */
  chess = imap_account_find_mailbox (account, "Chess");
  g_array_append_val (open, chess);
  mail_engine_watch (account->engine, open);
  assert_order (server, account, "\"INBOX\" \"Chess\" \"Attic\" \"Bills\" \"Dance\" \"Trash\"");
  /* looked at the last time, */
  g_array_index (open, gint64, 0) = imap_account_find_mailbox (account, "Dance");
  mail_clock_set_for_test (august + 60);
  mail_engine_watch (account->engine, open);
  assert_order (server, account, "\"INBOX\" \"Dance\" \"Chess\" \"Attic\" \"Bills\" \"Trash\"");
  /* and long ago. */
  mail_clock_set_for_test (august + 100 * 24 * 60 * 60);
  g_array_set_size (open, 0);
  mail_engine_watch (account->engine, open);
  assert_order (server, account, "\"INBOX\" \"Attic\" \"Bills\" \"Chess\" \"Dance\" \"Trash\"");
  mail_clock_set_for_test (0);
}

static guint
count_lines (ToyImap *server, const char *beginning)
{
  g_autofree char *log = toy_imap_take_log (server);

  return toy_imap_count_heard (log, beginning);
}

static gboolean
hold_oldest_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list_oldest (db, *(guint *) data, error);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    if (!mail_store_ops_set_held (db, ((const MailOp *) g_ptr_array_index (ops, i))->id, TRUE, error))
      return FALSE;
  return ops != NULL;
}

/* In few commands; and what waits for a person is no wall before what came later, however much it is. */
static void
test_bulk (void)
{
  const guint count = 3000;
  guint held = 2100;
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  gint64 trash;

  toy_imap_put_mailbox (server, "Trash", count);
  imap_account_look (account);
  trash = imap_account_find_mailbox (account, "Trash");
  mail_action_free (imap_account_do (account, mail_action_new_read_all (MAIL_MODE_IMAP, trash)));
  temporary_store_write (account->temporary, hold_oldest_job, &held);
  g_free (toy_imap_take_log (server));
  imap_account_pass (account);
  g_assert_cmpuint (account->result.operations, ==, count - held);
  g_assert_cmpuint (imap_account_count_ops (account), ==, held);
  g_assert_cmpuint (count_lines (server, "UID STORE"), ==, (count - held + 499) / 500);
}

static void
test_empty (void)
{
  const guint count = 3000;
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autofree char *log = NULL;
  g_auto (GStrv) lines = NULL;
  guint expunges = 0;

  toy_imap_put_mailbox (server, "Trash", count);
  imap_account_look (account);
  mail_action_free (
      imap_account_do (account, mail_action_new_empty (MAIL_MODE_IMAP, imap_account_find_mailbox (account, "Trash"))));
  g_free (toy_imap_take_log (server));
  imap_account_pass (account);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
  g_assert_cmpuint (toy_imap_count (server, "Trash"), ==, 0);
  log = toy_imap_take_log (server);
  lines = g_strsplit (log, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      expunges += g_str_has_prefix (lines[i], "UID EXPUNGE ");
      /* Neighbours are named by their range. */
      g_assert_cmpuint (strlen (lines[i]), <, 100);
    }
  g_assert_cmpuint (expunges, ==, count / 500);
}

static void
sign_in (ImapAccount *account)
{
  g_autoptr (GError) error = NULL;

  mail_engine_open (account->engine, account->credentials, NULL, &error);
  g_assert_no_error (error);
}

static void
move (ImapAccount *account, gint64 id, gint64 target)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (ids, id);
  mail_action_free (imap_account_do (account, mail_action_new_move (MAIL_MODE_IMAP, ids, target)));
}

/* Changes alone go up; nothing is refused. */
static void
replay (ImapAccount *account)
{
  g_autoptr (GError) error = NULL;

  memset (&account->result, 0, sizeof account->result);
  sign_in (account);
  mail_engine_replay (account->engine, &account->result, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (account->result.operations_failed, ==, 0);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
}

/* What is known of a mailbox here. */
static void
assert_known (ImapAccount *account, const char *name, guint32 uidvalidity, guint32 uidnext)
{
  g_autoptr (GPtrArray) all = imap_account_list_mailboxes (account);

  for (guint i = 0; i < all->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (all, i);

      if (!g_str_equal (mailbox->name, name))
        continue;
      g_assert_cmpuint (mailbox->uidvalidity, ==, uidvalidity);
      g_assert_cmpuint (mailbox->uidnext, ==, uidnext);
    }
}

/* Where STATUS says that there is nothing, nothing is opened. */
static void
test_empty_mailboxes (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  toy_imap_put_mailbox (server, "INBOX", 2);
  toy_imap_put_mailbox (server, "Drafts", 0);
  toy_imap_put_mailbox (server, "Work", 2);
  toy_imap_put_mailbox (server, "Sent", 0);
  imap_account_look (account);
  first = take_selected (server);
  g_assert_cmpstr (first, ==, "\"INBOX\" \"Work\"");
  toy_imap_put_mailbox (server, "Sent", 3);
  imap_account_look (account);
  second = take_selected (server);
  g_assert_nonnull (strstr (second, "\"Sent\""));
  g_assert_null (strstr (second, "\"Drafts\""));
  g_assert_cmpuint (count_rows (account, "Sent"), ==, 3);
}

/* The server spells a mailbox otherwise than by the rules: connections that list nothing know it all the same, and go on when it
 * thought better of it. */
static void
test_spelling (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS MOVE");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autoptr (GError) error = NULL;
  g_autofree char *moved = NULL;
  g_autofree char *opened = NULL;
  g_autofree char *changed = NULL;
  g_autofree char *deleted = NULL;

  toy_imap_put_mailbox (server, "R&D", 3);
  toy_imap_put_mailbox (server, "Attic", 0);
  imap_account_look (account);
  g_assert_cmpuint (count_rows (account, "R&D"), ==, 3);
  imap_account_restart (account);
  g_free (toy_imap_take_log (server));
  move (account, imap_account_find (account, "R&D", "Letter 3"), imap_account_find_mailbox (account, "Attic"));
  replay (account);
  moved = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (moved, "SELECT \"R&D\""), ==, 1);
  g_assert_cmpuint (toy_imap_count_heard (moved, "LIST"), ==, 0);
  g_assert_cmpuint (toy_imap_count (server, "Attic"), ==, 1);

  imap_account_restart (account);
  sign_in (account);
  mail_engine_fetch (account->engine, imap_account_find (account, "R&D", "Letter 2"), NULL, NULL, &error);
  g_assert_no_error (error);
  opened = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (opened, "SELECT \"R&D\""), ==, 1);

  imap_account_restart (account);
  toy_imap_rename (server, "R&D", "R&-D");
  imap_account_mark (account, imap_account_find (account, "R&D", "Letter 2"), MAIL_FLAG_FLAGGED, 0);
  replay (account);
  changed = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (changed, "SELECT \"R&-D\""), ==, 1);
  g_assert_cmpuint (toy_imap_count_heard (changed, "UID STORE 2 +FLAGS"), ==, 1);
  imap_account_look (account);
  imap_account_restart (account);
  mail_action_free (imap_account_do (
      account, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, imap_account_find_mailbox (account, "R&D"))));
  g_free (toy_imap_take_log (server));
  replay (account);
  deleted = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (deleted, "DELETE \"R&-D\""), ==, 1);
}

/* Without it no UID means anything: nothing of the mailbox is believed, and nothing is forgotten. */
static void
test_no_uidvalidity (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autofree char *log = NULL;

  toy_imap_put_mailbox (server, "Work", 3);
  imap_account_look (account);
  toy_imap_set_uidvalidity (server, 0);
  toy_imap_deliver (server, "Work");
  g_free (toy_imap_take_log (server));
  imap_account_look (account);
  log = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (log, "SELECT \"Work\""), ==, 1);
  g_assert_cmpuint (toy_imap_count_heard (log, "UID"), ==, 0);
  g_assert_cmpuint (account->problems->len, >, 0);
  g_assert_cmpint (((const MailProblem *) g_ptr_array_index (account->problems, 0))->code, ==, MAIL_ERROR_REFUSED);
  g_assert_cmpuint (count_rows (account, "Work"), ==, 3);
  assert_known (account, "Work", 7, 4);
  toy_imap_set_uidvalidity (server, 7);
  imap_account_look (account);
  g_assert_cmpuint (account->problems->len, ==, 0);
  g_assert_cmpuint (count_rows (account, "Work"), ==, 4);
}

static gboolean
doubt_job (MailDb *db, gpointer data, GError **error)
{
  return mail_op_doubt_mailbox (db, *(gint64 *) data, error);
}

/* In the middle of a look, on the server's thread. */
static void
doubt_cb (ToyImap *server, const char *command, gpointer user_data)
{
  ImapAccount *account = user_data;
  gint64 work = imap_account_find_mailbox (account, "Work");

  if (strstr (command, "ENVELOPE") != NULL)
    temporary_store_write (account->temporary, doubt_job, &work);
}

static void
test_doubt (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);

  toy_imap_put_mailbox (server, "Work", 3);
  imap_account_look (account);
  toy_imap_deliver (server, "Work");
  toy_imap_watch (server, doubt_cb, account);
  imap_account_look (account);
  toy_imap_watch (server, NULL, NULL);
  g_assert_cmpuint (count_rows (account, "Work"), ==, 4);
  assert_known (account, "Work", 7, 0);
  imap_account_look (account);
  assert_known (account, "Work", 7, 5);
}

/* It was looked at before: what comes into it now is new. */
static void
test_news_in_doubt (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS IDLE");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (server));
  gint64 inbox;

  toy_imap_put_mailbox (server, "INBOX", 3);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  g_assert_cmpuint (account->new_mail, ==, 0);
  inbox = imap_account_find_mailbox (account->imap, "INBOX");
  temporary_store_write (account->imap->temporary, doubt_job, &inbox);
  toy_imap_deliver (server, "INBOX");
  worker_account_await_new_mail (account);
  g_assert_cmpuint (account->fresh->len, ==, 1);
}

/* A no to STATUS that gives no reason, and one that means the whole server: the mailbox goes when it can be looked into. */
static void
test_deletion_that_has_to_wait (gconstpointer answer)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  toy_imap_put_mailbox (server, "Work", 3);
  imap_account_look (account);
  mail_action_free (imap_account_do (
      account, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, imap_account_find_mailbox (account, "Work"))));
  toy_imap_refuse (server, "STATUS \"Work\"", answer);
  imap_account_pass (account);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 1);
  g_assert_cmpint (imap_account_find_mailbox (account, "Work"), ==, 0);
  first = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (first, "DELETE"), ==, 0);
  toy_imap_refuse (server, "STATUS \"Work\"", NULL);
  imap_account_pass (account);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
  second = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (second, "DELETE \"Work\""), ==, 1);
}

/* The next question is here before the first was answered. */
static void
pipelined_cb (ToyImap *server, const char *command, gpointer user_data)
{
  if (g_str_has_prefix (command, user_data))
    g_assert_true (toy_imap_await_next (server));
}

/* The server is asked for all that it does not list, at once; and no more for what stays because it holds what is only here. */
static void
test_gone (void)
{
  const char letter[] = "Subject: Draft\r\nMessage-ID: <d@example.org>\r\n\r\nHi\r\n";
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autoptr (GBytes) bytes = g_bytes_new_static (letter, strlen (letter));
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  toy_imap_put_mailbox (server, "Attic", 2);
  toy_imap_put_mailbox (server, "Work", 2);
  imap_account_look (account);
  mail_action_free (imap_account_do (
      account, mail_action_new_append (MAIL_MODE_IMAP, imap_account_find_mailbox (account, "Work"), bytes, MAIL_FLAG_SEEN)));
  toy_imap_remove (server, "Attic");
  toy_imap_remove (server, "Work");
  g_free (toy_imap_take_log (server));
  toy_imap_watch (server, pipelined_cb, (gpointer) "STATUS \"Attic\"");
  imap_account_look (account);
  toy_imap_watch (server, NULL, NULL);
  first = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (first, "STATUS \"Work\""), ==, 1);
  g_assert_cmpint (imap_account_find_mailbox (account, "Attic"), ==, 0);
  g_assert_cmpuint (count_rows (account, "Work"), ==, 3);
  imap_account_look (account);
  second = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (second, "STATUS \"Work\""), ==, 0);
  g_assert_cmpuint (count_rows (account, "Work"), ==, 3);
}

/* A sync that goes on, and a person who does not wait for it. */
typedef struct
{
  ImapAccount *account;
  MailSyncWorker *worker;
  gint64 letter;
  GAsyncResult *opened;
  guint windows;       /* of the server's thread */
  GMutex lock;
  GCond cond;
  gboolean has_wished; /* guarded */
  gboolean synced;
} Impatience;

static gboolean
wish_cb (gpointer data)
{
  Impatience *scene = data;

  imap_account_mark (scene->account, scene->letter, MAIL_FLAG_FLAGGED, 0);
  mail_sync_worker_wake (scene->worker);
  mail_sync_worker_fetch_async (scene->worker, scene->letter, NULL, NULL, keep_result_cb, &scene->opened);
  g_mutex_lock (&scene->lock);
  scene->has_wished = TRUE;
  g_cond_signal (&scene->cond);
  g_mutex_unlock (&scene->lock);
  return G_SOURCE_REMOVE;
}

/* The second window is only answered when the person has wished for something. */
static void
slow_cb (ToyImap *server, const char *command, gpointer user_data)
{
  Impatience *scene = user_data;

  if (strstr (command, "ENVELOPE") == NULL || ++scene->windows != 2)
    return;
  g_idle_add (wish_cb, scene);
  g_mutex_lock (&scene->lock);
  while (!scene->has_wished)
    g_cond_wait (&scene->cond, &scene->lock);
  g_mutex_unlock (&scene->lock);
}

static void
synced_cb (MailSyncWorker *worker, gpointer result, gpointer user_data)
{
  ((Impatience *) user_data)->synced = TRUE;
}

/* That @text came, and before the last window. */
static void
assert_in_between (const char *log, const char *text)
{
  const char *found = g_strrstr (log, text);

  g_assert_nonnull (found);
  g_assert_true (found < g_strrstr (log, "ENVELOPE"));
}

static void
start (Impatience *scene)
{
  scene->account->config->connections = 1;
  scene->worker = mail_sync_worker_new (scene->account->config, scene->account->temporary->store);
  g_signal_connect (scene->worker, "synced", G_CALLBACK (synced_cb), scene);
  mail_sync_worker_set_credentials (scene->worker, scene->account->credentials);
  mail_sync_worker_start (scene->worker);
}

static void
test_impatience (void)
{
  const guint count = 12000;
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  Impatience scene = { .account = account };
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;

  g_mutex_init (&scene.lock);
  g_cond_init (&scene.cond);
  toy_imap_put_mailbox (server, "Work", 3);
  imap_account_look (account);
  mail_engine_close (account->engine);
  scene.letter = imap_account_find (account, "Work", "Letter 2");
  toy_imap_put_mailbox (server, "INBOX", count);
  g_free (toy_imap_take_log (server));
  toy_imap_watch (server, slow_cb, &scene);
  start (&scene);
  run_result (&scene.opened);
  mail_sync_worker_fetch_finish (scene.worker, scene.opened, &error);
  g_assert_no_error (error);
  run_until_set (&scene.synced);
  mail_sync_worker_stop (scene.worker);

  log = toy_imap_take_log (server);
  assert_in_between (log, "BODY.PEEK[]");
  assert_in_between (log, "+FLAGS.SILENT (\\Flagged)");
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
  g_assert_cmpuint (count_rows (account, "INBOX"), ==, count);
  g_object_unref (scene.opened);
  g_object_unref (scene.worker);
  g_mutex_clear (&scene.lock);
  g_cond_clear (&scene.cond);
}

/* Each name anew is no end. */
static void
test_list_without_end (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autoptr (GError) error = NULL;

  toy_imap_set_echo (server, "LIST", "LIST () NIL a", 400 * 1000);
  g_assert_false (imap_account_try_pass (account, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT);
}

/* A person who searches while a sync goes on that does not come to an end before the search has found something. */
typedef struct
{
  MailSyncWorker *worker;
  gint64 mailbox_id;
  GAsyncResult *found;
  gboolean synced;
  guint windows;       /* of the server's thread */
  GMutex lock;
  GCond cond;
  gboolean has_found;  /* guarded */
} Seeker;

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Seeker *scene = user_data;

  scene->found = g_object_ref (result);
  g_mutex_lock (&scene->lock);
  scene->has_found = TRUE;
  g_cond_signal (&scene->cond);
  g_mutex_unlock (&scene->lock);
}

static gboolean
seek_cb (gpointer data)
{
  Seeker *scene = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (MailQuery) query = mail_query_new ("letter", &error);

  g_assert_no_error (error);
  mail_sync_worker_search_async (scene->worker, query, scene->mailbox_id, NULL, found_cb, scene);
  return G_SOURCE_REMOVE;
}

static void
held_cb (ToyImap *server, const char *command, gpointer user_data)
{
  Seeker *scene = user_data;
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  if (strstr (command, "ENVELOPE") == NULL || ++scene->windows != 2)
    return;
  g_idle_add (seek_cb, scene);
  g_mutex_lock (&scene->lock);
  while (!scene->has_found && g_cond_wait_until (&scene->cond, &scene->lock, end))
    ;
  g_assert_true (scene->has_found);
  g_mutex_unlock (&scene->lock);
}

static void
seeker_synced_cb (MailSyncWorker *worker, gpointer result, gpointer user_data)
{
  ((Seeker *) user_data)->synced = TRUE;
}

static void
test_search_beside_a_sync (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("UIDPLUS");
  g_autoptr (ImapAccount) account = imap_account_new_for (toy_imap_config (server), 0);
  g_autoptr (MailSearch) search = NULL;
  g_autoptr (GError) error = NULL;
  Seeker scene = { 0 };

  g_mutex_init (&scene.lock);
  g_cond_init (&scene.cond);
  toy_imap_put_mailbox (server, "Work", 3);
  imap_account_look (account);
  mail_engine_close (account->engine);
  scene.mailbox_id = imap_account_find_mailbox (account, "Work");
  toy_imap_put_mailbox (server, "INBOX", 3000);
  toy_imap_watch (server, held_cb, &scene);
  scene.worker = mail_sync_worker_new (account->config, account->temporary->store);
  g_signal_connect (scene.worker, "synced", G_CALLBACK (seeker_synced_cb), &scene);
  mail_sync_worker_set_credentials (scene.worker, account->credentials);
  mail_sync_worker_start (scene.worker);
  run_until_set (&scene.synced);
  search = mail_sync_worker_search_finish (scene.worker, scene.found, &error);
  g_assert_no_error (error);
  g_assert_cmpint (search->searched, ==, MAIL_SEARCHED_SERVER);
  g_assert_cmpuint (search->keys->len, ==, 3);
  mail_sync_worker_stop (scene.worker);
  g_assert_cmpuint (count_rows (account, "INBOX"), ==, 3000);
  g_object_unref (scene.found);
  g_object_unref (scene.worker);
  g_mutex_clear (&scene.lock);
  g_cond_clear (&scene.cond);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-passes/goes-around-a-mailbox-that-cannot-be-opened", test_refused);
  g_test_add_func ("/sync/imap-passes/goes-on-without-an-inbox-in-use", test_inbox_in_use);
  g_test_add_func ("/sync/imap-passes/leaves-a-server-alone-that-is-out-of-order", test_all_unavailable);
  g_test_add_func ("/sync/imap-passes/looks-first-where-a-person-looks-or-looked-lately", test_order);
  g_test_add_func ("/sync/imap-passes/sends-many-changes-in-few-commands-around-those-that-are-held", test_bulk);
  g_test_add_func ("/sync/imap-passes/empties-a-mailbox-by-ranges", test_empty);
  g_test_add_func ("/sync/imap-passes/opens-no-mailbox-that-is-empty", test_empty_mailboxes);
  g_test_add_func ("/sync/imap-passes/spells-a-mailbox-as-the-server-does", test_spelling);
  g_test_add_func ("/sync/imap-passes/believes-nothing-without-a-uidvalidity", test_no_uidvalidity);
  g_test_add_func ("/sync/imap-passes/does-not-forget-a-doubt-that-comes-meanwhile", test_doubt);
  g_test_add_data_func ("/sync/imap-passes/deletes-a-mailbox-only-when-it-can-be-looked-into", "NO",
                        test_deletion_that_has_to_wait);
  g_test_add_data_func ("/sync/imap-passes/deletes-a-mailbox-only-when-the-server-is-back", "NO Server Unavailable. 15",
                        test_deletion_that_has_to_wait);
  g_test_add_func ("/sync/imap-passes/tells-of-new-mail-in-an-inbox-that-is-in-doubt", test_news_in_doubt);
  g_test_add_func ("/sync/imap-passes/asks-once-for-all-that-is-gone", test_gone);
  g_test_add_func ("/sync/imap-passes/lets-a-person-s-wishes-through-between-windows", test_impatience);
  g_test_add_func ("/sync/imap-passes/ends-a-list-that-does-not-end", test_list_without_end);
  g_test_add_func ("/sync/imap-passes/searches-beside-a-sync-over-a-second-connection", test_search_beside_a_sync);
  return g_test_run ();
}
