/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/labels.h"

static void
check (const char *labels, const char *wanted)
{
  g_auto (GStrv) list = mail_labels_list (labels);
  g_autofree char *joined = list != NULL ? g_strjoinv ("|", list) : NULL;

  g_assert_cmpstr (joined, ==, wanted);
}

static void
test_labels_are_read_as_the_fetch_wrote_them (void)
{
  check (NULL, NULL);
  check ("", NULL);
  check ("Work", "Work");
  check ("Work \"On the road\" Lavoro/Città", "Work|On the road|Lavoro/Città");
  check ("\"say \\\"hi\\\"\" \"back\\\\slash here\"", "say \"hi\"|back\\slash here");
}

static void
test_what_gmail_makes_of_mailboxes_and_flags_is_no_label (void)
{
  check ("\\Inbox \\Important", NULL);
  check ("\\Inbox Work \\Starred", "Work");
}

static void
test_damaged_text_ends_somewhere (void)
{
  check ("\"no end", "no end");
  check ("\"\\", "\\");
  check ("\"\"   \"\" a", "a");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/labels/are-read-as-the-fetch-wrote-them", test_labels_are_read_as_the_fetch_wrote_them);
  g_test_add_func ("/core/labels/what-gmail-makes-of-mailboxes-and-flags-is-no-label",
                   test_what_gmail_makes_of_mailboxes_and_flags_is_no_label);
  g_test_add_func ("/core/labels/damaged-text-ends-somewhere", test_damaged_text_ends_somewhere);
  return g_test_run ();
}
