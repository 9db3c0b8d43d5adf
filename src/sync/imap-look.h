/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-pending.h"

/* One mailbox brought in step with the server's: which case it is (imap-resync.h), and what each case takes. */

/* The case of @mailbox by the figures that STATUS told. */
MailImapCase mail_imap_look_decide (const MailImapEngine *engine,
                                    const MailImapPending *pending,
                                    const MailMailboxInfo *mailbox,
                                    const MailImapStatus *told);

/* Selects the mailbox and does what its case takes. @told: what STATUS said, or NULL. */
gboolean mail_imap_look (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told, GError **error);

/* *@done: STATUS said all that there is to know of a mailbox that nobody looked through yet: that it is empty. */
gboolean mail_imap_look_at_empty (const MailImapPass *pass,
                                  const MailImapPending *pending,
                                  MailMailboxInfo *mailbox,
                                  const MailImapStatus *told,
                                  gboolean *done,
                                  GError **error);

/* The newest messages of an inbox that was never looked at: what a new account shows first. */
gboolean mail_imap_look_at_first_screen (const MailImapPass *pass, MailMailboxInfo *inbox, GError **error);

/* Without modification sequences: the flags of the newest messages that are here, and nothing else. */
gboolean mail_imap_look_at_newest_flags (const MailImapPass *pass, const MailMailboxInfo *mailbox, GError **error);
/* The same of flags that the server told of the selected mailbox by itself (MailImapFetch, with UIDs): nothing is asked. */
gboolean mail_imap_look_take_flags (const MailImapPass *pass, MailMailboxInfo *mailbox, GPtrArray *told, GError **error);

/* TRUE where \Deleted is all that deleting can do, because UID EXPUNGE is missing: such messages are not shown. */
gboolean mail_imap_hides_deleted (const MailImapEngine *engine);
