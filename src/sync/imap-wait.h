/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Waiting for news: NOTIFY of everything (RFC 5465) where the server can; else IDLE on the inbox (RFC 2177), and a calm round of
 * STATUS over the other mailboxes that a person watches; without IDLE that round is all. */
MailImapWatch *mail_imap_watch_new (void);
void mail_imap_watch_free (MailImapWatch *watch);
/* There is a new connection, with @caps: less what earlier ones showed to be of no use. */
void mail_imap_watch_connected (MailImapWatch *watch, MailImapCaps *caps);
/* Every mailbox is being looked at. */
void mail_imap_watch_begin (MailImapWatch *watch);
/* Ids (gint64) of mailboxes to watch besides those that the store says. */
void mail_imap_watch_set_open (MailImapWatch *watch, const GArray *mailbox_ids);

/* TRUE when it is open in a window, as far as was said. */
gboolean mail_imap_watch_is_open (const MailImapWatch *watch, gint64 mailbox_id);

/* When it was opened last, as far as was said (mail_clock_now()); 0 = never. */
gint64 mail_imap_watch_get_opened (const MailImapWatch *watch, gint64 mailbox_id);

/* Comparing all flags of a mailbox, which without modification sequences is the only way to learn of some, is not done with each
 * word of the server, but with pauses as long as it takes. It was done just now, and the server needed @lasted microseconds for
 * it; whether news alone are a reason to do it again; and it is to be done when they are. */
void mail_imap_watch_note_compared (MailImapWatch *watch, gint64 mailbox_id, gint64 lasted);
gboolean mail_imap_watch_may_compare (const MailImapWatch *watch, gint64 mailbox_id);
void mail_imap_watch_owe (MailImapWatch *watch, gint64 mailbox_id);

/* Seconds between rounds in place of the calm ones, the least that a server's patience is learnt to be, and the
 * least pause between comparisons of all flags. For tests. */
void mail_imap_watch_set_pace (MailImapWatch *watch, guint seconds);

/* Whether the server tells of every mailbox by itself. */
gboolean mail_imap_watch_hears_all (const MailImapEngine *engine);

/* See mail_engine_wait(). */
gboolean mail_imap_wait (const MailImapPass *pass, guint seconds, GCancellable *wake, MailEngineWait *why, GError **error);
/* Synchronises the mailboxes that the last wait told of. */
gboolean mail_imap_sync_news (const MailImapPass *pass, GError **error);
