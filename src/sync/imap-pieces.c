/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-pieces.h"

#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "store/store-facts.h"
#include "sync/fact-names.h"

/* What one command asks for; how long the last one took decides in between. */
#define PIECE_BYTES_FIRST (256 * 1024)
#define PIECE_BYTES_LEAST (32 * 1024)
#define PIECE_BYTES_MOST (4 * 1024 * 1024)
#define PIECE_SECONDS 0.7

/* A server that gives less than it was asked for so often is not asked for pieces. */
#define SHORT_MOST 8

/* Pieces to which nothing was added for so long are those of something that nobody waits for any more. */
#define STALLED_SECONDS (7 * 24 * 60 * 60)

/* A line of base64 (RFC 2045, section 6.8): octets before and after, with its end. */
#define LINE_DECODED 57
#define LINE_ENCODED 78

typedef struct
{
  const MailImapPass *pass;
  gint64 mailbox_id;
  const MailStorePieces *of;
  guint64 decoded_size;    /* of the whole, with BINARY */
  guint64 at;              /* octets that came; in the form in which they are stored */
  guint shorts;
  gboolean there;          /* the server gave something of the message */
  MailStoreTicket *ticket; /* of the piece on its way into the store */
} Pieces;

typedef struct
{
  const MailStorePieces *of;
  guint64 start;
  GBytes *data;
  guint64 length;
} Piece;

static gboolean
measure_job (MailDb *db, gpointer data, GError **error)
{
  Piece *piece = data;

  return mail_store_pieces_measure (db, piece->of, &piece->length, error);
}

static gboolean
drop_job (MailDb *db, gpointer data, GError **error)
{
  const MailStorePieces *of = data;

  return mail_store_pieces_drop (db, of->message_id, of->section, error);
}

static gboolean
add_job (MailDb *db, gpointer data, GError **error)
{
  const Piece *piece = data;

  return mail_store_pieces_add (db, piece->of, piece->start, piece->data, error);
}

static guint64
encoded_size (guint64 decoded)
{
  guint64 rest = decoded % LINE_DECODED;

  return decoded / LINE_DECODED * LINE_ENCODED + (rest > 0 ? (rest + 2) / 3 * 4 + 2 : 0);
}

/* (transfer full): lines, each with its end. */
static GBytes *
encode_lines (const guint8 *bytes, gsize length)
{
  GByteArray *lines = g_byte_array_sized_new ((guint) encoded_size (length));

  for (gsize at = 0; at < length; at += LINE_DECODED)
    {
      g_autofree char *line = g_base64_encode (bytes + at, MIN (length - at, LINE_DECODED));

      g_byte_array_append (lines, (const guint8 *) line, (guint) strlen (line));
      g_byte_array_append (lines, (const guint8 *) "\r\n", 2);
    }
  return g_byte_array_free_to_bytes (lines);
}

static gboolean
await_ticket (Pieces *pieces, GError **error)
{
  return pieces->ticket == NULL || mail_store_wait (g_steal_pointer (&pieces->ticket), error);
}

/* The next piece is asked for while this one is written. The store has done with @piece when that is waited for. */
static gboolean
store_piece (Pieces *pieces, Piece *piece, GBytes *data, GError **error)
{
  if (!await_ticket (pieces, error))
    {
      g_bytes_unref (data);
      return FALSE;
    }
  g_clear_pointer (&piece->data, g_bytes_unref);
  *piece = (Piece) { .of = pieces->of, .start = pieces->at, .data = data };
  pieces->ticket = mail_store_submit (pieces->pass->engine->store, add_job, piece);
  pieces->at += g_bytes_get_size (data);
  return TRUE;
}

/* How much of @answer (nullable), of which @due octets should be there, can be kept. 0: it is none that helps. */
static gsize
judge (Pieces *pieces, GBytes *answer, guint64 due)
{
  gsize length = answer != NULL ? g_bytes_get_size (answer) : 0;

  /* One octet more was asked for than there is, at the end: nothing may come of it. */
  if (length > due)
    return 0;
  if (length == due)
    return length;
  if (++pieces->shorts > SHORT_MOST)
    return 0;
  return pieces->of->recoded ? length / LINE_DECODED * LINE_DECODED : length;
}

static void
adapt (MailImapEngine *engine, double seconds)
{
  double factor = CLAMP (PIECE_SECONDS / MAX (seconds, 0.001), 0.25, 2.0);

  engine->piece_length = (guint64) CLAMP (engine->piece_length * factor, PIECE_BYTES_LEAST, PIECE_BYTES_MOST);
}

/* A server that ignores the offsets sends the whole each time: *@answer is NULL then. */
static gboolean
ask_piece (Pieces *pieces, guint64 start, guint64 length, GBytes **answer, GError **error)
{
  MailImapSession *session = pieces->pass->engine->session;
  guint64 before = mail_imap_session_get_bytes_in (session);

  if (!mail_imap_session_fetch_piece (session, pieces->of->uid, pieces->of->section, pieces->of->recoded, start, length, answer,
                                      pieces->pass->cancellable, error))
    return FALSE;
  pieces->there = TRUE;
  if (mail_imap_session_get_bytes_in (session) - before > 2 * length + PIECE_BYTES_LEAST)
    g_clear_pointer (answer, g_bytes_unref);
  return TRUE;
}

/* *@useless: that way nothing is to be had. */
static gboolean
fetch_one (Pieces *pieces, Piece *piece, gboolean *useless, GError **error)
{
  MailImapEngine *engine = pieces->pass->engine;
  guint64 left = pieces->of->size - pieces->at;
  guint64 length = MIN (engine->piece_length, left);
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GError) failure = NULL;
  g_autoptr (GBytes) answer = NULL;
  GBytes *kept;
  gsize good;
  guint64 start = pieces->at; /* in the server's form, as are the octets due */
  guint64 due = length;

  if (pieces->of->recoded)
    {
      start = pieces->at / LINE_ENCODED * LINE_DECODED;
      due = length < left ? length / LINE_ENCODED * LINE_DECODED : pieces->decoded_size - start;
    }
  if (!ask_piece (pieces, start, length < left ? due : due + 1, &answer, &failure) && !mail_imap_engine_is_declined (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  good = judge (pieces, answer, due);
  *useless = good == 0;
  if (*useless)
    return TRUE;
  /* Connections may end over something large as often as they like, as long as each brings a piece. */
  mail_imap_suspects_acquit (engine->suspects, MAIL_SUSPECT_BODY, pieces->mailbox_id, pieces->of->uid);
  adapt (engine, (g_get_monotonic_time () - begun) / 1e6);
  kept = pieces->of->recoded ? encode_lines (g_bytes_get_data (answer, NULL), good) : g_bytes_new_from_bytes (answer, 0, good);
  return store_piece (pieces, piece, kept, error);
}

/* FALSE when nobody waits for it any more. */
static gboolean
tell (const Pieces *pieces, GError **error)
{
  MailImapEngine *engine = pieces->pass->engine;

  if (engine->watch_piece == NULL || engine->watch_piece (pieces->at, pieces->of->size, engine->watch_data))
    return TRUE;
  engine->stopped = TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "nobody waits for it any more");
  return FALSE;
}

static gboolean
fetch_all (Pieces *pieces, Piece *piece, gint64 until, MailImapPiecesEnd *end, GError **error)
{
  gboolean useless = FALSE;

  *end = MAIL_IMAP_PIECES_MORE;
  while (pieces->at < pieces->of->size)
    {
      if (!tell (pieces, error) || !fetch_one (pieces, piece, &useless, error))
        return FALSE;
      if (useless)
        {
          *end = MAIL_IMAP_PIECES_USELESS;
          return TRUE;
        }
      if (until != 0 && g_get_monotonic_time () >= until && pieces->at < pieces->of->size)
        return TRUE;
    }
  *end = MAIL_IMAP_PIECES_ALL_HERE;
  return tell (pieces, error);
}

static gboolean
take_size (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Pieces *pieces = user_data;

  if (fetch->uid == pieces->of->uid && (fetch->has & MAIL_IMAP_HAS_BINARY_SIZE))
    pieces->decoded_size = fetch->binary_size;
  return TRUE;
}

/* Text is left alone: a server may convert its charset. */
static gboolean
is_worth_binary (const MailImapPass *pass, const MailImapPart *part)
{
  return part != NULL && (pass->engine->caps & MAIL_IMAP_CAP_BINARY) && g_strcmp0 (part->encoding, "base64") == 0
         && g_strcmp0 (part->type, "text") != 0 && g_strcmp0 (part->type, "message") != 0;
}

/* *@size: what the part needs in base64; 0 when the server cannot decode it. */
static gboolean
ask_decoded_size (Pieces *pieces, guint64 *size, GError **error)
{
  g_autofree char *items = g_strdup_printf ("BINARY.SIZE[%s]", pieces->of->section);
  g_autofree char *set = g_strdup_printf ("%u", pieces->of->uid);
  g_autoptr (GError) failure = NULL;

  *size = 0;
  if (mail_imap_session_fetch (pieces->pass->engine->session, set, items, take_size, pieces, pieces->pass->cancellable,
                               &failure))
    *size = encoded_size (pieces->decoded_size);
  else if (!mail_imap_engine_is_declined (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return TRUE;
}

/* Whether @encoded octets of base64, in lines of whatever length, can be @decoded ones. */
static gboolean
is_plausible (guint64 encoded, guint64 decoded)
{
  guint64 least = decoded / 3 * 4;

  return encoded >= least && encoded <= least + least / 8 + 1024;
}

/* Where to go on. */
static gboolean
begin (Pieces *pieces, GError **error)
{
  Piece here = { .of = pieces->of };

  if (!mail_store_read (pieces->pass->engine->store, measure_job, &here, error))
    return FALSE;
  pieces->at = here.length;
  return TRUE;
}

static gboolean
run (Pieces *pieces, gint64 until, MailImapPiecesEnd *end, GError **error)
{
  Piece piece = { 0 };
  g_autoptr (GError) failure = NULL;
  gboolean ok;

  if (!begin (pieces, error))
    return FALSE;
  ok = fetch_all (pieces, &piece, until, end, &failure);
  /* What came is kept in any case. */
  ok = await_ticket (pieces, ok ? &failure : NULL) && ok;
  g_clear_pointer (&piece.data, g_bytes_unref);
  pieces->pass->engine->no_pieces |= ok && *end == MAIL_IMAP_PIECES_USELESS && pieces->there;
  if (ok && *end == MAIL_IMAP_PIECES_USELESS)
    ok = mail_store_write (pieces->pass->engine->store, drop_job, (gpointer) pieces->of, &failure);
  if (!ok)
    g_propagate_error (error, g_steal_pointer (&failure));
  return ok;
}

/* A message that some connection of this program fetches now. */
typedef struct
{
  MailStore *store;
  gint64 message_id;
} Claim;

/* How often it is looked whether a wait was cancelled. */
#define CLAIM_LOOK (G_TIME_SPAN_SECOND / 4)

static GMutex claims_lock;
static GCond claim_ended;
static GArray *claims; /* Claim; guarded by the lock */

/* With the lock held. */
static gint
find_claim (const Claim *wanted)
{
  for (guint i = 0; claims != NULL && i < claims->len; i++)
    {
      const Claim *claim = &g_array_index (claims, Claim, i);

      if (claim->store == wanted->store && claim->message_id == wanted->message_id)
        return (gint) i;
    }
  return -1;
}

gboolean
mail_imap_pieces_claim (const MailImapPass *pass, gint64 message_id, gint64 until)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&claims_lock);
  const Claim claim = { pass->engine->store, message_id };

  while (find_claim (&claim) >= 0)
    {
      gint64 now = g_get_monotonic_time ();

      if ((until != 0 && now >= until) || g_cancellable_is_cancelled (pass->cancellable))
        return FALSE;
      g_cond_wait_until (&claim_ended, &claims_lock, until != 0 ? MIN (until, now + CLAIM_LOOK) : now + CLAIM_LOOK);
    }
  if (claims == NULL)
    claims = g_array_new (FALSE, FALSE, sizeof (Claim));
  g_array_append_val (claims, claim);
  return TRUE;
}

void
mail_imap_pieces_release (const MailImapPass *pass, gint64 message_id)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&claims_lock);
  const Claim claim = { pass->engine->store, message_id };

  g_array_remove_index_fast (claims, (guint) find_claim (&claim));
  if (claims->len == 0)
    g_clear_pointer (&claims, g_array_unref);
  g_cond_broadcast (&claim_ended);
}

MailStorePieces
mail_imap_pieces_of (const MailMailboxInfo *mailbox, gint64 id, guint32 uid, const char *section, guint64 size)
{
  return (MailStorePieces) {
    .message_id = id,
    .section = section,
    .uidvalidity = mailbox->uidvalidity,
    .uid = uid,
    .size = size,
  };
}

gboolean
mail_imap_pieces_fetch (const MailImapPass *pass,
                        const MailMailboxInfo *mailbox,
                        MailStorePieces *of,
                        const MailImapPart *part,
                        gint64 until,
                        MailImapPiecesEnd *end,
                        GError **error)
{
  Pieces pieces = { .pass = pass, .mailbox_id = mailbox->id, .of = of };
  guint64 told = of->size;

  if (pass->engine->piece_length == 0)
    pass->engine->piece_length = PIECE_BYTES_FIRST;
  if (is_worth_binary (pass, part) && !ask_decoded_size (&pieces, &of->size, error))
    return FALSE;
  of->recoded = pieces.decoded_size > 0 && is_plausible (told, pieces.decoded_size);
  if (!of->recoded)
    of->size = told;
  if (!run (&pieces, until, end, error))
    return FALSE;
  if (*end != MAIL_IMAP_PIECES_USELESS || !of->recoded)
    return TRUE;
  /* What it cannot decode it may still give as it is. */
  of->recoded = FALSE;
  pieces.shorts = 0;
  pass->engine->no_pieces = FALSE;
  of->size = told;
  return run (&pieces, until, end, error);
}

static gboolean
tidy_job (MailDb *db, gpointer data, GError **error)
{
  gint64 now = mail_clock_now ();
  g_autofree char *before = NULL;
  g_autofree char *present = NULL;
  g_autoptr (GError) failure = NULL;

  before = mail_store_facts_get (db, MAIL_FACT_PIECES, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (before != NULL && !mail_store_pieces_drop_stalled (db, before, error))
    return FALSE;
  present = mail_store_pieces_describe (db, error);
  return present != NULL && mail_store_facts_set (db, MAIL_FACT_PIECES, present, error)
         && mail_store_facts_set_int (db, MAIL_FACT_PIECES_SEEN, now, error);
}

static gboolean
load_seen_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_facts_get_int (db, MAIL_FACT_PIECES_SEEN, data, error);
}

gboolean
mail_imap_pieces_tidy (MailImapEngine *engine, GError **error)
{
  gint64 now = mail_clock_now ();

  if (engine->pieces_seen == 0 && !mail_store_read (engine->store, load_seen_job, &engine->pieces_seen, error))
    return FALSE;
  /* A clock that was set back must not make it longer. */
  if (engine->pieces_seen <= now && now - engine->pieces_seen < STALLED_SECONDS)
    return TRUE;
  engine->pieces_seen = now;
  return mail_store_write (engine->store, tidy_job, NULL, error);
}
