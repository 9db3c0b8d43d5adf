/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>

#include "store/store-journal.h"
#include "store/store.h"

/* One connection to the database. Private to store/: belongs to the thread that last called mail_db_own(). */

#define MAIL_DB_APPLICATION_ID 0x4d697376 /* "Misv" */
/* Half the writes of 4096 for bodies; from 16384 on, half-empty pages at the end of each body cost more than that saves. */
#define MAIL_DB_PAGE_SIZE 8192

/* @writable FALSE: the file exists and has its schema. */
MailDb *mail_db_open (const char *path, gboolean writable, GError **error);
void mail_db_close (MailDb *db);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailDb, mail_db_close)

/* Hands the connection to the calling thread. */
void mail_db_own (MailDb *db);

sqlite3 *mail_db_get_sqlite (MailDb *db);
/* The journal of the transaction under way. */
MailJournal *mail_db_get_journal (MailDb *db);

/* Runs @job in a transaction of its own: committed and, on a writable connection, durable when it returns TRUE; rolled back
 * otherwise. @with_rows: see mail_journal_begin(). */
gboolean mail_db_transact (MailDb *db, MailStoreJob job, gpointer data, gboolean with_rows, GError **error);

/* Writes the differences of figures that the journal still holds, so that a query sees them. */
gboolean mail_db_flush_figures (MailDb *db, GError **error);

/* Pages in the write-ahead log since it was last moved into the database. */
guint mail_db_get_wal_pages (MailDb *db);
/* Moves the log into the database as far as no reader is in the way. Failure is harmless: the log stays. */
void mail_db_checkpoint (MailDb *db);

/* Sets @error from SQLite's last one; always returns FALSE. */
gboolean mail_db_fail (MailDb *db, GError **error);

/* Several statements without parameters. */
gboolean mail_db_execute (MailDb *db, const char *sql, GError **error);

/* The statement for @sql, a string literal: prepared once per connection, with nothing bound. Let g_autoptr reset it. It must
 * not be in use already. */
sqlite3_stmt *mail_db_prepare (MailDb *db, const char *sql, GError **error);

static inline void
mail_db_reset (sqlite3_stmt *statement)
{
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, mail_db_reset)

/* The next row: *row FALSE at the end. */
gboolean mail_db_step (MailDb *db, sqlite3_stmt *statement, gboolean *row, GError **error);
/* Runs a statement that yields no rows. */
gboolean mail_db_finish (MailDb *db, sqlite3_stmt *statement, GError **error);

sqlite3_stmt *mail_db_prepare_ints (MailDb *db, const char *sql, const gint64 *values, guint count, GError **error);
gboolean mail_db_run_ints (MailDb *db, const char *sql, const gint64 *values, guint count, GError **error);

#define MAIL_DB_INTS(...) (const gint64[]) { __VA_ARGS__ }, sizeof ((const gint64[]) { __VA_ARGS__ }) / sizeof (gint64)

/* mail_db_query (db, error, "SELECT ... ?1 ... ?2", a, b): prepared, with integers bound to its parameters in order. */
#define mail_db_query(db, error, sql, ...) mail_db_prepare_ints (db, sql, MAIL_DB_INTS (__VA_ARGS__), error)
/* The same for a statement that yields no rows: runs it. */
#define mail_db_run(db, error, sql, ...) mail_db_run_ints (db, sql, MAIL_DB_INTS (__VA_ARGS__), error)

/* NULL binds NULL; @text must outlive the use of the statement. */
void mail_db_bind_text (sqlite3_stmt *statement, int parameter, const char *text);
/* 0 binds NULL. */
void mail_db_bind_id (sqlite3_stmt *statement, int parameter, gint64 id);
/* (transfer full) (nullable) */
char *mail_db_dup_text (sqlite3_stmt *statement, int column);
