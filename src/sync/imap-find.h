/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"
#include "sync/imap-engine-private.h"

/* Looks in the selected mailbox, whose row is @mailbox, for the message of @row: by Message-ID and size, or by what else its
 * header says; @any_size: a message with its Message-ID and another size will do, for servers add fields to what is uploaded.
 * UIDs that other rows have, or had until they went elsewhere here alone, are not it; nor is the original of its own copy, nor
 * what is marked \Deleted: that may be what an earlier move left behind. *@uid 0 = not there. This is how an operation whose
 * answer was lost finds out whether it was carried out. */
gboolean mail_imap_find (MailImapEngine *engine,
                         const MailMailboxInfo *mailbox,
                         const MailMessageInfo *row,
                         gboolean any_size,
                         guint32 *uid,
                         GCancellable *cancellable,
                         GError **error);

/* Finds @rows (MailMessageInfo; see mail_imap_info_is_same()) among the messages of the selected mailbox, whose row is @mailbox,
 * with UIDs from @from on that no row has and no operation names, in one round trip. @uids (guint32, out): parallel to @rows,
 * 0 = not there. */
gboolean mail_imap_find_new (MailImapEngine *engine,
                             const MailMailboxInfo *mailbox,
                             guint32 from,
                             const GPtrArray *rows,
                             GArray *uids,
                             GCancellable *cancellable,
                             GError **error);
