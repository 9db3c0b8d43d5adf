/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-mailboxes.h"

#include <string.h>

#include "store/store-db.h"

/* What is noted of a mailbox beside its mail: a person's choices, and what the server told of it. */

/* Notes the change when there was one: what a list shows may be other than before. */
static gboolean
note_if_changed (MailDb *db)
{
  if (sqlite3_changes (mail_db_get_sqlite (db)) > 0)
    mail_journal_note_mailboxes (mail_db_get_journal (db));
  return TRUE;
}

/* In @sql: the mailbox is ?1, the text ?2. */
static gboolean
set_text (MailDb *db, const char *sql, gint64 id, const char *text, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  mail_db_bind_text (statement, 2, text);
  return mail_db_finish (db, statement, error) && note_if_changed (db);
}

gboolean
mail_store_mailboxes_set_name (MailDb *db, gint64 id, const char *name, const char *server_name, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE mailbox SET raw_name = CASE WHEN coalesce (?3, ?2) "
                                                        "IS coalesce (server_name, name) THEN raw_name END, "
                                                        "name = ?2, server_name = NULLIF (?3, ?2) "
                                                        "WHERE id = ?1 AND (name <> ?2 OR server_name IS NOT NULLIF (?3, ?2))",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  mail_db_bind_text (statement, 2, name);
  mail_db_bind_text (statement, 3, server_name);
  return mail_db_finish (db, statement, error) && note_if_changed (db);
}

gboolean
mail_store_mailboxes_set_flags (MailDb *db, gint64 id, MailMailboxFlags add, MailMailboxFlags remove, GError **error)
{
  return mail_db_run (db, error,
                      "UPDATE mailbox SET flags = (flags | ?2) & ~?3 WHERE id = ?1 AND flags <> (flags | ?2) & ~?3",
                      id, add, remove)
         && note_if_changed (db);
}

gboolean
mail_store_mailboxes_choose_role (MailDb *db, gint64 id, MailRole role, GError **error)
{
  /* A role is one mailbox's; who had it before does without, and is not guessed to have it again. */
  if (role != MAIL_ROLE_NONE
      && !mail_db_run (db, error, "UPDATE mailbox SET role = ?3, role_chosen = 1 WHERE role = ?1 AND id <> ?2",
                       role, id, MAIL_ROLE_NONE))
    return FALSE;
  if (!mail_db_run (db, error, "UPDATE mailbox SET role = ?2, role_chosen = 1 WHERE id = ?1", id, role))
    return FALSE;
  mail_journal_note_mailboxes (mail_db_get_journal (db));
  return TRUE;
}

gboolean
mail_store_mailboxes_set_offline (MailDb *db, gint64 id, MailMailboxOffline offline, guint days, GError **error)
{
  return mail_db_run (db, error,
                      "UPDATE mailbox SET offline = ?2, offline_days = ?3 WHERE id = ?1 AND (offline <> ?2 OR offline_days <> ?3)",
                      id, offline, days)
         && note_if_changed (db);
}

gboolean
mail_store_mailboxes_set_watched (MailDb *db, gint64 id, gboolean watched, GError **error)
{
  return mail_db_run (db, error, "UPDATE mailbox SET watched = ?2 WHERE id = ?1 AND watched <> ?2", id, watched != FALSE)
         && note_if_changed (db);
}

gboolean
mail_store_mailboxes_set_raw_name (MailDb *db, gint64 id, const char *raw_name, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE mailbox SET raw_name = ?2 WHERE id = ?1 AND raw_name IS NOT ?2",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  if (raw_name != NULL)
    sqlite3_bind_blob (statement, 2, raw_name, (int) strlen (raw_name), SQLITE_STATIC);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_mailboxes_set_rights (MailDb *db, gint64 id, const char *rights, GError **error)
{
  return set_text (db, "UPDATE mailbox SET rights = ?2 WHERE id = ?1 AND rights IS NOT ?2", id, rights, error);
}

gboolean
mail_store_mailboxes_set_object_id (MailDb *db, gint64 id, const char *object_id, GError **error)
{
  return set_text (db, "UPDATE mailbox SET object_id = ?2 WHERE id = ?1 AND object_id IS NOT ?2", id, object_id, error);
}

gboolean
mail_store_mailboxes_set_server_size (MailDb *db, gint64 id, gint64 size, GError **error)
{
  return mail_db_run (db, error, "UPDATE mailbox SET server_size = ?2 WHERE id = ?1 AND server_size <> ?2", id, size)
         && note_if_changed (db);
}

gboolean
mail_store_mailboxes_set_audited (MailDb *db, gint64 id, gint64 when, GError **error)
{
  return mail_db_run (db, error, "UPDATE mailbox SET audited = ?2 WHERE id = ?1 AND audited <> ?2", id, when)
         && note_if_changed (db);
}
