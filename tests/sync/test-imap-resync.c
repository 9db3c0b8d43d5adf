/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-mailboxes.h"
#include "sync/imap-resync.h"

/* What a resync concludes, without any server. */

static void
add_row (GArray *rows, guint32 uid, MailFlags flags)
{
  const MailStoreUid row = { .id = 1000 + uid, .uid = uid, .server_flags = flags };

  g_array_append_val (rows, row);
}

static void
add_seen (GArray *seen, guint32 uid, MailFlags flags, const char *keywords)
{
  const MailImapSeen entry = { uid, flags, g_strdup (keywords) };

  g_array_append_val (seen, entry);
}

/* Which case it is: (uidvalidity, uidnext, messages, modseq) as of the last look and now; what the server can. */
typedef struct
{
  const char *why;
  MailImapCase expected;
  guint before[4];
  guint now[4];
  gboolean condstore;
  gboolean qresync;
  MailRole role;
  gboolean knows_unseen;
  guint unseen;      /* the row has 2 unread ones */
  guint rows;        /* 0: as many as messages before */
  guint without_row;
  guint without_uid;
  guint strays;
  gboolean due;
  gboolean hides_deleted;
} CaseLine;

static const CaseLine case_lines[] = {
  { "never looked at", MAIL_IMAP_CASE_FIRST, { 0, 0, 0 }, { 7, 10, 9, 50 }, TRUE, TRUE },
  { "broken off on the way", MAIL_IMAP_CASE_FIRST, { 7, 0, 9 }, { 7, 10, 9, 50 }, TRUE, TRUE, .rows = 4 },
  { "another UIDVALIDITY", MAIL_IMAP_CASE_RENUMBERED, { 7, 10, 9, 50 }, { 8, 10, 9, 50 }, TRUE, TRUE },
  { "another UIDVALIDITY, broken off", MAIL_IMAP_CASE_RENUMBERED, { 7, 0, 0 }, { 8, 10, 9, 50 }, FALSE },
  { "nothing", MAIL_IMAP_CASE_UNCHANGED, { 7, 10, 9, 50 }, { 7, 10, 9, 50 }, TRUE, TRUE },
  { "nothing, by SELECT", MAIL_IMAP_CASE_UNCHANGED, { 7, 10, 9, 50 }, { 7, 10, 9, 50 }, TRUE, FALSE, MAIL_ROLE_INBOX },
  { "flags", MAIL_IMAP_CASE_QRESYNC, { 7, 10, 9, 50 }, { 7, 10, 9, 51 }, TRUE, TRUE },
  { "new mail", MAIL_IMAP_CASE_QRESYNC, { 7, 10, 9, 50 }, { 7, 12, 11, 53 }, TRUE, TRUE },
  { "flags, CONDSTORE", MAIL_IMAP_CASE_CONDSTORE, { 7, 10, 9, 50 }, { 7, 10, 9, 51 }, TRUE, FALSE },
  { "expunged, CONDSTORE", MAIL_IMAP_CASE_CONDSTORE, { 7, 10, 9, 50 }, { 7, 10, 8, 51 }, TRUE, FALSE },
  { "expunged without a new modseq", MAIL_IMAP_CASE_CONDSTORE, { 7, 10, 9, 50 }, { 7, 10, 8, 50 }, TRUE, FALSE },
  { "the server was set back", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9, 50 }, { 7, 10, 9, 40 }, TRUE, TRUE },
  { "the first modseq", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9 }, { 7, 10, 9, 40 }, TRUE, TRUE },
  { "NOMODSEQ: nothing", MAIL_IMAP_CASE_UNCHANGED, { 7, 10, 9 }, { 7, 10, 9 }, TRUE, TRUE, MAIL_ROLE_SENT, TRUE, 2 },
  { "nothing, by numbers", MAIL_IMAP_CASE_UNCHANGED, { 7, 10, 9 }, { 7, 10, 9 }, FALSE, FALSE, MAIL_ROLE_SENT, TRUE, 2 },
  { "the modseq of a mask", MAIL_IMAP_CASE_UNCHANGED, { 7, 10, 9 }, { 7, 10, 9, 50 }, FALSE, FALSE, MAIL_ROLE_SENT, TRUE, 2 },
  { "another number of unread ones", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9 }, { 7, 10, 9 }, FALSE, FALSE, MAIL_ROLE_SENT, TRUE, 3 },
  { "flags of the inbox", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9 }, { 7, 10, 9 }, FALSE, FALSE, MAIL_ROLE_INBOX, TRUE, 2 },
  { "SELECT does not tell unread ones", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9 }, { 7, 10, 9 }, FALSE, FALSE, MAIL_ROLE_SENT, FALSE },
  { "only new", MAIL_IMAP_CASE_ONLY_NEW, { 7, 10, 9 }, { 7, 12, 11 }, FALSE },
  { "new and expunged", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9 }, { 7, 12, 10 }, FALSE },
  { "came and went", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9 }, { 7, 12, 9 }, FALSE },
  { "expunged", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9 }, { 7, 10, 8 }, FALSE },
  { "a row is missing", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9, 50 }, { 7, 10, 9, 50 }, TRUE, TRUE, .rows = 8 },
  { "moved away here", MAIL_IMAP_CASE_UNCHANGED, { 7, 10, 9, 50 }, { 7, 10, 9, 50 }, TRUE, TRUE, .rows = 8, .without_row = 1 },
  { "waits for its UID", MAIL_IMAP_CASE_UNCHANGED, { 7, 10, 9, 50 }, { 7, 10, 9, 50 }, TRUE, TRUE, .rows = 10, .without_uid = 1 },
  { "went before it was moved", MAIL_IMAP_CASE_QRESYNC, { 7, 10, 9, 50 }, { 7, 10, 9, 50 }, TRUE, TRUE, .rows = 10,
    .without_uid = 1, .strays = 1 },
  { "the same, by numbers", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9 }, { 7, 10, 9 }, FALSE, FALSE, MAIL_ROLE_SENT, TRUE, 2, .rows = 10,
    .without_uid = 1, .strays = 1 },
  { "hidden rows", MAIL_IMAP_CASE_UNCHANGED, { 7, 10, 9, 50 }, { 7, 10, 9, 50 }, TRUE, TRUE, .rows = 8, .hides_deleted = TRUE },
  { "one that was set aside is due", MAIL_IMAP_CASE_GENERAL, { 7, 10, 9, 50 }, { 7, 10, 9, 50 }, TRUE, TRUE, .due = TRUE },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (case_lines); i++)
    {
      const CaseLine *line = &case_lines[i];
      MailMailboxInfo row = { .role = line->role, .uidvalidity = line->before[0], .uidnext = line->before[1], .unread = 2,
                              .server_messages = line->before[2], .highestmodseq = line->before[3],
                              .messages = line->rows != 0 ? line->rows : line->before[2] };
      const MailImapStatus now = { .uidvalidity = line->now[0], .uidnext = line->now[1], .messages = line->now[2],
                                   .highestmodseq = line->now[3], .unseen = line->unseen };
      const MailImapMeans means = { .condstore = line->condstore, .qresync = line->qresync, .knows_unseen = line->knows_unseen,
                                    .without_row = line->without_row, .without_uid = line->without_uid, .strays = line->strays,
                                    .due = line->due,
                                    .hides_deleted = line->hides_deleted };

      g_test_message ("%s", line->why);
      g_assert_cmpstr (mail_imap_case_to_string (mail_imap_case_decide (&row, &now, &means)), ==,
                       mail_imap_case_to_string (line->expected));
    }
}

static void
test_ranks (void)
{
  MailMailboxInfo inbox = { .role = MAIL_ROLE_INBOX };
  MailMailboxInfo watched = { .role = MAIL_ROLE_NONE, .watched = TRUE };
  MailMailboxInfo sent = { .role = MAIL_ROLE_SENT };
  MailMailboxInfo other = { .role = MAIL_ROLE_NONE };
  MailMailboxInfo junk = { .role = MAIL_ROLE_JUNK };

  g_assert_cmpuint (mail_imap_resync_rank (&inbox, FALSE, FALSE), <, mail_imap_resync_rank (&junk, TRUE, TRUE));
  g_assert_cmpuint (mail_imap_resync_rank (&junk, TRUE, FALSE), <, mail_imap_resync_rank (&watched, FALSE, TRUE));
  g_assert_cmpuint (mail_imap_resync_rank (&watched, FALSE, FALSE), <, mail_imap_resync_rank (&other, FALSE, TRUE));
  g_assert_cmpuint (mail_imap_resync_rank (&other, FALSE, TRUE), <, mail_imap_resync_rank (&sent, FALSE, FALSE));
  g_assert_cmpuint (mail_imap_resync_rank (&sent, FALSE, FALSE), <, mail_imap_resync_rank (&other, FALSE, FALSE));
  g_assert_cmpuint (mail_imap_resync_rank (&other, FALSE, FALSE), <, mail_imap_resync_rank (&junk, FALSE, TRUE));
}

/* Rows 1, 2, 3, 5; the server has 2 (seen), 3, 5, 6. */
static void
make_case (GArray **rows, GArray **seen)
{
  *rows = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
  *seen = mail_imap_seen_new ();
  add_row (*rows, 1, 0);
  add_row (*rows, 2, 0);
  add_row (*rows, 3, MAIL_FLAG_FLAGGED);
  add_row (*rows, 5, 0);
  add_seen (*seen, 2, MAIL_FLAG_SEEN, NULL);
  add_seen (*seen, 3, MAIL_FLAG_FLAGGED, NULL);
  add_seen (*seen, 5, 0, NULL);
  add_seen (*seen, 6, 0, NULL);
}

static void
test_complete (void)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GArray) seen = NULL;
  g_autoptr (MailImapDiff) diff = NULL;

  make_case (&rows, &seen);
  diff = mail_imap_resync_compare (rows, seen, TRUE, FALSE);
  g_assert_cmpuint (diff->fresh->len, ==, 1);
  g_assert_cmpuint (g_array_index (diff->fresh, guint32, 0), ==, 6);
  g_assert_cmpuint (diff->gone->len, ==, 1);
  g_assert_cmpint (g_array_index (diff->gone, MailStoreUid, 0).id, ==, 1001);
  g_assert_cmpuint (diff->changed->len, ==, 1);
  g_assert_cmpint (g_array_index (diff->changed, MailImapReflag, 0).id, ==, 1002);
  g_assert_cmpint (g_array_index (diff->changed, MailImapReflag, 0).flags, ==, MAIL_FLAG_SEEN);
}

/* The server has no keyword any more where the row has one. */
static void
test_keywords (void)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GArray) seen = NULL;
  g_autoptr (MailImapDiff) diff = NULL;

  make_case (&rows, &seen);
  g_array_index (rows, MailStoreUid, 2).has_keywords = TRUE;
  diff = mail_imap_resync_compare (rows, seen, TRUE, FALSE);
  g_assert_cmpuint (diff->changed->len, ==, 2);
  g_assert_cmpint (g_array_index (diff->changed, MailImapReflag, 1).id, ==, 1003);
  g_assert_null (g_array_index (diff->changed, MailImapReflag, 1).keywords);
}

static void
test_changes_only (void)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GArray) seen = NULL;
  g_autoptr (MailImapDiff) diff = NULL;

  make_case (&rows, &seen);
  diff = mail_imap_resync_compare (rows, seen, FALSE, FALSE);
  g_assert_cmpuint (diff->gone->len, ==, 0);
  g_assert_cmpuint (diff->fresh->len, ==, 1);
  /* Each may have changed its keywords alone. */
  g_assert_cmpuint (diff->changed->len, ==, 3);
}

static void
test_deleted_is_gone (void)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
  g_autoptr (GArray) seen = mail_imap_seen_new ();
  g_autoptr (MailImapDiff) shown = NULL;
  g_autoptr (MailImapDiff) hidden = NULL;

  add_row (rows, 1, 0);
  add_seen (seen, 1, MAIL_FLAG_DELETED, NULL);
  add_seen (seen, 2, MAIL_FLAG_DELETED, NULL);
  shown = mail_imap_resync_compare (rows, seen, TRUE, FALSE);
  g_assert_cmpuint (shown->changed->len, ==, 1);
  g_assert_cmpuint (shown->fresh->len, ==, 1);
  hidden = mail_imap_resync_compare (rows, seen, TRUE, TRUE);
  g_assert_cmpuint (hidden->changed->len, ==, 0);
  g_assert_cmpuint (hidden->fresh->len, ==, 0);
  g_assert_cmpuint (hidden->gone->len, ==, 1);
}

static void
test_sort (void)
{
  g_autoptr (GArray) seen = mail_imap_seen_new ();

  add_seen (seen, 7, 0, "old");
  add_seen (seen, 3, 0, "three");
  add_seen (seen, 7, MAIL_FLAG_SEEN, "new");
  add_seen (seen, 1, 0, NULL);
  add_seen (seen, 3, MAIL_FLAG_FLAGGED, "four");
  mail_imap_seen_sort (seen);
  g_assert_cmpuint (seen->len, ==, 3);
  g_assert_cmpuint (g_array_index (seen, MailImapSeen, 0).uid, ==, 1);
  g_assert_cmpuint (g_array_index (seen, MailImapSeen, 1).uid, ==, 3);
  g_assert_cmpstr (g_array_index (seen, MailImapSeen, 1).keywords, ==, "four");
  g_assert_cmpuint (g_array_index (seen, MailImapSeen, 2).uid, ==, 7);
  g_assert_cmpstr (g_array_index (seen, MailImapSeen, 2).keywords, ==, "new");
  g_assert_cmpint (g_array_index (seen, MailImapSeen, 2).flags, ==, MAIL_FLAG_SEEN);
}

/* The ways of a comparison must agree on any sets. */
static void
test_random_sets (void)
{
  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
      g_autoptr (GArray) seen = mail_imap_seen_new ();
      g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_autoptr (MailImapDiff) by_flags = NULL;
      g_autoptr (MailImapDiff) by_uids = NULL;
      g_autoptr (MailImapDiff) by_ranges = mail_imap_diff_new ();
      g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
      guint only_here = 0;
      guint only_there = 0;

      for (guint32 uid = 1; uid < 40; uid++)
        {
          gboolean here = g_test_rand_bit ();
          gboolean there = g_test_rand_bit ();

          if (here)
            add_row (rows, uid, 0);
          if (there)
            {
              add_seen (seen, uid, 0, NULL);
              g_array_append_val (uids, uid);
            }
          only_here += here && !there;
          only_there += there && !here;
        }
      by_flags = mail_imap_resync_compare (rows, seen, TRUE, FALSE);
      by_uids = mail_imap_resync_compare_uids (rows, uids);
      g_assert_cmpuint (by_flags->gone->len, ==, only_here);
      g_assert_cmpuint (by_flags->fresh->len, ==, only_there);
      g_assert_cmpuint (by_flags->changed->len, ==, 0);
      g_assert_cmpmem (by_uids->fresh->data, by_uids->fresh->len * sizeof (guint32), by_flags->fresh->data,
                       by_flags->fresh->len * sizeof (guint32));
      g_assert_cmpuint (by_uids->gone->len, ==, only_here);
      for (guint i = 0; i < uids->len; i++)
        {
          const MailImapRange one = { g_array_index (uids, guint32, i), g_array_index (uids, guint32, i) };

          g_array_append_val (ranges, one);
        }
      mail_imap_set_tidy (ranges);
      mail_imap_resync_compare_ranges (by_ranges, rows, ranges, 1, G_MAXUINT32);
      g_assert_cmpmem (by_ranges->fresh->data, by_ranges->fresh->len * sizeof (guint32), by_uids->fresh->data,
                       by_uids->fresh->len * sizeof (guint32));
      g_assert_cmpuint (by_ranges->gone->len, ==, only_here);
    }
}

static void
list (GPtrArray *listed, const char *name, MailRole role, MailMailboxFlags flags)
{
  MailImapListed *entry = g_new0 (MailImapListed, 1);

  entry->info = mail_mailbox_info_new (name, '/', role);
  entry->info->flags = flags;
  entry->raw_name = g_strdup (name);
  g_ptr_array_add (listed, entry);
}

static MailRole
role_of (GPtrArray *listed, guint i)
{
  return ((MailImapListed *) g_ptr_array_index (listed, i))->info->role;
}

static void
test_roles (void)
{
  g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_listed_free);
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mailbox_info_free);

  list (listed, "INBOX", MAIL_ROLE_NONE, 0);
  list (listed, "Trash", MAIL_ROLE_NONE, 0);             /* a name; but the server says which it is: */
  list (listed, "Cestino", MAIL_ROLE_TRASH, 0);
  list (listed, "Old/Sent", MAIL_ROLE_NONE, 0);          /* deeper than the next */
  list (listed, "Posta inviata", MAIL_ROLE_NONE, 0);
  list (listed, "Drafts", MAIL_ROLE_NONE, MAIL_MAILBOX_NO_SELECT);
  list (listed, "Spam", MAIL_ROLE_JUNK, 0);
  list (listed, "Junk", MAIL_ROLE_JUNK, 0);              /* said twice: the first has it */
  mail_imap_mailboxes_assign_roles (listed, known);
  g_assert_cmpint (role_of (listed, 0), ==, MAIL_ROLE_INBOX);
  g_assert_cmpint (role_of (listed, 1), ==, MAIL_ROLE_NONE);
  g_assert_cmpint (role_of (listed, 2), ==, MAIL_ROLE_TRASH);
  g_assert_cmpint (role_of (listed, 3), ==, MAIL_ROLE_NONE);
  g_assert_cmpint (role_of (listed, 4), ==, MAIL_ROLE_SENT);
  g_assert_cmpint (role_of (listed, 5), ==, MAIL_ROLE_NONE);
  g_assert_cmpint (role_of (listed, 6), ==, MAIL_ROLE_JUNK);
  g_assert_cmpint (role_of (listed, 7), ==, MAIL_ROLE_NONE);
}

static void
test_roles_stay (void)
{
  g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_listed_free);
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mailbox_info_free);

  g_ptr_array_add (known, mail_mailbox_info_new ("Work/Archive", '/', MAIL_ROLE_ARCHIVE));
  list (listed, "inbox", MAIL_ROLE_NONE, 0);
  list (listed, "Archive", MAIL_ROLE_NONE, 0);
  list (listed, "Work/Archive", MAIL_ROLE_NONE, 0);
  mail_imap_mailboxes_assign_roles (listed, known);
  g_assert_cmpint (role_of (listed, 0), ==, MAIL_ROLE_INBOX);
  g_assert_cmpint (role_of (listed, 1), ==, MAIL_ROLE_NONE);
  g_assert_cmpint (role_of (listed, 2), ==, MAIL_ROLE_ARCHIVE);
}

/* Otherwise what is thrown away here would go into somebody else's Trash. */
static void
test_roles_foreign (void)
{
  g_autoptr (GPtrArray) listed = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_listed_free);
  g_autoptr (GPtrArray) known = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mailbox_info_free);
  MailMailboxInfo *chosen = mail_mailbox_info_new ("shared/Archive", '/', MAIL_ROLE_ARCHIVE);

  chosen->role_chosen = TRUE;
  g_ptr_array_add (known, chosen);
  list (listed, "INBOX", MAIL_ROLE_NONE, 0);
  list (listed, "user/post/Trash", MAIL_ROLE_NONE, MAIL_MAILBOX_FOREIGN);
  list (listed, "user/post/Sent", MAIL_ROLE_SENT, MAIL_MAILBOX_FOREIGN);
  list (listed, "shared/Archive", MAIL_ROLE_NONE, MAIL_MAILBOX_FOREIGN);
  mail_imap_mailboxes_assign_roles (listed, known);
  g_assert_cmpint (role_of (listed, 1), ==, MAIL_ROLE_NONE);
  g_assert_cmpint (role_of (listed, 2), ==, MAIL_ROLE_NONE);
  g_assert_cmpint (role_of (listed, 3), ==, MAIL_ROLE_ARCHIVE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-resync/decides-by-the-figures-what-there-is-to-do", test_cases);
  g_test_add_func ("/sync/imap-resync/looks-first-at-what-a-person-looks-at", test_ranks);
  g_test_add_func ("/sync/imap-resync/finds-what-is-new-gone-and-changed", test_complete);
  g_test_add_func ("/sync/imap-resync/notices-that-the-last-keyword-went", test_keywords);
  g_test_add_func ("/sync/imap-resync/concludes-no-expunge-from-a-list-of-changes", test_changes_only);
  g_test_add_func ("/sync/imap-resync/hides-deleted-mail-where-it-cannot-be-expunged", test_deleted_is_gone);
  g_test_add_func ("/sync/imap-resync/takes-the-last-word-on-a-message", test_sort);
  g_test_add_func ("/sync/imap-resync/all-comparisons-agree-on-any-sets", test_random_sets);
  g_test_add_func ("/sync/imap-resync/gives-each-role-once-and-believes-the-server-first", test_roles);
  g_test_add_func ("/sync/imap-resync/keeps-a-role-where-it-was", test_roles_stay);
  g_test_add_func ("/sync/imap-resync/gives-no-role-to-another-person-s-mailbox", test_roles_foreign);
  return g_test_run ();
}
