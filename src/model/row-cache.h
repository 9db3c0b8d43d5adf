/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"

/* Rows of a list by id; those longest unseen go first when it is trimmed. One thread. */
typedef struct _MailRowCache MailRowCache;

MailRowCache *mail_row_cache_new (void);
void mail_row_cache_free (MailRowCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailRowCache, mail_row_cache_free)

/* (nullable): the row if it is here. Borrowed until it is put anew, removed or trimmed. */
const MailMessageInfo *mail_row_cache_get (MailRowCache *cache, gint64 id);
/* As get, but not a sign that somebody looks at it. */
const MailMessageInfo *mail_row_cache_peek (MailRowCache *cache, gint64 id);

/* Notes that @id is being fetched; FALSE when it is here or was noted already. */
gboolean mail_row_cache_ask (MailRowCache *cache, gint64 id);
/* @info (transfer full). */
void mail_row_cache_put (MailRowCache *cache, MailMessageInfo *info);
/* The row, or the note that it is being fetched. */
void mail_row_cache_remove (MailRowCache *cache, gint64 id);
void mail_row_cache_clear (MailRowCache *cache);
/* Keeps @limit of them. */
void mail_row_cache_trim (MailRowCache *cache, guint limit);
