/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "lib/home-account.h"
#include "lib/main-loop.h"
#include "model/account-private.h"
#include "store/store-messages.h"

/* A person asks whether what is here is what the server has. */

/* One for all tests, each with a user of its own. NULL: there is no Dovecot. */
static PrivateDovecot *server;

static gboolean
is_offline (gpointer data)
{
  return mail_account_get_state (data) == MAIL_WORKER_OFFLINE;
}

static gboolean
was_compared (gpointer data)
{
  return mail_account_get_audited (data) > 0;
}

static gboolean
set_up (HomeAccount *home)
{
  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return FALSE;
    }
  home_account_init (home);
  private_dovecot_fill (server, home->user, NULL, 20, 2000);
  home_account_open (home, server);
  return TRUE;
}

static MailMailbox *
get_inbox (HomeAccount *home)
{
  return mail_account_find_role (home->account, MAIL_ROLE_INBOX);
}

static gboolean
audit (HomeAccount *home, MailMailbox *mailbox, GCancellable *cancellable, MailAuditResult *found, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  gboolean auditing;
  gboolean ok;

  mail_account_audit_async (home->account, mailbox, cancellable, keep_result_cb, &result);
  run_result (&result);
  ok = mail_account_audit_finish (home->account, result, found, error);
  g_object_get (home->account, "auditing", &auditing, NULL);
  g_assert_false (auditing);
  return ok;
}

static void
test_all_is_as_on_the_server (void)
{
  HomeAccount home = { 0 };
  MailAuditResult found = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  if (!set_up (&home))
    return;
  g_assert_true (audit (&home, NULL, NULL, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (found.messages, ==, 20);
  words = mail_words_audit (&found);
  g_assert_cmpstr (words, ==, "All 20 messages are as on the server.");
  run_until (was_compared, home.account);
  home_account_clear (&home);
}

/* What no sync would notice: a row that went, and a flag that is not the server's. */
static gboolean
tamper_job (MailDb *db, gpointer data, GError **error)
{
  const gint64 *mailbox_id = data;
  g_autoptr (GArray) ids = mail_store_messages_ids (db, *mailbox_id, error);

  return ids != NULL && mail_store_messages_remove (db, g_array_index (ids, gint64, 3), error)
         && mail_store_messages_set_server_flags (db, g_array_index (ids, gint64, 7), MAIL_FLAG_FLAGGED, NULL, error);
}

static void
test_what_differs_is_found_and_put_right (void)
{
  HomeAccount home = { 0 };
  MailAuditResult found = { 0 };
  MailAuditResult again = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  gint64 id;

  if (!set_up (&home))
    return;
  id = mail_mailbox_get_id (get_inbox (&home));
  g_assert_true (mail_store_write (home.account->store, tamper_job, &id, &error));
  g_assert_no_error (error);
  g_assert_true (audit (&home, get_inbox (&home), NULL, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (found.mailboxes, ==, 1);
  g_assert_cmpuint (found.missing, ==, 1);
  g_assert_cmpuint (found.flags, ==, 1);
  words = mail_words_audit (&found);
  g_assert_cmpstr (words, ==, "2 differences found and put right.");
  g_assert_true (audit (&home, NULL, NULL, &again, &error));
  g_assert_cmpuint (again.missing + again.extra + again.flags + again.misnumbered, ==, 0);
  g_assert_cmpuint (again.messages, ==, 20);
  home_account_clear (&home);
}

static void
test_one_comparison_at_a_time_and_none_that_nobody_waits_for (void)
{
  HomeAccount home = { 0 };
  MailAuditResult found;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GError) twice = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GError) error = NULL;
  gboolean auditing;

  if (!set_up (&home))
    return;
  mail_account_audit_async (home.account, NULL, cancellable, keep_result_cb, &first);
  g_object_get (home.account, "auditing", &auditing, NULL);
  g_assert_true (auditing);
  {
    g_autoptr (GAsyncResult) second = NULL;

    mail_account_audit_async (home.account, NULL, NULL, keep_result_cb, &second);
    run_result (&second);
    g_assert_false (mail_account_audit_finish (home.account, second, &found, &twice));
    g_assert_error (twice, MAIL_ERROR, MAIL_ERROR_EXISTS);
  }
  g_cancellable_cancel (cancellable);
  run_result (&first);
  g_assert_false (mail_account_audit_finish (home.account, first, &found, &cancelled));
  g_assert_true (mail_error_is_cancelled (cancelled));
  /* The account goes on as if nothing had been. */
  g_assert_true (audit (&home, NULL, NULL, &found, &error));
  g_assert_no_error (error);
  home_account_clear (&home);
}

static void
test_offline_it_says_so (void)
{
  HomeAccount home = { 0 };
  MailAuditResult found;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) later = NULL;

  if (!set_up (&home))
    return;
  mail_account_set_online (home.account, FALSE);
  run_until (is_offline, home.account);
  g_assert_false (audit (&home, NULL, NULL, &found, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_OFFLINE);
  mail_account_set_online (home.account, TRUE);
  run_until (home_account_is_up_to_date, home.account);
  g_assert_true (audit (&home, NULL, NULL, &found, &later));
  g_assert_no_error (later);
  home_account_clear (&home);
}

/* While mail is being fetched, it has its turn. */
static void
test_it_works_beside_a_sync (void)
{
  HomeAccount home = { 0 };
  MailAuditResult found;
  g_autoptr (GError) error = NULL;

  if (!set_up (&home))
    return;
  private_dovecot_fill (server, home.user, NULL, 300, 500);
  mail_account_sync_now (home.account);
  g_assert_true (audit (&home, NULL, NULL, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (found.messages, ==, 320);
  g_assert_cmpuint (found.missing, ==, 0);
  home_account_clear (&home);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_add_func ("/model/account-audit/all-is-as-on-the-server", test_all_is_as_on_the_server);
  g_test_add_func ("/model/account-audit/what-differs-is-found-and-put-right", test_what_differs_is_found_and_put_right);
  g_test_add_func ("/model/account-audit/one-comparison-at-a-time-and-none-that-nobody-waits-for",
                   test_one_comparison_at_a_time_and_none_that_nobody_waits_for);
  g_test_add_func ("/model/account-audit/offline-it-says-so", test_offline_it_says_so);
  g_test_add_func ("/model/account-audit/it-works-beside-a-sync", test_it_works_beside_a_sync);
  server = private_dovecot_start (NULL);
  status = g_test_run ();
  if (server != NULL)
    private_dovecot_stop (server);
  return status;
}
