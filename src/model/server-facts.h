/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "store/store.h"

/* What is known of an account's server, as of the last time that it was spoken to: what the page about it shows, offline too. */

/* One extension of IMAP. */
typedef struct
{
  const char *name; /* "QRESYNC" */
  const char *rfc;  /* "7162"; NULL: none describes it */
  const char *what; /* what it is good for, translated */
  gboolean offered;
  gboolean used;    /* it was put to use with this server */
  char *saves;      /* what that saves here, translated; NULL: no figure */
} MailServerExtension;

typedef struct
{
  char *server_name;           /* what the server calls itself; NULL: it did not say */
  GPtrArray *extensions;       /* MailServerExtension, every one that Missiva knows, by name; empty for POP */
  guint64 quota_used;          /* bytes */
  guint64 quota_limit;         /* 0: none told */
  guint64 quota_messages;
  guint64 quota_messages_limit; /* 0: none told */
  gint64 quota_asked;          /* Unix seconds; 0: never */
  guint connections_most;      /* that the account may have at a time */
  guint connections_learnt;    /* that the server lets in, as its refusals taught; 0: it refused none */
  char *prefix;                /* what the names of a person's own mailboxes begin with; NULL: not known */
  guint mailboxes;             /* of one's own */
  guint mailboxes_foreign;     /* other users', and shared ones */
} MailServerFacts;

/* Inside jobs only. (transfer full) */
MailServerFacts *mail_server_facts_load (MailDb *db, const MailAccountConfig *config, GError **error);
void mail_server_facts_free (MailServerFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailServerFacts, mail_server_facts_free)

/* How full the mailbox is by what is nearest to its limit: 0 to 100, -1 = no limit is known. */
int mail_server_facts_get_percent (const MailServerFacts *facts);

/* All (transfer full), translated. */
/* (nullable): "1.2 GB of 5 GB used (24%)", of what is nearest to its limit; NULL where the server gives none. */
char *mail_server_facts_describe_quota (const MailServerFacts *facts);
/* "2 connections now, 2 at most" @open: how many there are. */
char *mail_server_facts_describe_connections (const MailServerFacts *facts, guint open);
/* "12 of your own, 3 that others share with you". */
char *mail_server_facts_describe_mailboxes (const MailServerFacts *facts);
