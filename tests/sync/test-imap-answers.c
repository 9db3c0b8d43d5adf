/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/imap-scene.h"
#include "lib/main-loop.h"
#include "lib/toy-imap.h"
#include "lib/worker-account.h"
#include "store/store-ops.h"
#include "sync/sync-queue.h"

#define NOW 1800000000

/* What becomes of changes, and of messages, that a server refuses, for good or for now. */
typedef struct
{
  ToyImap *server;
  ImapAccount *account;
} Place;

static void
place_clear (Place *place)
{
  imap_account_free (place->account);
  toy_imap_free (place->server);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

/* "Work" has the letters 1 to 3; "Archive" is empty. */
static void
place_init (Place *place, const char *capabilities)
{
  place->server = toy_imap_new (capabilities);
  toy_imap_put_mailbox (place->server, "Archive", 0);
  toy_imap_put_mailbox (place->server, "Work", 3);
  place->account = imap_account_new_for (toy_imap_config (place->server), 0);
  imap_account_pass (place->account);
  g_free (toy_imap_take_log (place->server));
}

static gint64
find (const Place *place, const char *mailbox)
{
  return imap_account_find_mailbox (place->account, mailbox);
}

/* (transfer full): the letters from 1 to @last of "Work". */
static GArray *
letters (const Place *place, guint last)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 1; i <= last; i++)
    {
      g_autofree char *subject = g_strdup_printf ("Letter %u", i);
      gint64 id = imap_account_find (place->account, "Work", subject);

      g_assert_cmpint (id, !=, 0);
      g_array_append_val (ids, id);
    }
  return ids;
}

static void
perform (const Place *place, MailAction *action)
{
  mail_action_free (imap_account_do (place->account, action));
}

static gboolean
was_told (const Place *place, const char *words)
{
  for (guint i = 0; i < place->account->problems->len; i++)
    if (strstr (((const MailProblem *) g_ptr_array_index (place->account->problems, i))->technical, words) != NULL)
      return TRUE;
  return FALSE;
}

/* The mailbox is here as before, with its letters, and the server never heard that it was to go. */
static void
assert_work_is_kept (const Place *place)
{
  g_autofree char *log = toy_imap_take_log (place->server);
  g_autoptr (GPtrArray) rows = imap_account_list (place->account, "Work");

  g_assert_cmpuint (toy_imap_count_heard (log, "DELETE"), ==, 0);
  g_assert_cmpuint (imap_account_count_ops (place->account), ==, 0);
  g_assert_cmpuint (rows->len, ==, 3);
  g_assert_cmpuint (toy_imap_count (place->server, "Work"), ==, 3);
}

static void
test_refused_move_keeps_mailbox (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GArray) ids = NULL;

  place_init (&place, "MOVE UIDPLUS");
  ids = letters (&place, 2);
  perform (&place, mail_action_new_move (MAIL_MODE_IMAP, ids, find (&place, "Archive")));
  perform (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work")));
  toy_imap_refuse (place.server, "UID MOVE", "NO [NOPERM] not yours");
  imap_account_pass (place.account);
  g_assert_true (was_told (&place, "move in Work"));
  g_assert_true (was_told (&place, "delete-mailbox Work"));
  g_assert_cmpuint (place.account->result.operations_failed, ==, 3);
  assert_work_is_kept (&place);
}

static void
test_refused_copy_keeps_mailbox (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GArray) ids = NULL;

  place_init (&place, "MOVE UIDPLUS");
  ids = letters (&place, 1);
  perform (&place, mail_action_new_copy (MAIL_MODE_IMAP, ids, find (&place, "Archive")));
  perform (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work")));
  toy_imap_refuse (place.server, "UID COPY", "NO [NOPERM] not yours");
  imap_account_pass (place.account);
  g_assert_true (was_told (&place, "delete-mailbox Work"));
  assert_work_is_kept (&place);
}

static gboolean
give_up_first_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) queue = mail_queue_list (db, 1, error);

  return mail_queue_drop (db, ((const MailQueueEntry *) g_ptr_array_index (queue, 0))->id, error);
}

static void
test_given_up_move_keeps_mailbox (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GArray) ids = NULL;

  place_init (&place, "MOVE UIDPLUS");
  ids = letters (&place, 1);
  perform (&place, mail_action_new_move (MAIL_MODE_IMAP, ids, find (&place, "Archive")));
  perform (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work")));
  temporary_store_write (place.account->temporary, give_up_first_job, NULL);
  imap_account_pass (place.account);
  assert_work_is_kept (&place);
}

/* What the server says no to is none of the deletion. */
static void
test_refused_flags_keep_no_mailbox (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GArray) ids = NULL;
  g_autofree char *log = NULL;

  place_init (&place, "MOVE UIDPLUS");
  ids = letters (&place, 1);
  perform (&place, mail_action_new_flags (MAIL_MODE_IMAP, ids, MAIL_FLAG_SEEN, 0));
  perform (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work")));
  toy_imap_refuse (place.server, "UID STORE", "NO [NOPERM] not yours");
  imap_account_pass (place.account);
  log = toy_imap_take_log (place.server);
  g_assert_cmpuint (toy_imap_count_heard (log, "DELETE"), ==, 1);
}

#define SELECT(name) "C: $1 SELECT \"" name "\"\n" IMAP_SCENE_SELECTED "S: $1 OK\n"

/* The mailbox that is missing cannot be made just now: no reason to give the change up. */
static void
test_target_later (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS MOVE", SELECT ("INBOX") "C: $1 UID MOVE 1 \"Trash\"\nS: $1 NO [TRYCREATE] none\n"
                          IMAP_SCENE_LISTED ("") "C: $1 CREATE \"Trash\"\nS: $1 NO [INUSE] not now\n");
  g_autoptr (GPtrArray) ops = NULL;

  imap_scene_move (scene, imap_scene_add_message (scene, 1), scene->trash);
  imap_scene_replay (scene);
  ops = imap_scene_list_ops (scene);
  g_assert_cmpuint (ops->len, ==, 1);
  g_assert_cmpuint (scene->result.operations_later, ==, 1);
  g_assert_cmpuint (scene->problems->len, ==, 0);
}

/* COPY of what is gone is no error: the target's messages need not be read for that. */
static void
test_copy_of_nothing (void)
{
  g_autoptr (ImapScene) scene =
      imap_scene_new ("UIDPLUS", SELECT ("INBOX") "C: $1 UID COPY 1 \"Trash\"\nS: $1 OK No messages found\n"
                                                  "C: $1 UID SEARCH UID 1\nS: * SEARCH\nS: $1 OK\n");
  g_autoptr (GPtrArray) ops = NULL;

  imap_scene_move (scene, imap_scene_add_message (scene, 1), scene->trash);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
  ops = imap_scene_list_ops (scene);
  g_assert_cmpuint (ops->len, ==, 0);
}

/* A server that does not say where the copy landed is asked about the newest messages alone. */
static void
test_copy_untold (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", SELECT ("INBOX") "C: $1 UID COPY 1 \"Trash\"\nS: $1 OK copied\n"
                                  "C: $1 UID SEARCH UID 1\nS: * SEARCH 1\nS: $1 OK\n"
                                  "C: $1 STATUS \"Trash\" *\nS: * STATUS \"Trash\" (UIDNEXT 5000 MESSAGES 4000)\nS: $1 OK\n"
                     SELECT ("Trash") "C: $1 UID FETCH 4899:\\* *\nS: $1 OK\n" SELECT ("INBOX"));

  imap_scene_move (scene, imap_scene_add_message (scene, 1), scene->trash);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
}

/* Both mailboxes' day has come; one of them is somebody else's, and may not be opened any more. */
static void
test_audit_goes_on (void)
{
  g_auto (Place) place = { 0 };
  MailAuditResult result = { 0 };
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  gint64 now = 1800000000;

  mail_clock_set_for_test (now);
  place_init (&place, "");
  g_assert_true (mail_engine_audit (place.account->engine, FALSE, &result, NULL, NULL));
  mail_clock_set_for_test (now + 2 * 24 * 60 * 60);
  toy_imap_refuse (place.server, "SELECT \"Archive\"", "NO [NOPERM] not yours any more");
  toy_imap_refuse (place.server, "SELECT \"INBOX\"", "NO [INUSE] locked");
  g_free (toy_imap_take_log (place.server));
  for (guint i = 0; i < 3; i++)
    g_assert_true (mail_engine_audit (place.account->engine, FALSE, &result, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.mailboxes, ==, 1);
  log = toy_imap_take_log (place.server);
  g_assert_cmpuint (toy_imap_count_heard (log, "SELECT \"Archive\""), ==, 1);
  g_assert_cmpuint (toy_imap_count_heard (log, "SELECT \"INBOX\""), ==, 1);
  problems = mail_engine_take_problems (place.account->engine);
  g_assert_cmpuint (problems->len, ==, 2);
  g_assert_cmpint (((const MailProblem *) g_ptr_array_index (problems, 0))->radius, ==, MAIL_PROBLEM_RADIUS_MAILBOX);
  mail_clock_set_for_test (0);
}

static guint
count_rows (const Place *place)
{
  g_autoptr (GPtrArray) rows = imap_account_list (place->account, "Work");

  return rows->len;
}

/* A pass that tells @problems and asks for headers @questions times. */
static void
pass_and_count (const Place *place, guint problems, guint questions)
{
  g_autofree char *log = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_free (toy_imap_take_log (place->server));
  imap_account_pass (place->account);
  log = toy_imap_take_log (place->server);
  lines = g_strsplit (log, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    n += strstr (lines[i], "RFC822.SIZE") != NULL;
  g_assert_cmpuint (n, ==, questions);
  g_assert_cmpuint (place->account->problems->len, ==, problems);
}

/* The server answers in the order of the mailbox up to what it cannot read: what is older, and what comes later, is had all the
 * same. What was left out is asked for again after a while, alone. */
static void
test_unreadable_header (gconstpointer answer)
{
  g_auto (Place) place = { 0 };

  mail_clock_set_for_test (NOW);
  place_init (&place, "UIDPLUS");
  toy_imap_put_mailbox (place.server, "Work", 40);
  toy_imap_spoil (place.server, 7, answer);
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 39);
  g_assert_cmpint (imap_account_find (place.account, "Work", "Letter 6"), !=, 0);
  g_assert_cmpint (imap_account_find (place.account, "Work", "Letter 7"), ==, 0);
  g_assert_true (was_told (&place, "1 messages of Work were not shown"));

  pass_and_count (&place, 0, 0);
  toy_imap_deliver (place.server, "Work");
  pass_and_count (&place, 0, 1);
  g_assert_cmpint (imap_account_find (place.account, "Work", "Letter 41"), !=, 0);
  mail_clock_set_for_test (NOW + 11 * 60);
  pass_and_count (&place, 1, 2);
  mail_clock_set_for_test (NOW + 60 * 60);
  pass_and_count (&place, 0, 0);
  toy_imap_spoil (place.server, 0, "");
  mail_clock_set_for_test (NOW + 80 * 60);
  pass_and_count (&place, 0, 1);
  g_assert_cmpuint (count_rows (&place), ==, 41);
  mail_clock_set_for_test (0);
}

/* Nothing can be had: no message is to blame, and the next pass asks again. */
static void
test_everything_unreadable (void)
{
  g_auto (Place) place = { 0 };

  place_init (&place, "UIDPLUS");
  toy_imap_put_mailbox (place.server, "Work", 40);
  toy_imap_spoil (place.server, G_MAXUINT32, "NO [UNAVAILABLE] storage is away");
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 3);
  g_assert_true (was_told (&place, "storage is away"));
  toy_imap_spoil (place.server, 0, "");
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 40);
}

/* The server lists all and shows none, without a word: nothing that is here goes for that. */
static void
test_all_passed_over_after_renumbering (void)
{
  g_auto (Place) place = { 0 };

  place_init (&place, "UIDPLUS");
  toy_imap_put_mailbox (place.server, "Work", 30);
  imap_account_pass (place.account);
  toy_imap_spoil (place.server, G_MAXUINT32, "");
  toy_imap_renumber (place.server);
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 30);
  g_assert_true (was_told (&place, "30 messages were not shown"));
  toy_imap_spoil (place.server, 0, "");
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 30);
  g_assert_cmpuint (place.account->problems->len, ==, 0);
}

/* The same where nothing is here that could go: it is told, and does not keep the rest of the mailbox from being known. */
static void
test_much_passed_over (void)
{
  g_auto (Place) place = { 0 };

  place_init (&place, "UIDPLUS");
  toy_imap_put_mailbox (place.server, "Other", 30);
  toy_imap_spoil (place.server, G_MAXUINT32, "");
  imap_account_pass (place.account);
  g_assert_true (was_told (&place, "30 messages of Other were not shown"));
  toy_imap_spoil (place.server, 0, "");
  imap_account_pass (place.account);
  g_assert_cmpuint (place.account->problems->len, ==, 0);
  g_assert_cmpint (imap_account_find (place.account, "Other", "Letter 30"), !=, 0);
}

/* A server that answers so many of each question, without a word of the others, gives all of them in one pass. */
static void
test_part_of_each_answer (void)
{
  g_auto (Place) place = { 0 };
  g_autofree char *log = NULL;

  place_init (&place, "UIDPLUS");
  toy_imap_put_mailbox (place.server, "Work", 300);
  toy_imap_set_answers (place.server, 50);
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 300);
  g_assert_cmpuint (place.account->problems->len, ==, 0);
  log = toy_imap_take_log (place.server);
  g_assert_null (strstr (log, "(UID FLAGS INTERNALDATE RFC822.SIZE)"));
}

/* The mailbox was renumbered, and of one message there is nothing but what is here. */
static void
test_unreadable_after_renumbering (void)
{
  g_auto (Place) place = { 0 };
  gint64 id;

  mail_clock_set_for_test (NOW);
  place_init (&place, "UIDPLUS");
  id = imap_account_find (place.account, "Work", "Letter 2");
  toy_imap_spoil (place.server, 2, "NO it is damaged");
  toy_imap_renumber (place.server);
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 3);
  g_assert_cmpint (imap_account_find (place.account, "Work", "Letter 2"), ==, id);
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 3);

  toy_imap_spoil (place.server, 0, "");
  mail_clock_set_for_test (NOW + 11 * 60);
  imap_account_pass (place.account);
  g_assert_cmpuint (count_rows (&place), ==, 3);
  g_assert_cmpint (imap_account_find (place.account, "Work", "Letter 2"), ==, id);
  mail_clock_set_for_test (0);
}

static gboolean
first_op_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  *(MailOp **) data = mail_op_copy (g_ptr_array_index (ops, 0));
  return TRUE;
}

/* It is no change's fault that the server goes down. */
static void
test_farewell (void)
{
  g_auto (Place) place = { 0 };
  g_autoptr (GArray) ids = NULL;
  g_autoptr (MailOp) op = NULL;
  g_autoptr (GError) error = NULL;

  place_init (&place, "MOVE UIDPLUS");
  ids = letters (&place, 1);
  perform (&place, mail_action_new_flags (MAIL_MODE_IMAP, ids, MAIL_FLAG_SEEN, 0));
  toy_imap_refuse (place.server, "UID STORE", "!BYE [UNAVAILABLE] going down");
  g_assert_false (imap_account_try_pass (place.account, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
  g_assert_cmpstr (mail_error_get_server_code (error), ==, "UNAVAILABLE");
  g_assert_false (mail_engine_is_open (place.account->engine));
  temporary_store_read (place.account->temporary, first_op_job, &op);
  g_assert_cmpuint (op->attempts, ==, 0);
  toy_imap_refuse (place.server, "UID STORE", NULL);
  imap_account_pass (place.account);
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 0);
}

static void
open_mailbox (WorkerAccount *account, ToyImap *server, const char *name)
{
  gint64 id = imap_account_find_mailbox (account->imap, name);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof id);

  g_free (toy_imap_take_log (server));
  g_array_append_val (ids, id);
  mail_sync_worker_set_open_mailboxes (account->worker, ids);
}

/* On a connection that is fine, and without anybody asking. */
static void
test_put_off (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE MOVE UIDPLUS");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (server));
  g_autofree char *log = NULL;

  mail_clock_set_for_test (NOW);
  toy_imap_put_mailbox (server, "Archive", 0);
  toy_imap_put_mailbox (server, "Work", 3);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  /* The state is told before the wait begins: the next one that is heard is that after the refusal. */
  toy_imap_await (server, "IDLE");
  toy_imap_refuse (server, "UID STORE", "NO [INUSE] locked");
  imap_account_mark (account->imap, imap_account_find (account->imap, "Work", "Letter 1"), MAIL_FLAG_SEEN, 0);
  g_free (toy_imap_take_log (server));
  mail_sync_worker_wake (account->worker);
  toy_imap_await (server, "UID STORE");
  toy_imap_await (server, "IDLE");
  toy_imap_refuse (server, "UID STORE", NULL);

  mail_clock_set_for_test (NOW + 7);
  open_mailbox (account, server, "Work");
  toy_imap_await (server, "IDLE");
  log = toy_imap_take_log (server);
  g_assert_cmpuint (toy_imap_count_heard (log, "UID STORE"), ==, 0);
  mail_clock_set_for_test (NOW + 8);
  open_mailbox (account, server, "Archive");
  toy_imap_await (server, "UID STORE");
  worker_account_await_carried_out (account, 1);
  g_assert_cmpuint (account->carried_out, ==, 1);
  g_assert_cmpuint (account->problems, ==, 0);
  g_assert_cmpuint (imap_account_count_ops (account->imap), ==, 0);
  mail_clock_set_for_test (0);
}

static gboolean
is_all_here (gpointer data)
{
  return imap_account_count_bodies (((WorkerAccount *) data)->imap) == 3;
}

/* A mailbox that is locked is asked for its messages after the next sync, and who prepares to be offline is told. */
static void
test_left_out (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  MailAccountConfig *config = toy_imap_config (server);
  g_autoptr (WorkerAccount) account = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint told;

  g_assert_true (mail_account_config_set (config, "offline", "all", NULL));
  account = worker_account_new_for (config);
  toy_imap_put_mailbox (server, "Work", 3);
  toy_imap_refuse (server, "UID FETCH 1:3 (UID BODY.PEEK[]", "NO [INUSE] locked");
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  g_assert_cmpuint (imap_account_count_bodies (account->imap), ==, 0);
  told = account->problems;

  mail_sync_worker_prepare_async (account->worker, NULL, keep_result_cb, &result);
  run_result (&result);
  g_assert_false (mail_sync_worker_prepare_finish (account->worker, result, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BUSY);
  worker_account_await_problem (account, told + 1);

  toy_imap_refuse (server, "UID FETCH 1:3 (UID BODY.PEEK[]", NULL);
  mail_sync_worker_sync_now (account->worker);
  run_until (is_all_here, account);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/sync/imap/answers/" path, function)
  ADD ("a-refused-move-keeps-the-mailbox-that-was-to-go", test_refused_move_keeps_mailbox);
  ADD ("a-refused-copy-keeps-the-mailbox-that-was-to-go", test_refused_copy_keeps_mailbox);
  ADD ("a-move-that-is-given-up-keeps-the-mailbox-that-was-to-go", test_given_up_move_keeps_mailbox);
  ADD ("refused-flags-keep-no-mailbox", test_refused_flags_keep_no_mailbox);
  ADD ("a-target-that-cannot-be-made-now-is-waited-for", test_target_later);
  ADD ("a-copy-of-nothing-reads-no-target", test_copy_of_nothing);
  ADD ("a-copy-that-is-not-told-is-looked-for-among-the-newest", test_copy_untold);
  ADD ("a-mailbox-that-may-not-be-opened-leaves-the-audit-of-others", test_audit_goes_on);
  g_test_add_data_func ("/sync/imap/answers/what-a-server-cannot-read-hides-nothing/serverbug",
                        "NO [SERVERBUG] UID FETCH Server error while fetching messages", test_unreadable_header);
  g_test_add_data_func ("/sync/imap/answers/what-a-server-cannot-read-hides-nothing/unavailable",
                        "NO [UNAVAILABLE] one of many disks is away", test_unreadable_header);
  g_test_add_data_func ("/sync/imap/answers/what-a-server-cannot-read-hides-nothing/no", "NO it is damaged",
                        test_unreadable_header);
  g_test_add_data_func ("/sync/imap/answers/what-a-server-cannot-read-hides-nothing/without-a-word", "", test_unreadable_header);
  ADD ("a-server-that-reads-nothing-is-asked-again", test_everything_unreadable);
  ADD ("what-a-server-cannot-read-any-more-stays-here", test_unreadable_after_renumbering);
  ADD ("keeps-what-the-server-passes-over", test_all_passed_over_after_renumbering);
  ADD ("tells-what-a-server-passes-over", test_much_passed_over);
  ADD ("asks-for-the-rest-of-an-answer", test_part_of_each_answer);
  ADD ("a-farewell-is-no-changes-fault", test_farewell);
  ADD ("a-mailbox-that-is-locked-is-asked-for-its-messages-later", test_left_out);
  ADD ("what-was-put-off-is-tried-again-in-time", test_put_off);
  return g_test_run ();
}
