/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"
#include "imap/imap-types.h"

/* What FETCH is asked for to make a row. ENVELOPE has the parent of a message, but not its other ancestors. */
#define MAIL_IMAP_INFO_ITEMS "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (REFERENCES)]"

/* The same from a message whose structure cannot be had. */
#define MAIL_IMAP_PLAIN_ITEMS "FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER]"

/* (transfer full): the row that @fetch, the answer to one of these, describes. Takes fields out of @fetch. */
MailMessageInfo *mail_imap_info_new (MailImapFetch *fetch, gint64 mailbox_id);

/* TRUE when a person would call some part of the message an attachment. */
gboolean mail_imap_part_has_attachment (const MailImapPart *part);

/* TRUE when both are the same message as far as headers can tell: Message-ID and size, or without one date, sender and
 * subject too. */
gboolean mail_imap_info_is_same (const MailMessageInfo *a, const MailMessageInfo *b);
