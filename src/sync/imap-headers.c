/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-headers.h"

#include "core/errors.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-info.h"

/* What one FETCH asks for: a screenful first, then ever more, so that a slow line shows something and a fast one is not
 * kept waiting by round trips. */
#define FIRST_SCREEN 100
#define FETCH_MOST 5000

/* What one transaction stores, and after how long a smaller one is worth its fsync. */
#define ROWS_MOST 1000
#define ROWS_WAIT (G_USEC_PER_SEC / 2)

/* Transactions that may be on their way while the next rows are parsed. */
#define TICKETS_MOST 2

/* A few messages may be damaged; a server that refuses more refuses everything. */
#define REFUSED_MOST 20

typedef struct
{
  gint64 mailbox_id;
  gboolean has_orphans;
  GPtrArray *infos; /* MailMessageInfo */
  guint inserted;
} RowBatch;

typedef struct
{
  const MailImapPass *pass;
  gint64 mailbox_id;
  gboolean has_orphans;
  GPtrArray *infos;     /* parsed, not submitted yet */
  gint64 last_submit;
  GQueue batches;       /* RowBatch, under way */
  GQueue tickets;       /* MailStoreTicket, in the same order */
  GHashTable *received; /* UIDs */
  guint done;
  guint total;
  guint refused;        /* messages that the server does not show */
  GError *why_refused;  /* the first */
} HeaderFetch;

static void
row_batch_free (RowBatch *batch)
{
  g_ptr_array_unref (batch->infos);
  g_free (batch);
}

/* TRUE when a waiting operation takes this message out of the mailbox. An operation that did not know the UID learns it. */
static gboolean
is_leaving (MailDb *db, const GPtrArray *ops, const MailMessageInfo *info, gboolean *leaving, GError **error)
{
  *leaving = FALSE;
  for (guint i = 0; i < ops->len && !*leaving; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);
      g_autoptr (MailMessageInfo) row = NULL;

      if ((op->kind != MAIL_OP_MOVE && op->kind != MAIL_OP_EXPUNGE) || op->mailbox_id != info->mailbox_id)
        continue;
      if (op->uid == info->uid)
        *leaving = TRUE;
      if (op->uid != 0)
        continue;
      row = mail_store_messages_get (db, op->message_id, NULL);
      if (row == NULL || row->mailbox_id == info->mailbox_id || !mail_imap_info_is_same (row, info))
        continue;
      *leaving = TRUE;
      if (!mail_store_ops_set_uid (db, op->message_id, op->mailbox_id, info->uid, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
adopt_orphan (MailDb *db, const MailMessageInfo *info, gboolean *adopted, GError **error)
{
  g_autoptr (MailMessageInfo) row = NULL;
  gint64 id = 0;

  *adopted = FALSE;
  if (!mail_store_messages_find_orphan (db, info->mailbox_id, info, &id, error))
    return FALSE;
  if (id == 0)
    return TRUE;
  *adopted = TRUE;
  row = mail_store_messages_get (db, id, error);
  if (row == NULL
      || (row->where == MAIL_WHERE_HERE && !mail_store_messages_set_where (db, id, MAIL_WHERE_BOTH, error)))
    return FALSE;
  return mail_store_messages_set_uid (db, id, info->uid, error)
         && mail_store_ops_set_uid (db, id, info->mailbox_id, info->uid, error)
         && mail_store_messages_set_server_flags (db, id, info->flags, info->keywords, error);
}

static gboolean
insert_row (MailDb *db, MailMessageInfo *info, guint *inserted, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (mail_store_messages_insert (db, info, &failure))
    {
      *inserted += 1;
      return TRUE;
    }
  /* Somebody was faster: the row came with an operation's answer. */
  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_EXISTS))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
store_rows_job (MailDb *db, gpointer data, GError **error)
{
  RowBatch *batch = data;
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  if (ops == NULL)
    return FALSE;
  for (guint i = 0; i < batch->infos->len; i++)
    {
      MailMessageInfo *info = g_ptr_array_index (batch->infos, i);
      gboolean settled = FALSE;

      if (ops->len > 0 && !is_leaving (db, ops, info, &settled, error))
        return FALSE;
      if (!settled && batch->has_orphans && !adopt_orphan (db, info, &settled, error))
        return FALSE;
      if (!settled && !insert_row (db, info, &batch->inserted, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
await_oldest (HeaderFetch *fetch, GError **error)
{
  RowBatch *batch = g_queue_pop_head (&fetch->batches);
  MailStoreTicket *ticket = g_queue_pop_head (&fetch->tickets);
  gboolean ok = mail_store_wait (ticket, error);

  if (ok)
    {
      fetch->pass->result->fetched += batch->inserted;
      fetch->done += batch->infos->len;
      mail_imap_engine_progress (fetch->pass, MAIL_PHASE_HEADERS, fetch->mailbox_id, fetch->done, fetch->total);
    }
  row_batch_free (batch);
  return ok;
}

static gboolean
submit_rows (HeaderFetch *fetch, GError **error)
{
  RowBatch *batch;

  if (fetch->infos->len == 0)
    return TRUE;
  while (fetch->tickets.length >= TICKETS_MOST)
    if (!await_oldest (fetch, error))
      return FALSE;
  batch = g_new0 (RowBatch, 1);
  batch->mailbox_id = fetch->mailbox_id;
  batch->has_orphans = fetch->has_orphans;
  batch->infos = fetch->infos;
  fetch->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  fetch->last_submit = g_get_monotonic_time ();
  g_queue_push_tail (&fetch->batches, batch);
  g_queue_push_tail (&fetch->tickets, mail_store_submit (fetch->pass->engine->store, store_rows_job, batch));
  return TRUE;
}

static gboolean
take_header (MailImapFetch *answer, gpointer user_data, GError **error)
{
  HeaderFetch *fetch = user_data;

  /* A server may tell flags of any message in between (RFC 9051, section 7.5.2). */
  if (!(answer->has & MAIL_IMAP_HAS_UID) || !(answer->has & MAIL_IMAP_HAS_ENVELOPE)
      || !g_hash_table_add (fetch->received, GUINT_TO_POINTER (answer->uid)))
    return TRUE;
  g_ptr_array_add (fetch->infos, mail_imap_info_new (answer, fetch->mailbox_id));
  if (fetch->infos->len < ROWS_MOST && g_get_monotonic_time () - fetch->last_submit < ROWS_WAIT)
    return TRUE;
  return submit_rows (fetch, error);
}

static gboolean fetch_slice (HeaderFetch *fetch, const GArray *uids, guint start, guint count, GError **error);

/* One message that the server cannot read makes it refuse them all: what did not come is asked for in ever smaller sets, so
 * that only that message is missing. */
static gboolean
fetch_rest (HeaderFetch *fetch, const GArray *uids, guint start, guint count, const GError *why, GError **error)
{
  g_autoptr (GArray) rest = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint half;

  for (guint i = start; i < start + count; i++)
    if (!g_hash_table_contains (fetch->received, GUINT_TO_POINTER (g_array_index (uids, guint32, i))))
      g_array_append_val (rest, g_array_index (uids, guint32, i));
  if (rest->len == 0)
    return TRUE;
  if (rest->len == 1 && count == 1)
    {
      if (fetch->refused++ == 0)
        fetch->why_refused = g_error_copy (why);
      return TRUE;
    }
  half = rest->len / 2;
  return fetch_slice (fetch, rest, half, rest->len - half, error)
         && (half == 0 || fetch_slice (fetch, rest, 0, half, error));
}

static gboolean
fetch_slice (HeaderFetch *fetch, const GArray *uids, guint start, guint count, GError **error)
{
  g_autofree char *set = mail_imap_uid_set (uids, start, count);
  g_autoptr (GError) failure = NULL;
  gboolean ok = mail_imap_session_fetch (fetch->pass->engine->session, set, MAIL_IMAP_INFO_ITEMS, take_header, fetch,
                                         fetch->pass->cancellable, &failure);
  gboolean refused = g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_REFUSED)
                     || g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);

  if (!ok && (!refused || fetch->refused >= REFUSED_MOST))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return submit_rows (fetch, error) && (ok || fetch_rest (fetch, uids, start, count, failure, error));
}

static gboolean
fetch_newest_first (HeaderFetch *fetch, const GArray *uids, GError **error)
{
  guint end = uids->len;
  guint least = uids->len - fetch->total;
  guint slice = FIRST_SCREEN;

  while (end > least)
    {
      guint start = end - MIN (slice, end - least);

      if (!fetch_slice (fetch, uids, start, end - start, error))
        return FALSE;
      end = start;
      slice = MIN (slice * 4, FETCH_MOST);
    }
  return TRUE;
}

static void
report_refused (const HeaderFetch *fetch, const MailMailboxInfo *mailbox)
{
  g_autoptr (GError) refused = NULL;

  if (fetch->refused == 0)
    return;
  g_set_error (&refused, MAIL_ERROR, MAIL_ERROR_REFUSED, "%u messages of %s were not shown: %s", fetch->refused, mailbox->name,
               fetch->why_refused->message);
  mail_imap_engine_report (fetch->pass->engine, refused, MAIL_PROBLEM_RADIUS_MAILBOX);
}

gboolean
mail_imap_headers_fetch (const MailImapPass *pass,
                         const MailMailboxInfo *mailbox,
                         const GArray *uids,
                         guint most,
                         gboolean has_orphans,
                         GError **error)
{
  HeaderFetch fetch = { .pass = pass,
                        .mailbox_id = mailbox->id,
                        .has_orphans = has_orphans,
                        .last_submit = g_get_monotonic_time (),
                        .total = most > 0 ? MIN (most, uids->len) : uids->len };
  gboolean ok;

  fetch.infos = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  g_queue_init (&fetch.batches);
  g_queue_init (&fetch.tickets);
  fetch.received = g_hash_table_new (NULL, NULL);
  ok = fetch_newest_first (&fetch, uids, error);
  /* What is under way is waited for in any case: the store still reads it. */
  while (fetch.tickets.length > 0)
    ok = await_oldest (&fetch, ok ? error : NULL) && ok;
  report_refused (&fetch, mailbox);
  g_clear_error (&fetch.why_refused);
  g_hash_table_unref (fetch.received);
  g_ptr_array_unref (fetch.infos);
  return ok;
}
