/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lib/imap-account.h"
#include "sync/worker.h"

/* An account with the thread that keeps it in step, and what that thread has told. Main loop's thread only. */
typedef struct
{
  ImapAccount *imap;
  MailSyncWorker *worker;
  guint synced;
  MailSyncResult result;
  guint carried_out;   /* operations */
  GArray *fresh;       /* ids of the last "new-mail" */
  guint new_mail;
  guint problems;      /* emissions with a problem */
  int problem_code;    /* of the last; 0 = solved */
  MailWorkerState state;
  guint wanted;        /* what a wait waits for */
} WorkerAccount;

/* A user with @messages of about @size octets at @server. */
WorkerAccount *worker_account_new (PrivateDovecot *server, guint messages, gsize size);
/* The same at any server. (transfer full): @config. */
WorkerAccount *worker_account_new_for (MailAccountConfig *config);
/* Stops the thread. */
void worker_account_free (WorkerAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WorkerAccount, worker_account_free)

/* The program ends and begins anew: another thread over the same store, not started; what was counted is forgotten. */
void worker_account_restart (WorkerAccount *account);

/* With the right password. */
void worker_account_start (WorkerAccount *account);

/* Until there were @synced passes and the worker waits for news. */
void worker_account_await_rest (WorkerAccount *account, guint synced);
/* Until the server carried so many operations out. */
void worker_account_await_carried_out (WorkerAccount *account, guint operations);
/* Until it told so many problems. */
void worker_account_await_problem (WorkerAccount *account, guint problems);
void worker_account_await_state (WorkerAccount *account, MailWorkerState state);
void worker_account_await_new_mail (WorkerAccount *account);
