/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* What was learnt of the server is kept in the store (store/store-facts.h), so that it can be shown offline. After a sync that went
 * well; does nothing where nothing is new. How full the mailbox is is asked when something came or went, and at most once an hour
 * otherwise. */
gboolean mail_imap_facts_keep (const MailImapPass *pass, GError **error);

/* Which extensions were put to use, over this and earlier connections: after each call that spoke with the server. A store that
 * cannot take it is not worth a word. */
void mail_imap_facts_keep_used (MailImapEngine *engine);
