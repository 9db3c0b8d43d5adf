/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-framer.h"

#include <string.h>

#include "core/errors.h"

enum
{
  BUFFER_SIZE = 128 * 1024,
  READ_ROOM = 16 * 1024,       /* less is not worth a system call */
  LARGE_LITERAL = 4 * 1024,    /* from here on a literal gets its own buffer */
  LITERAL_STEP = 1024 * 1024,  /* memory follows what arrives, not what was announced */
};

struct _MailImapFramer
{
  MailImapLimits limits;
  guint8 *buffer;
  gsize capacity;
  gsize start;         /* of the response being collected */
  gsize scan;          /* where the line begins that is being looked at */
  gsize searched;      /* bytes of that line without a line end, so far */
  gsize end;           /* of what arrived */
  gsize handed_out;    /* length of the response that next() gave, with its line end */
  gsize text;          /* bytes of the response outside literals, so far */
  guint64 total;
  gsize inline_left;   /* of a small literal */
  guint8 *literal;     /* the large literal that is arriving */
  gsize literal_size;  /* announced */
  gsize literal_room;  /* allocated */
  gsize literal_have;
  gboolean direct;     /* get_space() gave room in @literal */
  gboolean broken;
  GArray *literals;
};

static void
clear_literal (gpointer data)
{
  g_bytes_unref (((MailImapLiteral *) data)->data);
}

MailImapFramer *
mail_imap_framer_new (const MailImapLimits *limits)
{
  MailImapFramer *self = g_new0 (MailImapFramer, 1);

  self->limits = *limits;
  self->capacity = BUFFER_SIZE;
  self->buffer = g_malloc (self->capacity);
  self->literals = g_array_new (FALSE, FALSE, sizeof (MailImapLiteral));
  g_array_set_clear_func (self->literals, clear_literal);
  return self;
}

void
mail_imap_framer_free (MailImapFramer *framer)
{
  if (framer == NULL)
    return;
  g_free (framer->buffer);
  g_free (framer->literal);
  g_array_unref (framer->literals);
  g_free (framer);
}

static void
drop_handed_out (MailImapFramer *self)
{
  if (self->handed_out == 0)
    return;
  self->start += self->handed_out;
  self->scan = self->start;
  self->handed_out = 0;
  self->text = 0;
  self->total = 0;
  g_array_set_size (self->literals, 0);
  if (self->start < self->end)
    return;
  self->start = self->scan = self->end = 0;
  if (self->capacity > 8 * BUFFER_SIZE)
    {
      self->capacity = BUFFER_SIZE;
      g_free (self->buffer);
      self->buffer = g_malloc (self->capacity);
    }
}

static void
grow_literal (MailImapFramer *self)
{
  if (self->literal_have < self->literal_room)
    return;
  self->literal_room = MIN (self->literal_size, MAX (2 * self->literal_room, LITERAL_STEP));
  self->literal = g_realloc (self->literal, self->literal_room);
}

guint8 *
mail_imap_framer_get_space (MailImapFramer *framer, gsize *size)
{
  drop_handed_out (framer);
  framer->direct = framer->literal_size - framer->literal_have >= READ_ROOM && framer->scan == framer->end;
  if (framer->direct)
    {
      grow_literal (framer);
      *size = framer->literal_room - framer->literal_have;
      return framer->literal + framer->literal_have;
    }
  if (framer->capacity - framer->end < READ_ROOM && framer->start > 0)
    {
      memmove (framer->buffer, framer->buffer + framer->start, framer->end - framer->start);
      framer->scan -= framer->start;
      framer->end -= framer->start;
      framer->start = 0;
    }
  if (framer->capacity - framer->end < READ_ROOM)
    {
      framer->capacity *= 2;
      framer->buffer = g_realloc (framer->buffer, framer->capacity);
    }
  *size = framer->capacity - framer->end;
  return framer->buffer + framer->end;
}

void
mail_imap_framer_commit (MailImapFramer *framer, gsize length)
{
  if (framer->direct)
    framer->literal_have += length;
  else
    framer->end += length;
  framer->direct = FALSE;
}

void
mail_imap_framer_push (MailImapFramer *framer, const void *data, gsize length)
{
  const guint8 *bytes = data;

  while (length > 0)
    {
      gsize room;
      guint8 *space = mail_imap_framer_get_space (framer, &room);
      gsize step = MIN (room, length);

      memcpy (space, bytes, step);
      mail_imap_framer_commit (framer, step);
      bytes += step;
      length -= step;
    }
}

GBytes *
mail_imap_framer_take_rest (MailImapFramer *framer)
{
  GBytes *rest;

  drop_handed_out (framer);
  rest = g_bytes_new (framer->buffer + framer->start, framer->end - framer->start);
  framer->start = framer->scan = framer->end = 0;
  framer->searched = 0;
  framer->text = 0;
  return rest;
}

gsize
mail_imap_framer_get_buffered (const MailImapFramer *framer)
{
  gsize buffered = framer->end - framer->start - framer->handed_out;

  if (framer->handed_out == 0)
    for (guint i = 0; i < framer->literals->len; i++)
      buffered += g_bytes_get_size (g_array_index (framer->literals, MailImapLiteral, i).data);
  return buffered + framer->literal_have;
}

/* Takes the @length bytes at @scan out of the buffer, moving the shorter side. */
static void
cut (MailImapFramer *self, gsize length)
{
  gsize head = self->scan - self->start;
  gsize tail = self->end - self->scan - length;

  if (tail <= head)
    {
      memmove (self->buffer + self->scan, self->buffer + self->scan + length, tail);
      self->end -= length;
    }
  else
    {
      memmove (self->buffer + self->start + length, self->buffer + self->start, head);
      self->start += length;
      self->scan += length;
    }
}

/* Moves what arrived of the large literal; TRUE when it is whole. */
static gboolean
collect_literal (MailImapFramer *self)
{
  MailImapLiteral literal;

  while (self->literal_have < self->literal_size && self->scan < self->end)
    {
      gsize step;

      grow_literal (self);
      step = MIN (self->literal_room - self->literal_have, self->end - self->scan);
      memcpy (self->literal + self->literal_have, self->buffer + self->scan, step);
      self->literal_have += step;
      cut (self, step);
    }
  if (self->literal_have < self->literal_size)
    return FALSE;
  literal.offset = self->scan - self->start;
  literal.data = g_bytes_new_take (g_steal_pointer (&self->literal), self->literal_size);
  g_array_append_val (self->literals, literal);
  self->literal_size = self->literal_room = self->literal_have = 0;
  return TRUE;
}

/* Human text may end like a literal ("* OK see {5}"): only data responses have literals. */
static gboolean
may_have_literals (const MailImapFramer *self)
{
  static const char *const conditions[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
  const char *text = (const char *) self->buffer + self->start;
  gsize length = self->end - self->start;

  if (length < 2 || text[0] != '*' || text[1] != ' ')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++)
    {
      gsize n = strlen (conditions[i]);

      if (length > n + 2 && g_ascii_strncasecmp (text + 2, conditions[i], n) == 0 && text[2 + n] == ' ')
        return FALSE;
    }
  return TRUE;
}

/* Whether the line that ends at @end (without its line end) announces a literal. A number too large to read counts as one that
 * no limit allows. */
static gboolean
announces_literal (const MailImapFramer *self, gsize end, guint64 *size)
{
  gsize p = end;
  guint64 value = 0;

  if (p - self->start < 3 || self->buffer[--p] != '}')
    return FALSE;
  if (self->buffer[p - 1] == '+')
    p--;
  end = p;
  while (p > self->scan && g_ascii_isdigit (self->buffer[p - 1]))
    p--;
  if (p == end || p == self->scan || self->buffer[p - 1] != '{' || !may_have_literals (self))
    return FALSE;
  for (; p < end; p++)
    value = value > G_MAXUINT64 / 100 ? G_MAXUINT64 : value * 10 + (guint64) (self->buffer[p] - '0');
  *size = value;
  return TRUE;
}

static MailImapFrameResult
fail (MailImapFramer *self, const char *what, GError **error)
{
  self->broken = TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "a response of the server is too large (%s)", what);
  return MAIL_IMAP_FRAME_ERROR;
}

static MailImapFrameResult
begin_literal (MailImapFramer *self, guint64 size, GError **error)
{
  if (size > self->limits.literal)
    return fail (self, "literal", error);
  self->total += size;
  if (self->total + self->text > self->limits.total)
    return fail (self, "total", error);
  if (size >= LARGE_LITERAL)
    self->literal_size = (gsize) size;
  else
    self->inline_left = (gsize) size;
  return MAIL_IMAP_FRAME_NEED_MORE;
}

/* Passes over literals that were begun; FALSE when more bytes are needed first. */
static gboolean
pass_literals (MailImapFramer *self)
{
  gsize step = MIN (self->inline_left, self->end - self->scan);

  if (self->literal_size > 0)
    return collect_literal (self);
  self->scan += step;
  self->inline_left -= step;
  return self->inline_left == 0;
}

MailImapFrameResult
mail_imap_framer_next (MailImapFramer *framer, MailImapFrame *frame, GError **error)
{
  if (framer->broken)
    return fail (framer, "gave up before", error);
  drop_handed_out (framer);
  while (pass_literals (framer))
    {
      gsize left = framer->end - framer->scan;
      const guint8 *from = framer->buffer + framer->scan;
      const guint8 *line_end = memchr (from + framer->searched, '\n', left - framer->searched);
      gsize length = line_end != NULL ? (gsize) (line_end - from) + 1 : left;
      guint64 size;
      gsize stop;

      if (framer->text + length > framer->limits.line)
        return fail (framer, "line", error);
      framer->searched = line_end != NULL ? 0 : left;
      if (line_end == NULL)
        return MAIL_IMAP_FRAME_NEED_MORE;
      framer->text += length;
      stop = framer->scan + length - 1;
      if (stop > framer->scan && framer->buffer[stop - 1] == '\r')
        stop--;
      if (!announces_literal (framer, stop, &size))
        {
          frame->text = (const char *) framer->buffer + framer->start;
          frame->length = stop - framer->start;
          frame->literals = (const MailImapLiteral *) (const void *) framer->literals->data;
          frame->n_literals = framer->literals->len;
          framer->handed_out = framer->scan + length - framer->start;
          return MAIL_IMAP_FRAME_READY;
        }
      framer->scan += length;
      if (begin_literal (framer, size, error) == MAIL_IMAP_FRAME_ERROR)
        return MAIL_IMAP_FRAME_ERROR;
    }
  return MAIL_IMAP_FRAME_NEED_MORE;
}
