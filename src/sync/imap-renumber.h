/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* The server gave new UIDs to everything (RFC 9051, section 2.3.1.1): rows wait without one until their message is met. */
gboolean mail_imap_renumber (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *status, GError **error);
