/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a mailbox is for: SPECIAL-USE of RFC 6154, or guessed from its name where the server does not say. */
typedef enum
{
  MAIL_ROLE_NONE,
  MAIL_ROLE_INBOX,
  MAIL_ROLE_DRAFTS,
  MAIL_ROLE_SENT,
  MAIL_ROLE_ARCHIVE,
  MAIL_ROLE_JUNK,
  MAIL_ROLE_TRASH,
  MAIL_ROLE_ALL,     /* \All: every message; not shown twice */
  MAIL_ROLE_FLAGGED, /* \Flagged: a virtual mailbox */
} MailRole;

const char *mail_role_to_string (MailRole role); /* "inbox", ...; "" for none */
MailRole mail_role_from_string (const char *text);

/* The role that a mailbox's last name part suggests, in the languages that servers use ("Cestino", "Sent Items"). */
MailRole mail_role_guess (const char *leaf_name);

typedef enum
{
  MAIL_MAILBOX_NO_SELECT = 1 << 0,  /* \Noselect or \NonExistent: only holds others */
  MAIL_MAILBOX_SUBSCRIBED = 1 << 1,
  MAIL_MAILBOX_NO_INFERIORS = 1 << 2,
  MAIL_MAILBOX_LOCAL = 1 << 3,      /* lives in the store only (POP accounts) */
  MAIL_MAILBOX_GONE = 1 << 4,       /* not on the server at the last look; kept while it holds mail of its own */
  MAIL_MAILBOX_PENDING = 1 << 5,    /* made here, not yet on the server */
  MAIL_MAILBOX_DELETING = 1 << 6,   /* a person deleted it, the server was not told yet; hidden in lists */
  MAIL_MAILBOX_FOREIGN = 1 << 7,    /* another user's, or shared (NAMESPACE) */
} MailMailboxFlags;

/* Any of these: the server is not asked for what is in it. */
#define MAIL_MAILBOX_NOT_THERE \
  (MAIL_MAILBOX_NO_SELECT | MAIL_MAILBOX_LOCAL | MAIL_MAILBOX_GONE | MAIL_MAILBOX_PENDING | MAIL_MAILBOX_DELETING)

/* Flags that only Missiva knows of: what a server lists leaves them alone. */
#define MAIL_MAILBOX_OWN_FLAGS (MAIL_MAILBOX_LOCAL | MAIL_MAILBOX_PENDING | MAIL_MAILBOX_DELETING)

/* How much of a mailbox is kept here, to be read without the network. */
typedef enum
{
  MAIL_MAILBOX_OFFLINE_ACCOUNT, /* as the account says */
  MAIL_MAILBOX_OFFLINE_ALL,
  MAIL_MAILBOX_OFFLINE_DAYS,    /* whole messages of the last offline_days */
  MAIL_MAILBOX_OFFLINE_HEADERS,
  MAIL_MAILBOX_OFFLINE_NOT,     /* not even headers are looked for unless it is opened */
} MailMailboxOffline;

typedef struct
{
  gint64 id;             /* row id in the store; 0 = not stored yet */
  char *name;            /* full name, UTF-8, with @delimiter between parts; the inbox is "INBOX" */
  char *server_name;     /* while a new name waits for the server: the one that it has there; or NULL */
  char *raw_name;        /* as the server spells that; NULL = as it is spelled by the rules */
  char delimiter;        /* '\0' = flat */
  MailRole role;
  MailMailboxFlags flags;
  guint32 uidvalidity;   /* 0 = never selected */
  guint32 uidnext;       /* as of the last complete sync; 0 = unknown */
  guint64 highestmodseq; /* as of the last complete sync; 0 = none */
  guint server_messages; /* EXISTS as of the last look */
  gint64 doubts;         /* how often what is known of it was called in question */
  guint messages;        /* rows here */
  guint unread;          /* rows here without \Seen */
  guint bodies;          /* rows here whose whole message is here */
  guint texts;           /* rows here whose text can be read here */
  guint missing_parts;   /* attachments of such rows that are not here */
  gint64 missing_bytes;  /* octets that it would take to have everything here */
  MailMailboxOffline offline;
  guint offline_days;
  gboolean watched;      /* a person wants to hear of its news */
  gboolean role_chosen;  /* a person gave the role */
  char *rights;          /* letters of MYRIGHTS (RFC 4314); NULL = not told: everything may be tried */
  char *object_id;       /* MAILBOXID (RFC 8474), or NULL */
  gint64 server_size;    /* octets there as of the last look; 0 = unknown */
  gint64 audited;        /* when it was last compared with the server in full, Unix seconds; 0 = never */
} MailMailboxInfo;

MailMailboxInfo *mail_mailbox_info_new (const char *name, char delimiter, MailRole role);
MailMailboxInfo *mail_mailbox_info_copy (const MailMailboxInfo *info);
void mail_mailbox_info_free (MailMailboxInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMailboxInfo, mail_mailbox_info_free)

/* The last part of the name, pointing into it. */
const char *mail_mailbox_info_get_leaf (const MailMailboxInfo *info);
/* What the server calls it. */
const char *mail_mailbox_info_get_server_name (const MailMailboxInfo *info);
/* TRUE when @name is @ancestor or lies below it. */
gboolean mail_mailbox_name_is_within (const char *name, const char *ancestor, char delimiter);
/* (transfer full): @name, which is @from or lies below it, with @to in the place of @from. */
char *mail_mailbox_name_rebase (const char *name, const char *from, const char *to);
