/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* One full pass over the account: mailboxes, then in each that has news its new, changed and expunged messages. */
gboolean mail_imap_sync (const MailImapPass *pass, GError **error);

/* The same for one mailbox, without a word about the others. One that is not here any more is passed over. */
gboolean mail_imap_sync_mailbox (const MailImapPass *pass, gint64 mailbox_id, GError **error);

/* TRUE when what the server tells of the mailbox is not what the last complete look left in the store. */
gboolean mail_imap_sync_has_news (MailImapEngine *engine, const MailMailboxInfo *mailbox, const MailImapStatus *status);

/* FALSE for one that holds no messages of its own, and for one of which a person wants nothing unless it is open. */
gboolean mail_imap_sync_is_looked_at (const MailImapEngine *engine, const MailMailboxInfo *mailbox);

/* Operations that were carried over to new UIDs go out at once. */
gboolean mail_imap_sync_replay_carried (const MailImapPass *pass, GError **error);
