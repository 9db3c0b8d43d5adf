/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"
#include "core/credentials.h"
#include "core/problem.h"
#include "store/store.h"
#include "sync/search.h"

/* What an account can do, whatever its protocol. Blocking; belongs to one worker thread. */
#define MAIL_TYPE_ENGINE (mail_engine_get_type ())
G_DECLARE_INTERFACE (MailEngine, mail_engine, MAIL, ENGINE, GObject)

typedef enum
{
  MAIL_ENGINE_CAN_PUSH = 1 << 0,         /* news arrive by themselves */
  MAIL_ENGINE_CAN_FETCH_PARTS = 1 << 1,
  MAIL_ENGINE_HAS_SERVER_FLAGS = 1 << 2,
  MAIL_ENGINE_HAS_SERVER_MAILBOXES = 1 << 3,
  MAIL_ENGINE_HEARS_ALL = 1 << 4,        /* news of every mailbox arrive by themselves, as long as it is open */
} MailEngineCan;

/* What one full pass did. */
typedef struct
{
  guint mailboxes;
  guint fetched;     /* message rows that are new here */
  guint bodies;      /* whole messages that are new here */
  guint left_out;    /* mailboxes that whole messages could not be asked for in: to be tried again after the next sync */
  guint expunged;    /* rows that went because the server's message went */
  guint flags;       /* rows whose flags changed */
  guint operations;  /* operations that the server carried out */
  guint operations_untold; /* of these: the server did not say where that led to, which a look will show */
  guint operations_failed;
  guint operations_later; /* that the server put off: to be tried again after a while, */
  guint later_seconds;    /* of at least this many seconds; 0 = it named none */
  gboolean renumbered;    /* operations, or whole messages, wait until a sync has read UIDs anew */
  gboolean room_made;     /* operations that waited for room at the server can go on */
  guint64 bytes_in;
  guint round_trips; /* since sign-in */
  gboolean facts_changed; /* of what is known of the server */
  guint quota_warning; /* percent of the server's room that were crossed upwards since the last time; 0 = none */
} MailSyncResult;

typedef enum
{
  MAIL_PHASE_CONNECTING,
  MAIL_PHASE_OPERATIONS,
  MAIL_PHASE_MAILBOXES,
  MAIL_PHASE_HEADERS,
  MAIL_PHASE_BODIES,
  MAIL_PHASE_AUDIT,
  MAIL_PHASE_IDLE,
} MailPhase;

typedef struct
{
  MailPhase phase;
  gint64 mailbox_id;   /* 0 = none in particular */
  guint done;          /* messages */
  guint total;         /* 0 = not known */
  guint seconds_left;  /* 0 = not known */
  guint64 bytes_left;  /* 0 = not known */
} MailProgress;

/* Called on the worker thread; must not block. */
typedef void (*MailProgressFunc) (const MailProgress *progress, gpointer user_data);

/* What fill() is to bring, beside what the settings say. */
typedef struct
{
  gboolean everything; /* a person prepares to be offline: of all mailboxes but those that are not to be kept at all */
  gint64 open_id;      /* a mailbox that a person looks at comes first; 0 = none */
} MailFillWish;

/* Called on the thread of the engine with how far it is, in octets or messages; must not block. FALSE: nobody waits any more, the
 * call may end. */
typedef gboolean (*MailPieceFunc) (guint64 done, guint64 total, gpointer user_data);

/* Called on the thread of the engine in the middle of sync(), between two commands: what a person waits for may be done here, with
 * mail_engine_fetch(), mail_engine_replay() and the like. FALSE with @error ends the sync: the connection is gone. */
typedef gboolean (*MailBreakFunc) (gpointer user_data, GError **error);

typedef enum
{
  MAIL_ENGINE_WAIT_NEWS,    /* the server has something new: mail_engine_sync_news() */
  MAIL_ENGINE_WAIT_LOOK,    /* it says that more is new than it tells: mail_engine_sync() */
  MAIL_ENGINE_WAIT_ELAPSED, /* the time is over */
  MAIL_ENGINE_WAIT_WORK,    /* @wake was cancelled */
} MailEngineWait;

/* What the wizard and `account check` show of a mailbox. 0 or -1 fields mean "not told". */
typedef struct
{
  GStrv capabilities;
  guint mailboxes;
  guint64 messages;        /* all mailboxes (IMAP), the drop (POP) */
  guint64 inbox_messages;
  gint64 bytes;            /* -1 = not told */
  guint64 quota_used;
  guint64 quota_limit;
  guint64 quota_messages;
  guint64 quota_messages_limit;
  gboolean has_push;
  gboolean has_uidl;
} MailFigures;

void mail_figures_free (MailFigures *figures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailFigures, mail_figures_free)

/* What an audit found, and put right. */
typedef struct
{
  guint mailboxes;
  guint messages;
  guint missing;     /* messages that had no row */
  guint extra;       /* rows of which the server knew nothing */
  guint flags;       /* rows with other flags than their message */
  guint misnumbered; /* rows that stood for another message */
} MailAuditResult;

struct _MailEngineInterface
{
  GTypeInterface parent;

  MailEngineCan (*get_can) (MailEngine *engine);
  gboolean (*open) (MailEngine *engine, const MailCredentials *credentials, GCancellable *cancellable, GError **error);
  void (*close) (MailEngine *engine);
  void (*drop) (MailEngine *engine);                /* may be NULL: as close */
  gboolean (*is_open) (MailEngine *engine);
  gboolean (*replay) (MailEngine *engine, MailSyncResult *result, GCancellable *cancellable, GError **error);
  gboolean (*sync) (MailEngine *engine,
                    MailSyncResult *result,
                    MailProgressFunc progress,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error);
  gboolean (*sync_news) (MailEngine *engine,        /* may be NULL: as sync */
                         MailSyncResult *result,
                         MailProgressFunc progress,
                         gpointer user_data,
                         GCancellable *cancellable,
                         GError **error);
  gboolean (*fill) (MailEngine *engine,
                    MailSyncResult *result,
                    gboolean *more,
                    MailProgressFunc progress,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error);
  gboolean (*fetch) (MailEngine *engine,
                     gint64 message_id,
                     const char *section,
                     GCancellable *cancellable,
                     GError **error);
  void (*prepare) (MailEngine *engine, gint64 message_id, GCancellable *cancellable); /* may be NULL: nothing helps */
  gboolean (*search) (MailEngine *engine,           /* may be NULL: there is nobody to ask */
                      MailSearch *search,
                      GCancellable *cancellable,
                      GError **error);
  void (*watch) (MailEngine *engine, const GArray *mailbox_ids); /* may be NULL: only waits for the time */
  gboolean (*wait) (MailEngine *engine,
                    guint seconds,
                    GCancellable *wake,
                    MailEngineWait *why,
                    GCancellable *cancellable,
                    GError **error);
  gboolean (*measure) (MailEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error);
  gboolean (*audit) (MailEngine *engine,            /* may be NULL: there is nothing to compare */
                     gboolean thorough,
                     MailAuditResult *result,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*audit_mailbox) (MailEngine *engine,    /* may be NULL: there is nothing to compare */
                             gint64 mailbox_id,
                             MailPieceFunc func,
                             gpointer user_data,
                             MailAuditResult *result,
                             GCancellable *cancellable,
                             GError **error);
  GPtrArray *(*take_problems) (MailEngine *engine); /* may be NULL: never any */
  GPtrArray *(*take_alerts) (MailEngine *engine);   /* may be NULL: never any */
  void (*retry) (MailEngine *engine);               /* may be NULL: nothing is set aside */
  void (*set_fill) (MailEngine *engine, const MailFillWish *wish); /* may be NULL: nothing comes in the background */
  void (*set_breaks) (MailEngine *engine, MailBreakFunc func, gpointer user_data); /* may be NULL: a sync is done in one go */
  void (*watch_fetch) (MailEngine *engine, MailPieceFunc func, gpointer user_data); /* may be NULL: nothing comes in pieces */
};

/* (transfer full): the engine for config->mode. @store may be NULL for an engine that only measures (the
 * wizard). */
MailEngine *mail_engine_new (const MailAccountConfig *config, MailStore *store);

MailEngineCan mail_engine_get_can (MailEngine *engine);

/* Connects and signs in; already open: nothing happens. */
gboolean mail_engine_open (MailEngine *engine,
                           const MailCredentials *credentials,
                           GCancellable *cancellable,
                           GError **error);
void mail_engine_close (MailEngine *engine);
/* Ends a connection at whose other end nobody may be, without a word. */
void mail_engine_drop (MailEngine *engine);
gboolean mail_engine_is_open (MailEngine *engine);

/* Carries out waiting operations, in order. TRUE when all that could be done is done; what the server
 * refuses is dropped here,
 * its true state taken over, and counted in operations_failed. */
gboolean mail_engine_replay (MailEngine *engine, MailSyncResult *result, GCancellable *cancellable, GError **error);

/* Mailboxes, new, changed and expunged messages: headers (IMAP) or the download with retention (POP).
 * After TRUE a second call with no
 * news changes no row and moves no message. */
gboolean mail_engine_sync (MailEngine *engine,
                           MailSyncResult *result,
                           MailProgressFunc progress,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error);

/* Only the mailboxes that the last mail_engine_wait() told of. After FALSE only mail_engine_sync() finds what was news. */
gboolean mail_engine_sync_news (MailEngine *engine,
                                MailSyncResult *result,
                                MailProgressFunc progress,
                                gpointer user_data,
                                GCancellable *cancellable,
                                GError **error);

/* One batch of whole messages in the background, as the offline setting says; *more when there is another. So a person's request
 * waits for one batch at most. A message over which the connection dies is set aside after a while (take_problems() tells);
 * until then the connection may be gone after TRUE, to be opened again for the next batch. */
gboolean mail_engine_fill (MailEngine *engine,
                           MailSyncResult *result,
                           gboolean *more,
                           MailProgressFunc progress,
                           gpointer user_data,
                           GCancellable *cancellable,
                           GError **error);

/* What a person waits for. @section NULL: enough to show the text; "*": the whole message; "2": that
 * attachment. Stored; read it
 * from the store. */
gboolean mail_engine_fetch (MailEngine *engine,
                            gint64 message_id,
                            const char *section,
                            GCancellable *cancellable,
                            GError **error);

/* Does what can be done before fetch(); whatever went wrong with that, fetch() tells. @message_id 0: nothing. */
void mail_engine_prepare (MailEngine *engine, gint64 message_id, GCancellable *cancellable);

/* Asks the server, and the rows where it cannot be asked; search->searched tells. What it found and what has no row here yet is not
 * among the found. UNSUPPORTED where there is no server to ask (POP): mail_search_here(). */
gboolean mail_engine_search (MailEngine *engine, MailSearch *search, GCancellable *cancellable, GError **error);

/* What fill() is to bring from now on. */
void mail_engine_set_fill (MailEngine *engine, const MailFillWish *wish);

/* From now on sync() and sync_news() call @func (nullable) as often as they can. A replay in a break leaves changes of mailboxes
 * for later: the sync goes over them. */
void mail_engine_set_breaks (MailEngine *engine, MailBreakFunc func, gpointer user_data);

/* From now on @func (nullable) is told how far fetch() is with something large. */
void mail_engine_watch_fetch (MailEngine *engine, MailPieceFunc func, gpointer user_data);

/* Mailboxes (gint64 ids) that are open in a window: waiting tells of their news as it does of the inbox and of those that a person
 * watches. */
void mail_engine_watch (MailEngine *engine, const GArray *mailbox_ids);

/* Waits for news at most @seconds: what the server pushes, and a calm round over watched mailboxes of which it does not tell; or
 * just the time. With 0 seconds it only looks what is new by now. */
gboolean mail_engine_wait (MailEngine *engine,
                           guint seconds,
                           GCancellable *wake,
                           MailEngineWait *why,
                           GCancellable *cancellable,
                           GError **error);

/* Read-only figures. @figures is zeroed by the caller. */
gboolean mail_engine_measure (MailEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error);

/* Compares what is here with the server and puts right what differs; see sync/imap-audit.h. @thorough: everything; otherwise the
 * one mailbox whose day has come, if any, which is cheap. @result is added to. */
gboolean mail_engine_audit (MailEngine *engine,
                            gboolean thorough,
                            MailAuditResult *result,
                            GCancellable *cancellable,
                            GError **error);

/* The same, thoroughly, for one mailbox; one that no sync looks at is left out. @func (nullable) is told how many messages were
 * compared so far; when it says that nobody waits any more, the call ends as cancelled. */
gboolean mail_engine_audit_mailbox (MailEngine *engine,
                                    gint64 mailbox_id,
                                    MailPieceFunc func,
                                    gpointer user_data,
                                    MailAuditResult *result,
                                    GCancellable *cancellable,
                                    GError **error);

/* A person asks: what was set aside may be tried once more. */
void mail_engine_retry (MailEngine *engine);

/* (transfer full): MailProblem for each thing that went wrong without ending a call, such as an operation that the server
 * refused, since the last time; empty when there was none. */
GPtrArray *mail_engine_take_problems (MailEngine *engine);

/* (transfer full): char *, what the server asked to be shown to a person since the last time, each text once. It may have come with
 * a sign-in that failed. Clean (core/server-text.h), and plain text. */
GPtrArray *mail_engine_take_alerts (MailEngine *engine);
