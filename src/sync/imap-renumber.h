/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* The server gave new UIDs to everything (RFC 9051, section 2.3.1.1). Rows wait without one until their message is met
 * (imap-meet.h), and waiting operations are parked: none is ever sent to an old UID. */
gboolean mail_imap_renumber (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *status, GError **error);

/* All messages of the mailbox have their row again: parked operations go on with the new UID of theirs where that is certain. Those
 * of which it is not are dropped and told; the server's state is shown again. *@carried is increased by those that go on. */
gboolean mail_imap_renumber_settle (const MailImapPass *pass, const MailMailboxInfo *mailbox, guint *carried, GError **error);
