/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/certificate.h"
#include "core/clock.h"
#include "core/errors.h"
#include "lib/imap-scene.h"
#include "lib/main-loop.h"
#include "lib/temporary-store.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/engine.h"
#include "sync/sync-action.h"
#include "sync/worker.h"

/* An IMAP account that has synced before, and a server that plays a dialogue: what may never happen, in the order of bytes. */
typedef struct
{
  ScriptedServer *server;
  TemporaryStore *temporary;
  MailAccountConfig *config;
  MailEngine *engine;
  MailSyncResult result;
  gint64 inbox;
  gint64 trash;
} Scene;

#define SIGN_IN                                                                                                          \
  "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN UIDPLUS IDLE] ready\nC: A1 AUTHENTICATE PLAIN\nS: + \nC: *\n"                        \
  "S: A1 OK [CAPABILITY IMAP4rev1 UIDPLUS IDLE] in\n"
#define SELECTED "S: * 2 EXISTS\nS: * OK [UIDVALIDITY 7] ok\nS: * OK [UIDNEXT 3] ok\n"
#define FAREWELL "C: $2 LOGOUT\nS: * BYE bye\nS: $2 OK\n"

static gboolean
set_synced_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_synced (db, *(gint64 *) data, 7, 3, 0, 2, error);
}

static gint64
add_mailbox (Scene *scene, const char *name, MailRole role)
{
  gint64 id = temporary_store_add_mailbox (scene->temporary, name, role, 0);

  temporary_store_write (scene->temporary, set_synced_job, &id);
  return id;
}

static Scene *
scene_new (const char *script)
{
  Scene *scene = g_new0 (Scene, 1);
  g_autofree char *whole = g_strconcat (SIGN_IN, script, NULL);

  scene->server = scripted_server_new (whole);
  scene->temporary = temporary_store_new ();
  scene->inbox = add_mailbox (scene, "INBOX", MAIL_ROLE_INBOX);
  scene->trash = add_mailbox (scene, "Trash", MAIL_ROLE_TRASH);
  scene->config = imap_scene_new_config (scene->server);
  scene->engine = mail_engine_new (scene->config, scene->temporary->store);
  imap_scene_sign_in (scene->engine);
  return scene;
}

static void
scene_free (Scene *scene)
{
  mail_engine_close (scene->engine);
  scripted_server_finish (scene->server);
  g_object_unref (scene->engine);
  mail_account_config_free (scene->config);
  temporary_store_free (scene->temporary);
  g_free (scene);
}

static GArray *
one_id (gint64 id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof id);

  g_array_append_val (ids, id);
  return ids;
}

static void
perform (Scene *scene, MailAction *action)
{
  temporary_store_write (scene->temporary, mail_action_job, action);
  mail_action_free (action);
}

static void
mark (Scene *scene, gint64 id, MailFlags add, MailFlags remove)
{
  g_autoptr (GArray) ids = one_id (id);

  perform (scene, mail_action_new_flags (MAIL_MODE_IMAP, ids, add, remove));
}

static void
delete (Scene *scene, gint64 id)
{
  g_autoptr (GArray) ids = one_id (id);

  perform (scene, mail_action_new_delete (MAIL_MODE_IMAP, ids));
}

static void
replay (Scene *scene)
{
  g_autoptr (GError) error = NULL;

  mail_engine_replay (scene->engine, &scene->result, NULL, &error);
  g_assert_no_error (error);
}

static gpointer
replay_thread (gpointer data)
{
  replay (data);
  return NULL;
}

static gboolean
find_row_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, *(gint64 *) data, NULL);

  *(gint64 *) data = row != NULL ? (gint64) row->flags : -1;
  return TRUE;
}

/* -1: there is no such row. */
static gint64
get_flags (Scene *scene, gint64 id)
{
  gint64 value = id;

  temporary_store_read (scene->temporary, find_row_job, &value);
  return value;
}

static gboolean
count_ops_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  *(guint *) data = ops != NULL ? ops->len : G_MAXUINT;
  return ops != NULL;
}

static guint
count_ops (Scene *scene)
{
  guint count = 0;

  temporary_store_read (scene->temporary, count_ops_job, &count);
  return count;
}

static void
test_copies_before_it_expunges (void)
{
  Scene *scene = scene_new ("C: A2 SELECT *\n" SELECTED "S: A2 OK [READ-WRITE] in\n"
                            "C: A3 UID STORE 1 +FLAGS.SILENT (\\\\Deleted)\nS: A3 OK\n"
                            "C: A4 UID EXPUNGE 1\nS: A4 OK\n"
                            "C: A5 UID COPY 2 *\nS: A5 OK [COPYUID 7 2 9] copied\n"
                            "C: A6 UID STORE 2 +FLAGS.SILENT (\\\\Deleted)\nS: A6 OK\n"
                            "C: A7 UID EXPUNGE 2\nS: A7 OK\n" FAREWELL);
  gint64 first = temporary_store_add_message (scene->temporary, scene->trash, 1, MAIL_FLAG_SEEN);
  gint64 second = temporary_store_add_message (scene->temporary, scene->trash, 2, MAIL_FLAG_SEEN);
  g_autoptr (GArray) ids = one_id (second);

  delete (scene, first);
  perform (scene, mail_action_new_copy (MAIL_MODE_IMAP, ids, scene->inbox));
  delete (scene, second);
  replay (scene);
  g_assert_cmpuint (count_ops (scene), ==, 0);
  g_assert_cmpuint (scene->result.operations_failed, ==, 0);
  scene_free (scene);
}

static gboolean
send_first_op_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  return ops != NULL && mail_store_ops_set_state (db, ((MailOp *) g_ptr_array_index (ops, 0))->id, MAIL_OP_SENT, error);
}

/* The answer to COPY was lost, and the original goes elsewhere: it is not the copy that is looked for. */
static void
test_an_original_is_no_copy (void)
{
  Scene *scene = scene_new ("C: A2 SELECT *\n" SELECTED "S: A2 OK [READ-WRITE] in\n"
                            "C: A3 SELECT *\n" SELECTED "S: A3 OK [READ-WRITE] in\n"
                            "C: A4 UID SEARCH UNDELETED HEADER MESSAGE-ID *\nS: * SEARCH 2\nS: A4 OK\n"
                            "C: A5 UID COPY 2 *\nS: A5 OK [COPYUID 7 2 9] copied\n"
                            "C: A6 UID COPY 2 *\nS: A6 OK [COPYUID 7 2 4] copied\n"
                            "C: A7 UID STORE 2 +FLAGS.SILENT (\\\\Deleted)\nS: A7 OK\n"
                            "C: A8 UID EXPUNGE 2\nS: A8 OK\n" FAREWELL);
  gint64 id = temporary_store_add_message (scene->temporary, scene->trash, 2, MAIL_FLAG_SEEN);
  g_autoptr (GArray) ids = one_id (id);

  perform (scene, mail_action_new_copy (MAIL_MODE_IMAP, ids, scene->trash));
  temporary_store_write (scene->temporary, send_first_op_job, NULL);
  perform (scene, mail_action_new_move (MAIL_MODE_IMAP, ids, scene->inbox));
  replay (scene);
  g_assert_cmpuint (count_ops (scene), ==, 0);
  g_assert_cmpuint (scene->result.operations, ==, 2);
  scene_free (scene);
}

/* The person changes their mind while the mailbox is being selected. */
static void
test_a_change_of_mind_counts (void)
{
  Scene *scene = scene_new ("C: A2 SELECT *\n! tell\n! wait\n" SELECTED "S: A2 OK [READ-WRITE] in\n"
                            "C: A3 UID STORE 1 +FLAGS.SILENT (\\\\Flagged)\nS: A3 OK\n"
                            "C: A4 UID STORE 1 -FLAGS.SILENT (\\\\Seen)\nS: A4 OK\n" FAREWELL);
  gint64 id = temporary_store_add_message (scene->temporary, scene->inbox, 1, 0);
  GThread *thread;

  mark (scene, id, MAIL_FLAG_SEEN, 0);
  thread = g_thread_new ("replay", replay_thread, scene);
  scripted_server_wait_told (scene->server);
  mark (scene, id, MAIL_FLAG_FLAGGED, MAIL_FLAG_SEEN);
  scripted_server_go (scene->server);
  g_thread_join (thread);
  g_assert_cmpuint (count_ops (scene), ==, 0);
  g_assert_cmpint (get_flags (scene, id), ==, MAIL_FLAG_FLAGGED);
  scene_free (scene);
}

static void
test_an_undone_move_does_not_go_out (void)
{
  Scene *scene = scene_new ("C: A2 SELECT *\n! tell\n! wait\n" SELECTED "S: A2 OK [READ-WRITE] in\n" FAREWELL);
  gint64 id = temporary_store_add_message (scene->temporary, scene->inbox, 1, 0);
  g_autoptr (GArray) ids = one_id (id);
  GThread *thread;

  delete (scene, id);
  thread = g_thread_new ("replay", replay_thread, scene);
  scripted_server_wait_told (scene->server);
  perform (scene, mail_action_new_move (MAIL_MODE_IMAP, ids, scene->inbox));
  scripted_server_go (scene->server);
  g_thread_join (thread);
  g_assert_cmpuint (count_ops (scene), ==, 0);
  scene_free (scene);
}

/* The answer to COPY was lost. HEADER finds what has the Message-ID anywhere in its own: that is no copy, so it is copied. */
static void
test_a_part_of_an_id_is_no_id (void)
{
  Scene *scene = scene_new ("C: A2 SELECT *\n" SELECTED "S: A2 OK [READ-WRITE] in\n"
                            "C: A3 SELECT *\n" SELECTED "S: A3 OK [READ-WRITE] in\n"
                            "C: A4 UID SEARCH UNDELETED HEADER MESSAGE-ID *\nS: * SEARCH 7\nS: A4 OK\n"
                            "C: A5 UID FETCH 7 *\n"
                            "S: * 1 FETCH (UID 7 RFC822.SIZE 10 INTERNALDATE \"21-Nov-2026 10:00:00 +0000\" ENVELOPE "
                            "(NIL \"other\" NIL NIL NIL NIL NIL NIL NIL \"<of-another@example.org>\"))\nS: A5 OK\n"
                            "C: A6 SELECT *\n" SELECTED "S: A6 OK [READ-WRITE] in\n"
                            "C: A7 UID COPY 2 *\nS: A7 OK [COPYUID 7 2 9] copied\n" FAREWELL);
  gint64 id = temporary_store_add_message (scene->temporary, scene->trash, 2, MAIL_FLAG_SEEN);
  g_autoptr (GArray) ids = one_id (id);

  perform (scene, mail_action_new_copy (MAIL_MODE_IMAP, ids, scene->inbox));
  temporary_store_write (scene->temporary, send_first_op_job, NULL);
  replay (scene);
  g_assert_cmpuint (count_ops (scene), ==, 0);
  g_assert_cmpuint (scene->result.operations_failed, ==, 0);
  scene_free (scene);
}

/* COPY goes well, taking the originals away does not: they are not copied once more. */
static void
test_a_half_refused_move_copies_once (void)
{
  Scene *scene = scene_new ("C: A2 SELECT *\n" SELECTED "S: A2 OK [READ-WRITE] in\n"
                            "C: A3 UID COPY 1:2 *\nS: A3 OK [COPYUID 7 1:2 8:9] copied\n"
                            "C: A4 UID STORE 1:2 +FLAGS.SILENT (\\\\Deleted)\nS: A4 NO [NOPERM] no\n" FAREWELL);
  gint64 first = temporary_store_add_message (scene->temporary, scene->inbox, 1, 0);
  gint64 second = temporary_store_add_message (scene->temporary, scene->inbox, 2, 0);

  delete (scene, first);
  delete (scene, second);
  replay (scene);
  g_assert_cmpuint (count_ops (scene), ==, 0);
  g_assert_cmpuint (scene->result.operations_failed, ==, 2);
  scene_free (scene);
}

/* A LIST without a mailbox that is there, one that the server cannot speak of now, and one that is gone. */
static void
test_one_short_list_removes_nothing (void)
{
  Scene *scene = scene_new ("C: A2 LIST *\nS: * LIST () \"/\" INBOX\nS: * LIST () \"/\" Trash\nS: A2 OK\n"
                            "C: A3 LSUB *\nS: A3 OK\n"
                            "C: A4 STATUS \"INBOX\" *\n"
                            "S: * STATUS INBOX (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 7 UNSEEN 0)\nS: A4 OK\n"
                            "C: A5 STATUS \"Trash\" *\n"
                            "S: * STATUS Trash (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 7 UNSEEN 0)\nS: A5 OK\n"
                            "C: A6 STATUS \"Away\" *\nS: A6 NO [UNAVAILABLE] the backend is down\n"
                            "C: A7 STATUS \"Gone\" *\nS: A7 NO [NONEXISTENT] no such mailbox\n"
                            "C: A8 STATUS \"Mine\" *\nS: A8 NO [NOPERM] you may not\n"
                            "C: A9 STATUS \"Work\" *\n"
                            "S: * STATUS Work (MESSAGES 1 UIDNEXT 3 UIDVALIDITY 7 UNSEEN 0)\nS: A9 OK\n"
                            "C: A10 SELECT *\n! close\n");
  gint64 work = add_mailbox (scene, "Work", MAIL_ROLE_NONE);
  gint64 gone = add_mailbox (scene, "Gone", MAIL_ROLE_NONE);
  gint64 away = add_mailbox (scene, "Away", MAIL_ROLE_NONE);
  gint64 mine = add_mailbox (scene, "Mine", MAIL_ROLE_NONE);
  gint64 out_of_reach = temporary_store_add_message (scene->temporary, away, 1, MAIL_FLAG_SEEN);
  gint64 forbidden = temporary_store_add_message (scene->temporary, mine, 1, MAIL_FLAG_SEEN);
  gint64 kept = temporary_store_add_message (scene->temporary, work, 1, MAIL_FLAG_SEEN);
  gint64 removed = temporary_store_add_message (scene->temporary, gone, 1, MAIL_FLAG_SEEN);
  g_autoptr (GError) error = NULL;

  g_assert_false (mail_engine_sync (scene->engine, &scene->result, NULL, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
  g_assert_cmpint (get_flags (scene, kept), ==, MAIL_FLAG_SEEN);
  g_assert_cmpint (get_flags (scene, removed), ==, -1);
  g_assert_cmpint (get_flags (scene, out_of_reach), ==, MAIL_FLAG_SEEN);
  g_assert_cmpint (get_flags (scene, forbidden), ==, MAIL_FLAG_SEEN);
  scene_free (scene);
}

/* What is in a mailbox that is to be deleted cannot be looked at now: nothing is deleted, and the wish stays. */
static void
test_deletes_no_mailbox_unseen (void)
{
  Scene *scene = scene_new ("C: A2 STATUS \"Work\" *\nS: A2 NO [UNAVAILABLE] later\n" FAREWELL);
  gint64 work = add_mailbox (scene, "Work", MAIL_ROLE_NONE);

  temporary_store_add_message (scene->temporary, work, 1, 0);
  perform (scene, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, work));
  replay (scene);
  g_assert_cmpuint (count_ops (scene), ==, 1);
  scene_free (scene);
}

/* Figures that no sync brings in line, as where the server refuses to show a message, do not make it ask for ever. */
static void
test_news_that_stays_is_told_once (void)
{
  Scene *scene = scene_new ("C: A2 SELECT \"INBOX\"\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] ok\nS: A2 OK [READ-WRITE] in\n"
                            "C: A3 SELECT \"Trash\"\n" SELECTED "S: A3 OK [READ-WRITE] in\n"
                            "C: A4 UID STORE 1 *\nS: A4 OK\n"
                            "C: A5 SELECT \"INBOX\"\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] ok\nS: A5 OK [READ-WRITE] in\n"
                            "C: A6 IDLE\nS: + idling\nC: DONE\nS: A6 OK\n" FAREWELL);
  gint64 id = temporary_store_add_message (scene->temporary, scene->trash, 1, 0);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  MailEngineWait why = MAIL_ENGINE_WAIT_ELAPSED;

  g_assert_true (mail_engine_wait (scene->engine, 60, NULL, &why, NULL, NULL));
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_NEWS);
  mark (scene, id, MAIL_FLAG_SEEN, 0);
  replay (scene);
  g_cancellable_cancel (wake);
  g_assert_true (mail_engine_wait (scene->engine, 60, wake, &why, NULL, NULL));
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_WORK);
  scene_free (scene);
}

static gboolean
set_keyword_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_messages_set_server_flags (db, *(gint64 *) data, MAIL_FLAG_SEEN, "$Label1", error);
}

static gboolean
get_row_job (MailDb *db, gpointer data, GError **error)
{
  MailMessageInfo **row = data;
  gint64 id = (*row)->id;

  mail_message_info_free (*row);
  *row = mail_store_messages_get (db, id, error);
  return *row != NULL;
}

/* Another client took the only keyword of message 1 away, on a server that does not tell what changed. */
static void
test_a_removed_keyword_goes (void)
{
  Scene *scene = scene_new ("C: A2 LIST *\nS: * LIST () \"/\" INBOX\nS: A2 OK\nC: A3 LSUB *\nS: A3 OK\n"
                            "C: A4 STATUS \"INBOX\" *\nS: * STATUS INBOX (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 7 UNSEEN 0)\nS: A4 OK\n"
                            "C: A5 STATUS \"Trash\" *\nS: A5 NO\n"
                            "C: A6 SELECT \"INBOX\"\n" SELECTED "S: A6 OK in\n"
                            "C: A7 UID FETCH 1:\\* (UID FLAGS)\nS: * 1 FETCH (UID 1 FLAGS (\\\\Seen))\n"
                            "S: * 2 FETCH (UID 2 FLAGS (\\\\Seen $Label2))\nS: A7 OK\n" FAREWELL);
  gint64 first = temporary_store_add_message (scene->temporary, scene->inbox, 1, MAIL_FLAG_SEEN);
  g_autoptr (MailMessageInfo) row = mail_message_info_new ();
  g_autoptr (GError) error = NULL;

  row->id = temporary_store_add_message (scene->temporary, scene->inbox, 2, MAIL_FLAG_SEEN);
  temporary_store_write (scene->temporary, set_keyword_job, &first);
  temporary_store_write (scene->temporary, set_keyword_job, &row->id);
  mail_engine_sync (scene->engine, &scene->result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  temporary_store_read (scene->temporary, get_row_job, &row);
  g_assert_cmpstr (row->keywords, ==, "$Label2");
  row->id = first;
  temporary_store_read (scene->temporary, get_row_job, &row);
  g_assert_null (row->keywords);
  scene_free (scene);
}

/* All is well until message bodies are asked for. */
#define DIES_OF_MESSAGES                                                                                                 \
  SIGN_IN "C: A2 LIST *\nS: * LIST () \"/\" INBOX\nS: * LIST () \"/\" Trash\nS: A2 OK\nC: A3 LSUB *\nS: A3 OK\n"          \
          "C: A4 STATUS \"INBOX\" *\nS: * STATUS INBOX (MESSAGES 0 UIDNEXT 3 UIDVALIDITY 7 UNSEEN 0)\nS: A4 OK\n"        \
          "C: A5 STATUS \"Trash\" *\nS: * STATUS Trash (MESSAGES 4 UIDNEXT 5 UIDVALIDITY 7 UNSEEN 0)\nS: A5 OK\n"        \
          "C: A6 SELECT \"INBOX\"\nS: * 0 EXISTS\nS: * OK [UIDVALIDITY 7] ok\nS: * OK [UIDNEXT 3] ok\nS: A6 OK in\n"     \
          "C: A7 SELECT \"Trash\"\nS: * 4 EXISTS\nS: * OK [UIDVALIDITY 7] ok\nS: * OK [UIDNEXT 5] ok\nS: A7 OK in\n"     \
          "C: A8 UID FETCH "

#define HEADER(n)                                                                                                        \
  "S: * " n " FETCH (UID " n " FLAGS () RFC822.SIZE 9 INTERNALDATE \"21-Nov-2026 10:00:00 +0000\" "                        \
  "ENVELOPE (NIL \"Letter\" NIL NIL NIL NIL NIL NIL NIL \"<" n "@example.org>\"))\n"

/* What the server says of the flags of message 2 cannot be understood, message 1 is gone, and message 4 comes in this moment. */
static void
test_a_list_of_flags_with_a_gap_removes_nothing (void)
{
  Scene *scene = scene_new ("C: A2 LIST *\nS: * LIST () \"/\" INBOX\nS: A2 OK\nC: A3 LSUB *\nS: A3 OK\n"
                            "C: A4 STATUS \"INBOX\" *\nS: * STATUS INBOX (MESSAGES 2 UIDNEXT 4 UIDVALIDITY 7 UNSEEN 0)\nS: A4 OK\n"
                            "C: A5 STATUS \"Trash\" *\nS: A5 NO\n"
                            "C: A6 SELECT \"INBOX\"\nS: * 2 EXISTS\nS: * OK [UIDVALIDITY 7] ok\n"
                            "S: * OK [UIDNEXT 4] ok\nS: A6 OK in\n"
                            "C: A7 UID FETCH 1:\\* (UID FLAGS)\nS: * 1 FETCH (UID 2 FLAGS {oops})\n"
                            "S: * 2 FETCH (UID 3 FLAGS (\\\\Seen))\nS: * 3 EXISTS\nS: * 3 FETCH (UID 4 FLAGS ())\nS: A7 OK\n"
                            "C: A8 UID FETCH 4 *\n" HEADER ("4") "S: A8 OK\n"
                            "C: A9 UID SEARCH ALL\nS: * SEARCH 2 3 4\nS: A9 OK\n" FAREWELL);
  g_autoptr (GError) error = NULL;
  gint64 ids[3];

  for (guint32 i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = temporary_store_add_message (scene->temporary, scene->inbox, i + 1, MAIL_FLAG_SEEN);
  mark (scene, ids[1], MAIL_FLAG_FLAGGED, 0);
  mail_engine_sync (scene->engine, &scene->result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (get_flags (scene, ids[0]), ==, -1);
  g_assert_cmpint (get_flags (scene, ids[1]), ==, MAIL_FLAG_SEEN | MAIL_FLAG_FLAGGED);
  g_assert_cmpint (get_flags (scene, ids[2]), ==, MAIL_FLAG_SEEN);
  g_assert_cmpuint (count_ops (scene), ==, 1);
  g_assert_cmpuint (scene->result.expunged, ==, 1);
  g_assert_cmpuint (scene->result.fetched, ==, 1);
  scene_free (scene);
}

/* Everything got new UIDs, and connections end over the header of what was message 1: its row waits. Message 3 is gone, but which
 * row is whose is not known before. */
static void
test_a_row_waits_for_its_header (void)
{
#define RENUMBERED "S: * 2 EXISTS\nS: * OK [UIDVALIDITY 8] ok\nS: * OK [UIDNEXT 13] ok\n"
#define SELECT_AGAIN SIGN_IN "C: A2 SELECT \"INBOX\"\n" RENUMBERED "S: A2 OK in\n"
  Scene *scene = scene_new ("C: A2 LIST *\nS: * LIST () \"/\" INBOX\nS: A2 OK\nC: A3 LSUB *\nS: A3 OK\n"
                            "C: A4 STATUS \"INBOX\" *\n"
                            "S: * STATUS INBOX (MESSAGES 2 UIDNEXT 13 UIDVALIDITY 8 UNSEEN 2)\nS: A4 OK\n"
                            "C: A5 STATUS \"Trash\" *\nS: A5 NO\n"
                            "C: A6 SELECT \"INBOX\"\n" RENUMBERED "S: A6 OK in\n"
                            "C: A7 UID SEARCH *\nS: * SEARCH 11 12\nS: A7 OK\n"
                            "C: A8 UID FETCH 11:12 *\nS: * 2 FETCH (UID 12 FLAGS () RFC822.SIZE 1002 "
                            "ENVELOPE (\"Tue, 14 Nov 2023 22:15:20 +0000\" \"Message 2\" "
                            "((\"The Gardener\" NIL \"gardener\" \"example.org\")) NIL NIL NIL NIL NIL NIL "
                            "\"<2@example.org>\"))\n! close\n"
                            SELECT_AGAIN "C: A3 UID FETCH 11 *\n! close\n"
                            SELECT_AGAIN "C: A3 UID FETCH 11 *\n! close\n" SELECT_AGAIN
                            "C: A3 LIST *\nS: * LIST () \"/\" INBOX\nS: A3 OK\nC: A4 LSUB *\nS: A4 OK\n"
                            "C: A5 SELECT \"INBOX\"\n" RENUMBERED "S: A5 OK in\n"
                            "C: A6 UID FETCH 1:\\* (UID FLAGS)\nS: * 1 FETCH (UID 11 FLAGS ())\n"
                            "S: * 2 FETCH (UID 12 FLAGS ())\nS: A6 OK\n"
                            "C: A7 UID FETCH 11 (* BODY.PEEK[HEADER])\n"
                            "S: * 1 FETCH (UID 11 FLAGS () RFC822.SIZE 1001 BODY[HEADER] {118}\n"
                            "S- Message-ID: <1@example.org>\\r\\nDate: Tue, 14 Nov 2023 22:14:20 +0000\\r\\n\n"
                            "S- From: gardener@example.org\\r\\nSubject: Message 1\\r\\n\\r\\n\nS: )\nS: A7 OK\n" FAREWELL);
  g_autoptr (MailMessageInfo) row = mail_message_info_new ();
  g_autoptr (GError) error = NULL;
  gint64 ids[3];

  mail_clock_set_for_test (1800000000);
  for (guint32 i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = temporary_store_add_message (scene->temporary, scene->inbox, i + 1, 0);
  mail_engine_sync (scene->engine, &scene->result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_cmpint (get_flags (scene, ids[i]), ==, 0);

  mail_clock_set_for_test (1800000000 + 25 * 60 * 60);
  mail_engine_sync (scene->engine, &scene->result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  row->id = ids[0];
  temporary_store_read (scene->temporary, get_row_job, &row);
  g_assert_cmpuint (row->uid, ==, 11);
  g_assert_cmpint (get_flags (scene, ids[1]), ==, 0);
  g_assert_cmpint (get_flags (scene, ids[2]), ==, -1);
  g_assert_cmpuint (scene->result.fetched, ==, 0);
  scene_free (scene);
  mail_clock_set_for_test (0);
}

/* The server cannot read message 2, and says so of every set that holds it. */
static void
test_one_bad_message_hides_no_other (void)
{
  Scene *scene = scene_new ("C: A2 LIST *\nS: * LIST () \"/\" INBOX\nS: A2 OK\nC: A3 LSUB *\nS: A3 OK\n"
                            "C: A4 STATUS \"INBOX\" *\nS: * STATUS INBOX (MESSAGES 5 UIDNEXT 6 UIDVALIDITY 7 UNSEEN 5)\nS: A4 OK\n"
                            "C: A5 STATUS \"Trash\" *\nS: A5 NO\n"
                            "C: A6 SELECT \"INBOX\"\nS: * 5 EXISTS\nS: * OK [UIDVALIDITY 7] ok\n"
                            "S: * OK [UIDNEXT 6] ok\nS: A6 OK in\n"
                            "C: A7 UID SEARCH *\nS: * SEARCH 1 2 3 4 5\nS: A7 OK\n"
                            "C: A8 UID FETCH 1:5 *\n" HEADER ("5") "S: A8 NO message 2 is damaged\n"
                            "C: A9 UID FETCH 3:4 *\n" HEADER ("3") HEADER ("4") "S: A9 OK\n"
                            "C: A10 UID FETCH 1:2 *\n" HEADER ("1") "S: A10 NO message 2 is damaged\n"
                            "C: A11 UID FETCH 2 (* BODYSTRUCTURE *\nS: A11 NO message 2 is damaged\n"
                            "C: A12 UID FETCH 2 (* BODY.PEEK[HEADER])\nS: A12 NO message 2 is damaged\n"
                            "C: A13 UID SEARCH UID 2\nS: * SEARCH 2\nS: A13 OK\n" FAREWELL);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;

  mail_engine_sync (scene->engine, &scene->result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (scene->result.fetched, ==, 4);
  problems = mail_engine_take_problems (scene->engine);
  g_assert_cmpuint (problems->len, ==, 1);
  scene_free (scene);
}

/* After a new UIDVALIDITY the server does not show a message that is here: this copy may be the last. */
static void
test_a_row_outlives_a_refused_header (void)
{
  Scene *scene = scene_new ("C: A2 LIST *\nS: * LIST () \"/\" INBOX\nS: A2 OK\nC: A3 LSUB *\nS: A3 OK\n"
                            "C: A4 STATUS \"INBOX\" *\nS: * STATUS INBOX (MESSAGES 1 UIDNEXT 12 UIDVALIDITY 8 UNSEEN 1)\nS: A4 OK\n"
                            "C: A5 STATUS \"Trash\" *\nS: A5 NO\n"
                            "C: A6 SELECT \"INBOX\"\nS: * 1 EXISTS\nS: * OK [UIDVALIDITY 8] ok\n"
                            "S: * OK [UIDNEXT 12] ok\nS: A6 OK in\n"
                            "C: A7 UID SEARCH *\nS: * SEARCH 11\nS: A7 OK\n"
                            "C: A8 UID FETCH 11 *\nS: A8 NO it is damaged\n"
                            "C: A9 UID FETCH 11 (* BODY.PEEK[HEADER])\nS: A9 NO it is damaged\n"
                            "C: A10 UID SEARCH UID 11\nS: * SEARCH 11\nS: A10 OK\n" FAREWELL);
  gint64 id = temporary_store_add_message (scene->temporary, scene->inbox, 1, MAIL_FLAG_SEEN);
  g_autoptr (GError) error = NULL;

  mail_engine_sync (scene->engine, &scene->result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (scene->result.expunged, ==, 0);
  g_assert_cmpint (get_flags (scene, id), ==, MAIL_FLAG_SEEN);
  scene_free (scene);
}

typedef struct
{
  guint synced;
  guint unreadable; /* messages */
  gboolean closed;
} Told;

static void
synced_cb (MailSyncWorker *worker, const MailSyncResult *result, gpointer data)
{
  ((Told *) data)->synced++;
}

static void
problem_cb (MailSyncWorker *worker, const MailProblem *problem, const MailCertificate *certificate, gpointer data)
{
  Told *told = data;

  told->unreadable += problem != NULL && problem->code == MAIL_ERROR_UNREADABLE;
  told->closed = problem != NULL && problem->code == MAIL_ERROR_CLOSED;
}

static gboolean
is_closed (gpointer data)
{
  return ((Told *) data)->closed;
}

static gboolean
set_four_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_synced (db, *(gint64 *) data, 7, 5, 0, 4, error);
}

/* A server that dies of every message has other troubles than those; that is not mended by a new connection at once. */
static void
test_pauses_when_the_server_dies_of_every_message (void)
{
  Scene *scene = scene_new ("! close\n" DIES_OF_MESSAGES "1:4 *\n! close\n" DIES_OF_MESSAGES "4 *\n! close\n"
                            DIES_OF_MESSAGES "4 *\n! close\n" DIES_OF_MESSAGES "3 *\n! close\n"
                            DIES_OF_MESSAGES "3 *\n! close\n" DIES_OF_MESSAGES "2 *\n! close\n");
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("anna", "secret");
  g_autoptr (MailSyncWorker) worker = mail_sync_worker_new (scene->config, scene->temporary->store);
  Told told = { 0 };

  mail_engine_close (scene->engine);
  for (guint32 uid = 1; uid <= 4; uid++)
    temporary_store_add_message (scene->temporary, scene->trash, uid, MAIL_FLAG_SEEN);
  temporary_store_write (scene->temporary, set_four_job, &scene->trash);
  g_signal_connect (worker, "synced", G_CALLBACK (synced_cb), &told);
  g_signal_connect (worker, "problem", G_CALLBACK (problem_cb), &told);
  mail_sync_worker_set_credentials (worker, credentials);
  mail_sync_worker_start (worker);
  run_until (is_closed, &told);
  g_assert_cmpuint (told.synced, ==, 6);
  g_assert_cmpuint (told.unreadable, ==, 2);
  mail_sync_worker_stop (worker);
  scene_free (scene);
}

#define FETCH "C: $1 SELECT \"INBOX\"\n" SELECTED "S: $1 OK in\nC: A3 UID FETCH "
#define BODY(n) "S: * " n " FETCH (UID " n " BODY[] {22}\nS- Subject: Letter\\r\\n\\r\\nHi.\nS: )\n"

static void
fill (Scene *scene)
{
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  while (more)
    {
      imap_scene_sign_in (scene->engine);
      mail_engine_fill (scene->engine, &scene->result, &more, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
    }
}

/* Message 3 brings the server down, however often it is asked for: all others come, and then there is peace until tomorrow. */
static void
test_one_deadly_message_is_set_aside (gconstpointer death)
{
  g_autofree char *script =
      g_strconcat (FETCH "1:5 *\n" BODY ("1") BODY ("2"), death, SIGN_IN FETCH "5 *\n" BODY ("5") "S: A3 OK\n"
                   "C: A4 UID FETCH 4 *\n" BODY ("4") "S: A4 OK\nC: A5 UID FETCH 3 *\n", death,
                   SIGN_IN FETCH "3 *\n", death, SIGN_IN FETCH "3 *\n" BODY ("3") "S: A3 OK\n" FAREWELL, NULL);
  Scene *scene = scene_new (script);
  g_autoptr (GPtrArray) problems = NULL;
  const MailProblem *problem;

  mail_clock_set_for_test (1800000000);
  for (guint32 uid = 1; uid <= 5; uid++)
    temporary_store_add_message (scene->temporary, scene->inbox, uid, MAIL_FLAG_SEEN);
  fill (scene);
  g_assert_cmpuint (scene->result.bodies, ==, 4);
  problems = mail_engine_take_problems (scene->engine);
  g_assert_cmpuint (problems->len, ==, 1);
  problem = g_ptr_array_index (problems, 0);
  g_assert_cmpint (problem->code, ==, MAIL_ERROR_UNREADABLE);
  g_assert_cmpint (problem->radius, ==, MAIL_PROBLEM_RADIUS_MESSAGE);
  g_assert_nonnull (strstr (problem->technical, "INBOX, message 3"));

  mail_clock_set_for_test (1800000000 + 25 * 60 * 60);
  fill (scene);
  g_assert_cmpuint (scene->result.bodies, ==, 5);
  scene_free (scene);
  mail_clock_set_for_test (0);
}

/* Message 3 cannot be read, and the server says so of every set that holds it. */
static void
test_one_bad_body_keeps_no_other_away (gconstpointer no)
{
  g_autofree char *script = g_strconcat (FETCH "1:5 *\n" BODY ("1") BODY ("2") "S: A3 ", no,
                                         "\nC: A4 UID FETCH 4:5 *\n" BODY ("4") BODY ("5") "S: A4 OK\nC: A5 UID FETCH 3 *\nS: A5 ",
                                         no, "\n" FAREWELL, NULL);
  Scene *scene = scene_new (script);

  for (guint32 uid = 1; uid <= 5; uid++)
    temporary_store_add_message (scene->temporary, scene->inbox, uid, MAIL_FLAG_SEEN);
  fill (scene);
  g_assert_cmpuint (scene->result.bodies, ==, 4);
  g_assert_cmpuint (scene->result.left_out, ==, 0);
  scene_free (scene);
}

#define SCATTERED 600

static gboolean
add_scattered_job (MailDb *db, gpointer data, GError **error)
{
  for (guint32 i = 0; i < SCATTERED; i++)
    {
      g_autoptr (MailMessageInfo) info = temporary_store_make_info (*(gint64 *) data, 1000000 + 2 * i, MAIL_FLAG_SEEN);

      info->size = 100;
      if (!mail_store_messages_insert (db, info, error))
        return FALSE;
    }
  return TRUE;
}

/* Servers need not take lines of more than 8,000 octets. */
static void
test_no_command_is_too_long (void)
{
  Scene *scene = scene_new (FETCH "1000600,*\nS: A3 OK\nC: A4 UID FETCH 1000000,*\nS: A4 OK\n" FAREWELL);

  temporary_store_write (scene->temporary, add_scattered_job, &scene->inbox);
  fill (scene);
  scene_free (scene);
}

static gboolean
add_large_job (MailDb *db, gpointer data, GError **error)
{
  MailMessageInfo *info = data;

  return mail_store_messages_insert (db, info, error);
}

/* A server that cannot give the parts of a letter may give the letter. */
static void
test_refused_parts_are_done_without (void)
{
  Scene *scene = scene_new (FETCH "1 (UID BODY.PEEK[HEADER] *\nS: A3 BAD too long\n"
                                  "C: A4 UID FETCH 1 (UID BODY.PEEK[])\n" BODY ("1") "S: A4 OK\n" FAREWELL);
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (scene->inbox, 1, MAIL_FLAG_SEEN);
  g_autoptr (MailMessageInfo) row = NULL;
  g_autoptr (GError) error = NULL;

  info->size = 500000;
  info->structure = g_strdup ("((\"text\" \"plain\" NIL NIL NIL \"7bit\" 300 10)"
                              "(\"application\" \"pdf\" NIL NIL NIL \"base64\" 490000) \"mixed\")");
  temporary_store_write (scene->temporary, add_large_job, info);
  mail_engine_fetch (scene->engine, info->id, NULL, NULL, &error);
  g_assert_no_error (error);
  row = mail_message_info_new ();
  row->id = info->id;
  temporary_store_read (scene->temporary, get_row_job, &row);
  g_assert_cmpint (row->where, ==, MAIL_WHERE_BOTH);
  scene_free (scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/promises/copies-before-it-expunges", test_copies_before_it_expunges);
  g_test_add_func ("/sync/promises/an-original-is-no-copy", test_an_original_is_no_copy);
  g_test_add_func ("/sync/promises/a-part-of-an-id-is-no-id", test_a_part_of_an_id_is_no_id);
  g_test_add_func ("/sync/promises/a-change-of-mind-counts", test_a_change_of_mind_counts);
  g_test_add_func ("/sync/promises/an-undone-move-does-not-go-out", test_an_undone_move_does_not_go_out);
  g_test_add_func ("/sync/promises/a-half-refused-move-copies-once", test_a_half_refused_move_copies_once);
  g_test_add_func ("/sync/promises/one-short-list-removes-nothing", test_one_short_list_removes_nothing);
  g_test_add_func ("/sync/promises/deletes-no-mailbox-that-it-cannot-look-into", test_deletes_no_mailbox_unseen);
  g_test_add_func ("/sync/promises/news-that-stays-is-told-once", test_news_that_stays_is_told_once);
  g_test_add_func ("/sync/promises/a-keyword-that-was-removed-elsewhere-goes-here-too", test_a_removed_keyword_goes);
  g_test_add_func ("/sync/promises/pauses-when-the-server-dies-of-every-message",
                   test_pauses_when_the_server_dies_of_every_message);
  g_test_add_data_func ("/sync/promises/a-message-that-ends-the-connection-is-set-aside", "! close\n",
                        test_one_deadly_message_is_set_aside);
  g_test_add_data_func ("/sync/promises/a-message-of-impossible-size-is-set-aside",
                        "S- * 3 FETCH (UID 3 BODY[] {99999999999999}\\r\\n\n! connection\n",
                        test_one_deadly_message_is_set_aside);
  g_test_add_func ("/sync/promises/a-list-of-flags-with-a-gap-removes-nothing", test_a_list_of_flags_with_a_gap_removes_nothing);
  g_test_add_func ("/sync/promises/a-row-waits-for-its-header", test_a_row_waits_for_its_header);
  g_test_add_func ("/sync/promises/one-bad-message-hides-no-other", test_one_bad_message_hides_no_other);
  g_test_add_func ("/sync/promises/a-row-outlives-a-header-that-is-refused", test_a_row_outlives_a_refused_header);
  g_test_add_data_func ("/sync/promises/one-bad-body-keeps-no-other-away/no", "NO it is damaged",
                        test_one_bad_body_keeps_no_other_away);
  g_test_add_data_func ("/sync/promises/one-bad-body-keeps-no-other-away/serverbug",
                        "NO [SERVERBUG] UID FETCH Server error while fetching messages", test_one_bad_body_keeps_no_other_away);
  g_test_add_func ("/sync/promises/no-command-is-too-long", test_no_command_is_too_long);
  g_test_add_func ("/sync/promises/refused-parts-are-done-without", test_refused_parts_are_done_without);
  return g_test_run ();
}
