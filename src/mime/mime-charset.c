/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "mime/mime-charset.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>

#include "mime/mime-library.h"

/* What senders write -> what they mean (the supersets that their programs really used). */
static const char *const supersets[][2] = {
  { "iso-8859-1", "windows-1252" }, { "iso-8859-9", "windows-1254" }, { "iso-8859-11", "windows-874" },
  { "tis-620", "windows-874" },     { "gb2312", "gb18030" },         { "gbk", "gb18030" },
  { "x-gbk", "gb18030" },           { "big5", "big5-hkscs" },        { "ks_c_5601-1987", "cp949" },
  { "euc-kr", "cp949" },            { "shift_jis", "cp932" },        { "x-sjis", "cp932" },
  { "iso-2022-jp", "iso-2022-jp-3" },
};

gboolean
mail_mime_is_ascii (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] <= 0)
      return FALSE;
  return TRUE;
}

static gboolean
is_one_of (const char *label, const char *first, const char *second, const char *third)
{
  return g_ascii_strcasecmp (label, first) == 0 || g_ascii_strcasecmp (label, second) == 0 ||
         g_ascii_strcasecmp (label, third) == 0;
}

/* C1 controls never occur in text: bytes 0x80-0x9f prove an ISO 8859 label wrong. */
static gboolean
has_c1 (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) bytes[i] >= 0x80 && (guchar) bytes[i] <= 0x9f)
      return TRUE;
  return FALSE;
}

/* A label that says UTF-8, or nothing. */
static gboolean
is_no_label (const char *label)
{
  return label == NULL || label[0] == '\0' || is_one_of (label, "utf-8", "utf8", "us-ascii") ||
         is_one_of (label, "ascii", "unknown-8bit", "x-unknown");
}

/* Drops NULs and makes sure of UTF-8: what is not becomes U+FFFD. */
static char *
finish (GString *text, gsize *length_out)
{
  gsize kept = 0;

  if (memchr (text->str, '\0', text->len) != NULL)
    {
      for (gsize i = 0; i < text->len; i++)
        if (text->str[i] != '\0')
          text->str[kept++] = text->str[i];
      g_string_truncate (text, kept);
    }
  if (!g_utf8_validate_len (text->str, text->len, NULL))
    {
      char *valid = g_utf8_make_valid (text->str, text->len);

      g_string_free (text, TRUE);
      if (length_out != NULL)
        *length_out = strlen (valid);
      return valid;
    }
  if (length_out != NULL)
    *length_out = text->len;
  return g_string_free (text, FALSE);
}

/* Converts as much as can be; each byte that cannot be becomes U+FFFD. NULL when too many cannot, or there is no such charset. */
static GString *
convert (const char *bytes, gsize length, const char *charset, gsize tolerated)
{
  GIConv converter = g_iconv_open ("UTF-8", charset);
  GString *text;
  char *in = (char *) bytes;
  gsize left = length;
  gsize bad = 0;

  if (converter == (GIConv) -1)
    return NULL;
  text = g_string_sized_new (length + length / 8 + 16);
  while (left > 0)
    {
      char *out = text->str + text->len;
      gsize room = text->allocated_len - text->len - 1;
      gsize before = room;
      gsize result = g_iconv (converter, &in, &left, &out, &room);
      int problem = errno;

      g_string_set_size (text, text->len + before - room);
      if (result != (gsize) -1)
        break;
      if (problem == E2BIG)
        {
          gsize filled = text->len;

          g_string_set_size (text, text->allocated_len + length / 4 + 64);
          g_string_truncate (text, filled);
          continue;
        }
      g_string_append (text, "\xef\xbf\xbd");
      in++;
      left--;
      if (++bad > tolerated)
        {
          g_iconv_close (converter);
          g_string_free (text, TRUE);
          return NULL;
        }
    }
  g_iconv_close (converter);
  return text;
}

/* (transfer full): underscores for hyphens are the commonest slip ("koi8_r"). */
static char *
dup_meant_charset (const char *label)
{
  g_autofree char *hyphens = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (supersets); i++)
    if (g_ascii_strcasecmp (label, supersets[i][0]) == 0)
      return g_strdup (supersets[i][1]);
  mail_mime_library_options ();
  hyphens = g_strdup (label);
  if (g_ascii_strncasecmp (label, "ks_c", 4) != 0)
    g_strdelimit (hyphens, "_", '-');
  return g_strdup (g_mime_charset_iconv_name (hyphens));
}

/* Bytes that nobody can name: damaged UTF-8 where most of it is UTF-8, else the West's old habit. */
static GString *
guess (const char *bytes, gsize length)
{
  GString *western = NULL;
  const char *end;
  gsize good = 0;
  gsize bad = 0;

  for (const char *p = bytes; p < bytes + length; p = end + 1)
    {
      g_utf8_validate_len (p, bytes + length - p, &end);
      for (; p < end; p++)
        good += (guchar) *p >= 0xc0;
      if (end < bytes + length)
        bad += *end != '\0';
    }
  if (bad > good)
    western = convert (bytes, length, "windows-1252", length);
  return western != NULL ? western : g_string_new_len (bytes, length);
}

/* ISO-2022-JP travels in 7 bits, so that some senders forget to name it. */
static gboolean
is_iso_2022_jp (const char *bytes, gsize length)
{
  return memmem (bytes, length, "\x1b$B", 3) != NULL || memmem (bytes, length, "\x1b$@", 3) != NULL;
}

/* The charset to convert from, or NULL: take it as UTF-8 as far as it goes. @valid: it is UTF-8. */
static const char *
choose_label (const char *bytes, gsize length, const char *label, gboolean valid)
{
  if (is_no_label (label))
    return valid && is_iso_2022_jp (bytes, length) ? "iso-2022-jp" : NULL;
  if (valid && g_ascii_strncasecmp (label, "iso-8859-", 9) == 0 && has_c1 (bytes, length))
    return NULL;
  return label;
}

char *
mail_mime_to_utf8 (const char *bytes, gsize length, const char *label, gsize *length_out)
{
  gboolean valid;
  GString *text = NULL;

  while (length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0)
    {
      bytes += 3;
      length -= 3;
      label = NULL;
    }
  valid = length == 0 || g_utf8_validate_len (bytes, length, NULL);
  label = choose_label (bytes, length, label, valid);
  if (label != NULL)
    {
      g_autofree char *charset = dup_meant_charset (label);

      /* A label may meet some damaged bytes; but where 8-bit text is valid UTF-8 after all, the label must fit wholly. */
      text = convert (bytes, length, charset, valid && !mail_mime_is_ascii (bytes, length) ? 0 : length / 4 + 1);
    }
  if (text == NULL)
    text = valid ? g_string_new_len (length > 0 ? bytes : "", length) : guess (bytes, length);
  return finish (text, length_out);
}
