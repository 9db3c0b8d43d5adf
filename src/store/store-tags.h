/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/tag-info.h"
#include "store/store.h"

/* Table `tag`: names and colours of keywords. Inside jobs only. */

/* (transfer full): MailTagInfo by position, then by name: what a person named, and what mail_tag_info_defaults() has besides. */
GPtrArray *mail_store_tags_list (MailDb *db, GError **error);
/* (transfer full): the tag whose name or keyword is @name, whatever its case; NULL without @error when there is none. */
MailTagInfo *mail_store_tags_find (MailDb *db, const char *name, GError **error);
gboolean mail_store_tags_put (MailDb *db, const MailTagInfo *tag, GError **error);
/* What a person said of it is forgotten; messages keep their keyword. */
gboolean mail_store_tags_remove (MailDb *db, const char *keyword, GError **error);
