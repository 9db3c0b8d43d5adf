/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "core/mailbox-info.h"
#include "store/store.h"

/* What is kept here to be read without a network. */

/* Which whole messages of a mailbox are brought here in the background. Starred ones always are. */
typedef struct
{
  MailOffline what;
  gint64 since; /* with MAIL_OFFLINE_DAYS: dated then or later, Unix seconds */
} MailOfflineRule;

/* @everything: a person prepares to be offline. */
MailOfflineRule mail_offline_rule (const MailMailboxInfo *mailbox, const MailAccountConfig *config, gboolean everything);

/* FALSE for mailboxes without messages of their own on a server: whose messages lie elsewhere, too, or nowhere. */
gboolean mail_offline_is_fillable (const MailMailboxInfo *mailbox);

/* Sorts MailMailboxInfo by when their turn is: what a person looks at (@open_id; 0 = nothing), the inbox, what is watched, all
 * others, what people throw away, and last what shows what others show. */
void mail_offline_sort (GPtrArray *mailboxes, gint64 open_id);

/* What would still have to be fetched to read everything without a network. A message in several mailboxes counts once. */
typedef struct
{
  guint messages;
  guint64 bytes;
  guint seconds; /* 0 = not known */
  gboolean more; /* mailboxes were not looked through yet: it is at least that */
} MailOfflineEstimate;

/* How fast whole messages came last, in octets a second: a fact of the store. */
#define MAIL_OFFLINE_RATE "fill-rate"

/* A read job's data. */
typedef struct
{
  const MailAccountConfig *config;
  MailOfflineEstimate estimate;
} MailOfflineQuery;

/* MailStoreJob; @query: MailOfflineQuery. */
gboolean mail_offline_estimate_job (MailDb *db, gpointer query, GError **error);
