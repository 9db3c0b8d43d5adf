/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Rows for messages of the selected mailbox: the first screen at once, then ever more with each FETCH; parsing goes on while the
 * store writes, so memory depends on what one FETCH asks for, not on the mailbox. A person's pending operations are minded: what is
 * on its way out is not shown again. */
typedef struct _MailImapHeaders MailImapHeaders;

/* Messages that the first FETCH asks for. */
#define MAIL_IMAP_HEADERS_SCREEN 100

/* @total: messages that will be asked for in all, for the progress. @has_orphans: rows here may be these messages without knowing
 * their UID. @mailbox and @pass must outlive the result. */
MailImapHeaders *mail_imap_headers_new (const MailImapPass *pass,
                                        const MailMailboxInfo *mailbox,
                                        guint total,
                                        gboolean has_orphans);
/* Rows without UID are only what they are for certain; see imap-meet.h. So it is anyway where nothing was looked through yet. */
void mail_imap_headers_set_strict (MailImapHeaders *headers);
/* Tells what the server did not show. */
void mail_imap_headers_free (MailImapHeaders *headers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapHeaders, mail_imap_headers_free)

/* Fetches @uids (guint32, ascending), newest first. Rows are durable when it returns.
 * A message over which the connection ends, or that the server refuses, is found out, and asked for plainly; one that cannot be had
 * that way either has no row, is told and set aside (see imap-suspects.h). */
gboolean mail_imap_headers_fetch (MailImapHeaders *headers, const GArray *uids, GError **error);
