/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lib/toy-imap.h"

typedef struct
{
  char *name;
  char *rights;
  GArray *uids; /* guint32, ascending */
  guint32 uidnext;
} ToyMailbox;

struct _ToyImap
{
  char *capabilities;
  GSocketListener *listener;
  GCancellable *end;
  GThread *thread;
  GPtrArray *clients; /* GThread */
  guint16 port;

  GMutex lock;
  GCond heard;
  GPtrArray *present; /* ToyClient */
  guint64 quota_used;  /* units of 1024 octets */
  guint64 quota_limit; /* 0 = none */
  guint32 uidvalidity;
  guint32 spoilt;      /* UID; 0 = none */
  char *spoilt_answer;
  guint answers;       /* to one FETCH; 0 = all */
  char *echo_at;       /* or NULL */
  char *echo;
  guint echo_times;
  guint message_limit; /* RFC 9738: so many messages a command deals with; 0 = all */
  gboolean mute;
  gboolean no_closed;
  char *last_words;
  ToyIdle idle;
  guint patience;     /* with who waits in IDLE, seconds; 0 = without end */
  GPtrArray *mailboxes; /* ToyMailbox */
  GHashTable *refusals;
  GString *log;
  ToyImapFunc func;
  gpointer user_data;
};

/* One connection. */
typedef struct
{
  ToyImap *server;
  GSocketConnection *socket;
  GDataInputStream *in;
  GString *out;
  ToyMailbox *selected;
  guint told;        /* messages of it that the client knows of */
  gboolean idles;
  gboolean stranded; /* nothing is said to it any more */
  gboolean uid_only; /* RFC 9586: it knows messages by their UIDs alone */
  const char *tag;   /* of the command that is carried out */
  char *verdict;     /* the last one that had to be composed */
} ToyClient;

/* With the lock held, as all below. (nullable) */
ToyMailbox *toy_imap_find_mailbox (ToyImap *server, const char *name);
/* Made if need be. */
ToyMailbox *toy_imap_get_mailbox (ToyImap *server, const char *name);

/* Does what the command @line, without its tag, asks for: what is to be said goes to the client's out; the verdict stays the
 * client's until its next command. */
const char *toy_imap_carry_out (ToyClient *client, const char *line);
