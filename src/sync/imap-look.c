/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-look.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-apply.h"
#include "sync/imap-headers.h"
#include "sync/imap-renumber.h"

/* Messages of a new inbox that come before anything else. */
#define FIRST_SCREEN 100

/* Messages that are compared at a time: memory is needed for so many, however large the mailbox is. */
#define WINDOW 20000

/* Messages that may come between the count and the list. */
#define ARRIVALS_MOST 50000

/* One mailbox that is being looked through. */
typedef struct
{
  const MailImapPass *pass;
  MailMailboxInfo *mailbox;
  const MailImapStatus *told; /* by STATUS; or NULL */
  MailImapStatus status;      /* from SELECT */
  MailImapPending *pending;
  gboolean has_orphans;       /* rows without UID may be messages of the server */
  gboolean renumbered;
  MailImapHeaders *headers;
  GArray *gone;               /* MailStoreUid: to be removed when all that is new is here */
  GArray *missing;            /* guint32: messages without a row; NULL when nobody is suspected */
  guint there;                /* messages that were listed, of those that SELECT counted */
  GArray *seen;               /* MailImapSeen: what changed, told by SELECT (QRESYNC), then by FETCH */
  GArray *vanished;           /* MailImapRange: what SELECT (QRESYNC) says is gone */
} Look;

struct _MailImapPending
{
  GPtrArray *ops;  /* MailOp */
  GArray *orphans; /* MailStoreOrphans */
};

gboolean
mail_imap_hides_deleted (const MailImapEngine *engine)
{
  return (engine->caps & MAIL_IMAP_CAP_UIDPLUS) == 0;
}

static gboolean
load_pending_job (MailDb *db, gpointer data, GError **error)
{
  MailImapPending *pending = data;

  pending->ops = mail_store_ops_list (db, 0, error);
  pending->orphans = pending->ops != NULL ? mail_store_messages_count_orphans (db, error) : NULL;
  return pending->orphans != NULL;
}

MailImapPending *
mail_imap_pending_load (MailImapEngine *engine, GError **error)
{
  g_autoptr (MailImapPending) pending = g_new0 (MailImapPending, 1);

  return mail_store_read (engine->store, load_pending_job, pending, error) ? g_steal_pointer (&pending) : NULL;
}

void
mail_imap_pending_free (MailImapPending *pending)
{
  if (pending == NULL)
    return;
  g_clear_pointer (&pending->ops, g_ptr_array_unref);
  g_clear_pointer (&pending->orphans, g_array_unref);
  g_free (pending);
}

/* (transfer full): the UIDs of messages that go elsewhere, or away, as soon as the server hears of it. */
static GHashTable *
list_leaving (const MailImapPending *pending, gint64 mailbox_id)
{
  GHashTable *leaving = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < pending->ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (pending->ops, i);

      if ((op->kind == MAIL_OP_MOVE || op->kind == MAIL_OP_EXPUNGE) && op->mailbox_id == mailbox_id && op->uid != 0)
        g_hash_table_add (leaving, GUINT_TO_POINTER (op->uid));
    }
  return leaving;
}

static MailStoreOrphans
find_orphans (const MailImapPending *pending, gint64 mailbox_id)
{
  for (guint i = 0; i < pending->orphans->len; i++)
    if (g_array_index (pending->orphans, MailStoreOrphans, i).mailbox_id == mailbox_id)
      return g_array_index (pending->orphans, MailStoreOrphans, i);
  return (MailStoreOrphans){ .mailbox_id = mailbox_id };
}

/* Messages of the server that should have no row. */
static guint
count_without_row (const MailImapEngine *engine, const MailImapPending *pending, gint64 mailbox_id)
{
  g_autoptr (GHashTable) leaving = list_leaving (pending, mailbox_id);

  return mail_imap_suspects_count_left_out (engine->suspects, mailbox_id) + g_hash_table_size (leaving);
}

static MailImapMeans
get_means (const MailImapEngine *engine, const MailImapPending *pending, gint64 mailbox_id)
{
  MailStoreOrphans orphans = find_orphans (pending, mailbox_id);

  return (MailImapMeans){
    .condstore = (engine->caps & MAIL_IMAP_CAP_CONDSTORE) != 0,
    .qresync = (engine->caps & MAIL_IMAP_CAP_QRESYNC) != 0,
    .hides_deleted = mail_imap_hides_deleted (engine),
    .without_row = count_without_row (engine, pending, mailbox_id),
    .without_uid = orphans.count,
    .strays = mail_imap_suspects_count_left_out (engine->suspects, mailbox_id) == 0 ? orphans.strays : 0,
    .due = mail_imap_suspects_is_due (engine->suspects, mailbox_id),
  };
}

MailImapCase
mail_imap_look_decide (const MailImapEngine *engine,
                       const MailImapPending *pending,
                       const MailMailboxInfo *mailbox,
                       const MailImapStatus *told)
{
  MailImapMeans means = get_means (engine, pending, mailbox->id);

  means.knows_unseen = TRUE;
  return mail_imap_case_decide (mailbox, told, &means);
}

typedef struct
{
  gint64 mailbox_id;
  guint32 first;
  guint32 last;
  const GArray *uids; /* guint32; or NULL for all from @first to @last */
  guint most;         /* 0 = all */
  GArray *rows;       /* out: MailStoreUid */
} Rows;

static gboolean
load_rows_job (MailDb *db, gpointer data, GError **error)
{
  Rows *rows = data;

  rows->rows = rows->uids != NULL ? mail_store_messages_uids_of (db, rows->mailbox_id, rows->uids, error)
                                  : mail_store_messages_uids_between (db, rows->mailbox_id, rows->first, rows->last, rows->most,
                                                                      error);
  return rows->rows != NULL;
}

static GArray *
load_rows (const Look *look, guint32 first, guint32 last, const GArray *uids, GError **error)
{
  Rows rows = { look->mailbox->id, first, last, uids, 0, NULL };

  return mail_store_read (look->pass->engine->store, load_rows_job, &rows, error) ? rows.rows : NULL;
}

static gboolean
take_seen (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  GArray *seen = user_data;
  MailImapSeen entry = { fetch->uid, fetch->flags, NULL };

  if (!(fetch->has & MAIL_IMAP_HAS_UID) || !(fetch->has & MAIL_IMAP_HAS_FLAGS))
    return TRUE;
  entry.keywords = g_steal_pointer (&fetch->keywords);
  g_array_append_val (seen, entry);
  return TRUE;
}

/* Entries may have been listed for their keywords, or because a change was our own. Both arrays ascend by UID. */
static guint
count_reflagged (const GArray *rows, const GArray *changed)
{
  guint count = 0;
  guint r = 0;

  for (guint i = 0; i < changed->len; i++)
    {
      const MailImapReflag *reflag = &g_array_index (changed, MailImapReflag, i);

      while (g_array_index (rows, MailStoreUid, r).uid < reflag->uid)
        r++;
      count += g_array_index (rows, MailStoreUid, r).server_flags != reflag->flags;
    }
  return count;
}

static gboolean
fetch_headers (Look *look, const GArray *uids, GError **error)
{
  if (uids->len == 0)
    return TRUE;
  if (look->headers == NULL)
    look->headers = mail_imap_headers_new (look->pass, look->mailbox, look->mailbox->uidnext == 0 ? look->status.messages : 0,
                                           look->has_orphans);
  return mail_imap_headers_fetch (look->headers, uids, error);
}

/* What a comparison found. Expunged rows go after the new ones came: a message that moved keeps its body all the time. */
static gboolean
take_diff (Look *look, const GArray *rows, const MailImapDiff *diff, GError **error)
{
  g_array_append_vals (look->gone, diff->gone->data, diff->gone->len);
  if (!fetch_headers (look, diff->fresh, error)
      || !mail_imap_apply_flags (look->pass->engine, look->mailbox->id, diff->changed, NULL, error))
    return FALSE;
  look->pass->result->flags += count_reflagged (rows, diff->changed);
  return TRUE;
}

/* (transfer full): the first UID of each window, ascending. One search tells them all: it asks for the messages at regular
 * distances by their sequence numbers. */
static GArray *
find_windows (const Look *look, GError **error)
{
  g_autoptr (GArray) bounds = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) found = NULL;
  g_autoptr (GString) criteria = g_string_new (NULL);
  const guint32 start = 1;

  g_array_append_val (bounds, start);
  if (look->status.messages <= WINDOW)
    return g_steal_pointer (&bounds);
  for (guint below = look->status.messages % WINDOW; below < look->status.messages; below += WINDOW)
    if (below > 0)
      g_string_append_printf (criteria, "%s%u", criteria->len > 0 ? "," : "", below + 1);
  found = mail_imap_session_search (look->pass->engine->session, criteria->str, look->pass->cancellable, error);
  if (found == NULL)
    return NULL;
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
compare_uids (Look *look, const GArray *rows, guint32 first, guint32 last, GError **error)
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
count_there (const Look *look, const GArray *seen)
{
  guint old = seen->len;

  while (look->status.uidnext != 0 && old > 0 && g_array_index (seen, MailImapSeen, old - 1).uid >= look->status.uidnext)
    old--;
  return old;
}

static MailImapDiff *
compare_flags (Look *look, const GArray *rows, GArray *seen, guint32 first, guint32 last, GError **error)
{
  g_autofree char *window = name_window (first, last);

  if (!mail_imap_session_fetch (look->pass->engine->session, window, "FLAGS", take_seen, seen, look->pass->cancellable, error))
    return NULL;
  mail_imap_seen_sort (seen);
  look->there += count_there (look, seen);
  return mail_imap_resync_compare (rows, seen, TRUE, mail_imap_hides_deleted (look->pass->engine));
}

static gboolean
compare_window (Look *look, guint32 first, guint32 last, GError **error)
{
  g_autoptr (GArray) rows = load_rows (look, first, last, NULL, error);
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
 * only when a search does not find it either. */
static gboolean
confirm_gone (Look *look, GError **error)
{
  MailImapEngine *engine = look->pass->engine;
  GArray *gone = look->gone;
  g_autofree char *criteria = NULL;
  g_autoptr (GArray) there = NULL;
  guint kept = 0;
  guint t = 0;

  criteria = g_strdup_printf ("UID %u:%u%s", g_array_index (gone, MailStoreUid, 0).uid,
                              g_array_index (gone, MailStoreUid, gone->len - 1).uid,
                              mail_imap_hides_deleted (engine) ? " UNDELETED" : "");
  there = mail_imap_session_search (engine->session, criteria, look->pass->cancellable, error);
  if (there == NULL)
    return FALSE;
  for (guint i = 0; i < gone->len; i++)
    {
      MailStoreUid row = g_array_index (gone, MailStoreUid, i);

      while (t < there->len && g_array_index (there, guint32, t) < row.uid)
        t++;
      if (t == there->len || g_array_index (there, guint32, t) != row.uid)
        g_array_index (gone, MailStoreUid, kept++) = row;
    }
  g_array_set_size (gone, kept);
  return TRUE;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  guint32 left = ((const MailStoreUid *) a)->uid;
  guint32 right = ((const MailStoreUid *) b)->uid;

  return left < right ? -1 : left > right;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *) a;
  guint32 right = *(const guint32 *) b;

  return left < right ? -1 : left > right;
}

/* The case that is always right: each message of the server is compared with its row, in windows, the newest first. Broken off, it
 * begins again with what is here already, and fetches nothing twice. */
static gboolean
look_general (Look *look, GError **error)
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
      g_array_sort (look->missing, compare_numbers);
      mail_imap_suspects_keep (suspects, look->mailbox->id, look->missing);
    }
  return look->gone->len == 0 || look->there >= look->status.messages || confirm_gone (look, error);
}

/* What the server told of messages that changed is written. UIDs that have no row, and are to have one, are added to @fresh. */
static gboolean
take_changes (Look *look, GArray *fresh, GError **error)
{
  g_autoptr (GHashTable) leaving = list_leaving (look->pending, look->mailbox->id);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) rows = NULL;
  g_autoptr (MailImapDiff) diff = NULL;

  mail_imap_seen_sort (look->seen);
  for (guint i = 0; i < look->seen->len; i++)
    g_array_append_vals (uids, &g_array_index (look->seen, MailImapSeen, i).uid, 1);
  rows = load_rows (look, 0, 0, uids, error);
  if (rows == NULL)
    return FALSE;
  diff = mail_imap_resync_compare (rows, look->seen, FALSE, mail_imap_hides_deleted (look->pass->engine));
  g_array_append_vals (look->gone, diff->gone->data, diff->gone->len);
  for (guint i = 0; i < diff->fresh->len; i++)
    if (!g_hash_table_contains (leaving, GUINT_TO_POINTER (g_array_index (diff->fresh, guint32, i))))
      g_array_append_vals (fresh, &g_array_index (diff->fresh, guint32, i), 1);
  if (!mail_imap_apply_flags (look->pass->engine, look->mailbox->id, diff->changed, NULL, error))
    return FALSE;
  look->pass->result->flags += count_reflagged (rows, diff->changed);
  return TRUE;
}

/* Rows in ranges of UIDs that vanished; these name what never was, too. */
static gboolean
take_vanished (Look *look, GError **error)
{
  mail_imap_set_tidy (look->vanished);
  for (guint i = 0; i < look->vanished->len; i++)
    {
      const MailImapRange *range = &g_array_index (look->vanished, MailImapRange, i);
      g_autoptr (GArray) rows = load_rows (look, range->first, range->last, NULL, error);

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
check_numbers (const Look *look, guint fresh, gboolean *add_up, GError **error)
{
  Count count = { .mailbox_id = look->mailbox->id };
  guint without_row = count_without_row (look->pass->engine, look->pending, look->mailbox->id);

  *add_up = look->status.resynced;
  if (mail_imap_hides_deleted (look->pass->engine))
    return TRUE;
  if (!mail_store_read (look->pass->engine->store, count_rows_job, &count, error))
    return FALSE;
  *add_up = count.rows + fresh + without_row == look->status.messages + look->gone->len;
  return TRUE;
}

/* The first WINDOW rows from @first on, or fewer, end below *@next, which is 0 when these were the last. */
static GArray *
load_next_rows (const Look *look, guint32 first, guint32 *next, GError **error)
{
  Rows rows = { .mailbox_id = look->mailbox->id, .first = first, .last = G_MAXUINT32, .most = WINDOW };

  if (!mail_store_read (look->pass->engine->store, load_rows_job, &rows, error))
    return NULL;
  *next = rows.rows->len < WINDOW ? 0 : g_array_index (rows.rows, MailStoreUid, rows.rows->len - 1).uid + 1;
  return rows.rows;
}

/* (transfer full): MailImapRange of all messages. */
static GArray *
list_uids (const Look *look, GError **error)
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

/* Which messages there are: what vanished is not told without QRESYNC. Flags are known already. */
static gboolean
look_at_uids (Look *look, GError **error)
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
  return fetch_headers (look, diff->fresh, error);
}

/* What is told of the changes is taken, and the numbers must add up after that; *@whole tells. */
static gboolean
follow_changes (Look *look, gboolean *whole, GError **error)
{
  g_autoptr (GArray) fresh = g_array_new (FALSE, FALSE, sizeof (guint32));

  *whole = FALSE;
  return take_changes (look, fresh, error) && take_vanished (look, error) && check_numbers (look, fresh->len, whole, error)
         && (!*whole || fetch_headers (look, fresh, error));
}

/* SELECT told all of it. If the numbers do not add up, the server or the store was wrong, and everything is compared. */
static gboolean
look_at_qresync (Look *look, GError **error)
{
  gboolean whole;

  return follow_changes (look, &whole, error) && (whole || look_general (look, error));
}

/* FETCH tells what changed, but not what vanished: for that the list of UIDs is needed when there are fewer messages than rows. */
static gboolean
look_at_condstore (Look *look, GError **error)
{
  gboolean whole;

  return mail_imap_session_fetch_changes (look->pass->engine->session, "1:*", look->mailbox->highestmodseq, NULL, take_seen,
                                          look->seen, look->pass->cancellable, error)
         && follow_changes (look, &whole, error) && (whole || look_at_uids (look, error));
}

/* No modification sequences, but only new messages: these come first. Other clients' flags show in the number of unread ones, if
 * that was told; else they are compared. */
static gboolean
look_at_new (Look *look, GError **error)
{
  g_autofree char *criteria = g_strdup_printf ("UID %u:*%s", look->mailbox->uidnext,
                                               mail_imap_hides_deleted (look->pass->engine) ? " UNDELETED" : "");
  g_autoptr (GArray) uids =
      mail_imap_session_search (look->pass->engine->session, criteria, look->pass->cancellable, error);
  g_autoptr (MailMailboxInfo) now = NULL;

  if (uids == NULL)
    return FALSE;
  /* "n:*" names the last message even when its UID is below n. */
  if (uids->len > 0 && g_array_index (uids, guint32, 0) < look->mailbox->uidnext)
    g_array_remove_index (uids, 0);
  if (!fetch_headers (look, uids, error))
    return FALSE;
  now = mail_imap_engine_load_mailbox (look->pass->engine, look->mailbox->id, error);
  if (now == NULL)
    return FALSE;
  if (look->told != NULL && look->mailbox->role != MAIL_ROLE_INBOX && look->told->unseen == now->unread)
    return TRUE;
  return look_general (look, error);
}

typedef struct
{
  gint64 mailbox_id;
  const MailImapStatus *status;
  gboolean complete;
} Synced;

static gboolean
set_synced_job (MailDb *db, gpointer data, GError **error)
{
  const Synced *synced = data;
  const MailImapStatus *status = synced->status;

  return mail_store_mailboxes_set_synced (db, synced->mailbox_id, status->uidvalidity, synced->complete ? status->uidnext : 0,
                                          synced->complete ? status->highestmodseq : 0, status->messages, error);
}

/* @complete FALSE: what is not here yet must not count as looked at. */
static gboolean
set_synced (const Look *look, gboolean complete, GError **error)
{
  Synced synced = { look->mailbox->id, &look->status, complete };

  return mail_store_write (look->pass->engine->store, set_synced_job, &synced, error);
}

static gboolean
is_settled (const Look *look)
{
  const MailMailboxInfo *mailbox = look->mailbox;

  return mailbox->uidvalidity == look->status.uidvalidity && mailbox->uidnext == look->status.uidnext
         && mailbox->highestmodseq == look->status.highestmodseq && mailbox->server_messages == look->status.messages;
}

/* Operations that waited for the end of a renumbering go on; they may have been parked by an earlier run of the program. */
static gboolean
settle_parked (Look *look, GError **error)
{
  gboolean any = look->renumbered;

  for (guint i = 0; i < look->pending->ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (look->pending->ops, i);

      any = any || (mail_op_is_parked (op) && op->mailbox_id == look->mailbox->id);
    }
  look->has_orphans = look->has_orphans || any;
  return !any || mail_imap_renumber_settle (look->pass, look->mailbox, &look->pass->engine->carried, error);
}

/* UIDs that are stored mean something only together with their UIDVALIDITY. */
static gboolean
begin_first (Look *look, GError **error)
{
  gboolean begun = look->mailbox->uidvalidity == look->status.uidvalidity
                   && look->mailbox->server_messages == look->status.messages;

  if (!begun && !set_synced (look, FALSE, error))
    return FALSE;
  look->mailbox->uidvalidity = look->status.uidvalidity;
  look->mailbox->server_messages = look->status.messages;
  return TRUE;
}

static gboolean
look_renumbered (Look *look, GError **error)
{
  if (!mail_imap_renumber (look->pass, look->mailbox, &look->status, error))
    return FALSE;
  look->has_orphans = TRUE;
  look->renumbered = TRUE;
  return look_general (look, error);
}

static gboolean
finish (Look *look, GError **error)
{
  const MailImapPass *pass = look->pass;

  if (!mail_imap_apply_gone (pass->engine, look->mailbox->id, look->gone, &pass->result->expunged, error))
    return FALSE;
  /* A row here may be the message whose header cannot be had. */
  if (mail_imap_suspects_count_left_out (pass->engine->suspects, look->mailbox->id) == 0
      && (!settle_parked (look, error)
          || (look->has_orphans
              && !mail_imap_apply_orphans (pass->engine, look->mailbox->id, &pass->result->expunged, error))))
    return FALSE;
  return is_settled (look) || set_synced (look, TRUE, error);
}

static gboolean
do_case (Look *look, MailImapCase kind, GError **error)
{
  switch (kind)
    {
    case MAIL_IMAP_CASE_UNCHANGED:
      return TRUE;
    case MAIL_IMAP_CASE_FIRST:
      return begin_first (look, error) && look_general (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_RENUMBERED:
      return look_renumbered (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_QRESYNC:
      return look_at_qresync (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_CONDSTORE:
      return look_at_condstore (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_ONLY_NEW:
      return look_at_new (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_GENERAL:
      return look_general (look, error) && finish (look, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
look_through (Look *look, GError **error)
{
  MailImapEngine *engine = look->pass->engine;
  MailImapMeans means;

  look->pending = mail_imap_pending_load (engine, error);
  if (look->pending == NULL
      || !mail_imap_engine_select_resync (engine, look->mailbox, &look->status, look->vanished, take_seen, look->seen,
                                          look->pass->cancellable, error))
    return FALSE;
  look->has_orphans = find_orphans (look->pending, look->mailbox->id).count > 0;
  means = get_means (engine, look->pending, look->mailbox->id);
  means.qresync = look->status.resynced;
  return do_case (look, mail_imap_case_decide (look->mailbox, &look->status, &means), error);
}

static void
look_clear (Look *look)
{
  g_clear_pointer (&look->pending, mail_imap_pending_free);
  g_clear_pointer (&look->headers, mail_imap_headers_free);
  g_clear_pointer (&look->gone, g_array_unref);
  g_clear_pointer (&look->missing, g_array_unref);
  g_clear_pointer (&look->seen, g_array_unref);
  g_clear_pointer (&look->vanished, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static Look
begin_look (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told)
{
  return (Look){ .pass = pass,
                 .mailbox = mailbox,
                 .told = told,
                 .gone = g_array_new (FALSE, FALSE, sizeof (MailStoreUid)),
                 .seen = mail_imap_seen_new (),
                 .vanished = g_array_new (FALSE, FALSE, sizeof (MailImapRange)) };
}

gboolean
mail_imap_look (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told, GError **error)
{
  g_auto (Look) look = begin_look (pass, mailbox, told);

  return look_through (&look, error);
}

gboolean
mail_imap_look_at_first_screen (const MailImapPass *pass, MailMailboxInfo *inbox, GError **error)
{
  g_auto (Look) look = begin_look (pass, inbox, NULL);
  const char *deleted = mail_imap_hides_deleted (pass->engine) ? "UNDELETED" : NULL;
  g_autofree char *criteria = NULL;
  g_autoptr (GArray) uids = NULL;

  if (!mail_imap_engine_select (pass->engine, inbox, &look.status, pass->cancellable, error) || !begin_first (&look, error))
    return FALSE;
  if (look.status.messages == 0)
    return TRUE;
  if (look.status.messages <= FIRST_SCREEN)
    criteria = g_strdup (deleted != NULL ? deleted : "ALL");
  else
    criteria = g_strdup_printf ("%u:*%s%s", look.status.messages - FIRST_SCREEN + 1, deleted != NULL ? " " : "",
                                deleted != NULL ? deleted : "");
  uids = mail_imap_session_search (pass->engine->session, criteria, pass->cancellable, error);
  return uids != NULL && fetch_headers (&look, uids, error);
}
