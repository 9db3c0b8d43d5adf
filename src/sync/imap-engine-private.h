/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/mailbox-info.h"
#include "core/op.h"
#include "sync/imap-engine.h"
#include "sync/imap-suspects.h"

typedef struct _MailImapWatch MailImapWatch;

/* What the files that make up the IMAP engine share. Everything belongs to the thread that uses the engine. */
struct _MailImapEngine
{
  GObject parent_instance;

  MailAccountConfig *config;
  MailStore *store;          /* NULL: measures only */
  MailImapSession *session;  /* NULL: closed */
  MailImapCaps caps;         /* what the session offers, less the mask */
  MailImapCaps mask;
  guint ahead_losses;        /* connections in a row that ended while something was sent ahead: this server may not bear it, */
  gint64 ahead_after;        /* so that nothing is until then */
  gboolean unsettled;        /* the connection changed in the middle of a sync: what was told in between is not known */
  guint32 selected_validity; /* UIDVALIDITY of the selected mailbox */
  MailFlags lasting_flags;   /* that the selected mailbox keeps; 0 with lasting_keywords FALSE: not told, so all of them */
  gboolean lasting_keywords; /* and it takes new keywords */
  MailImapWatch *watch;      /* what waiting for news is about */
  char *facts_kept;          /* what of the server is in the store already, */
  MailImapCaps used_kept;    /* which extensions were put to use, */
  guint64 traffic_kept;      /* and what was said over the connection by then */
  GPtrArray *problems;       /* MailProblem, for take_problems */
  GPtrArray *alerts;         /* char *; the session adds to it */
  GHashTable *alerts_told;   /* char * */
  GHashTable *stale;         /* mailbox ids (gint64) whose UIDs something waits for to be read anew */
  GHashTable *unfillable;    /* message ids (gint64) whose body the server did not give since it was connected */
  GHashTable *named;         /* mailbox ids (gint64) that have no row to be named, or refused, since it was connected */
  guint naming_failures;     /* in a row */
  MailImapSuspects *suspects;
  guint put_off;             /* replays in a row in which the server put something off */
  guint carried;             /* operations that were carried over to new UIDs, and not tried since */
  MailCredentials *credentials; /* of the last sign-in; NULL: none yet */
  MailImapLink assumed_link; /* in place of the one that is measured; its rate is 0: none */
  guint64 fill_rate;         /* bytes a second that the last batch of bodies reached; 0 = not known */
  MailFillWish wish;
  gint64 noted_rate;         /* the rate that the store knows; 0 = none of this engine */
  guint64 piece_length;      /* what the next piece of something large should have; 0 = not known */
  gint64 pieces_seen;        /* when pieces were looked through for what nobody waits for any more; 0 = not known */
  gboolean no_pieces;        /* this server's pieces are not what they should be */
  MailBreakFunc breaks;      /* NULL: nobody wants any */
  gpointer breaks_data;
  gboolean syncing;          /* what is under way bears breaks */
  gboolean in_break;
  gboolean by_news;          /* what is under way was asked for by the server's news */
  MailPieceFunc watch_piece; /* NULL: nobody watches */
  gpointer watch_data;
  gboolean stopped;          /* who watched waits no more: the call was given up between two commands, the session is fine */
};

/* One call of the engine, such as sync() or fill(): what it hands down, and where its error goes. */
typedef struct
{
  MailImapEngine *engine;
  MailSyncResult *result;
  MailProgressFunc progress;
  gpointer user_data;
  GCancellable *cancellable;
  GError *failure; /* the callee's, looked at by the engine before it rises */
} MailImapPass;

/* Opens a new connection in place of one that died. FALSE when that does not work, then there is none. */
gboolean mail_imap_engine_reopen (MailImapEngine *engine, GCancellable *cancellable);

/* TRUE when the connection died with @failure, and over nothing but what was asked just now: nothing else was sent ahead. */
gboolean mail_imap_engine_died_alone (const MailImapEngine *engine, const GError *failure);

/* To be called with each error of the session: frees a session that the error killed. */
void mail_imap_engine_check_session (MailImapEngine *engine, const GError *error);

/* TRUE for a refusal that concerns the one mailbox that was to be selected, now ([INUSE], [UNAVAILABLE]) or for good ([NOPERM],
 * [NONEXISTENT]): others can be worked on. */
gboolean mail_imap_engine_is_of_mailbox (const GError *error);

/* TRUE when the server cannot or will not do what it was asked: there is another way, or one can do without. */
gboolean mail_imap_engine_is_declined (const GError *error);

/* The same, or not now: the session goes on. */
gboolean mail_imap_engine_is_no (const GError *error);

/* Sets @error to UNREADABLE with the name of the message and @why. */
void mail_imap_engine_set_unreadable (MailImapEngine *engine,
                                      gint64 mailbox_id,
                                      guint32 uid,
                                      const char *why,
                                      GError **error);

/* Notes that @what was refused, for a person; the same is told once at a time. */
void mail_imap_engine_report (MailImapEngine *engine, const GError *error, MailProblemRadius radius);
/* The same for an operation that began in @mailbox, or changes it. */
void mail_imap_engine_report_refused (MailImapEngine *engine, const GError *error, MailOpKind kind, const char *mailbox);

/* Lets done what a person waits for, in the middle of a sync; @mailbox (nullable) is selected again afterwards. */
gboolean mail_imap_engine_take_break (const MailImapPass *pass, const MailMailboxInfo *mailbox, GError **error);

void mail_imap_engine_progress (const MailImapPass *pass, MailPhase phase, gint64 mailbox_id, guint done, guint total);

/* Selects the mailbox unless it is selected. @status (nullable) forces a fresh SELECT and takes its figures. Without
 * @status a UIDVALIDITY other than the stored one is BUSY: nothing may be done to old UIDs before a sync.
 * None at all is REFUSED. */
gboolean mail_imap_engine_select (MailImapEngine *engine,
                                  const MailMailboxInfo *mailbox,
                                  MailImapStatus *status,
                                  GCancellable *cancellable,
                                  GError **error);

/* A fresh SELECT that with QRESYNC brings what changed since the last complete look; see mail_imap_session_select_qresync().
 * REFUSED without a UIDVALIDITY. */
gboolean mail_imap_engine_select_resync (MailImapEngine *engine,
                                         const MailMailboxInfo *mailbox,
                                         MailImapStatus *status,
                                         GArray *vanished,
                                         MailImapFetchFunc func,
                                         gpointer user_data,
                                         GCancellable *cancellable,
                                         GError **error);

/* MailMailboxInfo of the store, with the name that the server knows. */
GPtrArray *mail_imap_engine_load_mailboxes (MailImapEngine *engine, GError **error);
MailMailboxInfo *mail_imap_engine_load_mailbox (MailImapEngine *engine, gint64 id, GError **error);
