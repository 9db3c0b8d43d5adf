/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-look-private.h"

#include "store/store-mailboxes.h"
#include "sync/imap-apply.h"
#include "sync/imap-renumber.h"
#include "sync/imap-wait.h"

gboolean
mail_imap_hides_deleted (const MailImapEngine *engine)
{
  return (engine->caps & MAIL_IMAP_CAP_UIDPLUS) == 0;
}

MailImapCase
mail_imap_look_decide (const MailImapEngine *engine,
                       const MailImapPending *pending,
                       const MailMailboxInfo *mailbox,
                       const MailImapStatus *told)
{
  MailImapMeans means = mail_imap_pending_get_means (engine, pending, mailbox->id);

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

GArray *
mail_imap_look_load_rows (const MailImapLook *look, guint32 first, guint32 last, guint most, GError **error)
{
  Rows rows = { look->mailbox->id, first, last, NULL, most, NULL };

  return mail_store_read (look->pass->engine->store, load_rows_job, &rows, error) ? rows.rows : NULL;
}

MailImapDiff *
mail_imap_look_compare_seen (MailImapLook *look, GArray **rows, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  Rows here = { .mailbox_id = look->mailbox->id, .uids = uids };

  mail_imap_seen_sort (look->seen);
  for (guint i = 0; i < look->seen->len; i++)
    g_array_append_vals (uids, &g_array_index (look->seen, MailImapSeen, i).uid, 1);
  if (!mail_store_read (look->pass->engine->store, load_rows_job, &here, error))
    return NULL;
  *rows = here.rows;
  return mail_imap_resync_compare (here.rows, look->seen, FALSE, mail_imap_hides_deleted (look->pass->engine));
}

gboolean
mail_imap_look_take_seen (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  GArray *seen = user_data;
  MailImapSeen entry = { .uid = fetch->uid, .flags = fetch->flags, .has_labels = (fetch->has & MAIL_IMAP_HAS_LABELS) != 0 };

  if (!(fetch->has & MAIL_IMAP_HAS_UID) || !(fetch->has & MAIL_IMAP_HAS_FLAGS))
    return TRUE;
  entry.keywords = g_steal_pointer (&fetch->keywords);
  entry.labels = g_steal_pointer (&fetch->labels);
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

gboolean
mail_imap_look_write_flags (MailImapLook *look, const GArray *rows, const GArray *changed, GError **error)
{
  if (!mail_imap_apply_flags (look->pass->engine, look->mailbox->id, changed, NULL, error))
    return FALSE;
  look->pass->result->flags += count_reflagged (rows, changed);
  return TRUE;
}

gboolean
mail_imap_look_fetch_headers (MailImapLook *look, const GArray *uids, GError **error)
{
  if (uids->len == 0)
    return TRUE;
  if (look->headers == NULL)
    look->headers = mail_imap_headers_new (look->pass, look->mailbox, look->mailbox->uidnext == 0 ? look->status.messages : 0,
                                           look->has_orphans);
  return mail_imap_headers_fetch (look->headers, uids, error);
}

typedef struct
{
  const MailMailboxInfo *mailbox; /* as it was when the look began */
  const MailImapStatus *status;
  gboolean complete;
} Synced;

static gboolean
set_synced_job (MailDb *db, gpointer data, GError **error)
{
  const Synced *synced = data;
  const MailImapStatus *status = synced->status;
  g_autoptr (MailMailboxInfo) now = mail_store_mailboxes_get (db, synced->mailbox->id, error);
  /* A change that was refused meanwhile, or given up, may concern what was looked at before. */
  gboolean complete = synced->complete && now != NULL && now->doubts == synced->mailbox->doubts;

  return now != NULL
         && mail_store_mailboxes_set_synced (db, now->id, status->uidvalidity, complete ? status->uidnext : 0,
                                             complete ? status->highestmodseq : 0, status->messages, error);
}

gboolean
mail_imap_look_set_synced (const MailImapLook *look, gboolean complete, GError **error)
{
  Synced synced = { look->mailbox, &look->status, complete };

  return mail_store_write (look->pass->engine->store, set_synced_job, &synced, error);
}

static gboolean
is_settled (const MailImapLook *look)
{
  const MailMailboxInfo *mailbox = look->mailbox;

  return mailbox->uidvalidity == look->status.uidvalidity && mailbox->uidnext == look->status.uidnext
         && mailbox->highestmodseq == look->status.highestmodseq && mailbox->server_messages == look->status.messages;
}

/* Operations that waited for the end of a renumbering go on. */
static gboolean
settle_parked (MailImapLook *look, GError **error)
{
  gboolean any = look->renumbered || mail_imap_pending_has_parked (look->pending, look->mailbox->id);

  look->has_orphans = look->has_orphans || any;
  return !any || mail_imap_renumber_settle (look->pass, look->mailbox, &look->pass->engine->carried, error);
}

static gboolean
look_renumbered (MailImapLook *look, GError **error)
{
  if (!mail_imap_renumber (look->pass, look->mailbox, &look->status, error))
    return FALSE;
  look->has_orphans = TRUE;
  look->renumbered = TRUE;
  return mail_imap_look_general (look, error);
}

static gboolean
finish (MailImapLook *look, GError **error)
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
  return is_settled (look) || mail_imap_look_set_synced (look, TRUE, error);
}

static gboolean
do_case (MailImapLook *look, MailImapCase kind, GError **error)
{
  switch (kind)
    {
    case MAIL_IMAP_CASE_UNCHANGED:
      return TRUE;
    case MAIL_IMAP_CASE_FIRST:
      return mail_imap_look_first (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_RENUMBERED:
      return look_renumbered (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_QRESYNC:
      return mail_imap_look_at_qresync (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_CONDSTORE:
      return mail_imap_look_at_condstore (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_ONLY_NEW:
      return mail_imap_look_at_new (look, error) && finish (look, error);
    case MAIL_IMAP_CASE_GENERAL:
      return (look->spaced ? mail_imap_look_at_uids (look, error) : mail_imap_look_general (look, error)) && finish (look, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean
look_through (MailImapLook *look, GError **error)
{
  MailImapEngine *engine = look->pass->engine;
  MailImapMeans means;
  MailImapCase kind;

  look->pending = mail_imap_pending_load (engine, error);
  if (look->pending == NULL
      || !mail_imap_engine_select_resync (engine, look->mailbox, &look->status, look->vanished, mail_imap_look_take_seen,
                                          look->seen, look->pass->cancellable, error))
    return FALSE;
  look->has_orphans = mail_imap_pending_count_orphans (look->pending, look->mailbox->id) > 0;
  means = mail_imap_pending_get_means (engine, look->pending, look->mailbox->id);
  /* SELECT tells flags alone. */
  means.qresync = look->status.resynced && !(engine->caps & MAIL_IMAP_CAP_GMAIL);
  means.spaced = engine->by_news && look->status.highestmodseq == 0
                 && !mail_imap_watch_may_compare (engine->watch, look->mailbox->id);
  look->spaced = means.spaced;
  kind = mail_imap_case_decide (look->mailbox, &look->status, &means);
  if (means.spaced)
    mail_imap_watch_owe (engine->watch, look->mailbox->id);
  return do_case (look, kind, error);
}

void
mail_imap_look_clear (MailImapLook *look)
{
  g_clear_pointer (&look->pending, mail_imap_pending_free);
  g_clear_pointer (&look->headers, mail_imap_headers_free);
  g_clear_pointer (&look->gone, g_array_unref);
  g_clear_pointer (&look->missing, g_array_unref);
  g_clear_pointer (&look->seen, g_array_unref);
  g_clear_pointer (&look->vanished, g_array_unref);
}

void
mail_imap_look_init (MailImapLook *look, const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told)
{
  *look = (MailImapLook){ .pass = pass,
                          .mailbox = mailbox,
                          .told = told,
                          .gone = g_array_new (FALSE, FALSE, sizeof (MailStoreUid)),
                          .seen = mail_imap_seen_new (),
                          .vanished = g_array_new (FALSE, FALSE, sizeof (MailImapRange)) };
}

gboolean
mail_imap_look (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told, GError **error)
{
  g_auto (MailImapLook) look = { 0 };

  mail_imap_look_init (&look, pass, mailbox, told);
  return look_through (&look, error);
}
