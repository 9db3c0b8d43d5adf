/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"
#include "store/store.h"

/* Table `header`. Private to store/; its columns are read together with `message`, see store-messages.c. */

/* The row for info->id. */
gboolean mail_store_headers_insert (MailDb *db, const MailMessageInfo *info, GError **error);
gboolean mail_store_headers_copy (MailDb *db, gint64 id, gint64 new_id, GError **error);
gboolean mail_store_headers_set_preview (MailDb *db, gint64 id, const char *preview, gboolean *changed, GError **error);
