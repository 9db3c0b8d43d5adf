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
} MailMailboxFlags;

typedef struct
{
  gint64 id;             /* row id in the store; 0 = not stored yet */
  char *name;            /* full name, UTF-8, with @delimiter between parts; the inbox is "INBOX" */
  char delimiter;        /* '\0' = flat */
  MailRole role;
  MailMailboxFlags flags;
  guint32 uidvalidity;   /* 0 = never selected */
  guint32 uidnext;       /* as of the last complete sync; 0 = unknown */
  guint64 highestmodseq; /* as of the last complete sync; 0 = none */
  guint server_messages; /* EXISTS as of the last look */
  guint messages;        /* rows here */
  guint unread;          /* rows here without \Seen */
  guint bodies;          /* rows here whose whole message is here */
} MailMailboxInfo;

MailMailboxInfo *mail_mailbox_info_new (const char *name, char delimiter, MailRole role);
MailMailboxInfo *mail_mailbox_info_copy (const MailMailboxInfo *info);
void mail_mailbox_info_free (MailMailboxInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMailboxInfo, mail_mailbox_info_free)

/* The last part of the name, pointing into it. */
const char *mail_mailbox_info_get_leaf (const MailMailboxInfo *info);
