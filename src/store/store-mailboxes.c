/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-mailboxes-private.h"

#include "core/errors.h"
#include "store/store-db.h"
#include "store/store-messages.h"

#define COLUMNS                                                                                                              \
  "SELECT id, name, delimiter, role, flags, uidvalidity, uidnext, highestmodseq, server_messages, messages, unread, bodies, " \
  "texts, missing_parts, missing_bytes, offline, offline_days, watched, role_chosen, server_name, rights, object_id, "       \
  "server_size, audited, raw_name, doubts FROM mailbox "

static MailMailboxInfo *
read_row (sqlite3_stmt *row)
{
  const char *delimiter = (const char *) sqlite3_column_text (row, 2);
  MailMailboxInfo *info = mail_mailbox_info_new ((const char *) sqlite3_column_text (row, 1),
                                                 delimiter[0],
                                                 (MailRole) sqlite3_column_int (row, 3));

  info->id = sqlite3_column_int64 (row, 0);
  info->flags = (MailMailboxFlags) sqlite3_column_int (row, 4);
  info->uidvalidity = (guint32) sqlite3_column_int64 (row, 5);
  info->uidnext = (guint32) sqlite3_column_int64 (row, 6);
  info->highestmodseq = (guint64) sqlite3_column_int64 (row, 7);
  info->server_messages = (guint) sqlite3_column_int64 (row, 8);
  info->messages = (guint) sqlite3_column_int64 (row, 9);
  info->unread = (guint) sqlite3_column_int64 (row, 10);
  info->bodies = (guint) sqlite3_column_int64 (row, 11);
  info->texts = (guint) sqlite3_column_int64 (row, 12);
  info->missing_parts = (guint) sqlite3_column_int64 (row, 13);
  info->missing_bytes = sqlite3_column_int64 (row, 14);
  info->offline = (MailMailboxOffline) sqlite3_column_int (row, 15);
  info->offline_days = (guint) sqlite3_column_int64 (row, 16);
  info->watched = sqlite3_column_int (row, 17) != 0;
  info->role_chosen = sqlite3_column_int (row, 18) != 0;
  info->server_name = mail_db_dup_text (row, 19);
  info->rights = mail_db_dup_text (row, 20);
  info->object_id = mail_db_dup_text (row, 21);
  info->server_size = sqlite3_column_int64 (row, 22);
  info->audited = sqlite3_column_int64 (row, 23);
  info->raw_name = mail_db_dup_text (row, 24);
  info->doubts = sqlite3_column_int64 (row, 25);
  return info;
}

static int
compare_mailboxes (gconstpointer left, gconstpointer right)
{
  const MailMailboxInfo *a = *(const MailMailboxInfo *const *) left;
  const MailMailboxInfo *b = *(const MailMailboxInfo *const *) right;
  guint rank_a = a->role != MAIL_ROLE_NONE ? a->role : G_MAXUINT;
  guint rank_b = b->role != MAIL_ROLE_NONE ? b->role : G_MAXUINT;

  return rank_a != rank_b ? (rank_a < rank_b ? -1 : 1) : g_utf8_collate (a->name, b->name);
}

GPtrArray *
mail_store_mailboxes_list (MailDb *db, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mailbox_info_free);
  g_autoptr (sqlite3_stmt) statement = NULL;
  gboolean row;

  if (!mail_db_flush_figures (db, error))
    return NULL;
  statement = mail_db_prepare (db, COLUMNS "ORDER BY id", error);
  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      g_ptr_array_add (list, read_row (statement));
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  g_ptr_array_sort (list, compare_mailboxes);
  return g_steal_pointer (&list);
}

/* *@info stays NULL when there is no such row. */
static gboolean
take_one (MailDb *db, sqlite3_stmt *statement, MailMailboxInfo **info, GError **error)
{
  gboolean row;

  if (!mail_db_step (db, statement, &row, error))
    return FALSE;
  *info = row ? read_row (statement) : NULL;
  return TRUE;
}

MailMailboxInfo *
mail_store_mailboxes_get (MailDb *db, gint64 id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  MailMailboxInfo *info;

  if (!mail_db_flush_figures (db, error))
    return NULL;
  statement = mail_db_query (db, error, COLUMNS "WHERE id = ?1", id);
  if (statement == NULL || !take_one (db, statement, &info, error))
    return NULL;
  if (info == NULL)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "no mailbox %" G_GINT64_FORMAT, id);
  return info;
}

MailMailboxInfo *
mail_store_mailboxes_find (MailDb *db, const char *name, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  MailMailboxInfo *info;

  if (!mail_db_flush_figures (db, error))
    return NULL;
  statement = mail_db_prepare (db, COLUMNS "WHERE name = ?1", error);
  if (statement == NULL)
    return NULL;
  mail_db_bind_text (statement, 1, name);
  return take_one (db, statement, &info, error) ? info : NULL;
}

MailMailboxInfo *
mail_store_mailboxes_find_role (MailDb *db, MailRole role, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  MailMailboxInfo *info;

  if (!mail_db_flush_figures (db, error))
    return NULL;
  statement = mail_db_query (db, error, COLUMNS "WHERE role = ?1 AND (flags & ?2) = 0 ORDER BY id LIMIT 1", role,
                             MAIL_MAILBOX_DELETING);
  return statement != NULL && take_one (db, statement, &info, error) ? info : NULL;
}

static gboolean
update_row (MailDb *db, const MailMailboxInfo *info, GError **error)
{
  const char delimiter[] = { info->delimiter, '\0' };
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE mailbox SET name = ?2, delimiter = ?3, role = ?4, flags = ?5 "
                                                        "WHERE id = ?1",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, info->id);
  mail_db_bind_text (statement, 2, info->name);
  mail_db_bind_text (statement, 3, delimiter);
  sqlite3_bind_int (statement, 4, (int) info->role);
  sqlite3_bind_int (statement, 5, (int) info->flags);
  return mail_db_finish (db, statement, error);
}

static gboolean
write_row (MailDb *db, MailMailboxInfo *info, GError **error)
{
  const char delimiter[] = { info->delimiter, '\0' };
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "INSERT INTO mailbox (name, delimiter, role, flags) "
                                                        "VALUES (?1, ?2, ?3, ?4) "
                                                        "ON CONFLICT (name) DO UPDATE SET delimiter = excluded.delimiter, "
                                                        "role = excluded.role, flags = excluded.flags RETURNING id",
                                                        error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  mail_db_bind_text (statement, 1, info->name);
  mail_db_bind_text (statement, 2, delimiter);
  sqlite3_bind_int (statement, 3, (int) info->role);
  sqlite3_bind_int (statement, 4, (int) info->flags);
  if (!mail_db_step (db, statement, &row, error))
    return FALSE;
  g_assert (row);
  info->id = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

gboolean
mail_store_mailboxes_put (MailDb *db, MailMailboxInfo *info, GError **error)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (MailMailboxInfo) old = info->id != 0 ? mail_store_mailboxes_get (db, info->id, &failed)
                                                  : mail_store_mailboxes_find (db, info->name, &failed);

  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  if (old != NULL && old->delimiter == info->delimiter && old->role == info->role && old->flags == info->flags
      && g_str_equal (old->name, info->name))
    {
      info->id = old->id;
      return TRUE;
    }
  if (info->id != 0 ? !update_row (db, info, error) : !write_row (db, info, error))
    return FALSE;
  mail_journal_note_mailboxes (mail_db_get_journal (db));
  return TRUE;
}

gboolean
mail_store_mailboxes_add_figures (MailDb *db, gint64 id, const MailFigureDelta *delta, GError **error)
{
  return mail_db_run (db, error,
                      "UPDATE mailbox SET messages = messages + ?2, unread = unread + ?3, bodies = bodies + ?4, "
                      "texts = texts + ?5, missing_parts = missing_parts + ?6, missing_bytes = missing_bytes + ?7 WHERE id = ?1",
                      id, delta->messages, delta->unread, delta->bodies, delta->texts, delta->missing_parts,
                      delta->missing_bytes);
}

gboolean
mail_store_mailboxes_set_synced (MailDb *db,
                                 gint64 id,
                                 guint32 uidvalidity,
                                 guint32 uidnext,
                                 guint64 highestmodseq,
                                 guint server_messages,
                                 GError **error)
{
  return mail_db_run (db, error,
                      "UPDATE mailbox SET uidvalidity = ?2, uidnext = ?3, highestmodseq = ?4, server_messages = ?5 "
                      "WHERE id = ?1 AND (uidvalidity <> ?2 OR uidnext <> ?3 OR highestmodseq <> ?4 OR server_messages <> ?5)",
                      id, uidvalidity, uidnext, (gint64) highestmodseq, server_messages);
}

gboolean
mail_store_mailboxes_doubt (MailDb *db, gint64 id, GError **error)
{
  return mail_db_run (db, error, "UPDATE mailbox SET uidnext = 0, highestmodseq = 0, doubts = doubts + 1 WHERE id = ?1", id);
}

gboolean
mail_store_mailboxes_reset_uids (MailDb *db, gint64 id, guint32 uidvalidity, GError **error)
{
  return mail_db_run (db, error, "UPDATE message SET uid = NULL WHERE mailbox_id = ?1 AND uid IS NOT NULL", id)
         && mail_db_run (db, error, "DELETE FROM suspect WHERE mailbox_id = ?1", id)
         && mail_db_run (db, error,
                         "UPDATE mailbox SET uidvalidity = ?2, uidnext = 0, highestmodseq = 0 WHERE id = ?1",
                         id, uidvalidity);
}

gboolean
mail_store_mailboxes_remove (MailDb *db, gint64 id, GError **error)
{
  g_autoptr (GArray) ids = mail_store_messages_ids (db, id, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    if (!mail_store_messages_remove (db, g_array_index (ids, gint64, i), error))
      return FALSE;
  if (!mail_db_flush_figures (db, error)
      || !mail_db_run (db, error, "DELETE FROM op WHERE mailbox_id = ?1 OR target_id = ?1", id)
      || !mail_db_run (db, error, "DELETE FROM mailbox WHERE id = ?1", id))
    return FALSE;
  mail_journal_note_mailboxes (mail_db_get_journal (db));
  return TRUE;
}

gboolean
mail_store_mailboxes_ensure_local (MailDb *db, GError **error)
{
  static const struct
  {
    const char *name;
    MailRole role;
  } locals[] = {
    { "INBOX", MAIL_ROLE_INBOX }, { "Drafts", MAIL_ROLE_DRAFTS }, { "Sent", MAIL_ROLE_SENT },
    { "Archive", MAIL_ROLE_ARCHIVE }, { "Junk", MAIL_ROLE_JUNK }, { "Trash", MAIL_ROLE_TRASH },
  };

  for (guint i = 0; i < G_N_ELEMENTS (locals); i++)
    {
      g_autoptr (MailMailboxInfo) info = mail_mailbox_info_new (locals[i].name, '/', locals[i].role);

      info->flags = MAIL_MAILBOX_LOCAL;
      if (!mail_store_mailboxes_put (db, info, error))
        return FALSE;
    }
  return TRUE;
}
