/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "mime/mime-html-token.h"

#include <libxml/HTMLparser.h>
#include <string.h>

/* Elements whose content is not markup. */
static const char *const raw_elements[] = {
  "style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes", NULL,
};

void
mail_html_tokenizer_init (MailHtmlTokenizer *tokenizer, const char *html, gsize length)
{
  *tokenizer = (MailHtmlTokenizer){ html, html + length, "" };
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static const char *
skip_blanks (const char *p, const char *end)
{
  while (p < end && is_blank (*p))
    p++;
  return p;
}

/* Copies a name in lower case until a byte of @stops or a blank; returns where it ended. */
static const char *
read_name (const char *p, const char *end, const char *stops, char *name)
{
  gsize length = 0;

  for (; p < end && !is_blank (*p) && (*p == '\0' || strchr (stops, *p) == NULL); p++)
    if (length + 1 < MAIL_HTML_NAME_LENGTH)
      name[length++] = *p == '\0' ? '?' : g_ascii_tolower (*p);
  name[length] = '\0';
  return p;
}

/* One attribute at @p, behind the tag's name. NULL at the tag's ">" or at the end of the document; *@after says where. */
static const char *
read_attribute (const char *p, const char *end, MailHtmlAttribute *attribute, const char **after)
{
  const char *close;

  while (p < end && (is_blank (*p) || *p == '/'))
    p++;
  *after = p;
  if (p == end || *p == '>')
    return NULL;
  attribute->name[0] = '\0';
  if (*p == '=') /* a name may begin with it, and with nothing else that is special */
    p++;
  p = read_name (p, end, "=/>", attribute->name);
  attribute->value = p;
  attribute->length = 0;
  *after = skip_blanks (p, end);
  if (*after == end || **after != '=')
    return p;
  p = skip_blanks (*after + 1, end);
  if (p < end && (*p == '"' || *p == '\''))
    {
      close = memchr (p + 1, *p, end - p - 1);
      attribute->value = p + 1;
      attribute->length = (close != NULL ? close : end) - attribute->value;
      return close != NULL ? close + 1 : end;
    }
  attribute->value = p;
  while (p < end && !is_blank (*p) && *p != '>')
    p++;
  attribute->length = p - attribute->value;
  return p;
}

gboolean
mail_html_attribute_next (const MailHtmlToken *token, const char **at, MailHtmlAttribute *attribute)
{
  const char *after;

  *at = read_attribute (*at != NULL ? *at : token->text, token->text + token->length, attribute, &after);
  return *at != NULL;
}

/* "</name" at @p, followed by what ends a name. */
static gboolean
closes (const char *p, const char *end, const char *name)
{
  gsize length = strlen (name);

  return (gsize) (end - p) > length + 2 && p[1] == '/' && g_ascii_strncasecmp (p + 2, name, length) == 0 &&
         (is_blank (p[length + 2]) || p[length + 2] == '/' || p[length + 2] == '>');
}

static gboolean
read_raw (MailHtmlTokenizer *tokenizer, MailHtmlToken *token)
{
  const char *p = tokenizer->at;

  while ((p = memchr (p, '<', tokenizer->end - p)) != NULL && !closes (p, tokenizer->end, tokenizer->raw))
    p++;
  if (p == NULL)
    p = tokenizer->end;
  token->type = MAIL_HTML_RAW;
  token->text = tokenizer->at;
  token->length = p - tokenizer->at;
  g_strlcpy (token->name, tokenizer->raw, sizeof token->name);
  tokenizer->raw[0] = '\0';
  tokenizer->at = p;
  return TRUE;
}

/* FALSE when the document ends within the tag, which browsers then drop. */
static gboolean
read_tag (MailHtmlTokenizer *tokenizer, MailHtmlToken *token, const char *name)
{
  const char *p = read_name (name, tokenizer->end, "/>", token->name);
  const char *after = p;
  MailHtmlAttribute attribute;

  token->text = p;
  while ((p = read_attribute (p, tokenizer->end, &attribute, &after)) != NULL)
    ;
  token->length = after - token->text;
  tokenizer->at = after < tokenizer->end ? after + 1 : after;
  if (after == tokenizer->end)
    return FALSE;
  if (token->type == MAIL_HTML_OPEN && g_strv_contains (raw_elements, token->name))
    g_strlcpy (tokenizer->raw, token->name, sizeof tokenizer->raw);
  return TRUE;
}

/* Behind a comment that begins at "<!--". */
static const char *
skip_comment (const char *p, const char *end)
{
  const char *close;
  const char *bang;

  p += 4;
  if (p < end && *p == '>')
    return p + 1;
  if (end - p >= 2 && memcmp (p, "->", 2) == 0)
    return p + 2;
  close = memmem (p, end - p, "-->", 3);
  bang = memmem (p, (close != NULL ? close : end) - p, "--!>", 4);
  if (bang != NULL)
    return bang + 4;
  return close != NULL ? close + 3 : end;
}

static const char *
skip_to_close (const char *p, const char *end)
{
  const char *close = memchr (p, '>', end - p);

  return close != NULL ? close + 1 : end;
}

/* What "<" begins at the tokenizer's place. FALSE when it is passed over. */
static gboolean
read_markup (MailHtmlTokenizer *tokenizer, MailHtmlToken *token)
{
  const char *p = tokenizer->at;
  const char *end = tokenizer->end;

  token->type = p[1] == '/' ? MAIL_HTML_CLOSE : MAIL_HTML_OPEN;
  if (g_ascii_isalpha (p[1]))
    return read_tag (tokenizer, token, p + 1);
  if (p[1] == '/' && end - p > 2 && g_ascii_isalpha (p[2]))
    return read_tag (tokenizer, token, p + 2);
  if (end - p >= 9 && g_ascii_strncasecmp (p, "<!doctype", 9) == 0)
    {
      token->type = MAIL_HTML_DOCTYPE;
      token->text = p;
      tokenizer->at = skip_to_close (p, end);
      token->length = tokenizer->at - p;
      return TRUE;
    }
  tokenizer->at = end - p >= 4 && memcmp (p, "<!--", 4) == 0 ? skip_comment (p, end) : skip_to_close (p, end);
  return FALSE;
}

static gboolean
begins_markup (const char *p, const char *end)
{
  return end - p > 1 && (g_ascii_isalpha (p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?');
}

gboolean
mail_html_tokenizer_next (MailHtmlTokenizer *tokenizer, MailHtmlToken *token)
{
  const char *p;

  if (tokenizer->raw[0] != '\0')
    return read_raw (tokenizer, token);
  while (tokenizer->at < tokenizer->end && *tokenizer->at == '<' && begins_markup (tokenizer->at, tokenizer->end))
    if (read_markup (tokenizer, token))
      return TRUE;
  token->type = MAIL_HTML_END;
  if (tokenizer->at == tokenizer->end)
    return FALSE;
  p = tokenizer->at;
  do
    p = memchr (p + 1, '<', tokenizer->end - p - 1);
  while (p != NULL && !begins_markup (p, tokenizer->end));
  token->type = MAIL_HTML_TEXT;
  token->text = tokenizer->at;
  token->length = (p != NULL ? p : tokenizer->end) - tokenizer->at;
  tokenizer->at += token->length;
  return TRUE;
}

/* Numbers 128-159 are meant as Windows-1252, as in every browser. */
static gunichar
mend_number (gulong number)
{
  static const guint16 windows[] = {
    0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d,   0x017d, 0x8f,
    0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178,
  };

  if (number >= 0x80 && number <= 0x9f)
    return windows[number - 0x80];
  return number != 0 && number <= 0x10ffff && g_unichar_validate (number) ? number : 0xfffd;
}

/* The character of a reference at @p ("&...") and its length; 0 when it is an ampersand alone. */
static gunichar
read_reference (const char *p, const char *end, gsize *length)
{
  char name[12];
  gsize n = 1;
  const htmlEntityDesc *entity;

  if (end - p > 2 && p[1] == '#')
    {
      gboolean hex = p[2] == 'x' || p[2] == 'X';
      const char *digits = p + (hex ? 3 : 2);
      const char *q = digits;
      gulong number = 0;

      for (; q < end && (hex ? g_ascii_isxdigit (*q) : g_ascii_isdigit (*q)); q++)
        number = MIN (number * (hex ? 16 : 10) + g_ascii_xdigit_value (*q), 0x110000);
      *length = q - p + (q < end && *q == ';');
      return q > digits ? mend_number (number) : 0;
    }
  while (n < sizeof name && p + n < end && g_ascii_isalnum (p[n]))
    {
      name[n - 1] = p[n];
      n++;
    }
  name[n - 1] = '\0';
  entity = n > 1 ? htmlEntityLookup ((const xmlChar *) name) : NULL;
  *length = n + (p + n < end && p[n] == ';');
  /* Without its semicolon only Latin-1's old names count, and not inside a link's "&copy=1". */
  if (entity == NULL || (*length == n && (entity->value > 0xff || (p + n < end && p[n] == '='))))
    return 0;
  return entity->value;
}

void
mail_html_append_decoded (GString *out, const char *text, gsize length)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *mark = memchr (text, '&', end - text);
      gsize used = 1;
      gunichar c;

      g_string_append_len (out, text, (mark != NULL ? mark : end) - text);
      if (mark == NULL)
        return;
      c = read_reference (mark, end, &used);
      if (c != 0)
        g_string_append_unichar (out, c);
      else
        g_string_append_len (out, mark, used = 1);
      text = mark + used;
    }
}
