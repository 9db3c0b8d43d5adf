/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-bodies.h"

#include <string.h>

#include "core/errors.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/imap-body.h"
#include "sync/imap-link.h"
#include "sync/imap-naming.h"
#include "sync/imap-twins.h"
#include "sync/offline.h"

/* How long one call may take before it gives way to what is more urgent, and how long one command. */
#define FILL_SECONDS 1.0
#define COMMAND_SECONDS 0.3

/* What one command asks for; the rate that was measured decides in between. */
#define COMMAND_BYTES_FIRST (1024 * 1024)
#define COMMAND_BYTES_LEAST (256 * 1024)
#define COMMAND_BYTES_MOST (64 * 1024 * 1024)
#define COMMAND_MESSAGES_MOST 2000

/* Octets of a set of UIDs: servers need not take lines of more than 8,000 (RFC 7162, section 4). */
#define SET_OCTETS_MOST 4000

/* A few messages may be damaged; a server that refuses more refuses everything. */
#define REFUSED_MOST 20

/* What is larger comes in pieces however fast the connection is: memory is the same everywhere. */
#define PIECELESS_BYTES_MOST (8 * 1024 * 1024)

/* What one transaction stores, and how many may be under way. */
#define WRITE_BYTES (4 * 1024 * 1024)
#define WRITE_MESSAGES 200
#define TICKETS_MOST 3

/* Rows that one call looks at. */
#define MISSING_MOST 10000

/* From so many octets on, the time that they took says how fast the connection is. */
#define RATE_BYTES_LEAST (256 * 1024)

typedef struct
{
  const MailImapPass *pass;
  gint64 mailbox_id;   /* of the command under way */
  GHashTable *wanted;  /* uid -> message id (gint64 *) of the command under way */
  GHashTable *asked;   /* char *: what stands for each that was asked for and may not be in the store yet */
  gboolean alone;      /* the turn of those that are suspected */
  guint refused;       /* messages to which the server said no */
  GPtrArray *bodies;   /* MailImapBody, not submitted yet */
  gsize bytes;
  GQueue batches;      /* GPtrArray of MailImapBody, under way */
  GQueue tickets;      /* MailStoreTicket, in the same order */
  guint64 ahead;       /* octets of what is missing in the mailbox */
  guint64 received;
  gint64 begun;        /* monotonic, as is the next: */
  gint64 until;        /* when the call gives way */
  guint done;
  guint total;         /* 0 = not known */
  guint64 bytes_left;
} Fill;

static void
note_done (Fill *fill, guint64 bytes)
{
  fill->done++;
  fill->bytes_left -= MIN (fill->bytes_left, bytes);
}

static void
tell (const Fill *fill)
{
  guint64 rate = fill->pass->engine->fill_rate;
  const MailProgress progress = {
    .phase = MAIL_PHASE_BODIES,
    .done = fill->done,
    .total = fill->total,
    .bytes_left = fill->bytes_left,
    .seconds_left = rate > 0 && fill->total > 0 ? (guint) MIN (fill->bytes_left / rate + 1, G_MAXINT) : 0,
  };

  if (fill->pass->progress != NULL)
    fill->pass->progress (&progress, fill->pass->user_data);
}

static gboolean
await_oldest (Fill *fill, GError **error)
{
  GPtrArray *bodies = g_queue_pop_head (&fill->batches);
  gboolean ok = mail_store_wait (g_queue_pop_head (&fill->tickets), error);

  if (ok)
    {
      fill->pass->result->bodies += bodies->len;
      for (guint i = 0; i < bodies->len; i++)
        note_done (fill, g_bytes_get_size (((const MailImapBody *) g_ptr_array_index (bodies, i))->raw));
      tell (fill);
    }
  g_ptr_array_unref (bodies);
  return ok;
}

static gboolean
submit_bodies (Fill *fill, GError **error)
{
  if (fill->bodies->len == 0)
    return TRUE;
  while (fill->tickets.length >= TICKETS_MOST)
    if (!await_oldest (fill, error))
      return FALSE;
  g_queue_push_tail (&fill->batches, fill->bodies);
  g_queue_push_tail (&fill->tickets,
                     mail_store_submit (fill->pass->engine->store, mail_imap_body_put_job, fill->bodies));
  fill->bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_body_free);
  fill->bytes = 0;
  return TRUE;
}

static gboolean
take_body (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Fill *fill = user_data;
  const MailImapSection *section = mail_imap_fetch_get_section (fetch, "");
  gint64 *id = g_hash_table_lookup (fill->wanted, GUINT_TO_POINTER (fetch->uid));

  if (id == NULL || section == NULL || section->data == NULL)
    return TRUE;
  mail_imap_suspects_acquit (fill->pass->engine->suspects, MAIL_SUSPECT_BODY, fill->mailbox_id, fetch->uid);
  g_ptr_array_add (fill->bodies, mail_imap_body_new (*id, section->data));
  fill->bytes += g_bytes_get_size (section->data);
  fill->received += g_bytes_get_size (section->data);
  g_hash_table_remove (fill->wanted, GUINT_TO_POINTER (fetch->uid));
  if (fill->bytes < WRITE_BYTES && fill->bodies->len < WRITE_MESSAGES)
    return TRUE;
  return submit_bodies (fill, error);
}

/* In pieces everything is written twice; what one command brings in its time needs none. */
static gboolean
is_large (const Fill *fill, guint64 size)
{
  const MailImapEngine *engine = fill->pass->engine;

  return mail_imap_body_is_large (engine, size)
         && size > MIN ((guint64) (engine->fill_rate * COMMAND_SECONDS), PIECELESS_BYTES_MOST);
}

static gboolean
is_its_turn (const Fill *fill, const MailStoreMissing *row)
{
  const MailImapEngine *engine = fill->pass->engine;
  MailImapSuspicion turn = fill->alone ? MAIL_IMAP_SUSPECTED : MAIL_IMAP_UNSUSPECTED;

  return !g_hash_table_contains (engine->unfillable, &row->id)
         && mail_imap_suspects_get (engine->suspects, row->mailbox_id, row->uid) == turn;
}

/* The next messages that one command fetches, from *start on; or *@large by itself. (transfer full): their UIDs, ascending. */
static GArray *
next_command (Fill *fill, const GArray *missing, guint *start, const MailStoreMissing **large)
{
  guint64 rate = fill->pass->engine->fill_rate;
  guint64 limit = rate == 0 ? COMMAND_BYTES_FIRST
                            : CLAMP ((guint64) (rate * COMMAND_SECONDS), COMMAND_BYTES_LEAST, COMMAND_BYTES_MOST);
  GArray *uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint64 bytes = 0;

  for (; *start < missing->len && uids->len < COMMAND_MESSAGES_MOST; *start += 1)
    {
      const MailStoreMissing *row = &g_array_index (missing, MailStoreMissing, *start);
      gint64 id = row->id;

      if (!is_its_turn (fill, row))
        continue;
      if (uids->len > 0 && is_large (fill, row->size))
        break;
      if (uids->len > 0 && (fill->alone || bytes + row->size > limit))
        break;
      bytes += row->size;
      g_array_append_val (uids, row->uid);
      g_hash_table_insert (fill->wanted, GUINT_TO_POINTER (row->uid), g_memdup2 (&id, sizeof id));
      if (is_large (fill, row->size))
        {
          *large = row;
          *start += 1;
          break;
        }
    }
  g_array_sort (uids, mail_imap_compare_uid);
  return uids;
}

/* What was asked for and did not come is not asked for again until the next connection: it was expunged, or the server cannot
 * read it. */
static void
give_up_on (Fill *fill, const GArray *uids)
{
  for (guint i = 0; i < uids->len; i++)
    {
      gpointer uid = GUINT_TO_POINTER (g_array_index (uids, guint32, i));
      const gint64 *id = g_hash_table_lookup (fill->wanted, uid);

      if (id == NULL)
        continue;
      g_hash_table_add (fill->pass->engine->unfillable, g_memdup2 (id, sizeof *id));
      g_hash_table_remove (fill->wanted, uid);
    }
}

static void
leave_out_unwanted (const Fill *fill, GArray *uids)
{
  for (guint i = uids->len; i-- > 0;)
    if (!g_hash_table_contains (fill->wanted, GUINT_TO_POINTER (g_array_index (uids, guint32, i))))
      g_array_remove_index (uids, i);
}

/* FALSE with @error: nothing more can be asked. *@refused: the server said no, though it may have brought some. */
static gboolean
ask (Fill *fill, const char *set, gboolean *refused, GError **error)
{
  MailImapEngine *engine = fill->pass->engine;
  g_autoptr (GError) failure = NULL;
  guint64 before = fill->received;
  gint64 begun;
  double seconds;

  if (!mail_imap_link_expect (fill->pass, 0, fill->ahead, error))
    {
      /* They were not asked for yet. */
      g_hash_table_remove_all (fill->wanted);
      return FALSE;
    }
  begun = g_get_monotonic_time ();
  *refused = !mail_imap_session_fetch (engine->session, set, "BODY.PEEK[]", take_body, fill, fill->pass->cancellable, &failure);
  if (*refused && (!mail_imap_suspects_is_refusal (failure) || fill->refused >= REFUSED_MOST))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  seconds = MAX ((g_get_monotonic_time () - begun) / 1e6, 0.001);
  if (!*refused)
    engine->fill_rate = (guint64) ((fill->received - before) / seconds) + 1;
  return TRUE;
}

static gboolean run_command (Fill *fill, const GArray *uids, GError **error);

/* The newer half first. */
static gboolean
run_halves (Fill *fill, const GArray *uids, GError **error)
{
  guint middle = uids->len / 2;
  g_autoptr (GArray) older = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) newer = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_array_append_vals (older, uids->data, middle);
  g_array_append_vals (newer, &g_array_index (uids, guint32, middle), uids->len - middle);
  return run_command (fill, newer, error) && (older->len == 0 || run_command (fill, older, error));
}

/* One message that the server cannot read makes it refuse them all: what did not come is asked for in ever smaller sets. */
static gboolean
run_command (Fill *fill, const GArray *uids, GError **error)
{
  g_autofree char *set = mail_imap_uid_set (uids, 0, uids->len);
  g_autoptr (GArray) missing = NULL;
  gboolean refused;

  if (uids->len > 1 && strlen (set) > SET_OCTETS_MOST)
    return run_halves (fill, uids, error);
  if (!ask (fill, set, &refused, error))
    return FALSE;
  missing = g_array_copy ((GArray *) uids);
  leave_out_unwanted (fill, missing);
  if (refused && uids->len > 1 && missing->len > 0)
    return run_halves (fill, missing, error);
  give_up_on (fill, missing);
  fill->refused += refused;
  return TRUE;
}

static gboolean
select_mailbox (const Fill *fill, const MailMailboxInfo *mailbox, GError **error)
{
  return mail_imap_engine_select (fill->pass->engine, mailbox, NULL, fill->pass->cancellable, error);
}

/* *@more: it is not all here yet. */
static gboolean
run_large (Fill *fill, const MailMailboxInfo *mailbox, const MailStoreMissing *row, gboolean *more, GError **error)
{
  MailImapPiecesEnd end;
  guint64 before = mail_imap_session_get_bytes_in (fill->pass->engine->session);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GError) failure = NULL;

  g_array_append_val (uids, row->uid);
  if (!mail_imap_body_fetch_large (fill->pass, mailbox, row->id, row->uid, row->size, fill->until, &end, &failure))
    {
      /* It is too large for the store, or was deleted here while its pieces came. */
      gboolean is_of_one = g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_UNREADABLE)
                           || g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);

      if (is_of_one)
        give_up_on (fill, uids);
      else
        g_propagate_error (error, g_steal_pointer (&failure));
      return is_of_one;
    }
  if (end == MAIL_IMAP_PIECES_USELESS)
    return run_command (fill, uids, error);
  fill->received += mail_imap_session_get_bytes_in (fill->pass->engine->session) - before;
  g_hash_table_remove (fill->wanted, GUINT_TO_POINTER (row->uid));
  *more = end == MAIL_IMAP_PIECES_MORE;
  if (*more)
    return TRUE;
  mail_imap_suspects_acquit (fill->pass->engine->suspects, MAIL_SUSPECT_BODY, mailbox->id, row->uid);
  fill->pass->result->bodies++;
  note_done (fill, row->size);
  tell (fill);
  return TRUE;
}

/* What was brought is in the store before it is looked for there under another row. */
static gboolean
settle (Fill *fill, GError **error)
{
  if (!submit_bodies (fill, error))
    return FALSE;
  while (fill->tickets.length > 0)
    if (!await_oldest (fill, error))
      return FALSE;
  g_hash_table_remove_all (fill->asked);
  return TRUE;
}

/* What is left of @uids after those that were found here under another row. */
static gboolean
link_twins (Fill *fill, GArray *uids, GError **error)
{
  guint before = g_hash_table_size (fill->wanted);

  if (!mail_imap_twins_link (fill->pass, fill->wanted, error))
    return FALSE;
  leave_out_unwanted (fill, uids);
  fill->done += before - g_hash_table_size (fill->wanted);
  return TRUE;
}

/* What is left of @uids after those that are expected under another row. @row and the @count - 1 after it have them, and what is
 * held back is added to @held. */
static gboolean
hold_twins_back (Fill *fill, const MailStoreMissing *row, guint count, GArray *uids, GArray *held, GError **error)
{
  if (!mail_imap_twins_hold_back (fill->pass, uids, fill->wanted, fill->asked, error))
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (g_array_binary_search (uids, &row[i].uid, mail_imap_compare_uid, NULL)
        && !g_hash_table_contains (fill->wanted, GUINT_TO_POINTER (row[i].uid)))
      g_array_append_vals (held, &row[i], 1);
  leave_out_unwanted (fill, uids);
  return TRUE;
}

/* *@more: the time was over before the rows were. @held (nullable): takes those that may be found under another row once that is
 * here. */
static gboolean
fill_rows (Fill *fill, const MailMailboxInfo *mailbox, const GArray *missing, GArray *held, gboolean *more, GError **error)
{
  guint next = 0;

  while (!*more)
    {
      const MailStoreMissing *large = NULL;
      guint first = next;
      g_autoptr (GArray) uids = next_command (fill, missing, &next, &large);

      if (uids->len == 0)
        return TRUE;
      if (!select_mailbox (fill, mailbox, error) || !link_twins (fill, uids, error)
          || (held != NULL
              && !hold_twins_back (fill, &g_array_index (missing, MailStoreMissing, first), next - first, uids, held, error)))
        return FALSE;
      if (uids->len > 0
          && !(large != NULL ? run_large (fill, mailbox, large, more, error) : run_command (fill, uids, error)))
        return FALSE;
      *more = *more || g_get_monotonic_time () >= fill->until;
    }
  return TRUE;
}

static gboolean
fill_mailbox (Fill *fill, const MailMailboxInfo *mailbox, const GArray *missing, gboolean *more, GError **error)
{
  g_autoptr (GArray) held = g_array_new (FALSE, FALSE, sizeof (MailStoreMissing));

  fill->mailbox_id = mailbox->id;
  if (!fill_rows (fill, mailbox, missing, held, more, error))
    return FALSE;
  return *more || held->len == 0 || (settle (fill, error) && fill_rows (fill, mailbox, held, NULL, more, error));
}

typedef struct
{
  gint64 mailbox_id;
  MailOfflineRule rule;
  guint limit;
  GArray *missing;
} Missing;

/* One that is starred and new is in both. */
static void
append_others (GArray *missing, const GArray *starred)
{
  g_autoptr (GHashTable) uids = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < missing->len; i++)
    g_hash_table_add (uids, GUINT_TO_POINTER (g_array_index (missing, MailStoreMissing, i).uid));
  for (guint i = 0; i < starred->len; i++)
    if (!g_hash_table_contains (uids, GUINT_TO_POINTER (g_array_index (starred, MailStoreMissing, i).uid)))
      g_array_append_vals (missing, &g_array_index (starred, MailStoreMissing, i), 1);
}

static gboolean
missing_job (MailDb *db, gpointer data, GError **error)
{
  Missing *missing = data;
  g_autoptr (GArray) starred = NULL;
  gint64 since = missing->rule.what == MAIL_OFFLINE_DAYS ? missing->rule.since : 0;

  if (missing->rule.what != MAIL_OFFLINE_ALL)
    {
      starred = mail_store_messages_missing_starred (db, missing->mailbox_id, missing->limit, error);
      if (starred == NULL)
        return FALSE;
    }
  missing->missing = missing->rule.what == MAIL_OFFLINE_HEADERS
                         ? g_array_new (FALSE, FALSE, sizeof (MailStoreMissing))
                         : mail_store_messages_missing (db, missing->mailbox_id, since, missing->limit, error);
  if (missing->missing == NULL)
    return FALSE;
  if (starred != NULL)
    append_others (missing->missing, starred);
  return TRUE;
}

static gboolean
fill_one (Fill *fill, const MailMailboxInfo *mailbox, gboolean *more, GError **error)
{
  MailImapEngine *engine = fill->pass->engine;
  Missing query = { .mailbox_id = mailbox->id,
                    .rule = mail_offline_rule (mailbox, engine->config, engine->wish.everything),
                    .limit = MISSING_MOST + g_hash_table_size (engine->unfillable)
                             + mail_imap_suspects_count (engine->suspects) };
  g_autoptr (GArray) missing = NULL;

  if (!mail_store_read (engine->store, missing_job, &query, error))
    return FALSE;
  missing = query.missing;
  fill->ahead = 0;
  for (guint i = 0; i < missing->len; i++)
    fill->ahead += g_array_index (missing, MailStoreMissing, i).size;
  fill->alone = FALSE;
  if (!fill_mailbox (fill, mailbox, missing, more, error))
    return FALSE;
  fill->alone = TRUE;
  if (mail_imap_suspects_count (engine->suspects) > 0 && !fill_mailbox (fill, mailbox, missing, more, error))
    return FALSE;
  if (missing->len >= query.limit)
    *more = TRUE;
  return TRUE;
}

/* One that is gone lacks nothing. Of the others only who prepares to be offline has to know. */
static void
note_left_out (const Fill *fill, const MailMailboxInfo *mailbox, GError *failure)
{
  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    return;
  fill->pass->result->left_out++;
  if (!fill->pass->engine->wish.everything)
    return;
  g_prefix_error (&failure, "%s: ", mailbox->name);
  mail_imap_engine_report (fill->pass->engine, failure, MAIL_PROBLEM_RADIUS_MAILBOX);
}

/* Its UIDs have to be read anew: no server said so. */
static gboolean
is_stale (const GError *failure)
{
  return g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_BUSY) && mail_error_get_server_code (failure) == NULL;
}

static gboolean
fill_all (Fill *fill, const GPtrArray *mailboxes, gboolean *more, GError **error)
{
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      g_autoptr (GError) failure = NULL;

      if (!fill_one (fill, mailbox, more, &failure))
        {
          gboolean stale = is_stale (failure);

          if (!stale && !mail_imap_engine_is_of_mailbox (failure))
            {
              g_propagate_error (error, g_steal_pointer (&failure));
              return FALSE;
            }
          fill->pass->result->renumbered = fill->pass->result->renumbered || stale;
          /* What is missing in it is missing still when the next batch begins anew. */
          note_left_out (fill, mailbox, failure);
          g_hash_table_remove_all (fill->wanted);
        }
      if (*more)
        return TRUE;
      if (!settle (fill, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mail_imap_bodies_blame (MailImapEngine *engine,
                        gint64 mailbox_id,
                        const GArray *uids,
                        const GError *failure,
                        GError **set_aside)
{
  if (uids->len == 0 || !mail_imap_suspects_is_death (failure))
    return FALSE;
  if (mail_imap_engine_died_alone (engine, failure)
      && mail_imap_suspects_accuse (engine->suspects, MAIL_SUSPECT_BODY, mailbox_id, uids))
    mail_imap_engine_set_unreadable (engine, mailbox_id, g_array_index (uids, guint32, 0), failure->message, set_aside);
  return !mail_imap_suspects_is_hopeless (engine->suspects, MAIL_SUSPECT_BODY);
}

/* TRUE when the batch ended only because one message cannot be had, so that another may follow over a new connection. */
static gboolean
survive (const Fill *fill, const GError *failure)
{
  MailImapEngine *engine = fill->pass->engine;
  g_autoptr (GArray) uids = mail_imap_uids_of_table (fill->wanted);
  g_autoptr (GError) set_aside = NULL;
  gboolean go_on = mail_imap_bodies_blame (engine, fill->mailbox_id, uids, failure, &set_aside);

  if (set_aside != NULL)
    mail_imap_engine_report (engine, set_aside, MAIL_PROBLEM_RADIUS_MESSAGE);
  if (go_on)
    mail_imap_engine_check_session (engine, failure);
  return go_on;
}

/* Ends the batch, whose @failure is taken: what came is kept in any case. */
static gboolean
finish (Fill *fill, GError *failure, gboolean *more, GError **error)
{
  g_autoptr (GError) why = failure;
  gboolean stored = submit_bodies (fill, why == NULL ? &why : NULL);

  while (fill->tickets.length > 0)
    stored = await_oldest (fill, why == NULL ? &why : NULL) && stored;
  if (why == NULL)
    return TRUE;
  if (stored && survive (fill, why))
    {
      *more = TRUE;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
note_rate_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_facts_set_int (db, MAIL_OFFLINE_RATE, *(const gint64 *) data, error);
}

/* For the estimate of what is still to come. A rate that is about the same is not worth a write, and one of little data no rate. */
static gboolean
note_rate (const Fill *fill, GError **error)
{
  MailImapEngine *engine = fill->pass->engine;
  double seconds = (g_get_monotonic_time () - fill->begun) / 1e6;
  gint64 rate = (gint64) (fill->received / MAX (seconds, 0.001));

  if (fill->received < RATE_BYTES_LEAST || ABS (rate - engine->noted_rate) < engine->noted_rate / 4)
    return TRUE;
  engine->noted_rate = rate;
  return mail_store_write (engine->store, note_rate_job, &rate, error);
}

/* (transfer full): those of which something may be missing, in the order of their turns. */
static GPtrArray *
choose_mailboxes (Fill *fill, GError **error)
{
  const MailImapEngine *engine = fill->pass->engine;
  GPtrArray *mailboxes = mail_imap_engine_load_mailboxes (fill->pass->engine, error);

  for (guint i = mailboxes != NULL ? mailboxes->len : 0; i-- > 0;)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      MailOfflineRule rule = mail_offline_rule (mailbox, engine->config, engine->wish.everything);
      gboolean fillable = mail_offline_is_fillable (mailbox);

      if (fillable && rule.what == MAIL_OFFLINE_ALL)
        {
          fill->done += mailbox->bodies;
          fill->total += mailbox->messages;
          fill->bytes_left += mailbox->missing_bytes;
        }
      if (!fillable || mailbox->bodies >= mailbox->messages)
        g_ptr_array_remove_index (mailboxes, i);
    }
  if (mailboxes != NULL)
    mail_offline_sort (mailboxes, engine->wish.open_id);
  return mailboxes;
}

gboolean
mail_imap_fill (const MailImapPass *pass, gboolean *more, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = NULL;
  Fill fill = { .pass = pass };
  GError *failure = NULL;
  gboolean ok;

  mailboxes = choose_mailboxes (&fill, error);
  if (mailboxes == NULL)
    return FALSE;
  fill.begun = g_get_monotonic_time ();
  fill.until = fill.begun + (gint64) (FILL_SECONDS * G_USEC_PER_SEC);
  fill.wanted = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  fill.asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  fill.bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_body_free);
  g_queue_init (&fill.batches);
  g_queue_init (&fill.tickets);
  fill_all (&fill, mailboxes, more, &failure);
  ok = finish (&fill, failure, more, error) && note_rate (&fill, error)
       && (*more || mail_imap_naming (pass, more, error));
  g_ptr_array_unref (fill.bodies);
  g_hash_table_unref (fill.asked);
  g_hash_table_unref (fill.wanted);
  return ok;
}
