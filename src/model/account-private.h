/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account-words.h"
#include "model/account.h"
#include "model/mailbox-list.h"
#include "model/tag-list.h"
#include "sync/sync-action.h"

/* What the files of MailAccount share. */
struct _MailAccount
{
  GObject parent;
  MailAccountConfig *config;
  MailHome *home;
  char *secret_key;
  MailStore *store; /* NULL: closed, or never opened */
  gboolean is_broken;
  MailMailboxList *mailboxes;
  GPtrArray *lists; /* MailMessageList, not owned */
  gboolean reading_mailboxes;
  gboolean mailboxes_changed; /* since that reading began */
  guint unread;

  MailSyncWorker *worker; /* NULL: none is wanted, or closed */
  gboolean worker_started;
  gboolean online;
  GCancellable *lookup; /* the keyring is being asked */
  MailWorkerState state;
  MailProgress progress;
  MailCompleteness completeness;
  gboolean preparing;
  gboolean auditing;
  MailProblem *problem;
  MailCertificate *certificate;
  GQueue alerts;           /* char *, sentences that wait to be read */
  GHashTable *alerts_seen; /* char *, the server's words that were shown in this run */
  MailServerFacts *facts;  /* NULL: not read yet */
  gboolean saving;
  gboolean save_again;
  GPtrArray *settling; /* GTask that wait for the end of saving */

  GQueue undo; /* of account-actions.c, newest first; those that are not through yet, too */

  MailTagList *tags;
  MailRole role_question;
  gint64 roles_dismissed; /* bits by MailRole: in this run, whether or not the store has them yet */
};

/* Makes the worker, looks the password up and then starts it. */
void mail_account_start (MailAccount *account);
/* (transfer full) (nullable): ends all that; nothing is heard of the worker afterwards. It is told to stop, which takes its time:
 * mail_sync_worker_stop() waits for it, in any thread. */
MailSyncWorker *mail_account_take_worker (MailAccount *account);

/* The first half of mail_account_close(), which waits for nothing: the account is closed, and mail_account_end() in any thread does
 * the rest with what is handed over. */
void mail_account_detach (MailAccount *account, MailSyncWorker **worker, MailStore **store);
void mail_account_end (MailSyncWorker *worker, MailStore *store);

/* Whether the worker can bring something just now. */
gboolean mail_account_can_ask_server (MailAccount *account);

/* Reads anew what is known of the server. */
void mail_account_read_facts (MailAccount *account);
/* Tells the worker which mailboxes are open. */
void mail_account_tell_open (MailAccount *account);

/* Calls back when no settings of the account are being saved. */
void mail_account_settle_async (MailAccount *account, GAsyncReadyCallback callback, gpointer user_data);

/* Performs @action (transfer full) on the store; afterwards "action-done" with a sentence about @done and @title (transfer full,
 * nullable), or "operation-refused". */
void mail_account_perform (MailAccount *account, MailAction *action, MailDone done, char *title);
/* The same for a job without a way back and without a sentence; @data is freed with @free_data. */
void mail_account_write (MailAccount *account, MailStoreJob job, gpointer data, GDestroyNotify free_data);

/* Reads the store with @job, which is given @task; that is the account's own, and TRUE afterwards. */
void mail_account_read (GTask *task, MailStoreJob job);

/* Reads the tags anew. */
void mail_account_read_tags (MailAccount *account);

/* The mailboxes are as they are now: is a role missing? @asked: the roles, as bits, that a person was asked about. */
void mail_account_look_for_roles (MailAccount *account, const GPtrArray *infos, gint64 asked);

/* Says in a sentence why something could not be done. */
void mail_account_refuse (MailAccount *account, const GError *error);
void mail_account_emit_done (MailAccount *account, const char *sentence, gboolean can_undo);
void mail_account_notify_can_undo (MailAccount *account);
void mail_account_clear_undo (MailAccount *account);
