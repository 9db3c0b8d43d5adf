/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-framer.h"

/* Reads the tokens of one frame, one after the other (RFC 9051, section 4). A plain value: a copy is a bookmark to return
 * to. Each function answers FALSE when the token is not there; the cursor is then anywhere. */
typedef struct
{
  const char *p;
  const char *end;
  const MailImapFrame *frame;
  guint next_literal;
  const MailImapLimits *limits;
  gboolean utf8; /* names of mailboxes and labels come as UTF-8, not in modified UTF-7; FALSE from init */
} MailImapCursor;

void mail_imap_cursor_init (MailImapCursor *cursor, const MailImapFrame *frame, const MailImapLimits *limits);

static inline gboolean
mail_imap_cursor_at_end (const MailImapCursor *cursor)
{
  return cursor->p == cursor->end;
}

/* The next byte, or NUL at the end. */
static inline char
mail_imap_cursor_peek (const MailImapCursor *cursor)
{
  return cursor->p < cursor->end ? *cursor->p : '\0';
}

/* Takes @expected if it is next. */
static inline gboolean
mail_imap_cursor_take (MailImapCursor *cursor, char expected)
{
  if (cursor->p == cursor->end || *cursor->p != expected)
    return FALSE;
  cursor->p++;
  return TRUE;
}

/* Any number of blanks: servers add some where the grammar has one, and drop some. */
static inline void
mail_imap_cursor_blanks (MailImapCursor *cursor)
{
  while (cursor->p < cursor->end && *cursor->p == ' ')
    cursor->p++;
}

/* A run of bytes up to a blank, parenthesis, quote, brace or control; borrowed. Also flags, "*" and section names. */
gboolean mail_imap_cursor_atom (MailImapCursor *cursor, const char **text, gsize *length);
/* Takes the atom @word, in any case, if it is next; otherwise the cursor stays. @word is in upper case. */
gboolean mail_imap_cursor_word (MailImapCursor *cursor, const char *word);
gboolean mail_imap_cursor_number (MailImapCursor *cursor, guint64 *number);
gboolean mail_imap_cursor_number32 (MailImapCursor *cursor, guint32 *number);

/* (transfer full): a string, quoted or literal, or an atom where a server forgot the quotes. NULL for NIL. A NUL ends it. */
gboolean mail_imap_cursor_nstring (MailImapCursor *cursor, char **text);
/* The same; NIL is a word like others. */
gboolean mail_imap_cursor_astring (MailImapCursor *cursor, char **text);
/* The same, all bytes kept; a large literal is not copied. */
gboolean mail_imap_cursor_nbytes (MailImapCursor *cursor, GBytes **bytes);

/* Passes over one value, whatever it is: atom, string, literal, list of any depth. Constant memory. */
gboolean mail_imap_cursor_skip (MailImapCursor *cursor);
/* Passes over the rest of a list whose opening parenthesis is behind us, the closing one included. */
gboolean mail_imap_cursor_skip_rest (MailImapCursor *cursor);

/* (transfer full) (nullable): the text from @from up to the cursor as the server sent it, large literals put back. NULL
 * when a NUL is in it. */
char *mail_imap_cursor_dup_since (const MailImapCursor *cursor, const MailImapCursor *from);
