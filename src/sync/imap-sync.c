/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-sync.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-headers.h"
#include "sync/imap-mailboxes.h"
#include "sync/imap-resync.h"

/* Messages of a new inbox that come before anything else. */
#define FIRST_SCREEN 100

/* Rows that one transaction changes or removes. */
#define CHANGES_MOST 1000

/* Mailboxes over which the connection ends; a server that loses it over more has other troubles. */
#define DEATHS_MOST 3

/* One mailbox that is being looked through. */
typedef struct
{
  const MailImapPass *pass;
  MailMailboxInfo *mailbox;
  MailImapStatus status; /* from SELECT */
  GArray *rows;          /* MailStoreUid */
  gboolean has_orphans;  /* rows without UID are here */
} Look;

gboolean
mail_imap_sync_has_news (MailImapEngine *engine, const MailMailboxInfo *mailbox, const MailImapStatus *status)
{
  if (mailbox->uidnext == 0 || mailbox->uidvalidity != status->uidvalidity || mailbox->uidnext != status->uidnext
      || mailbox->server_messages != status->messages)
    return TRUE;
  return status->highestmodseq != 0 && mailbox->highestmodseq != status->highestmodseq;
}

/* \Deleted is all that deleting can do where UID EXPUNGE is missing; such messages are not shown. */
static gboolean
deleted_is_gone (const MailImapEngine *engine)
{
  return (engine->caps & MAIL_IMAP_CAP_UIDPLUS) == 0;
}

/* Messages that should have a row, as far as the last look told. */
static guint
count_expected (const MailImapEngine *engine, const MailMailboxInfo *mailbox, guint there)
{
  return there - MIN (there, mail_imap_suspects_count_left_out (engine->suspects, mailbox->id));
}

static gboolean
wants_look (MailImapEngine *engine, const MailMailboxInfo *mailbox, const MailImapStatus *status)
{
  gboolean modseq = (engine->caps & MAIL_IMAP_CAP_CONDSTORE) && status != NULL && status->highestmodseq != 0;

  if (status == NULL || mail_imap_sync_has_news (engine, mailbox, status)
      || mail_imap_suspects_is_due (engine->suspects, mailbox->id))
    return TRUE;
  if (!deleted_is_gone (engine) && mailbox->messages != count_expected (engine, mailbox, mailbox->server_messages))
    return TRUE;
  /* Without mod-sequences other clients' flags show only in the number of unread messages; the inbox is looked at anyway. */
  return !modseq && (mailbox->role == MAIL_ROLE_INBOX || status->unseen != mailbox->unread);
}

static gboolean
load_rows_job (MailDb *db, gpointer data, GError **error)
{
  Look *look = data;
  g_autoptr (MailMailboxInfo) now = mail_store_mailboxes_get (db, look->mailbox->id, error);

  look->rows = now != NULL ? mail_store_messages_uids (db, look->mailbox->id, error) : NULL;
  if (look->rows == NULL)
    return FALSE;
  look->has_orphans = now->messages > look->rows->len;
  return TRUE;
}

static gboolean
load_rows (Look *look, GError **error)
{
  g_clear_pointer (&look->rows, g_array_unref);
  return mail_store_read (look->pass->engine->store, load_rows_job, look, error);
}

static guint
count_ops_of (const GPtrArray *ops, gint64 mailbox_id)
{
  guint count = 0;

  for (guint i = 0; i < ops->len; i++)
    count += ((const MailOp *) g_ptr_array_index (ops, i))->mailbox_id == mailbox_id;
  return count;
}

typedef struct
{
  const Look *look;
  guint dropped;
} Renumber;

/* What was to be copied out of the mailbox has lost its name, but need not get lost. */
static gboolean
save_copies (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);
  gboolean saved;

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->mailbox_id == mailbox_id && op->uid != 0 && !mail_store_ops_upload_instead (db, op->id, &saved, error))
        return FALSE;
    }
  return ops != NULL;
}

static gboolean
renumber_job (MailDb *db, gpointer data, GError **error)
{
  Renumber *renumber = data;
  gint64 mailbox_id = renumber->look->mailbox->id;
  g_autoptr (GPtrArray) before = save_copies (db, mailbox_id, error) ? mail_store_ops_list (db, 0, error) : NULL;
  g_autoptr (GPtrArray) after = NULL;

  if (before == NULL
      || !mail_store_mailboxes_reset_uids (db, mailbox_id, renumber->look->status.uidvalidity, error))
    return FALSE;
  after = mail_store_ops_list (db, 0, error);
  if (after == NULL)
    return FALSE;
  renumber->dropped = count_ops_of (before, mailbox_id) - count_ops_of (after, mailbox_id);
  return TRUE;
}

/* The server gave new UIDs to everything (RFC 9051, section 2.3.1.1): rows wait without one until their message is met. */
static gboolean
renumber (Look *look, GError **error)
{
  MailImapEngine *engine = look->pass->engine;
  Renumber work = { .look = look };
  g_autoptr (GError) refused = NULL;

  if (!mail_store_write (engine->store, renumber_job, &work, error))
    return FALSE;
  mail_imap_suspects_forget (engine->suspects, look->mailbox->id);
  look->mailbox->uidvalidity = look->status.uidvalidity;
  look->mailbox->uidnext = 0;
  look->mailbox->highestmodseq = 0;
  if (work.dropped == 0)
    return TRUE;
  g_set_error (&refused, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "%s was renumbered; %u waiting changes had to be dropped",
               look->mailbox->name, work.dropped);
  mail_imap_engine_report (engine, refused, MAIL_PROBLEM_RADIUS_MAILBOX);
  look->pass->result->operations_failed += work.dropped;
  return TRUE;
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

/* TRUE when every message that SELECT counted is in the list. */
static gboolean
is_whole (const Look *look, const GArray *seen)
{
  guint old = seen->len;

  /* What came since then makes up for nothing. */
  while (look->status.uidnext != 0 && old > 0 && g_array_index (seen, MailImapSeen, old - 1).uid >= look->status.uidnext)
    old--;
  return old >= look->status.messages;
}

/* An answer that cannot be understood leaves its message out of the list. So what a list that is too short does not name is gone
 * only when a search does not find it either. */
static gboolean
confirm_gone (const Look *look, GArray *gone, GError **error)
{
  MailImapEngine *engine = look->pass->engine;
  g_autofree char *criteria = NULL;
  g_autoptr (GArray) there = NULL;
  guint kept = 0;
  guint t = 0;

  criteria = g_strdup_printf ("UID %u:%u%s", g_array_index (gone, MailStoreUid, 0).uid,
                              g_array_index (gone, MailStoreUid, gone->len - 1).uid,
                              deleted_is_gone (engine) ? " UNDELETED" : "");
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

/* Everything is compared: UIDs alone while there are no rows, else with flags. */
static MailImapDiff *
look_at_all (Look *look, GArray *seen, GError **error)
{
  MailImapEngine *engine = look->pass->engine;
  gboolean hide = deleted_is_gone (engine);
  g_autoptr (MailImapDiff) diff = NULL;

  if (look->status.messages == 0)
    return mail_imap_resync_compare (look->rows, seen, TRUE, hide);
  if (look->rows->len == 0)
    {
      g_autoptr (GArray) uids =
          mail_imap_session_search (engine->session, hide ? "UNDELETED" : "ALL", look->pass->cancellable, error);

      return uids != NULL ? mail_imap_resync_compare_uids (look->rows, uids) : NULL;
    }
  if (!mail_imap_session_fetch (engine->session, "1:*", "FLAGS", take_seen, seen, look->pass->cancellable, error))
    return NULL;
  mail_imap_seen_sort (seen);
  diff = mail_imap_resync_compare (look->rows, seen, TRUE, hide);
  if (diff->gone->len > 0 && !is_whole (look, seen) && !confirm_gone (look, diff->gone, error))
    return NULL;
  return g_steal_pointer (&diff);
}

/* Only what changed since (RFC 7162). *@sure FALSE: the numbers do not add up, so everything must be compared. */
static MailImapDiff *
look_at_changes (Look *look, GArray *seen, gboolean *sure, GError **error)
{
  MailImapEngine *engine = look->pass->engine;
  gboolean qresync = (engine->caps & MAIL_IMAP_CAP_QRESYNC) != 0;
  g_autoptr (GArray) vanished = qresync ? g_array_new (FALSE, FALSE, sizeof (MailImapRange)) : NULL;
  g_autoptr (MailImapDiff) diff = NULL;

  if (look->status.highestmodseq != look->mailbox->highestmodseq
      && !mail_imap_session_fetch_changes (engine->session, "1:*", look->mailbox->highestmodseq, vanished, take_seen,
                                           seen, look->pass->cancellable, error))
    return NULL;
  mail_imap_seen_sort (seen);
  diff = mail_imap_resync_compare (look->rows, seen, FALSE, deleted_is_gone (engine));
  if (vanished != NULL)
    mail_imap_resync_add_vanished (diff, look->rows, vanished);
  *sure = !mail_imap_suspects_is_due (engine->suspects, look->mailbox->id)
          && look->rows->len + diff->fresh->len - diff->gone->len
                 == count_expected (engine, look->mailbox, look->status.messages);
  return g_steal_pointer (&diff);
}

static MailImapDiff *
compare (Look *look, GArray *seen, GError **error)
{
  const MailMailboxInfo *mailbox = look->mailbox;
  g_autoptr (MailImapDiff) diff = NULL;
  gboolean sure = FALSE;

  if ((look->pass->engine->caps & MAIL_IMAP_CAP_CONDSTORE) && mailbox->highestmodseq != 0 && mailbox->uidnext != 0
      && look->status.highestmodseq >= mailbox->highestmodseq)
    {
      diff = look_at_changes (look, seen, &sure, error);
      if (diff == NULL)
        return NULL;
      if (sure)
        return g_steal_pointer (&diff);
      g_clear_pointer (&diff, mail_imap_diff_free);
      g_array_set_size (seen, 0);
    }
  diff = look_at_all (look, seen, error);
  if (diff != NULL)
    mail_imap_suspects_keep (look->pass->engine->suspects, mailbox->id, diff->fresh);
  return g_steal_pointer (&diff);
}

typedef struct
{
  gint64 mailbox_id;
  const GArray *items;
  guint start;
  guint end;
  guint done;
} Slice;

/* Nothing can be done any more to a message that is gone. */
static gboolean
remove_ops (MailDb *db, gint64 message_id, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, message_id, error);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    if (!mail_store_ops_remove (db, ((const MailOp *) g_ptr_array_index (ops, i))->id, error))
      return FALSE;
  return ops != NULL;
}

static gboolean
remove_job (MailDb *db, gpointer data, GError **error)
{
  Slice *slice = data;

  for (guint i = slice->start; i < slice->end; i++)
    {
      const MailStoreUid *gone = &g_array_index (slice->items, MailStoreUid, i);
      g_autoptr (MailMessageInfo) row = mail_store_messages_find_uid (db, slice->mailbox_id, gone->uid, error);

      if (row == NULL && error != NULL && *error != NULL)
        return FALSE;
      /* The person may have moved it away meanwhile; then the operation finds out. */
      if (row == NULL || row->id != gone->id)
        continue;
      if (!remove_ops (db, row->id, error) || !mail_store_messages_remove (db, row->id, error))
        return FALSE;
      slice->done++;
    }
  return TRUE;
}

static gboolean
reflag_job (MailDb *db, gpointer data, GError **error)
{
  Slice *slice = data;

  for (guint i = slice->start; i < slice->end; i++)
    {
      const MailImapReflag *reflag = &g_array_index (slice->items, MailImapReflag, i);
      g_autoptr (MailMessageInfo) row = mail_store_messages_find_uid (db, slice->mailbox_id, reflag->uid, error);

      if (row == NULL && error != NULL && *error != NULL)
        return FALSE;
      if (row == NULL || row->id != reflag->id)
        continue;
      if (!mail_store_messages_set_server_flags (db, reflag->id, reflag->flags, reflag->keywords, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_slices (const Look *look, const GArray *items, MailStoreJob job, guint *done, GError **error)
{
  Slice slice = { .mailbox_id = look->mailbox->id, .items = items };

  for (; slice.start < items->len; slice.start = slice.end)
    {
      slice.end = MIN (slice.start + CHANGES_MOST, items->len);
      if (!mail_store_write (look->pass->engine->store, job, &slice, error))
        return FALSE;
    }
  if (done != NULL)
    *done += slice.done;
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

/* Rows that no message of the server turned out to be. What only this computer has, and what still waits, stays. */
static gboolean
drop_orphans_job (MailDb *db, gpointer data, GError **error)
{
  Slice *slice = data;
  g_autoptr (GArray) ids = mail_store_messages_ids (db, slice->mailbox_id, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      gint64 id = g_array_index (ids, gint64, i);
      g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, id, error);
      g_autoptr (GPtrArray) ops = row != NULL ? mail_store_ops_list (db, id, error) : NULL;

      if (ops == NULL)
        return FALSE;
      if (row->uid != 0 || row->where == MAIL_WHERE_HERE || ops->len > 0)
        continue;
      if (!mail_store_messages_remove (db, id, error))
        return FALSE;
      slice->done++;
    }
  return TRUE;
}

static gboolean
set_synced_job (MailDb *db, gpointer data, GError **error)
{
  const Look *look = data;

  return mail_store_mailboxes_set_synced (db, look->mailbox->id, look->status.uidvalidity, look->status.uidnext,
                                          look->status.highestmodseq, look->status.messages, error);
}

static gboolean
is_settled (const Look *look)
{
  const MailMailboxInfo *mailbox = look->mailbox;

  return mailbox->uidvalidity == look->status.uidvalidity && mailbox->uidnext == look->status.uidnext
         && mailbox->highestmodseq == look->status.highestmodseq && mailbox->server_messages == look->status.messages;
}

static gboolean
apply_diff (Look *look, const MailImapDiff *diff, GError **error)
{
  const MailImapPass *pass = look->pass;

  /* Expunged rows go after the new ones came: a message that moved keeps its body all the time. */
  if (!mail_imap_headers_fetch (pass, look->mailbox, diff->fresh, 0, look->has_orphans, error)
      || !write_slices (look, diff->changed, reflag_job, NULL, error)
      || !write_slices (look, diff->gone, remove_job, &pass->result->expunged, error))
    return FALSE;
  pass->result->flags += count_reflagged (look->rows, diff->changed);
  /* A row here may be the message whose header cannot be had. */
  if (look->has_orphans && mail_imap_suspects_count_left_out (pass->engine->suspects, look->mailbox->id) == 0)
    {
      Slice slice = { .mailbox_id = look->mailbox->id };

      if (!mail_store_write (pass->engine->store, drop_orphans_job, &slice, error))
        return FALSE;
      pass->result->expunged += slice.done;
    }
  return is_settled (look) || mail_store_write (pass->engine->store, set_synced_job, look, error);
}

static gboolean
set_begun_job (MailDb *db, gpointer data, GError **error)
{
  const Look *look = data;

  return mail_store_mailboxes_set_synced (db, look->mailbox->id, look->status.uidvalidity, 0, 0, 0, error);
}

/* UIDs that are stored mean something only together with their UIDVALIDITY. */
static gboolean
settle_validity (Look *look, GError **error)
{
  if (look->mailbox->uidvalidity == look->status.uidvalidity)
    return TRUE;
  if (look->mailbox->uidvalidity != 0)
    return renumber (look, error);
  look->mailbox->uidvalidity = look->status.uidvalidity;
  return mail_store_write (look->pass->engine->store, set_begun_job, look, error);
}

static gboolean
look_through (Look *look, GError **error)
{
  const MailImapPass *pass = look->pass;
  g_autoptr (GArray) seen = mail_imap_seen_new ();
  g_autoptr (MailImapDiff) diff = NULL;

  if (!mail_imap_engine_select (pass->engine, look->mailbox, &look->status, pass->cancellable, error))
    return FALSE;
  if (look->status.highestmodseq != 0 && !wants_look (pass->engine, look->mailbox, &look->status))
    return TRUE;
  if (!settle_validity (look, error) || !load_rows (look, error))
    return FALSE;
  diff = compare (look, seen, error);
  return diff != NULL && apply_diff (look, diff, error);
}

/* A connection that ends on the way is replaced once: it may have been chance. */
static gboolean
look_twice (const MailImapPass *pass, MailMailboxInfo *mailbox, GError **error)
{
  for (gboolean again = FALSE;; again = TRUE)
    {
      Look look = { .pass = pass, .mailbox = mailbox };
      g_autoptr (GError) failure = NULL;
      gboolean ok = look_through (&look, &failure);

      g_clear_pointer (&look.rows, g_array_unref);
      if (ok)
        return TRUE;
      if (!again && mail_imap_suspects_is_death (failure) && mail_imap_engine_reopen (pass->engine, pass->cancellable))
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
}

/* One mailbox that may not be opened, or over which connections end, is no reason to leave out the others. @deaths: mailboxes of
 * the latter kind so far. */
static gboolean
sync_mailbox (const MailImapPass *pass, MailMailboxInfo *mailbox, guint *deaths, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean go_on;

  if (look_twice (pass, mailbox, &failure))
    return TRUE;
  go_on = g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_REFUSED) || g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  if (mail_imap_suspects_is_death (failure) && *deaths < DEATHS_MOST)
    {
      g_prefix_error (&failure, "%s: ", mailbox->name);
      go_on = mail_imap_engine_reopen (pass->engine, pass->cancellable);
      *deaths += 1;
    }
  if (go_on)
    mail_imap_engine_report (pass->engine, failure, MAIL_PROBLEM_RADIUS_MAILBOX);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return go_on;
}

/* A new account shows its inbox before the server was asked what else there is. */
static gboolean
show_first_screen (const MailImapPass *pass, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (MailMailboxInfo) inbox = mail_imap_mailboxes_ensure_inbox (engine, error);
  g_autoptr (GArray) uids = NULL;
  Look look = { .pass = pass, .mailbox = inbox };

  if (inbox == NULL)
    return FALSE;
  if (inbox->uidvalidity != 0)
    return TRUE;
  if (!mail_imap_engine_select (engine, inbox, &look.status, pass->cancellable, error) || !settle_validity (&look, error))
    return FALSE;
  if (look.status.messages == 0)
    return TRUE;
  uids = mail_imap_session_search (engine->session, deleted_is_gone (engine) ? "UNDELETED" : "ALL", pass->cancellable, error);
  return uids != NULL && mail_imap_headers_fetch (pass, inbox, uids, FIRST_SCREEN, FALSE, error);
}

gboolean
mail_imap_sync (const MailImapPass *pass, GError **error)
{
  g_autoptr (GHashTable) statuses = NULL;
  g_autoptr (GPtrArray) mailboxes = NULL;
  guint deaths = 0;

  mail_imap_engine_progress (pass, MAIL_PHASE_MAILBOXES, 0, 0, 0);
  if (!show_first_screen (pass, error) || !mail_imap_mailboxes_sync (pass, &statuses, error))
    return FALSE;
  mailboxes = mail_imap_engine_load_mailboxes (pass->engine, error);
  if (mailboxes == NULL)
    return FALSE;
  pass->result->mailboxes = mailboxes->len;
  for (guint i = 0; i < mailboxes->len; i++)
    {
      MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      /* \Flagged shows what other mailboxes hold. */
      if ((mailbox->flags & (MAIL_MAILBOX_NO_SELECT | MAIL_MAILBOX_LOCAL | MAIL_MAILBOX_GONE))
          || mailbox->role == MAIL_ROLE_FLAGGED
          || !wants_look (pass->engine, mailbox, g_hash_table_lookup (statuses, mailbox->name)))
        continue;
      if (!sync_mailbox (pass, mailbox, &deaths, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mail_imap_sync_mailbox (const MailImapPass *pass, gint64 mailbox_id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) mailbox = mail_imap_engine_load_mailbox (pass->engine, mailbox_id, &failure);
  guint deaths = 0;

  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    return TRUE;
  if (mailbox == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  mail_imap_engine_progress (pass, MAIL_PHASE_MAILBOXES, mailbox_id, 0, 0);
  pass->result->mailboxes = 1;
  return sync_mailbox (pass, mailbox, &deaths, error);
}
