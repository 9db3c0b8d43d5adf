/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "lib/main-loop.h"
#include "lib/mock-logind.h"
#include "lib/toy-imap.h"
#include "lib/worker-account.h"

/* Sleep and waking up: a real server, a login manager of the test's own. */

static PrivateDovecot *server;
static MockLogind *logind;

static gboolean
is_offline (gpointer data)
{
  return ((WorkerAccount *) data)->state == MAIL_WORKER_OFFLINE;
}

/* The server hears the goodbye before the computer may sleep, and from the account as soon as it woke up. */
static void
test_says_goodbye (void)
{
  g_autoptr (ToyImap) toy = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (toy));
  g_autofree char *before = NULL;
  g_autofree char *asleep = NULL;
  g_autofree char *awake = NULL;

  worker_account_start (account);
  worker_account_await_rest (account, 1);
  toy_imap_await (toy, "IDLE");
  mock_logind_await_inhibitor (logind);
  mock_logind_prepare_for_sleep (logind);
  before = toy_imap_take_log (toy);
  g_assert_true (g_str_has_suffix (before, "IDLE\nDONE\nLOGOUT\n"));
  run_until (is_offline, account);
  toy_imap_deliver (toy, "INBOX");
  asleep = toy_imap_take_log (toy);
  g_assert_cmpstr (asleep, ==, "");

  mock_logind_wake (logind);
  worker_account_await_new_mail (account);
  worker_account_await_rest (account, 2);
  awake = toy_imap_take_log (toy);
  g_assert_true (g_str_has_prefix (awake, "AUTHENTICATE"));
  g_assert_cmpuint (account->problems, ==, 0);
  /* Ready for the next time. */
  mock_logind_await_inhibitor (logind);
}

static void
progress_cb (MailSyncWorker *worker, const MailProgress *progress, gpointer data)
{
  if (progress->phase == MAIL_PHASE_BODIES || progress->phase == MAIL_PHASE_HEADERS)
    *(gboolean *) data = TRUE;
}

static void
test_leaves_a_batch (void)
{
  g_autoptr (WorkerAccount) account = worker_account_new (server, 1500, 20000);
  GAsyncResult *result = NULL;
  gboolean at_work = FALSE;

  g_signal_connect (account->worker, "progress", G_CALLBACK (progress_cb), &at_work);
  worker_account_start (account);
  run_until_set (&at_work);
  mock_logind_await_inhibitor (logind);
  /* A second connection, too. */
  mail_sync_worker_fetch_async (account->worker, 1, "*", NULL, keep_result_cb, &result);
  mock_logind_prepare_for_sleep (logind);
  private_dovecot_await_quiet (server);
  run_until (is_offline, account);
  g_assert_cmpuint (imap_account_count_bodies (account->imap), <, 1500);
  run_result (&result);
  g_clear_object (&result);
  mock_logind_wake (logind);
  worker_account_await_rest (account, 1);
  g_assert_cmpuint (account->problems, ==, 0);
  imap_account_assert_like_server (account->imap);
  g_signal_handlers_disconnect_by_data (account->worker, &at_work);
}

typedef struct
{
  const WorkerAccount *account;
  guint count;
} Connections;

static void
connecting_cb (MailSyncWorker *worker, const MailProgress *progress, gpointer data)
{
  if (progress->phase == MAIL_PHASE_CONNECTING)
    ((Connections *) data)->count++;
}

static gboolean
is_back (gpointer data)
{
  const Connections *connections = data;

  return connections->count > 1 && connections->account->state == MAIL_WORKER_UP_TO_DATE;
}

static void
test_clock_jumps (void)
{
  g_autoptr (WorkerAccount) account = worker_account_new (server, 3, 500);
  Connections connections = { .account = account };
  gint64 now = 1800000000;

  g_signal_connect (account->worker, "progress", G_CALLBACK (connecting_cb), &connections);

  mail_clock_set_for_test (now);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  /* It slept, and nobody said so: whatever ends the wait tells. */
  mail_clock_set_for_test (now + 3600);
  imap_account_mark (account->imap, imap_account_find (account->imap, "INBOX", "Message 3"), MAIL_FLAG_SEEN, 0);
  mail_sync_worker_wake (account->worker);
  run_until (is_back, &connections);
  g_assert_cmpuint (connections.count, ==, 2);
  g_assert_cmpuint (imap_account_count_ops (account->imap), ==, 0);
  imap_account_assert_like_server (account->imap);
  mail_clock_set_for_test (0);
  g_signal_handlers_disconnect_by_data (account->worker, &connections);
}

/* A program that ends while sleep comes holds nothing back. */
static void
test_stops_before_sleep (void)
{
  WorkerAccount *account = worker_account_new (server, 3, 500);

  worker_account_start (account);
  worker_account_await_rest (account, 1);
  mock_logind_await_inhibitor (logind);
  worker_account_free (account);
  mock_logind_prepare_for_sleep (logind);
  mock_logind_wake (logind);
  mock_logind_await_inhibitor (logind);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return 77;
  logind = mock_logind_start ();
  g_test_add_func ("/sync/worker/says-goodbye-before-sleep-and-is-there-again-at-once", test_says_goodbye);
  g_test_add_func ("/sync/worker/leaves-a-batch-for-sleep-and-goes-on-with-it", test_leaves_a_batch);
  g_test_add_func ("/sync/worker/connects-anew-when-the-clock-jumped", test_clock_jumps);
  g_test_add_func ("/sync/worker/holds-back-no-sleep-once-it-was-stopped", test_stops_before_sleep);
  status = g_test_run ();
  mock_logind_stop (logind);
  private_dovecot_stop (server);
  return status;
}
