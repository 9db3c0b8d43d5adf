/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "lib/main-loop.h"
#include "lib/worker-account.h"

/* What a person waits for piece by piece, and what the account brings here before the network goes. */

static PrivateDovecot *server;

static void
use_headers_only (WorkerAccount *account)
{
  g_assert_true (mail_account_config_set (account->imap->config, "offline", "headers", NULL));
  mail_sync_worker_set_config (account->worker, account->imap->config);
}

static void
test_prepare (void)
{
  g_autoptr (WorkerAccount) account = worker_account_new (server, 40, 4000);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  use_headers_only (account);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  g_assert_cmpuint (imap_account_count_bodies (account->imap), ==, 0);
  mail_sync_worker_prepare_async (account->worker, NULL, keep_result_cb, &result);
  run_result (&result);
  mail_sync_worker_prepare_finish (account->worker, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (imap_account_count_bodies (account->imap), ==, 40);
}

static gboolean
has_a_body (gpointer account)
{
  return imap_account_count_bodies (((WorkerAccount *) account)->imap) == 1;
}

/* Whoever stars it there wants to read it on the train. */
static void
test_starred_elsewhere (void)
{
  g_autoptr (WorkerAccount) account = worker_account_new (server, 5, 1000);
  g_autoptr (MailImapSession) beside = NULL;

  use_headers_only (account);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  beside = imap_account_sign_in_beside (account->imap);
  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, NULL, NULL, NULL));
  g_assert_true (mail_imap_session_store (beside, "2", TRUE, "\\Flagged", NULL, NULL));
  run_until (has_a_body, account);
}

static void
test_prepare_without_network (void)
{
  g_autoptr (WorkerAccount) account = worker_account_new (server, 5, 1000);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  use_headers_only (account);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  mail_sync_worker_set_online (account->worker, FALSE);
  mail_sync_worker_prepare_async (account->worker, NULL, keep_result_cb, &result);
  run_result (&result);
  g_assert_false (mail_sync_worker_prepare_finish (account->worker, result, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_OFFLINE);
  g_assert_cmpuint (imap_account_count_bodies (account->imap), ==, 0);
}

typedef struct
{
  guint told;
  guint64 done;
  guint64 total;
  GCancellable *cancel; /* with the first piece; or NULL */
} Progress;

static void
part_progress_cb (MailSyncWorker *worker, gint64 id, const char *section, guint64 done, guint64 total, Progress *progress)
{
  g_assert_cmpstr (section, ==, "*");
  progress->told++;
  progress->done = done;
  progress->total = total;
  if (progress->cancel != NULL)
    g_cancellable_cancel (progress->cancel);
}

static void
test_progress (void)
{
  g_autoptr (WorkerAccount) account = worker_account_new (server, 1, 6 * 1024 * 1024);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  Progress progress = { .cancel = g_cancellable_new () };
  gint64 id;

  use_headers_only (account);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  id = imap_account_find (account->imap, "INBOX", "Message 1");
  g_signal_connect (account->worker, "part-progress", G_CALLBACK (part_progress_cb), &progress);
  mail_sync_worker_fetch_async (account->worker, id, "*", progress.cancel, keep_result_cb, &first);
  run_result (&first);
  g_assert_false (mail_sync_worker_fetch_finish (account->worker, first, &error));
  g_assert_true (mail_error_is_cancelled (error));

  g_clear_object (&progress.cancel);
  mail_sync_worker_fetch_async (account->worker, id, "*", NULL, keep_result_cb, &second);
  run_result (&second);
  mail_sync_worker_fetch_finish (account->worker, second, &failure);
  g_assert_no_error (failure);
  g_assert_cmpuint (imap_account_count_bodies (account->imap), ==, 1);
  g_assert_cmpuint (progress.told, >=, 2);
  g_assert_cmpuint (progress.done, ==, progress.total);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    {
      g_test_message ("Dovecot is not installed");
      return 77;
    }
  g_test_add_func ("/sync/worker-offline/prepares-everything", test_prepare);
  g_test_add_func ("/sync/worker-offline/brings-what-another-client-stars", test_starred_elsewhere);
  g_test_add_func ("/sync/worker-offline/does-not-prepare-without-a-network", test_prepare_without_network);
  g_test_add_func ("/sync/worker-offline/tells-how-far-it-is-until-nobody-waits", test_progress);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
