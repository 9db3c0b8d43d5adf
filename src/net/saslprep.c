/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/saslprep.h"

#include <string.h>

#include "core/credentials.h"

/* RFC 3454, table B.1: mapped to nothing. */
static gboolean
is_dropped (gunichar c)
{
  return c == 0x00ad || c == 0x034f || c == 0x1806 || (c >= 0x180b && c <= 0x180d)
         || (c >= 0x200b && c <= 0x200d) || c == 0x2060 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
}

/* Tables C.1.2 to C.9. Code points that Unicode 3.2 did not know are let through: who has such a letter in a
 * password wants to sign in with it. */
static gboolean
is_forbidden (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
      return TRUE;
    default:
      break;
    }
  return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef) || (c >= 0xfff9 && c <= 0xfffd)
         || (c >= 0x2ff0 && c <= 0x2ffb) || c == 0x0340 || c == 0x0341 || c == 0x06dd || c == 0x070f
         || c == 0x180e || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e)
         || (c >= 0x2061 && c <= 0x2063) || (c >= 0x206a && c <= 0x206f) || (c >= 0x1d173 && c <= 0x1d17a)
         || (c >= 0xe0000 && c <= 0xe007f);
}

/* Table D.1, by blocks: the scripts that are written from right to left. */
static gboolean
is_right_to_left (gunichar c)
{
  return g_unichar_isalpha (c)
         && ((c >= 0x0590 && c <= 0x08ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff)
             || (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff));
}

/* RFC 3454, section 6. */
static gboolean
has_good_directions (const char *text)
{
  gunichar first = g_utf8_get_char (text);
  gunichar last = g_utf8_get_char (g_utf8_find_prev_char (text, text + strlen (text)));
  gboolean right_to_left = FALSE;
  gboolean left_to_right = FALSE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_right_to_left (c))
        right_to_left = TRUE;
      else if (g_unichar_isalpha (c))
        left_to_right = TRUE;
    }
  return !right_to_left || (!left_to_right && is_right_to_left (first) && is_right_to_left (last));
}

/* (transfer full): @text with the mappings of RFC 4013, section 2.1. It never grows: a blank is no longer
 * than what it replaces. */
static char *
map (const char *text)
{
  char *mapped = g_malloc (strlen (text) + 1);
  char *out = mapped;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR)
        *out++ = ' ';
      else if (!is_dropped (c))
        out += g_unichar_to_utf8 (c, out);
    }
  *out = '\0';
  return mapped;
}

char *
mail_saslprep (const char *text)
{
  char *mapped;
  char *prepared;
  gboolean good;

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;

  mapped = map (text);
  prepared = g_utf8_normalize (mapped, -1, G_NORMALIZE_NFKC);
  mail_secret_free (mapped);
  good = prepared[0] != '\0';
  for (const char *p = prepared; good && *p != '\0'; p = g_utf8_next_char (p))
    good = !is_forbidden (g_utf8_get_char (p));
  if (good && has_good_directions (prepared))
    return prepared;
  mail_secret_free (prepared);
  return NULL;
}
