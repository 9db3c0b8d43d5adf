/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/imap-scene.h"
#include "store/store-mailboxes.h"
#include "store/store-ops.h"

/* What a server says when it does not carry out a change, and what becomes of the change. */

#define SELECT(name) "C: $1 SELECT \"" name "\"\n" IMAP_SCENE_SELECTED "S: $1 OK\n"
#define LETTER "Subject: Note\r\nMessage-ID: <n@example.org>\r\n\r\nHi\r\n"
#define APPEND(name, size) "C: $1 APPEND \"" name "\" (\\\\Seen) \"*\" {" size "}\nS: + go on\nC# " size "\nC: \n"
#define NOT_RENAMED IMAP_SCENE_LISTED ("")
#define CREATE(name) "C: $1 CREATE \"" name "\"\nS: $1 OK\nC: $1 SUBSCRIBE \"" name "\"\nS: $1 OK\n"

/* The one operation that waits, or NULL. */
static MailOp *
get_op (ImapScene *scene)
{
  g_autoptr (GPtrArray) ops = imap_scene_list_ops (scene);

  g_assert_cmpuint (ops->len, <=, 1);
  return ops->len > 0 ? mail_op_copy (g_ptr_array_index (ops, 0)) : NULL;
}

static void
assert_nothing_waits (ImapScene *scene)
{
  g_autoptr (MailOp) op = get_op (scene);

  g_assert_null (op);
}

static void
test_trycreate (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS MOVE", SELECT ("INBOX") "C: $1 UID MOVE 1 \"Trash\"\nS: $1 NO [TRYCREATE] none\n" NOT_RENAMED CREATE ("Trash")
                          "C: $1 UID MOVE 1 \"Trash\"\nS: * OK [COPYUID 7 1 5] done\nS: * 1 EXPUNGE\nS: $1 OK\n"
                          "C: $1 UID COPY 2 \"Trash\"\nS: $1 NO [TRYCREATE] gone again\n" CREATE ("Trash")
                          "C: $1 UID COPY 2 \"Trash\"\nS: $1 OK [COPYUID 7 2 6]\n"
                          APPEND ("Notes", "50") "S: $1 NO [TRYCREATE] none\n" NOT_RENAMED CREATE ("Notes")
                          APPEND ("Notes", "50") "S: $1 OK [APPENDUID 7 4]\n");
  gint64 notes = imap_scene_add_mailbox (scene, "Notes", MAIL_ROLE_NONE);
  gint64 moved = imap_scene_add_message (scene, 1);
  g_autoptr (MailMessageInfo) row = NULL;
  g_autoptr (MailMessageInfo) note = NULL;
  gint64 id;

  imap_scene_move (scene, moved, scene->trash);
  imap_scene_copy (scene, imap_scene_add_message (scene, 2), scene->trash);
  id = imap_scene_append (scene, notes, LETTER);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->problems->len, ==, 0);
  assert_nothing_waits (scene);
  row = imap_scene_get (scene, moved);
  note = imap_scene_get (scene, id);
  g_assert_cmpuint (row->uid, ==, 5);
  g_assert_cmpuint (note->uid, ==, 4);
}

/* What can stay where it is stays there: another program deleted the mailbox. */
static void
test_trycreate_of_an_ordinary_mailbox (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS MOVE", SELECT ("INBOX") "C: $1 UID MOVE 1 \"Notes\"\nS: $1 NO [TRYCREATE] none\n" NOT_RENAMED);
  gint64 notes = imap_scene_add_mailbox (scene, "Notes", MAIL_ROLE_NONE);
  gint64 id = imap_scene_add_message (scene, 1);
  g_autoptr (MailMessageInfo) row = NULL;

  imap_scene_move (scene, id, notes);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_NOT_FOUND);
  assert_nothing_waits (scene);
  row = imap_scene_get (scene, id);
  g_assert_cmpint (row->mailbox_id, ==, scene->inbox);
  g_assert_cmpuint (row->uid, ==, 1);
}

/* Another program gave a new name to the mailbox in which something waits to be done, and to one into which something is to go. */
static void
test_renamed_mailboxes_are_followed (void)
{
#define GONE(name) "C: $1 STATUS \"" name "\" *\nS: $1 NO [NONEXISTENT] none\n"
#define TOLD(name) "C: $1 STATUS \"" name "\" *\nS: * STATUS " name " (MESSAGES 2 UIDNEXT 3 UIDVALIDITY 7 UNSEEN 0)\nS: $1 OK\n"
#define SIGHT(n, size, time)                                                                                             \
  "S: * " n " FETCH (UID " n " RFC822.SIZE " size " INTERNALDATE \"14-Nov-2023 22:" time " +0000\" ENVELOPE "             \
  "(\"Tue, 14 Nov 2023 22:" time " +0000\" \"Message\" NIL NIL NIL NIL NIL NIL NIL \"<" n "@example.org>\"))\n"
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS MOVE", "C: $1 SELECT \"Work\"\nS: $1 NO [NONEXISTENT] none\n"
                      IMAP_SCENE_LISTED ("S: * LIST () \"/\" Office\nS: * LIST () \"/\" Trash\n") TOLD ("INBOX") TOLD ("Office")
                      TOLD ("Trash") GONE ("Work") SELECT ("Office")
                      "C: $1 UID FETCH 1:2 *\n" SIGHT ("1", "1001", "14:20") SIGHT ("2", "1002", "15:20") "S: $1 OK\n"
                      "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Flagged)\nS: $1 OK\n"
                      "C: $1 UID MOVE 2 \"Trash\"\nS: $1 NO [TRYCREATE] none\n"
                      IMAP_SCENE_LISTED ("S: * LIST () \"/\" Office\nS: * LIST () \"/\" Bin\n") TOLD ("INBOX") TOLD ("Bin")
                      GONE ("Trash") SELECT ("Bin") "C: $1 UID FETCH 9 *\n" SIGHT ("9", "1009", "22:20") "S: $1 OK\n"
                      SELECT ("Office") "C: $1 UID MOVE 2 \"Bin\"\nS: * OK [COPYUID 7 2 12] done\nS: * 2 EXPUNGE\nS: $1 OK\n");
  gint64 work = imap_scene_add_mailbox (scene, "Work", MAIL_ROLE_NONE);
  gint64 flagged = temporary_store_add_message (scene->temporary, work, 1, MAIL_FLAGS_NONE);
  gint64 moved = temporary_store_add_message (scene->temporary, work, 2, MAIL_FLAGS_NONE);
  g_autoptr (MailMailboxInfo) mailbox = NULL;
  g_autoptr (MailMessageInfo) row = NULL;

  temporary_store_add_message (scene->temporary, scene->trash, 9, MAIL_FLAGS_NONE);
  imap_scene_flag (scene, flagged, MAIL_FLAG_FLAGGED);
  imap_scene_move (scene, moved, scene->trash);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->problems->len, ==, 0);
  g_assert_cmpuint (scene->result.operations, ==, 2);
  assert_nothing_waits (scene);
  mailbox = imap_scene_get_mailbox (scene, work);
  row = imap_scene_get (scene, moved);
  g_assert_cmpstr (mailbox->name, ==, "Office");
  g_assert_cmpint (row->mailbox_id, ==, scene->trash);
  g_assert_cmpuint (row->uid, ==, 12);
#undef GONE
#undef TOLD
#undef SIGHT
}

static void
test_no_room_for_an_upload (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", APPEND ("Trash", "50") "S: $1 NO [OVERQUOTA] full\n"
                     SELECT ("INBOX") "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Flagged)\nS: $1 OK\n"
                     "C: $1 UID STORE 2 +FLAGS.SILENT (\\\\Deleted)\nS: $1 OK\nC: $1 UID EXPUNGE 2\nS: * 2 EXPUNGE\nS: $1 OK\n"
                     SELECT ("Trash") "C: $1 UID SEARCH *\nS: * SEARCH\nS: $1 OK\n"
                     APPEND ("Trash", "50") "S: $1 OK [APPENDUID 7 4]\n");
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 doomed = imap_scene_add_message (scene, 2);
  g_autoptr (MailOp) held = NULL;
  g_autoptr (MailMessageInfo) row = NULL;
  gint64 id;

  id = imap_scene_append (scene, scene->trash, LETTER);
  imap_scene_flag (scene, imap_scene_add_message (scene, 1), MAIL_FLAG_FLAGGED);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_OVER_QUOTA);
  g_assert_cmpuint (scene->result.operations, ==, 1);
  held = get_op (scene);
  g_assert_cmpint (held->held, ==, MAIL_OP_HELD_FOR_ROOM);
  /* Not again and again. */
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->problems->len, ==, 0);

  g_array_append_val (ids, doomed);
  imap_scene_do (scene, mail_action_new_expunge (MAIL_MODE_IMAP, ids));
  imap_scene_replay (scene);
  assert_nothing_waits (scene);
  row = imap_scene_get (scene, id);
  g_assert_cmpuint (row->uid, ==, 4);
}

/* A copy is no less full of room than an upload; the other one fits. */
static void
test_no_room_for_a_copy (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", SELECT ("INBOX") "C: $1 UID COPY 1:2 \"Trash\"\nS: $1 NO [OVERQUOTA] full\n"
                     "C: $1 UID COPY 1 \"Trash\"\nS: $1 NO [OVERQUOTA] full\n"
                     "C: $1 UID COPY 2 \"Trash\"\nS: $1 OK [COPYUID 7 2 6]\n");
  g_autoptr (MailOp) held = NULL;

  imap_scene_copy (scene, imap_scene_add_message (scene, 1), scene->trash);
  imap_scene_copy (scene, imap_scene_add_message (scene, 2), scene->trash);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_OVER_QUOTA);
  held = get_op (scene);
  g_assert_cmpuint (held->uid, ==, 1);
  g_assert_cmpint (held->held, ==, MAIL_OP_HELD_FOR_ROOM);
}

/* Not each of many is tried by itself: there is no room for one, nor for all the others. */
static void
test_no_room_for_many_copies (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", SELECT ("INBOX") "C: $1 UID COPY 1:9 \"Trash\"\nS: $1 NO [OVERQUOTA] full\n"
                     "C: $1 UID COPY 1 \"Trash\"\nS: $1 NO [OVERQUOTA] full\n"
                     "C: $1 UID COPY 2:9 \"Trash\"\nS: $1 NO [OVERQUOTA] full\n");
  g_autoptr (GPtrArray) ops = NULL;

  for (guint32 uid = 1; uid <= 9; uid++)
    imap_scene_copy (scene, imap_scene_add_message (scene, uid), scene->trash);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_OVER_QUOTA);
  ops = imap_scene_list_ops (scene);
  g_assert_cmpuint (ops->len, ==, 9);
  for (guint i = 0; i < ops->len; i++)
    g_assert_cmpint (((const MailOp *) g_ptr_array_index (ops, i))->held, ==, MAIL_OP_HELD_FOR_ROOM);
}

/* Who may not write to a mailbox may write none of the messages. */
static void
test_many_moves_that_are_not_allowed (void)
{
  g_autoptr (ImapScene) scene =
      imap_scene_new ("UIDPLUS MOVE", SELECT ("INBOX") "C: $1 UID MOVE 1:9 \"Trash\"\nS: $1 NO [NOPERM] not yours\n");

  for (guint32 uid = 1; uid <= 9; uid++)
    imap_scene_move (scene, imap_scene_add_message (scene, uid), scene->trash);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
  g_assert_cmpuint (scene->result.operations_failed, ==, 9);
  assert_nothing_waits (scene);
}

/* The tag stays here, the star goes to the server, and the tag goes along to a mailbox that keeps it. */
static void
test_tags_where_none_last (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS MOVE",
      "C: $1 SELECT \"INBOX\"\n" IMAP_SCENE_SELECTED
      "S: * OK [PERMANENTFLAGS (\\\\Seen \\\\Flagged \\\\Deleted)] no more\nS: $1 OK\n"
      "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Flagged)\nS: $1 OK\n"
      "C: $1 UID MOVE 1 \"Trash\"\nS: * OK [COPYUID 7 1 5] done\nS: * 1 EXPUNGE\nS: $1 OK\n" SELECT ("Trash")
      "C: $1 UID STORE 5 +FLAGS.SILENT (Work)\nS: $1 OK\n");
  gint64 id = imap_scene_add_message (scene, 1);
  g_autoptr (MailOp) held = NULL;
  g_autoptr (MailMessageInfo) there = NULL;
  g_autoptr (MailMessageInfo) here = NULL;

  imap_scene_tag (scene, id, "Work", NULL);
  imap_scene_flag (scene, id, MAIL_FLAG_FLAGGED);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_UNSUPPORTED);
  held = get_op (scene);
  g_assert_cmpint (held->held, ==, MAIL_OP_HELD_NO_TAGS);
  here = imap_scene_get (scene, id);
  g_assert_cmpstr (here->keywords, ==, "Work");
  g_assert_cmpint (here->flags, ==, MAIL_FLAG_FLAGGED);

  imap_scene_move (scene, id, scene->trash);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->problems->len, ==, 0);
  assert_nothing_waits (scene);
  there = imap_scene_get (scene, id);
  g_assert_cmpstr (there->keywords, ==, "Work");
  g_assert_cmpuint (there->uid, ==, 5);
}

static void
test_tags_thought_over_where_none_last (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", "C: $1 SELECT \"INBOX\"\n" IMAP_SCENE_SELECTED "S: * OK [PERMANENTFLAGS (\\\\Seen)] no more\nS: $1 OK\n");
  gint64 id = imap_scene_add_message (scene, 1);
  g_autoptr (MailMessageInfo) row = NULL;

  imap_scene_tag (scene, id, "Work", NULL);
  imap_scene_replay (scene);
  imap_scene_tag (scene, id, NULL, "Work");
  assert_nothing_waits (scene);
  imap_scene_replay (scene);
  row = imap_scene_get (scene, id);
  g_assert_null (row->keywords);
}

/* Without \\* only new ones are refused. */
static void
test_tags_that_the_mailbox_knows (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", "C: $1 SELECT \"INBOX\"\n" IMAP_SCENE_SELECTED "S: * OK [PERMANENTFLAGS (\\\\Seen $label1 Blue)] these\nS: $1 OK\n"
                 "C: $1 UID STORE 1 +FLAGS.SILENT (blue)\nS: $1 OK\n");
  gint64 id = imap_scene_add_message (scene, 1);
  g_autoptr (MailOp) held = NULL;
  g_autoptr (MailMessageInfo) row = NULL;

  imap_scene_tag (scene, id, "blue Work", NULL);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_UNSUPPORTED);
  held = get_op (scene);
  g_assert_cmpstr (held->keywords_add, ==, "Work");
  row = imap_scene_get (scene, id);
  g_assert_cmpstr (row->keywords, ==, "blue Work");
}

static void
test_later (gconstpointer code)
{
  g_autofree char *script = g_strdup_printf (SELECT ("INBOX") "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Seen)\nS: $1 NO [%s] not now\n"
                                             "C: $1 UID STORE 2 +FLAGS.SILENT (\\\\Flagged)\nS: $1 OK\n"
                                             "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Seen)\nS: $1 NO [%s] not now\n"
                                             "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Seen)\nS: $1 OK\n",
                                             (const char *) code, (const char *) code);
  g_autoptr (ImapScene) scene = imap_scene_new ("UIDPLUS", script);
  gint64 id = imap_scene_add_message (scene, 1);
  g_autoptr (MailOp) waiting = NULL;
  g_autoptr (MailMessageInfo) row = NULL;

  imap_scene_flag (scene, id, MAIL_FLAG_SEEN);
  imap_scene_flag (scene, imap_scene_add_message (scene, 2), MAIL_FLAG_FLAGGED);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->result.operations, ==, 1);
  g_assert_cmpuint (scene->result.operations_later, ==, 1);
  g_assert_cmpuint (scene->problems->len, ==, 0);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->result.operations_later, ==, 1);
  waiting = get_op (scene);
  g_assert_cmpint (waiting->held, ==, MAIL_OP_NOT_HELD);
  g_assert_cmpuint (waiting->attempts, ==, 0);
  row = imap_scene_get (scene, id);
  g_assert_cmpint (row->flags, ==, MAIL_FLAG_SEEN);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->result.operations_later, ==, 0);
  assert_nothing_waits (scene);
}

/* All programs with this account are meant. */
static void
test_throttled (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", SELECT ("INBOX") "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Seen)\nS: $1 NO [THROTTLED] slow down\n");
  g_autoptr (GError) error = NULL;

  imap_scene_flag (scene, imap_scene_add_message (scene, 1), MAIL_FLAG_SEEN);
  imap_scene_flag (scene, imap_scene_add_message (scene, 2), MAIL_FLAG_FLAGGED);
  g_assert_false (mail_engine_replay (scene->engine, &scene->result, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BUSY);
  g_assert_cmpstr (mail_error_get_server_code (error), ==, "THROTTLED");
  g_assert_true (mail_engine_is_open (scene->engine));
}

static void
test_not_allowed (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", SELECT ("INBOX") "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Seen)\nS: $1 NO [NOPERM] only for reading\n"
                     APPEND ("Trash", "50") "S: $1 NO [NOPERM] not yours\n");
  gint64 id = imap_scene_add_message (scene, 1);
  g_autoptr (MailOp) held = NULL;
  g_autoptr (MailMessageInfo) row = NULL;

  imap_scene_flag (scene, id, MAIL_FLAG_SEEN);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
  row = imap_scene_get (scene, id);
  g_assert_cmpint (row->flags, ==, 0);
  assert_nothing_waits (scene);
  /* This one is nowhere else. */
  imap_scene_append (scene, scene->trash, LETTER);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
  held = get_op (scene);
  g_assert_cmpint (held->held, ==, MAIL_OP_HELD_NOT_ALLOWED);
}

/* Nothing of it was refused: it goes on when the mailbox can be opened. */
static void
test_a_mailbox_that_does_not_open (void)
{
  g_autoptr (ImapScene) scene =
      imap_scene_new ("UIDPLUS", "C: $1 SELECT \"INBOX\"\nS: $1 NO Server Unavailable. 15\n" SELECT ("INBOX")
                                 "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Flagged)\nS: $1 OK\n");
  g_autoptr (MailOp) op = NULL;

  imap_scene_flag (scene, imap_scene_add_message (scene, 1), MAIL_FLAG_FLAGGED);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->problems->len, ==, 0);
  g_assert_cmpuint (scene->result.operations_later, ==, 1);
  op = get_op (scene);
  g_assert_nonnull (op->last_error);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->result.operations, ==, 1);
  assert_nothing_waits (scene);
}

/* It is nowhere else. */
static void
test_an_upload_that_is_refused (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new ("UIDPLUS", APPEND ("Trash", "50") "S: $1 NO You have enough\n");
  g_autoptr (MailOp) held = NULL;

  imap_scene_append (scene, scene->trash, LETTER);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
  held = get_op (scene);
  g_assert_cmpint (held->held, ==, MAIL_OP_HELD_NOT_ALLOWED);
}

static gboolean
number_changes_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_synced (db, *(gint64 *) data, 7, 3, 41, 2, error);
}

/* Where the server numbers changes, a flag that it refused is no reason to compare the whole mailbox. */
static void
test_a_refused_flag (gconstpointer numbered)
{
  g_autoptr (ImapScene) scene =
      imap_scene_new ("UIDPLUS", SELECT ("INBOX") "C: $1 UID STORE 1 +FLAGS.SILENT (\\\\Seen)\nS: $1 NO not this\n");
  g_autoptr (MailMailboxInfo) inbox = NULL;
  gint64 id = imap_scene_add_message (scene, 1);

  if (numbered != NULL)
    temporary_store_write (scene->temporary, number_changes_job, &scene->inbox);
  imap_scene_flag (scene, id, MAIL_FLAG_SEEN);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
  inbox = imap_scene_get_mailbox (scene, scene->inbox);
  g_assert_cmpuint (inbox->uidnext, ==, numbered != NULL ? 3 : 0);
  g_assert_cmpuint (inbox->highestmodseq, ==, numbered != NULL ? 41 : 0);
}

static void
test_names_that_are_there_or_are_not (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", "C: $1 CREATE \"New\"\nS: $1 NO [ALREADYEXISTS] it is\nC: $1 STATUS \"New\" (*)\n"
                 "S: * STATUS \"New\" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 8 UNSEEN 0)\nS: $1 OK\n"
                 "C: $1 RENAME \"Old\" \"Taken\"\nS: $1 NO [ALREADYEXISTS] Taken is\n"
                 "C: $1 RENAME \"Gone\" \"Back\"\nS: $1 NO [NONEXISTENT] what?\n"
                 "C: $1 STATUS \"Void\" (*)\nS: $1 NO [NONEXISTENT] what?\n");
  gint64 old = imap_scene_add_mailbox (scene, "Old", MAIL_ROLE_NONE);
  gint64 gone = imap_scene_add_mailbox (scene, "Gone", MAIL_ROLE_NONE);
  gint64 unreal = imap_scene_add_mailbox (scene, "Void", MAIL_ROLE_NONE);
  g_autoptr (MailMailboxInfo) kept = NULL;
  g_autoptr (MailMailboxInfo) other = NULL;

  imap_scene_do (scene, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "New", MAIL_ROLE_NONE));
  imap_scene_do (scene, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, old, "Taken"));
  imap_scene_do (scene, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, gone, "Back"));
  imap_scene_do (scene, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, unreal));
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->problems->len, ==, 2);
  g_assert_cmpuint (scene->result.operations, ==, 2);
  g_assert_cmpuint (scene->result.operations_failed, ==, 2);
  kept = imap_scene_get_mailbox (scene, old);
  g_assert_cmpstr (kept->name, ==, "Old");
  other = imap_scene_get_mailbox (scene, gone);
  g_assert_cmpstr (other->name, ==, "Gone");
  g_assert_null (imap_scene_get_mailbox (scene, unreal));
  assert_nothing_waits (scene);
}

/* Too many at once are taken one by one; too many flags will be too many tomorrow. */
static void
test_limits (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS", SELECT ("INBOX") "C: $1 UID STORE 1:2 +FLAGS.SILENT (Work)\nS: $1 NO [LIMIT] 32 flags\n"
                     "C: $1 UID STORE 1 +FLAGS.SILENT (Work)\nS: $1 OK\n"
                     "C: $1 UID STORE 2 +FLAGS.SILENT (Work)\nS: $1 NO [LIMIT] 32 flags\n"
                     "C: $1 UID COPY 1:2 \"Trash\"\nS: $1 NO [MESSAGELIMIT 1] one by one\n"
                     "C: $1 UID COPY 1 \"Trash\"\nS: $1 OK [COPYUID 7 1 5]\n"
                     "C: $1 UID COPY 2 \"Trash\"\nS: $1 OK [COPYUID 7 2 6]\n");
  gint64 first = imap_scene_add_message (scene, 1);
  gint64 second = imap_scene_add_message (scene, 2);
  g_autoptr (MailMessageInfo) tagged = NULL;
  g_autoptr (MailMessageInfo) refused = NULL;

  imap_scene_tag (scene, first, "Work", NULL);
  imap_scene_tag (scene, second, "Work", NULL);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_BUSY);
  assert_nothing_waits (scene);
  tagged = imap_scene_get (scene, first);
  refused = imap_scene_get (scene, second);
  g_assert_cmpstr (tagged->keywords, ==, "Work");
  g_assert_null (refused->keywords);

  imap_scene_copy (scene, first, scene->trash);
  imap_scene_copy (scene, second, scene->trash);
  imap_scene_replay (scene);
  g_assert_cmpuint (scene->problems->len, ==, 0);
  g_assert_cmpuint (scene->result.operations, ==, 2);
}

/* Nothing of it is sent; it stays here, and the one that fits goes. */
/* What one command copied is settled before the next one may be refused: nothing is copied again. */
static void
test_limits_that_are_known (void)
{
  g_autoptr (ImapScene) scene = imap_scene_new (
      "UIDPLUS MESSAGELIMIT=2", SELECT ("INBOX") "C: $1 UID COPY 1:2 \"Trash\"\nS: $1 OK [COPYUID 7 1:2 5:6]\n"
                                                 "C: $1 UID COPY 3:4 \"Trash\"\nS: $1 NO not all of them\n"
                                                 "C: $1 UID COPY 3 \"Trash\"\nS: $1 OK [COPYUID 7 3 7]\n"
                                                 "C: $1 UID COPY 4 \"Trash\"\nS: $1 NO not this\n"
                                                 "C: $1 UID SEARCH UID 4 UNDELETED\nS: * SEARCH 4\nS: $1 OK\n");

  for (guint32 uid = 1; uid <= 4; uid++)
    imap_scene_copy (scene, imap_scene_add_message (scene, uid), scene->trash);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
  g_assert_cmpuint (scene->result.operations, ==, 3);
  assert_nothing_waits (scene);
}

static void
test_too_large (void)
{
  g_autoptr (ImapScene) scene =
      imap_scene_new ("UIDPLUS APPENDLIMIT=60", APPEND ("Trash", "50") "S: $1 OK [APPENDUID 7 4]\n");
  g_autoptr (MailMessageInfo) row = NULL;
  gint64 id = imap_scene_append (scene, scene->trash, "Subject: Larger\r\nMessage-ID: <large@example.org>\r\n\r\nA story.\r\n");

  imap_scene_append (scene, scene->trash, LETTER);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_TOO_LARGE);
  assert_nothing_waits (scene);
  row = imap_scene_get (scene, id);
  g_assert_cmpint (row->where, ==, MAIL_WHERE_HERE);
}

/* They are not in memory together, and what the server says of one is not taken for another. */
static void
test_large_uploads (void)
{
  g_autofree char *large = g_strnfill (5 * 1024 * 1024, 'x');
  g_autoptr (ImapScene) scene = NULL;
  g_autoptr (MailMessageInfo) first = NULL;
  g_autoptr (MailMessageInfo) refused = NULL;
  g_autoptr (MailMessageInfo) last = NULL;
  g_autoptr (MailOp) held = NULL;
  gint64 ids[3];

  memcpy (large, LETTER, strlen (LETTER));
  scene = imap_scene_new ("UIDPLUS", APPEND ("Trash", "5242880") "S: $1 OK [APPENDUID 7 4]\n"
                          APPEND ("Trash", "5242880") "S: $1 NO [NOPERM] not this\n"
                          APPEND ("Trash", "5242880") "S: $1 NO [NOPERM] not this\n"
                          APPEND ("Trash", "50") "S: $1 OK [APPENDUID 7 5]\n");
  ids[0] = imap_scene_append (scene, scene->trash, large);
  ids[1] = imap_scene_append (scene, scene->trash, large);
  ids[2] = imap_scene_append (scene, scene->trash, LETTER);
  imap_scene_replay (scene);
  imap_scene_assert_told (scene, MAIL_ERROR_REFUSED);
  first = imap_scene_get (scene, ids[0]);
  refused = imap_scene_get (scene, ids[1]);
  last = imap_scene_get (scene, ids[2]);
  g_assert_cmpuint (first->uid, ==, 4);
  g_assert_cmpuint (refused->uid, ==, 0);
  g_assert_cmpuint (last->uid, ==, 5);
  held = get_op (scene);
  g_assert_cmpint (held->message_id, ==, ids[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/sync/imap/refusals/" path, function)
  ADD ("a-missing-mailbox-is-made-and-the-change-tried-again", test_trycreate);
  ADD ("a-mailbox-that-was-deleted-is-not-made-for-what-can-stay", test_trycreate_of_an_ordinary_mailbox);
  ADD ("changes-follow-a-mailbox-that-another-program-renamed", test_renamed_mailboxes_are_followed);
  ADD ("an-upload-waits-for-room", test_no_room_for_an_upload);
  ADD ("a-copy-waits-for-room", test_no_room_for_a_copy);
  ADD ("many-copies-wait-for-room-together", test_no_room_for_many_copies);
  ADD ("many-moves-that-are-not-allowed-go-back-together", test_many_moves_that_are_not_allowed);
  ADD ("tags-that-do-not-last-stay-here-and-go-along", test_tags_where_none_last);
  ADD ("tags-that-the-mailbox-knows-go-there", test_tags_that_the_mailbox_knows);
  ADD ("tags-that-do-not-last-are-taken-off", test_tags_thought_over_where_none_last);
  g_test_add_data_func ("/sync/imap/refusals/what-is-in-use-is-tried-later", "INUSE", test_later);
  g_test_add_data_func ("/sync/imap/refusals/what-the-server-broke-is-tried-later", "SERVERBUG", test_later);
  g_test_add_data_func ("/sync/imap/refusals/what-is-away-is-tried-later", "UNAVAILABLE", test_later);
  ADD ("a-throttled-account-is-left-alone", test_throttled);
  ADD ("what-is-not-allowed-goes-back-but-an-upload-waits", test_not_allowed);
  g_test_add_data_func ("/sync/imap/refusals/a-refused-flag-leaves-the-mailbox-known", "CONDSTORE", test_a_refused_flag);
  g_test_add_data_func ("/sync/imap/refusals/a-refused-flag-is-looked-up-where-changes-have-no-numbers", NULL, test_a_refused_flag);
  ADD ("what-waits-for-a-mailbox-that-does-not-open-is-tried-later", test_a_mailbox_that_does_not_open);
  ADD ("an-upload-that-is-refused-without-a-reason-waits", test_an_upload_that_is_refused);
  ADD ("names-that-are-there-or-are-not", test_names_that_are_there_or_are_not);
  ADD ("limits-are-met-one-by-one", test_limits);
  ADD ("nothing-is-copied-again-when-one-of-several-commands-is-refused", test_limits_that_are_known);
  ADD ("what-is-too-large-is-not-sent", test_too_large);
  ADD ("large-uploads-go-each-by-itself", test_large_uploads);
  return g_test_run ();
}
