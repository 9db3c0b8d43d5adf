/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"
#include "sync/imap-resync.h"

/* What waits here for the server, as far as it decides what there is to look at: read once for all mailboxes. */
typedef struct _MailImapPending MailImapPending;
MailImapPending *mail_imap_pending_load (MailImapEngine *engine, GError **error);
void mail_imap_pending_free (MailImapPending *pending);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapPending, mail_imap_pending_free)

/* (transfer full): the UIDs of messages that go elsewhere, or away, as soon as the server hears of it. */
GHashTable *mail_imap_pending_list_leaving (const MailImapPending *pending, gint64 mailbox_id);
/* Whether operations of the mailbox are parked; maybe by an earlier run of the program. */
gboolean mail_imap_pending_has_parked (const MailImapPending *pending, gint64 mailbox_id);
/* Rows that are no message of the server, or not yet. */
guint mail_imap_pending_count_orphans (const MailImapPending *pending, gint64 mailbox_id);
/* Messages of the server that should have no row. */
guint mail_imap_pending_count_without_row (const MailImapEngine *engine, const MailImapPending *pending, gint64 mailbox_id);

/* What decides about the case of the mailbox; whether the number of unread messages is known is not. */
MailImapMeans mail_imap_pending_get_means (const MailImapEngine *engine, const MailImapPending *pending, gint64 mailbox_id);
