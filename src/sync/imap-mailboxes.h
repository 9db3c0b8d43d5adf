/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Brings the list of mailboxes here in step with the server's. @statuses (out, transfer full): name (char *) ->
 * MailImapStatus, of each mailbox whose figures the server told on the way. One round trip with LIST-STATUS, else two. */
gboolean mail_imap_mailboxes_sync (const MailImapPass *pass, GHashTable **statuses, GError **error);

/* Asks the server for its mailboxes only to see which of ours have another name there, and to call them so; nothing else of the
 * list is taken. */
gboolean mail_imap_mailboxes_follow (const MailImapPass *pass, GError **error);

/* Makes sure that the inbox has a row, before LIST was asked. (transfer full) */
MailMailboxInfo *mail_imap_mailboxes_ensure_inbox (MailImapEngine *engine, GError **error);

/* Gives every mailbox of @listed (MailImapListed) its role: what the server says (RFC 6154), then what names suggest, each
 * role once. @known: MailMailboxInfo of the store, whose choice stays where it is still possible. Pure. */
void mail_imap_mailboxes_assign_roles (GPtrArray *listed, const GPtrArray *known);
