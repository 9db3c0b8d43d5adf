/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-body.h"

#include "core/errors.h"
#include "mime/mime-message.h"
#include "store/store-bodies.h"
#include "store/store-messages.h"

/* What of a message is read for its preview: behind the header, first so much, then if need be more. */
#define PREVIEW_HEADER_BYTES (256 * 1024)
#define PREVIEW_BYTES (2 * 1024)
#define PREVIEW_BYTES_MOST (64 * 1024)
#define PREVIEW_CHARS 200

static char *
preview_of_beginning (GBytes *raw, gsize length)
{
  g_autoptr (GBytes) head = g_bytes_new_from_bytes (raw, 0, length);
  g_autoptr (MailMimeMessage) message = mail_mime_message_parse (head, &mail_mime_default_limits, NULL, NULL);
  const char *text = message != NULL ? mail_mime_message_get_text (message) : NULL;

  return mail_mime_preview (text != NULL ? text : "", PREVIEW_CHARS);
}

/* The first words are near the top, mostly: parsing whole messages for them would cost more than fetching them. */
static char *
make_preview (GBytes *raw)
{
  gsize size = 0;
  const char *bytes = g_bytes_get_data (raw, &size);
  const char *end = g_strstr_len (bytes, (gssize) MIN (size, PREVIEW_HEADER_BYTES), "\r\n\r\n");
  gsize header = end != NULL ? (gsize) (end - bytes) : 0;
  gsize little = MIN (size, header + PREVIEW_BYTES);
  gsize much = MIN (size, header + PREVIEW_BYTES_MOST);
  g_autofree char *preview = preview_of_beginning (raw, little);

  /* HTML may begin with a long style sheet, and a letter with a long quote. */
  if (preview[0] == '\0' && much > little)
    return preview_of_beginning (raw, much);
  return g_steal_pointer (&preview);
}

MailImapBody *
mail_imap_body_new (gint64 id, GBytes *raw)
{
  MailImapBody *self = g_new0 (MailImapBody, 1);

  self->id = id;
  self->raw = g_bytes_ref (raw);
  mail_store_hash (raw, self->hash);
  self->preview = make_preview (raw);
  return self;
}

void
mail_imap_body_free (MailImapBody *body)
{
  g_bytes_unref (body->raw);
  g_free (body->preview);
  g_free (body);
}

gboolean
mail_imap_body_is_large (const MailImapEngine *engine, guint64 size)
{
  return size >= MAIL_IMAP_PIECES_BYTES && !engine->no_pieces;
}

typedef struct
{
  const MailStorePieces *of;
  GBytes *beginning;
  char *preview;
} Large;

static gboolean
read_beginning_job (MailDb *db, gpointer data, GError **error)
{
  Large *large = data;

  large->beginning = mail_store_pieces_dup_beginning (db, large->of, PREVIEW_HEADER_BYTES + PREVIEW_BYTES_MOST, error);
  return large->beginning != NULL;
}

static gboolean
make_body_job (MailDb *db, gpointer data, GError **error)
{
  const Large *large = data;

  return mail_store_pieces_make_body (db, large->of, error)
         && mail_store_messages_set_preview (db, large->of->message_id, large->preview, error);
}

static gboolean
make_body (const MailImapPass *pass, const MailStorePieces *of, GError **error)
{
  Large large = { .of = of };
  gboolean ok = mail_store_read (pass->engine->store, read_beginning_job, &large, error);

  if (ok)
    {
      large.preview = make_preview (large.beginning);
      ok = mail_store_write (pass->engine->store, make_body_job, &large, error);
    }
  g_clear_pointer (&large.beginning, g_bytes_unref);
  g_free (large.preview);
  return ok;
}

typedef struct
{
  gint64 id;
  gboolean whole;
} IsHere;

static gboolean
is_here_job (MailDb *db, gpointer data, GError **error)
{
  IsHere *here = data;
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, here->id, error);

  here->whole = row != NULL && row->where != MAIL_WHERE_SERVER;
  return row != NULL;
}

gboolean
mail_imap_body_fetch_large (const MailImapPass *pass,
                            const MailMailboxInfo *mailbox,
                            gint64 id,
                            guint32 uid,
                            guint64 size,
                            gint64 until,
                            MailImapPiecesEnd *end,
                            GError **error)
{
  MailStorePieces of = mail_imap_pieces_of (mailbox, id, uid, "", size);
  IsHere here = { .id = id };
  gboolean ok;

  *end = MAIL_IMAP_PIECES_MORE;
  if (!mail_imap_pieces_claim (pass, id, until))
    return !g_cancellable_set_error_if_cancelled (pass->cancellable, error);
  ok = mail_store_read (pass->engine->store, is_here_job, &here, error);
  if (ok && here.whole)
    *end = MAIL_IMAP_PIECES_ALL_HERE;
  else if (ok)
    ok = mail_imap_pieces_fetch (pass, mailbox, &of, NULL, until, end, error)
         && (*end != MAIL_IMAP_PIECES_ALL_HERE || make_body (pass, &of, error));
  mail_imap_pieces_release (pass, id);
  return ok;
}

gboolean
mail_imap_body_put_job (MailDb *db, gpointer data, GError **error)
{
  GPtrArray *bodies = data;

  for (guint i = 0; i < bodies->len; i++)
    {
      const MailImapBody *body = g_ptr_array_index (bodies, i);
      g_autoptr (GError) failure = NULL;
      /* A person may have deleted it for ever meanwhile. */
      g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, body->id, &failure);

      if (row != NULL && mail_store_bodies_put (db, body->id, body->raw, body->hash, &failure)
          && mail_store_messages_set_preview (db, body->id, body->preview, &failure))
        continue;
      if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return TRUE;
}
