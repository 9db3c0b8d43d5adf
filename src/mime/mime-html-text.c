/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-html.h"

#include <string.h>

#include "mime/mime-html-token.h"

#define MAX_QUOTES 20
#define MAX_LISTS 20

/* The plain text that is being written. */
typedef struct
{
  GString *out;
  guint newlines; /* line ends that are due before the next word */
  gboolean blank; /* a blank is due before the next word */
  guint quotes;
  guint written_quotes; /* around the last word */
  guint pre;
  guint lists;
  int counters[MAX_LISTS]; /* the next number of an ordered list, or -1 */
} Writer;

/* Blocks: how many line ends stand before and after them. */
static const struct
{
  const char *name;
  guint lines;
} blocks[] = {
  { "p", 2 },       { "div", 1 },     { "tr", 1 },      { "table", 1 },  { "h1", 2 },         { "h2", 2 },     { "h3", 2 },
  { "h4", 2 },      { "h5", 2 },      { "h6", 2 },      { "ul", 1 },     { "ol", 1 },         { "li", 1 },     { "blockquote", 1 },
  { "pre", 1 },     { "hr", 2 },      { "dl", 1 },      { "dt", 1 },     { "dd", 1 },         { "center", 1 }, { "section", 1 },
  { "article", 1 }, { "header", 1 },  { "footer", 1 },  { "main", 1 },   { "nav", 1 },        { "aside", 1 },  { "address", 1 },
  { "form", 1 },    { "fieldset", 1 }, { "figure", 1 }, { "caption", 1 }, { "figcaption", 1 }, { "body", 1 },   { "option", 1 },
};

static guint
lines_around (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    if (g_str_equal (name, blocks[i].name))
      return blocks[i].lines;
  return 0;
}

static void
write_quotes (Writer *writer, guint depth)
{
  for (guint i = 0; i < MIN (depth, MAX_QUOTES); i++)
    g_string_append (writer->out, "> ");
}

/* Empty lines between a quote and what is around it belong to what is around it. */
static void
write_due (Writer *writer)
{
  gboolean first = writer->out->len == 0;

  for (guint i = 0; !first && i < writer->newlines; i++)
    {
      if (i > 0)
        write_quotes (writer, MIN (writer->quotes, writer->written_quotes));
      g_string_append_c (writer->out, '\n');
    }
  if (first || writer->newlines > 0)
    write_quotes (writer, writer->quotes);
  else if (writer->blank)
    g_string_append_c (writer->out, ' ');
  writer->newlines = 0;
  writer->blank = FALSE;
  writer->written_quotes = writer->quotes;
}

static void
write_preformatted (Writer *writer, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\n')
      {
        write_due (writer);
        writer->newlines = 1;
      }
    else if (text[i] != '\r')
      {
        if (writer->newlines > 0 || writer->blank || writer->out->len == 0)
          write_due (writer);
        g_string_append_c (writer->out, text[i]);
      }
}

static void
write_text (Writer *writer, const char *raw, gsize raw_length)
{
  g_autoptr (GString) text = NULL;

  text = g_string_sized_new (raw_length);
  mail_html_append_decoded (text, raw, raw_length);
  if (writer->pre > 0)
    {
      write_preformatted (writer, text->str, text->len);
      return;
    }
  for (gsize i = 0; i < text->len;)
    {
      gsize word = strcspn (text->str + i, " \t\r\n\f");

      if (word > 0)
        {
          write_due (writer);
          g_string_append_len (writer->out, text->str + i, word);
        }
      else
        writer->blank = TRUE;
      i += MAX (word, 1);
    }
}

static void
write_item_mark (Writer *writer)
{
  int *counter = writer->lists > 0 && writer->lists <= MAX_LISTS ? &writer->counters[writer->lists - 1] : NULL;

  write_due (writer);
  for (guint i = 1; i < MIN (writer->lists, MAX_LISTS); i++)
    g_string_append (writer->out, "  ");
  if (counter != NULL && *counter >= 0)
    g_string_append_printf (writer->out, "%d.", (*counter)++);
  else
    g_string_append (writer->out, "•");
  writer->blank = TRUE;
}

static void
open_element (Writer *writer, const char *name)
{
  if (g_str_equal (name, "br"))
    writer->newlines = MIN (writer->newlines + 1, 3);
  else if (g_str_equal (name, "td") || g_str_equal (name, "th"))
    writer->blank = TRUE;
  else if (g_str_equal (name, "blockquote"))
    writer->quotes++;
  else if (g_str_equal (name, "pre"))
    writer->pre++;
  else if (g_str_equal (name, "ul") || g_str_equal (name, "ol"))
    {
      if (writer->lists < MAX_LISTS)
        writer->counters[writer->lists] = name[0] == 'o' ? 1 : -1;
      writer->lists++;
    }
  else if (g_str_equal (name, "li"))
    write_item_mark (writer);
}

static void
close_element (Writer *writer, const char *name)
{
  if (g_str_equal (name, "blockquote") && writer->quotes > 0)
    writer->quotes--;
  else if (g_str_equal (name, "pre") && writer->pre > 0)
    writer->pre--;
  else if ((g_str_equal (name, "ul") || g_str_equal (name, "ol")) && writer->lists > 0)
    writer->lists--;
}

static void
write_token (Writer *writer, const MailHtmlToken *token)
{
  guint lines = 0;

  if (token->type == MAIL_HTML_TEXT || (token->type == MAIL_HTML_RAW && g_str_equal (token->name, "textarea")))
    write_text (writer, token->text, token->length);
  else if (token->type == MAIL_HTML_OPEN || token->type == MAIL_HTML_CLOSE)
    {
      lines = lines_around (token->name);
      writer->newlines = MAX (writer->newlines, lines);
      if (token->type == MAIL_HTML_OPEN)
        open_element (writer, token->name);
      else
        close_element (writer, token->name);
    }
}

static void
cut (GString *text, gsize max_bytes)
{
  if (text->len <= max_bytes)
    return;
  while (max_bytes > 0 && (text->str[max_bytes] & 0xc0) == 0x80)
    max_bytes--;
  g_string_truncate (text, max_bytes);
}

char *
mail_mime_html_to_text (const char *html, gsize max_bytes)
{
  Writer writer = { g_string_new (NULL) };
  MailHtmlTokenizer tokenizer;
  MailHtmlToken token;

  mail_html_tokenizer_init (&tokenizer, html, strlen (html));
  while (writer.out->len < max_bytes && mail_html_tokenizer_next (&tokenizer, &token))
    write_token (&writer, &token);
  if (writer.out->len > 0)
    g_string_append_c (writer.out, '\n');
  cut (writer.out, max_bytes);
  return g_string_free (writer.out, FALSE);
}
