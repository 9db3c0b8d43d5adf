/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-writer.h"

#include <string.h>

#include "core/credentials.h"
#include "core/errors.h"
#include "imap/imap-utf7.h"

struct _MailImapWriter
{
  GString *line;     /* since the last piece */
  GPtrArray *pieces;
  gsize eager;
  gboolean hurried;  /* a literal waits for nobody */
  gboolean utf8;
  gboolean secret;
  gboolean continued;
  gboolean bad;
};

MailImapPiece *
mail_imap_piece_new (GBytes *data, gboolean wait, gboolean secret)
{
  MailImapPiece *piece = g_new (MailImapPiece, 1);

  piece->data = data;
  piece->wait = wait;
  piece->secret = secret;
  return piece;
}

void
mail_imap_piece_free (MailImapPiece *piece)
{
  g_bytes_unref (piece->data);
  g_free (piece);
}

MailImapWriter *
mail_imap_writer_new (const char *name, gsize eager, gboolean utf8)
{
  MailImapWriter *self = g_new0 (MailImapWriter, 1);

  self->line = g_string_new (name);
  self->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_piece_free);
  self->eager = eager;
  self->utf8 = utf8;
  return self;
}

gboolean
mail_imap_writer_is_hurried (const MailImapWriter *writer)
{
  return writer->hurried;
}

void
mail_imap_writer_free (MailImapWriter *writer)
{
  if (writer == NULL)
    return;
  g_string_free (writer->line, TRUE);
  g_ptr_array_unref (writer->pieces);
  g_free (writer);
}

void
mail_imap_writer_add (MailImapWriter *writer, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    writer->bad |= g_ascii_iscntrl (*p);
  g_string_append (writer->line, text);
}

static void
end_piece (MailImapWriter *self, gboolean wait)
{
  gsize length = self->line->len;
  char *text = g_string_free (g_steal_pointer (&self->line), FALSE);
  GBytes *data = g_bytes_new_with_free_func (text, length,
                                             self->secret ? (GDestroyNotify) mail_secret_free : g_free, text);

  g_ptr_array_add (self->pieces, mail_imap_piece_new (data, wait, self->secret));
  self->line = g_string_new (NULL);
}

static void
add_literal (MailImapWriter *self, GBytes *bytes, const char *prefix)
{
  gsize size = g_bytes_get_size (bytes);
  gboolean wait = size > self->eager;

  self->hurried |= !wait;
  g_string_append_printf (self->line, "%s{%" G_GSIZE_FORMAT "%s}\r\n", prefix, size, wait ? "" : "+");
  end_piece (self, wait);
  g_ptr_array_add (self->pieces, mail_imap_piece_new (g_bytes_ref (bytes), FALSE, self->secret));
}

static gboolean
fits_quotes (const char *text, gboolean utf8)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '\r' || *p == '\n' || (!utf8 && (guchar) *p >= 0x80))
      return FALSE;
  return !utf8 || g_utf8_validate (text, -1, NULL);
}

void
mail_imap_writer_add_string (MailImapWriter *writer, const char *text)
{
  if (!fits_quotes (text, writer->utf8))
    {
      char *copy = g_strdup (text);
      g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (copy, strlen (copy), (GDestroyNotify) mail_secret_free, copy);

      add_literal (writer, bytes, "");
      return;
    }
  g_string_append_c (writer->line, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (writer->line, '\\');
      g_string_append_c (writer->line, *p);
    }
  g_string_append_c (writer->line, '"');
}

void
mail_imap_writer_add_mailbox (MailImapWriter *writer, const char *name)
{
  g_autofree char *encoded = writer->utf8 ? g_strdup (name) : mail_imap_utf7_encode (name);

  if (encoded == NULL)
    writer->bad = TRUE;
  else
    mail_imap_writer_add_string (writer, encoded);
}

/* From behind the opening quote to behind the closing one. */
static const char *
read_quoted (const char *p, GString *text)
{
  for (; *p != '\0' && *p != '"'; p++)
    {
      if (*p == '\\' && p[1] != '\0')
        p++;
      g_string_append_c (text, *p);
    }
  return *p == '"' ? p + 1 : NULL;
}

void
mail_imap_writer_add_criteria (MailImapWriter *writer, const char *criteria)
{
  const char *p = criteria;

  while (p != NULL && *p != '\0')
    {
      gsize plain = strcspn (p, "\"");
      g_autofree char *grammar = g_strndup (p, plain);
      g_autoptr (GString) text = g_string_new (NULL);

      mail_imap_writer_add (writer, grammar);
      p += plain;
      if (*p == '\0')
        return;
      p = read_quoted (p + 1, text);
      mail_imap_writer_add_string (writer, text->str);
    }
  writer->bad |= p == NULL;
}

void
mail_imap_writer_add_literal (MailImapWriter *writer, GBytes *bytes, gboolean with_utf8)
{
  add_literal (writer, bytes, with_utf8 ? "UTF8 (~" : "");
  if (with_utf8)
    g_string_append_c (writer->line, ')');
}

void
mail_imap_writer_set_secret (MailImapWriter *writer)
{
  writer->secret = TRUE;
}

void
mail_imap_writer_set_continued (MailImapWriter *writer)
{
  writer->continued = TRUE;
}

GPtrArray *
mail_imap_writer_finish (MailImapWriter *writer, GError **error)
{
  if (writer->bad)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "an IMAP command cannot hold this text");
      return NULL;
    }
  g_string_append (writer->line, "\r\n");
  end_piece (writer, writer->continued);
  return g_ptr_array_ref (writer->pieces);
}
