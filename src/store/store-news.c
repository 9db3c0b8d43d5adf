/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-news.h"

#include "core/flags.h"
#include "store/store-db.h"

gboolean
mail_store_news_mark (MailDb *db, gint64 *mark, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      mail_db_prepare (db, "SELECT seq FROM sqlite_sequence WHERE name = 'message'", error);
  gboolean row;

  *mark = 0;
  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  if (row)
    *mark = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

/* By the primary key, for what is new is little. */
#define SINCE "SELECT id FROM message NOT INDEXED WHERE id > ?1 AND mailbox_id = ?2 AND flags & ?3 = 0 ORDER BY id"

GArray *
mail_store_news_since (MailDb *db, gint64 mailbox_id, gint64 mark, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, SINCE, mark, mailbox_id, MAIL_FLAG_SEEN | MAIL_FLAG_DELETED);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row;

  if (statement == NULL)
    return NULL;
  while (TRUE)
    {
      gint64 id;

      if (!mail_db_step (db, statement, &row, error))
        return NULL;
      if (!row)
        return g_steal_pointer (&ids);
      id = sqlite3_column_int64 (statement, 0);
      g_array_append_val (ids, id);
    }
}
