/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/completeness.h"

/* How much can be read without a network, in a sentence. */

static void
assert_words (guint texts, guint messages, guint parts, guint64 bytes, const char *expected)
{
  const MailCompleteness completeness = { .messages = messages, .texts = texts, .missing_parts = parts, .missing_bytes = bytes };
  g_autofree char *words = mail_completeness_to_words (&completeness);

  g_assert_cmpstr (words, ==, expected);
}

static void
test_words (void)
{
  assert_words (0, 0, 0, 0, "0 of 0 messages");
  assert_words (1, 1, 0, 0, "1 of 1 message");
  assert_words (12, 12, 3, 210000000, "12 of 12 messages, 3 attachments missing (210.0\302\240MB)");
  assert_words (12, 12, 1, 2100, "12 of 12 messages, 1 attachment missing (2.1\302\240kB)");
  assert_words (5, 12, 0, 2100000, "5 of 12 messages (2.1\302\240MB missing)");
}

static void
add (GPtrArray *mailboxes, MailRole role, guint messages)
{
  MailMailboxInfo *info = mail_mailbox_info_new ("Some", '/', role);

  info->messages = messages;
  info->texts = messages - 1;
  info->missing_bytes = 10;
  g_ptr_array_add (mailboxes, info);
}

static void
test_sum (void)
{
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mailbox_info_free);
  MailCompleteness sum;

  add (mailboxes, MAIL_ROLE_INBOX, 10);
  add (mailboxes, MAIL_ROLE_NONE, 5);
  add (mailboxes, MAIL_ROLE_TRASH, 3);
  add (mailboxes, MAIL_ROLE_FLAGGED, 7);
  sum = mail_completeness_of_account (mailboxes);
  g_assert_cmpuint (sum.messages, ==, 18);
  g_assert_cmpuint (sum.texts, ==, 15);
  g_assert_cmpuint (sum.missing_bytes, ==, 30);
  /* What all mailboxes show together is counted in its stead. */
  add (mailboxes, MAIL_ROLE_ALL, 12);
  sum = mail_completeness_of_account (mailboxes);
  g_assert_cmpuint (sum.messages, ==, 15);
  g_assert_cmpuint (sum.texts, ==, 13);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/completeness/is-said-in-a-sentence", test_words);
  g_test_add_func ("/model/completeness/counts-each-message-once", test_sum);
  return g_test_run ();
}
