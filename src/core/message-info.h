/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/flags.h"

/* Where the message itself is, for the icon in the list and for `list --json`. */
typedef enum
{
  MAIL_WHERE_SERVER, /* only its header is here */
  MAIL_WHERE_BOTH,
  MAIL_WHERE_HERE,   /* the server does not have it (any more) */
} MailWhere;

const char *mail_where_to_string (MailWhere where); /* "server", "both", "here" */

/* One message in one mailbox, as a row of the list needs it. Text is UTF-8 and decoded; absent text is NULL. */
typedef struct
{
  gint64 id;           /* row id in the store; 0 = not stored yet */
  gint64 mailbox_id;
  guint32 uid;         /* IMAP UID; 0 for a message that has none (yet) */
  char *uidl;          /* POP3 unique id, or NULL */
  MailFlags flags;     /* what the person sees: pending operations applied to the server's */
  char *keywords;      /* other keywords as the person sees them, sorted, a space between them (core/keywords.h); or NULL */
  char *labels;        /* X-GM-LABELS as sent, a space between them; or NULL */
  char *email_id;      /* EMAILID (RFC 8474), or "gm:" and X-GM-MSGID: the same in every mailbox; or NULL */
  gint64 date;         /* Date header, Unix seconds; the internal date where there is no usable one */
  gint64 internal_date; /* INTERNALDATE, or when POP3 fetched it */
  gint64 size;         /* octets with CRLF line ends */
  char *message_id;    /* with its angle brackets */
  char *in_reply_to;
  char *references;    /* Message-IDs separated by a space */
  char *subject;
  char *from_name;
  char *from_address;
  char *to;            /* for display: "Name <address>, ..." */
  char *cc;
  char *preview;       /* first words of the text; NULL until the text was here once */
  gboolean has_attachment;
  char *structure;     /* BODYSTRUCTURE as the server sent it, or NULL */
  MailWhere where;
  gint64 fetched;      /* when POP3 fetched it, while the server has it still as far as we know; 0 = it has not, or by IMAP */
  gboolean deleting;   /* with fetched: a person deleted it here */
  guint returned;      /* with fetched: how often the server listed it again after it had been deleted there */
  char *sha256;        /* of the exact message with CRLF, hex; NULL while it is not wholly here */
} MailMessageInfo;

MailMessageInfo *mail_message_info_new (void);
MailMessageInfo *mail_message_info_copy (const MailMessageInfo *info);
void mail_message_info_free (MailMessageInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMessageInfo, mail_message_info_free)
