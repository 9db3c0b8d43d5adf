/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-headers.h"

#include "store/store-db.h"

gboolean
mail_store_headers_insert (MailDb *db, const MailMessageInfo *info, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "INSERT INTO header (message_id, has_attachment, subject, from_name, "
                                                        "from_address, recipients, cc, preview, mid, in_reply_to, refs, "
                                                        "structure) "
                                                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, info->id);
  sqlite3_bind_int (statement, 2, info->has_attachment ? 1 : 0);
  mail_db_bind_text (statement, 3, info->subject);
  mail_db_bind_text (statement, 4, info->from_name);
  mail_db_bind_text (statement, 5, info->from_address);
  mail_db_bind_text (statement, 6, info->to);
  mail_db_bind_text (statement, 7, info->cc);
  mail_db_bind_text (statement, 8, info->preview);
  mail_db_bind_text (statement, 9, info->message_id);
  mail_db_bind_text (statement, 10, info->in_reply_to);
  mail_db_bind_text (statement, 11, info->references);
  mail_db_bind_text (statement, 12, info->structure);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_headers_copy (MailDb *db, gint64 id, gint64 new_id, GError **error)
{
  return mail_db_run (db, error,
                      "INSERT INTO header (message_id, has_attachment, subject, from_name, from_address, recipients, cc, "
                      "preview, mid, in_reply_to, refs, structure) "
                      "SELECT ?2, has_attachment, subject, from_name, from_address, recipients, cc, preview, mid, "
                      "in_reply_to, refs, structure FROM header WHERE message_id = ?1",
                      id, new_id);
}

gboolean
mail_store_headers_set_preview (MailDb *db, gint64 id, const char *preview, gboolean *changed, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE header SET preview = ?2 "
                                                        "WHERE message_id = ?1 AND preview IS NOT ?2",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  mail_db_bind_text (statement, 2, preview);
  if (!mail_db_finish (db, statement, error))
    return FALSE;
  *changed = sqlite3_changes (mail_db_get_sqlite (db)) > 0;
  return TRUE;
}
