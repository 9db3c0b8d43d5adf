/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Writes into the store what a comparison with the server found, in transactions of a bounded size. What a person did meanwhile
 * is minded: a row that is no longer where it was is left alone. */

/* @reflags: MailImapReflag. *@changed (nullable) is increased by the rows that had other flags or keywords. */
gboolean mail_imap_apply_flags (MailImapEngine *engine, gint64 mailbox_id, const GArray *reflags, guint *changed, GError **error);

/* An answer may lack what it should name. Leaves in @gone (MailStoreUid) only what the server, asked for all messages of the
 * mailbox that is selected, does not name either; and nothing when that answer, too, names fewer than there are (@messages): what
 * was expunged meanwhile shows in the next look. */
gboolean mail_imap_confirm_gone (const MailImapPass *pass, GArray *gone, guint messages, GError **error);

/* @gone: MailStoreUid of rows whose message the server no longer has; *@removed is increased. */
gboolean mail_imap_apply_gone (MailImapEngine *engine, gint64 mailbox_id, const GArray *gone, guint *removed, GError **error);

/* Removes rows that turned out to be no message of the server; *@removed is increased. What only this computer has, and what an
 * operation still waits for, stays. */
gboolean mail_imap_apply_orphans (MailImapEngine *engine, gint64 mailbox_id, guint *removed, GError **error);
