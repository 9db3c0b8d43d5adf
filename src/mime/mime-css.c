/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-css.h"

#include <string.h>

#include "mime/mime-url.h"

/* Functions that compute and never load. */
static const char *const functions[] = {
  "rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color", "color-mix", "light-dark", "calc",
  "min", "max", "clamp", "var", "env", "linear-gradient", "radial-gradient", "conic-gradient",
  "repeating-linear-gradient", "repeating-radial-gradient", "repeating-conic-gradient", "-webkit-linear-gradient",
  "-webkit-radial-gradient", "-webkit-gradient", "from", "to", "color-stop", "translate", "translatex", "translatey",
  "translate3d", "scale", "scalex", "scaley", "scale3d", "rotate", "rotatex", "rotatey", "rotatez", "rotate3d",
  "skew", "skewx", "skewy", "matrix", "matrix3d", "perspective", "cubic-bezier", "steps", "counter", "counters",
  "format", "local", "rect", "inset", "circle", "ellipse", "polygon", "blur", "brightness", "contrast", "drop-shadow",
  "grayscale", "hue-rotate", "invert", "opacity", "saturate", "sepia", "repeat", "minmax", "fit-content", "not", "is",
  "where", "has", "lang", "dir", "nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type", "and", "or",
  "only", "screen", "all", "alpha", "progid", NULL,
};

static const char *const rules[] = {
  "media", "font-face", "supports", "keyframes", "-webkit-keyframes", "page", "layer", "container", "viewport",
  "-ms-viewport", NULL,
};

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_' || (guchar) c >= 0x80;
}

/* "\75 rl(" is "url(": what an escape stands for, where that is a letter or a digit; else a harmless "_". */
static const char *
append_escape (GString *out, const char *p, const char *end)
{
  gunichar c = 0;
  guint digits = 0;

  for (p++; p < end && digits < 6 && g_ascii_isxdigit (*p); p++, digits++)
    c = c * 16 + g_ascii_xdigit_value (*p);
  if (digits == 0 && p < end)
    c = (guchar) *p < 0x80 ? (guchar) *p++ : 0;
  else if (digits > 0 && p < end && g_ascii_isspace (*p))
    p++;
  if (c >= 0x80 && g_unichar_validate (c) && g_unichar_isprint (c))
    g_string_append_unichar (out, c);
  else
    g_string_append_c (out, c < 0x80 && g_ascii_isalnum (c) ? (char) c : '_');
  return p;
}

/* (transfer full): without comments, HTML's comment marks, escapes and "<". What is taken out leaves a blank, so that
 * nothing grows together. */
static GString *
resolve (const char *css, gsize length)
{
  GString *out = g_string_sized_new (length);
  const char *end = css + length;

  for (const char *p = css; p < end;)
    if (*p == '\\')
      p = append_escape (out, p, end);
    else if (end - p >= 4 && memcmp (p, "<!--", 4) == 0)
      {
        g_string_append_c (out, ' ');
        p += 4;
      }
    else if (end - p >= 3 && memcmp (p, "-->", 3) == 0)
      {
        g_string_append_c (out, ' ');
        p += 3;
      }
    else if (*p == '/' && p + 1 < end && p[1] == '*')
      {
        const char *close = g_strstr_len (p + 2, end - p - 2, "*/");

        g_string_append_c (out, ' ');
        p = close != NULL ? close + 2 : end;
      }
    else
      {
        g_string_append_c (out, *p == '<' || ((guchar) *p < 32 && *p != '\n') ? ' ' : *p);
        p++;
      }
  return out;
}

/* "url(" stands before @p; returns what follows its ")". */
static const char *
append_url (GString *out, const char *p, gboolean allow_remote, guint *blocked)
{
  const char *close;
  g_autofree char *url = NULL;

  p += strspn (p, " \n");
  if (*p == '"' || *p == '\'')
    {
      const char *quote = strchr (p + 1, *p);
      gsize length = quote != NULL ? (gsize) (quote - p - 1) : strcspn (p + 1, ")");

      url = mail_mime_url_clean (p + 1, length);
      p += 1 + length;
    }
  else
    url = mail_mime_url_clean (p, strcspn (p, ")"));
  close = strchr (p, ')');
  if (mail_mime_url_may_load (url, allow_remote) && strpbrk (url, "\"'()") == NULL)
    g_string_append_printf (out, "url(\"%s\")", url);
  else
    {
      *blocked += mail_mime_url_is_remote (url);
      g_string_append (out, "none");
    }
  return close != NULL ? close + 1 : p + strlen (p);
}

/* A name with its "(" or after an "@": what loads or is not known gets another name, which means nothing to a browser. */
static const char *
append_name (GString *out, const char *p, gboolean is_rule, gboolean allow_remote, guint *blocked)
{
  gsize length = 0;
  g_autofree char *name = NULL;

  while (is_name_char (p[length]))
    length++;
  if (!is_rule && p[length] != '(')
    {
      g_string_append_len (out, p, length);
      return p + length;
    }
  name = g_ascii_strdown (p, length);
  if (!is_rule && g_str_equal (name, "url"))
    return append_url (out, p + length + 1, allow_remote, blocked);
  if (!g_strv_contains (is_rule ? rules : functions, name))
    g_string_append (out, "x-");
  g_string_append_len (out, p, length);
  return p + length;
}

void
mail_mime_append_css (GString *out, const char *css, gsize length, gboolean allow_remote, guint *blocked)
{
  g_autoptr (GString) text = resolve (css, length);

  for (const char *p = text->str; *p != '\0';)
    if (*p == '@')
      {
        g_string_append_c (out, '@');
        p = append_name (out, p + 1, TRUE, allow_remote, blocked);
      }
    else if (is_name_char (*p))
      p = append_name (out, p, FALSE, allow_remote, blocked);
    else if (p[0] == '/' && p[1] == '/')
      {
        /* An address outside url(), as in @import "..." or image-set ("..."). */
        *blocked += 1;
        g_string_append (out, "/ /");
        p += 2;
      }
    else
      g_string_append_c (out, *p++);
}
