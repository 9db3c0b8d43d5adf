/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* An IMAP server with one large message (UID 1 of INBOX, UIDVALIDITY 7), whose part 2 is an attachment in base64, and that gives
 * pieces of it in a way of its own. Everything it sends is made up from the offset, so that it needs no memory. */
typedef enum
{
  LYING_IMAP_HONEST,
  LYING_IMAP_GIVES_LITTLE,     /* 5,000 octets less than it was asked for */
  LYING_IMAP_SAYS_LESS,        /* its sizes are smaller than the truth */
  LYING_IMAP_SAYS_MORE,
  LYING_IMAP_IGNORES_OFFSETS,  /* gives all from the beginning, each time, without an offset */
  LYING_IMAP_OTHER_OFFSET,     /* answers for another offset */
  LYING_IMAP_NIL,              /* has pieces for nobody; the whole part it gives */
  LYING_IMAP_ENDS_EARLY,       /* has no pieces beyond the first half */
  LYING_IMAP_CANNOT_DECODE,    /* NO [UNKNOWN-CTE] to BINARY */
  LYING_IMAP_BINARY_IS_SHORT,  /* what it decodes is cut off at half */
  LYING_IMAP_CUTS,             /* hangs up in the middle of each second piece */
  LYING_IMAP_LAST = LYING_IMAP_CUTS,
} LyingImapWay;

typedef struct _LyingImap LyingImap;

/* @size: decoded octets of the attachment. */
LyingImap *lying_imap_new (LyingImapWay way, guint64 size);
void lying_imap_free (LyingImap *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LyingImap, lying_imap_free)

guint16 lying_imap_get_port (const LyingImap *server);
/* Octets of the message, as it says. */
guint64 lying_imap_get_size (const LyingImap *server);
/* (transfer full): the BODYSTRUCTURE. */
char *lying_imap_dup_structure (const LyingImap *server);
/* Octets @start to @start + @length of the attachment, decoded. */
void lying_imap_get_decoded (guint64 start, gsize length, guint8 *bytes);
/* (transfer full): SHA-256 of the message, in hex. */
char *lying_imap_dup_checksum (const LyingImap *server);
/* Pieces and wholes that it was asked for so far. */
guint lying_imap_count_asked (const LyingImap *server);
