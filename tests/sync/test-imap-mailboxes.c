/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/imap-place.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/sync-queue.h"

/* What a person does to mailboxes without a network, against Dovecot: at the end both sides are the same, and nothing was fetched
 * again. */

static gint64
find (const ImapPlace *place, const char *name)
{
  return imap_account_find_mailbox (place->account, name);
}

static void
act (const ImapPlace *place, MailAction *action)
{
  mail_action_free (imap_account_do (place->account, action));
}

/* FALSE: there is no Dovecot. Three messages are in the inbox, two in Work, one in Work/Old. */
static gboolean
place_init (ImapPlace *place, MailImapCaps mask)
{
  if (!imap_place_init (place, mask, 3))
    return FALSE;
  act (place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Work", MAIL_ROLE_NONE));
  act (place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, find (place, "Work"), "Old", MAIL_ROLE_NONE));
  imap_account_pass (place->account);
  private_dovecot_fill (place->server, "anna@example.org", "Work", 2, 500);
  private_dovecot_fill (place->server, "anna@example.org", "Work.Old", 1, 500);
  imap_account_pass (place->account);
  imap_account_assert_like_server (place->account);
  return TRUE;
}

static guint
count (const ImapPlace *place, const char *name)
{
  g_autoptr (GPtrArray) rows = imap_account_list (place->account, name);

  return rows->len;
}

/* (transfer full): ids of the first @n messages of a mailbox. */
static GArray *
some_ids (const ImapPlace *place, const char *name, guint n)
{
  g_autoptr (GPtrArray) rows = imap_account_list (place->account, name);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < rows->len && i < n; i++)
    g_array_append_val (ids, ((const MailMessageInfo *) g_ptr_array_index (rows, i))->id);
  return ids;
}

static gboolean
try_act (const ImapPlace *place, MailAction *action, GError **error)
{
  gboolean ok = mail_store_write (place->account->temporary->store, mail_action_job, action, error);

  mail_action_free (action);
  return ok;
}

static gboolean
server_has (const ImapPlace *place, const char *name)
{
  g_autoptr (MailImapSession) beside = imap_account_sign_in_beside (place->account);
  g_autoptr (GPtrArray) listed = mail_imap_session_list (beside, NULL, NULL, NULL);

  for (guint i = 0; i < listed->len; i++)
    if (g_str_equal (((const MailImapListed *) g_ptr_array_index (listed, i))->info->name, name))
      return TRUE;
  return FALSE;
}

/* Another program, or the same after a restart, sees the same. */
static void
settle (const ImapPlace *place)
{
  imap_account_restart (place->account);
  imap_account_pass (place->account);
  g_assert_cmpuint (imap_account_count_ops (place->account), ==, 0);
  g_assert_cmpuint (place->account->result.operations_failed, ==, 0);
  imap_account_assert_like_server (place->account);
}

static void
test_made_mailboxes_take_mail_before_the_server_knows_them (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (GArray) ids = NULL;

  if (!place_init (&place, 0))
    return;
  act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Garten & Hof", MAIL_ROLE_NONE));
  act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, find (&place, "Garten & Hof"), "Äpfel", MAIL_ROLE_NONE));
  ids = some_ids (&place, "INBOX", 2);
  act (&place, mail_action_new_move (MAIL_MODE_IMAP, ids, find (&place, "Garten & Hof/Äpfel")));
  g_assert_cmpuint (count (&place, "Garten & Hof/Äpfel"), ==, 2);
  settle (&place);
  g_assert_true (server_has (&place, "Garten & Hof/Äpfel"));
  g_assert_cmpuint (count (&place, "Garten & Hof/Äpfel"), ==, 2);
  g_assert_cmpuint (place.account->result.bodies, ==, 0);
}

static void
test_what_was_not_sent_yet_is_folded (void)
{
  g_auto (ImapPlace) place = { 0 };

  if (!place_init (&place, 0))
    return;
  act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Draught", MAIL_ROLE_NONE));
  act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find (&place, "Draught"), "Wind"));
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 1);
  act (&place, mail_action_new_move_mailbox (MAIL_MODE_IMAP, find (&place, "Wind"), find (&place, "Work")));
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 1);
  act (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work/Wind")));
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 0);
  g_assert_cmpint (find (&place, "Work/Wind"), ==, 0);
  act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find (&place, "Work"), "Toil"));
  act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find (&place, "Toil"), "Work"));
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 0);
  act (&place, mail_action_new_subscribe (MAIL_MODE_IMAP, find (&place, "Work"), FALSE));
  act (&place, mail_action_new_subscribe (MAIL_MODE_IMAP, find (&place, "Work"), TRUE));
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 0);
  settle (&place);
}

static void
test_renamed_trees_keep_their_mail (gconstpointer mask)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (GArray) ids = NULL;
  gint64 old;

  if (!place_init (&place, (MailImapCaps) GPOINTER_TO_UINT (mask)))
    return;
  old = find (&place, "Work/Old");
  act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find (&place, "Work"), "Office"));
  g_assert_cmpint (find (&place, "Office/Old"), ==, old);
  /* The server still calls it by its old name; this is none of the message. */
  ids = some_ids (&place, "Office/Old", 1);
  act (&place, mail_action_new_flags (MAIL_MODE_IMAP, ids, MAIL_FLAG_FLAGGED, 0));
  act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Work", MAIL_ROLE_NONE));
  settle (&place);
  g_assert_cmpuint (place.account->result.fetched, ==, 0);
  g_assert_cmpint (find (&place, "Office/Old"), ==, old);
  g_assert_cmpuint (count (&place, "Office"), ==, 2);
  g_assert_cmpuint (count (&place, "Work"), ==, 0);
  g_assert_true (server_has (&place, "Office/Old"));
  g_assert_false (server_has (&place, "Work/Old"));
}

static void
test_deletion_takes_what_is_in_it_and_nothing_else (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (GArray) ids = NULL;

  if (!place_init (&place, 0))
    return;
  ids = some_ids (&place, "Work", 1);
  act (&place, mail_action_new_move (MAIL_MODE_IMAP, ids, find (&place, "Archive")));
  act (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work")));
  g_assert_cmpint (find (&place, "Work"), ==, 0);
  /* Its name is free at once. */
  act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Work", MAIL_ROLE_NONE));
  settle (&place);
  g_assert_cmpuint (count (&place, "Archive"), ==, 1);
  g_assert_cmpuint (count (&place, "Work"), ==, 0);
  g_assert_false (server_has (&place, "Work/Old"));
}

static void
test_a_mailbox_with_unseen_news_is_not_deleted (void)
{
  g_auto (ImapPlace) place = { 0 };

  if (!place_init (&place, 0))
    return;
  act (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work")));
  private_dovecot_deliver (place.server, "anna@example.org", "Work", "Subject: just come\r\n\r\nHello\r\n", -1);
  imap_account_pass (place.account);
  g_assert_cmpuint (place.account->result.operations_failed, ==, 1);
  g_assert_cmpuint (place.account->problems->len, ==, 1);
  g_assert_cmpuint (count (&place, "Work"), ==, 3);
  settle (&place);
  g_assert_cmpuint (count (&place, "Work"), ==, 3);
}

static void
test_changes_to_mailboxes_are_undone (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (MailAction) undelete = NULL;
  g_autoptr (MailAction) unrename = NULL;
  g_autoptr (MailAction) uncreate = NULL;
  g_autoptr (GError) error = NULL;

  if (!place_init (&place, 0))
    return;
  before = imap_account_dump (place.account);
  undelete = imap_account_do (place.account, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work")));
  act (&place, g_steal_pointer (&undelete));
  unrename = imap_account_do (place.account, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find (&place, "Work"), "Toil"));
  settle (&place);
  g_assert_true (server_has (&place, "Toil"));
  act (&place, g_steal_pointer (&unrename));
  uncreate = imap_account_do (place.account, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "New", MAIL_ROLE_NONE));
  settle (&place);
  act (&place, g_steal_pointer (&uncreate));
  settle (&place);
  after = imap_account_dump (place.account);
  g_assert_cmpstr (before, ==, after);
  /* What the server has done cannot be undone. */
  undelete = imap_account_do (place.account, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work/Old")));
  settle (&place);
  g_assert_false (try_act (&place, g_steal_pointer (&undelete), &error));
}

static void
test_names_that_cannot_be_are_refused (void)
{
  static const char *const bad[] = { "", "  ", "a/b", "a*b", "a%b", "a\nb", "INBOX", "inbox" };
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (GError) error = NULL;

  if (!place_init (&place, 0))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) refused = NULL;

      g_assert_false (try_act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, bad[i], MAIL_ROLE_NONE), &refused));
      g_assert_nonnull (refused);
    }
  g_assert_false (try_act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Work", MAIL_ROLE_NONE), &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (try_act (&place,
                           mail_action_new_move_mailbox (MAIL_MODE_IMAP, find (&place, "Work"), find (&place, "Work/Old")),
                           &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
  g_assert_false (try_act (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "INBOX")), NULL));
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 0);
}

static void
test_a_refused_name_goes_back (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (MailImapSession) beside = NULL;

  if (!place_init (&place, 0))
    return;
  beside = imap_account_sign_in_beside (place.account);
  act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find (&place, "Work"), "Taken"));
  g_assert_true (mail_imap_session_create (beside, "Taken", MAIL_ROLE_NONE, NULL, NULL));
  imap_account_pass (place.account);
  g_assert_cmpuint (place.account->result.operations_failed, ==, 1);
  g_assert_cmpuint (count (&place, "Work"), ==, 2);
  g_assert_cmpuint (count (&place, "Taken"), ==, 0);
  settle (&place);
}

static void
test_what_another_program_made_is_taken_for_ours (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (MailImapSession) beside = NULL;

  if (!place_init (&place, 0))
    return;
  beside = imap_account_sign_in_beside (place.account);
  act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Both", MAIL_ROLE_NONE));
  g_assert_true (mail_imap_session_create (beside, "Both", MAIL_ROLE_NONE, NULL, NULL));
  private_dovecot_deliver (place.server, "anna@example.org", "Both", "Subject: theirs\r\n\r\nHello\r\n", -1);
  settle (&place);
  g_assert_cmpuint (count (&place, "Both"), ==, 1);
}

static void
test_renames_by_others_cost_nothing (gconstpointer mask)
{
  g_auto (ImapPlace) place = { 0 };
  g_autoptr (MailImapSession) beside = NULL;
  gint64 work;
  gint64 old;

  if (!place_init (&place, (MailImapCaps) GPOINTER_TO_UINT (mask)))
    return;
  work = find (&place, "Work");
  old = find (&place, "Work/Old");
  beside = imap_account_sign_in_beside (place.account);
  g_assert_true (mail_imap_session_rename (beside, "Work", "Elsewhere", NULL, NULL));
  imap_account_pass (place.account);
  g_assert_cmpuint (place.account->result.fetched, ==, 0);
  g_assert_cmpuint (place.account->result.expunged, ==, 0);
  g_assert_cmpint (find (&place, "Elsewhere"), ==, work);
  g_assert_cmpint (find (&place, "Elsewhere/Old"), ==, old);
  settle (&place);
}

/* Drops the oldest operation. */
static gboolean
drop_first_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) queue = mail_queue_list (db, 1, error);

  g_assert_cmpuint (queue->len, ==, 1);
  return mail_queue_drop (db, ((const MailQueueEntry *) g_ptr_array_index (queue, 0))->id, error);
}

static void
test_dropping_takes_what_needs_it_along (void)
{
  g_auto (ImapPlace) place = { 0 };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GArray) others = NULL;

  if (!place_init (&place, 0))
    return;
  before = imap_account_dump (place.account);
  act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "New", MAIL_ROLE_NONE));
  ids = some_ids (&place, "INBOX", 2);
  act (&place, mail_action_new_move (MAIL_MODE_IMAP, ids, find (&place, "New")));
  others = some_ids (&place, "Work", 1);
  act (&place, mail_action_new_copy (MAIL_MODE_IMAP, others, find (&place, "New")));
  temporary_store_write (place.account->temporary, drop_first_job, NULL);
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 0);
  act (&place, mail_action_new_rename_mailbox (MAIL_MODE_IMAP, find (&place, "Work"), "Toil"));
  act (&place, mail_action_new_create_mailbox (MAIL_MODE_IMAP, 0, "Work", MAIL_ROLE_NONE));
  temporary_store_write (place.account->temporary, drop_first_job, NULL);
  act (&place, mail_action_new_delete_mailbox (MAIL_MODE_IMAP, find (&place, "Work/Old")));
  temporary_store_write (place.account->temporary, drop_first_job, NULL);
  g_assert_cmpuint (imap_account_count_ops (place.account), ==, 0);
  settle (&place);
  after = imap_account_dump (place.account);
  g_assert_cmpstr (before, ==, after);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/sync/imap/mailboxes/" path, function)
  ADD ("take-mail-before-the-server-knows-them", test_made_mailboxes_take_mail_before_the_server_knows_them);
  ADD ("what-was-not-sent-yet-is-folded", test_what_was_not_sent_yet_is_folded);
  g_test_add_data_func ("/sync/imap/mailboxes/renamed-trees-keep-their-mail", NULL, test_renamed_trees_keep_their_mail);
  g_test_add_data_func ("/sync/imap/mailboxes/renamed-trees-keep-their-mail-without-extensions", GUINT_TO_POINTER (G_MAXINT),
                        test_renamed_trees_keep_their_mail);
  ADD ("deletion-takes-what-is-in-it-and-nothing-else", test_deletion_takes_what_is_in_it_and_nothing_else);
  ADD ("one-with-unseen-news-is-not-deleted", test_a_mailbox_with_unseen_news_is_not_deleted);
  ADD ("changes-are-undone", test_changes_to_mailboxes_are_undone);
  ADD ("names-that-cannot-be-are-refused", test_names_that_cannot_be_are_refused);
  ADD ("a-refused-name-goes-back", test_a_refused_name_goes_back);
  ADD ("what-another-program-made-is-taken-for-ours", test_what_another_program_made_is_taken_for_ours);
  g_test_add_data_func ("/sync/imap/mailboxes/renames-by-others-cost-nothing", NULL, test_renames_by_others_cost_nothing);
  g_test_add_data_func ("/sync/imap/mailboxes/renames-by-others-cost-nothing-without-extensions", GUINT_TO_POINTER (G_MAXINT),
                        test_renames_by_others_cost_nothing);
  ADD ("dropping-takes-what-needs-it-along", test_dropping_takes_what_needs_it_along);
  return g_test_run ();
}
