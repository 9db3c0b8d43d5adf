/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"

/* An IMAP server with as many messages as one likes, made up from their UIDs, so that they cost nothing. It carries out SELECT,
 * STATUS, LIST, CREATE, SEARCH, FETCH, STORE (all flags but \Deleted are forgotten), EXPUNGE, MOVE and IDLE, tells what came since
 * if CONDSTORE and QRESYNC are among its capabilities, and tells what it heard. Any user signs in with any password. Loopback, in
 * clear, each connection in a thread of its own. */
typedef struct _ToyImap ToyImap;

/* @capabilities: beside IMAP4rev1 and AUTH=PLAIN. There is an inbox, which is empty. */
ToyImap *toy_imap_new (const char *capabilities);
/* Ends all connections. */
void toy_imap_free (ToyImap *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToyImap, toy_imap_free)

/* (transfer full): settings for an account there that keeps headers alone. */
MailAccountConfig *toy_imap_config (ToyImap *server);

/* The mailbox @name ("/" between names), made if need be, has messages with the UIDs from 1 to @messages. */
void toy_imap_put_mailbox (ToyImap *server, const char *name, guint messages);
void toy_imap_rename (ToyImap *server, const char *name, const char *new_name);
/* Nobody may have it selected. */
void toy_imap_remove (ToyImap *server, const char *name);
/* What LIST and MYRIGHTS say of it. */
void toy_imap_set_rights (ToyImap *server, const char *name, const char *rights);
/* What GETQUOTAROOT answers, in units of 1024 octets. */
void toy_imap_set_quota (ToyImap *server, guint64 used, guint64 limit);
guint toy_imap_count (ToyImap *server, const char *name);

/* From now on commands that begin with @beginning ("SELECT \"Work\"") are answered by @answer ("NO [INUSE] locked"; "!" hangs up,
 * "!BYE enough" with these words). NULL: no longer. */
void toy_imap_refuse (ToyImap *server, const char *beginning, const char *answer);

/* From now on the server cannot read the messages with the UID @uid, though it lists them: an answer to FETCH that would come to
 * one, for more than its flags, ends before it with @answer ("" = it is passed over). 0: it reads all of them; G_MAXUINT32:
 * none. */
void toy_imap_spoil (ToyImap *server, guint32 uid, const char *answer);
/* From now on it says @text, an untagged response without its "* ", so often before it answers a command that begins with
 * @beginning. */
void toy_imap_set_echo (ToyImap *server, const char *beginning, const char *text, guint times);
/* From now on it answers no more than @most messages of one FETCH that asks for more than flags, the first, and says nothing of the
 * others. */
void toy_imap_set_answers (ToyImap *server, guint most);
/* SELECT and STATUS tell this UIDVALIDITY of all mailboxes, whose messages keep their UIDs; 0: none. Else it is 7. */
void toy_imap_set_uidvalidity (ToyImap *server, guint32 uidvalidity);
/* The same with another than before. */
void toy_imap_renumber (ToyImap *server);

/* Whether a server with CONDSTORE tells that the mailbox before is closed when another is selected, as it must (so it does at
 * first); @last_words (nullable) are an untagged response without its "* " that it says of that mailbox just before. */
void toy_imap_set_closing (ToyImap *server, gboolean tells, const char *last_words);

/* One message more in @name, of which clients hear that wait in IDLE with it selected. */
void toy_imap_deliver (ToyImap *server, const char *name);
/* Says @text, an untagged response without its "* ", to every client that waits in IDLE. */
void toy_imap_say (ToyImap *server, const char *text);
/* What IDLE comes to: waiting for news; an end at once, by the server; a connection that ends. */
typedef enum
{
  TOY_IDLE_WAITS,
  TOY_IDLE_ENDS,
  TOY_IDLE_HANGS_UP,
} ToyIdle;
void toy_imap_set_idle (ToyImap *server, ToyIdle idle);
/* Clients that wait in IDLE hear of nothing from now on. */
void toy_imap_set_mute (ToyImap *server);
/* From now on a client that is silent in IDLE for so many seconds is hung up on; 0: never. */
void toy_imap_set_patience (ToyImap *server, guint seconds);
/* The connections of now say nothing any more, and nobody ends them: as if the network had been pulled from under them. */
void toy_imap_strand (ToyImap *server);
/* Ends the connections of now; @words ("BYE shutting down", or NULL) are the last that they hear. */
void toy_imap_hang_up (ToyImap *server, const char *words);
/* Until a command that begins with @beginning was heard and is in the log, or was already; aborts after a minute. */
void toy_imap_await (ToyImap *server, const char *beginning);

/* Called on a connection's thread with each command, without its tag, before it is carried out. */
typedef void (*ToyImapFunc) (ToyImap *server, const char *command, gpointer user_data);
void toy_imap_watch (ToyImap *server, ToyImapFunc func, gpointer user_data);
/* From within such a call: TRUE when the client's next command is here, or comes before the deadline, though this one was not
 * answered yet. */
gboolean toy_imap_await_next (ToyImap *server);

/* (transfer full): the commands that were heard since the last call, without tags, a line each. */
char *toy_imap_take_log (ToyImap *server);
/* How many lines of such a log begin with @beginning. */
guint toy_imap_count_heard (const char *log, const char *beginning);
