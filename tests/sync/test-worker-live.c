/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/certificate.h"
#include "core/clock.h"
#include "core/errors.h"
#include "lib/main-loop.h"
#include "lib/mock-network.h"
#include "lib/toy-imap.h"
#include "lib/worker-account.h"

/* The account's thread at a server, and over a network, that change under it: what is heard there, and in which order. */

#define NOW 1800000000

#define LETTER "UID FETCH 1000 (UID BODY.PEEK[])"

/* At rest: in step with @server, and waiting in IDLE. */
static WorkerAccount *
account_at_rest (ToyImap *server)
{
  WorkerAccount *account = worker_account_new_for (toy_imap_config (server));
  g_autofree char *log = NULL;

  worker_account_start (account);
  worker_account_await_rest (account, 1);
  toy_imap_await (server, "IDLE");
  log = toy_imap_take_log (server);
  return account;
}

/* @lines ("AUTHENTICATE\nIDLE") are the beginnings of commands that were heard in this order, whatever came between. The log is
 * empty then. */
static void
assert_heard (ToyImap *server, const char *lines)
{
  g_autofree char *log = toy_imap_take_log (server);
  g_auto (GStrv) heard = g_strsplit (log, "\n", -1);
  g_auto (GStrv) expected = g_strsplit (lines, "\n", -1);
  guint found = 0;

  for (guint i = 0; heard[i] != NULL && expected[found] != NULL; i++)
    if (g_str_has_prefix (heard[i], expected[found]))
      found++;
  if (expected[found] != NULL)
    g_error ("%s is missing in:\n%s", expected[found], log);
}

static void
assert_not_heard (ToyImap *server, const char *word)
{
  g_autofree char *log = toy_imap_take_log (server);

  if (strstr (log, word) != NULL)
    g_error ("%s was heard:\n%s", word, log);
}

static void
test_another_network (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = account_at_rest (server);

  /* Nobody answers over the old connection, not even to a goodbye. */
  toy_imap_strand (server);
  mock_network_change (TRUE, FALSE);
  toy_imap_await (server, "AUTHENTICATE");
  toy_imap_await (server, "IDLE");
  assert_not_heard (server, "LOGOUT");
  toy_imap_deliver (server, "INBOX");
  worker_account_await_new_mail (account);
  g_assert_cmpuint (account->problems, ==, 0);
}

static void
test_no_network (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = account_at_rest (server);

  mock_network_change (FALSE, FALSE);
  toy_imap_refuse (server, "AUTHENTICATE", "NO [UNAVAILABLE] soon");
  toy_imap_hang_up (server, NULL);
  worker_account_await_state (account, MAIL_WORKER_OFFLINE);
  toy_imap_refuse (server, "AUTHENTICATE", NULL);
  toy_imap_deliver (server, "INBOX");
  /* The pause after a failure is over, whatever the clock says. */
  mock_network_change (TRUE, FALSE);
  worker_account_await_new_mail (account);
  toy_imap_await (server, "IDLE");
}

static void
fetch (WorkerAccount *account, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  mail_sync_worker_fetch_async (account->worker, id, "*", NULL, keep_result_cb, &result);
  run_result (&result);
  mail_sync_worker_fetch_finish (account->worker, result, &error);
  g_assert_no_error (error);
}

static void
test_metered (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (server));

  g_assert_true (mail_account_config_set (account->imap->config, "offline", "all", NULL));
  mail_sync_worker_set_config (account->worker, account->imap->config);
  toy_imap_put_mailbox (server, "INBOX", 3);
  mock_network_change (TRUE, TRUE);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  toy_imap_await (server, "IDLE");
  assert_not_heard (server, "BODY.PEEK[])");
  /* What a person asks for comes, and nothing else. */
  fetch (account, imap_account_find (account->imap, "INBOX", "Letter 2"));
  toy_imap_await (server, "IDLE");
  assert_heard (server, "UID FETCH 2 (UID BODY.PEEK[])\nIDLE");
  /* The rest waits for another network. */
  mock_network_change (TRUE, FALSE);
  toy_imap_await (server, "UID FETCH 1,3 (UID BODY.PEEK[])");
}

static void
test_prepare_metered (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  toy_imap_put_mailbox (server, "INBOX", 3);
  mock_network_change (TRUE, TRUE);
  account = account_at_rest (server);
  mail_sync_worker_prepare_async (account->worker, NULL, keep_result_cb, &result);
  run_result (&result);
  mail_sync_worker_prepare_finish (account->worker, result, &error);
  g_assert_no_error (error);
  assert_heard (server, "UID FETCH 1:3 (UID BODY.PEEK[])");
  mock_network_change (TRUE, FALSE);
}

static void
problem_cb (MailSyncWorker *worker, const MailProblem *problem, const MailCertificate *certificate, gpointer data)
{
  char **words = data;

  if (problem == NULL)
    return;
  g_free (*words);
  *words = g_strdup (problem->summary);
}

static void
test_throttled (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (server));
  g_autofree char *words = NULL;

  mail_clock_set_for_test (NOW);
  g_signal_connect (account->worker, "problem", G_CALLBACK (problem_cb), &words);
  toy_imap_refuse (server, "LIST", "NO [THROTTLED] slow down");
  worker_account_start (account);
  worker_account_await_problem (account, 1);
  g_assert_cmpint (account->problem_code, ==, MAIL_ERROR_BUSY);
  g_assert_cmpstr (words, !=, NULL);
  g_test_message ("%s", words);
  worker_account_await_state (account, MAIL_WORKER_WAITING);
  toy_imap_refuse (server, "LIST", NULL);
  assert_heard (server, "AUTHENTICATE\nLIST");
  /* An ordinary failure would be tried again by now; this server wanted a pause. */
  mail_clock_set_for_test (NOW + 30);
  mail_sync_worker_wake (account->worker);
  g_assert_cmpint (mail_sync_worker_get_state (account->worker), ==, MAIL_WORKER_WAITING);
  mail_clock_set_for_test (NOW + 61);
  mail_sync_worker_wake (account->worker);
  worker_account_await_rest (account, 1);
  g_assert_cmpint (account->problem_code, ==, 0);
  g_signal_handlers_disconnect_by_data (account->worker, &words);
  mail_clock_set_for_test (0);
}

static guint
count_heard (ToyImap *server, const char *word)
{
  g_autofree char *log = toy_imap_take_log (server);

  return toy_imap_count_heard (log, word);
}

/* Somebody between here and the server ends every connection that waits in IDLE. */
static void
test_no_idling (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (server));

  mail_clock_set_for_test (NOW);
  toy_imap_set_idle (server, TOY_IDLE_HANGS_UP);
  worker_account_start (account);
  worker_account_await_state (account, MAIL_WORKER_WAITING);
  /* One more connection is made at once, and then none without a pause. */
  g_assert_cmpuint (count_heard (server, "AUTHENTICATE"), ==, 2);
  mail_clock_set_for_test (NOW + 10);
  mail_sync_worker_wake (account->worker);
  worker_account_await_problem (account, account->problems + 1);
  worker_account_await_state (account, MAIL_WORKER_WAITING);
  g_assert_cmpuint (count_heard (server, "AUTHENTICATE"), ==, 1);
  /* After three of them it is asked now and then. */
  mail_clock_set_for_test (NOW + 3600);
  mail_sync_worker_wake (account->worker);
  worker_account_await_rest (account, 4);
  g_assert_cmpuint (count_heard (server, "IDLE"), ==, 0);
  mail_clock_set_for_test (0);
}

/* What was only marked asks nothing of the account's other mailboxes. */
static void
test_calm_click (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = account_at_rest (server);

  toy_imap_deliver (server, "INBOX");
  worker_account_await_new_mail (account);
  toy_imap_await (server, "IDLE");
  assert_heard (server, "DONE");
  imap_account_mark (account->imap, imap_account_find (account->imap, "INBOX", "Letter 1"), MAIL_FLAG_SEEN, 0);
  mail_sync_worker_wake (account->worker);
  worker_account_await_carried_out (account, 1);
  toy_imap_await (server, "IDLE");
  assert_not_heard (server, "LIST");
}

static void
alert_cb (MailSyncWorker *worker, const char *words, char **alert)
{
  g_free (*alert);
  *alert = g_strdup (words);
}

static gboolean
has_alert (gpointer data)
{
  return *(char **) data != NULL;
}

/* RFC 3501, section 7.1: an alert is for the person, now. */
static void
test_alert (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = account_at_rest (server);
  g_autofree char *alert = NULL;

  g_signal_connect (account->worker, "alert", G_CALLBACK (alert_cb), &alert);
  toy_imap_say (server, "OK [ALERT] This server goes down in five minutes");
  run_until (has_alert, &alert);
  g_assert_nonnull (strstr (alert, "five minutes"));
  g_signal_handlers_disconnect_by_data (account->worker, &alert);
}

/* RFC 5465, section 5.8: the server cannot keep up, and tells nothing from here on. */
static void
test_overflow (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS NOTIFY");
  g_autoptr (WorkerAccount) account = NULL;

  toy_imap_put_mailbox (server, "Lists", 1);
  account = account_at_rest (server);
  /* Nothing was told of what came elsewhere: it is found all the same, and telling is asked for once more. */
  toy_imap_deliver (server, "Lists");
  toy_imap_say (server, "OK [NOTIFICATIONOVERFLOW] too much");
  worker_account_await_rest (account, 2);
  toy_imap_await (server, "IDLE");
  g_assert_cmpint (imap_account_find (account->imap, "Lists", "Letter 2"), !=, 0);
  assert_heard (server, "DONE\nNOTIFY SET\nLIST\nIDLE");
  /* A server that gives up again is not asked a third time; the inbox is heard of by IDLE alone. */
  toy_imap_deliver (server, "Lists");
  toy_imap_say (server, "OK [NOTIFICATIONOVERFLOW] too much");
  worker_account_await_rest (account, 3);
  toy_imap_await (server, "IDLE");
  g_assert_cmpint (imap_account_find (account->imap, "Lists", "Letter 3"), !=, 0);
  assert_not_heard (server, "NOTIFY");
  toy_imap_deliver (server, "INBOX");
  worker_account_await_new_mail (account);
  g_assert_cmpuint (account->problems, ==, 0);
}

/* Commands that begin with @beginning are not answered as long as the mutex is held. */
typedef struct
{
  const char *beginning;
  GMutex mutex;
} Gate;

static void
hold_cb (ToyImap *server, const char *command, gpointer user_data)
{
  Gate *gate = user_data;

  if (!g_str_has_prefix (command, gate->beginning))
    return;
  g_mutex_lock (&gate->mutex);
  g_mutex_unlock (&gate->mutex);
}

static void
close_gate (Gate *gate, ToyImap *server)
{
  g_mutex_init (&gate->mutex);
  g_mutex_lock (&gate->mutex);
  toy_imap_watch (server, hold_cb, gate);
}

/* A server that does not answer keeps nobody else waiting. */
static void
test_two_accounts (void)
{
  Gate gate = { .beginning = "LIST" };
  g_autoptr (ToyImap) slow = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (ToyImap) quick = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) waits = worker_account_new_for (toy_imap_config (slow));
  g_autoptr (WorkerAccount) goes = worker_account_new_for (toy_imap_config (quick));

  close_gate (&gate, slow);
  toy_imap_put_mailbox (quick, "INBOX", 20);
  worker_account_start (waits);
  toy_imap_await (slow, "AUTHENTICATE");
  worker_account_start (goes);
  worker_account_await_rest (goes, 1);
  toy_imap_deliver (quick, "INBOX");
  worker_account_await_new_mail (goes);
  fetch (goes, imap_account_find (goes->imap, "INBOX", "Letter 1"));
  g_assert_cmpuint (waits->synced, ==, 0);
  g_mutex_unlock (&gate.mutex);
  worker_account_await_rest (waits, 1);
}

/* While it waits, and in the middle of a pass. */
static void
test_goodbye (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = account_at_rest (server);
  g_autofree char *before = NULL;

  toy_imap_deliver (server, "INBOX");
  worker_account_await_new_mail (account);
  toy_imap_await (server, "IDLE");
  before = toy_imap_take_log (server);
  toy_imap_hang_up (server, "BYE shutting down");
  toy_imap_await (server, "AUTHENTICATE");
  toy_imap_await (server, "IDLE");
  g_assert_cmpuint (account->problems, ==, 0);
  toy_imap_refuse (server, "LIST", "!");
  mail_sync_worker_sync_now (account->worker);
  worker_account_await_problem (account, 1);
  g_assert_cmpint (account->problem_code, ==, MAIL_ERROR_CLOSED);
  toy_imap_refuse (server, "LIST", NULL);
  toy_imap_deliver (server, "INBOX");
  mail_sync_worker_sync_now (account->worker);
  worker_account_await_rest (account, account->synced + 1);
  g_assert_cmpint (imap_account_find (account->imap, "INBOX", "Letter 2"), !=, 0);
  g_assert_cmpint (account->problem_code, ==, 0);
}

static gboolean
has_learnt_limit (gpointer data)
{
  guint open;
  guint learnt;

  mail_sync_worker_get_connections (((WorkerAccount *) data)->worker, &open, &learnt);
  return learnt == 1;
}

/* A second connection is tried once, and then no more. */
static void
test_limit (void)
{
  Gate gate = { .beginning = "UID FETCH 2" };
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  toy_imap_put_mailbox (server, "INBOX", 1);
  account = account_at_rest (server);
  close_gate (&gate, server);
  toy_imap_refuse (server, "AUTHENTICATE", "NO [LIMIT] one connection is enough");
  toy_imap_deliver (server, "INBOX");
  toy_imap_await (server, gate.beginning);
  mail_sync_worker_fetch_async (account->worker, imap_account_find (account->imap, "INBOX", "Letter 1"), "*", NULL,
                                keep_result_cb, &result);
  toy_imap_await (server, "AUTHENTICATE");
  g_mutex_unlock (&gate.mutex);
  run_result (&result);
  g_assert_true (mail_sync_worker_fetch_finish (account->worker, result, NULL));
  run_until (has_learnt_limit, account);
  g_assert_cmpuint (account->problems, ==, 0);
  assert_heard (server, "UID FETCH 2\nAUTHENTICATE\nUID FETCH 1");
}

typedef struct
{
  GMutex first;  /* locked: its FETCH is not answered */
  gint second;   /* 1: who selects a mailbox now has to wait until the letter was asked for */
} SlowSecond;

static void
slow_second_cb (ToyImap *server, const char *command, gpointer data)
{
  SlowSecond *slow = data;

  if (g_str_has_prefix (command, "UID FETCH 801:900 "))
    {
      g_mutex_lock (&slow->first);
      g_mutex_unlock (&slow->first);
    }
  else if (g_str_has_prefix (command, "SELECT") && g_atomic_int_get (&slow->second))
    toy_imap_await (server, LETTER);
}

/* In the middle of a sync, a connection that is there comes to a letter sooner than one that has to be made. */
static void
test_first_is_quicker (void)
{
  SlowSecond slow = { .second = 0 };
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (server));
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *log = NULL;

  toy_imap_put_mailbox (server, "INBOX", 1000);
  g_mutex_init (&slow.first);
  g_mutex_lock (&slow.first);
  toy_imap_watch (server, slow_second_cb, &slow);
  worker_account_start (account);
  toy_imap_await (server, "UID FETCH 801:900 ");
  log = toy_imap_take_log (server);
  g_atomic_int_set (&slow.second, 1);
  mail_sync_worker_fetch_async (account->worker, imap_account_find (account->imap, "INBOX", "Letter 1000"), NULL, NULL,
                                keep_result_cb, &result);
  toy_imap_await (server, "SELECT");
  g_mutex_unlock (&slow.first);
  run_result (&result);
  g_assert_true (mail_sync_worker_fetch_finish (account->worker, result, NULL));
  worker_account_await_rest (account, 1);
  assert_heard (server, "AUTHENTICATE\nSELECT\n" LETTER);
}

typedef struct
{
  GMutex mutex;
  GCond nobody;
  guint fetched;  /* commands for whole messages */
} SlowFill;

/* The first one takes longer than a batch; meanwhile a letter comes, and half a minute passes. */
static void
slow_fill_cb (ToyImap *server, const char *command, gpointer data)
{
  SlowFill *slow = data;
  gint64 until = g_get_monotonic_time () + 5 * G_TIME_SPAN_SECOND / 4;

  if (strstr (command, "(UID BODY.PEEK[])") == NULL || slow->fetched++ > 0)
    return;
  toy_imap_deliver (server, "INBOX");
  mail_clock_set_for_test (NOW + 31);
  g_mutex_lock (&slow->mutex);
  while (g_cond_wait_until (&slow->nobody, &slow->mutex, until))
    ;
  g_mutex_unlock (&slow->mutex);
}

/* To bring a large mailbox here takes hours; who writes meanwhile is not kept waiting for so long. */
static void
test_news_in_a_fill (void)
{
  SlowFill slow = { .fetched = 0 };
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  MailAccountConfig *config = toy_imap_config (server);
  g_autoptr (WorkerAccount) account = NULL;

  config->offline = MAIL_OFFLINE_ALL;
  account = worker_account_new_for (config);
  toy_imap_put_mailbox (server, "Work", 2500);
  mail_clock_set_for_test (NOW);
  toy_imap_watch (server, slow_fill_cb, &slow);
  worker_account_start (account);
  worker_account_await_new_mail (account);
  worker_account_await_rest (account, 1);
  mail_clock_set_for_test (0);
  assert_heard (server, "UID FETCH 1:2000 (UID BODY.PEEK[])\nSELECT \"INBOX\"\nUID FETCH 1 (\n"
                        "SELECT \"Work\"\nUID FETCH 2001:2500 (UID BODY.PEEK[])");
}

/* What the server numbered anew is read anew before a letter of it is asked for. */
static void
test_letter_of_renumbered (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (server));

  toy_imap_put_mailbox (server, "Work", 3);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  toy_imap_await (server, "IDLE");
  toy_imap_renumber (server);
  fetch (account, imap_account_find (account->imap, "Work", "Letter 2"));
  g_assert_cmpuint (account->problems, ==, 0);
}

/* Nothing is looked for in such a mailbox; when it is renumbered, what waits in it, and the other mailboxes, go on. */
static void
test_fill_of_renumbered (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  g_autoptr (WorkerAccount) account = worker_account_new_for (toy_imap_config (server));
  gint64 letter;

  toy_imap_put_mailbox (server, "Work", 3);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  letter = imap_account_find (account->imap, "Work", "Letter 2");
  imap_account_set_offline (account->imap, "Work", MAIL_MAILBOX_OFFLINE_NOT, 0);
  imap_account_mark (account->imap, letter, MAIL_FLAG_FLAGGED, 0);
  toy_imap_await (server, "IDLE");
  toy_imap_renumber (server);
  mail_sync_worker_wake (account->worker);
  toy_imap_await (server, "UID FETCH 2 (UID BODY.PEEK[])");
  worker_account_await_rest (account, 1);
  g_assert_cmpuint (account->problems, ==, 0);
}

/* The network costs nothing any more, and is the same. */
static void
test_metered_no_more (void)
{
  g_autoptr (ToyImap) server = toy_imap_new ("IDLE UIDPLUS");
  MailAccountConfig *config = toy_imap_config (server);
  g_autoptr (WorkerAccount) account = NULL;
  g_autofree char *log = NULL;

  config->offline = MAIL_OFFLINE_ALL;
  account = worker_account_new_for (config);
  toy_imap_put_mailbox (server, "INBOX", 3);
  mock_network_change (TRUE, TRUE);
  worker_account_start (account);
  worker_account_await_rest (account, 1);
  toy_imap_await (server, "IDLE");
  log = toy_imap_take_log (server);
  mock_network_set_metered (FALSE);
  toy_imap_await (server, "UID FETCH 1:3 (UID BODY.PEEK[])");
  assert_not_heard (server, "AUTHENTICATE");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  mock_network_install ();
  g_test_add_func ("/sync/worker-live/drops-the-old-connection-and-is-live-over-another-network", test_another_network);
  g_test_add_func ("/sync/worker-live/waits-for-a-network-and-goes-on-when-there-is-one", test_no_network);
  g_test_add_func ("/sync/worker-live/fetches-only-what-a-person-asks-for-where-it-costs", test_metered);
  g_test_add_func ("/sync/worker-live/prepares-where-it-costs-because-a-person-wants-it", test_prepare_metered);
  g_test_add_func ("/sync/worker-live/gives-a-server-the-pause-that-it-wants", test_throttled);
  g_test_add_func ("/sync/worker-live/makes-no-connection-after-another-where-idling-ends-it", test_no_idling);
  g_test_add_func ("/sync/worker-live/looks-at-nothing-else-after-a-click", test_calm_click);
  g_test_add_func ("/sync/worker-live/tells-an-alert-at-once", test_alert);
  g_test_add_func ("/sync/worker-live/misses-nothing-when-the-server-gives-up-telling", test_overflow);
  g_test_add_func ("/sync/worker-live/goes-on-with-one-account-while-another-is-stuck", test_two_accounts);
  g_test_add_func ("/sync/worker-live/comes-back-after-a-goodbye", test_goodbye);
  g_test_add_func ("/sync/worker-live/learns-that-one-connection-is-all", test_limit);
  g_test_add_func ("/sync/worker-live/lets-the-first-connection-serve-while-the-second-gets-ready", test_first_is_quicker);
  g_test_add_func ("/sync/worker-live/hears-of-new-mail-in-the-middle-of-a-long-fill", test_news_in_a_fill);
  g_test_add_func ("/sync/worker-live/opens-a-letter-of-a-mailbox-that-was-renumbered", test_letter_of_renumbered);
  g_test_add_func ("/sync/worker-live/brings-what-is-starred-though-its-mailbox-was-renumbered", test_fill_of_renumbered);
  g_test_add_func ("/sync/worker-live/goes-on-when-the-network-costs-nothing-any-more", test_metered_no_more);
  return g_test_run ();
}
