/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include "core/errors.h"

/* One piece of one part of a message. */

typedef struct
{
  gboolean binary;
  guint64 start;
  guint64 length;
  gboolean answered;
  GBytes *bytes;
} Piece;

/* A server that does not know of pieces sends the whole. */
static GBytes *
cut (GBytes *whole, const Piece *piece)
{
  gsize size = g_bytes_get_size (whole);
  gsize start = (gsize) MIN (piece->start, size);

  return g_bytes_new_from_bytes (whole, start, (gsize) MIN (piece->length, size - start));
}

static gboolean
take_piece (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Piece *piece = user_data;

  piece->answered = TRUE;
  for (guint i = 0; fetch->sections != NULL && i < fetch->sections->len; i++)
    {
      const MailImapSection *section = g_ptr_array_index (fetch->sections, i);

      if (section->data == NULL || section->binary != piece->binary || piece->bytes != NULL)
        continue;
      if (section->origin < 0)
        piece->bytes = cut (section->data, piece);
      else if ((guint64) section->origin == piece->start)
        piece->bytes = g_bytes_new_from_bytes (section->data, 0, (gsize) MIN (piece->length, g_bytes_get_size (section->data)));
    }
  return TRUE;
}

gboolean
mail_imap_session_fetch_piece (MailImapSession *session,
                               guint32 uid,
                               const char *section,
                               gboolean binary,
                               guint64 start,
                               guint64 length,
                               GBytes **bytes,
                               GCancellable *cancellable,
                               GError **error)
{
  Piece piece = { .binary = binary, .start = start, .length = length };
  g_autofree char *set = g_strdup_printf ("%u", uid);
  g_autofree char *item = g_strdup_printf ("%s.PEEK[%s]<%" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT ">",
                                           binary ? "BINARY" : "BODY", section, start, length);

  *bytes = NULL;
  if (binary && !mail_imap_session_check_cap (session, MAIL_IMAP_CAP_BINARY, "BINARY", error))
    return FALSE;
  if (!mail_imap_session_fetch (session, set, item, take_piece, &piece, cancellable, error))
    {
      g_clear_pointer (&piece.bytes, g_bytes_unref);
      return FALSE;
    }
  if (piece.bytes == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, piece.answered ? "message %u has no part %s" : "message %u is gone",
                   uid, section);
      return FALSE;
    }
  *bytes = piece.bytes;
  return TRUE;
}
