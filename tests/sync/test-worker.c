/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "core/errors.h"
#include "lib/main-loop.h"
#include "lib/worker-account.h"

/* The account's thread against a real server. */

static PrivateDovecot *server;

static void
test_comes_to_rest (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 60, 2000);

  worker_account_start (fixture);
  worker_account_await_rest (fixture, 1);
  g_assert_cmpuint (fixture->result.fetched, ==, 60);
  g_assert_cmpuint (fixture->new_mail, ==, 0); /* a first sync is no news */
  g_assert_cmpuint (fixture->problems, ==, 0);
  imap_account_assert_like_server (fixture->imap);
}

static void
test_push (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 3, 500);

  worker_account_start (fixture);
  worker_account_await_rest (fixture, 1);
  private_dovecot_deliver (server, fixture->imap->config->user, NULL, "Subject: Pushed\r\n\r\nHi\r\n", -1);
  worker_account_await_new_mail (fixture);
  g_assert_cmpuint (fixture->fresh->len, ==, 1);
  g_assert_cmpint (imap_account_find (fixture->imap, "INBOX", "Pushed"), ==, g_array_index (fixture->fresh, gint64, 0));
  worker_account_await_rest (fixture, 2);
  imap_account_assert_like_server (fixture->imap);
}

static void
test_password (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 2, 500);
  g_autoptr (MailCredentials) wrong = mail_credentials_new_password (fixture->imap->config->user, "guess");

  mail_sync_worker_start (fixture->worker);
  worker_account_await_problem (fixture, 1);
  g_assert_cmpint (fixture->problem_code, ==, MAIL_ERROR_NO_PASSWORD);
  worker_account_await_state (fixture, MAIL_WORKER_NEEDS_YOU);
  mail_sync_worker_set_credentials (fixture->worker, wrong);
  worker_account_await_problem (fixture, 2);
  g_assert_cmpint (fixture->problem_code, ==, MAIL_ERROR_SIGN_IN);
  worker_account_await_state (fixture, MAIL_WORKER_NEEDS_YOU);
  mail_sync_worker_set_credentials (fixture->worker, fixture->imap->credentials);
  worker_account_await_rest (fixture, 1);
  g_assert_cmpint (fixture->problem_code, ==, 0);
}

static void
test_back_off (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 2, 500);
  g_autoptr (MailAccountConfig) good = mail_account_config_copy (fixture->imap->config);
  g_autoptr (MailAccountConfig) bad = mail_account_config_copy (good);
  gint64 now = 1800000000;

  mail_clock_set_for_test (now);
  bad->incoming->port = 1; /* nobody listens there */
  mail_sync_worker_set_config (fixture->worker, bad);
  worker_account_start (fixture);
  worker_account_await_problem (fixture, 1);
  g_assert_cmpint (fixture->problem_code, ==, MAIL_ERROR_UNREACHABLE);
  /* Operations do not end the back-off; only their time does. */
  mail_clock_set_for_test (now + 8);
  mail_sync_worker_wake (fixture->worker);
  worker_account_await_problem (fixture, 2);
  mail_clock_set_for_test (now + 8 + 30);
  mail_sync_worker_wake (fixture->worker);
  worker_account_await_problem (fixture, 3);
  /* A person ends it at once. */
  mail_sync_worker_sync_now (fixture->worker);
  worker_account_await_problem (fixture, 4);
  mail_sync_worker_set_config (fixture->worker, good);
  worker_account_await_rest (fixture, 1);
  g_assert_cmpint (fixture->problem_code, ==, 0);
  mail_clock_set_for_test (0);
}

static void
test_operations (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 5, 500);

  worker_account_start (fixture);
  worker_account_await_rest (fixture, 1);
  imap_account_mark (fixture->imap, imap_account_find (fixture->imap, "INBOX", "Message 3"), MAIL_FLAG_SEEN, 0);
  mail_sync_worker_wake (fixture->worker);
  worker_account_await_carried_out (fixture, 1);
  g_assert_cmpuint (imap_account_count_ops (fixture->imap), ==, 0);
  imap_account_assert_like_server (fixture->imap);
}

static void
test_offline (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 5, 500);
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  worker_account_start (fixture);
  worker_account_await_rest (fixture, 1);
  mail_sync_worker_set_online (fixture->worker, FALSE);
  worker_account_await_state (fixture, MAIL_WORKER_OFFLINE);
  mail_sync_worker_fetch_async (fixture->worker, 1, NULL, NULL, keep_result_cb, &result);
  run_result (&result);
  g_assert_false (mail_sync_worker_fetch_finish (fixture->worker, result, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_OFFLINE);
  g_clear_object (&result);
  private_dovecot_deliver (server, fixture->imap->config->user, NULL, "Subject: Meanwhile\r\n\r\nHi\r\n", -1);
  mail_sync_worker_set_online (fixture->worker, TRUE);
  worker_account_await_new_mail (fixture);
  worker_account_await_rest (fixture, 2);
  g_assert_cmpuint (fixture->problems, ==, 0);
  imap_account_assert_like_server (fixture->imap);
}

static void
test_reconnects (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 5, 500);
  g_autoptr (MailAccountConfig) moved = NULL;

  worker_account_start (fixture);
  worker_account_await_rest (fixture, 1);
  /* Dovecot lets connections that are there live on. */
  private_dovecot_pause (server);
  mail_sync_worker_set_online (fixture->worker, FALSE);
  worker_account_await_state (fixture, MAIL_WORKER_OFFLINE);
  mail_sync_worker_set_online (fixture->worker, TRUE);
  worker_account_await_problem (fixture, 1);
  private_dovecot_resume (server);
  moved = private_dovecot_config (server, fixture->imap->config->user, MAIL_MODE_IMAP, MAIL_SECURITY_NONE);
  fixture->imap->config->incoming->port = moved->incoming->port;
  private_dovecot_deliver (server, fixture->imap->config->user, NULL, "Subject: Meanwhile\r\n\r\nHi\r\n", -1);
  mail_sync_worker_set_config (fixture->worker, moved);
  worker_account_await_new_mail (fixture);
  worker_account_await_rest (fixture, 2);
  g_assert_cmpint (fixture->problem_code, ==, 0);
  imap_account_assert_like_server (fixture->imap);
}

static void
test_fetch (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 40, 2000);
  g_autoptr (MailAccountConfig) headers = mail_account_config_copy (fixture->imap->config);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  gint64 id;

  g_assert_true (mail_account_config_set (headers, "offline", "headers", NULL));
  mail_sync_worker_set_config (fixture->worker, headers);
  worker_account_start (fixture);
  worker_account_await_rest (fixture, 1);
  id = imap_account_find (fixture->imap, "INBOX", "Message 7");
  mail_sync_worker_fetch_async (fixture->worker, id, NULL, NULL, keep_result_cb, &result);
  run_result (&result);
  g_assert_true (mail_sync_worker_fetch_finish (fixture->worker, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  body = imap_account_load_best (fixture->imap, id, NULL);
  g_assert_nonnull (body);
}

static void
progress_cb (MailSyncWorker *worker, const MailProgress *progress, gpointer data)
{
  if (progress->phase == MAIL_PHASE_BODIES || progress->phase == MAIL_PHASE_HEADERS)
    *(gboolean *) data = TRUE;
}

static void
test_fetch_beside_a_batch (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 1500, 20000);
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  gboolean at_work = FALSE;

  g_signal_connect (fixture->worker, "progress", G_CALLBACK (progress_cb), &at_work);
  worker_account_start (fixture);
  run_until_set (&at_work);
  /* Newest rows come first: the inbox's oldest has no body for a while. */
  mail_sync_worker_fetch_async (fixture->worker, 1, "*", NULL, keep_result_cb, &result);
  run_result (&result);
  g_assert_true (mail_sync_worker_fetch_finish (fixture->worker, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_signal_handlers_disconnect_by_data (fixture->worker, &at_work);
}

static void
fetch (WorkerAccount *account, gint64 id)
{
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;

  mail_sync_worker_fetch_async (account->worker, id, "*", NULL, keep_result_cb, &result);
  run_result (&result);
  g_assert_true (mail_sync_worker_fetch_finish (account->worker, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
}

static gboolean
has_learnt_limit (gpointer data)
{
  guint open;
  guint learnt;

  mail_sync_worker_get_connections (((WorkerAccount *) data)->worker, &open, &learnt);
  return learnt == 1;
}

/* Dovecot refuses the second connection with a goodbye after the right password. */
static void
test_learns_limit (void)
{
  const char *const settings[] = { "mail_max_userip_connections = 1", NULL };
  g_autoptr (PrivateDovecot) strict = private_dovecot_start (settings);
  g_autoptr (WorkerAccount) account = worker_account_new (strict, 1500, 20000);
  gboolean at_work = FALSE;
  guint open;
  guint learnt;

  g_signal_connect (account->worker, "progress", G_CALLBACK (progress_cb), &at_work);
  worker_account_start (account);
  run_until_set (&at_work);
  fetch (account, 1);
  run_until (has_learnt_limit, account);
  g_assert_cmpuint (account->problems, ==, 0);
  g_signal_handlers_disconnect_by_data (account->worker, &at_work);

  /* The next run of the program knows it, too. */
  worker_account_restart (account);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  mail_sync_worker_get_connections (account->worker, &open, &learnt);
  g_assert_cmpuint (open, ==, 1);
  g_assert_cmpuint (learnt, ==, 1);

  /* It is nothing that another server, or another of its users, taught. */
  g_assert_true (mail_account_config_set (account->imap->config, "user", "another@example.org", NULL));
  mail_sync_worker_set_config (account->worker, account->imap->config);
  worker_account_await_rest (account, 2);
  mail_sync_worker_get_connections (account->worker, &open, &learnt);
  g_assert_cmpuint (learnt, ==, 0);
}

/* The person allows no second connection: nothing is tried. */
static void
test_one_connection (void)
{
  g_autoptr (WorkerAccount) account = worker_account_new (server, 1500, 20000);
  gboolean at_work = FALSE;
  guint open;
  guint learnt;

  account->imap->config->connections = 1;
  mail_sync_worker_set_config (account->worker, account->imap->config);
  g_signal_connect (account->worker, "progress", G_CALLBACK (progress_cb), &at_work);
  worker_account_start (account);
  run_until_set (&at_work);
  fetch (account, 1);
  mail_sync_worker_get_connections (account->worker, &open, &learnt);
  g_assert_cmpuint (open, ==, 1);
  g_assert_cmpuint (learnt, ==, 0);
  g_signal_handlers_disconnect_by_data (account->worker, &at_work);
}

static void
test_stops_at_once (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 1500, 20000);
  gboolean at_work = FALSE;
  gint64 begun;

  g_signal_connect (fixture->worker, "progress", G_CALLBACK (progress_cb), &at_work);
  worker_account_start (fixture);
  run_until_set (&at_work);
  begun = g_get_monotonic_time ();
  mail_sync_worker_stop (fixture->worker);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_TIME_SPAN_SECOND);
  g_signal_handlers_disconnect_by_data (fixture->worker, &at_work);
}

static void
test_pop (void)
{
  g_autoptr (WorkerAccount) fixture = worker_account_new (server, 4, 500);
  g_autoptr (MailAccountConfig) pop =
      private_dovecot_config (server, fixture->imap->config->user, MAIL_MODE_POP, MAIL_SECURITY_NONE);
  GAsyncResult *result = NULL;

  g_assert_true (mail_account_config_set (pop, "pop-keep", "forever", NULL));
  mail_sync_worker_set_config (fixture->worker, pop);
  worker_account_start (fixture);
  worker_account_await_rest (fixture, 1);
  g_assert_cmpuint (fixture->synced, ==, 1); /* one connection, then rest */
  g_assert_cmpuint (fixture->result.fetched, ==, 4);
  g_assert_cmpuint (fixture->new_mail, ==, 0);

  /* Neither a change nor a person who reads needs the server. */
  mail_sync_worker_wake (fixture->worker);
  mail_sync_worker_fetch_async (fixture->worker, imap_account_find (fixture->imap, "INBOX", "Message 2"), NULL, NULL,
                                keep_result_cb, &result);
  run_result (&result);
  g_assert_true (mail_sync_worker_fetch_finish (fixture->worker, result, NULL));
  g_clear_object (&result);
  worker_account_await_rest (fixture, 1);
  g_assert_cmpuint (fixture->synced, ==, 1);

  private_dovecot_deliver (server, pop->user, NULL, "Subject: Later\r\n\r\nHi\r\n", -1);
  mail_sync_worker_sync_now (fixture->worker);
  worker_account_await_new_mail (fixture);
  g_assert_cmpuint (fixture->fresh->len, ==, 1);
  worker_account_await_rest (fixture, 2);
  g_assert_cmpuint (fixture->synced, ==, 2);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return 77;
  g_test_add_func ("/sync/worker/syncs-and-comes-to-rest", test_comes_to_rest);
  g_test_add_func ("/sync/worker/tells-new-mail-that-the-server-pushes", test_push);
  g_test_add_func ("/sync/worker/asks-for-a-password-and-goes-on-with-the-right-one", test_password);
  g_test_add_func ("/sync/worker/tries-again-after-growing-pauses-or-when-asked", test_back_off);
  g_test_add_func ("/sync/worker/carries-operations-out-when-woken", test_operations);
  g_test_add_func ("/sync/worker/does-nothing-offline-and-catches-up-online", test_offline);
  g_test_add_func ("/sync/worker/says-that-the-server-is-gone-and-connects-again", test_reconnects);
  g_test_add_func ("/sync/worker/fetches-what-a-person-waits-for", test_fetch);
  g_test_add_func ("/sync/worker/fetches-beside-a-batch-over-a-second-connection", test_fetch_beside_a_batch);
  g_test_add_func ("/sync/worker/learns-how-many-connections-it-may-have", test_learns_limit);
  g_test_add_func ("/sync/worker/makes-do-with-one-connection", test_one_connection);
  g_test_add_func ("/sync/worker/stops-at-once-in-the-middle-of-a-batch", test_stops_at_once);
  g_test_add_func ("/sync/worker/downloads-by-pop-and-then-leaves-the-server-alone", test_pop);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
