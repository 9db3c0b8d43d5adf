/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-types.h"
#include "store/store-pieces.h"
#include "sync/imap-engine-private.h"

/* A large message, or a large part of one, fetched piece by piece: each is durable once it is here, so that neither a cut
 * connection nor the end of the program loses more than one, and memory holds only a few. */

/* From so many octets on. */
#define MAIL_IMAP_PIECES_BYTES (1024 * 1024)

typedef enum
{
  MAIL_IMAP_PIECES_ALL_HERE,
  MAIL_IMAP_PIECES_MORE,    /* the time is over */
  MAIL_IMAP_PIECES_USELESS, /* the server does not give what it promised: what came is dropped, all is to be asked for at once */
} MailImapPiecesEnd;

/* @section: "" for the whole message. It is borrowed. */
MailStorePieces mail_imap_pieces_of (const MailMailboxInfo *mailbox, gint64 id, guint32 uid, const char *section, guint64 size);

/* Fetches what is missing of @of in @mailbox, which is selected, until @until (monotonic; 0 = to the end). @part: NULL with the
 * whole message. of->size is what the server told. BINARY (RFC 3516) is used where it brings the same with fewer bytes, for what is
 * in base64: that is put back into base64, in lines of 76 characters, and of->size becomes what this needs. */
gboolean mail_imap_pieces_fetch (const MailImapPass *pass,
                                 const MailMailboxInfo *mailbox,
                                 MailStorePieces *of,
                                 const MailImapPart *part,
                                 gint64 until,
                                 MailImapPiecesEnd *end,
                                 GError **error);

/* Only one connection at a time fetches pieces of a message: another one waits until it ends, or until @until (monotonic; 0 =
 * without end). FALSE: it still is not this one's turn, or it was cancelled. */
gboolean mail_imap_pieces_claim (const MailImapPass *pass, gint64 message_id, gint64 until);
void mail_imap_pieces_release (const MailImapPass *pass, gint64 message_id);

/* Drops pieces of what was begun and never finished: those that are no more than they were a week ago. After a sync. */
gboolean mail_imap_pieces_tidy (MailImapEngine *engine, GError **error);
