/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/mailbox-info.h"
#include "store/store-db.h"
#include "store/store-messages-private.h"

/* Many rows of table `message` at once: what lists, resyncs and downloads run over. */

/* The first column of all rows. */
static GArray *
take_ids (MailDb *db, sqlite3_stmt *statement, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      gint64 id = sqlite3_column_int64 (statement, 0);

      g_array_append_val (ids, id);
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  return g_steal_pointer (&ids);
}

/* @limit -1: all. */
static GArray *
ids_of_mailbox (MailDb *db, gint64 mailbox_id, gint64 limit, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT id FROM message WHERE mailbox_id = ?1 "
                                                      "ORDER BY date DESC, id DESC LIMIT ?2",
                                                      mailbox_id, limit);

  return take_ids (db, statement, error);
}

GArray *
mail_store_messages_ids (MailDb *db, gint64 mailbox_id, GError **error)
{
  return ids_of_mailbox (db, mailbox_id, -1, error);
}

GArray *
mail_store_messages_keys (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (MailStoreKey));
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT id, date FROM message WHERE mailbox_id = ?1 "
                                                      "ORDER BY date DESC, id DESC",
                                                      mailbox_id);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      MailStoreKey key = { sqlite3_column_int64 (statement, 0), sqlite3_column_int64 (statement, 1) };

      g_array_append_val (keys, key);
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  return g_steal_pointer (&keys);
}

GArray *
mail_store_messages_keys_of (MailDb *db, gint64 mailbox_id, const gint64 *ids, guint count, GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (MailStoreKey));

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                          "SELECT date FROM message WHERE id = ?1 AND mailbox_id = ?2",
                                                          ids[i], mailbox_id);
      MailStoreKey key = { .id = ids[i] };
      gboolean row;

      if (statement == NULL || !mail_db_step (db, statement, &row, error))
        return NULL;
      key.date = row ? sqlite3_column_int64 (statement, 0) : 0;
      if (row)
        g_array_append_val (keys, key);
    }
  return g_steal_pointer (&keys);
}

static gboolean
load_one (MailDb *db, gint64 id, MailMessageInfo **info, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, MAIL_STORE_PAGE_ROWS "WHERE m.id = ?1", id);

  return statement != NULL && mail_store_messages_take_row (db, statement, info, error);
}

GPtrArray *
mail_store_messages_load (MailDb *db, const gint64 *ids, guint count, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_full (count, (GDestroyNotify) mail_message_info_free);

  for (guint i = 0; i < count; i++)
    {
      MailMessageInfo *info;

      if (!load_one (db, ids[i], &info, error))
        return NULL;
      g_ptr_array_add (rows, info);
    }
  return g_steal_pointer (&rows);
}

GPtrArray *
mail_store_messages_list (MailDb *db, gint64 mailbox_id, guint limit, GError **error)
{
  gint64 sql_limit = limit > 0 ? (gint64) limit : -1;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (sqlite3_stmt) statement = NULL;

  if (mailbox_id != 0)
    ids = ids_of_mailbox (db, mailbox_id, sql_limit, error);
  else
    {
      statement = mail_db_query (db, error, "SELECT id FROM message ORDER BY date DESC, id DESC LIMIT ?1", sql_limit);
      ids = take_ids (db, statement, error);
    }
  return ids != NULL ? mail_store_messages_load (db, (const gint64 *) (gpointer) ids->data, ids->len, error) : NULL;
}

#define UIDS                                                                                   \
  "SELECT id, uid, server_flags, server_keywords IS NOT NULL, size, internal_date FROM message " \
  "WHERE mailbox_id = ?1 AND uid "

/* Appends all rows of a statement that begins with UIDS. */
static gboolean
take_uids (MailDb *db, sqlite3_stmt *statement, GArray *uids, GError **error)
{
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  while (row)
    {
      MailStoreUid uid = {
        .id = sqlite3_column_int64 (statement, 0),
        .uid = (guint32) sqlite3_column_int64 (statement, 1),
        .server_flags = (MailFlags) sqlite3_column_int (statement, 2),
        .has_keywords = sqlite3_column_int (statement, 3) != 0,
        .size = sqlite3_column_int64 (statement, 4),
        .internal_date = sqlite3_column_int64 (statement, 5),
      };

      g_array_append_val (uids, uid);
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  return TRUE;
}

GArray *
mail_store_messages_uids_between (MailDb *db,
                                  gint64 mailbox_id,
                                  guint32 first,
                                  guint32 last,
                                  guint most,
                                  GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, UIDS "BETWEEN ?2 AND ?3 ORDER BY uid LIMIT ?4",
                                                      mailbox_id, first, last, most > 0 ? (gint64) most : -1);

  return take_uids (db, statement, uids, error) ? g_steal_pointer (&uids) : NULL;
}

GArray *
mail_store_messages_uids_highest (MailDb *db, gint64 mailbox_id, guint most, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, UIDS "> 0 ORDER BY uid DESC LIMIT ?2", mailbox_id, most);

  return take_uids (db, statement, uids, error) ? g_steal_pointer (&uids) : NULL;
}

GArray *
mail_store_messages_uids_unnamed (MailDb *db, gint64 mailbox_id, gint64 below, guint most, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));
  g_autoptr (sqlite3_stmt) statement =
      mail_db_query (db, error, UIDS "< ?2 AND email_id IS NULL ORDER BY uid DESC LIMIT ?3", mailbox_id, below, most);

  return take_uids (db, statement, uids, error) ? g_steal_pointer (&uids) : NULL;
}

static void
add_uid (GHashTable *by_keyword, const char *keywords, guint32 uid)
{
  g_autofree char *lower = g_ascii_strdown (keywords, -1);
  g_auto (GStrv) each = g_strsplit (lower, " ", -1);

  for (guint i = 0; each[i] != NULL; i++)
    {
      GArray *uids = g_hash_table_lookup (by_keyword, each[i]);

      if (uids == NULL)
        {
          uids = g_array_new (FALSE, FALSE, sizeof (guint32));
          g_hash_table_insert (by_keyword, g_strdup (each[i]), uids);
        }
      g_array_append_val (uids, uid);
    }
}

GHashTable *
mail_store_messages_uids_by_keyword (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (GHashTable) by_keyword = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT uid, server_keywords FROM message WHERE mailbox_id = ?1 "
                                                      "AND uid IS NOT NULL AND server_keywords IS NOT NULL ORDER BY uid",
                                                      mailbox_id);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      add_uid (by_keyword, (const char *) sqlite3_column_text (statement, 1), (guint32) sqlite3_column_int64 (statement, 0));
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  return g_steal_pointer (&by_keyword);
}

gboolean
mail_store_messages_find_newest (MailDb *db, gint64 mailbox_id, gint64 *date, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      mail_db_query (db, error, "SELECT MAX (date) FROM message WHERE mailbox_id = ?1", mailbox_id);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  *date = row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

GArray *
mail_store_messages_uids_of (MailDb *db, gint64 mailbox_id, const GArray *uids, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (MailStoreUid));

  for (guint i = 0; i < uids->len; i++)
    {
      g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, UIDS "= ?2", mailbox_id, g_array_index (uids, guint32, i));

      if (!take_uids (db, statement, found, error))
        return NULL;
    }
  return g_steal_pointer (&found);
}

GArray *
mail_store_messages_orphans (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT id FROM message INDEXED BY message_orphan_date "
                                                      "WHERE mailbox_id = ?1 AND uid IS NULL AND uidl IS NULL ORDER BY date, id",
                                                      mailbox_id);

  return take_ids (db, statement, error);
}

GArray *
mail_store_messages_count_orphans (MailDb *db, GError **error)
{
  g_autoptr (GArray) counts = g_array_new (FALSE, FALSE, sizeof (MailStoreOrphans));
  static const char sql[] =
      "SELECT mailbox_id, COUNT (*), SUM (location <> ?1 AND NOT EXISTS (SELECT 1 FROM op WHERE op.message_id = message.id)) "
      "FROM message INDEXED BY message_orphan_date WHERE uid IS NULL AND uidl IS NULL GROUP BY mailbox_id";
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, sql, MAIL_WHERE_HERE);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      MailStoreOrphans one = { .mailbox_id = sqlite3_column_int64 (statement, 0),
                               .count = (guint) sqlite3_column_int64 (statement, 1),
                               .strays = (guint) sqlite3_column_int64 (statement, 2) };

      g_array_append_val (counts, one);
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  return g_steal_pointer (&counts);
}

/* Of each mailbox only the newest @limit rows can be among the newest of all, and the index has them in order. */
#define MISSING_OF_ALL                                                                                                     \
  "SELECT m.id, m.mailbox_id, m.uid, m.size FROM mailbox b JOIN message m ON m.id IN ("                                    \
  "SELECT n.id FROM message n WHERE n.mailbox_id = b.id AND n.body_id IS NULL AND n.uid IS NOT NULL AND n.date >= ?2 "     \
  "ORDER BY n.date DESC, n.id DESC LIMIT ?3) WHERE ?1 = 0 ORDER BY m.date DESC, m.id DESC LIMIT ?3"
#define MISSING_OF_ONE                                                                                                     \
  "SELECT id, mailbox_id, uid, size FROM message "                                                                         \
  "WHERE mailbox_id = ?1 AND body_id IS NULL AND uid IS NOT NULL AND date >= ?2 ORDER BY date DESC, id DESC LIMIT ?3"

#define MISSING_STARRED                                                                                                  \
  "SELECT id, mailbox_id, uid, size FROM message INDEXED BY message_starred "                                              \
  "WHERE mailbox_id = ?1 AND body_id IS NULL AND uid IS NOT NULL AND flags & 4 <> 0 ORDER BY date DESC, id DESC LIMIT ?2"

static GArray *
take_missing (MailDb *db, sqlite3_stmt *statement, GError **error)
{
  g_autoptr (GArray) missing = g_array_new (FALSE, FALSE, sizeof (MailStoreMissing));
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      MailStoreMissing one = {
        .id = sqlite3_column_int64 (statement, 0),
        .mailbox_id = sqlite3_column_int64 (statement, 1),
        .uid = (guint32) sqlite3_column_int64 (statement, 2),
        .size = (guint64) sqlite3_column_int64 (statement, 3),
      };

      g_array_append_val (missing, one);
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  return g_steal_pointer (&missing);
}

GArray *
mail_store_messages_missing (MailDb *db, gint64 mailbox_id, gint64 since, guint limit, GError **error)
{
  gint64 oldest = since != 0 ? since : G_MININT64;
  g_autoptr (sqlite3_stmt) statement = mailbox_id != 0
                                           ? mail_db_query (db, error, MISSING_OF_ONE, mailbox_id, oldest, limit)
                                           : mail_db_query (db, error, MISSING_OF_ALL, mailbox_id, oldest, limit);

  return take_missing (db, statement, error);
}

GArray *
mail_store_messages_missing_starred (MailDb *db, gint64 mailbox_id, guint limit, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, MISSING_STARRED, mailbox_id, limit);

  G_STATIC_ASSERT (MAIL_FLAG_FLAGGED == 4);
  return take_missing (db, statement, error);
}

/* What is the same message is told by the server, or has Message-ID and size in common. */
#define MEASURE_MISSING                                                                                                 \
  "SELECT COUNT (*), coalesce (SUM (size), 0) FROM (SELECT m.size AS size FROM json_each (?1) b "                       \
  "CROSS JOIN message m ON m.mailbox_id = b.value AND m.body_id IS NULL AND m.uid IS NOT NULL "                         \
  "JOIN header h ON h.message_id = m.id GROUP BY coalesce (m.email_id, h.mid, m.id), m.size)"

gboolean
mail_store_messages_measure_missing (MailDb *db,
                                     const GArray *mailbox_ids,
                                     guint *messages,
                                     guint64 *bytes,
                                     GError **error)
{
  g_autoptr (GString) list = g_string_new ("[");
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, MEASURE_MISSING, error);
  gboolean row;

  for (guint i = 0; i < mailbox_ids->len; i++)
    g_string_append_printf (list, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", g_array_index (mailbox_ids, gint64, i));
  g_string_append_c (list, ']');
  if (statement == NULL)
    return FALSE;
  mail_db_bind_text (statement, 1, list->str);
  if (!mail_db_step (db, statement, &row, error))
    return FALSE;
  *messages = (guint) sqlite3_column_int64 (statement, 0);
  *bytes = (guint64) sqlite3_column_int64 (statement, 1);
  return TRUE;
}

#define TWIN_BY_EMAIL_ID                                                                             \
  "SELECT o.id FROM message m CROSS JOIN message o ON o.email_id = m.email_id AND o.size = m.size " \
  "WHERE m.id = ?1 AND o.body_id IS NOT NULL LIMIT 1"
#define TWIN_BY_HEADER                                                                                            \
  "SELECT o.id FROM message m CROSS JOIN header h ON h.message_id = m.id "                                        \
  "CROSS JOIN message o INDEXED BY message_twin ON o.size = m.size AND o.date = m.date AND o.body_id IS NOT NULL " \
  "CROSS JOIN header t ON t.message_id = o.id AND t.mid = h.mid AND t.structure IS h.structure "                  \
  "WHERE m.id = ?1 AND m.size >= ?3 AND (m.email_id IS NULL OR o.email_id IS NULL) "                                               \
  "AND NOT EXISTS (SELECT 1 FROM mailbox b WHERE b.role = ?2 AND b.id IN (m.mailbox_id, o.mailbox_id)) LIMIT 1"

gboolean
mail_store_messages_find_twin (MailDb *db, gint64 id, guint least, gint64 *twin_id, gboolean *sure, GError **error)
{
  g_autoptr (sqlite3_stmt) known = mail_db_query (db, error, TWIN_BY_EMAIL_ID, id);
  g_autoptr (sqlite3_stmt) alike = NULL;
  gboolean row;

  if (known == NULL || !mail_db_step (db, known, &row, error))
    return FALSE;
  *sure = row;
  *twin_id = row ? sqlite3_column_int64 (known, 0) : 0;
  if (row)
    return TRUE;
  /* A draft keeps its Message-ID, its date and perhaps even its size while its text changes. */
  alike = mail_db_query (db, error, TWIN_BY_HEADER, id, MAIL_ROLE_DRAFTS, least);
  if (alike == NULL || !mail_db_step (db, alike, &row, error))
    return FALSE;
  *twin_id = row ? sqlite3_column_int64 (alike, 0) : 0;
  return TRUE;
}

gboolean
mail_store_messages_dup_kin (MailDb *db, gint64 id, guint least, char **kin, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      mail_db_query (db, error,
                     "SELECT coalesce (m.email_id, CASE WHEN m.size >= ?2 THEN m.date || h.mid END) || ' ' || m.size "
                     "FROM message m JOIN header h ON h.message_id = m.id WHERE m.id = ?1",
                     id, least);
  gboolean row;

  *kin = NULL;
  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  if (row)
    *kin = mail_db_dup_text (statement, 0);
  return TRUE;
}

/* In @sql: the mailbox is ?1, the date ?2, the size ?3, the email_id ?4. */
static GPtrArray *
list_like (MailDb *db, const char *sql, gint64 mailbox_id, const MailMessageInfo *info, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, sql, error);
  g_autoptr (GArray) ids = NULL;

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, mailbox_id);
  sqlite3_bind_int64 (statement, 2, info->date);
  sqlite3_bind_int64 (statement, 3, info->size);
  mail_db_bind_text (statement, 4, info->email_id);
  ids = take_ids (db, statement, error);
  return ids != NULL ? mail_store_messages_load (db, (const gint64 *) (gpointer) ids->data, ids->len, error) : NULL;
}

GPtrArray *
mail_store_messages_orphans_like (MailDb *db, gint64 mailbox_id, const MailMessageInfo *info, GError **error)
{
#define FREE "mailbox_id = ?1 AND uid IS NULL AND uidl IS NULL"
  return list_like (db,
                    "SELECT id FROM (SELECT id FROM message WHERE email_id = ?4 AND " FREE " LIMIT 100) "
                    "UNION SELECT id FROM (SELECT id FROM message INDEXED BY message_orphan_date WHERE date = ?2 AND " FREE
                    " LIMIT 100) UNION SELECT id FROM "
                    "(SELECT id FROM message INDEXED BY message_orphan_size WHERE size = ?3 AND " FREE " LIMIT 100) ORDER BY 1",
                    mailbox_id, info, error);
#undef FREE
}

GPtrArray *
mail_store_messages_like (MailDb *db, gint64 mailbox_id, const MailMessageInfo *info, GError **error)
{
  return list_like (db,
                    "SELECT id FROM message WHERE email_id = ?4 AND mailbox_id = ?1 AND uid IS NOT NULL "
                    "UNION SELECT id FROM message INDEXED BY message_list WHERE mailbox_id = ?1 AND date = ?2 AND size = ?3 "
                    "AND uid IS NOT NULL ORDER BY 1",
                    mailbox_id, info, error);
}

#define ORPHANS "SELECT m.id FROM message m INDEXED BY "
#define ORPHANS_WHERE " JOIN header h ON h.message_id = m.id WHERE m.mailbox_id = ?1 AND m.uid IS NULL AND m.uidl IS NULL AND "

/* In @sql: the mailbox is ?1, the date ?2, the sender ?3, the Message-ID ?4, the size ?5. */
static gboolean
find_orphan (MailDb *db, const char *sql, const MailMessageInfo *info, gint64 mailbox_id, gint64 *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, sql, error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, mailbox_id);
  sqlite3_bind_int64 (statement, 2, info->date);
  mail_db_bind_text (statement, 3, info->from_address);
  mail_db_bind_text (statement, 4, info->message_id);
  sqlite3_bind_int64 (statement, 5, info->size);
  if (!mail_db_step (db, statement, &row, error))
    return FALSE;
  *id = row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

gboolean
mail_store_messages_find_orphan (MailDb *db,
                                 gint64 mailbox_id,
                                 const MailMessageInfo *info,
                                 gint64 *id,
                                 GError **error)
{
  *id = 0;
  if (info->message_id != NULL
      && !find_orphan (db, ORPHANS "message_orphan_size" ORPHANS_WHERE "m.size = ?5 AND h.mid = ?4 LIMIT 1",
                       info, mailbox_id, id, error))
    return FALSE;
  if (*id != 0)
    return TRUE;
  /* Two different messages of one sender may share a second: a Message-ID on both sides must be the same, and the size where
   * there is none on either. */
  return find_orphan (db, ORPHANS "message_orphan_date" ORPHANS_WHERE
                      "m.date = ?2 AND h.from_address IS ?3 AND (h.mid = ?4 OR (h.mid IS NULL) <> (?4 IS NULL) "
                      "OR (h.mid IS NULL AND ?4 IS NULL AND m.size = ?5)) LIMIT 1",
                      info, mailbox_id, id, error);
}

gboolean
mail_store_messages_measure (MailDb *db, gint64 mailbox_id, gint64 *bytes, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      mail_db_query (db, error, "SELECT coalesce (SUM (size), 0) FROM message WHERE mailbox_id = ?1", mailbox_id);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  *bytes = sqlite3_column_int64 (statement, 0);
  return TRUE;
}

gboolean
mail_store_messages_count (MailDb *db, MailHoldings *holdings, GError **error)
{
  const char *sql = "SELECT COUNT (*), COUNT (m.body_id), "
                    "COUNT (*) FILTER (WHERE m.location = ?1 AND NOT EXISTS "
                    "(SELECT 1 FROM message o WHERE o.body_id = m.body_id AND o.location <> ?1)), "
                    "(SELECT COUNT (*) FROM op) FROM message m";
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, sql, MAIL_WHERE_HERE);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  holdings->messages = (guint) sqlite3_column_int64 (statement, 0);
  holdings->whole = (guint) sqlite3_column_int64 (statement, 1);
  holdings->only_here = (guint) sqlite3_column_int64 (statement, 2);
  holdings->waiting = (guint) sqlite3_column_int64 (statement, 3);
  return TRUE;
}
