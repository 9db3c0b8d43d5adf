/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One whole reply of an SMTP server (RFC 5321, section 4.2). */
typedef struct
{
  guint code;     /* 200 to 599 */
  char *enhanced; /* "5.7.8" (RFC 2034), or NULL */
  GStrv lines;    /* the text of each line, without codes; valid UTF-8 without control characters */
} MailSmtpReply;

void mail_smtp_reply_free (MailSmtpReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailSmtpReply, mail_smtp_reply_free)

/* (transfer full): code and text in one line, for an error message. */
char *mail_smtp_reply_dup_text (const MailSmtpReply *reply);

/* Enough for every server seen, in octets: one line, the whole reply. */
#define MAIL_SMTP_REPLY_MAX_LINE 4096
#define MAIL_SMTP_REPLY_MAX_SIZE 65536

typedef enum
{
  MAIL_SMTP_PARSE_DONE,      /* *@reply is set, *@used octets belong to it */
  MAIL_SMTP_PARSE_NEED_MORE, /* call again with the same octets and more */
  MAIL_SMTP_PARSE_ERROR,     /* PROTOCOL, or LIMIT when a line or the reply is too long */
} MailSmtpParse;

/* Reads the reply that @data begins with. No I/O, no state. Line ends are CRLF or, tolerated, LF. */
MailSmtpParse mail_smtp_reply_parse (const char *data,
                                     gsize length,
                                     gsize max_line,
                                     gsize max_size,
                                     gsize *used,
                                     MailSmtpReply **reply,
                                     GError **error);
