/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/home-account.h"
#include "lib/main-loop.h"

/* What is fetched because a person wants it: all mail before a journey, and one attachment. */

#define ATTACHMENT (4 * 1024 * 1024)

/* One for all tests, each with a user of its own. NULL: there is no Dovecot. */
static PrivateDovecot *server;

/* A letter with a text, and an attachment of ATTACHMENT octets of text. */
static void
deliver_large (HomeAccount *home)
{
  GString *letter = g_string_new ("From: gardener@example.org\r\nTo: reader@example.org\r\nSubject: Plans\r\n"
                                  "Date: Tue, 14 Nov 2034 22:13:20 +0100\r\nMessage-ID: <plans@example.org>\r\n"
                                  "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
                                  "--x\r\nContent-Type: text/plain\r\n\r\nSee the plans.\r\n"
                                  "--x\r\nContent-Type: text/csv; name=plans.csv\r\nContent-Disposition: attachment\r\n\r\n");

  for (guint i = 0; i < ATTACHMENT / 64; i++)
    g_string_append_printf (letter, "%062u\r\n", i);
  g_string_append (letter, "\r\n--x--\r\n");
  private_dovecot_deliver (server, home->user, NULL, letter->str, (gssize) letter->len);
  g_string_free (letter, TRUE);
}

/* Twelve letters in the inbox, of which one is large, and eight in Archive; headers alone are fetched. */
static gboolean
set_up (HomeAccount *home)
{
  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return FALSE;
    }
  home_account_init (home);
  private_dovecot_fill (server, home->user, NULL, 11, 3000);
  private_dovecot_fill (server, home->user, "Archive", 8, 3000);
  deliver_large (home);
  home_account_open (home, server);
  return TRUE;
}

static MailMessage *
open_message (HomeAccount *home, gint64 id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MailMessage *message;

  mail_account_open_message_async (home->account, id, NULL, keep_result_cb, &result);
  run_result (&result);
  message = mail_account_open_message_finish (home->account, result, &error);
  g_assert_no_error (error);
  return message;
}

typedef struct
{
  MailMessageList *list;
  guint wanted;
} Rows;

static gboolean
are_there (gpointer data)
{
  const Rows *rows = data;

  return mail_message_list_get_count (rows->list) == rows->wanted;
}

/* (transfer full) */
static MailMessageList *
list_messages (HomeAccount *home, MailMailbox *mailbox, guint wanted)
{
  Rows rows = { mail_account_list_messages (home->account, mailbox), wanted };

  run_until (are_there, &rows);
  return rows.list;
}

/* Every message of @mailbox, with its text and its attachments. */
static void
read_all (HomeAccount *home, MailMailbox *mailbox)
{
  guint wanted = mail_mailbox_get_info (mailbox)->messages;
  g_autoptr (MailMessageList) list = list_messages (home, mailbox, wanted);

  for (guint i = 0; i < wanted; i++)
    {
      g_autoptr (MailMessage) message = open_message (home, mail_message_list_get_id (list, i));

      g_assert_false (mail_message_is_text_missing (message));
      g_assert_cmpuint (strlen (mail_message_get_text (message)), >, 0);
      for (guint part = 0; part < mail_message_get_n_parts (message); part++)
        g_assert_false (mail_message_get_part (message, part)->missing);
    }
}

static gboolean
prepare (HomeAccount *home, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  gboolean preparing;
  gboolean ok;

  mail_account_prepare_offline_async (home->account, cancellable, keep_result_cb, &result);
  g_object_get (home->account, "preparing", &preparing, NULL);
  g_assert_true (preparing);
  run_result (&result);
  ok = mail_account_prepare_offline_finish (home->account, result, error);
  g_object_get (home->account, "preparing", &preparing, NULL);
  g_assert_false (preparing);
  return ok;
}

static gboolean
is_complete (gpointer data)
{
  g_autofree char *completeness = NULL;

  g_object_get (data, "completeness", &completeness, NULL);
  return g_strcmp0 (completeness, "20 of 20 messages") == 0;
}

static void
test_all_mail_can_be_read_without_the_server (void)
{
  HomeAccount home = { 0 };
  GListModel *mailboxes;
  g_autoptr (GError) error = NULL;
  guint messages = 0;

  if (!set_up (&home))
    return;
  g_assert_false (is_complete (home.account));
  g_assert_true (prepare (&home, NULL, &error));
  g_assert_no_error (error);
  run_until (is_complete, home.account);
  private_dovecot_pause (server);
  mailboxes = mail_account_get_mailboxes (home.account);
  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (mailboxes, i);

      read_all (&home, mailbox);
      messages += mail_mailbox_get_info (mailbox)->messages;
    }
  g_assert_cmpuint (messages, ==, 20);
  home_account_clear (&home);
  private_dovecot_resume (server);
}

static void
test_preparing_is_ended_and_begun_anew (void)
{
  HomeAccount home = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GError) error = NULL;

  if (!set_up (&home))
    return;
  g_cancellable_cancel (cancellable);
  g_assert_false (prepare (&home, cancellable, &cancelled));
  g_assert_true (mail_error_is_cancelled (cancelled));
  g_assert_true (prepare (&home, NULL, &error));
  g_assert_no_error (error);
  run_until (is_complete, home.account);
  home_account_clear (&home);
}

static void
cancel_cb (MailAccount *account, gint64 id, const char *section, guint64 done, guint64 total, GCancellable *cancellable)
{
  g_assert_cmpuint (done, <=, total);
  g_cancellable_cancel (cancellable);
}

static MailMessage *
fetch_part (HomeAccount *home, gint64 id, const char *section, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  mail_account_fetch_part_async (home->account, id, section, cancellable, keep_result_cb, &result);
  run_result (&result);
  return mail_account_fetch_part_finish (home->account, result, error);
}

static void
test_an_attachment_is_given_up_in_the_middle_and_fetched_later (void)
{
  HomeAccount home = { 0 };
  g_autoptr (MailMessageList) list = NULL;
  g_autoptr (MailMessage) message = NULL;
  g_autoptr (MailMessage) whole = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GError) error = NULL;
  const MailPart *part;
  gint64 id;

  if (!set_up (&home))
    return;
  list = list_messages (&home, mail_account_find_role (home.account, MAIL_ROLE_INBOX), 12);
  id = mail_message_list_get_id (list, 0);
  message = open_message (&home, id);
  g_assert_cmpstr (mail_message_get_subject (message), ==, "Plans");
  g_assert_false (mail_message_is_text_missing (message));
  g_assert_cmpuint (mail_message_get_n_parts (message), ==, 1);
  part = mail_message_get_part (message, 0);
  g_assert_true (part->missing);
  g_signal_connect (home.account, "part-progress", G_CALLBACK (cancel_cb), cancellable);
  g_assert_null (fetch_part (&home, id, part->section, cancellable, &cancelled));
  g_assert_true (mail_error_is_cancelled (cancelled));
  g_assert_cmpuint (g_signal_handlers_disconnect_by_func (home.account, cancel_cb, cancellable), ==, 1);

  whole = fetch_part (&home, id, part->section, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (mail_message_get_part (whole, 0)->missing);
  bytes = mail_message_dup_part (whole, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), >=, ATTACHMENT);
  home_account_clear (&home);
}

#define ADD(path, function) g_test_add_func ("/model/account-offline/" path, function)

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  ADD ("all-mail-can-be-read-without-the-server", test_all_mail_can_be_read_without_the_server);
  ADD ("preparing-is-ended-and-begun-anew", test_preparing_is_ended_and_begun_anew);
  ADD ("an-attachment-is-given-up-in-the-middle-and-fetched-later",
       test_an_attachment_is_given_up_in_the_middle_and_fetched_later);
  server = private_dovecot_start (NULL);
  status = g_test_run ();
  if (server != NULL)
    private_dovecot_stop (server);
  return status;
}
