/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum
{
  MAIL_HTML_END,   /* of the document */
  MAIL_HTML_TEXT,  /* character references not decoded */
  MAIL_HTML_RAW,   /* what stands inside style, script, title, textarea and the like */
  MAIL_HTML_OPEN,  /* <name attributes> */
  MAIL_HTML_CLOSE, /* </name> */
  MAIL_HTML_DOCTYPE,
} MailHtmlTokenType;

#define MAIL_HTML_NAME_LENGTH 24 /* longer names are no element that anybody knows; they are cut */

/* One token: slices of the document. */
typedef struct
{
  MailHtmlTokenType type;
  char name[MAIL_HTML_NAME_LENGTH]; /* lower case, of OPEN, CLOSE and the element that RAW stands in */
  const char *text;                 /* of TEXT and RAW; of OPEN where its attributes begin */
  gsize length;
} MailHtmlToken;

/* Reads HTML as browsers do (WHATWG, "Tokenization"), without building a tree: linear in time, constant in memory.
 * Comments, processing instructions and CDATA are passed over. */
typedef struct
{
  const char *at;
  const char *end;
  char raw[MAIL_HTML_NAME_LENGTH]; /* the element whose raw text comes next, or "" */
} MailHtmlTokenizer;

void mail_html_tokenizer_init (MailHtmlTokenizer *tokenizer, const char *html, gsize length);
/* FALSE at the end. */
gboolean mail_html_tokenizer_next (MailHtmlTokenizer *tokenizer, MailHtmlToken *token);

/* One attribute of an OPEN token. */
typedef struct
{
  char name[MAIL_HTML_NAME_LENGTH];
  const char *value; /* character references not decoded */
  gsize length;
} MailHtmlAttribute;

/* Reads the attributes of @token one by one: *@at is NULL at first. FALSE after the last. */
gboolean mail_html_attribute_next (const MailHtmlToken *token, const char **at, MailHtmlAttribute *attribute);

/* Appends @text with its character references (&amp; &#8364; ...) decoded; NULs and invalid ones become U+FFFD. */
void mail_html_append_decoded (GString *out, const char *text, gsize length);
