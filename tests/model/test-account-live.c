/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "lib/main-loop.h"
#include "lib/private-dovecot.h"
#include "lib/scripted-server.h"
#include "lib/temporary-store.h"
#include "model/account-files.h"
#include "model/account-list.h"

/* The whole way, from a server to the rows of the window and back. */
typedef struct
{
  PrivateDovecot *server;
  char *folder;
  MailHome *home;
  MailAccountList *accounts;
  MailAccount *account;
  MailMessageList *inbox;
  guint wanted;
  guint n_new;
  char *newest;
  guint n_asked;
} Fixture;

static void
new_mail_cb (MailAccount *account, MailMailbox *mailbox, guint count, const MailMessageInfo *first, Fixture *fixture)
{
  g_assert_cmpint (mail_mailbox_get_role (mailbox), ==, MAIL_ROLE_INBOX);
  fixture->n_new += count;
  g_free (fixture->newest);
  fixture->newest = g_strdup (first->subject);
}

static void
password_needed_cb (MailAccount *account, Fixture *fixture)
{
  fixture->n_asked++;
}

/* As the window does: nothing that the account says is missed. */
static void
added_cb (GListModel *accounts, guint position, guint removed, guint added, Fixture *fixture)
{
  if (added == 0)
    return;
  fixture->account = g_list_model_get_item (accounts, position);
  g_signal_connect (fixture->account, "new-mail", G_CALLBACK (new_mail_cb), fixture);
  g_signal_connect (fixture->account, "password-needed", G_CALLBACK (password_needed_cb), fixture);
}

static void
add_config (Fixture *fixture, const MailAccountConfig *config)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (MailAccount) account = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (fixture->accounts, "items-changed", G_CALLBACK (added_cb), fixture);
  mail_account_list_add_async (fixture->accounts, config, NULL, keep_result_cb, &result);
  run_result (&result);
  account = mail_account_list_add_finish (fixture->accounts, result, &error);
  g_assert_no_error (error);
  g_assert_true (account == fixture->account);
}

static void
add_account (Fixture *fixture, MailMode mode, MailOffline offline)
{
  g_autoptr (MailAccountConfig) config = private_dovecot_config (fixture->server, "reader", mode, MAIL_SECURITY_TLS);

  config->offline = offline;
  add_config (fixture, config);
}

/* FALSE: there is no Dovecot. */
static gboolean
set_up (Fixture *fixture)
{
  fixture->server = private_dovecot_start (NULL);
  if (fixture->server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return FALSE;
    }
  fixture->folder = g_dir_make_tmp ("missiva-home-XXXXXX", NULL);
  fixture->home = mail_home_new (fixture->folder);
  fixture->accounts = mail_account_list_new (fixture->home);
  private_dovecot_fill (fixture->server, "reader", NULL, 20, 2000);
  return TRUE;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture *fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->account, fixture);
  g_signal_handlers_disconnect_by_data (fixture->accounts, fixture);
  mail_account_list_close (fixture->accounts);
  g_clear_object (&fixture->inbox);
  g_object_add_weak_pointer (G_OBJECT (fixture->account), (gpointer *) &fixture->account);
  g_object_unref (fixture->account);
  run_until (is_gone, &fixture->account);
  g_object_unref (fixture->accounts);
  private_dovecot_stop (fixture->server);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  mail_home_free (fixture->home);
  g_free (fixture->newest);
}

static gboolean
has_inbox (gpointer data)
{
  return mail_account_find_role (((Fixture *) data)->account, MAIL_ROLE_INBOX) != NULL;
}

static gboolean
shows_wanted (gpointer data)
{
  const Fixture *fixture = data;

  return mail_message_list_get_count (fixture->inbox) == fixture->wanted
         && mail_message_list_get_row (fixture->inbox, 0) != NULL;
}

static gboolean
is_up_to_date (gpointer data)
{
  return mail_account_get_state (((Fixture *) data)->account) == MAIL_WORKER_UP_TO_DATE;
}

static gboolean
was_asked (gpointer data)
{
  return ((Fixture *) data)->n_asked > 0;
}

static void
show_inbox (Fixture *fixture, guint wanted)
{
  fixture->wanted = wanted;
  run_until (has_inbox, fixture);
  fixture->inbox = mail_account_list_messages (fixture->account, mail_account_find_role (fixture->account, MAIL_ROLE_INBOX));
  run_until (shows_wanted, fixture);
  run_until (is_up_to_date, fixture);
}

static MailMessage *
open_first (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MailMessage *message;

  mail_account_open_message_async (fixture->account, mail_message_list_get_id (fixture->inbox, 0), NULL, keep_result_cb,
                                   &result);
  run_result (&result);
  message = mail_account_open_message_finish (fixture->account, result, &error);
  g_assert_no_error (error);
  return message;
}

static gboolean
has_news (gpointer data)
{
  return ((Fixture *) data)->n_new > 0;
}

static const char letter[] = "From: gardener@example.org\r\nTo: reader@example.org\r\nSubject: Tulips\r\n"
                             "Date: Tue, 14 Nov 2034 22:13:20 +0100\r\nMessage-ID: <tulips@example.org>\r\n\r\nYellow.\r\n";

static void
test_an_imap_account_from_password_to_new_mail (void)
{
  Fixture fixture = { 0 };
  g_autoptr (MailMessage) message = NULL;
  g_autofree char *text = NULL;

  if (!set_up (&fixture))
    return;
  add_account (&fixture, MAIL_MODE_IMAP, MAIL_OFFLINE_HEADERS);
  run_until (was_asked, &fixture);
  mail_account_set_password (fixture.account, PRIVATE_DOVECOT_PASSWORD, FALSE);
  show_inbox (&fixture, 20);
  g_assert_null (mail_account_get_problem (fixture.account));
  g_object_get (fixture.account, "state-text", &text, NULL);
  g_assert_cmpstr (text, ==, "Up to date");
  g_assert_cmpint (mail_message_list_get_row (fixture.inbox, 0)->where, ==, MAIL_WHERE_SERVER);
  g_assert_cmpuint (fixture.n_new, ==, 0);

  /* Its text is fetched because a person opens it. */
  message = open_first (&fixture);
  g_assert_false (mail_message_is_text_missing (message));
  g_assert_cmpuint (strlen (mail_message_get_text (message)), >, 0);

  private_dovecot_deliver (fixture.server, "reader", NULL, letter, -1);
  mail_account_sync_now (fixture.account);
  run_until (has_news, &fixture);
  g_assert_cmpuint (fixture.n_new, ==, 1);
  g_assert_cmpstr (fixture.newest, ==, "Tulips");
  fixture.wanted = 21;
  run_until (shows_wanted, &fixture);
  g_assert_cmpstr (mail_message_list_get_row (fixture.inbox, 0)->subject, ==, "Tulips");
  tear_down (&fixture);
}

static void
test_a_pop_account_keeps_its_mail_when_the_server_is_gone (void)
{
  Fixture fixture = { 0 };
  g_autoptr (MailMessage) message = NULL;

  if (!set_up (&fixture))
    return;
  add_account (&fixture, MAIL_MODE_POP, MAIL_OFFLINE_ALL);
  run_until (was_asked, &fixture);
  mail_account_set_password (fixture.account, PRIVATE_DOVECOT_PASSWORD, FALSE);
  show_inbox (&fixture, 20);
  private_dovecot_pause (fixture.server);
  message = open_first (&fixture);
  g_assert_false (mail_message_is_text_missing (message));
  tear_down (&fixture);
}

static gboolean
has_certificate (gpointer data)
{
  return mail_account_get_certificate (((Fixture *) data)->account) != NULL;
}

/* (transfer full) (nullable) */
static MailCertificate *
look_at_outgoing (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  mail_account_look_at_outgoing_async (fixture->account, NULL, keep_result_cb, &result);
  run_result (&result);
  return mail_account_look_at_outgoing_finish (fixture->account, result);
}

/* Two servers that the system does not trust; @data: the one for sending has a certificate of its own. */
static void
test_the_outgoing_server_is_trusted_like_the_incoming_one_or_asked_about (gconstpointer data)
{
  Fixture fixture = { 0 };
  g_autoptr (PrivateDovecot) other = private_dovecot_start (NULL);
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (MailCertificate) certificate = NULL;
  g_autoptr (MailCertificate) none = NULL;
  const MailAccountConfig *now;

  if (other == NULL || !set_up (&fixture))
    return;
  config = private_dovecot_config (fixture.server, "reader", MAIL_MODE_IMAP, MAIL_SECURITY_TLS);
  g_clear_pointer (&config->incoming->ca_file, g_free);
  g_clear_pointer (&config->outgoing->ca_file, g_free);
  if (GPOINTER_TO_INT (data))
    config->outgoing->port = private_dovecot_get_port (other, "submission");
  add_config (&fixture, config);
  run_until (was_asked, &fixture);
  mail_account_set_password (fixture.account, PRIVATE_DOVECOT_PASSWORD, FALSE);
  run_until (has_certificate, &fixture);

  mail_account_trust_certificate (fixture.account, mail_account_get_certificate (fixture.account));
  certificate = look_at_outgoing (&fixture);
  now = mail_account_get_config (fixture.account);
  if (GPOINTER_TO_INT (data))
    {
      g_assert_nonnull (certificate);
      g_assert_null (now->outgoing->pin);
      mail_account_trust_outgoing (fixture.account, certificate);
      now = mail_account_get_config (fixture.account);
      g_assert_cmpstr (now->outgoing->pin, ==, certificate->fingerprint);
      g_assert_cmpstr (now->outgoing->pin, !=, now->incoming->pin);
    }
  else
    {
      g_assert_null (certificate);
      g_assert_cmpstr (now->outgoing->pin, ==, now->incoming->pin);
    }
  none = look_at_outgoing (&fixture);
  g_assert_null (none);
  show_inbox (&fixture, 20);
  tear_down (&fixture);
}

static void
count (Fixture *fixture, MailHoldings *holdings)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mail_account_count_async (fixture->account, NULL, keep_result_cb, &result);
  run_result (&result);
  mail_account_count_finish (fixture->account, result, holdings, &error);
  g_assert_no_error (error);
}

static void
remove_account (Fixture *fixture, gboolean delete_mail)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mail_account_list_remove_async (fixture->accounts, fixture->account, delete_mail, keep_result_cb, &result);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->accounts)), ==, 0);
  g_assert_cmpint (mail_account_get_state (fixture->account), ==, MAIL_WORKER_STOPPED);
  run_result (&result);
  mail_account_list_remove_finish (fixture->accounts, result, &error);
  g_assert_no_error (error);
}

static gboolean
has_begun (gpointer data)
{
  return mail_message_list_get_count (((Fixture *) data)->inbox) > 0;
}

static void
test_an_account_in_the_middle_of_a_sync_is_removed_at_once (void)
{
  Fixture fixture = { 0 };
  g_autofree char *folder = NULL;

  if (!set_up (&fixture))
    return;
  private_dovecot_fill (fixture.server, "reader", NULL, 2000, 20000);
  add_account (&fixture, MAIL_MODE_IMAP, MAIL_OFFLINE_ALL);
  mail_account_set_password (fixture.account, PRIVATE_DOVECOT_PASSWORD, FALSE);
  run_until (has_inbox, &fixture);
  fixture.inbox = mail_account_list_messages (fixture.account, mail_account_find_role (fixture.account, MAIL_ROLE_INBOX));
  run_until (has_begun, &fixture);
  g_assert_cmpint (mail_account_get_state (fixture.account), ==, MAIL_WORKER_WORKING);
  folder = mail_home_account_store (fixture.home, mail_account_get_name (fixture.account));
  remove_account (&fixture, TRUE);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  tear_down (&fixture);
}

static gboolean
counts_a_change (gpointer data)
{
  MailHoldings holdings;

  count (data, &holdings);
  return holdings.waiting == 1;
}

static void
test_a_change_that_waits_for_the_server_is_counted (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  MailHoldings holdings;
  gint64 id;

  if (!set_up (&fixture))
    return;
  add_account (&fixture, MAIL_MODE_IMAP, MAIL_OFFLINE_HEADERS);
  mail_account_set_password (fixture.account, PRIVATE_DOVECOT_PASSWORD, FALSE);
  show_inbox (&fixture, 20);
  count (&fixture, &holdings);
  g_assert_cmpuint (holdings.messages, ==, 20);
  g_assert_cmpuint (holdings.whole, ==, 0);
  g_assert_cmpuint (holdings.only_here, ==, 0);
  g_assert_cmpuint (holdings.waiting, ==, 0);
  g_assert_false (mail_holdings_are_own (&holdings, MAIL_MODE_IMAP));

  g_object_set (fixture.accounts, "work-offline", TRUE, NULL);
  id = mail_message_list_get_id (fixture.inbox, 0);
  g_array_append_val (ids, id);
  mail_account_set_flags (fixture.account, ids, MAIL_FLAG_FLAGGED, 0);
  run_until (counts_a_change, &fixture);
  tear_down (&fixture);
}

static void
test_pop_mail_stays_when_its_account_goes_and_is_there_again (void)
{
  Fixture fixture = { 0 };
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *name = NULL;
  MailHoldings holdings;

  if (!set_up (&fixture))
    return;
  add_account (&fixture, MAIL_MODE_POP, MAIL_OFFLINE_ALL);
  config = mail_account_config_copy (mail_account_get_config (fixture.account));
  g_assert_true (mail_account_config_set (config, "address", "reader@example.org", NULL));
  g_assert_true (mail_account_config_set (config, "pop-keep", "delete", NULL));
  mail_account_set_config (fixture.account, config);
  mail_account_set_password (fixture.account, PRIVATE_DOVECOT_PASSWORD, FALSE);
  show_inbox (&fixture, 20);
  count (&fixture, &holdings);
  g_assert_cmpuint (holdings.whole, ==, 20);
  g_assert_cmpuint (holdings.only_here, ==, 20);
  g_assert_true (mail_holdings_are_own (&holdings, MAIL_MODE_POP));

  remove_account (&fixture, FALSE);
  g_clear_object (&fixture.inbox);
  g_signal_handlers_disconnect_by_data (fixture.account, &fixture);
  g_clear_object (&fixture.account);
  name = mail_account_files_choose_name (fixture.home, config, "other");
  g_assert_cmpstr (name, ==, config->name);
  mail_account_list_add_async (fixture.accounts, config, PRIVATE_DOVECOT_PASSWORD, keep_result_cb, &result);
  run_result (&result);
  g_object_unref (mail_account_list_add_finish (fixture.accounts, result, NULL));
  show_inbox (&fixture, 20);
  count (&fixture, &holdings);
  g_assert_cmpuint (holdings.only_here, ==, 20);
  tear_down (&fixture);
}

#define REFUSED(alert)                                                                                                   \
  "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\nC: A1 AUTHENTICATE PLAIN\nS: + \nC: *\n" alert "S: A1 NO no\n! connection\n"

static char *
dup_alert (MailAccount *account)
{
  char *alert = NULL;

  g_object_get (account, "alert", &alert, NULL);
  return alert;
}

static gboolean
has_alert (gpointer data)
{
  g_autofree char *alert = dup_alert (data);

  return alert != NULL;
}

/* The server says the same at each sign-in, and something new at the second. */
static void
test_what_the_server_says_is_shown_once (void)
{
  g_autofree char *script = g_strconcat (REFUSED ("S: * OK [ALERT] We close <b>soon</b>\n"),
                                         REFUSED ("S: * OK [ALERT] We close <b>soon</b>\nS: * OK [ALERT] Call us\n"), NULL);
  ScriptedServer *server = scripted_server_new (script);
  g_autofree char *where = g_strdup_printf ("127.0.0.1:%u", scripted_server_get_port (server));
  g_autofree char *folder = g_dir_make_tmp ("missiva-home-XXXXXX", NULL);
  g_autoptr (MailHome) home = mail_home_new (folder);
  g_autoptr (MailAccountConfig) config = mail_account_config_new ("Post");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *none = NULL;
  g_autofree char *second = NULL;
  MailAccount *account;

  g_assert_true (mail_account_config_set (config, "mode", "imap", NULL));
  g_assert_true (mail_account_config_set (config, "incoming", where, NULL));
  g_assert_true (mail_account_config_set (config, "incoming-security", "none", NULL));
  g_assert_true (mail_account_config_set (config, "user", "anna", NULL));
  mail_account_open_async (config, home, TRUE, keep_result_cb, &result);
  run_result (&result);
  account = mail_account_open_finish (result, &error);
  g_assert_no_error (error);

  mail_account_set_password (account, "secret", FALSE);
  run_until (has_alert, account);
  first = dup_alert (account);
  g_assert_cmpstr (first, ==, "The server of Post says: “We close <b>soon</b>”");
  mail_account_dismiss_alert (account);
  none = dup_alert (account);
  g_assert_null (none);
  mail_account_set_password (account, "secret", FALSE);
  run_until (has_alert, account);
  second = dup_alert (account);
  g_assert_cmpstr (second, ==, "The server of Post says: “Call us”");
  mail_account_close (account);
  g_object_unref (account);
  scripted_server_finish (server);
  temporary_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_add_func ("/model/account-live/an-imap-account-from-password-to-new-mail",
                   test_an_imap_account_from_password_to_new_mail);
  g_test_add_func ("/model/account-live/a-pop-account-keeps-its-mail-when-the-server-is-gone",
                   test_a_pop_account_keeps_its_mail_when_the_server_is_gone);
  g_test_add_func ("/model/account-live/an-account-in-the-middle-of-a-sync-is-removed-at-once",
                   test_an_account_in_the_middle_of_a_sync_is_removed_at_once);
  g_test_add_func ("/model/account-live/a-change-that-waits-for-the-server-is-counted",
                   test_a_change_that_waits_for_the_server_is_counted);
  g_test_add_func ("/model/account-live/pop-mail-stays-when-its-account-goes-and-is-there-again",
                   test_pop_mail_stays_when_its_account_goes_and_is_there_again);
  g_test_add_func ("/model/account-live/what-the-server-says-is-shown-once", test_what_the_server_says_is_shown_once);
  g_test_add_data_func ("/model/account-live/the-certificate-of-the-incoming-server-is-trusted-for-sending-too",
                        GINT_TO_POINTER (FALSE), test_the_outgoing_server_is_trusted_like_the_incoming_one_or_asked_about);
  g_test_add_data_func ("/model/account-live/another-certificate-for-sending-is-asked-about",
                        GINT_TO_POINTER (TRUE), test_the_outgoing_server_is_trusted_like_the_incoming_one_or_asked_about);
  return g_test_run ();
}
