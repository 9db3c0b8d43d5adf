/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"
#include "imap/imap-capabilities.h"
#include "imap/imap-types.h"

/* (transfer full): what FETCH is asked for to make a row: ENVELOPE has the parent of a message, but not its other ancestors; and
 * where the server has them a name that is the same in every mailbox (EMAILID, X-GM-MSGID), labels, and a preview if that costs it
 * nothing. @plain: of a message whose structure cannot be had. */
char *mail_imap_info_items (MailImapCaps caps, gboolean plain);

/* Of these items those that name a message in every mailbox, and its labels; NULL: the server has neither. */
const char *mail_imap_info_name_items (MailImapCaps caps);

/* (transfer full): the row that @fetch, the answer to that, describes. Takes fields out of @fetch. */
MailMessageInfo *mail_imap_info_new (MailImapFetch *fetch, gint64 mailbox_id);

/* TRUE when a person would call some part of the message an attachment. */
gboolean mail_imap_part_has_attachment (const MailImapPart *part);

/* TRUE when both are the same message as far as headers can tell: Message-ID and size, or without one date, sender and
 * subject too. */
gboolean mail_imap_info_is_same (const MailMessageInfo *a, const MailMessageInfo *b);
