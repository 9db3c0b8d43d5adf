/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/certificate.h"
#include "sync/worker.h"

/* What a person waits for. */
typedef struct
{
  gint64 message_id;
  char *section;
  GTask *task;
} MailFetchRequest;

struct _MailSyncWorker
{
  GObject parent_instance;

  MailStore *store;
  GMainContext *context; /* where signals are emitted */
  GThread *thread;
  GNetworkMonitor *monitor;
  gulong network_changed;

  GMutex lock;
  GCond cond;
  /* All below is guarded by the lock. */
  MailAccountConfig *config;
  MailCredentials *credentials; /* NULL: not known */
  MailWorkerState state;
  gboolean stop;
  gboolean offline;          /* the person, or the window, said so */
  gboolean needs_you;        /* nothing is tried before the person did something */
  gboolean settings_changed; /* the engine has to be made anew */
  gboolean reconnect;        /* the network changed under a connection that only waited */
  gboolean sync_wanted;
  gboolean asked;            /* that sync is a person's wish */
  gboolean replay_wanted;
  gboolean busy;             /* the thread is at work, not waiting */
  guint failures;            /* in a row */
  gint64 retry_at;           /* mail_clock_now() at which back-off ends; counts while failures > 0 */
  GQueue requests;           /* MailFetchRequest */
  GCancellable *wake;        /* ends a wait */
  GCancellable *work;        /* ends what is under way */
  GThread *interactive;      /* serves requests over a second connection */
  gboolean interactive_ended;
  gint64 no_second_before;   /* the server did not let a second connection in */

  /* Belongs to the thread. */
  MailEngine *engine;
  gboolean established;      /* this connection has come to rest, or has brought messages: when it dies, a new one may do */
  gboolean fill_wanted;
  gboolean renumbered;       /* a sync was asked for because UIDs were stale */
  gboolean has_problem;
  guint idle_most;           /* seconds after which this server has not hung up yet */
  MailPhase phase;           /* of the progress told last */
  gint64 phase_begun;
  guint phase_done;
  gint64 progress_told;
};

/* The thread's function. */
gpointer mail_sync_worker_run (gpointer worker);

/* Emissions, from any thread; delivered in the worker's context in this order. */
void mail_sync_worker_emit_state (MailSyncWorker *worker, MailWorkerState state);
void mail_sync_worker_emit_progress (MailSyncWorker *worker, const MailProgress *progress);
/* Both are taken over. */
void mail_sync_worker_emit_problem (MailSyncWorker *worker, MailProblem *problem, MailCertificate *certificate);
/* @alert is copied. */
void mail_sync_worker_emit_alert (MailSyncWorker *worker, const char *alert);
/* Tells what the engine heard. */
void mail_sync_worker_tell_alerts (MailSyncWorker *worker, MailEngine *engine);
/* @ids is taken over. */
void mail_sync_worker_emit_new_mail (MailSyncWorker *worker, gint64 mailbox_id, GArray *ids);
void mail_sync_worker_emit_synced (MailSyncWorker *worker, const MailSyncResult *result);
void mail_sync_worker_register_signals (GType type);

/* With the lock held: starts the second connection's thread when a request would have to wait for a batch. */
void mail_sync_worker_ensure_interactive (MailSyncWorker *worker);

/* Ends a request. @error (nullable) is copied. */
void mail_fetch_request_complete (MailFetchRequest *request, const GError *error);
/* With the lock held. */
void mail_sync_worker_fail_requests (MailSyncWorker *worker, const GError *error);
