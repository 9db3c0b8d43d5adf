/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-words.h"

#include <gmime/gmime.h>
#include <string.h>

#include "mime/mime-charset.h"
#include "mime/mime-message.h"

/* One encoded word of RFC 2047, section 2: =?charset*language?encoding?text?= */
typedef struct
{
  const char *charset;
  gsize charset_length;
  char encoding; /* 'B' or 'Q' */
  const char *text;
  gsize text_length;
  const char *end;
} EncodedWord;

static const char *
find_pair (const char *text, char first, char second)
{
  while ((text = strchr (text, first)) != NULL && text[1] != second)
    text++;
  return text;
}

static gboolean
read_encoded_word (const char *start, EncodedWord *word, gboolean *hopeless)
{
  const char *mark = strchr (start + 2, '?');
  const char *end;

  *hopeless = mark == NULL;
  if (mark == NULL || mark == start + 2 || mark[1] == '\0' || mark[2] != '?')
    return FALSE;
  word->charset = start + 2;
  word->charset_length = mark - word->charset;
  for (gsize i = 0; i < word->charset_length; i++)
    if (g_ascii_isspace (word->charset[i]))
      return FALSE;
    else if (word->charset[i] == '*')
      word->charset_length = i;
  word->encoding = g_ascii_toupper (mark[1]);
  word->text = mark + 3;
  if (word->encoding != 'B' && word->encoding != 'Q')
    return FALSE;
  end = find_pair (word->text, '?', '=');
  *hopeless = end == NULL;
  if (end == NULL)
    return FALSE;
  word->text_length = end - word->text;
  word->end = end + 2;
  return TRUE;
}

const char *
mail_mime_encoded_word_end (const char *start, gboolean *hopeless)
{
  EncodedWord word;

  return read_encoded_word (start, &word, hopeless) ? word.end : NULL;
}

static void
append_decoded (GByteArray *bytes, const EncodedWord *word)
{
  gsize before = bytes->len;
  GMimeEncoding state;
  gsize written;

  g_mime_encoding_init_decode (&state, word->encoding == 'B' ? GMIME_CONTENT_ENCODING_BASE64
                                                             : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  g_byte_array_set_size (bytes, before + g_mime_encoding_outlen (&state, word->text_length));
  if (word->encoding == 'Q')
    {
      g_autofree char *text = g_strndup (word->text, word->text_length);

      written = g_mime_encoding_flush (&state, g_strdelimit (text, "_", ' '), word->text_length, (char *) bytes->data + before);
    }
  else
    written = g_mime_encoding_flush (&state, word->text, word->text_length, (char *) bytes->data + before);
  g_byte_array_set_size (bytes, before + written);
}

/* Characters may be cut in two between words of one charset, so their bytes are joined before they are converted. */
static void
flush_words (GString *out, GByteArray *bytes, const char *charset)
{
  if (bytes->len > 0)
    {
      g_autofree char *text = mail_mime_to_utf8 ((const char *) bytes->data, bytes->len, charset, NULL);

      g_string_append (out, text);
    }
  g_byte_array_set_size (bytes, 0);
}

static void
append_literal (GString *out, const char *text, gsize length)
{
  g_autofree char *utf8 = mail_mime_to_utf8 (text, length, NULL, NULL);

  g_string_append (out, utf8);
}

static void
append_words (GString *out, const char *raw)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *charset = NULL;
  const char *literal = raw; /* what was not given out yet */
  gboolean after_word = FALSE;
  gboolean hopeless = FALSE;

  for (const char *p = find_pair (raw, '=', '?'); p != NULL && !hopeless; p = find_pair (p, '=', '?'))
    {
      EncodedWord word;
      gboolean adjacent = after_word && strspn (literal, " \t\r\n") >= (gsize) (p - literal);

      if (!read_encoded_word (p, &word, &hopeless))
        {
          p += 2;
          continue;
        }
      if (!adjacent || charset == NULL || strlen (charset) != word.charset_length ||
          g_ascii_strncasecmp (charset, word.charset, word.charset_length) != 0)
        flush_words (out, bytes, charset);
      if (!adjacent)
        append_literal (out, literal, p - literal);
      g_free (charset);
      charset = g_strndup (word.charset, word.charset_length);
      append_decoded (bytes, &word);
      literal = p = word.end;
      after_word = TRUE;
    }
  flush_words (out, bytes, charset);
  append_literal (out, literal, strlen (literal));
}

/* Folds and control characters, also those that came out of encoded words, become one blank each. */
static void
blank_controls (GString *text)
{
  gsize kept = 0;

  for (gsize i = 0; i < text->len; i++)
    {
      guchar c = text->str[i];

      if (c == '\r' || c == '\n')
        {
          if (kept > 0 && text->str[kept - 1] != ' ')
            text->str[kept++] = ' ';
          while (i + 1 < text->len && strchr (" \t\r\n", text->str[i + 1]) != NULL)
            i++;
        }
      else
        text->str[kept++] = c < 32 || c == 127 ? ' ' : c;
    }
  g_string_truncate (text, kept);
}

char *
mail_mime_decode_words (const char *raw)
{
  GString *out;
  gboolean plain = TRUE;

  if (raw == NULL)
    return NULL;
  for (const char *p = raw; plain && *p != '\0'; p++)
    plain = *p >= 32 && *p < 127 && !(*p == '=' && p[1] == '?');
  if (plain)
    return g_strstrip (g_strdup (raw));
  out = g_string_sized_new (strlen (raw) + 16);
  append_words (out, raw);
  blank_controls (out);
  return g_strstrip (g_string_free (out, FALSE));
}
