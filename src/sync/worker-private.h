/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/certificate.h"
#include "sync/sleep.h"
#include "sync/worker.h"

/* What a person waits for: a message's text or part, or a search. */
typedef struct
{
  gint64 message_id;
  char *section;
  MailSearch *search; /* NULL: the message is to be fetched */
  gboolean stale;     /* waits, or waited, until a sync has read the UIDs of its mailbox anew */
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
  gulong metered_changed;
  MailSleep *sleep;
  gulong sleep_comes;
  gulong wakes_up;

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
  gboolean reconnect;        /* the network changed under the connection: it may be dead without anybody noticing */
  gboolean asleep;           /* this computer goes to sleep: nothing is begun */
  gboolean farewell;         /* sleep is held back until the thread has said goodbye, */
  gboolean second_farewell;  /* and the second connection's thread */
  gint64 quick_until;        /* monotonic time up to which failures are passing: the network is only coming up */
  gboolean sync_wanted;
  gboolean news_wanted;      /* only of the mailboxes that the wait told of */
  gboolean asked;            /* that sync is a person's wish */
  gboolean replay_wanted;
  gboolean busy;             /* the thread is at work, not waiting */
  guint failures;            /* in a row */
  gint64 retry_at;           /* mail_clock_now() at which back-off ends; counts while failures > 0 */
  guint retry_pause;         /* seconds that it lasts */
  gint64 replay_at;          /* mail_clock_now() at which operations that the server put off are tried again; 0 = there are none */
  GArray *open;              /* gint64 ids of mailboxes that are open in a window */
  GQueue requests;           /* MailFetchRequest */
  GQueue stale;              /* the same, of mailboxes whose UIDs a sync has to read anew first */
  GTask *prepare;            /* a person prepares to be offline; NULL: nobody does */
  gboolean prepare_synced;   /* since that began */
  GTask *audit;              /* a person wants everything to be compared with the server; NULL: nobody does */
  GCancellable *wake;        /* ends a wait */
  GCancellable *work;        /* ends what is under way */
  GThread *interactive;      /* serves requests over a second connection */
  gboolean interactive_ended;
  gint64 no_second_before;   /* mail_clock_now(): the server did not let a second connection in */
  guint connections_most;    /* what its refusals taught; 0 = nothing */

  /* Belongs to the thread. */
  MailEngine *engine;
  gboolean established;      /* this connection has come to rest, or has brought messages: when it dies, a new one may do */
  gint64 opened;             /* monotonic time at which it was made */
  gboolean tried_again;      /* one died young and was followed at once; the next one that does is not */
  gboolean fill_wanted;
  gboolean fill_put_off;      /* until the next sync: a mailbox could not be asked */
  gint64 looked;             /* mail_clock_now(): when it was last asked what is new, */
  gint64 synced;             /* and everything last looked at */
  gboolean renumbered;       /* a sync was asked for because UIDs were stale */
  gboolean replayed_in_break; /* while a sync went on, so that not everything could be done */
  gboolean has_problem;
  guint put_off;             /* replays in a row after which the server wanted to see some operations later */
  MailPhase phase;           /* of the progress told last */
  gint64 phase_begun;
  guint phase_done;
  gint64 progress_told;
};

/* The thread's function. */
gpointer mail_sync_worker_run (gpointer worker);

/* worker.c. With the lock held: who waits for something looks again. @also (nullable) is cancelled, too. */
void mail_sync_worker_rouse (MailSyncWorker *worker, GCancellable *also);

/* worker-run.c */
void mail_sync_worker_want (MailSyncWorker *worker, gboolean replay, gboolean sync);
void mail_sync_worker_set_state (MailSyncWorker *worker, MailWorkerState state); /* with the lock held */
void mail_sync_worker_tell_phase (MailSyncWorker *worker, MailPhase phase);
void mail_sync_worker_tell_audit (MailSyncWorker *worker, guint done, guint total);
void mail_sync_worker_note_success (MailSyncWorker *worker);
/* With the lock held: whether operations that the server put off are to be tried again by now. */
gboolean mail_sync_worker_is_replay_due (const MailSyncWorker *worker);

/* Whether the UIDs of a mailbox were stale, as the engine found and no server said: a sync reads them anew. */
gboolean mail_sync_worker_is_stale (MailEngine *engine, const GError *error);

/* worker-wait.c: the thread has nothing to do, and waits until it has. */
gboolean mail_sync_worker_wait (MailSyncWorker *worker, GCancellable *work, GError **error);
/* In the middle of something long: asks now and then what is new. */
gboolean mail_sync_worker_look (MailSyncWorker *worker, GCancellable *work, GError **error);
/* The engine hears which mailboxes are open in a window. */
void mail_sync_worker_tell_open (MailSyncWorker *worker);

/* worker-network.c: the main thread hears of sleep and of the network from here on; and no longer. */
void mail_sync_worker_follow_network (MailSyncWorker *worker);
void mail_sync_worker_unfollow_network (MailSyncWorker *worker);
/* The thread says goodbye before sleep. With the lock held, given up for a moment. */
void mail_sync_worker_say_goodbye (MailSyncWorker *worker);
/* What held sleep back need not any longer: *@farewell becomes FALSE. With the lock held. */
void mail_sync_worker_end_farewell (MailSyncWorker *worker, gboolean *farewell);

/* worker-connections.c: what was learnt in an earlier run. What another server taught is forgotten. */
void mail_sync_worker_load_connections (MailSyncWorker *worker);
/* The second connection was let in (@error NULL), or not. */
void mail_sync_worker_note_second (MailSyncWorker *worker, const GError *error);
void mail_sync_worker_note_first_refused (MailSyncWorker *worker, const GError *error);
/* With the lock held: whether there may be a second connection now, as far as anybody knows. */
gboolean mail_sync_worker_may_have_second (const MailSyncWorker *worker);

/* worker-news.c: the mailboxes of whose new mail a person hears, before a sync. */
typedef struct
{
  gint64 last_id;     /* messages above it are new */
  GArray *mailbox_ids; /* gint64; those that were never synchronised are left out: all of theirs is new */
} MailNewsMark;

gboolean mail_sync_worker_mark_news (MailSyncWorker *worker, MailNewsMark *mark, GError **error);
void mail_sync_worker_tell_new_mail (MailSyncWorker *worker, const MailNewsMark *mark);
void mail_news_mark_clear (MailNewsMark *mark);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MailNewsMark, mail_news_mark_clear)

/* Emissions, from any thread; delivered in the worker's context in this order. */
void mail_sync_worker_emit_state (MailSyncWorker *worker, MailWorkerState state);
void mail_sync_worker_emit_progress (MailSyncWorker *worker, const MailProgress *progress);
/* Both are taken over. */
void mail_sync_worker_emit_problem (MailSyncWorker *worker, MailProblem *problem, MailCertificate *certificate);
/* @alert is copied. */
void mail_sync_worker_emit_alert (MailSyncWorker *worker, const char *alert);
/* Tells what the engine heard. */
void mail_sync_worker_tell_alerts (MailSyncWorker *worker, MailEngine *engine);
void mail_sync_worker_emit_part_progress (MailSyncWorker *worker,
                                          gint64 message_id,
                                          const char *section,
                                          guint64 done,
                                          guint64 total);
/* @ids is taken over. */
void mail_sync_worker_emit_new_mail (MailSyncWorker *worker, gint64 mailbox_id, GArray *ids);
void mail_sync_worker_emit_synced (MailSyncWorker *worker, const MailSyncResult *result);
/* When a replay settled anything. */
void mail_sync_worker_emit_replayed (MailSyncWorker *worker, const MailSyncResult *result);
void mail_sync_worker_register_signals (GType type);

/* worker-offline.c: fetches what @request asks for, and tells how far it is. CANCELLED when nobody waits for it any more. */
gboolean mail_sync_worker_serve (MailSyncWorker *worker,
                                 MailEngine *engine,
                                 const MailFetchRequest *request,
                                 GCancellable *cancellable,
                                 GError **error);
/* Before a batch of whole messages. */
void mail_sync_worker_begin_fill (MailSyncWorker *worker);
/* A sync was done, so that what is missing is known; a batch was done, and there is @more, and @left_out mailboxes cannot be asked
 * now. */
void mail_sync_worker_prepare_synced (MailSyncWorker *worker);
void mail_sync_worker_prepare_filled (MailSyncWorker *worker, gboolean more, guint left_out);
/* With the lock held: the preparation, if there is one, ended. @error (nullable) is copied. */
void mail_sync_worker_end_prepare (MailSyncWorker *worker, const GError *error);

/* worker-audit.c: the next mailbox that is to be compared. */
gboolean mail_sync_worker_do_audit (MailSyncWorker *worker, GCancellable *work, GError **error);
/* With the lock held: the comparison, if there is one, ended. @error (nullable) is copied. */
void mail_sync_worker_end_audit (MailSyncWorker *worker, const GError *error);

/* With the lock held: starts the second connection's thread when a request would have to wait for a batch. */
void mail_sync_worker_ensure_interactive (MailSyncWorker *worker);

/* Whether who asked still waits for it. */
gboolean mail_fetch_request_is_wanted (const MailFetchRequest *request);
/* Ends a request. @error (nullable) is copied. */
void mail_fetch_request_complete (MailFetchRequest *request, const GError *error);
/* With the lock held. */
void mail_sync_worker_fail_requests (MailSyncWorker *worker, const GError *error);
