/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Builds one command (RFC 9051, section 6), without its tag: pieces of bytes, some of which must wait for the server's "+".
 * Nothing that a caller passes can end the line early. */
typedef struct _MailImapWriter MailImapWriter;

typedef struct
{
  GBytes *data;
  gboolean wait;   /* for "+" before what follows */
  gboolean secret; /* not for the wire log */
} MailImapPiece;

void mail_imap_piece_free (MailImapPiece *piece);
MailImapPiece *mail_imap_piece_new (GBytes *data, gboolean wait, gboolean secret);

/* @name: "SELECT". @eager: the largest literal that is sent without waiting: 0, 4096 with LITERAL-, or more with LITERAL+
 * (RFC 7888). @utf8: UTF-8 in quoted strings (RFC 6855). */
MailImapWriter *mail_imap_writer_new (const char *name, gsize eager, gboolean utf8);
void mail_imap_writer_free (MailImapWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapWriter, mail_imap_writer_free)

/* Grammar, as it is: a set, items, flags. */
void mail_imap_writer_add (MailImapWriter *writer, const char *text);
/* A string: quoted, or a literal where quotes cannot hold it. */
void mail_imap_writer_add_string (MailImapWriter *writer, const char *text);
/* A mailbox's UTF-8 name, encoded as the server reads it. */
void mail_imap_writer_add_mailbox (MailImapWriter *writer, const char *name);
/* A SEARCH's criteria: grammar with quoted strings, which become literals where quotes cannot hold them. */
void mail_imap_writer_add_criteria (MailImapWriter *writer, const char *criteria);
/* @bytes are not copied. @with_utf8: as literal8 within UTF8 (...), RFC 6855 section 4. */
void mail_imap_writer_add_literal (MailImapWriter *writer, GBytes *bytes, gboolean with_utf8);
/* Whether a literal in it is sent without waiting for leave. */
gboolean mail_imap_writer_is_hurried (const MailImapWriter *writer);
/* What was added so far and what comes now is secret. */
void mail_imap_writer_set_secret (MailImapWriter *writer);
/* After the line the server says "+" and the command goes on (AUTHENTICATE, IDLE). */
void mail_imap_writer_set_continued (MailImapWriter *writer);

/* (transfer full): MailImapPiece, line end included. NULL with MAIL_ERROR_BAD_INPUT when something was added that no command can
 * hold. */
GPtrArray *mail_imap_writer_finish (MailImapWriter *writer, GError **error);
