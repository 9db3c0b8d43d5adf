/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* What a person waits for; see mail_engine_fetch(). */
gboolean mail_imap_fetch (const MailImapPass *pass, gint64 message_id, const char *section, GError **error);
/* What can be done before it: its mailbox is selected; see mail_engine_prepare(). */
gboolean mail_imap_fetch_prepare (const MailImapPass *pass, gint64 message_id, GError **error);
