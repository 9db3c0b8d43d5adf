/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Keeps what the server allows in each mailbox of @listed (MailImapListed, rows of the store): as LIST told it (RFC 8440), else
 * MYRIGHTS (RFC 4314), asked once a day, and at once for those that are not in @known (MailMailboxInfo). */
gboolean mail_imap_rights_keep (const MailImapPass *pass, GPtrArray *listed, const GPtrArray *known, GError **error);
