/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"
#include "sync/imap-pieces.h"

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
gboolean mail_imap_body_put_job (MailDb *db, gpointer bodies, GError **error);

/* Whether something of so many octets is fetched in pieces. */
gboolean mail_imap_body_is_large (const MailImapEngine *engine, guint64 size);

/* The whole message in pieces, until @until (monotonic; 0 = to its end); stored when all are here. Its mailbox is selected. */
gboolean mail_imap_body_fetch_large (const MailImapPass *pass,
                                     const MailMailboxInfo *mailbox,
                                     gint64 id,
                                     guint32 uid,
                                     guint64 size,
                                     gint64 until,
                                     MailImapPiecesEnd *end,
                                     GError **error);
