/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "model/mailbox-list.h"
#include "sync/sync-action.h"

/* What the files of MailAccount share. */
struct _MailAccount
{
  GObject parent;
  MailAccountConfig *config;
  MailHome *home;
  char *secret_key;
  MailStore *store; /* NULL: closed */
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
  MailProblem *problem;
  MailCertificate *certificate;
  gboolean saving;
  gboolean save_again;

  GQueue undo; /* MailAction, newest first */
  guint actions_running;
  guint undos_wanted; /* once those are done */
};

/* Makes the worker, looks the password up and then starts it. */
void mail_account_start (MailAccount *account);
/* Ends all that; nothing is heard of the worker afterwards. */
void mail_account_stop (MailAccount *account);

/* Says in a sentence why something could not be done. */
void mail_account_refuse (MailAccount *account, const GError *error);
void mail_account_emit_done (MailAccount *account, const char *sentence, gboolean can_undo);
void mail_account_notify_can_undo (MailAccount *account);
