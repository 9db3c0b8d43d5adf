/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/deflate.h"

#include <string.h>
#include <zlib.h>

#include "core/errors.h"

#define RAW_WINDOW (-15)
#define MEMORY_LEVEL 8
#define SPACE (16 * 1024)

/* Deflate can swell a byte to a thousand. Mail swells to five or ten, an attachment of nothing but zeros to more: so each byte that
 * comes earns some, and what was earned is kept up to an amount that a single message may need. */
#define EARNED 100
#define KEPT_MOST (64 * 1024 * 1024)

struct _MailDeflate
{
  z_stream out;
  z_stream in;
  guint8 *waiting; /* came and was not unpacked yet */
  gsize start;
  gsize end;
  gsize capacity;
  gint64 allowed;  /* octets that may still come out */
};

MailDeflate *
mail_deflate_new (void)
{
  MailDeflate *self = g_new0 (MailDeflate, 1);

  /* Both fail only for want of memory, where GLib would have ended the program too. */
  if (deflateInit2 (&self->out, Z_DEFAULT_COMPRESSION, Z_DEFLATED, RAW_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK
      || inflateInit2 (&self->in, RAW_WINDOW) != Z_OK)
    g_error ("zlib cannot be set up");
  self->capacity = SPACE;
  self->waiting = g_malloc (self->capacity);
  self->allowed = KEPT_MOST;
  return self;
}

void
mail_deflate_free (MailDeflate *stream)
{
  if (stream == NULL)
    return;
  deflateEnd (&stream->out);
  inflateEnd (&stream->in);
  g_free (stream->waiting);
  g_free (stream);
}

GBytes *
mail_deflate_pack (MailDeflate *stream, const void *data, gsize length)
{
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  guint8 room[SPACE];
  gsize done = 0;

  do
    {
      gsize step = MIN (length - done, G_MAXINT);

      stream->out.next_in = (guint8 *) data + done;
      stream->out.avail_in = (guint) step;
      done += step;
      do
        {
          stream->out.next_out = room;
          stream->out.avail_out = sizeof room;
          deflate (&stream->out, done == length ? Z_SYNC_FLUSH : Z_NO_FLUSH);
          g_byte_array_append (packed, room, (guint) (sizeof room - stream->out.avail_out));
        }
      while (stream->out.avail_out == 0);
    }
  while (done < length);
  return g_byte_array_free_to_bytes (g_steal_pointer (&packed));
}

void
mail_deflate_feed (MailDeflate *stream, const void *data, gsize length)
{
  if (stream->capacity - stream->end < length)
    {
      stream->capacity = stream->end + length;
      stream->waiting = g_realloc (stream->waiting, stream->capacity);
    }
  if (length > 0)
    memcpy (stream->waiting + stream->end, data, length);
  stream->end += length;
}

guint8 *
mail_deflate_get_space (MailDeflate *stream, gsize *size)
{
  if (stream->start == stream->end)
    stream->start = stream->end = 0;
  if (stream->end == stream->capacity)
    {
      stream->capacity += SPACE;
      stream->waiting = g_realloc (stream->waiting, stream->capacity);
    }
  *size = stream->capacity - stream->end;
  return stream->waiting + stream->end;
}

void
mail_deflate_commit (MailDeflate *stream, gsize length)
{
  stream->end += length;
}

static gssize
fail (MailErrorCode code, const char *what, GError **error)
{
  g_set_error_literal (error, MAIL_ERROR, (gint) code, what);
  return -1;
}

gssize
mail_deflate_unpack (MailDeflate *stream, void *buffer, gsize size, GError **error)
{
  gsize left = MIN (stream->end - stream->start, G_MAXINT);
  gsize taken;
  gsize made;
  int result;

  size = MIN (size, G_MAXINT);
  stream->in.next_in = stream->waiting + stream->start;
  stream->in.avail_in = (guint) left;
  stream->in.next_out = buffer;
  stream->in.avail_out = (guint) size;
  /* Also without a byte waiting: what did not fit into the last buffer is still in there. */
  result = inflate (&stream->in, Z_SYNC_FLUSH);
  taken = left - stream->in.avail_in;
  made = size - stream->in.avail_out;
  stream->start += taken;
  stream->allowed = MIN (stream->allowed + (gint64) taken * EARNED, KEPT_MOST) - (gint64) made;
  if (stream->allowed < 0)
    return fail (MAIL_ERROR_LIMIT, "the server's compressed data swells without end", error);
  if (made > 0)
    return (gssize) made;
  if (result == Z_OK || result == Z_BUF_ERROR)
    return 0;
  return fail (MAIL_ERROR_PROTOCOL, result == Z_STREAM_END ? "the compressed stream ended" : "the compressed data is damaged",
               error);
}
