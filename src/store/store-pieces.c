/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-pieces.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "core/errors.h"
#include "store/store-bodies-private.h"
#include "store/store-db.h"
#include "store/store-messages-private.h"

#define PIECES_WHERE                                                                                              \
  "FROM chunk WHERE message_id = ?1 AND section = ?2 AND uidvalidity = ?3 AND uid = ?4 AND size = ?5 AND recoded = ?6 "  \
  "ORDER BY start"

static sqlite3_stmt *
prepare_for (MailDb *db, const char *sql, const MailStorePieces *of, GError **error)
{
  sqlite3_stmt *statement = mail_db_prepare (db, sql, error);

  if (statement == NULL)
    return NULL;
  sqlite3_bind_int64 (statement, 1, of->message_id);
  mail_db_bind_text (statement, 2, of->section);
  sqlite3_bind_int64 (statement, 3, of->uidvalidity);
  sqlite3_bind_int64 (statement, 4, of->uid);
  sqlite3_bind_int64 (statement, 5, (gint64) of->size);
  sqlite3_bind_int (statement, 6, of->recoded ? 1 : 0);
  return statement;
}

static gboolean
check_size (MailDb *db, guint64 size, GError **error)
{
  int most = sqlite3_limit (mail_db_get_sqlite (db), SQLITE_LIMIT_LENGTH, -1);

  if (size < (guint64) most)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNREADABLE, "%" G_GUINT64_FORMAT " octets are more than the store can hold", size);
  return FALSE;
}

gboolean
mail_store_pieces_measure (MailDb *db, const MailStorePieces *of, guint64 *length, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare_for (db, "SELECT start, length (data) " PIECES_WHERE, of, error);
  gboolean row;

  *length = 0;
  if (!check_size (db, of->size, error))
    return FALSE;
  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  while (row && (guint64) sqlite3_column_int64 (statement, 0) == *length)
    {
      *length += (guint64) sqlite3_column_int64 (statement, 1);
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mail_store_pieces_add (MailDb *db, const MailStorePieces *of, guint64 start, GBytes *data, GError **error)
{
  g_autoptr (sqlite3_stmt) clear = prepare_for (db,
                                                "DELETE FROM chunk WHERE message_id = ?1 AND section = ?2 "
                                                "AND (uidvalidity <> ?3 OR uid <> ?4 OR size <> ?5 OR recoded <> ?6 "
                                                "OR start >= ?7)",
                                                of, error);
  g_autoptr (sqlite3_stmt) insert = NULL;
  gsize size;
  const void *bytes = g_bytes_get_data (data, &size);

  if (clear == NULL)
    return FALSE;
  sqlite3_bind_int64 (clear, 7, (gint64) start);
  if (!mail_db_finish (db, clear, error))
    return FALSE;
  insert = prepare_for (db,
                        "INSERT INTO chunk (message_id, section, uidvalidity, uid, size, recoded, start, data) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                        of, error);
  if (insert == NULL)
    return FALSE;
  sqlite3_bind_int64 (insert, 7, (gint64) start);
  if (sqlite3_bind_blob64 (insert, 8, size > 0 ? bytes : "", size, SQLITE_STATIC) != SQLITE_OK)
    return mail_db_fail (db, error);
  return mail_db_finish (db, insert, error);
}

gboolean
mail_store_pieces_drop (MailDb *db, gint64 message_id, const char *section, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;

  if (section == NULL)
    return mail_db_run (db, error, "DELETE FROM chunk WHERE message_id = ?1", message_id);
  statement = mail_db_prepare (db, "DELETE FROM chunk WHERE message_id = ?1 AND section = ?2", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, message_id);
  mail_db_bind_text (statement, 2, section);
  return mail_db_finish (db, statement, error);
}

char *
mail_store_pieces_describe (MailDb *db, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "SELECT message_id, max (start), section FROM chunk "
                                                        "GROUP BY message_id, section ORDER BY message_id, section",
                                                        error);
  g_autoptr (GString) lines = g_string_new (NULL);
  gboolean row = TRUE;

  while (statement != NULL && mail_db_step (db, statement, &row, error) && row)
    g_string_append_printf (lines, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n", (gint64) sqlite3_column_int64 (statement, 0),
                            (gint64) sqlite3_column_int64 (statement, 1), sqlite3_column_text (statement, 2));
  /* A step that failed left it as it was. */
  return statement != NULL && !row ? g_string_free (g_steal_pointer (&lines), FALSE) : NULL;
}

gboolean
mail_store_pieces_drop_stalled (MailDb *db, const char *lines, GError **error)
{
  g_autofree char *now = mail_store_pieces_describe (db, error);
  g_auto (GStrv) old = g_strsplit (lines, "\n", -1);
  g_auto (GStrv) present = now != NULL ? g_strsplit (now, "\n", -1) : NULL;

  for (guint i = 0; present != NULL && present[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (present[i], " ", 3);

      if (g_strv_length (words) == 3 && g_strv_contains ((const char *const *) old, present[i])
          && !mail_store_pieces_drop (db, g_ascii_strtoll (words[0], NULL, 10), words[2], error))
        return FALSE;
    }
  return present != NULL;
}

/* What is done with each piece, in their order. */
typedef gboolean (*PieceFunc) (MailDb *db, const void *data, gsize size, gpointer user_data, GError **error);

/* Until @func has had @most octets, or all. */
static gboolean
each_piece (MailDb *db, const MailStorePieces *of, guint64 most, PieceFunc func, gpointer user_data, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare_for (db, "SELECT data " PIECES_WHERE, of, error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  while (row && most > 0)
    {
      const void *data = sqlite3_column_blob (statement, 0);
      gsize size = (gsize) sqlite3_column_bytes (statement, 0);

      if (data == NULL && size > 0)
        return mail_db_fail (db, error);
      size = (gsize) MIN (size, most);
      if (size > 0 && !func (db, data, size, user_data, error))
        return FALSE;
      most -= size;
      if (!mail_db_step (db, statement, &row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_all_here (MailDb *db, const MailStorePieces *of, GError **error)
{
  guint64 length;

  if (!mail_store_pieces_measure (db, of, &length, error))
    return FALSE;
  if (length == of->size)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND,
               "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " octets of message %" G_GINT64_FORMAT " are here",
               length, of->size, of->message_id);
  return FALSE;
}

static gboolean
append_piece (MailDb *db, const void *data, gsize size, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, (guint) size);
  return TRUE;
}

GBytes *
mail_store_pieces_dup_beginning (MailDb *db, const MailStorePieces *of, gsize most, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (!each_piece (db, of, most, append_piece, bytes, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* A blob that is written from its beginning on, without ever being whole in memory. */
typedef struct
{
  sqlite3_blob *blob;
  int at;
} Sink;

static gboolean
sink_open (MailDb *db, Sink *sink, const char *table, const char *column, gint64 row, GError **error)
{
  return sqlite3_blob_open (mail_db_get_sqlite (db), "main", table, column, row, 1, &sink->blob) == SQLITE_OK
         || mail_db_fail (db, error);
}

static gboolean
sink_write (MailDb *db, const void *data, gsize size, gpointer user_data, GError **error)
{
  Sink *sink = user_data;

  if (size == 0)
    return TRUE;
  if (sqlite3_blob_write (sink->blob, data, (int) size, sink->at) != SQLITE_OK)
    return mail_db_fail (db, error);
  sink->at += (int) size;
  return TRUE;
}

static void
sink_clear (Sink *sink)
{
  /* What it says was said by the write that failed, and a transaction that fails leaves nothing. */
  sqlite3_blob_close (sink->blob);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Sink, sink_clear)

static gboolean
hash_piece (MailDb *db, const void *data, gsize size, gpointer user_data, GError **error)
{
  /* It fails only where the algorithm is switched off, and then it was not begun. */
  gnutls_hash (user_data, data, size);
  return TRUE;
}

static gboolean
hash_pieces (MailDb *db, const MailStorePieces *of, guint8 hash[32], GError **error)
{
  gnutls_hash_hd_t digest;
  gboolean ok;

  if (gnutls_hash_init (&digest, GNUTLS_DIG_SHA256) != 0)
    g_error ("SHA-256 is not available");
  ok = each_piece (db, of, of->size, hash_piece, digest, error);
  gnutls_hash_deinit (digest, hash);
  return ok;
}

static gboolean
insert_body (MailDb *db, const MailStorePieces *of, const guint8 *hash, gint64 *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "INSERT INTO body (hash, size, raw) VALUES (?1, ?2, zeroblob (?2))",
                                                        error);
  g_auto (Sink) sink = { 0 };

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_blob (statement, 1, hash, 32, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 2, (gint64) of->size);
  if (!mail_db_finish (db, statement, error))
    return FALSE;
  *id = sqlite3_last_insert_rowid (mail_db_get_sqlite (db));
  return sink_open (db, &sink, "body", "raw", *id, error) && each_piece (db, of, of->size, sink_write, &sink, error);
}

gboolean
mail_store_pieces_make_body (MailDb *db, const MailStorePieces *of, GError **error)
{
  guint8 hash[32];
  gboolean found;
  gint64 id;

  if (!check_size (db, of->size, error) || !check_all_here (db, of, error) || !hash_pieces (db, of, hash, error)
      || !mail_store_bodies_link (db, of->message_id, hash, &found, error))
    return FALSE;
  return found
         || (insert_body (db, of, hash, &id, error) && mail_store_bodies_link (db, of->message_id, hash, &found, error));
}

gboolean
mail_store_pieces_fill_partial (MailDb *db,
                                const MailStorePieces *of,
                                GBytes *skeleton,
                                const MailStoreGap *gap,
                                GError **error)
{
  gsize length;
  const guint8 *text = g_bytes_get_data (skeleton, &length);
  guint64 size = length - (gap->mark_end - gap->mark) + of->size;
  g_auto (Sink) sink = { 0 };

  if (!check_size (db, size, error) || !check_all_here (db, of, error)
      || !mail_store_bodies_resize_partial (db, of->message_id, size, gap->size, error))
    return FALSE;
  return sink_open (db, &sink, "partial", "skeleton", of->message_id, error)
         && sink_write (db, text, gap->mark, &sink, error)
         && sink_write (db, text + gap->mark_end, gap->at - gap->mark_end, &sink, error)
         && each_piece (db, of, of->size, sink_write, &sink, error)
         && sink_write (db, text + gap->at, length - gap->at, &sink, error)
         && mail_store_pieces_drop (db, of->message_id, of->section, error);
}
