/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"
#include "sync/imap-pieces.h"

/* About a second of whole messages in the background: the mailboxes that a person looks at first, in each the newest first, as the
 * offline settings of account and mailbox say; starred ones always. */
gboolean mail_imap_fill (const MailImapPass *pass, gboolean *more, GError **error);

/* Whether something of so many octets is fetched in pieces. */
gboolean mail_imap_bodies_is_large (const MailImapEngine *engine, guint64 size);

/* The whole message in pieces, until @until (monotonic; 0 = to its end); stored when all are here. Its mailbox is selected. */
gboolean mail_imap_bodies_fetch_large (const MailImapPass *pass,
                                       const MailMailboxInfo *mailbox,
                                       gint64 id,
                                       guint32 uid,
                                       guint64 size,
                                       gint64 until,
                                       MailImapPiecesEnd *end,
                                       GError **error);

/* The connection died with @failure while the whole messages @uids (guint32) of the mailbox were waited for. TRUE when a new one
 * may go on at once: with the others, or to find out which message it was. @set_aside is set when that is known, and says so; it
 * is reported where nobody waits for the message. */
gboolean mail_imap_bodies_blame (MailImapEngine *engine,
                                 gint64 mailbox_id,
                                 const GArray *uids,
                                 const GError *failure,
                                 GError **set_aside);

/* A whole message on its way into the store: hash and preview are made before the transaction. */
typedef struct
{
  gint64 id;
  GBytes *raw;
  guint8 hash[32];
  char *preview;
} MailImapBody;

/* (transfer full) */
MailImapBody *mail_imap_body_new (gint64 id, GBytes *raw);
void mail_imap_body_free (MailImapBody *body);

/* MailStoreJob; @bodies: GPtrArray of MailImapBody. Rows that went meanwhile are passed over. */
gboolean mail_imap_bodies_put_job (MailDb *db, gpointer bodies, GError **error);
