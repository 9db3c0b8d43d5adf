/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/setup-advice.h"

#include <string.h>

#define GB (1024ull * 1024 * 1024)

static MailFigures
measured (guint64 messages, guint64 used, guint64 limit)
{
  MailFigures figures = { .mailboxes = 6, .messages = messages, .bytes = (gint64) used, .quota_used = used, .quota_limit = limit };

  return figures;
}

static void
test_mail_outside_the_inbox_speaks_for_imap (void)
{
  MailFigures imap = measured (4812, 2 * GB, 5 * GB);
  MailFigures pop = measured (930, GB, 0);
  g_autofree char *reason = NULL;

  g_assert_cmpint (mail_setup_advise (&imap, &pop, &reason), ==, MAIL_MODE_IMAP);
  g_assert_nonnull (strstr (reason, "3882") != NULL ? reason : strstr (reason, "3,882"));
}

static void
test_a_full_server_with_only_an_inbox_speaks_for_pop (void)
{
  MailFigures imap = measured (930, 96 * GB, 100 * GB);
  MailFigures pop = measured (930, 96 * GB, 0);
  g_autofree char *reason = NULL;

  g_assert_cmpint (mail_setup_advise (&imap, &pop, &reason), ==, MAIL_MODE_POP);
  g_assert_nonnull (strstr (reason, "96"));
}

static void
test_an_ordinary_mailbox_gets_imap (void)
{
  MailFigures imap = measured (930, GB, 5 * GB);
  MailFigures pop = measured (930, GB, 0);
  g_autofree char *reason = NULL;

  g_assert_cmpint (mail_setup_advise (&imap, &pop, &reason), ==, MAIL_MODE_IMAP);
}

static void
test_what_does_not_answer_is_not_recommended (void)
{
  MailFigures only = measured (930, GB, 5 * GB);
  g_autofree char *reason = NULL;
  g_autofree char *other = NULL;

  g_assert_cmpint (mail_setup_advise (NULL, &only, &reason), ==, MAIL_MODE_POP);
  g_assert_nonnull (strstr (reason, "IMAP does not answer"));
  g_assert_cmpint (mail_setup_advise (&only, NULL, &other), ==, MAIL_MODE_IMAP);
  g_assert_nonnull (strstr (other, "POP does not answer"));
}

static void
test_figures_are_written_as_people_say_them (void)
{
  MailFigures imap = measured (1, 2100 * 1000 * 1000ull, 5000 * 1000 * 1000ull);
  MailFigures pop = { .messages = 7, .bytes = -1 };
  g_autofree char *first = mail_setup_describe_figures (&imap, MAIL_MODE_IMAP);
  g_autofree char *second = mail_setup_describe_figures (&pop, MAIL_MODE_POP);

  g_assert_cmpstr (first, ==, "1 message in 6 mailboxes, 2.1\302\240GB of 5.0\302\240GB");
  g_assert_cmpstr (second, ==, "7 messages in the inbox");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/setup-advice/mail-outside-the-inbox-speaks-for-imap", test_mail_outside_the_inbox_speaks_for_imap);
  g_test_add_func ("/model/setup-advice/a-full-server-with-only-an-inbox-speaks-for-pop",
                   test_a_full_server_with_only_an_inbox_speaks_for_pop);
  g_test_add_func ("/model/setup-advice/an-ordinary-mailbox-gets-imap", test_an_ordinary_mailbox_gets_imap);
  g_test_add_func ("/model/setup-advice/what-does-not-answer-is-not-recommended",
                   test_what_does_not_answer_is_not_recommended);
  g_test_add_func ("/model/setup-advice/figures-are-written-as-people-say-them", test_figures_are_written_as_people_say_them);
  return g_test_run ();
}
