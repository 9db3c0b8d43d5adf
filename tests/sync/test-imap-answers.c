/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lib/imap-account.h"
#include "lib/toy-imap.h"
#include "store/store-ops.h"
#include "sync/sync-queue.h"

/* What becomes of changes that a server refuses, for good or for now. */
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

/* How many commands that the server heard since the last time begin like this. */
static guint
count_heard (const char *log, const char *beginning)
{
  g_auto (GStrv) lines = g_strsplit (log, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += g_str_has_prefix (lines[i], beginning);
  return n;
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

  g_assert_cmpuint (count_heard (log, "DELETE"), ==, 0);
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
  g_assert_cmpuint (count_heard (log, "DELETE"), ==, 1);
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
  return g_test_run ();
}
