/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* Tables `body` (whole messages, once per content) and `partial` (skeletons, see mime/mime-skeleton.h). Inside jobs only. */

/* SHA-256 of @raw. Outside jobs too: hashing is done before the transaction. */
void mail_store_hash (GBytes *raw, guint8 hash[32]);

/* Stores @raw as the body of @message_id and drops its skeleton. @hash may be NULL. */
gboolean mail_store_bodies_put (MailDb *db, gint64 message_id, GBytes *raw, const guint8 *hash, GError **error);

/* If a body with this hash is here already, links it. *found tells. */
gboolean mail_store_bodies_link (MailDb *db, gint64 message_id, const guint8 *hash, gboolean *found, GError **error);

/* Links the body of @twin_id, which is the same message, if both are still there and it has the size of this one; what is said of
 * its text is taken over. *@linked tells. */
gboolean mail_store_bodies_link_twin (MailDb *db, gint64 message_id, gint64 twin_id, gboolean *linked, GError **error);

/* (nullable): the first @most octets of the whole message; NULL without @error when that is not here. */
GBytes *mail_store_bodies_dup_beginning (MailDb *db, gint64 message_id, gsize most, GError **error);

/* The exact bytes; what is large is mapped from a file (store/store-blob.h). NOT_FOUND when the whole message is not here. */
GBytes *mail_store_bodies_get (MailDb *db, gint64 message_id, GError **error);

/* @missing_parts of it, of @missing_bytes octets in all, are not in @skeleton. */
gboolean mail_store_bodies_put_partial (MailDb *db,
                                        gint64 message_id,
                                        GBytes *skeleton,
                                        guint missing_parts,
                                        guint64 missing_bytes,
                                        GError **error);

/* The whole message if it is here (*partial FALSE), else its skeleton (*partial TRUE), else NOT_FOUND. */
GBytes *mail_store_bodies_get_best (MailDb *db, gint64 message_id, gboolean *partial, GError **error);
