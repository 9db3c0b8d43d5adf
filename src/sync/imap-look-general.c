/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-look-private.h"

#include "sync/imap-apply.h"
#include "sync/imap-wait.h"

/* The case that is always right: everything is compared. */

/* What a comparison found. Flags first: while headers come, a person's next change may reach the server. Expunged rows go after the
 * new ones came: a message that moved keeps its body all the time. */
static gboolean
take_diff (MailImapLook *look, const GArray *rows, const MailImapDiff *diff, GError **error)
{
  g_array_append_vals (look->gone, diff->gone->data, diff->gone->len);
  return mail_imap_look_write_flags (look, rows, diff->changed, error)
         && mail_imap_look_fetch_headers (look, diff->fresh, error);
}

/* (transfer full): the first UID of each window, ascending. */
static GArray *
find_windows (const MailImapLook *look, GError **error)
{
  g_autoptr (GArray) bounds = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) found = mail_imap_session_search_steps (look->pass->engine->session, look->status.messages,
                                                             MAIL_IMAP_LOOK_WINDOW, look->pass->cancellable, error);
  const guint32 start = 1;

  if (found == NULL)
    return NULL;
  g_array_append_val (bounds, start);
  for (guint i = 0; i < found->len; i++)
    if (g_array_index (found, guint32, i) > g_array_index (bounds, guint32, bounds->len - 1))
      g_array_append_vals (bounds, &g_array_index (found, guint32, i), 1);
  return g_steal_pointer (&bounds);
}

/* (transfer full): "1:*", "20001:40000". */
static char *
name_window (guint32 first, guint32 last)
{
  return last == G_MAXUINT32 ? g_strdup_printf ("%u:*", first) : g_strdup_printf ("%u:%u", first, last);
}

/* UIDs alone: there is no row whose flags could be compared. */
static MailImapDiff *
compare_uids (MailImapLook *look, const GArray *rows, guint32 first, guint32 last, GError **error)
{
  gboolean hide = mail_imap_hides_deleted (look->pass->engine);
  gboolean all = first == 1 && last == G_MAXUINT32;
  g_autofree char *window = name_window (first, last);
  g_autofree char *criteria = all ? g_strdup (hide ? "UNDELETED" : "ALL")
                                  : g_strdup_printf ("UID %s%s", window, hide ? " UNDELETED" : "");
  g_autoptr (GArray) uids =
      mail_imap_session_search (look->pass->engine->session, criteria, look->pass->cancellable, error);

  return uids != NULL ? mail_imap_resync_compare_uids (rows, uids) : NULL;
}

/* How many of @seen are among the messages that SELECT counted: what came since then makes up for nothing. */
static guint
count_there (const MailImapLook *look, const GArray *seen)
{
  guint old = seen->len;

  while (look->status.uidnext != 0 && old > 0 && g_array_index (seen, MailImapSeen, old - 1).uid >= look->status.uidnext)
    old--;
  return old;
}

static MailImapDiff *
compare_flags (MailImapLook *look, const GArray *rows, GArray *seen, guint32 first, guint32 last, GError **error)
{
  g_autofree char *window = name_window (first, last);
  const char *items = look->pass->engine->caps & MAIL_IMAP_CAP_GMAIL ? "FLAGS X-GM-LABELS" : "FLAGS";
  gint64 begun = g_get_monotonic_time ();

  if (!mail_imap_session_fetch (look->pass->engine->session, window, items, mail_imap_look_take_seen, seen,
                                look->pass->cancellable, error))
    return NULL;
  look->comparing += g_get_monotonic_time () - begun;
  mail_imap_seen_sort (seen);
  look->there += count_there (look, seen);
  return mail_imap_resync_compare (rows, seen, TRUE, mail_imap_hides_deleted (look->pass->engine));
}

static gboolean
compare_window (MailImapLook *look, guint32 first, guint32 last, GError **error)
{
  g_autoptr (GArray) rows = mail_imap_look_load_rows (look, first, last, 0, error);
  g_autoptr (GArray) seen = mail_imap_seen_new ();
  g_autoptr (MailImapDiff) diff = NULL;

  if (rows == NULL)
    return FALSE;
  if (look->status.messages == 0)
    diff = mail_imap_resync_compare (rows, seen, TRUE, FALSE);
  else if (rows->len == 0)
    diff = compare_uids (look, rows, first, last, error);
  else
    diff = compare_flags (look, rows, seen, first, last, error);
  if (diff == NULL)
    return FALSE;
  if (look->missing != NULL)
    g_array_append_vals (look->missing, diff->fresh->data, diff->fresh->len);
  /* No list of a window without rows can name one that is gone. */
  if (rows->len == 0)
    look->there += diff->fresh->len;
  return take_diff (look, rows, diff, error);
}

/* An answer that cannot be understood leaves its message out of the list. So what a list that is too short does not name is gone
 * only when a search does not find it either; nor is an empty mailbox believed without one. */
static gboolean
confirm_gone (MailImapLook *look, GError **error)
{
  gboolean whole = look->status.messages > 0 && look->there >= look->status.messages;

  return look->gone->len == 0 || whole || mail_imap_confirm_gone (look->pass, look->gone, look->status.messages, error);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  guint32 left = ((const MailStoreUid *) a)->uid;
  guint32 right = ((const MailStoreUid *) b)->uid;

  return left < right ? -1 : left > right;
}

/* The case that is always right: each message of the server is compared with its row, in windows, the newest first. Broken off, it
 * begins again with what is here already, and fetches nothing twice. */
gboolean
mail_imap_look_general (MailImapLook *look, GError **error)
{
  MailImapSuspects *suspects = look->pass->engine->suspects;
  g_autoptr (GArray) windows = find_windows (look, error);

  if (windows == NULL)
    return FALSE;
  look->there = 0;
  g_array_set_size (look->gone, 0);
  if (look->missing == NULL && mail_imap_suspects_count (suspects) > 0)
    look->missing = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint i = windows->len; i > 0; i--)
    {
      guint32 last = i < windows->len ? g_array_index (windows, guint32, i) - 1 : G_MAXUINT32;

      if (!compare_window (look, g_array_index (windows, guint32, i - 1), last, error))
        return FALSE;
    }
  g_array_sort (look->gone, compare_rows);
  if (look->missing != NULL)
    {
      g_array_sort (look->missing, mail_imap_compare_uid);
      mail_imap_suspects_keep (suspects, look->mailbox->id, look->missing);
    }
  if (look->comparing > 0)
    mail_imap_watch_note_compared (look->pass->engine->watch, look->mailbox->id, look->comparing);
  return confirm_gone (look, error);
}
