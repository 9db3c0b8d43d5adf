/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "imap/imap-date.h"
#include "imap/imap-machine.h"
#include "imap/imap-session.h"
#include "imap/imap-utf7.h"

/* What the client writes, and when. */

static void
test_utf7 (void)
{
  static const char *const pairs[][2] = {
    { "INBOX", "INBOX" },
    { "~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-" },
    { "A&B", "A&-B" },
    { "Entwürfe", "Entw&APw-rfe" },
    { "☺!", "&Jjo-!" },
    { "📬x", "&2D3c7A-x" },
    { "éé", "&AOkA6Q-" },
    { "", "" },
  };
  static const char *const bad[] = { "&", "&Jjo", "&Jjo!", "&AGE-", "&2D0-", "&3Gw-", "&J-", "&AAA-",
                                     "&U,BTFw-&ZeVnLIqe-", "\xc3\xa9", "a\tb" };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *encoded = mail_imap_utf7_encode (pairs[i][0]);
      g_autofree char *decoded = mail_imap_utf7_decode (pairs[i][1]);

      g_assert_cmpstr (encoded, ==, pairs[i][1]);
      g_assert_cmpstr (decoded, ==, pairs[i][0]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (mail_imap_utf7_decode (bad[i]));
  g_assert_null (mail_imap_utf7_encode ("\xff"));
}

static void
test_dates (void)
{
  static const struct
  {
    const char *text;
    gint64 seconds;
  } good[] = {
    { "17-Jul-1996 02:44:25 -0700", 837596665 }, { " 1-Jan-1970 00:00:00 +0000", 0 }, { "1-JAN-1970 01:00:00 +0100", 0 },
    { "29-Feb-2024 12:00:00 +0530", 1709188200 }, { "31-Dec-1969 23:59:59 +0000", -1 },
    { "01-Mar-2100 00:00:00 +0000", 4107542400 },
  };
  static const char *const bad[] = { "", "1-Foo-1970 00:00:00 +0000", "1-Jan-70 00:00:00 +0000", "1-Jan-1970 25:00:00 +0000",
                                     "0-Jan-1970 00:00:00 +0000", "1-Jan-1970 00:00:00 +00001", "1-Jan-1970 00:00:00" };
  gint64 seconds;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = mail_imap_date_format (good[i].seconds);

      g_assert_true (mail_imap_date_parse (good[i].text, &seconds));
      g_assert_cmpint (seconds, ==, good[i].seconds);
      g_assert_true (mail_imap_date_parse (text, &seconds));
      g_assert_cmpint (seconds, ==, good[i].seconds);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (mail_imap_date_parse (bad[i], &seconds));
}

/* The command as it would go out; "^" where the client waits for "+". */
static char *
written (MailImapWriter *writer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) pieces = mail_imap_writer_finish (writer, &error);
  GString *out = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < pieces->len; i++)
    {
      const MailImapPiece *piece = g_ptr_array_index (pieces, i);
      gsize size;
      const char *data = g_bytes_get_data (piece->data, &size);

      g_string_append_len (out, data, (gssize) size);
      g_string_append (out, piece->wait ? "^" : "");
    }
  return g_string_free (out, FALSE);
}

static void
check_string (gsize eager, gboolean utf8, const char *text, const char *expected)
{
  g_autoptr (MailImapWriter) writer = mail_imap_writer_new ("X ", eager, utf8);
  g_autofree char *out = NULL;

  mail_imap_writer_add_string (writer, text);
  out = written (writer);
  g_assert_cmpstr (out, ==, expected);
}

static void
check_criteria (gboolean utf8, const char *text, const char *expected)
{
  g_autoptr (MailImapWriter) writer = mail_imap_writer_new ("SEARCH ", 0, utf8);
  g_autofree char *out = NULL;

  mail_imap_writer_add_criteria (writer, text);
  out = written (writer);
  g_assert_cmpstr (out, ==, expected);
}

static void
test_strings (void)
{
  check_string (0, FALSE, "", "X \"\"\r\n");
  check_string (0, FALSE, "a \"b\" \\c", "X \"a \\\"b\\\" \\\\c\"\r\n");
  check_string (0, FALSE, "two\r\nlines", "X {10}\r\n^two\r\nlines\r\n");
  check_string (4096, FALSE, "two\nlines", "X {9+}\r\ntwo\nlines\r\n");
  check_string (0, FALSE, "é", "X {2}\r\n^é\r\n");
  check_string (0, TRUE, "é", "X \"é\"\r\n");
  check_string (0, TRUE, "\xff", "X {1}\r\n^\xff\r\n");
  check_string (3, FALSE, "ééé", "X {6}\r\n^ééé\r\n");
  check_criteria (FALSE, "UNSEEN HEADER Message-ID \"<a@b>\"", "SEARCH UNSEEN HEADER Message-ID \"<a@b>\"\r\n");
  check_criteria (FALSE, "SUBJECT \"a \\\"é\" SEEN", "SEARCH SUBJECT {5}\r\n^a \"é SEEN\r\n");
  check_criteria (TRUE, "SUBJECT \"é\"", "SEARCH SUBJECT \"é\"\r\n");
}

static void
test_injection (void)
{
  static const char *const bad[] = { "1\r\nA1 DELETE x", "1\nX", "\\Seen\r" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (MailImapWriter) raw = mail_imap_writer_new ("X ", 0, FALSE);
      g_autoptr (MailImapWriter) criteria = mail_imap_writer_new ("X ", 0, FALSE);
      g_autoptr (GError) error = NULL;

      mail_imap_writer_add (raw, bad[i]);
      g_assert_null (mail_imap_writer_finish (raw, &error));
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
      mail_imap_writer_add_criteria (criteria, bad[i]);
      g_assert_null (mail_imap_writer_finish (criteria, NULL));
    }
  {
    g_autoptr (MailImapWriter) open = mail_imap_writer_new ("X ", 0, FALSE);
    g_autoptr (MailImapWriter) name = mail_imap_writer_new ("X ", 0, FALSE);

    mail_imap_writer_add_criteria (open, "SUBJECT \"open");
    g_assert_null (mail_imap_writer_finish (open, NULL));
    mail_imap_writer_add_mailbox (name, "\xff");
    g_assert_null (mail_imap_writer_finish (name, NULL));
  }
}

static guint
submit (MailImapMachine *machine, const char *name, const char *string, gboolean continued)
{
  g_autoptr (MailImapWriter) writer = mail_imap_writer_new (name, 0, FALSE);

  if (string != NULL)
    mail_imap_writer_add_string (writer, string);
  if (continued)
    mail_imap_writer_set_continued (writer);
  return mail_imap_machine_submit (machine, writer, NULL);
}

static void
check_output (MailImapMachine *machine, const char *expected)
{
  gboolean secret = FALSE;
  g_autoptr (GBytes) output = mail_imap_machine_take_output (machine, &secret);

  if (expected == NULL)
    g_assert_null (output);
  else
    g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output), expected, strlen (expected));
}

static MailImapStep
feed (MailImapMachine *machine, const char *text, guint *command)
{
  g_auto (MailImapResponse) response = { 0 };

  for (gsize done = 0; done < strlen (text);)
    {
      gsize room;
      guint8 *space = mail_imap_machine_get_space (machine, &room);
      gsize step = MIN (room, strlen (text) - done);

      memcpy (space, text + done, step);
      mail_imap_machine_commit (machine, step);
      done += step;
    }
  return mail_imap_machine_next (machine, &response, command, NULL);
}

static void
test_pipeline (void)
{
  g_autoptr (MailImapMachine) machine = mail_imap_machine_new (&mail_imap_default_limits);
  guint command = 0;

  g_assert_cmpuint (submit (machine, "NOOP", NULL, FALSE), ==, 1);
  g_assert_cmpuint (submit (machine, "SELECT ", "a\nb", FALSE), ==, 2);
  g_assert_cmpuint (submit (machine, "CHECK", NULL, FALSE), ==, 3);
  check_output (machine, "A1 NOOP\r\nA2 SELECT {3}\r\n");
  check_output (machine, NULL);
  g_assert_cmpint (feed (machine, "* 3 EXISTS\r\n", &command), ==, MAIL_IMAP_STEP_DATA);
  check_output (machine, NULL);
  g_assert_cmpint (feed (machine, "+ go\r\n", &command), ==, MAIL_IMAP_STEP_NEED_INPUT);
  check_output (machine, "a\nb\r\nA3 CHECK\r\n");
  g_assert_cmpint (feed (machine, "A2 OK\r\n", &command), ==, MAIL_IMAP_STEP_DONE);
  g_assert_cmpuint (command, ==, 2);
  g_assert_cmpint (feed (machine, "A1 OK\r\n", &command), ==, MAIL_IMAP_STEP_DONE);
  g_assert_cmpuint (command, ==, 1);
  g_assert_cmpint (feed (machine, "+ whatever\r\n", &command), ==, MAIL_IMAP_STEP_NEED_INPUT);
  g_assert_cmpint (feed (machine, "A3 NO\r\n", &command), ==, MAIL_IMAP_STEP_DONE);
  g_assert_cmpint (feed (machine, "A3 NO\r\n", &command), ==, MAIL_IMAP_STEP_ERROR);
}

static void
test_refused_literal (void)
{
  g_autoptr (MailImapMachine) machine = mail_imap_machine_new (&mail_imap_default_limits);
  guint command = 0;

  submit (machine, "APPEND x ", "a\nb", FALSE);
  submit (machine, "NOOP", NULL, FALSE);
  check_output (machine, "A1 APPEND x {3}\r\n");
  g_assert_cmpint (feed (machine, "A1 NO [OVERQUOTA] full\r\n", &command), ==, MAIL_IMAP_STEP_DONE);
  check_output (machine, "A2 NOOP\r\n");
}

static void
test_early_ok (void)
{
  g_autoptr (MailImapMachine) unread = mail_imap_machine_new (&mail_imap_default_limits);
  g_autoptr (MailImapMachine) unsent = mail_imap_machine_new (&mail_imap_default_limits);
  guint command = 0;

  submit (unread, "APPEND x ", "a\nb", FALSE);
  check_output (unread, "A1 APPEND x {3}\r\n");
  g_assert_cmpint (feed (unread, "A1 OK\r\n", &command), ==, MAIL_IMAP_STEP_ERROR);
  submit (unsent, "NOOP", NULL, FALSE);
  g_assert_cmpint (feed (unsent, "A1 OK\r\n", &command), ==, MAIL_IMAP_STEP_ERROR);
}

static void
test_continued (void)
{
  g_autoptr (MailImapMachine) machine = mail_imap_machine_new (&mail_imap_default_limits);
  g_autoptr (GBytes) answer = g_bytes_new_static ("eA==\r\n", 6);
  g_autoptr (GBytes) done = g_bytes_new_static ("DONE\r\n", 6);
  guint command = 0;

  submit (machine, "AUTHENTICATE X", NULL, TRUE);
  submit (machine, "NOOP", NULL, FALSE);
  check_output (machine, "A1 AUTHENTICATE X\r\n");
  check_output (machine, NULL);
  g_assert_cmpint (feed (machine, "+ \r\n", &command), ==, MAIL_IMAP_STEP_CONTINUE);
  g_assert_cmpuint (command, ==, 1);
  mail_imap_machine_continue (machine, answer, TRUE, TRUE);
  check_output (machine, "eA==\r\n");
  check_output (machine, NULL);
  g_assert_cmpint (feed (machine, "+ eA==\r\n", &command), ==, MAIL_IMAP_STEP_CONTINUE);
  mail_imap_machine_continue (machine, done, FALSE, FALSE);
  check_output (machine, "DONE\r\nA2 NOOP\r\n");
  g_assert_cmpint (feed (machine, "A1 OK\r\n", &command), ==, MAIL_IMAP_STEP_DONE);
}

static void
test_secret (void)
{
  g_autoptr (MailImapMachine) machine = mail_imap_machine_new (&mail_imap_default_limits);
  g_autoptr (MailImapWriter) login = mail_imap_writer_new ("LOGIN ", 4096, FALSE);
  gboolean secret = FALSE;

  submit (machine, "NOOP", NULL, FALSE);
  mail_imap_writer_set_secret (login);
  mail_imap_writer_add_string (login, "someone");
  mail_imap_writer_add (login, " ");
  mail_imap_writer_add_string (login, "pass\nword");
  mail_imap_machine_submit (machine, login, NULL);
  check_output (machine, "A1 NOOP\r\n");
  {
    g_autoptr (GBytes) output = mail_imap_machine_take_output (machine, &secret);

    g_assert_true (secret);
    g_assert_cmpuint (g_bytes_get_size (output), ==, strlen ("A2 LOGIN \"someone\" {9+}\r\npass\nword\r\n"));
  }
}

static void
test_uid_sets (void)
{
  static const guint32 numbers[] = { 1, 2, 3, 4, 7, 9, 10, 4294967295u };
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *all = NULL;
  g_autofree char *some = NULL;
  g_autofree char *none = NULL;

  g_array_append_vals (uids, numbers, G_N_ELEMENTS (numbers));
  all = mail_imap_uid_set (uids, 0, G_MAXUINT);
  some = mail_imap_uid_set (uids, 2, 3);
  none = mail_imap_uid_set (uids, 9, 3);
  g_assert_cmpstr (all, ==, "1:4,7,9:10,4294967295");
  g_assert_cmpstr (some, ==, "3:4,7");
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/utf7/goes-both-ways", test_utf7);
  g_test_add_func ("/imap/date/goes-both-ways", test_dates);
  g_test_add_func ("/imap/writer/quotes-what-it-can-and-counts-the-rest", test_strings);
  g_test_add_func ("/imap/writer/lets-no-argument-end-the-line", test_injection);
  g_test_add_func ("/imap/machine/pipelines-up-to-a-literal", test_pipeline);
  g_test_add_func ("/imap/machine/drops-a-refused-literal", test_refused_literal);
  g_test_add_func ("/imap/machine/believes-no-answer-before-the-question", test_early_ok);
  g_test_add_func ("/imap/machine/continues-authenticate-and-idle", test_continued);
  g_test_add_func ("/imap/machine/marks-secrets", test_secret);
  g_test_add_func ("/imap/session/joins-uids-to-ranges", test_uid_sets);
  return g_test_run ();
}
