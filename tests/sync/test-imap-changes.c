/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "core/keywords.h"
#include "lib/cutting-proxy.h"
#include "lib/imap-place.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/sync-queue.h"

/* Tags, junk, whole mailboxes and what does not work, against Dovecot. */

static GArray *
one_id (gint64 id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof id);

  return g_array_append_val (ids, id);
}

static gint64
find (const ImapPlace *place, const char *name)
{
  return imap_account_find_mailbox (place->account, name);
}

/* (transfer full): the message with this subject. */
static MailMessageInfo *
row (const ImapPlace *place, const char *mailbox, const char *subject)
{
  g_autoptr (GPtrArray) rows = imap_account_list (place->account, mailbox);

  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (((const MailMessageInfo *) g_ptr_array_index (rows, i))->subject, subject) == 0)
      return mail_message_info_copy (g_ptr_array_index (rows, i));
  return NULL;
}

static MailAction *
tag (const ImapPlace *place, const char *subject, const char *add, const char *remove)
{
  g_autoptr (GArray) ids = one_id (imap_account_find (place->account, "INBOX", subject));

  return imap_account_do (place->account, mail_action_new_keywords (MAIL_MODE_IMAP, ids, add, remove));
}

static void
settle (const ImapPlace *place)
{
  imap_account_restart (place->account);
  imap_account_pass (place->account);
  g_assert_cmpuint (imap_account_count_ops (place->account), ==, 0);
  imap_account_assert_like_server (place->account);
}

static void
test_tags_go_both_ways (gconstpointer mask)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (MailImapSession) beside = NULL;
  g_autoptr (MailMessageInfo) first = NULL;
  g_autoptr (MailMessageInfo) again = NULL;
  g_autoptr (MailAction) undo = NULL;
  MailImapStatus status = { 0 };

  if (!imap_place_init (&place, (MailImapCaps) GPOINTER_TO_UINT (mask), 4))
    return;
  mail_action_free (tag (&place, "Message 1", "Work $label3", NULL));
  undo = tag (&place, "Message 1", "Later", "Work");
  first = row (&place, "INBOX", "Message 1");
  g_assert_cmpstr (first->keywords, ==, "$label3 Later");
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 1);
  settle (&place);
  mail_action_free (imap_account_do (place.account, g_steal_pointer (&undo)));

  /* Another program sets one meanwhile: both are kept, for each speaks of its own. */
  beside = imap_account_sign_in_beside (place.account);
  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, &status, NULL, NULL));
  g_assert_true (mail_imap_session_store (beside, "1", TRUE, "Theirs", NULL, NULL));
  settle (&place);
  again = row (&place, "INBOX", "Message 1");
  g_assert_cmpstr (again->keywords, ==, "$label3 Theirs Work");
}

static void
test_both_change_the_same_message (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (MailImapSession) beside = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (MailMessageInfo) moved = NULL;
  MailImapStatus status = { 0 };

  if (!imap_place_init (&place, 0, 4))
    return;
  beside = imap_account_sign_in_beside (place.account);
  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, &status, NULL, NULL));
  /* Flags: the later word counts, each flag by itself. */
  imap_account_mark (place.account, imap_account_find (place.account, "INBOX", "Message 1"), MAIL_FLAG_SEEN, 0);
  g_assert_true (mail_imap_session_store (beside, "1", TRUE, "\\Flagged", NULL, NULL));
  /* It is elsewhere by now: our wish is void and says so; nothing is brought back. */
  ids = one_id (imap_account_find (place.account, "INBOX", "Message 2"));
  mail_action_free (imap_account_do (place.account, mail_action_new_move (MAIL_MODE_IMAP, ids, find (&place, "Archive"))));
  g_assert_true (mail_imap_session_store (beside, "2", TRUE, "\\Deleted", NULL, NULL));
  g_assert_true (mail_imap_session_expunge (beside, "2", NULL, NULL));
  imap_account_pass (place.account);
  settle (&place);
  moved = row (&place, "Archive", "Message 2");
  g_assert_null (moved);
  g_assert_cmpint (imap_account_find (place.account, "INBOX", "Message 2"), ==, 0);
  g_clear_pointer (&moved, mail_message_info_free);
  moved = row (&place, "INBOX", "Message 1");
  g_assert_cmpint (moved->flags, ==, MAIL_FLAG_SEEN | MAIL_FLAG_FLAGGED);
}

/* What the server was not told of the original is not lost with it, nor with a change of mind about the original. */
static void
test_copies_keep_what_they_show (gconstpointer mask)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GArray) others = NULL;
  g_autoptr (MailMessageInfo) copy = NULL;
  g_autoptr (MailMessageInfo) other = NULL;

  if (!imap_place_init (&place, (MailImapCaps) GPOINTER_TO_UINT (mask), 4))
    return;
  ids = one_id (imap_account_find (place.account, "INBOX", "Message 1"));
  others = one_id (imap_account_find (place.account, "INBOX", "Message 2"));
  mail_action_free (tag (&place, "Message 1", "Work", NULL));
  mail_action_free (tag (&place, "Message 2", "Work", NULL));
  mail_action_free (imap_account_do (place.account, mail_action_new_copy (MAIL_MODE_IMAP, ids, find (&place, "Archive"))));
  mail_action_free (imap_account_do (place.account, mail_action_new_copy (MAIL_MODE_IMAP, others, find (&place, "Archive"))));
  mail_action_free (imap_account_do (place.account, mail_action_new_expunge (MAIL_MODE_IMAP, ids)));
  mail_action_free (tag (&place, "Message 2", NULL, "Work"));
  settle (&place);
  copy = row (&place, "Archive", "Message 1");
  other = row (&place, "Archive", "Message 2");
  g_assert_cmpstr (copy->keywords, ==, "Work");
  g_assert_cmpstr (other->keywords, ==, "Work");
}

static void
test_junk_and_back (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (GArray) ids = NULL;
  g_autoptr (MailMessageInfo) junk = NULL;
  g_autoptr (MailMessageInfo) good = NULL;
  g_autoptr (MailMessageInfo) back = NULL;
  g_autoptr (MailAction) undo = NULL;

  if (!imap_place_init (&place, 0, 4))
    return;
  ids = one_id (imap_account_find (place.account, "INBOX", "Message 1"));
  mail_action_free (imap_account_do (place.account, mail_action_new_junk (MAIL_MODE_IMAP, ids, TRUE, find (&place, "Junk"))));
  settle (&place);
  junk = row (&place, "Junk", "Message 1");
  g_assert_cmpint (junk->flags, ==, MAIL_FLAG_JUNK);
  undo = imap_account_do (place.account, mail_action_new_junk (MAIL_MODE_IMAP, ids, FALSE, find (&place, "INBOX")));
  settle (&place);
  good = row (&place, "INBOX", "Message 1");
  g_assert_cmpint (good->flags, ==, MAIL_FLAG_NOT_JUNK);
  mail_action_free (imap_account_do (place.account, g_steal_pointer (&undo)));
  settle (&place);
  back = row (&place, "Junk", "Message 1");
  g_assert_cmpint (back->flags, ==, MAIL_FLAG_JUNK);
}

static void
test_whole_mailboxes (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (MailAction) unread = NULL;
  g_autoptr (MailAction) unempty = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  if (!imap_place_init (&place, 0, 4))
    return;
  before = imap_account_dump (place.account);
  unread = imap_account_do (place.account, mail_action_new_read_all (MAIL_MODE_IMAP, find (&place, "INBOX")));
  unempty = imap_account_do (place.account, mail_action_new_empty (MAIL_MODE_IMAP, find (&place, "INBOX")));
  mail_action_free (imap_account_do (place.account, g_steal_pointer (&unempty)));
  mail_action_free (imap_account_do (place.account, g_steal_pointer (&unread)));
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 0);
  after = imap_account_dump (place.account);
  g_assert_cmpstr (before, ==, after);
  mail_action_free (imap_account_do (place.account, mail_action_new_empty (MAIL_MODE_IMAP, find (&place, "INBOX"))));
  settle (&place);
  g_assert_null (imap_account_do (place.account, mail_action_new_empty (MAIL_MODE_IMAP, find (&place, "Trash"))));
  settle (&place);
  g_assert_null (row (&place, "Trash", "Message 1"));
}

/* Puts @n messages into the archive. */
static void
import (const ImapPlace *place, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text =
          g_strdup_printf ("Subject: Import %u\r\nMessage-ID: <import%u@example.org>\r\n\r\nHello\r\n", i, i);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      MailAction *action = mail_action_new_append (MAIL_MODE_IMAP, find (place, "Archive"), bytes, MAIL_FLAG_SEEN);

      mail_action_free (imap_account_do (place->account, action));
    }
}

static void
test_many_imports (gconstpointer mask)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (GPtrArray) rows = NULL;

  if (!imap_place_init (&place, (MailImapCaps) GPOINTER_TO_UINT (mask), 4))
    return;
  import (&place, 50);
  settle (&place);
  rows = imap_account_list (place.account, "Archive");
  g_assert_cmpuint (rows->len, ==, 50);
}

static gboolean
count_held_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) queue = mail_queue_list (db, 0, error);
  guint *held = data;

  for (guint i = 0; i < queue->len; i++)
    *held += ((const MailQueueEntry *) g_ptr_array_index (queue, i))->held;
  return TRUE;
}

static gboolean
retry_all_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) queue = mail_queue_list (db, 0, error);

  for (guint i = 0; i < queue->len; i++)
    g_assert_true (mail_queue_retry (db, ((const MailQueueEntry *) g_ptr_array_index (queue, i))->id, error));
  return TRUE;
}

/* Connections end when the server is about to name the mailbox “Deadly”. */
static void
test_a_deadly_change_is_held_and_others_go_on (void)
{
  g_auto (ImapPlace) place = { 0 };
  CuttingProxy *proxy;
  guint passes = 0;
  guint held = 0;
  g_autoptr (GArray) ids = NULL;

  if (!imap_place_init (&place, 0, 4))
    return;
  proxy = cutting_proxy_new (private_dovecot_get_port (place.server, "imap"), "eadly", NULL);
  place.account->config->incoming->port = cutting_proxy_get_port (proxy);
  imap_account_restart (place.account);
  mail_action_free (
      imap_account_do (place.account, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Deadly", MAIL_ROLE_NONE)));
  ids = one_id (imap_account_find (place.account, "INBOX", "Message 1"));
  mail_action_free (imap_account_do (place.account, mail_action_new_move (MAIL_MODE_IMAP, ids, find (&place, "Deadly"))));
  imap_account_mark (place.account, imap_account_find (place.account, "INBOX", "Message 2"), MAIL_FLAG_SEEN, 0);
  while (imap_account_count_ops (place.account) > 2 && passes++ < 20)
    imap_account_try_pass (place.account, NULL);
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 2);
  temporary_store_read (place.account->temporary, count_held_job, &held);
  g_assert_cmpuint (held, ==, 1);
  g_assert_cmpuint (cutting_proxy_get_cuts (proxy), <=, 12);

  cutting_proxy_spare (proxy);
  temporary_store_write (place.account->temporary, retry_all_job, NULL);
  settle (&place);
  g_assert_cmpint (imap_account_find (place.account, "Deadly", "Message 1"), !=, 0);
  g_clear_pointer (&place.account, imap_account_free);
  cutting_proxy_free (proxy);
}

int
main (int argc, char **argv)
{
  gconstpointer bare = GUINT_TO_POINTER (G_MAXINT);

  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/sync/imap/changes/" path, function)
  g_test_add_data_func ("/sync/imap/changes/tags-go-both-ways", NULL, test_tags_go_both_ways);
  g_test_add_data_func ("/sync/imap/changes/tags-go-both-ways-without-extensions", bare, test_tags_go_both_ways);
  g_test_add_data_func ("/sync/imap/changes/copies-keep-what-they-show", NULL, test_copies_keep_what_they_show);
  g_test_add_data_func ("/sync/imap/changes/copies-keep-what-they-show-without-extensions", bare,
                        test_copies_keep_what_they_show);
  ADD ("both-change-the-same-message", test_both_change_the_same_message);
  ADD ("junk-and-back", test_junk_and_back);
  ADD ("whole-mailboxes-are-read-and-emptied", test_whole_mailboxes);
  g_test_add_data_func ("/sync/imap/changes/many-imports", NULL, test_many_imports);
  g_test_add_data_func ("/sync/imap/changes/many-imports-without-extensions", bare, test_many_imports);
  ADD ("a-deadly-one-is-held-and-others-go-on", test_a_deadly_change_is_held_and_others_go_on);
  return g_test_run ();
}
