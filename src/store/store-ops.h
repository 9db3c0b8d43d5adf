/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/op.h"
#include "store/store.h"

/* Table `op`: what waits for the server. Inside jobs only. */

/* Adds @op, or folds it into the last waiting operation on the same message or mailbox (mail_op_coalesce()). op->id is set, 0 when
 * both annihilated each other. */
gboolean mail_store_ops_add (MailDb *db, MailOp *op, GError **error);
/* MailOp, oldest first. @message_id 0: all. */
GPtrArray *mail_store_ops_list (MailDb *db, gint64 message_id, GError **error);
/* The oldest @most of all. */
GPtrArray *mail_store_ops_list_oldest (MailDb *db, guint most, GError **error);
/* Those that take messages out of the mailbox: MOVE and EXPUNGE. */
GPtrArray *mail_store_ops_list_leaving (MailDb *db, gint64 mailbox_id, GError **error);
/* Those on the mailbox itself. */
GPtrArray *mail_store_ops_list_of_mailbox (MailDb *db, gint64 mailbox_id, GError **error);
/* Those that name message @uid (not 0) of the mailbox. */
GPtrArray *mail_store_ops_list_naming (MailDb *db, gint64 mailbox_id, guint32 uid, GError **error);
gboolean mail_store_ops_set_state (MailDb *db, gint64 id, MailOpState state, GError **error);
/* Sends a waiting operation elsewhere; it keeps its place in the queue. */
gboolean mail_store_ops_redirect (MailDb *db, gint64 id, gint64 mailbox_id, gint64 target_id, GError **error);
/* A COPY whose original is gone, or cannot be named any more, becomes an APPEND in its place, if the whole message is here and if
 * it is a COPY at all. *done tells. One that was SENT stays so: the copy may have been made, and is looked for first. */
gboolean mail_store_ops_upload_instead (MailDb *db, gint64 id, gboolean *done, GError **error);
/* Those of the message that wait for the UID; one that is parked does not learn it this way. */
gboolean mail_store_ops_set_uid (MailDb *db, gint64 message_id, gint64 mailbox_id, guint32 uid, GError **error);
gboolean mail_store_ops_learn_uid (MailDb *db, gint64 id, guint32 uid, GError **error);
/* Its mailbox was renumbered; and it is known what it means now. */
gboolean mail_store_ops_park (MailDb *db, gint64 id, GError **error);
gboolean mail_store_ops_unpark (MailDb *db, gint64 id, guint32 uid, GError **error);
/* Let go again (NOT_HELD), its attempts are counted anew. */
gboolean mail_store_ops_set_held (MailDb *db, gint64 id, MailOpHold held, GError **error);
/* Lets all go that are held for room. *@count (nullable): how many. */
gboolean mail_store_ops_make_room (MailDb *db, guint *count, GError **error);
/* What is left of FLAGS where tags do not last: these @keywords alone, held. */
gboolean mail_store_ops_keep_tags (MailDb *db, gint64 id, const char *keywords, GError **error);
/* @move was carried out: the tags that its mailbox did not keep are tried where the message is now, as @uid (0: not known). */
gboolean mail_store_ops_take_tags_along (MailDb *db, const MailOp *move, guint32 uid, GError **error);
/* Counts an attempt and keeps why it failed. */
gboolean mail_store_ops_set_error (MailDb *db, gint64 id, const char *error_text, GError **error);
/* Keeps why it has to wait, which is no attempt that failed. */
gboolean mail_store_ops_set_reason (MailDb *db, gint64 id, const char *reason, GError **error);
gboolean mail_store_ops_remove (MailDb *db, gint64 id, GError **error);
