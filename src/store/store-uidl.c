/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-uidl.h"

#include <string.h>

#include "store/store-db.h"

void
mail_uidl_free (MailUidl *uidl)
{
  if (uidl == NULL)
    return;
  g_free (uidl->uidl);
  g_free (uidl);
}

static MailUidl *
read_row (sqlite3_stmt *row)
{
  MailUidl *uidl = g_new0 (MailUidl, 1);

  uidl->uidl = mail_db_dup_text (row, 0);
  uidl->state = (MailUidlState) sqlite3_column_int (row, 1);
  uidl->message_id = sqlite3_column_int64 (row, 2);
  uidl->first_seen = sqlite3_column_int64 (row, 3);
  uidl->fetched = sqlite3_column_int64 (row, 4);
  uidl->size = (guint64) sqlite3_column_int64 (row, 5);
  if (sqlite3_column_bytes (row, 6) == (int) sizeof uidl->hash)
    memcpy (uidl->hash, sqlite3_column_blob (row, 6), sizeof uidl->hash);
  uidl->returned = (guint) sqlite3_column_int (row, 7);
  return uidl;
}

GHashTable *
mail_store_uidl_load (MailDb *db, GError **error)
{
  g_autoptr (GHashTable) ledger = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) mail_uidl_free);
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "SELECT uidl, state, message_id, first_seen, fetched, size, hash, "
                                                        "returned FROM uidl",
                                                        error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      MailUidl *uidl = read_row (statement);

      g_hash_table_insert (ledger, uidl->uidl, uidl);
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  return g_steal_pointer (&ledger);
}

gboolean
mail_store_uidl_put (MailDb *db, const MailUidl *uidl, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "INSERT INTO uidl (uidl, state, message_id, first_seen, fetched, size, "
                                                        "hash, returned) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                                                        "ON CONFLICT (uidl) DO UPDATE SET state = excluded.state, "
                                                        "message_id = excluded.message_id, first_seen = excluded.first_seen, "
                                                        "fetched = excluded.fetched, size = excluded.size, "
                                                        "hash = excluded.hash, returned = excluded.returned",
                                                        error);

  if (statement == NULL)
    return FALSE;
  mail_db_bind_text (statement, 1, uidl->uidl);
  sqlite3_bind_int (statement, 2, (int) uidl->state);
  mail_db_bind_id (statement, 3, uidl->message_id);
  sqlite3_bind_int64 (statement, 4, uidl->first_seen);
  sqlite3_bind_int64 (statement, 5, uidl->fetched);
  sqlite3_bind_int64 (statement, 6, (gint64) uidl->size);
  if (uidl->fetched != 0)
    sqlite3_bind_blob (statement, 7, uidl->hash, sizeof uidl->hash, SQLITE_STATIC);
  sqlite3_bind_int (statement, 8, (int) uidl->returned);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_uidl_set_state (MailDb *db, const char *uidl, MailUidlState state, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "UPDATE uidl SET state = ?2 WHERE uidl = ?1", error);

  if (statement == NULL)
    return FALSE;
  mail_db_bind_text (statement, 1, uidl);
  sqlite3_bind_int (statement, 2, (int) state);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_uidl_set_state_of_message (MailDb *db, gint64 message_id, MailUidlState from, MailUidlState to, GError **error)
{
  return mail_db_run (db, error, "UPDATE uidl SET state = ?3 WHERE message_id = ?1 AND state = ?2", message_id, from, to);
}
