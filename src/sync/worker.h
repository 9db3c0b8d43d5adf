/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/problem.h"
#include "sync/engine.h"

/* An account's thread: opens the engine, replays, syncs, fills, waits for news; a person's requests go first, then operations, then
 * background work; back-off after failures (8 s, 30 s, 2 min, 5 min, 15 min; at once when the network returns or somebody asks).
 * Made and used on the main thread; signals are emitted there. */
#define MAIL_TYPE_SYNC_WORKER (mail_sync_worker_get_type ())
G_DECLARE_FINAL_TYPE (MailSyncWorker, mail_sync_worker, MAIL, SYNC_WORKER, GObject)

typedef enum
{
  MAIL_WORKER_STOPPED,
  MAIL_WORKER_WORKING,
  MAIL_WORKER_UP_TO_DATE,
  MAIL_WORKER_OFFLINE,   /* no network, or the person chose so */
  MAIL_WORKER_WAITING,   /* backing off after a problem; see "problem" */
  MAIL_WORKER_NEEDS_YOU, /* password, certificate: will not try again by itself */
} MailWorkerState;

/* Signals:
 * "state" (MailWorkerState)
 * "progress" (const MailProgress *)
 * "problem" (const MailProblem *, nullable: solved; const MailCertificate *, nullable: with a certificate problem)
 * "alert" (const char *): what the server asked to be shown; see mail_engine_take_alerts()
 * "new-mail" (gint64 mailbox_id, GArray * of gint64 ids): unseen messages that a sync after the first brought to the inbox or to
 * a mailbox that a person watches
 * "part-progress" (gint64 message_id, const char *section, guint64 done, guint64 total): octets of something large that fetch
 *   brings; @section as it was asked for
 * "synced" (const MailSyncResult *)
 * "replayed" (const MailSyncResult *): operations that waited are over, outside of a sync */
MailSyncWorker *mail_sync_worker_new (const MailAccountConfig *config, MailStore *store);

/* The thread begins; without credentials it reports NO_PASSWORD and waits for them. */
void mail_sync_worker_start (MailSyncWorker *worker);
/* Cancels what is under way, ends and joins the thread. Waits at most for the store. After mail_sync_worker_quit() any thread
 * may call it. */
void mail_sync_worker_stop (MailSyncWorker *worker);
/* The part of stopping that waits for nothing. */
void mail_sync_worker_quit (MailSyncWorker *worker);

void mail_sync_worker_set_credentials (MailSyncWorker *worker, const MailCredentials *credentials);
void mail_sync_worker_set_config (MailSyncWorker *worker, const MailAccountConfig *config);
/* FALSE: as if there were no network. */
void mail_sync_worker_set_online (MailSyncWorker *worker, gboolean online);
/* Sync now, ending any back-off; what was set aside is tried once more, and what was told of single messages is over. */
void mail_sync_worker_sync_now (MailSyncWorker *worker);
/* New operation rows are in the store. */
void mail_sync_worker_wake (MailSyncWorker *worker);

/* Ids (gint64) of the mailboxes that are open in a window: their news are looked for, too. */
void mail_sync_worker_set_open_mailboxes (MailSyncWorker *worker, const GArray *mailbox_ids);

/* mail_engine_fetch() on the worker, before everything else. IMAP accounts open a second connection for this while a long
 * batch runs. */
void mail_sync_worker_fetch_async (MailSyncWorker *worker,
                                   gint64 message_id,
                                   const char *section,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean mail_sync_worker_fetch_finish (MailSyncWorker *worker, GAsyncResult *result, GError **error);

/* mail_engine_search() on the worker, at the same place. finish: (transfer full). */
void mail_sync_worker_search_async (MailSyncWorker *worker,
                                    const MailQuery *query,
                                    gint64 mailbox_id,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
MailSearch *mail_sync_worker_search_finish (MailSyncWorker *worker, GAsyncResult *result, GError **error);

/* Everything that is to be kept here is brought here, whatever its age (MailFillWish): ends when all that the server gives is here,
 * or with what ended that. Progress is told by "progress". One at a time: EXISTS. */
void mail_sync_worker_prepare_async (MailSyncWorker *worker,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean mail_sync_worker_prepare_finish (MailSyncWorker *worker, GAsyncResult *result, GError **error);

/* Compares a mailbox, or all (@mailbox_id 0), with the server and puts right what differs; @found: what that was. When what was
 * asked for before is done; progress is told by "progress". One at a time: EXISTS. Cancelled between two mailboxes, or within a
 * large one. */
void mail_sync_worker_audit_async (MailSyncWorker *worker,
                                   gint64 mailbox_id,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean mail_sync_worker_audit_finish (MailSyncWorker *worker, GAsyncResult *result, MailAuditResult *found, GError **error);

MailWorkerState mail_sync_worker_get_state (MailSyncWorker *worker);
/* *@open: connections in use for reading. *@learnt: how many the server lets in at a time, as its refusals taught; 0 = it refused
 * none. */
void mail_sync_worker_get_connections (MailSyncWorker *worker, guint *open, guint *learnt);
