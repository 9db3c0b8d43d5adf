/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* What is news to a person: messages that came since a moment. Inside jobs only. */

/* The greatest id that a message has had so far; ids only grow. 0: there was never any. */
gboolean mail_store_news_mark (MailDb *db, gint64 *mark, GError **error);
/* Ids (gint64), ascending, of the messages of @mailbox_id above @mark that nobody has read or deleted. */
GArray *mail_store_news_since (MailDb *db, gint64 mailbox_id, gint64 mark, GError **error);
