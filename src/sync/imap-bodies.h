/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* About a second of whole messages in the background: the mailboxes that a person looks at first, in each the newest first, as the
 * offline settings of account and mailbox say; starred ones always. */
gboolean mail_imap_fill (const MailImapPass *pass, gboolean *more, GError **error);

/* The connection died with @failure while the whole messages @uids (guint32) of the mailbox were waited for. TRUE when a new one
 * may go on at once: with the others, or to find out which message it was. @set_aside is set when that is known, and says so; it
 * is reported where nobody waits for the message. */
gboolean mail_imap_bodies_blame (MailImapEngine *engine,
                                 gint64 mailbox_id,
                                 const GArray *uids,
                                 const GError *failure,
                                 GError **set_aside);
