/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-headers.h"

#include "core/errors.h"
#include "store/store-messages.h"
#include "sync/imap-info.h"
#include "sync/imap-link.h"
#include "sync/imap-meet.h"

/* What one FETCH asks for: a screenful first, then ever more, so that a slow line shows something and a fast one is not
 * kept waiting by round trips. */
#define FETCH_MOST 5000

/* How long one FETCH may take, beside the time that the question and the first answer are on their way: so long a person waits for
 * a letter where there is one connection. */
#define FETCH_TIME (G_USEC_PER_SEC / 4)
#define ROUND_TRIPS 4

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
  gboolean strict;
  GPtrArray *infos; /* MailMessageInfo */
  guint inserted;
} RowBatch;

struct _MailImapHeaders
{
  const MailImapPass *pass;
  const MailMailboxInfo *mailbox;
  gboolean has_orphans;
  gboolean strict;
  guint slice;          /* what the next FETCH asks for */
  guint slice_most;     /* what the server showed itself ready to answer */
  GPtrArray *infos;     /* parsed, not submitted yet */
  gint64 last_submit;
  GQueue batches;       /* RowBatch, under way */
  GQueue tickets;       /* MailStoreTicket, in the same order */
  GHashTable *received; /* UIDs, of one call */
  guint done;
  guint total;
  GHashTable *unshown;  /* UIDs that did not come however they were asked for, of one call */
  guint refused;        /* messages to which the server said no */
  GError *why_refused;  /* the first */
  guint set_aside;
  GArray *lost;         /* UIDs that were waited for when nothing more could be asked; NULL before that */
};

static void
row_batch_free (RowBatch *batch)
{
  g_ptr_array_unref (batch->infos);
  g_free (batch);
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
  g_autoptr (MailImapLeaving) leaving = mail_imap_leaving_load (db, batch->mailbox_id, error);

  if (leaving == NULL)
    return FALSE;
  for (guint i = 0; i < batch->infos->len; i++)
    {
      MailMessageInfo *info = g_ptr_array_index (batch->infos, i);
      gboolean met = FALSE;

      if (!mail_imap_meet (db, leaving, info, batch->has_orphans, batch->strict, &met, error))
        return FALSE;
      if (!met && !insert_row (db, info, &batch->inserted, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
await_oldest (MailImapHeaders *fetch, GError **error)
{
  RowBatch *batch = g_queue_pop_head (&fetch->batches);
  MailStoreTicket *ticket = g_queue_pop_head (&fetch->tickets);
  gboolean ok = mail_store_wait (ticket, error);

  if (ok)
    {
      fetch->pass->result->fetched += batch->inserted;
      fetch->done += batch->infos->len;
      mail_imap_engine_progress (fetch->pass, MAIL_PHASE_HEADERS, fetch->mailbox->id, fetch->done, fetch->total);
    }
  row_batch_free (batch);
  return ok;
}

static gboolean
submit_rows (MailImapHeaders *fetch, GError **error)
{
  RowBatch *batch;

  if (fetch->infos->len == 0)
    return TRUE;
  while (fetch->tickets.length >= TICKETS_MOST)
    if (!await_oldest (fetch, error))
      return FALSE;
  batch = g_new0 (RowBatch, 1);
  batch->mailbox_id = fetch->mailbox->id;
  batch->has_orphans = fetch->has_orphans;
  batch->strict = fetch->strict;
  batch->infos = fetch->infos;
  fetch->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  fetch->last_submit = g_get_monotonic_time ();
  g_queue_push_tail (&fetch->batches, batch);
  g_queue_push_tail (&fetch->tickets, mail_store_submit (fetch->pass->engine->store, store_rows_job, batch));
  return TRUE;
}

static gboolean
take_row (MailImapHeaders *fetch, MailImapFetch *answer, GError **error)
{
  if (!g_hash_table_add (fetch->received, GUINT_TO_POINTER (answer->uid)))
    return TRUE;
  mail_imap_suspects_acquit (fetch->pass->engine->suspects, MAIL_SUSPECT_HEADER, fetch->mailbox->id, answer->uid);
  g_ptr_array_add (fetch->infos, mail_imap_info_new (answer, fetch->mailbox->id));
  if (fetch->infos->len < ROWS_MOST && g_get_monotonic_time () - fetch->last_submit < ROWS_WAIT)
    return TRUE;
  return submit_rows (fetch, error);
}

/* An answer without an envelope, or with one that cannot be understood, is none. */
static gboolean
take_header (MailImapFetch *answer, gpointer user_data, GError **error)
{
  return !(answer->has & MAIL_IMAP_HAS_UID) || !(answer->has & MAIL_IMAP_HAS_ENVELOPE) || take_row (user_data, answer, error);
}

/* Here any answer will do: the row then says what is known. */
static gboolean
take_plain_header (MailImapFetch *answer, gpointer user_data, GError **error)
{
  return !(answer->has & MAIL_IMAP_HAS_UID) || take_row (user_data, answer, error);
}

/* (transfer full): those of @uids that did not come. */
static GArray *
list_missing (const MailImapHeaders *fetch, const GArray *uids)
{
  GArray *missing = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < uids->len; i++)
    if (!g_hash_table_contains (fetch->received, GUINT_TO_POINTER (g_array_index (uids, guint32, i))))
      g_array_append_vals (missing, &g_array_index (uids, guint32, i), 1);
  return missing;
}

/* Some servers answer no more than a number of messages at a time (RFC 9738, and others without a word): the next question is no
 * larger than what was answered, or than half of what was not. */
static void
learn_limit (MailImapHeaders *fetch, guint asked, guint answered)
{
  if (asked > MAIL_IMAP_HEADERS_SCREEN)
    fetch->slice_most = MAX (MAIL_IMAP_HEADERS_SCREEN, answered > 0 ? answered : asked / 2);
}

/* FALSE with @error: nothing more can be asked. *@why: the server said no, though it may have shown some. */
static gboolean
ask (MailImapHeaders *fetch, const GArray *uids, gboolean plain, GError **why, GError **error)
{
  g_autofree char *set = mail_imap_uid_set (uids, 0, uids->len);
  g_autofree char *items = mail_imap_info_items (fetch->pass->engine->caps, plain);
  g_autoptr (GError) failure = NULL;
  guint before = g_hash_table_size (fetch->received);

  if (mail_imap_session_fetch (fetch->pass->engine->session, set, items,
                               plain ? take_plain_header : take_header, fetch, fetch->pass->cancellable, &failure))
    return submit_rows (fetch, error);
  if (mail_imap_suspects_is_refusal (failure) && fetch->refused < REFUSED_MOST)
    {
      learn_limit (fetch, uids->len, g_hash_table_size (fetch->received) - before);
      g_propagate_error (why, g_steal_pointer (&failure));
      return submit_rows (fetch, error);
    }
  fetch->lost = list_missing (fetch, uids);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Without the server's and our own reading of the messages: the last that can be tried. */
static gboolean
fetch_plainly (MailImapHeaders *fetch, const GArray *uids, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GArray) missing = NULL;

  if (!ask (fetch, uids, TRUE, &why, error))
    return FALSE;
  missing = list_missing (fetch, uids);
  for (guint i = 0; i < missing->len; i++)
    g_hash_table_add (fetch->unshown, GUINT_TO_POINTER (g_array_index (missing, guint32, i)));
  if (why == NULL || missing->len == 0)
    return TRUE;
  fetch->refused += missing->len;
  if (fetch->why_refused == NULL)
    fetch->why_refused = g_steal_pointer (&why);
  return TRUE;
}

/* (transfer full) */
static GArray *
sub_array (const GArray *uids, guint start, guint end)
{
  GArray *part = g_array_sized_new (FALSE, FALSE, sizeof (guint32), end - start);

  return g_array_append_vals (part, &g_array_index (uids, guint32, start), end - start);
}

static gboolean fetch_set (MailImapHeaders *fetch, const GArray *uids, GError **error);

/* The newer half first. */
static gboolean
fetch_halves (MailImapHeaders *fetch, const GArray *uids, GError **error)
{
  g_autoptr (GArray) older = sub_array (uids, 0, uids->len / 2);
  g_autoptr (GArray) newer = sub_array (uids, uids->len / 2, uids->len);

  return (newer->len == 0 || fetch_set (fetch, newer, error)) && (older->len == 0 || fetch_set (fetch, older, error));
}

/* Asks as long as something comes without a word of why the rest does not. *@missing: that rest. */
static gboolean
ask_for_all (MailImapHeaders *fetch, const GArray *uids, GArray **missing, GError **why, GError **error)
{
  g_autoptr (GArray) left = sub_array (uids, 0, uids->len);

  while (left->len > 0)
    {
      const guint asked = left->len;

      if (!ask (fetch, left, FALSE, why, error))
        return FALSE;
      g_array_unref (left);
      left = list_missing (fetch, uids);
      if (*why != NULL || left->len == asked)
        break;
      if (left->len > 0)
        learn_limit (fetch, asked, asked - left->len);
    }
  *missing = g_steal_pointer (&left);
  return TRUE;
}

/* One message that the server cannot read makes it refuse them all: what did not come is asked for in ever smaller sets, so
 * that only that message is missing. */
static gboolean
fetch_set (MailImapHeaders *fetch, const GArray *uids, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GArray) missing = NULL;

  if (!ask_for_all (fetch, uids, &missing, &why, error))
    return FALSE;
  if (missing->len == 0)
    return TRUE;
  return why == NULL || uids->len == 1 ? fetch_plainly (fetch, missing, error) : fetch_halves (fetch, missing, error);
}

/* The less, the more connections died in a row: two culprits beside each other, each in a set of its own, would take turns at
 * being hunted for ever. */
static guint
first_slice (const MailImapHeaders *fetch)
{
  guint deaths = mail_imap_suspects_count_deaths (fetch->pass->engine->suspects, MAIL_SUSPECT_HEADER);

  return MAX (1, MAIL_IMAP_HEADERS_SCREEN >> MIN (deaths, 8));
}

/* The next question is larger, but not so large that the answer to it would take too long. */
static void
choose_slice (MailImapHeaders *fetch, guint asked, gint64 lasted)
{
  MailImapEngine *engine = fetch->pass->engine;
  guint64 most = fetch->slice_most;
  MailImapLink link = { 0 };

  if (engine->session != NULL)
    mail_imap_session_get_link (engine->session, &link);
  if (asked >= MAIL_IMAP_HEADERS_SCREEN && lasted > 0)
    most = MIN (most, (guint64) asked * (FETCH_TIME + (guint64) link.round_trip * ROUND_TRIPS) / (guint64) lasted);
  fetch->slice = (guint) MIN (fetch->slice * (guint64) 4, MAX (most, MIN (MAIL_IMAP_HEADERS_SCREEN, fetch->slice_most)));
}

static gboolean
fetch_newest_first (MailImapHeaders *fetch, const GArray *uids, GError **error)
{
  guint end = uids->len;

  while (end > 0)
    {
      guint start = end - MIN (fetch->slice, end);
      g_autoptr (GArray) set = sub_array (uids, start, end);
      gint64 begun;

      if (!mail_imap_link_expect (fetch->pass, (guint64) end * MAIL_IMAP_HEADER_OCTETS, 0, error))
        return FALSE;
      begun = g_get_monotonic_time ();
      if (!fetch_set (fetch, set, error))
        return FALSE;
      choose_slice (fetch, end - start, g_get_monotonic_time () - begun);
      end = start;
      /* Where rows wait for their messages a replay would change what they wait for. */
      if (end > 0 && !fetch->has_orphans && !mail_imap_engine_take_break (fetch->pass, fetch->mailbox, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
fetch_suspect (MailImapHeaders *fetch, guint32 uid, GError **error)
{
  g_autoptr (GArray) alone = g_array_new (FALSE, FALSE, sizeof uid);

  g_array_append_val (alone, uid);
  return mail_imap_suspects_is_last_chance (fetch->pass->engine->suspects, fetch->mailbox->id, uid)
             ? fetch_plainly (fetch, alone, error)
             : fetch_set (fetch, alone, error);
}

/* What did not come yet: that over which no connection died, and then the rest. */
static gboolean
fetch_all (MailImapHeaders *fetch, const GArray *uids, GError **error)
{
  MailImapSuspects *suspects = fetch->pass->engine->suspects;
  g_autoptr (GArray) good = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) hunted = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) suspected = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);
      MailImapSuspicion suspicion = mail_imap_suspects_get (suspects, fetch->mailbox->id, uid);

      if (suspicion != MAIL_IMAP_SET_ASIDE && !g_hash_table_contains (fetch->received, GUINT_TO_POINTER (uid))
          && !g_hash_table_contains (fetch->unshown, GUINT_TO_POINTER (uid)))
        g_array_append_val (suspicion == MAIL_IMAP_UNSUSPECTED ? good : suspicion == MAIL_IMAP_HUNTED ? hunted : suspected, uid);
    }
  if (!fetch_newest_first (fetch, good, error))
    return FALSE;
  if (hunted->len > 0 && !fetch_halves (fetch, hunted, error))
    return FALSE;
  mail_imap_suspects_end_hunt (suspects, fetch->mailbox->id);
  for (guint i = suspected->len; i > 0; i--)
    if (!fetch_suspect (fetch, g_array_index (suspected, guint32, i - 1), error))
      return FALSE;
  return TRUE;
}

static void
report_refused (const MailImapHeaders *fetch)
{
  g_autoptr (GError) refused = NULL;

  if (fetch->set_aside == 0)
    return;
  g_set_error (&refused, MAIL_ERROR, MAIL_ERROR_REFUSED, "%u messages of %s were not shown: %s", fetch->set_aside,
               fetch->mailbox->name,
               fetch->why_refused != NULL ? fetch->why_refused->message : "the server passes over them");
  mail_imap_engine_report (fetch->pass->engine, refused, MAIL_PROBLEM_RADIUS_MAILBOX);
}

/* What did not come was expunged meanwhile, unless a search still finds it: that is set aside. Where it is much no message is to
 * blame; and where rows wait for their messages none of them may go before the server shows these. */
static gboolean
settle_unshown (MailImapHeaders *fetch, GError **error)
{
  MailImapEngine *engine = fetch->pass->engine;
  g_autoptr (GArray) uids = mail_imap_uids_of_table (fetch->unshown);
  const guint count = MIN (uids->len, REFUSED_MOST);
  g_autofree char *set = mail_imap_uid_set (uids, 0, count);
  g_autofree char *criteria = g_strconcat ("UID ", set, NULL);
  g_autoptr (GArray) there = NULL;

  if (count == 0)
    return TRUE;
  there = mail_imap_session_search (engine->session, criteria, fetch->pass->cancellable, error);
  if (there != NULL && there->len > 0 && count < uids->len)
    {
      if (fetch->has_orphans)
        g_set_error (error, MAIL_ERROR, MAIL_ERROR_REFUSED, "%u messages were not shown: the server passes over them", uids->len);
      else
        fetch->set_aside += uids->len;
      return !fetch->has_orphans;
    }
  for (guint i = 0; there != NULL && i < count; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      if (!g_array_binary_search (there, &uid, mail_imap_compare_uid, NULL))
        continue;
      mail_imap_suspects_note_refused (engine->suspects, fetch->mailbox->id, uid);
      fetch->set_aside++;
    }
  return there != NULL;
}

/* The connection died with @failure: whose fault was it? */
static void
blame (const MailImapHeaders *fetch, const GError *failure)
{
  MailImapEngine *engine = fetch->pass->engine;
  g_autoptr (GError) set_aside = NULL;

  if (!mail_imap_suspects_accuse (engine->suspects, MAIL_SUSPECT_HEADER, fetch->mailbox->id, fetch->lost))
    return;
  mail_imap_engine_set_unreadable (engine, fetch->mailbox->id, g_array_index (fetch->lost, guint32, 0), failure->message,
                                   &set_aside);
  mail_imap_engine_report (engine, set_aside, MAIL_PROBLEM_RADIUS_MESSAGE);
}

/* TRUE when the others, or ever smaller sets, may be asked for over a new connection. */
static gboolean
survive (MailImapHeaders *fetch, const GError *failure)
{
  MailImapEngine *engine = fetch->pass->engine;
  GCancellable *cancellable = fetch->pass->cancellable;

  if (fetch->lost == NULL || !mail_imap_suspects_is_death (failure))
    return FALSE;
  /* It may have ended over what was sent after this. The next one shows, where nothing is. */
  if (mail_imap_engine_died_alone (engine, failure))
    blame (fetch, failure);
  g_clear_pointer (&fetch->lost, g_array_unref);
  fetch->slice = first_slice (fetch);
  return !mail_imap_suspects_is_hopeless (engine->suspects, MAIL_SUSPECT_HEADER)
         && mail_imap_engine_reopen (engine, cancellable)
         && mail_imap_engine_select (engine, fetch->mailbox, NULL, cancellable, NULL);
}

/* What came is kept in any case, and what is under way is waited for: the store still reads it. */
static gboolean
fetch_and_store (MailImapHeaders *fetch, const GArray *uids, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GError) unstored = NULL;
  gboolean ok = fetch_all (fetch, uids, &failure);
  gboolean stored = submit_rows (fetch, &unstored);

  while (fetch->tickets.length > 0)
    stored = await_oldest (fetch, stored ? &unstored : NULL) && stored;
  if (ok && stored)
    return TRUE;
  g_propagate_error (error, stored ? g_steal_pointer (&failure) : g_steal_pointer (&unstored));
  return FALSE;
}

MailImapHeaders *
mail_imap_headers_new (const MailImapPass *pass, const MailMailboxInfo *mailbox, guint total, gboolean has_orphans)
{
  MailImapHeaders *self = g_new0 (MailImapHeaders, 1);

  self->pass = pass;
  self->mailbox = mailbox;
  self->has_orphans = has_orphans;
  /* A mailbox that was never looked through to its end has rows without UID because it was renumbered. */
  self->strict = mailbox->uidnext == 0;
  self->total = total;
  self->done = has_orphans ? 0 : MIN (mailbox->messages, total);
  self->slice = first_slice (self);
  self->slice_most = FETCH_MOST;
  self->last_submit = g_get_monotonic_time ();
  self->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  self->received = g_hash_table_new (NULL, NULL);
  self->unshown = g_hash_table_new (NULL, NULL);
  return self;
}

void
mail_imap_headers_set_strict (MailImapHeaders *headers)
{
  headers->strict = TRUE;
}

void
mail_imap_headers_free (MailImapHeaders *headers)
{
  if (headers == NULL)
    return;
  report_refused (headers);
  g_clear_error (&headers->why_refused);
  g_clear_pointer (&headers->lost, g_array_unref);
  g_hash_table_unref (headers->received);
  g_hash_table_unref (headers->unshown);
  g_ptr_array_unref (headers->infos);
  g_free (headers);
}

gboolean
mail_imap_headers_fetch (MailImapHeaders *headers, const GArray *uids, GError **error)
{
  GError *failure = NULL;

  g_hash_table_remove_all (headers->received);
  g_hash_table_remove_all (headers->unshown);
  headers->total = MAX (headers->total, headers->done + uids->len);
  while (!fetch_and_store (headers, uids, &failure) && survive (headers, failure))
    g_clear_error (&failure);
  g_clear_pointer (&headers->lost, g_array_unref);
  if (failure == NULL)
    return settle_unshown (headers, error);
  /* The next call goes on behind those that were refused, unless all are. */
  if (mail_imap_suspects_is_refusal (failure) && g_hash_table_size (headers->received) > 0)
    settle_unshown (headers, NULL);
  g_propagate_error (error, failure);
  return FALSE;
}
