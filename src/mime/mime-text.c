/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-text.h"

#include <string.h>

#include "mime/mime-message.h"

void
mail_mime_normalise_lines (char *text)
{
  char *out = text;

  for (const char *in = text; *in != '\0'; in++)
    if (*in != '\r')
      *out++ = *in;
    else if (in[1] != '\n')
      *out++ = '\n';
  *out = '\0';
}

static void
append_quotes (GString *out, guint depth)
{
  for (guint i = 0; i < depth; i++)
    g_string_append_c (out, '>');
  if (depth > 0)
    g_string_append_c (out, ' ');
}

char *
mail_mime_unflow (const char *text, gboolean delsp)
{
  GString *out = g_string_sized_new (strlen (text));
  gboolean open = FALSE; /* the last line was flowed: the next of its depth joins it */
  guint last_depth = 0;
  const char *next;

  for (const char *line = text; *line != '\0'; line = next)
    {
      gsize length = strcspn (line, "\n");
      guint depth = 0;
      gboolean flowed;

      next = line + length + (line[length] == '\n');
      for (; length > 0 && *line == '>'; line++, length--)
        depth++;
      if (length > 0 && *line == ' ')
        line++, length--;
      /* A signature's dashes end in a blank and are never flowed (section 4.3). */
      flowed = length > 0 && line[length - 1] == ' ' && !(length == 3 && memcmp (line, "-- ", 3) == 0);
      if (open && (depth != last_depth || (length == 3 && memcmp (line, "-- ", 3) == 0)))
        {
          g_string_append_c (out, '\n');
          open = FALSE;
        }
      if (!open)
        append_quotes (out, depth);
      g_string_append_len (out, line, flowed && delsp ? length - 1 : length);
      open = flowed;
      last_depth = depth;
      if (!open)
        g_string_append_c (out, '\n');
    }
  if (open)
    g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

/* A line that says nothing by itself: quotes, "On ... wrote:" before them, rules. */
static gboolean
is_silent (const char *line, gsize length)
{
  gsize letters = 0;

  while (length > 0 && g_ascii_isspace (*line))
    line++, length--;
  if (length == 0 || *line == '>')
    return TRUE;
  for (gsize i = 0; i < length && letters == 0; i++)
    letters += g_ascii_isalnum (line[i]) || (guchar) line[i] >= 0x80;
  return letters == 0;
}

/* "On Monday X wrote:" introduces quotes in any language: it ends in a colon and what follows is quoted. */
static gboolean
introduces_quote (const char *line, gsize length)
{
  const char *next = line + length;

  while (length > 0 && g_ascii_isspace (line[length - 1]))
    length--;
  if (length == 0 || line[length - 1] != ':')
    return FALSE;
  while (*next == '\n' || *next == ' ')
    next++;
  return *next == '>';
}

/* Zero-width and other invisible fillers that newsletters put before their text. */
static gboolean
is_invisible (gunichar c)
{
  return g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT || c == 0x034f || c == 0x2800 || c == 0x00ad ||
         c == 0xfffd;
}

char *
mail_mime_preview (const char *text, guint chars)
{
  GString *out = g_string_new (NULL);
  gboolean blank = FALSE;
  guint count = 0;
  const char *next;

  for (const char *line = text != NULL ? text : ""; *line != '\0' && count < chars; line = next)
    {
      gsize length = strcspn (line, "\n");

      next = line + length + (line[length] == '\n');
      if (length >= 2 && length <= 3 && memcmp (line, "--", 2) == 0 && (length == 2 || line[2] == ' ') && count > 0)
        break;
      if (is_silent (line, length) || introduces_quote (line, length))
        continue;
      blank = count > 0;
      for (const char *p = line; p < line + length && count < chars; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);

          if (g_unichar_isspace (c))
            blank = count > 0;
          else if (!is_invisible (c))
            {
              if (blank && ++count < chars)
                g_string_append_c (out, ' ');
              blank = FALSE;
              if (count >= chars)
                break;
              g_string_append_unichar (out, c);
              count++;
            }
        }
    }
  return g_string_free (out, FALSE);
}
