/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-machine.h"
#include "imap/imap-quirks.h"
#include "imap/imap-session.h"
#include "net/connection.h"

typedef struct _MailImapCall MailImapCall;
typedef struct _MailImapAhead MailImapAhead;

struct _MailImapSession
{
  MailConnection *connection;
  MailImapMachine *machine;
  MailImapCaps caps;         /* what may be used */
  MailImapCaps masked;       /* never used, whatever the server offers */
  MailImapCaps used;         /* what was put to use */
  GStrv capability_names;    /* NULL: not known, or no longer */
  GHashTable *finished;      /* guint -> MailImapResponse: commands that ended and were not asked for yet */
  GHashTable *raw_names;     /* UTF-8 name -> name as the server sent it, where encoding would give another */
  gboolean listed;           /* LIST was answered over this connection: nothing older is learnt */
  GHashTable *append_limits; /* name -> GSIZE_TO_POINTER (octets), where a mailbox has one of its own */
  GPtrArray *namespaces;     /* MailImapNamespace; NULL: not told */
  char *server_name;         /* by ID; NULL: not told */
  guint64 append_limit;      /* the largest message that the server takes; 0 = none told */
  guint message_limit;       /* messages that it deals with in one command; 0 = any number */
  char *selected;
  guint32 selected_validity; /* its UIDVALIDITY */
  guint64 selected_modseq;   /* its HIGHESTMODSEQ, when it was selected */
  gboolean selected_read_only;
  char *lasting_keywords;
  GPtrArray *alerts;         /* char *; the opener's, or NULL */
  gboolean distrusted;       /* TLS is still to come: no alert is believed */
  MailImapNews news;
  GPtrArray *reflagged;      /* MailImapFetch: flags that were told with their UID, and that nobody took */
  GHashTable *told;          /* name -> MailImapStatus: what NOTIFY told and nobody took */
  gboolean notifying;
  gboolean list_changed;     /* what NOTIFY told besides */
  gboolean notify_lost;
  MailImapQuirks quirks;
  guint idles_ended;         /* in a row, by the server, which had nothing to tell */
  guint round_trips;
  MailImapLink link;
  gboolean utf8;
  gboolean literal_utf8;     /* UTF8=ACCEPT is enabled: APPEND marks messages with 8-bit headers */
  gboolean rev2;             /* IMAP4rev2 is enabled */
  gboolean uid_only;         /* UIDONLY is enabled */
  gboolean is_open;          /* signed in, and settled */
  gboolean dead;
  GQueue ahead;              /* MailImapAhead: commands that were sent before their turn, in order */
  gsize ahead_octets;        /* about so many they are */
  gboolean going_ahead;      /* one is being sent */
  gboolean ahead_open;       /* the answer to one was not read to its end yet */
  gboolean ahead_refused;    /* the server did not understand one */
  gboolean strayed;          /* another mailbox may be selected there than @selected */
  MailImapCall *call;        /* that is running */
};

/* Sees each untagged response, borrowed, after the session itself. FALSE with @error set kills the session. */
typedef gboolean (*MailImapDataFunc) (MailImapSession *session,
                                      MailImapResponse *response,
                                      gpointer user_data,
                                      GError **error);

struct _MailImapCall
{
  MailImapDataFunc func;
  gpointer user_data;
  GCancellable *cancellable;
};

/* A command with the session's ways of writing strings. */
MailImapWriter *mail_imap_session_command (const MailImapSession *session, const char *name);
/* Whether all of @cap may be used; it is noted as used then. */
gboolean mail_imap_session_use (MailImapSession *session, MailImapCaps cap);
/* A mailbox's name behind a space; and without one. */
void mail_imap_session_add_mailbox (const MailImapSession *session, MailImapWriter *writer, const char *name);
void mail_imap_session_add_name (const MailImapSession *session, MailImapWriter *writer, const char *name);

/* Queues @command; 0 with @error. Nothing is sent yet. */
guint mail_imap_session_submit (MailImapSession *session, MailImapWriter *command, GError **error);

/* Sends what is due and takes the next thing of what has arrived. Untagged data was told to the session and to @call. */
MailImapStep mail_imap_session_poll (MailImapSession *session,
                                     MailImapCall *call,
                                     MailImapResponse *response,
                                     guint *command,
                                     GError **error);
/* Waits for bytes from the server. */
gboolean mail_imap_session_receive (MailImapSession *session, GCancellable *cancellable, GError **error);
/* Both, until there is something: never NEED_INPUT. */
MailImapStep mail_imap_session_step (MailImapSession *session,
                                     MailImapCall *call,
                                     MailImapResponse *response,
                                     guint *command,
                                     GError **error);

/* Waits for the end of @command, whatever it is. FALSE only when the session died. */
gboolean mail_imap_session_wait (MailImapSession *session,
                                 guint command,
                                 MailImapCall *call,
                                 MailImapResponse *result,
                                 GError **error);

/* FALSE with the error that a tagged NO or BAD stands for. */
gboolean mail_imap_session_check (const MailImapResponse *result, const char *what, GError **error);

/* Submits, waits and checks; counts a round trip. @result may be NULL. */
gboolean mail_imap_session_run (MailImapSession *session,
                                MailImapWriter *command,
                                const char *what,
                                MailImapCall *call,
                                MailImapResponse *result,
                                GError **error);

/* (transfer full): with @modseq other than 0, what changed since is asked for (QRESYNC). */
MailImapWriter *mail_imap_session_write_select (MailImapSession *session,
                                                const char *mailbox,
                                                gboolean read_only,
                                                guint32 uidvalidity,
                                                guint64 modseq);

/* imap-ahead.c. *@number: that of this SELECT, when it was sent ahead and is to be finished now; else 0. What was sent before it
 * and not taken is dropped. FALSE only when the session died. */
gboolean mail_imap_session_take_select (MailImapSession *session,
                                        const char *mailbox,
                                        guint32 uidvalidity,
                                        guint64 modseq,
                                        guint *number,
                                        GCancellable *cancellable,
                                        GError **error);
/* The number of a FETCH of these @items for all of @asked (MailImapRange), and maybe more, in the selected mailbox; else 0. */
guint mail_imap_session_take_fetch (MailImapSession *session, const GArray *asked, const char *items);
/* Waits for it. Unless it was *@understood it is to be asked by itself: it may be that the server does not bear it otherwise. FALSE
 * only when the session died. */
gboolean mail_imap_session_finish_ahead (MailImapSession *session,
                                         guint number,
                                         MailImapCall *call,
                                         MailImapResponse *result,
                                         gboolean *understood,
                                         GError **error);
void mail_imap_ahead_free (MailImapAhead *ahead);

/* UNSUPPORTED, naming the extension, without @cap; with it, it is noted as used. */
gboolean mail_imap_session_check_cap (MailImapSession *session, MailImapCaps cap, const char *name, GError **error);
/* Commands on messages make sense only where one is: BAD_INPUT. */
gboolean mail_imap_session_check_selected (const MailImapSession *session, GError **error);
/* A data function: flags that come while no fetch runs are news, and kept when they name their message. With CONDSTORE a STORE is
 * answered by its MODSEQ, which is none. */
gboolean mail_imap_session_note_flags (MailImapSession *session,
                                       MailImapResponse *response,
                                       gpointer user_data,
                                       GError **error);

/* Whether @atoms can stand in a list of flags without ending it. */
gboolean mail_imap_are_atoms (const char *atoms);

/* Keeps what NOTIFY tells, if @response, which no command wanted, is such. */
void mail_imap_session_note_told (MailImapSession *session, MailImapResponse *response);
/* Whether there is any of it that nobody took. */
gboolean mail_imap_session_has_told (const MailImapSession *session);

/* Learns of the link from one command that began at @begun (monotonic), when @bytes had come. */
void mail_imap_session_measure (MailImapSession *session, gint64 begun, guint64 bytes);

void mail_imap_session_set_capabilities (MailImapSession *session, GStrv names);
/* Keeps the largest message that @mailbox takes; 0 is none. */
void mail_imap_session_note_limit (MailImapSession *session, const char *mailbox, guint64 limit);
/* Works out the flags from the names. */
void mail_imap_session_settle_caps (MailImapSession *session);
gboolean mail_imap_session_has (const MailImapSession *session, const char *capability);

/* Greeting, STARTTLS, sign-in and what follows it. */
gboolean mail_imap_session_sign_in (MailImapSession *session,
                                    const MailEndpoint *endpoint,
                                    const MailCredentials *credentials,
                                    GCancellable *cancellable,
                                    GError **error);
