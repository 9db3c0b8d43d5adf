/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-facts.h"

#include "store/store-db.h"

char *
mail_store_facts_get (MailDb *db, const char *name, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "SELECT value FROM fact WHERE name = ?1", error);
  gboolean row;

  if (statement == NULL)
    return NULL;
  mail_db_bind_text (statement, 1, name);
  return mail_db_step (db, statement, &row, error) && row ? mail_db_dup_text (statement, 0) : NULL;
}

static gboolean
forget (MailDb *db, const char *name, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "DELETE FROM fact WHERE name = ?1", error);

  if (statement == NULL)
    return FALSE;
  mail_db_bind_text (statement, 1, name);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_facts_set (MailDb *db, const char *name, const char *value, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;

  if (value == NULL)
    return forget (db, name, error);
  statement = mail_db_prepare (db,
                               "INSERT INTO fact (name, value) VALUES (?1, ?2) "
                               "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                               error);
  if (statement == NULL)
    return FALSE;
  mail_db_bind_text (statement, 1, name);
  mail_db_bind_text (statement, 2, value);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_facts_get_int (MailDb *db, const char *name, gint64 *value, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autofree char *text = mail_store_facts_get (db, name, &failure);

  *value = 0;
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (text != NULL && !g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, value, NULL))
    *value = 0;
  return TRUE;
}

gboolean
mail_store_facts_set_int (MailDb *db, const char *name, gint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return mail_store_facts_set (db, name, text, error);
}
