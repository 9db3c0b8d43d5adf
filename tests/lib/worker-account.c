/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/worker-account.h"

#include "core/certificate.h"
#include "lib/main-loop.h"

static void
state_cb (MailSyncWorker *worker, int state, gpointer data)
{
  ((WorkerAccount *) data)->state = (MailWorkerState) state;
}

static void
synced_cb (MailSyncWorker *worker, const MailSyncResult *result, gpointer data)
{
  WorkerAccount *account = data;

  account->synced++;
  account->result = *result;
}

static void
replayed_cb (MailSyncWorker *worker, const MailSyncResult *result, gpointer data)
{
  ((WorkerAccount *) data)->carried_out += result->operations;
}

static void
problem_cb (MailSyncWorker *worker, const MailProblem *problem, const MailCertificate *certificate, gpointer data)
{
  WorkerAccount *account = data;

  account->problems += problem != NULL;
  account->problem_code = problem != NULL ? problem->code : 0;
}

static void
new_mail_cb (MailSyncWorker *worker, gint64 mailbox_id, GArray *ids, gpointer data)
{
  WorkerAccount *account = data;

  account->new_mail++;
  g_clear_pointer (&account->fresh, g_array_unref);
  account->fresh = g_array_ref (ids);
}

static void
make_worker (WorkerAccount *account)
{
  account->worker = mail_sync_worker_new (account->imap->config, account->imap->temporary->store);
  g_signal_connect (account->worker, "state", G_CALLBACK (state_cb), account);
  g_signal_connect (account->worker, "synced", G_CALLBACK (synced_cb), account);
  g_signal_connect (account->worker, "replayed", G_CALLBACK (replayed_cb), account);
  g_signal_connect (account->worker, "problem", G_CALLBACK (problem_cb), account);
  g_signal_connect (account->worker, "new-mail", G_CALLBACK (new_mail_cb), account);
}

static void
end_worker (WorkerAccount *account)
{
  mail_sync_worker_stop (account->worker);
  g_assert_cmpint (mail_sync_worker_get_state (account->worker), ==, MAIL_WORKER_STOPPED);
  g_signal_handlers_disconnect_by_data (account->worker, account);
  g_clear_object (&account->worker);
}

WorkerAccount *
worker_account_new (PrivateDovecot *server, guint messages, gsize size)
{
  static guint last;
  g_autofree char *user = g_strdup_printf ("worker%u@example.org", ++last);

  private_dovecot_fill (server, user, NULL, messages, size);
  return worker_account_new_for (private_dovecot_config (server, user, MAIL_MODE_IMAP, MAIL_SECURITY_NONE));
}

WorkerAccount *
worker_account_new_for (MailAccountConfig *config)
{
  WorkerAccount *account = g_new0 (WorkerAccount, 1);

  account->imap = imap_account_new_for (config, 0);
  make_worker (account);
  return account;
}

void
worker_account_restart (WorkerAccount *account)
{
  end_worker (account);
  account->synced = account->carried_out = account->new_mail = account->problems = 0;
  account->problem_code = 0;
  account->state = MAIL_WORKER_STOPPED;
  make_worker (account);
}

void
worker_account_free (WorkerAccount *account)
{
  end_worker (account);
  imap_account_free (account->imap);
  g_clear_pointer (&account->fresh, g_array_unref);
  g_free (account);
}

void
worker_account_start (WorkerAccount *account)
{
  mail_sync_worker_set_credentials (account->worker, account->imap->credentials);
  mail_sync_worker_start (account->worker);
}

static gboolean
is_at_rest (gpointer data)
{
  WorkerAccount *account = data;

  return account->synced >= account->wanted && account->state == MAIL_WORKER_UP_TO_DATE;
}

void
worker_account_await_rest (WorkerAccount *account, guint synced)
{
  account->wanted = synced;
  run_until (is_at_rest, account);
}

static gboolean
is_carried_out (gpointer data)
{
  WorkerAccount *account = data;

  return account->carried_out >= account->wanted;
}

void
worker_account_await_carried_out (WorkerAccount *account, guint operations)
{
  account->wanted = operations;
  run_until (is_carried_out, account);
}

static gboolean
has_problem (gpointer data)
{
  WorkerAccount *account = data;

  return account->problems >= account->wanted;
}

void
worker_account_await_problem (WorkerAccount *account, guint problems)
{
  account->wanted = problems;
  run_until (has_problem, account);
}

static gboolean
is_in_state (gpointer data)
{
  WorkerAccount *account = data;

  return (guint) account->state == account->wanted;
}

void
worker_account_await_state (WorkerAccount *account, MailWorkerState state)
{
  account->wanted = state;
  run_until (is_in_state, account);
}

static gboolean
has_new_mail (gpointer data)
{
  return ((WorkerAccount *) data)->new_mail > 0;
}

void
worker_account_await_new_mail (WorkerAccount *account)
{
  run_until (has_new_mail, account);
}
