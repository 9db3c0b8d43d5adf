/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* Table `chunk`: pieces of a large message, or of one of its parts, that is on its way here, so that a cut connection or the end of
 * the program costs one piece at most. Inside jobs only. */

/* What they are pieces of. When any of it is another than when a piece came, that piece is none. */
typedef struct
{
  gint64 message_id;
  const char *section; /* "2.1" of a part, "" of the whole message */
  guint32 uidvalidity;
  guint32 uid;
  guint64 size;        /* octets of the whole, as it is stored in the end */
  gboolean recoded;    /* not in the very lines that the sender wrote */
} MailStorePieces;

/* *@length: how much is here from the first octet on, without a gap. UNREADABLE when the whole is more than the store can hold. */
gboolean mail_store_pieces_measure (MailDb *db, const MailStorePieces *of, guint64 *length, GError **error);

/* Stores a piece that begins at octet @start; what is not of the same whole, or lies from there on, is dropped. */
gboolean mail_store_pieces_add (MailDb *db, const MailStorePieces *of, guint64 start, GBytes *data, GError **error);

/* All pieces of that part; of all parts where @section is NULL. */
gboolean mail_store_pieces_drop (MailDb *db, gint64 message_id, const char *section, GError **error);

/* (transfer full): a line for each whole of which there are pieces, with how far it is. */
char *mail_store_pieces_describe (MailDb *db, GError **error);
/* Drops those that are no further than @lines, an earlier description, says. */
gboolean mail_store_pieces_drop_stalled (MailDb *db, const char *lines, GError **error);

/* (transfer full): the first @most octets at most. */
GBytes *mail_store_pieces_dup_beginning (MailDb *db, const MailStorePieces *of, gsize most, GError **error);

/* Makes the message's body of them, a piece at a time in memory. NOT_FOUND when they are not all here. */
gboolean mail_store_pieces_make_body (MailDb *db, const MailStorePieces *of, GError **error);

/* Where the body of a part goes in a skeleton: [mark, mark_end) is left out, and the body begins at @at. */
typedef struct
{
  gsize mark;
  gsize mark_end;
  gsize at;
  guint64 size; /* by which the skeleton misses less */
} MailStoreGap;

/* Puts them into @skeleton, which is the message's present one. NOT_FOUND when they are not all here. */
gboolean mail_store_pieces_fill_partial (MailDb *db,
                                         const MailStorePieces *of,
                                         GBytes *skeleton,
                                         const MailStoreGap *gap,
                                         GError **error);
