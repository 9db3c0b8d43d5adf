/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-resync.h"

/* Messages that should have a row, as of the last complete look. */
static gboolean
lacks_rows (const MailMailboxInfo *row, const MailImapMeans *means)
{
  return !means->hides_deleted && row->messages + means->without_row != row->server_messages + means->without_uid;
}

static MailImapCase
decide_by_modseq (const MailMailboxInfo *row, const MailImapStatus *now, const MailImapMeans *means)
{
  gboolean same = row->highestmodseq == now->highestmodseq && row->uidnext == now->uidnext
                  && row->server_messages == now->messages;

  if (same && means->strays == 0)
    return MAIL_IMAP_CASE_UNCHANGED;
  /* It never sinks while the mailbox is the same: a server that was set back counts anew. */
  if (row->highestmodseq == 0 || now->highestmodseq < row->highestmodseq)
    return MAIL_IMAP_CASE_GENERAL;
  return means->qresync ? MAIL_IMAP_CASE_QRESYNC : MAIL_IMAP_CASE_CONDSTORE;
}

/* Flags that other clients set show only in the number of unread messages, and SELECT does not tell that; the inbox is looked at
 * anyway. */
static MailImapCase
decide_by_numbers (const MailMailboxInfo *row, const MailImapStatus *now, const MailImapMeans *means)
{
  gboolean grew = now->uidnext > row->uidnext && now->messages > row->server_messages;

  if (row->uidnext == now->uidnext && row->server_messages == now->messages)
    return means->strays == 0
                   && (means->spaced
                       || (means->knows_unseen && row->role != MAIL_ROLE_INBOX && now->unseen == row->unread))
               ? MAIL_IMAP_CASE_UNCHANGED
               : MAIL_IMAP_CASE_GENERAL;
  return grew && now->uidnext - row->uidnext == now->messages - row->server_messages ? MAIL_IMAP_CASE_ONLY_NEW
                                                                                     : MAIL_IMAP_CASE_GENERAL;
}

MailImapCase
mail_imap_case_decide (const MailMailboxInfo *row, const MailImapStatus *now, const MailImapMeans *means)
{
  if (row->uidvalidity != 0 && row->uidvalidity != now->uidvalidity)
    return MAIL_IMAP_CASE_RENUMBERED;
  if (row->uidnext == 0)
    return MAIL_IMAP_CASE_FIRST;
  if (means->due || lacks_rows (row, means))
    return MAIL_IMAP_CASE_GENERAL;
  return means->condstore && now->highestmodseq != 0 ? decide_by_modseq (row, now, means) : decide_by_numbers (row, now, means);
}

const char *
mail_imap_case_to_string (MailImapCase kind)
{
  static const char *const names[] = { "unchanged", "first", "renumbered", "qresync", "condstore", "only-new", "general" };

  return kind < G_N_ELEMENTS (names) ? names[kind] : "?";
}

guint
mail_imap_resync_rank (const MailMailboxInfo *mailbox, gboolean open, gboolean recently)
{
  static const MailRole order[] = { MAIL_ROLE_DRAFTS, MAIL_ROLE_SENT,  MAIL_ROLE_NONE, MAIL_ROLE_ARCHIVE,
                                    MAIL_ROLE_ALL,    MAIL_ROLE_TRASH, MAIL_ROLE_JUNK };
  const guint last = G_N_ELEMENTS (order);
  guint place = 0;

  while (place < last && order[place] != mailbox->role)
    place++;
  if (mailbox->role == MAIL_ROLE_INBOX)
    return 0;
  if (open)
    return 1;
  if (mailbox->watched)
    return 2;
  /* These fill up by themselves. */
  if (recently && mailbox->role != MAIL_ROLE_ALL && mailbox->role != MAIL_ROLE_TRASH && mailbox->role != MAIL_ROLE_JUNK)
    return 3;
  return 4 + place;
}

static void
clear_seen (gpointer data)
{
  MailImapSeen *entry = data;

  g_free (entry->keywords);
  g_free (entry->labels);
}

GArray *
mail_imap_seen_new (void)
{
  GArray *seen = g_array_new (FALSE, FALSE, sizeof (MailImapSeen));

  g_array_set_clear_func (seen, clear_seen);
  return seen;
}

static int
compare_seen (gconstpointer a, gconstpointer b)
{
  guint32 left = ((const MailImapSeen *) a)->uid;
  guint32 right = ((const MailImapSeen *) b)->uid;

  return left < right ? -1 : left > right;
}

static gboolean
is_ascending (const GArray *seen)
{
  for (guint i = 1; i < seen->len; i++)
    if (g_array_index (seen, MailImapSeen, i - 1).uid >= g_array_index (seen, MailImapSeen, i).uid)
      return FALSE;
  return TRUE;
}

/* @entry takes the place of @before; @again: both are about the same message. Only the answer to what was asked tells labels, and
 * the server may tell flags by itself after it. */
static void
take_place (MailImapSeen *before, MailImapSeen *entry, gboolean again)
{
  if (again && !entry->has_labels)
    {
      entry->has_labels = before->has_labels;
      entry->labels = g_steal_pointer (&before->labels);
    }
  clear_seen (before);
  *before = *entry;
  entry->keywords = NULL;
  entry->labels = NULL;
}

void
mail_imap_seen_sort (GArray *seen)
{
  guint kept = 0;

  if (is_ascending (seen))
    return;
  /* g_array_sort() is stable, so of equal UIDs the last word stays last. */
  g_array_sort (seen, compare_seen);
  for (guint i = 0; i < seen->len; i++)
    {
      MailImapSeen *entry = &g_array_index (seen, MailImapSeen, i);
      gboolean again = kept > 0 && g_array_index (seen, MailImapSeen, kept - 1).uid == entry->uid;

      if (again)
        kept--;
      if (kept != i)
        take_place (&g_array_index (seen, MailImapSeen, kept), entry, again);
      kept++;
    }
  g_array_set_size (seen, kept);
}

MailImapDiff *
mail_imap_diff_new (void)
{
  MailImapDiff *self = g_new0 (MailImapDiff, 1);

  self->fresh = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->gone = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
  self->changed = g_array_new (FALSE, FALSE, sizeof (MailImapReflag));
  return self;
}

void
mail_imap_diff_free (MailImapDiff *diff)
{
  if (diff == NULL)
    return;
  g_array_unref (diff->fresh);
  g_array_unref (diff->gone);
  g_array_unref (diff->changed);
  g_free (diff);
}

static void
compare_flags (MailImapDiff *diff, const MailStoreUid *row, const MailImapSeen *entry, gboolean complete)
{
  MailImapReflag reflag = { row->id, row->uid, entry->flags, entry->keywords, entry->labels, entry->has_labels };

  /* Which keywords and labels a row has is the store's to compare, where either side has any. In a list of changes each entry may
   * have changed its keywords alone. */
  if (row->server_flags != entry->flags || entry->keywords != NULL || row->has_keywords || entry->has_labels || !complete)
    g_array_append_val (diff->changed, reflag);
}

MailImapDiff *
mail_imap_resync_compare (const GArray *rows, const GArray *seen, gboolean complete, gboolean deleted_is_gone)
{
  MailImapDiff *diff = mail_imap_diff_new ();
  guint r = 0;

  for (guint s = 0; s < seen->len; s++)
    {
      const MailImapSeen *entry = &g_array_index (seen, MailImapSeen, s);
      gboolean hidden = deleted_is_gone && (entry->flags & MAIL_FLAG_DELETED);
      const MailStoreUid *row;

      for (; r < rows->len && g_array_index (rows, MailStoreUid, r).uid < entry->uid; r++)
        if (complete)
          g_array_append_val (diff->gone, g_array_index (rows, MailStoreUid, r));
      row = r < rows->len ? &g_array_index (rows, MailStoreUid, r) : NULL;
      if (row == NULL || row->uid != entry->uid)
        {
          if (!hidden)
            g_array_append_val (diff->fresh, entry->uid);
          continue;
        }
      if (hidden)
        g_array_append_vals (diff->gone, row, 1);
      else
        compare_flags (diff, row, entry, complete);
      r++;
    }
  for (; complete && r < rows->len; r++)
    g_array_append_val (diff->gone, g_array_index (rows, MailStoreUid, r));
  return diff;
}

MailImapDiff *
mail_imap_resync_compare_uids (const GArray *rows, const GArray *uids)
{
  MailImapDiff *diff = mail_imap_diff_new ();
  guint r = 0;

  for (guint u = 0; u < uids->len; u++)
    {
      guint32 uid = g_array_index (uids, guint32, u);

      for (; r < rows->len && g_array_index (rows, MailStoreUid, r).uid < uid; r++)
        g_array_append_val (diff->gone, g_array_index (rows, MailStoreUid, r));
      if (r < rows->len && g_array_index (rows, MailStoreUid, r).uid == uid)
        r++;
      else
        g_array_append_val (diff->fresh, uid);
    }
  for (; r < rows->len; r++)
    g_array_append_val (diff->gone, g_array_index (rows, MailStoreUid, r));
  return diff;
}

void
mail_imap_resync_compare_ranges (MailImapDiff *diff, const GArray *rows, const GArray *ranges, guint32 first, guint32 last)
{
  guint r = 0;

  for (guint i = 0; i < ranges->len; i++)
    {
      const MailImapRange *range = &g_array_index (ranges, MailImapRange, i);

      for (guint64 n = MAX (range->first, first); n <= MIN (range->last, last); n++)
        {
          guint32 uid = (guint32) n;

          for (; r < rows->len && g_array_index (rows, MailStoreUid, r).uid < uid; r++)
            g_array_append_val (diff->gone, g_array_index (rows, MailStoreUid, r));
          if (r < rows->len && g_array_index (rows, MailStoreUid, r).uid == uid)
            r++;
          else
            g_array_append_val (diff->fresh, uid);
        }
    }
  for (; r < rows->len; r++)
    g_array_append_val (diff->gone, g_array_index (rows, MailStoreUid, r));
}
