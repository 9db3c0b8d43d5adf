/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-suspects.h"

#include "store/store-db.h"

static gboolean
forget_settled (MailDb *db, GError **error)
{
  return mail_db_run (db, error,
                      "DELETE FROM suspect WHERE part = ?1 AND NOT EXISTS (SELECT 1 FROM message m "
                      "WHERE m.mailbox_id = suspect.mailbox_id AND m.uid = suspect.uid AND m.body_id IS NULL)",
                      MAIL_SUSPECT_BODY);
}

GArray *
mail_store_suspects_load (MailDb *db, GError **error)
{
  g_autoptr (GArray) suspects = g_array_new (FALSE, FALSE, sizeof (MailSuspect));
  g_autoptr (sqlite3_stmt) statement =
      forget_settled (db, error)
          ? mail_db_prepare (db, "SELECT mailbox_id, uid, part, deaths, until FROM suspect ORDER BY mailbox_id, uid", error)
          : NULL;
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      MailSuspect suspect = {
        .mailbox_id = sqlite3_column_int64 (statement, 0),
        .uid = (guint32) sqlite3_column_int64 (statement, 1),
        .part = (MailSuspectPart) sqlite3_column_int (statement, 2),
        .deaths = (guint) sqlite3_column_int (statement, 3),
        .until = sqlite3_column_int64 (statement, 4),
      };

      g_array_append_val (suspects, suspect);
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  return g_steal_pointer (&suspects);
}

gboolean
mail_store_suspects_put (MailDb *db, const MailSuspect *suspect, GError **error)
{
  return mail_db_run (db, error,
                      "INSERT OR REPLACE INTO suspect (mailbox_id, uid, part, deaths, until) VALUES (?1, ?2, ?3, ?4, ?5)",
                      suspect->mailbox_id, suspect->uid, suspect->part, suspect->deaths, suspect->until);
}

gboolean
mail_store_suspects_remove (MailDb *db, gint64 mailbox_id, guint32 uid, GError **error)
{
  return mail_db_run (db, error, "DELETE FROM suspect WHERE mailbox_id = ?1 AND uid = ?2", mailbox_id, uid);
}
