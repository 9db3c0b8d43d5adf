/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-info.h"
#include "sync/imap-meet.h"

/* Which row a message of the server is, when UIDs mean nothing any more. */

static MailMessageInfo *
new_info (gint64 id, const char *message_id, gint64 size)
{
  MailMessageInfo *info = mail_message_info_new ();

  info->id = id;
  info->message_id = g_strdup (message_id);
  info->size = size;
  info->date = 1000;
  info->internal_date = 2000;
  info->from_address = g_strdup ("anna@example.org");
  info->subject = g_strdup ("Letter");
  info->to = g_strdup ("bruno@example.org");
  return info;
}

static gint64
choose (GPtrArray *rows, const MailMessageInfo *info)
{
  const MailMessageInfo *row = mail_imap_meet_choose (rows, info);

  return row != NULL ? row->id : 0;
}

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
test_by_header (void)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  g_autoptr (MailMessageInfo) info = new_info (0, "<a@example.org>", 500);

  g_assert_cmpint (choose (rows, info), ==, 0);
  g_ptr_array_add (rows, new_info (1, "<b@example.org>", 500));
  g_ptr_array_add (rows, new_info (2, "<a@example.org>", 501));
  g_assert_cmpint (choose (rows, info), ==, 0);
  g_ptr_array_add (rows, new_info (3, "<a@example.org>", 500));
  set (&((MailMessageInfo *) g_ptr_array_index (rows, 2))->subject, "Another");
  g_assert_cmpint (choose (rows, info), ==, 0);

  /* Addressed otherwise: the only one that it can be, until there is another. */
  g_ptr_array_add (rows, new_info (4, "<a@example.org>", 500));
  set (&((MailMessageInfo *) g_ptr_array_index (rows, 3))->to, "Bruno <bruno@example.org>");
  g_assert_cmpint (choose (rows, info), ==, 4);
  g_ptr_array_add (rows, new_info (5, "<a@example.org>", 500));
  set (&((MailMessageInfo *) g_ptr_array_index (rows, 4))->to, "carla@example.org");
  g_assert_cmpint (choose (rows, info), ==, 0);
  g_ptr_array_add (rows, new_info (6, "<a@example.org>", 500));
  g_assert_cmpint (choose (rows, info), ==, 6);
  g_ptr_array_add (rows, new_info (7, "<a@example.org>", 500));
  g_assert_cmpint (choose (rows, info), ==, 6);
}

static void
test_by_date (void)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  g_autoptr (MailMessageInfo) info = new_info (0, NULL, 500);
  MailMessageInfo *row = new_info (1, NULL, 500);

  g_ptr_array_add (rows, row);
  g_assert_cmpint (choose (rows, info), ==, 1);
  row->date = 1001;
  g_assert_cmpint (choose (rows, info), ==, 0);
  /* Neither has a date of its own, and the server counted the days anew. */
  row->internal_date = 1001;
  info->internal_date = info->date;
  g_assert_cmpint (choose (rows, info), ==, 1);
}

/* The server's own name of a message decides, where both are known. */
static void
test_by_email_id (void)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  g_autoptr (MailMessageInfo) info = new_info (0, "<a@example.org>", 500);
  MailMessageInfo *like = new_info (1, "<a@example.org>", 500);
  MailMessageInfo *unlike = new_info (2, NULL, 7);

  g_ptr_array_add (rows, like);
  g_ptr_array_add (rows, unlike);
  info->email_id = g_strdup ("M1");
  unlike->email_id = g_strdup ("M1");
  like->email_id = g_strdup ("M2");
  g_assert_cmpint (choose (rows, info), ==, 2);
  set (&unlike->email_id, "M3");
  g_assert_cmpint (choose (rows, info), ==, 0);
  /* Rows from before the server knew such names. */
  set (&like->email_id, NULL);
  g_assert_cmpint (choose (rows, info), ==, 1);
}

static void
test_items (void)
{
  g_autofree char *none = mail_imap_info_items (0, FALSE);
  g_autofree char *gmail = mail_imap_info_items (MAIL_IMAP_CAP_GMAIL, FALSE);
  g_autofree char *all = mail_imap_info_items (MAIL_IMAP_CAP_ALL, FALSE);
  g_autofree char *plain = mail_imap_info_items (MAIL_IMAP_CAP_ALL, TRUE);

  g_assert_cmpstr (none, ==, "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (REFERENCES)]");
  g_assert_true (g_str_has_suffix (gmail, " X-GM-MSGID X-GM-LABELS"));
  g_assert_true (g_str_has_suffix (all, " EMAILID X-GM-LABELS PREVIEW (LAZY)"));
  g_assert_true (g_str_has_suffix (plain, "BODY.PEEK[HEADER] EMAILID X-GM-LABELS"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-meet/chooses-by-header-and-only-for-certain", test_by_header);
  g_test_add_func ("/sync/imap-meet/compares-dates-that-the-message-has", test_by_date);
  g_test_add_func ("/sync/imap-meet/believes-the-servers-own-name-of-a-message", test_by_email_id);
  g_test_add_func ("/sync/imap-meet/asks-for-what-the-server-offers", test_items);
  return g_test_run ();
}
