/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/mailbox-info.h"

/* How much of a mailbox, or of an account, can be read without a network: a number, not a hope. */
typedef struct
{
  guint messages;
  guint bodies;          /* whole messages */
  guint texts;           /* those whose text is here */
  guint missing_parts;   /* attachments of these that are not */
  guint64 missing_bytes; /* octets that are to be fetched until everything is here */
} MailCompleteness;

MailCompleteness mail_completeness_of_mailbox (const MailMailboxInfo *mailbox);
/* Of MailMailboxInfo all together. Where one mailbox shows what all others show, it alone counts, with what was thrown away. */
MailCompleteness mail_completeness_of_account (const GPtrArray *mailboxes);

gboolean mail_completeness_equal (const MailCompleteness *a, const MailCompleteness *b);

/* (transfer full): "12,480 of 12,480 messages, 3 attachments missing (210 MB)", translated. */
char *mail_completeness_to_words (const MailCompleteness *completeness);
