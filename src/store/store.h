/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/change.h"

/* One account's mail on this computer: SQLite in WAL mode, `mail.db` in the account's folder. One thread writes, one reads;
 * nobody else touches the database. All calls but the _async ones block and may come from any thread but the store's own.
 *
 * Errors: STORE, STORE_NEWER, DISK_FULL, NOT_FOUND, and what a job itself sets. */
typedef struct _MailStore MailStore;

/* A connection as a job sees it. */
typedef struct _MailDb MailDb;

/* A job runs on the writer thread inside one transaction (FALSE with @error: rolled back), or on the reader thread inside
 * one read transaction. It uses @db only while it runs and never waits for anything. */
typedef gboolean (*MailStoreJob) (MailDb *db, gpointer data, GError **error);

/* For a job whose outcome another one asks for: *@done becomes FALSE before the next job runs if this one is not committed. */
void mail_store_reset_unless_committed (MailDb *db, gboolean *done);

/* Opens or creates the store in @directory, migrates it to the newest schema (a copy of an older one is not needed: each
 * migration is one transaction). STORE_NEWER leaves it as it is. A second process that has it open: STORE_IN_USE.
 * STORE_DAMAGED: what is there is no store, and is left as it is. */
MailStore *mail_store_open (const char *directory, GError **error);

/* TRUE when somebody has the store in @directory open. */
gboolean mail_store_is_in_use (const char *directory);
/* Whether the store in @directory can be opened, without doing so: nothing is written, and who uses it does not matter. TRUE where
 * there is none yet. */
gboolean mail_store_examine (const char *directory, GError **error);

/* Finishes the jobs that wait, ends the threads, frees. */
void mail_store_close (MailStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailStore, mail_store_close)

/* Durable when it returns TRUE: synchronous=FULL. */
gboolean mail_store_write (MailStore *store, MailStoreJob job, gpointer data, GError **error);
gboolean mail_store_read (MailStore *store, MailStoreJob job, gpointer data, GError **error);

/* Queues a write and returns at once, so that the next batch can be fetched while this one is written. The ticket must be
 * waited for exactly once, by any thread; TRUE = committed and durable. */
typedef struct _MailStoreTicket MailStoreTicket;
MailStoreTicket *mail_store_submit (MailStore *store, MailStoreJob job, gpointer data);
gboolean mail_store_wait (MailStoreTicket *ticket, GError **error);

/* For the main thread: the callback runs in the thread-default context of the caller, after @data was used and before
 * @destroy is called on it. */
void mail_store_write_async (MailStore *store,
                             MailStoreJob job,
                             gpointer data,
                             GDestroyNotify destroy,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
void mail_store_read_async (MailStore *store,
                            MailStoreJob job,
                            gpointer data,
                            GDestroyNotify destroy,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean mail_store_finish (GAsyncResult *result, GError **error);

/* Called after each COMMIT that changed something, in @context (NULL: the default one), in the order of commits. One listener;
 * NULL takes it away. Without one, no change is kept. */
typedef void (*MailStoreChangedFunc) (const MailChange *change, gpointer user_data);
void mail_store_set_listener (MailStore *store,
                              GMainContext *context,
                              MailStoreChangedFunc func,
                              gpointer user_data);
