/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store-bodies.h"

/* Removes body @body_id unless a row shows it. Private to store/. */
gboolean mail_store_bodies_release (MailDb *db, gint64 body_id, GError **error);
/* The skeleton of @id for @new_id, too, where there is one. */
gboolean mail_store_bodies_copy_partial (MailDb *db, gint64 id, gint64 new_id, GError **error);

/* Makes place for a skeleton of @size octets that misses one part of @missing_less octets less. What is in it is to be written. */
gboolean mail_store_bodies_resize_partial (MailDb *db, gint64 id, guint64 size, guint64 missing_less, GError **error);

/* 64 lower-case hex digits. */
char *mail_store_hash_to_hex (const guint8 *hash);
