/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-schema.h"

#include "core/errors.h"
#include "store/store-db.h"
#include "store/store-resources.h"

static gboolean
read_pragma (MailDb *db, const char *sql, gint64 *value, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, sql, error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  *value = row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

gboolean
mail_schema_check (MailDb *db, GError **error)
{
  gint64 application;
  gint64 version;
  gint64 tables;

  if (!read_pragma (db, "PRAGMA application_id", &application, error)
      || !read_pragma (db, "PRAGMA user_version", &version, error)
      || !read_pragma (db, "SELECT COUNT(*) FROM sqlite_schema", &tables, error))
    return FALSE;
  if (tables == 0 && version == 0)
    return TRUE; /* new */
  if (application != MAIL_DB_APPLICATION_ID)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_STORE_DAMAGED, "mail.db is a database of another program");
      return FALSE;
    }
  if (version > MAIL_SCHEMA_NEWEST)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE_NEWER,
                   "the store has schema %" G_GINT64_FORMAT ", this program knows %d", version, MAIL_SCHEMA_NEWEST);
      return FALSE;
    }
  return TRUE;
}

static gboolean
migrate_job (MailDb *db, gpointer data, GError **error)
{
  guint version = *(const guint *) data;
  g_autofree char *path = g_strdup_printf ("/org/missiva/store/schema/%03u.sql", version);
  g_autofree char *mark = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %u",
                                           MAIL_DB_APPLICATION_ID, version);
  g_autoptr (GBytes) sql = g_resource_lookup_data (mail_store_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  /* Data of a resource ends in a NUL that its size does not count. */
  return sql != NULL && mail_db_execute (db, g_bytes_get_data (sql, NULL), error) && mail_db_execute (db, mark, error);
}

gboolean
mail_schema_migrate (MailDb *db, GError **error)
{
  gint64 version;

  if (!read_pragma (db, "PRAGMA user_version", &version, error))
    return FALSE;
  for (guint next = (guint) version + 1; next <= MAIL_SCHEMA_NEWEST; next++)
    if (!mail_db_transact (db, migrate_job, &next, FALSE, error))
      return FALSE;
  return TRUE;
}
