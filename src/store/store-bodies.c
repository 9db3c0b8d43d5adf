/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-bodies-private.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#include "core/errors.h"
#include "store/store-blob.h"
#include "store/store-db.h"
#include "store/store-messages-private.h"
#include "store/store-pieces.h"

#define HASH_BYTES 32

void
mail_store_hash (GBytes *raw, guint8 hash[32])
{
  gsize size;
  const void *data = g_bytes_get_data (raw, &size);

  /* It fails only where the algorithm is switched off, and then no TLS works either. */
  if (gnutls_hash_fast (GNUTLS_DIG_SHA256, size > 0 ? data : "", size, hash) != 0)
    g_error ("SHA-256 is not available");
}

char *
mail_store_hash_to_hex (const guint8 *hash)
{
  static const char digits[] = "0123456789abcdef";
  char *hex = g_malloc (2 * HASH_BYTES + 1);

  for (guint i = 0; i < HASH_BYTES; i++)
    {
      hex[2 * i] = digits[hash[i] >> 4];
      hex[2 * i + 1] = digits[hash[i] & 15];
    }
  hex[2 * HASH_BYTES] = '\0';
  return hex;
}

/* *@body_id 0 when no such content is here. */
static gboolean
find_hash (MailDb *db, const guint8 *hash, gint64 *body_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "SELECT id FROM body WHERE hash = ?1", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_blob (statement, 1, hash, HASH_BYTES, SQLITE_STATIC);
  if (!mail_db_step (db, statement, &row, error))
    return FALSE;
  *body_id = row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}

static gboolean
insert_body (MailDb *db, GBytes *raw, const guint8 *hash, gint64 *body_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "INSERT INTO body (hash, size, raw) VALUES (?1, ?2, ?3)", error);
  gsize size;
  const void *data = g_bytes_get_data (raw, &size);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_blob (statement, 1, hash, HASH_BYTES, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, (gint64) size);
  if (sqlite3_bind_blob64 (statement, 3, size > 0 ? data : "", size, SQLITE_STATIC) != SQLITE_OK)
    return mail_db_fail (db, error);
  if (!mail_db_finish (db, statement, error))
    return FALSE;
  *body_id = sqlite3_last_insert_rowid (mail_db_get_sqlite (db));
  return TRUE;
}

static gboolean
link_body (MailDb *db, gint64 message_id, gint64 body_id, GError **error)
{
  return mail_store_messages_set_body (db, message_id, body_id, error)
         && mail_db_run (db, error, "DELETE FROM partial WHERE message_id = ?1", message_id)
         && mail_store_pieces_drop (db, message_id, NULL, error);
}

gboolean
mail_store_bodies_put (MailDb *db, gint64 message_id, GBytes *raw, const guint8 *hash, GError **error)
{
  guint8 own_hash[HASH_BYTES];
  gint64 body_id;

  if (hash == NULL)
    {
      mail_store_hash (raw, own_hash);
      hash = own_hash;
    }
  if (!find_hash (db, hash, &body_id, error) || (body_id == 0 && !insert_body (db, raw, hash, &body_id, error)))
    return FALSE;
  return link_body (db, message_id, body_id, error);
}

gboolean
mail_store_bodies_link (MailDb *db, gint64 message_id, const guint8 *hash, gboolean *found, GError **error)
{
  gint64 body_id;

  *found = FALSE;
  if (!find_hash (db, hash, &body_id, error))
    return FALSE;
  if (body_id == 0)
    return TRUE;
  *found = TRUE;
  return link_body (db, message_id, body_id, error);
}

gboolean
mail_store_bodies_link_twin (MailDb *db, gint64 message_id, gint64 twin_id, gboolean *linked, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT t.body_id, h.preview FROM message t "
                                                      "JOIN header h ON h.message_id = t.id JOIN body b ON b.id = t.body_id "
                                                      "JOIN message m ON m.id = ?1 AND m.size = b.size WHERE t.id = ?2",
                                                      message_id, twin_id);
  g_autofree char *preview = NULL;
  gint64 body_id;

  if (statement == NULL || !mail_db_step (db, statement, linked, error))
    return FALSE;
  if (!*linked)
    return TRUE;
  body_id = sqlite3_column_int64 (statement, 0);
  preview = mail_db_dup_text (statement, 1);
  return link_body (db, message_id, body_id, error)
         && (preview == NULL || mail_store_messages_set_preview (db, message_id, preview, error));
}

gboolean
mail_store_bodies_release (MailDb *db, gint64 body_id, GError **error)
{
  return mail_db_run (db, error,
                      "DELETE FROM body WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM message WHERE body_id = ?1)",
                      body_id);
}

/* (nullable): of what the only row says: its id, its size, and the blob itself unless it is large. NULL without @error when there
 * is no row. */
static GBytes *
take_blob (MailDb *db, sqlite3_stmt *statement, const char *table, const char *column, GError **error)
{
  gboolean row;
  const void *data;

  if (!mail_db_step (db, statement, &row, error) || !row)
    return NULL;
  if (sqlite3_column_int64 (statement, 1) >= MAIL_STORE_LARGE_BYTES)
    return mail_store_blob_map (db, table, column, sqlite3_column_int64 (statement, 0), error);
  data = sqlite3_column_blob (statement, 2);
  if (data == NULL && sqlite3_errcode (mail_db_get_sqlite (db)) == SQLITE_NOMEM)
    {
      mail_db_fail (db, error);
      return NULL;
    }
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (statement, 2));
}

static GBytes *
find_body (MailDb *db, gint64 message_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT b.id, b.size, CASE WHEN b.size < ?2 THEN b.raw END "
                                                      "FROM message m JOIN body b ON b.id = m.body_id WHERE m.id = ?1",
                                                      message_id, (gint64) MAIL_STORE_LARGE_BYTES);

  return statement != NULL ? take_blob (db, statement, "body", "raw", error) : NULL;
}

static GBytes *
find_partial (MailDb *db, gint64 message_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT message_id, length (skeleton), "
                                                      "CASE WHEN length (skeleton) < ?2 THEN skeleton END "
                                                      "FROM partial WHERE message_id = ?1",
                                                      message_id, (gint64) MAIL_STORE_LARGE_BYTES);

  return statement != NULL ? take_blob (db, statement, "partial", "skeleton", error) : NULL;
}

static GBytes *
find_with (GBytes *(*find) (MailDb *, gint64, GError **), MailDb *db, gint64 message_id, GError **error)
{
  GError *failed = NULL;
  GBytes *bytes = find (db, message_id, &failed);

  if (bytes == NULL && failed == NULL)
    g_set_error (&failed, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "message %" G_GINT64_FORMAT " is not here", message_id);
  if (failed != NULL)
    g_propagate_error (error, failed);
  return bytes;
}

GBytes *
mail_store_bodies_get (MailDb *db, gint64 message_id, GError **error)
{
  return find_with (find_body, db, message_id, error);
}

GBytes *
mail_store_bodies_dup_beginning (MailDb *db, gint64 message_id, gsize most, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT b.id, b.size FROM message m JOIN body b ON b.id = m.body_id "
                                                      "WHERE m.id = ?1",
                                                      message_id);
  g_autofree guint8 *data = NULL;
  sqlite3_blob *blob = NULL;
  gsize size;
  gboolean row;
  gboolean ok;

  if (statement == NULL || !mail_db_step (db, statement, &row, error) || !row)
    return NULL;
  size = MIN ((gsize) sqlite3_column_int64 (statement, 1), most);
  data = g_malloc (size + 1);
  ok = sqlite3_blob_open (mail_db_get_sqlite (db), "main", "body", "raw", sqlite3_column_int64 (statement, 0), 0, &blob)
           == SQLITE_OK
       && sqlite3_blob_read (blob, data, (int) size, 0) == SQLITE_OK;
  if (!ok)
    mail_db_fail (db, error);
  sqlite3_blob_close (blob);
  return ok ? g_bytes_new_take (g_steal_pointer (&data), size) : NULL;
}

/* The figures follow the row of table partial, which @statement changes. */
static gboolean
change_partial (MailDb *db, gint64 message_id, sqlite3_stmt *statement, GError **error)
{
  MailMessageState before;
  MailMessageState after;

  if (!mail_store_messages_get_state (db, message_id, &before, error) || !mail_db_finish (db, statement, error)
      || !mail_store_messages_get_state (db, message_id, &after, error))
    return FALSE;
  mail_store_messages_note_changed (db, &before, &after);
  return TRUE;
}

gboolean
mail_store_bodies_resize_partial (MailDb *db, gint64 id, guint64 size, guint64 missing_less, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "UPDATE partial SET skeleton = zeroblob (?2), "
                                                      "missing_parts = max (0, missing_parts - 1), "
                                                      "missing_bytes = max (0, missing_bytes - ?3) WHERE message_id = ?1",
                                                      id, (gint64) size, (gint64) missing_less);

  return statement != NULL && change_partial (db, id, statement, error);
}

gboolean
mail_store_bodies_put_partial (MailDb *db,
                               gint64 message_id,
                               GBytes *skeleton,
                               guint missing_parts,
                               guint64 missing_bytes,
                               GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "INSERT INTO partial (message_id, skeleton, missing_parts, missing_bytes) "
                                                        "SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS "
                                                        "(SELECT 1 FROM message WHERE id = ?1 AND body_id IS NOT NULL) "
                                                        "ON CONFLICT (message_id) DO UPDATE SET skeleton = excluded.skeleton, "
                                                        "missing_parts = excluded.missing_parts, "
                                                        "missing_bytes = excluded.missing_bytes",
                                                        error);
  gsize size;
  const void *data = g_bytes_get_data (skeleton, &size);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, message_id);
  if (sqlite3_bind_blob64 (statement, 2, size > 0 ? data : "", size, SQLITE_STATIC) != SQLITE_OK)
    return mail_db_fail (db, error);
  sqlite3_bind_int64 (statement, 3, missing_parts);
  sqlite3_bind_int64 (statement, 4, (gint64) MIN (missing_bytes, (guint64) G_MAXINT64));
  return change_partial (db, message_id, statement, error);
}

gboolean
mail_store_bodies_copy_partial (MailDb *db, gint64 id, gint64 new_id, GError **error)
{
  return mail_db_run (db, error,
                      "INSERT INTO partial (message_id, skeleton, missing_parts, missing_bytes) "
                      "SELECT ?2, skeleton, missing_parts, missing_bytes FROM partial WHERE message_id = ?1",
                      id, new_id);
}

GBytes *
mail_store_bodies_get_best (MailDb *db, gint64 message_id, gboolean *partial, GError **error)
{
  g_autoptr (GError) failed = NULL;
  GBytes *whole = mail_store_bodies_get (db, message_id, &failed);

  *partial = FALSE;
  if (whole != NULL)
    return whole;
  if (!g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  *partial = TRUE;
  return find_with (find_partial, db, message_id, error);
}
