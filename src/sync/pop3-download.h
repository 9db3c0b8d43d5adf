/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"
#include "pop3/pop3-types.h"
#include "store/store.h"

/* Takes fetched messages into the store while more are fetched: each batch is hashed, parsed, written in one durable
 * transaction together with its rows of the ledger, and, where it is to be deleted on the server at once, read back and
 * compared. Nothing of a message stays in memory once its batch is through. Made, fed and ended by one thread. */
typedef struct _MailPop3Download MailPop3Download;

/* @ledger (char * -> MailUidl) must not change until mail_pop3_download_finish(); what was written has to be loaded anew. */
MailPop3Download *mail_pop3_download_new (MailStore *store, gint64 inbox_id, GHashTable *ledger, MailPopKeep keep);

/* Whatever was not finished is waited for and forgotten. */
void mail_pop3_download_free (MailPop3Download *download);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailPop3Download, mail_pop3_download_free)

/* Hands over a message; waits while too much is under way. @item must live until the end and is not to be
 * looked at before; one without uidl gets its identity. FALSE: the store failed, now or with an earlier batch. */
gboolean mail_pop3_download_add (MailPop3Download *download, MailPop3Item *item, GBytes *message, GError **error);

/* Waits until all is written. FALSE: some of it is not; what is, is in the store's ledger. */
gboolean mail_pop3_download_finish (MailPop3Download *download, GError **error);

/* Rows that are new in the store. */
guint mail_pop3_download_get_stored (const MailPop3Download *download);

/* TRUE when the copy of @item was read back and is the message that came. */
gboolean mail_pop3_download_is_verified (const MailPop3Download *download, const MailPop3Item *item);
