/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* From so many octets on a blob is not held in memory. */
#define MAIL_STORE_LARGE_BYTES (8 * 1024 * 1024)

/* (transfer full): the blob @column of row @row, copied piece by piece into a file without a name, in the folder of the store, and
 * mapped from there: what is large costs disk as long as it is shown, and no memory that the system could not have back. Where
 * no file can be made, it is in memory after all. */
GBytes *mail_store_blob_map (MailDb *db, const char *table, const char *column, gint64 row, GError **error);
