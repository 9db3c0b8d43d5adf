/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-look-private.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "sync/imap-apply.h"

/* The cases in which the server tells what changed: with QRESYNC all of it, with CONDSTORE all but what vanished. */

/* Messages that may come between the count and the list. */
#define ARRIVALS_MOST 50000

/* What the server told of messages that changed is written. UIDs that have no row, and are to have one, are added to @fresh. */
static gboolean
take_changes (MailImapLook *look, GArray *fresh, GError **error)
{
  g_autoptr (GHashTable) leaving = mail_imap_pending_list_leaving (look->pending, look->mailbox->id);
  g_autoptr (GArray) rows = NULL;
  g_autoptr (MailImapDiff) diff = mail_imap_look_compare_seen (look, &rows, error);

  if (diff == NULL)
    return FALSE;
  g_array_append_vals (look->gone, diff->gone->data, diff->gone->len);
  for (guint i = 0; i < diff->fresh->len; i++)
    if (!g_hash_table_contains (leaving, GUINT_TO_POINTER (g_array_index (diff->fresh, guint32, i))))
      g_array_append_vals (fresh, &g_array_index (diff->fresh, guint32, i), 1);
  return mail_imap_look_write_flags (look, rows, diff->changed, error);
}

/* Rows in ranges of UIDs that vanished; these name what never was, too. */
static gboolean
take_vanished (MailImapLook *look, GError **error)
{
  mail_imap_set_tidy (look->vanished);
  for (guint i = 0; i < look->vanished->len; i++)
    {
      const MailImapRange *range = &g_array_index (look->vanished, MailImapRange, i);
      g_autoptr (GArray) rows = mail_imap_look_load_rows (look, range->first, range->last, 0, error);

      if (rows == NULL)
        return FALSE;
      g_array_append_vals (look->gone, rows->data, rows->len);
    }
  return TRUE;
}

typedef struct
{
  gint64 mailbox_id;
  guint rows; /* with UID */
} Count;

static gboolean
count_rows_job (MailDb *db, gpointer data, GError **error)
{
  Count *count = data;
  g_autoptr (MailMailboxInfo) now = mail_store_mailboxes_get (db, count->mailbox_id, error);
  g_autoptr (GArray) orphans = now != NULL ? mail_store_messages_orphans (db, count->mailbox_id, error) : NULL;

  if (orphans == NULL)
    return FALSE;
  count->rows = now->messages - MIN (now->messages, orphans->len);
  return TRUE;
}

/* *@add_up: with what is new and without what is gone, there are as many rows as messages. Where rows are hidden that cannot be
 * known, and only QRESYNC is believed. */
static gboolean
check_numbers (const MailImapLook *look, guint fresh, gboolean *add_up, GError **error)
{
  Count count = { .mailbox_id = look->mailbox->id };
  guint without_row = mail_imap_pending_count_without_row (look->pass->engine, look->pending, look->mailbox->id);

  *add_up = look->status.resynced;
  if (mail_imap_hides_deleted (look->pass->engine))
    return TRUE;
  if (!mail_store_read (look->pass->engine->store, count_rows_job, &count, error))
    return FALSE;
  *add_up = count.rows + fresh + without_row == look->status.messages + look->gone->len;
  return TRUE;
}

/* The next window of rows, from @first on, ends below *@next, which is 0 when these were the last. */
static GArray *
load_next_rows (const MailImapLook *look, guint32 first, guint32 *next, GError **error)
{
  GArray *rows = mail_imap_look_load_rows (look, first, G_MAXUINT32, MAIL_IMAP_LOOK_WINDOW, error);

  if (rows != NULL)
    *next = rows->len < MAIL_IMAP_LOOK_WINDOW ? 0 : g_array_index (rows, MailStoreUid, rows->len - 1).uid + 1;
  return rows;
}

/* (transfer full): MailImapRange of all messages. */
static GArray *
list_uids (const MailImapLook *look, GError **error)
{
  g_autoptr (GArray) there =
      mail_imap_session_search_ranges (look->pass->engine->session,
                                       mail_imap_hides_deleted (look->pass->engine) ? "UNDELETED" : "ALL",
                                       look->pass->cancellable, error);

  /* A range costs the server nothing. */
  if (there == NULL || mail_imap_set_count (there) <= (guint64) look->status.messages + ARRIVALS_MOST)
    return g_steal_pointer (&there);
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "%s: the server lists more messages than there are", look->mailbox->name);
  return NULL;
}

/* What vanished is not told without QRESYNC. Flags are known already, or have to wait. */
gboolean
mail_imap_look_at_uids (MailImapLook *look, GError **error)
{
  g_autoptr (GArray) there = list_uids (look, error);
  g_autoptr (MailImapDiff) diff = mail_imap_diff_new ();
  guint32 next = 1;

  if (there == NULL)
    return FALSE;
  g_array_set_size (look->gone, 0);
  for (guint32 first = next; next != 0; first = next)
    {
      g_autoptr (GArray) rows = load_next_rows (look, first, &next, error);

      if (rows == NULL)
        return FALSE;
      mail_imap_resync_compare_ranges (diff, rows, there, first, next != 0 ? next - 1 : G_MAXUINT32);
    }
  g_array_append_vals (look->gone, diff->gone->data, diff->gone->len);
  mail_imap_suspects_keep (look->pass->engine->suspects, look->mailbox->id, diff->fresh);
  if (look->gone->len > 0 && mail_imap_set_count (there) < MAX (look->status.messages, 1)
      && !mail_imap_confirm_gone (look->pass, look->gone, look->status.messages, error))
    return FALSE;
  return mail_imap_look_fetch_headers (look, diff->fresh, error);
}

/* What is told of the changes is taken, and the numbers must add up after that; *@whole tells. */
static gboolean
follow_changes (MailImapLook *look, gboolean *whole, GError **error)
{
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (guint32));

  *whole = FALSE;
  return take_changes (look, fresh, error) && take_vanished (look, error) && check_numbers (look, fresh->len, whole, error)
         && (!*whole || mail_imap_look_fetch_headers (look, fresh, error));
}

/* SELECT told all of it. If the numbers do not add up, the server or the store was wrong, and everything is compared. */
gboolean
mail_imap_look_at_qresync (MailImapLook *look, GError **error)
{
  gboolean whole;

  return follow_changes (look, &whole, error) && (whole || mail_imap_look_general (look, error));
}

/* FETCH tells what changed, but not what vanished: for that the list of UIDs is needed when there are fewer messages than rows. */
gboolean
mail_imap_look_at_condstore (MailImapLook *look, GError **error)
{
  gboolean whole;

  return mail_imap_session_fetch_changes (look->pass->engine->session, "1:*", look->mailbox->highestmodseq, NULL,
                                          mail_imap_look_take_seen, look->seen, look->pass->cancellable, error)
         && follow_changes (look, &whole, error) && (whole || mail_imap_look_at_uids (look, error));
}
