/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-check.h"

#include <string.h>

#include "core/message-info.h"
#include "store/store-bodies-private.h"
#include "store/store-db.h"
#include "store/store-uidl.h"

/* Each row of @sql is a fault: its first column is the sentence. */
static gboolean
check_sentences (MailDb *db, const char *sql, MailStoreCheck *check, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, sql, error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  while (row)
    {
      g_ptr_array_add (check->problems, mail_db_dup_text (statement, 0));
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_integrity (MailDb *db, MailStoreCheck *check, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "PRAGMA integrity_check (100)", error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  while (row)
    {
      const char *words = (const char *) sqlite3_column_text (statement, 0);

      if (g_strcmp0 (words, "ok") != 0)
        g_ptr_array_add (check->problems, g_strdup_printf ("the database is damaged: %s", words));
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_foreign_keys (MailDb *db, MailStoreCheck *check, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "PRAGMA foreign_key_check", error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  while (row)
    {
      g_ptr_array_add (check->problems,
                       g_strdup_printf ("row %s of table %s refers to a row of %s that is not there",
                                        (const char *) sqlite3_column_text (statement, 1),
                                        (const char *) sqlite3_column_text (statement, 0),
                                        (const char *) sqlite3_column_text (statement, 2)));
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
count (MailDb *db, const char *sql, guint *value, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, sql, error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  *value = row ? (guint) sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

static void
check_body (const MailStoreCheck *check, gint64 id, gint64 size, const void *hash, gsize hash_size, GBytes *raw)
{
  guint8 true_hash[32];

  mail_store_hash (raw, true_hash);
  if (hash_size != sizeof true_hash || memcmp (hash, true_hash, sizeof true_hash) != 0)
    g_ptr_array_add (check->problems, g_strdup_printf ("body %" G_GINT64_FORMAT " does not match its hash", id));
  if ((gsize) size != g_bytes_get_size (raw))
    g_ptr_array_add (check->problems,
                     g_strdup_printf ("body %" G_GINT64_FORMAT " has %" G_GSIZE_FORMAT " octets, not %" G_GINT64_FORMAT,
                                      id, g_bytes_get_size (raw), size));
}

static gboolean
check_bodies (MailDb *db, MailStoreCheck *check, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "SELECT id, size, hash, raw FROM body ORDER BY id", error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  while (row)
    {
      g_autoptr (GBytes) raw = g_bytes_new_static (sqlite3_column_blob (statement, 3),
                                                   (gsize) sqlite3_column_bytes (statement, 3));

      check->bodies++;
      check->body_bytes += g_bytes_get_size (raw);
      check_body (check,
                  sqlite3_column_int64 (statement, 0),
                  sqlite3_column_int64 (statement, 1),
                  sqlite3_column_blob (statement, 2),
                  (gsize) sqlite3_column_bytes (statement, 2),
                  raw);
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  return TRUE;
}

/* Where rows of different tables must agree: each query yields one sentence per fault. */
static const char *const sentences[] = {
  "SELECT printf ('mailbox %d says %d messages, %d unread, %d whole; there are %d, %d and %d', b.id, b.messages, b.unread, "
  "b.bodies, t.messages, t.unread, t.bodies) FROM mailbox b JOIN (SELECT b.id AS id, COUNT (m.id) AS messages, "
  "COUNT (m.id) FILTER (WHERE m.flags & 1 = 0) AS unread, COUNT (m.body_id) AS bodies FROM mailbox b "
  "LEFT JOIN message m ON m.mailbox_id = b.id GROUP BY b.id) t ON t.id = b.id "
  "WHERE b.messages <> t.messages OR b.unread <> t.unread OR b.bodies <> t.bodies",

  "SELECT printf ('message %d has no header row', id) FROM message WHERE id NOT IN (SELECT message_id FROM header)",

  "SELECT printf ('message %d is said to be here, but there is no body', id) FROM message "
  "WHERE location <> 0 AND body_id IS NULL",

  "SELECT printf ('message %d has a body, but is said to be on the server only', id) FROM message "
  "WHERE location = 0 AND body_id IS NOT NULL",

  "SELECT printf ('no message shows body %d', id) FROM body "
  "WHERE NOT EXISTS (SELECT 1 FROM message WHERE body_id = body.id)",

  "SELECT printf ('mailbox %d says %d texts, %d parts and %d octets missing; there are %d, %d and %d', b.id, b.texts, "
  "b.missing_parts, b.missing_bytes, t.texts, t.parts, t.bytes) FROM mailbox b JOIN (SELECT b.id AS id, "
  "COUNT (coalesce (m.body_id, p.message_id)) AS texts, "
  "coalesce (SUM (p.missing_parts) FILTER (WHERE m.body_id IS NULL), 0) AS parts, "
  "coalesce (SUM (coalesce (p.missing_bytes, m.size)) FILTER (WHERE m.body_id IS NULL), 0) AS bytes "
  "FROM mailbox b LEFT JOIN message m ON m.mailbox_id = b.id LEFT JOIN partial p ON p.message_id = m.id GROUP BY b.id) t "
  "ON t.id = b.id WHERE b.texts <> t.texts OR b.missing_parts <> t.parts OR b.missing_bytes <> t.bytes",

  "SELECT printf ('message %d is whole, and pieces of it are kept', m.id) FROM message m "
  "WHERE m.body_id IS NOT NULL AND EXISTS (SELECT 1 FROM chunk WHERE message_id = m.id)",

  "SELECT printf ('message %d has a body and a skeleton', p.message_id) FROM partial p "
  "JOIN message m ON m.id = p.message_id WHERE m.body_id IS NOT NULL",

  "SELECT printf ('unique id %s refers to message %d, which has no body', u.uidl, m.id) FROM uidl u "
  "JOIN message m ON m.id = u.message_id WHERE u.fetched <> 0 AND m.body_id IS NULL",
};

gboolean
mail_store_check_job (MailDb *db, gpointer data, GError **error)
{
  MailStoreCheck *check = data;

  G_STATIC_ASSERT (MAIL_WHERE_SERVER == 0 && MAIL_FLAG_SEEN == 1);
  check->bodies = 0;
  check->body_bytes = 0;
  if (!check_integrity (db, check, error) || !check_foreign_keys (db, check, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (!check_sentences (db, sentences[i], check, error))
      return FALSE;
  return count (db, "SELECT COUNT(*) FROM mailbox", &check->mailboxes, error)
         && count (db, "SELECT COUNT(*) FROM message", &check->messages, error) && check_bodies (db, check, error);
}
