/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/query.h"
#include "store/store-messages.h"

/* Looks for messages among the rows, a bounded number of them in each job, so that nobody else waits long for the reader.
 * Inside jobs only. */

/* Puts MailStoreKey in the order of the list. */
void mail_store_keys_sort (GArray *keys);

/* Of @most rows of the mailbox at most, newest first: the MailStoreKey of those that have what @query asks for is appended to
 * @keys. *@from is the row to begin before ({ G_MAXINT64, G_MAXINT64 }: the newest), and afterwards the last one looked at.
 * *@more: there are older ones. */
gboolean mail_store_search_rows (MailDb *db,
                                 gint64 mailbox_id,
                                 const MailQuery *query,
                                 gint64 now,
                                 MailStoreKey *from,
                                 guint most,
                                 gboolean *more,
                                 GArray *keys,
                                 GError **error);

/* The same of the rows with UIDs from *@first (afterwards: the UID to go on from) to @last, which the server found: of @query
 * (nullable: nothing) only flags, attachments and ages are compared. */
gboolean mail_store_search_uids (MailDb *db,
                                 gint64 mailbox_id,
                                 const MailQuery *query,
                                 gint64 now,
                                 guint32 *first,
                                 guint32 last,
                                 guint most,
                                 gboolean *more,
                                 GArray *keys,
                                 GError **error);
