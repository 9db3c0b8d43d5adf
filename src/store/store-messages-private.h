/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store-db.h"
#include "store/store-messages.h"

/* Columns and tables that mail_store_messages_take_row() reads: of a whole row, of a page's, and of where a
 * message is and its state alone. */
#define MAIL_STORE_ROW_COLUMNS                                                                                 \
  "SELECT m.id, m.mailbox_id, m.uid, m.uidl, m.flags, m.keywords, m.date, m.internal_date, m.size, m.location, " \
  "b.hash, h.has_attachment, h.subject, h.from_name, h.from_address, h.recipients, h.cc, h.preview, h.mid, "   \
  "h.in_reply_to, u.fetched, u.state, u.returned, m.labels, m.email_id"
/* The states of the ledger are MAIL_UIDL_HERE and MAIL_UIDL_TO_DELETE. Two ids may speak of one row, and it is one row still. */
#define MAIL_STORE_ROW_TABLES                                                                           \
  " FROM message m JOIN header h ON h.message_id = m.id LEFT JOIN body b ON b.id = m.body_id "          \
  "LEFT JOIN uidl u ON u.uidl = "                                                                       \
  "(SELECT l.uidl FROM uidl l WHERE l.message_id = m.id AND l.state IN (1, 2) ORDER BY l.fetched LIMIT 1) "
#define MAIL_STORE_FULL_ROWS MAIL_STORE_ROW_COLUMNS ", h.refs, h.structure" MAIL_STORE_ROW_TABLES
#define MAIL_STORE_PAGE_ROWS MAIL_STORE_ROW_COLUMNS ", NULL, NULL" MAIL_STORE_ROW_TABLES
#define MAIL_STORE_PLACE_ROWS                                                                                      \
  "SELECT m.id, m.mailbox_id, m.uid, m.uidl, m.flags, m.keywords, m.date, m.internal_date, m.size, m.location, "     \
  "NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, m.labels, m.email_id, NULL, NULL FROM message m "

/* *@info NULL when @statement has no further row. */
gboolean mail_store_messages_take_row (MailDb *db, sqlite3_stmt *statement, MailMessageInfo **info, GError **error);

/* What decides the figures of a mailbox. Private to store/. */
typedef struct
{
  gint64 id;
  gint64 mailbox_id;
  MailFlags flags;
  MailFlags server_flags;
  gint64 body_id; /* 0 = none */
  gboolean local; /* its mailbox lives in the store only */
  gint64 size;
  gboolean partial;           /* there is a skeleton, of which these are missing */
  gint partial_missing_parts;
  gint64 partial_missing_bytes;
} MailMessageState;

/* A row that stays in its mailbox and looks different, or has other figures. */
void mail_store_messages_note_changed (MailDb *db, const MailMessageState *before, const MailMessageState *after);

/* NOT_FOUND */
gboolean mail_store_messages_get_state (MailDb *db, gint64 id, MailMessageState *state, GError **error);

/* Links a body (0: none) to the row; the body that it had goes when no other row shows it. */
gboolean mail_store_messages_set_body (MailDb *db, gint64 id, gint64 body_id, GError **error);
