/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-cursor.h"

#include <string.h>

void
mail_imap_cursor_init (MailImapCursor *cursor, const MailImapFrame *frame, const MailImapLimits *limits)
{
  cursor->p = frame->text;
  cursor->end = frame->text + frame->length;
  cursor->frame = frame;
  cursor->next_literal = 0;
  cursor->limits = limits;
  cursor->utf8 = FALSE;
}

static inline gboolean
ends_atom (char c)
{
  return (guchar) c <= ' ' || c == '(' || c == ')' || c == '"' || c == '{' || c == '\x7f';
}

gboolean
mail_imap_cursor_atom (MailImapCursor *cursor, const char **text, gsize *length)
{
  const char *p = cursor->p;

  while (p < cursor->end && !ends_atom (*p))
    p++;
  *text = cursor->p;
  *length = (gsize) (p - cursor->p);
  cursor->p = p;
  return *length > 0;
}

gboolean
mail_imap_cursor_word (MailImapCursor *cursor, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (cursor->end - cursor->p) < length || g_ascii_strncasecmp (cursor->p, word, length) != 0)
    return FALSE;
  if (cursor->p + length < cursor->end && !ends_atom (cursor->p[length]) && cursor->p[length] != ']')
    return FALSE;
  cursor->p += length;
  return TRUE;
}

gboolean
mail_imap_cursor_number (MailImapCursor *cursor, guint64 *number)
{
  guint64 value = 0;
  const char *p = cursor->p;

  for (; p < cursor->end && g_ascii_isdigit (*p); p++)
    {
      guint64 digit = (guint64) (*p - '0');

      if (value > (G_MAXUINT64 - digit) / 10)
        return FALSE;
      value = value * 10 + digit;
    }
  if (p == cursor->p)
    return FALSE;
  cursor->p = p;
  *number = value;
  return TRUE;
}

gboolean
mail_imap_cursor_number32 (MailImapCursor *cursor, guint32 *number)
{
  guint64 value;

  if (!mail_imap_cursor_number (cursor, &value) || value > G_MAXUINT32)
    return FALSE;
  *number = (guint32) value;
  return TRUE;
}

/* At "{": the literal's bytes, borrowed; @bytes (nullable) is set when it is a large one. */
static gboolean
read_literal (MailImapCursor *cursor, const char **data, gsize *length, GBytes **bytes)
{
  const MailImapFrame *frame = cursor->frame;
  guint64 size;

  if (!mail_imap_cursor_take (cursor, '{') || !mail_imap_cursor_number (cursor, &size))
    return FALSE;
  mail_imap_cursor_take (cursor, '+');
  if (!mail_imap_cursor_take (cursor, '}'))
    return FALSE;
  mail_imap_cursor_take (cursor, '\r');
  if (!mail_imap_cursor_take (cursor, '\n'))
    return FALSE;
  if (cursor->next_literal < frame->n_literals
      && frame->literals[cursor->next_literal].offset == (gsize) (cursor->p - frame->text))
    {
      GBytes *literal = frame->literals[cursor->next_literal++].data;

      *data = g_bytes_get_data (literal, length);
      if (bytes != NULL)
        *bytes = literal;
      return TRUE;
    }
  if (size > (guint64) (cursor->end - cursor->p))
    return FALSE;
  *data = cursor->p;
  *length = (gsize) size;
  cursor->p += size;
  return TRUE;
}

/* At a quote: the bytes up to the closing one, borrowed, with their backslashes. */
static gboolean
read_quoted (MailImapCursor *cursor, const char **data, gsize *length, gboolean *escaped)
{
  const char *p = cursor->p + 1;

  *escaped = FALSE;
  *data = p;
  for (; p < cursor->end && *p != '"'; p++)
    if (*p == '\\')
      {
        *escaped = TRUE;
        if (++p == cursor->end)
          return FALSE;
      }
  if (p == cursor->end)
    return FALSE;
  *length = (gsize) (p - *data);
  cursor->p = p + 1;
  return TRUE;
}

static gsize
unescape (char *text, gsize length)
{
  gsize to = 0;

  for (gsize from = 0; from < length; from++)
    {
      if (text[from] == '\\' && from + 1 < length)
        from++;
      text[to++] = text[from];
    }
  text[to] = '\0';
  return to;
}

static char *
dup_bytes (const char *data, gsize length)
{
  char *copy = g_malloc (length + 1);

  memcpy (copy, data, length);
  copy[length] = '\0';
  return copy;
}

static gboolean
is_literal (const MailImapCursor *cursor)
{
  char next = mail_imap_cursor_peek (cursor);

  return next == '{' || (next == '~' && cursor->end - cursor->p > 1 && cursor->p[1] == '{');
}

static gboolean
is_nil (const char *data, gsize length)
{
  return length == 3 && g_ascii_strncasecmp (data, "NIL", 3) == 0;
}

/* A string of any form. *@data is NULL for NIL. */
static gboolean
read_string (MailImapCursor *cursor, const char **data, gsize *length, gboolean *escaped, GBytes **bytes)
{
  *escaped = FALSE;
  if (mail_imap_cursor_peek (cursor) == '"')
    return read_quoted (cursor, data, length, escaped);
  if (is_literal (cursor))
    {
      mail_imap_cursor_take (cursor, '~');
      return read_literal (cursor, data, length, bytes);
    }
  return mail_imap_cursor_atom (cursor, data, length);
}

static gboolean
dup_string (MailImapCursor *cursor, gboolean nil, char **text)
{
  gboolean quoted = mail_imap_cursor_peek (cursor) == '"';
  const char *data;
  gsize length;
  gboolean escaped;

  *text = NULL;
  if (!read_string (cursor, &data, &length, &escaped, NULL))
    return FALSE;
  if (nil && !quoted && is_nil (data, length))
    return TRUE;
  *text = dup_bytes (data, length);
  if (escaped)
    unescape (*text, length);
  return TRUE;
}

gboolean
mail_imap_cursor_nstring (MailImapCursor *cursor, char **text)
{
  return dup_string (cursor, TRUE, text);
}

gboolean
mail_imap_cursor_astring (MailImapCursor *cursor, char **text)
{
  return dup_string (cursor, FALSE, text);
}

gboolean
mail_imap_cursor_nbytes (MailImapCursor *cursor, GBytes **bytes)
{
  gboolean quoted = mail_imap_cursor_peek (cursor) == '"';
  const char *data;
  gsize length;
  gboolean escaped;
  GBytes *large = NULL;

  *bytes = NULL;
  if (!read_string (cursor, &data, &length, &escaped, &large))
    return FALSE;
  if (large != NULL)
    *bytes = g_bytes_ref (large);
  else if (quoted || !is_nil (data, length))
    {
      char *copy = dup_bytes (data, length);

      *bytes = g_bytes_new_take (copy, escaped ? unescape (copy, length) : length);
    }
  return TRUE;
}

/* Passes over values until @depth lists are closed; with 0, over one value. */
static gboolean
skip (MailImapCursor *cursor, gsize depth)
{
  const char *data;
  gsize length;
  gboolean escaped;

  do
    {
      mail_imap_cursor_blanks (cursor);
      if (mail_imap_cursor_take (cursor, '('))
        depth++;
      else if (mail_imap_cursor_take (cursor, ')'))
        {
          if (depth-- == 0)
            return FALSE;
        }
      else if (!read_string (cursor, &data, &length, &escaped, NULL))
        return FALSE;
    }
  while (depth > 0);
  return TRUE;
}

gboolean
mail_imap_cursor_skip (MailImapCursor *cursor)
{
  return skip (cursor, 0);
}

gboolean
mail_imap_cursor_skip_rest (MailImapCursor *cursor)
{
  return skip (cursor, 1);
}

char *
mail_imap_cursor_dup_since (const MailImapCursor *cursor, const MailImapCursor *from)
{
  const MailImapFrame *frame = cursor->frame;
  const char *p = from->p;
  g_autoptr (GString) text = NULL;

  if (from->next_literal == cursor->next_literal)
    return memchr (p, '\0', (gsize) (cursor->p - p)) == NULL ? dup_bytes (p, (gsize) (cursor->p - p)) : NULL;
  text = g_string_new (NULL);
  for (guint i = from->next_literal; i < cursor->next_literal; i++)
    {
      const char *literal = frame->text + frame->literals[i].offset;
      gsize size;
      const char *data = g_bytes_get_data (frame->literals[i].data, &size);

      g_string_append_len (text, p, literal - p);
      g_string_append_len (text, data, (gssize) size);
      p = literal;
    }
  g_string_append_len (text, p, cursor->p - p);
  return memchr (text->str, '\0', text->len) == NULL ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
