/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Mailboxes that another program renamed or moved keep their rows, so that nothing is fetched again: @known (MailMailboxInfo) that
 * are not in @listed (MailImapListed) any more, and are there under another name. They are the same by MAILBOXID (RFC 8474) or,
 * where the server has none, by UIDVALIDITY and the newest messages with their UIDs. Names are changed in the store and in @known.
 * @told: name -> MailImapStatus. */
gboolean mail_imap_renames_follow (const MailImapPass *pass,
                                   const GPtrArray *listed,
                                   const GPtrArray *known,
                                   GHashTable *told,
                                   GError **error);

/* Whether the server has no mailbox @name: asked for by name, for a list may be short for a moment. Where the server does not say,
 * none is missing. */
gboolean mail_imap_renames_is_missing (const MailImapPass *pass, const char *name, gboolean *missing, GError **error);
