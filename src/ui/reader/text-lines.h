/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What the reader knows about the lines of a plain text before it draws them. Pure: no widget, no I/O. */

typedef struct
{
  const char *text;   /* into the text given, without the quote marks; not terminated */
  gsize length;       /* bytes */
  guint level;        /* how deep it is quoted; 0 = the sender's own words */
  gboolean signature; /* from "-- " to the end */
  gboolean folds;     /* part of a quotation that is shown folded */
} MailTextLine;

/* How far a text was split. Begins with all but @rest zero. */
typedef struct
{
  const char *rest;   /* what is still to be split; "" at the end */
  gboolean signature; /* it begins within the signature */
  gboolean own_words; /* the sender said something before it */
  gboolean in_line;   /* it begins within a line, */
  guint level;        /* which is quoted so deep */
  guint folds;        /* quotations before it that fold: only the first ones of a text do */
} MailTextCursor;

/* (transfer full) (element-type MailTextLine): the text must outlive it. Splits on for about @length bytes: rather not within a
 * quotation, but at most twice as far. Very long lines are cut in pieces, so that no single one costs the layout a second. */
GArray *mail_text_lines_split_on (MailTextCursor *cursor, gsize length);

/* The same of all of @text. */
GArray *mail_text_lines_split (const char *text);

/* A link within a line. */
typedef struct
{
  gsize start; /* bytes into the line */
  gsize length;
  char *uri;   /* http:, https: or mailto: */
} MailTextLink;

/* A quick look: FALSE when the line holds no address, as nearly none does. Looking closely at all of a long text takes seconds. */
gboolean mail_text_lines_may_hold_link (const char *line, gsize length);
/* (transfer full) (element-type MailTextLink): the addresses of the web and of mail in one line, in order. */
GArray *mail_text_lines_find_links (const char *line, gsize length);

/* TRUE when @label, the words that a link shows, names another host than @uri leads to: "www.bank.example" over
 * "https://thief.example/"; or when @uri itself does: "https://bank.example@thief.example/". Words that name no host never do. */
gboolean mail_text_link_misleads (const char *label, const char *uri);
