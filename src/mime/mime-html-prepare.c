/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-html.h"

#include <string.h>

#include "mime/mime-css.h"
#include "mime/mime-html-token.h"
#include "mime/mime-url.h"

/* The document is written anew from its tokens: only elements and attributes that are named here come through, so that
 * what nobody thought of does not. The browser mends the nesting, as it would have done with the original. */
typedef struct
{
  GString *body;
  GString *body_attributes;
  gboolean allow_remote;
  gboolean has_doctype;
  guint blocked;
} Writer;

static const char *const elements[] = {
  "a", "abbr", "acronym", "address", "area", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br",
  "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "dir", "div", "dl", "dt",
  "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
  "ins", "kbd", "li", "main", "map", "mark", "menu", "nav", "nobr", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s",
  "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
  "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr", NULL,
};

static const char *const attributes[] = {
  "abbr", "align", "alt", "aria-hidden", "aria-label", "bgcolor", "border", "bordercolor", "cellpadding",
  "cellspacing", "class", "clear", "color", "cols", "colspan", "compact", "coords", "datetime", "dir", "face",
  "frame", "headers", "height", "hspace", "id", "lang", "name", "noshade", "nowrap", "open", "role", "rowspan",
  "rules", "scope", "shape", "size", "span", "start", "summary", "text", "title", "type", "usemap", "valign", "value",
  "vspace", "width", "link", "vlink", "alink", NULL,
};

/* Attributes that make a browser fetch something by itself. */
static const char *const loading[] = {
  "src", "srcset", "imagesrcset", "background", "poster", "data", "lowsrc", "dynsrc", "xlink:href", "code",
  "codebase", "archive", NULL,
};

static void
append_attribute (GString *out, const char *name, const char *value)
{
  g_autofree char *escaped = g_markup_escape_text (value, -1);

  g_string_append_printf (out, " %s=\"%s\"", name, escaped);
}

/* (transfer full): an attribute's value with its character references resolved. */
static GString *
dup_value (const MailHtmlAttribute *attribute)
{
  GString *value = g_string_sized_new (attribute->length);

  mail_html_append_decoded (value, attribute->value, attribute->length);
  return value;
}

/* A list of candidates, or one URL: TRUE when it leads over the network. */
static gboolean
leads_away (const char *url)
{
  const char *scheme = url;

  if (mail_mime_url_is_remote (url))
    return TRUE;
  while ((scheme = strchr (scheme, ',')) != NULL)
    {
      g_autofree char *next = mail_mime_url_clean (scheme + 1, strcspn (scheme + 1, ","));

      scheme++;
      if (mail_mime_url_is_remote (g_str_has_prefix (next, "%20") ? next + 3 : next))
        return TRUE;
    }
  return FALSE;
}

static void
append_source (Writer *writer, GString *out, const char *element, const char *name, const GString *value)
{
  g_autofree char *url = mail_mime_url_clean (value->str, value->len);
  gboolean shows = g_str_equal (name, "background") || (g_str_equal (name, "src") && g_str_equal (element, "img"));

  if (shows && mail_mime_url_may_load (url, writer->allow_remote))
    append_attribute (out, name, url);
  else
    writer->blocked += leads_away (url);
}

static void
append_link (Writer *writer, GString *out, const char *element, const GString *value)
{
  g_autofree char *url = mail_mime_url_clean (value->str, value->len);

  if (!g_str_equal (element, "a") && !g_str_equal (element, "area"))
    writer->blocked += mail_mime_url_is_remote (url) && !g_str_equal (element, "base");
  else if (mail_mime_url_may_link (url))
    {
      append_attribute (out, "href", url);
      g_string_append (out, " rel=\"noopener noreferrer\"");
    }
}

static void
append_one (Writer *writer, GString *out, const char *element, const MailHtmlAttribute *attribute)
{
  g_autoptr (GString) value = dup_value (attribute);

  if (g_strv_contains (loading, attribute->name))
    append_source (writer, out, element, attribute->name, value);
  else if (g_str_equal (attribute->name, "href"))
    append_link (writer, out, element, value);
  else if (g_str_equal (attribute->name, "style"))
    {
      g_autoptr (GString) css = g_string_sized_new (value->len);

      mail_mime_append_css (css, value->str, value->len, writer->allow_remote, &writer->blocked);
      append_attribute (out, "style", css->str);
    }
  else if (g_strv_contains (attributes, attribute->name))
    append_attribute (out, attribute->name, value->str);
}

static void
append_attributes (Writer *writer, GString *out, const MailHtmlToken *token)
{
  const char *at = NULL;
  MailHtmlAttribute attribute;

  while (mail_html_attribute_next (token, &at, &attribute))
    append_one (writer, out, token->name, &attribute);
}

static void
write_open (Writer *writer, const MailHtmlToken *token)
{
  g_autoptr (GString) unused = NULL;

  if (g_str_equal (token->name, "body"))
    append_attributes (writer, writer->body_attributes, token);
  else if (g_strv_contains (elements, token->name))
    {
      g_string_append_printf (writer->body, "<%s", token->name);
      append_attributes (writer, writer->body, token);
      g_string_append_c (writer->body, '>');
    }
  else
    {
      /* Its remote references count as made inert, though the element itself is gone. */
      unused = g_string_new (NULL);
      append_attributes (writer, unused, token);
    }
}

static void
append_text (GString *out, const char *text, gsize length, gboolean keep_references)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] == '<')
      g_string_append (out, "&lt;");
    else if (text[i] == '>')
      g_string_append (out, "&gt;");
    else if (text[i] == '&' && !keep_references)
      g_string_append (out, "&amp;");
    else
      g_string_append_c (out, text[i]);
}

static void
write_raw (Writer *writer, const MailHtmlToken *token)
{
  if (g_str_equal (token->name, "style"))
    {
      g_string_append (writer->body, "<style>");
      mail_mime_append_css (writer->body, token->text, token->length, writer->allow_remote, &writer->blocked);
      g_string_append (writer->body, "</style>");
    }
  else if (g_str_equal (token->name, "textarea"))
    append_text (writer->body, token->text, token->length, TRUE);
  else if (g_str_equal (token->name, "xmp"))
    append_text (writer->body, token->text, token->length, FALSE);
}

static void
write_token (Writer *writer, const MailHtmlToken *token)
{
  switch (token->type)
    {
    case MAIL_HTML_TEXT:
      append_text (writer->body, token->text, token->length, TRUE);
      break;
    case MAIL_HTML_RAW:
      write_raw (writer, token);
      break;
    case MAIL_HTML_OPEN:
      write_open (writer, token);
      break;
    case MAIL_HTML_CLOSE:
      if (g_strv_contains (elements, token->name))
        g_string_append_printf (writer->body, "</%s>", token->name);
      break;
    case MAIL_HTML_DOCTYPE:
      writer->has_doctype = TRUE;
      break;
    case MAIL_HTML_END:
      break;
    }
}

static char *
finish (Writer *writer)
{
  const char *remote = writer->allow_remote ? " http: https:" : "";
  GString *out = g_string_sized_new (writer->body->len + 1024);

  /* Without its own document type a message is laid out as old browsers did, and meant to be. */
  g_string_append (out, writer->has_doctype ? "<!DOCTYPE html>\n" : "");
  g_string_append_printf (out,
                          "<html><head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                          "style-src 'unsafe-inline'; img-src cid: data:%s; font-src data:%s; form-action 'none'; "
                          "base-uri 'none'; frame-src 'none'; object-src 'none'; script-src 'none'\">\n"
                          "<meta charset=\"utf-8\"><meta http-equiv=\"x-dns-prefetch-control\" content=\"off\">"
                          "<meta name=\"referrer\" content=\"no-referrer\"></head>\n<body%s>",
                          remote, remote, writer->body_attributes->str);
  g_string_append_len (out, writer->body->str, writer->body->len);
  g_string_append (out, "</body></html>\n");
  return g_string_free (out, FALSE);
}

char *
mail_mime_html_prepare (const char *html, gboolean allow_remote, guint *blocked)
{
  g_autofree char *valid = g_utf8_validate (html, -1, NULL) ? NULL : g_utf8_make_valid (html, -1);
  const char *source = valid != NULL ? valid : html;
  g_autoptr (GString) body = g_string_sized_new (strlen (source));
  g_autoptr (GString) body_attributes = g_string_new (NULL);
  Writer writer = { body, body_attributes, allow_remote };
  MailHtmlTokenizer tokenizer;
  MailHtmlToken token;

  mail_html_tokenizer_init (&tokenizer, source, strlen (source));
  while (mail_html_tokenizer_next (&tokenizer, &token))
    write_token (&writer, &token);
  if (blocked != NULL)
    *blocked = writer.blocked;
  return finish (&writer);
}
