/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-compress.h"
#include "sync/imap-engine-private.h"

/* To be called before much is fetched, and while it is: compresses the connection once that pays for what is still to come. Asks
 * the server nothing while it does not. FALSE when the connection ended over it, which is no fault of what is to come. */
gboolean mail_imap_link_expect (const MailImapPass *pass, guint64 headers, guint64 bodies, GError **error);

/* Octets that a FETCH of one message's header takes, about. */
#define MAIL_IMAP_HEADER_OCTETS 1000
