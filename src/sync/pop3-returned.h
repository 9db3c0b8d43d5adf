/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "pop3/pop3-session.h"
#include "store/store-uidl.h"

/* An id whose message had left the server (DELETED, GONE) is listed again with the same size. Either the message is still or
 * again there: the deletion was not carried out, a backup was restored, a listing had been short. Or another message carries
 * the id now. What tells them apart is the message: its header by TOP, which is cheap, where its copy here can be compared;
 * else the hash of all of it once it was fetched. */

/* Compares the headers of @items (MailPop3Item, known to @ledger). What is proven the same is put back in the ledger, here and
 * in the store; the rest stays as it is, to be fetched. */
gboolean mail_pop3_returned_compare (MailPop3Session *session,
                                     MailStore *store,
                                     MailPopKeep keep,
                                     GHashTable *ledger,
                                     const GPtrArray *items,
                                     GCancellable *cancellable,
                                     GError **error);

/* The message of @entry was found to be on the server again. It counts as HERE from now on, or as TO_DELETE if the person
 * deleted it here. One without a copy here is not fetched anew, since only the person can have removed it, and is deleted on
 * the server only where @keep makes that removal an order. Writes @entry. */
gboolean mail_pop3_returned_take_back (MailDb *db, MailPopKeep keep, MailUidl *entry, GError **error);
