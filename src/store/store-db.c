/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-db.h"

#include <errno.h>

#include "core/errors.h"
#include "store/store-mailboxes-private.h"
#include "store/store-schema.h"

struct _MailDb
{
  sqlite3 *sqlite;
  char *path;
  gboolean writable;
  GThread *owner;
  GHashTable *statements; /* SQL literal by address -> sqlite3_stmt */
  MailJournal *journal;
  guint wal_pages;
  gboolean *done; /* of the job under way; or NULL */
};

static int
wal_cb (void *user_data, sqlite3 *sqlite, const char *name, int pages)
{
  MailDb *db = user_data;

  db->wal_pages = (guint) pages;
  return SQLITE_OK;
}

static void
finalize_cb (gpointer data)
{
  sqlite3_finalize (data);
}

static gboolean
set_up (MailDb *db, GError **error)
{
  /* A newer store must be left as it is, so nothing is written before its version is known. */
  sqlite3_db_config (db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  sqlite3_db_config (db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_extended_result_codes (db->sqlite, 1);
  sqlite3_busy_timeout (db->sqlite, 5000);
  if (!db->writable)
    return mail_db_execute (db, "PRAGMA query_only = 1; PRAGMA foreign_keys = 1; PRAGMA cache_size = -8192", error);

  if (!mail_schema_check (db, error))
    return FALSE;
  /* The store's writer decides when the log moves: between jobs, not within a commit. */
  if (!mail_db_execute (db,
                        "PRAGMA page_size = " G_STRINGIFY (MAIL_DB_PAGE_SIZE) ";"
                        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 16777216;"
                        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = 1; PRAGMA cache_size = -16384;"
                        "PRAGMA temp_store = MEMORY",
                        error))
    return FALSE;
  sqlite3_wal_hook (db->sqlite, wal_cb, db);
  if (!mail_schema_migrate (db, error))
    return FALSE;
  sqlite3_db_config (db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return TRUE;
}

MailDb *
mail_db_open (const char *path, gboolean writable, GError **error)
{
  g_autoptr (MailDb) db = g_new0 (MailDb, 1);
  int flags = (writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;

  db->path = g_strdup (path);
  db->writable = writable;
  db->owner = g_thread_self ();
  db->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, finalize_cb);
  db->journal = mail_journal_new ();
  if (sqlite3_open_v2 (path, &db->sqlite, flags, NULL) != SQLITE_OK)
    {
      mail_db_fail (db, error);
      return NULL;
    }
  if (!set_up (db, error))
    return NULL;
  return g_steal_pointer (&db);
}

void
mail_db_close (MailDb *db)
{
  g_hash_table_unref (db->statements);
  sqlite3_close (db->sqlite);
  mail_journal_free (db->journal);
  g_free (db->path);
  g_free (db);
}

void
mail_db_own (MailDb *db)
{
  db->owner = g_thread_self ();
}

sqlite3 *
mail_db_get_sqlite (MailDb *db)
{
  return db->sqlite;
}

MailJournal *
mail_db_get_journal (MailDb *db)
{
  g_assert (db->writable && db->owner == g_thread_self ());
  return db->journal;
}

guint
mail_db_get_wal_pages (MailDb *db)
{
  return db->wal_pages;
}

void
mail_db_checkpoint (MailDb *db)
{
  int left = 0;
  int moved = 0;

  if (sqlite3_wal_checkpoint_v2 (db->sqlite, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &moved) == SQLITE_OK && moved >= left)
    db->wal_pages = 0;
}

/* SQLite reports some full disks (a quota, a limit on file size) as failed writes: the system's own number tells them apart.
 * SQLite does not keep it when a COMMIT fails; then it is still in errno. */
static gboolean
is_disk_full (sqlite3 *sqlite, int code, int last_number)
{
  int kept_number = sqlite3_system_errno (sqlite);
  int number = kept_number != 0 ? kept_number : last_number;

  if ((code & 0xff) == SQLITE_FULL || code == SQLITE_IOERR_SHMSIZE)
    return TRUE;
  return ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN)
         && (number == ENOSPC || number == EDQUOT || number == EFBIG);
}

gboolean
mail_db_fail (MailDb *db, GError **error)
{
  int last_number = errno;
  int code = sqlite3_extended_errcode (db->sqlite);
  const char *words = sqlite3_errmsg (db->sqlite);

  if (is_disk_full (db->sqlite, code, last_number))
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_DISK_FULL, "no space left for %s", db->path);
  else if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_EXISTS, "it is in the store already: %s", words);
  else if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
    g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "what the row refers to is not in the store");
  else if ((code & 0xff) == SQLITE_TOOBIG)
    g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "a message is too large for the store");
  else if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE_DAMAGED, "%s is damaged: %s", db->path, words);
  else if ((code & 0xff) == SQLITE_READONLY || (code & 0xff) == SQLITE_CANTOPEN)
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE, "%s cannot be written: %s", db->path, words);
  else
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_STORE, "%s: %s", db->path, words);
  return FALSE;
}

gboolean
mail_db_execute (MailDb *db, const char *sql, GError **error)
{
  g_assert (db->owner == g_thread_self ());
  return sqlite3_exec (db->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK || mail_db_fail (db, error);
}

static gboolean
apply_figures_cb (gint64 mailbox_id, const MailFigureDelta *delta, gpointer user_data, GError **error)
{
  return mail_store_mailboxes_add_figures (user_data, mailbox_id, delta, error);
}

gboolean
mail_db_flush_figures (MailDb *db, GError **error)
{
  return mail_journal_flush_figures (db->journal, apply_figures_cb, db, error);
}

void
mail_store_reset_unless_committed (MailDb *db, gboolean *done)
{
  g_assert (db->owner == g_thread_self ());
  db->done = done;
}

gboolean
mail_db_transact (MailDb *db, MailStoreJob job, gpointer data, gboolean with_rows, GError **error)
{
  if (!mail_db_execute (db, db->writable ? "BEGIN IMMEDIATE" : "BEGIN", error))
    return FALSE;
  mail_journal_begin (db->journal, with_rows);
  db->done = NULL;
  if (job (db, data, error) && mail_db_flush_figures (db, error) && mail_db_execute (db, "COMMIT", error))
    return TRUE;

  /* SQLite has rolled back by itself after some errors, such as a full disk. */
  if (!sqlite3_get_autocommit (db->sqlite))
    sqlite3_exec (db->sqlite, "ROLLBACK", NULL, NULL, NULL);
  mail_journal_begin (db->journal, FALSE);
  if (db->done != NULL)
    *db->done = FALSE;
  return FALSE;
}

sqlite3_stmt *
mail_db_prepare (MailDb *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement;

  g_assert (db->owner == g_thread_self ());
  statement = g_hash_table_lookup (db->statements, sql);
  if (statement != NULL)
    {
      g_assert (!sqlite3_stmt_busy (statement));
      return statement;
    }
  if (sqlite3_prepare_v3 (db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    {
      mail_db_fail (db, error);
      return NULL;
    }
  g_hash_table_insert (db->statements, (gpointer) sql, statement);
  return statement;
}

sqlite3_stmt *
mail_db_prepare_ints (MailDb *db, const char *sql, const gint64 *values, guint count, GError **error)
{
  sqlite3_stmt *statement = mail_db_prepare (db, sql, error);

  for (guint i = 0; statement != NULL && i < count; i++)
    sqlite3_bind_int64 (statement, (int) i + 1, values[i]);
  return statement;
}

gboolean
mail_db_run_ints (MailDb *db, const char *sql, const gint64 *values, guint count, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare_ints (db, sql, values, count, error);

  return statement != NULL && mail_db_finish (db, statement, error);
}

gboolean
mail_db_step (MailDb *db, sqlite3_stmt *statement, gboolean *row, GError **error)
{
  int code = sqlite3_step (statement);

  *row = code == SQLITE_ROW;
  return *row || code == SQLITE_DONE || mail_db_fail (db, error);
}

gboolean
mail_db_finish (MailDb *db, sqlite3_stmt *statement, GError **error)
{
  gboolean row;

  return mail_db_step (db, statement, &row, error);
}

void
mail_db_bind_text (sqlite3_stmt *statement, int parameter, const char *text)
{
  sqlite3_bind_text (statement, parameter, text, -1, SQLITE_STATIC);
}

void
mail_db_bind_id (sqlite3_stmt *statement, int parameter, gint64 id)
{
  if (id != 0)
    sqlite3_bind_int64 (statement, parameter, id);
  else
    sqlite3_bind_null (statement, parameter);
}

char *
mail_db_dup_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}
