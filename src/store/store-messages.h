/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/holdings.h"
#include "core/message-info.h"
#include "core/op.h"
#include "store/store.h"

/* Table `message`. Inside jobs only. Each change is noted for the MailChange of the transaction, and the mailbox's figures
 * are kept in step. */

/* Inserts; info->id is set. With a uid that the mailbox already has: EXISTS. */
gboolean mail_store_messages_insert (MailDb *db, MailMessageInfo *info, GError **error);

MailMessageInfo *mail_store_messages_get (MailDb *db, gint64 id, GError **error); /* NOT_FOUND */
/* The same with where the message is and its state alone, as if nothing of what it says were known. */
MailMessageInfo *mail_store_messages_get_place (MailDb *db, gint64 id, GError **error);
/* NULL without @error when there is none. */
MailMessageInfo *mail_store_messages_find_uid (MailDb *db, gint64 mailbox_id, guint32 uid, GError **error);

/* All ids (gint64) of a mailbox, newest first by date, then by id. */
GArray *mail_store_messages_ids (MailDb *db, gint64 mailbox_id, GError **error);

/* Where a row stands in the list: newest first by date, then by id (the greater first). */
typedef struct
{
  gint64 id;
  gint64 date;
} MailStoreKey;

/* MailStoreKey of every row of a mailbox, in the order of the list: what it keeps in memory. */
GArray *mail_store_messages_keys (MailDb *db, gint64 mailbox_id, GError **error);
/* MailStoreKey of those of @ids[0..count) that are in the mailbox now, in no particular order. */
GArray *mail_store_messages_keys_of (MailDb *db, gint64 mailbox_id, const gint64 *ids, guint count, GError **error);

/* The rows of @ids[0..count), in that order; an id that is gone gives a NULL entry. For a page of the list: @structure
 * and references are not loaded. */
GPtrArray *mail_store_messages_load (MailDb *db, const gint64 *ids, guint count, GError **error);

/* At most @limit rows newest first (0 = all), of one mailbox or of all (@mailbox_id 0). */
GPtrArray *mail_store_messages_list (MailDb *db, gint64 mailbox_id, guint limit, GError **error);

/* What a resync compares: per row with a UID, ascending by UID. */
typedef struct
{
  gint64 id;
  guint32 uid;
  MailFlags server_flags;
  gboolean has_keywords;
  gint64 size;
  gint64 internal_date;
} MailStoreUid;
/* Those from @first to @last, both included, ascending; the lowest @most of them (0 = all). */
GArray *mail_store_messages_uids_between (MailDb *db,
                                          gint64 mailbox_id,
                                          guint32 first,
                                          guint32 last,
                                          guint most,
                                          GError **error);
/* The highest @most, descending. */
GArray *mail_store_messages_uids_highest (MailDb *db, gint64 mailbox_id, guint most, GError **error);
/* Those below @below of which is not known what the server calls them in every mailbox; the highest @most, descending. */
GArray *mail_store_messages_uids_unnamed (MailDb *db, gint64 mailbox_id, gint64 below, guint most, GError **error);
/* (transfer full): keyword as the server has it, in lower case -> GArray of the UIDs (guint32, ascending) of those that have it. */
GHashTable *mail_store_messages_uids_by_keyword (MailDb *db, gint64 mailbox_id, GError **error);
/* Those among @uids (guint32, ascending). */
GArray *mail_store_messages_uids_of (MailDb *db, gint64 mailbox_id, const GArray *uids, GError **error);

/* *@date: of the newest message of the mailbox; 0 = it is empty. */
gboolean mail_store_messages_find_newest (MailDb *db, gint64 mailbox_id, gint64 *date, GError **error);

/* Rows without a UID, and without a POP3 unique id: ids (gint64) of one mailbox; how many each mailbox has, and how many of them no
 * operation waits for and the server should have. */
GArray *mail_store_messages_orphans (MailDb *db, gint64 mailbox_id, GError **error);
typedef struct
{
  gint64 mailbox_id;
  guint count;
  guint strays;
} MailStoreOrphans;
GArray *mail_store_messages_count_orphans (MailDb *db, GError **error);

/* The server's flags changed: the visible flags become pending operations applied to them, and so do the keywords (in any order).
 * No change, no write. */
gboolean mail_store_messages_set_server_flags (MailDb *db,
                                               gint64 id,
                                               MailFlags flags,
                                               const char *keywords,
                                               GError **error);

/* The server did what the FLAGS operation @op asked for: its flags follow, and the visible ones are what still waits applied to
 * them. @op NULL, after an operation was dropped: what the server has is shown again. */
gboolean mail_store_messages_confirm_flags (MailDb *db, gint64 id, const MailOp *op, GError **error);

/* A person's change: visible flags only; the operation row says what the server is to do. For POP mailboxes: both. */
gboolean mail_store_messages_set_flags (MailDb *db, gint64 id, MailFlags flags, GError **error);
gboolean mail_store_messages_set_keywords (MailDb *db, gint64 id, const char *keywords, GError **error);

/* Moves the row to another mailbox with a new uid (0 = not known yet). */
gboolean mail_store_messages_move (MailDb *db, gint64 id, gint64 mailbox_id, guint32 uid, GError **error);

typedef struct
{
  gint64 id;
  guint32 uid; /* in its new mailbox; 0 = not known yet */
} MailStoreMove;

/* The same for many rows (MailStoreMove), none of them twice, at a fraction of the cost. */
gboolean mail_store_messages_move_all (MailDb *db, const GArray *moves, gint64 mailbox_id, GError **error);
/* Inserts a second row with the same body in @mailbox_id, which is not on its way out even if the first is; *new_id is set. */
gboolean mail_store_messages_copy (MailDb *db, gint64 id, gint64 mailbox_id, gint64 *new_id, GError **error);
gboolean mail_store_messages_set_uid (MailDb *db, gint64 id, guint32 uid, GError **error);
/* What the server calls the message in every mailbox, and its labels; NULL @email_id: neither was told. */
gboolean mail_store_messages_set_identity (MailDb *db, gint64 id, const char *email_id, const char *labels, GError **error);
/* Those that the server has now; NULL: none. */
gboolean mail_store_messages_set_labels (MailDb *db, gint64 id, const char *labels, GError **error);
gboolean mail_store_messages_set_where (MailDb *db, gint64 id, MailWhere where, GError **error);
gboolean mail_store_messages_set_preview (MailDb *db, gint64 id, const char *preview, GError **error);

/* Removes the row; a body that no other row shows goes with it. */
gboolean mail_store_messages_remove (MailDb *db, gint64 id, GError **error);

/* Rows of @mailbox_id (0 = all) that have a uid but no whole body, newest first, dated @since or later (0 = any); at most @limit.
 * MailStoreMissing. */
typedef struct
{
  gint64 id;
  gint64 mailbox_id;
  guint32 uid;
  guint64 size;
} MailStoreMissing;
GArray *mail_store_messages_missing (MailDb *db, gint64 mailbox_id, gint64 since, guint limit, GError **error);
/* Those of them that a person starred, of any date; of one mailbox. */
GArray *mail_store_messages_missing_starred (MailDb *db, gint64 mailbox_id, guint limit, GError **error);

/* How many whole messages these mailboxes (gint64) lack, and of how many octets; the same message in several counts once. */
gboolean mail_store_messages_measure_missing (MailDb *db,
                                              const GArray *mailbox_ids,
                                              guint *messages,
                                              guint64 *bytes,
                                              GError **error);

/* A row, in whatever mailbox, whose whole message is here and is this one's too; *@twin_id 0 when there is none. *@sure: the server
 * says so (email_id); otherwise Message-ID, structure, size (@least octets or more) and date are the same, no draft is among them,
 * and the bytes are to be compared. */
gboolean mail_store_messages_find_twin (MailDb *db,
                                        gint64 id,
                                        guint least,
                                        gint64 *twin_id,
                                        gboolean *sure,
                                        GError **error);

/* (transfer full) (nullable): the same for all rows that a twin may be found for once one of them is here, by the same measure. */
gboolean mail_store_messages_dup_kin (MailDb *db, gint64 id, guint least, char **kin, GError **error);

/* *@bytes: of all messages of the mailbox together, as far as the server told how large they are. */
gboolean mail_store_messages_measure (MailDb *db, gint64 mailbox_id, gint64 *bytes, GError **error);
/* Figures of the whole store. */
gboolean mail_store_messages_count (MailDb *db, MailHoldings *holdings, GError **error);

/* (transfer full): MailMessageInfo without references and structure, of rows without uid in the mailbox that share @info's
 * email_id, date, or size; some of them where they are very many. */
GPtrArray *mail_store_messages_orphans_like (MailDb *db, gint64 mailbox_id, const MailMessageInfo *info, GError **error);
/* (transfer full): the same of rows with uid, by email_id or date. */
GPtrArray *mail_store_messages_like (MailDb *db, gint64 mailbox_id, const MailMessageInfo *info, GError **error);

/* A row without uid in the mailbox that is this message (same Message-ID and size, else date and from, and the size too where
 * neither has a Message-ID): what APPEND, MOVE without UIDPLUS or a new UIDVALIDITY left behind. 0 when there is none. */
gboolean mail_store_messages_find_orphan (MailDb *db,
                                          gint64 mailbox_id,
                                          const MailMessageInfo *info,
                                          gint64 *id,
                                          GError **error);
