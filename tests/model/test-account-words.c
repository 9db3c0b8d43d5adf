/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "core/errors.h"
#include "core/problem.h"
#include "model/account-words.h"
#include "model/server-facts.h"

static void
test_a_comparison_is_told_in_a_sentence (void)
{
  const MailAuditResult same = { .mailboxes = 3, .messages = 12 };
  const MailAuditResult one = { .mailboxes = 1, .messages = 1 };
  const MailAuditResult none = { .mailboxes = 1 };
  const MailAuditResult other = { .messages = 12, .missing = 1, .extra = 1, .flags = 2, .misnumbered = 1 };
  g_autofree char *same_words = mail_words_audit (&same);
  g_autofree char *one_words = mail_words_audit (&one);
  g_autofree char *none_words = mail_words_audit (&none);
  g_autofree char *other_words = mail_words_audit (&other);

  g_assert_cmpstr (same_words, ==, "All 12 messages are as on the server.");
  g_assert_cmpstr (one_words, ==, "The 1 message is as on the server.");
  g_assert_cmpstr (none_words, ==, "There are no messages here, nor on the server.");
  g_assert_cmpstr (other_words, ==, "5 differences found and put right.");
}

static void
check_not_done (MailDone done, int code, const char *wanted)
{
  g_autoptr (GError) error = g_error_new_literal (MAIL_ERROR, code, "technical");
  g_autofree char *words = mail_words_not_done (done, "Garden", error);

  g_assert_cmpstr (words, ==, wanted);
}

static void
test_a_mailbox_that_cannot_be_changed_is_told_with_the_reason (void)
{
  check_not_done (MAIL_DONE_MAILBOX_MADE, MAIL_ERROR_EXISTS, "There is a mailbox “Garden” already.");
  check_not_done (MAIL_DONE_MAILBOX_MADE, MAIL_ERROR_BAD_INPUT, "No mailbox can be called “Garden”.");
  check_not_done (MAIL_DONE_MAILBOX_MADE, MAIL_ERROR_UNSUPPORTED,
                  "“Garden” cannot be made there: nothing can lie beneath that mailbox.");
  check_not_done (MAIL_DONE_MAILBOX_RENAMED, MAIL_ERROR_UNSUPPORTED, "This mailbox cannot be renamed.");
  check_not_done (MAIL_DONE_MAILBOX_RENAMED, MAIL_ERROR_NOT_FOUND, "The mailbox is not there any more.");
  check_not_done (MAIL_DONE_MAILBOX_MOVED, MAIL_ERROR_EXISTS, "There is another mailbox “Garden” where this one was to go.");
  check_not_done (MAIL_DONE_MAILBOX_MOVED, MAIL_ERROR_BAD_INPUT, "“Garden” cannot lie within itself.");
  check_not_done (MAIL_DONE_MAILBOX_MOVED, MAIL_ERROR_UNSUPPORTED, "“Garden” cannot be moved there.");
  check_not_done (MAIL_DONE_MAILBOX_DELETED, MAIL_ERROR_UNSUPPORTED,
                  "“Garden” cannot be deleted: it is needed, or one inside it is.");
  check_not_done (MAIL_DONE_UNDONE, MAIL_ERROR_REFUSED, "It is too late to undo this: the server has been told.");
  /* What fails for reasons of its own, the error tells. */
  check_not_done (MAIL_DONE_MAILBOX_MADE, MAIL_ERROR_DISK_FULL, NULL);
  check_not_done (MAIL_DONE_MOVED, MAIL_ERROR_NOT_FOUND, NULL);
}

static void
test_what_the_server_refused_names_the_mailbox (void)
{
  g_autoptr (GError) error = g_error_new_literal (MAIL_ERROR, MAIL_ERROR_REFUSED, "RENAME in Garden: no way");
  g_autoptr (MailProblem) made =
      mail_problem_new_mailbox_refused (error, "Post", "mail.example.org", MAIL_OP_CREATE_MAILBOX, "Garden");
  g_autoptr (MailProblem) renamed =
      mail_problem_new_mailbox_refused (error, "Post", NULL, MAIL_OP_RENAME_MAILBOX, "Garden");

  g_assert_cmpstr (made->summary, ==, "Post: mail.example.org did not make the mailbox “Garden”.");
  g_assert_cmpstr (made->technical, ==, error->message);
  g_assert_cmpint (made->radius, ==, MAIL_PROBLEM_RADIUS_MAILBOX);
  g_assert_cmpstr (renamed->summary, ==, "Post: the server did not rename or move the mailbox “Garden”.");
  g_assert_null (mail_problem_new_mailbox_refused (error, "Post", NULL, MAIL_OP_MOVE, "Garden"));
}

static void
check_quota (const MailServerFacts *facts, const char *wanted)
{
  g_autofree char *words = mail_server_facts_describe_quota (facts);

  g_assert_cmpstr (words, ==, wanted);
}

static void
test_the_room_is_told_by_what_is_nearest_to_its_limit (void)
{
  check_quota (&(MailServerFacts){ .quota_used = 5 }, NULL);
  check_quota (&(MailServerFacts){ .quota_used = 1000000, .quota_limit = 4000000 }, "1.0\302\240MB of 4.0\302\240MB used (25%)");
  check_quota (&(MailServerFacts){ .quota_used = 1000000, .quota_limit = 4000000, .quota_messages = 900,
                                   .quota_messages_limit = 1000 },
               "900 of 1000 messages (90%)");
}

static void
test_connections_and_mailboxes_are_told (void)
{
  const MailServerFacts plain = { .connections_most = 4, .mailboxes = 12 };
  const MailServerFacts strict = { .connections_most = 4, .connections_learnt = 2, .mailboxes = 1, .mailboxes_foreign = 3,
                                   .prefix = (char *) "INBOX." };
  g_autofree char *none = mail_server_facts_describe_connections (&plain, 0);
  g_autofree char *two = mail_server_facts_describe_connections (&strict, 2);
  g_autofree char *own = mail_server_facts_describe_mailboxes (&plain);
  g_autofree char *shared = mail_server_facts_describe_mailboxes (&strict);

  g_assert_cmpstr (none, ==, "Not connected now, 4 at most");
  g_assert_cmpstr (two, ==, "2 connections now, 2 at most: the server does not let in the 4 that the settings allow");
  g_assert_cmpstr (own, ==, "12 of your own");
  g_assert_cmpstr (shared, ==, "1 of your own, 3 that others share with you; on the server their names begin with “INBOX.”");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/account-words/a-comparison-is-told-in-a-sentence", test_a_comparison_is_told_in_a_sentence);
  g_test_add_func ("/model/account-words/a-mailbox-that-cannot-be-changed-is-told-with-the-reason",
                   test_a_mailbox_that_cannot_be_changed_is_told_with_the_reason);
  g_test_add_func ("/model/account-words/what-the-server-refused-names-the-mailbox",
                   test_what_the_server_refused_names_the_mailbox);
  g_test_add_func ("/model/account-words/the-room-is-told-by-what-is-nearest-to-its-limit",
                   test_the_room_is_told_by_what_is_nearest_to_its_limit);
  g_test_add_func ("/model/account-words/connections-and-mailboxes-are-told", test_connections_and_mailboxes_are_told);
  return g_test_run ();
}
