/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "smtp/smtp-reply.h"

#define LONG_REPLY "250-mail.example.org\r\n250-SIZE 1000\r\n250 AUTH PLAIN\r\n"

static MailSmtpParse
parse (const char *text, gsize length, gsize *used, MailSmtpReply **reply, GError **error)
{
  /* A copy of exactly that size lets the address sanitizer see a read beyond. */
  g_autofree char *exact = g_memdup2 (text, length);

  return mail_smtp_reply_parse (exact, length, 100, 200, used, reply, error);
}

static void
test_reads_every_prefix_of_a_reply (void)
{
  for (gsize length = 0; length < strlen (LONG_REPLY); length++)
    {
      g_autoptr (MailSmtpReply) reply = NULL;
      g_autoptr (GError) error = NULL;
      gsize used = 0;

      g_assert_cmpint (parse (LONG_REPLY, length, &used, &reply, &error), ==, MAIL_SMTP_PARSE_NEED_MORE);
      g_assert_no_error (error);
      g_assert_null (reply);
    }
}

static void
test_stops_at_the_end_of_the_reply (void)
{
  g_autoptr (MailSmtpReply) reply = NULL;
  gsize used = 0;

  g_assert_cmpint (parse (LONG_REPLY "220 more", strlen (LONG_REPLY) + 8, &used, &reply, NULL), ==,
                   MAIL_SMTP_PARSE_DONE);
  g_assert_cmpuint (used, ==, strlen (LONG_REPLY));
  g_assert_cmpuint (reply->code, ==, 250);
  g_assert_cmpuint (g_strv_length (reply->lines), ==, 3);
  g_assert_cmpstr (reply->lines[2], ==, "AUTH PLAIN");
  g_assert_null (reply->enhanced);
}

static void
test_reads_odd_replies (void)
{
  static const struct
  {
    const char *bytes;
    guint code;
    const char *enhanced;
    const char *text;
  } cases[] = {
    { "250\r\n", 250, NULL, "250 " },
    { "250 \r\n", 250, NULL, "250 " },
    { "250 ok\n", 250, NULL, "250 ok" },
    { "250-one\n250\n", 250, NULL, "250 one " },
    { "535-5.7.8 no\r\n535 5.7.8 way\r\n", 535, "5.7.8", "535 5.7.8 no way" },
    { "535 5.7.8\r\n", 535, "5.7.8", "535 5.7.8 " },
    { "535 4.7.8 no\r\n", 535, NULL, "535 4.7.8 no" },
    { "535 5.7.8888 no\r\n", 535, NULL, "535 5.7.8888 no" },
    { "535 5.7 no\r\n", 535, NULL, "535 5.7 no" },
    { "250 5.\r\n", 250, NULL, "250 5." },
    { "421 caf\xe9\x01\r\n", 421, NULL, "421 caf\xef\xbf\xbd " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MailSmtpReply) reply = NULL;
      g_autofree char *text = NULL;
      gsize used = 0;

      g_assert_cmpint (parse (cases[i].bytes, strlen (cases[i].bytes), &used, &reply, NULL), ==,
                       MAIL_SMTP_PARSE_DONE);
      text = mail_smtp_reply_dup_text (reply);
      g_assert_cmpuint (reply->code, ==, cases[i].code);
      g_assert_cmpstr (reply->enhanced, ==, cases[i].enhanced);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_refuses_what_is_no_reply (void)
{
  static const char *const bad[] = {
    "\r\n",       "ok\r\n",      "25\r\n",  "2500 ok\r\n",          "250_ok\r\n",
    "199 ok\r\n", "600 ok\r\n",  "999\r\n", "250-ok\r\n251 no\r\n", "250-ok\r\n\r\n",
    "-20 ok\r\n", " 250 ok\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (MailSmtpReply) reply = NULL;
      g_autoptr (GError) error = NULL;
      gsize used = 0;

      g_assert_cmpint (parse (bad[i], strlen (bad[i]), &used, &reply, &error), ==, MAIL_SMTP_PARSE_ERROR);
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL);
      g_assert_null (reply);
    }
}

static void
test_keeps_to_its_limits (void)
{
  g_autofree char *line = g_strnfill (101, '2');
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (MailSmtpReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  gsize used = 0;

  g_assert_cmpint (parse (line, 100, &used, &reply, &error), ==, MAIL_SMTP_PARSE_NEED_MORE);
  g_assert_cmpint (parse (line, 101, &used, &reply, &error), ==, MAIL_SMTP_PARSE_ERROR);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT);
  g_clear_error (&error);

  while (lines->len <= 200)
    g_string_append (lines, "250-more\r\n");
  g_assert_cmpint (parse (lines->str, 199, &used, &reply, &error), ==, MAIL_SMTP_PARSE_NEED_MORE);
  g_assert_cmpint (parse (lines->str, lines->len, &used, &reply, &error), ==, MAIL_SMTP_PARSE_ERROR);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/reply/reads-every-prefix-of-a-reply", test_reads_every_prefix_of_a_reply);
  g_test_add_func ("/smtp/reply/stops-at-the-end-of-the-reply", test_stops_at_the_end_of_the_reply);
  g_test_add_func ("/smtp/reply/reads-odd-replies", test_reads_odd_replies);
  g_test_add_func ("/smtp/reply/refuses-what-is-no-reply", test_refuses_what_is_no_reply);
  g_test_add_func ("/smtp/reply/keeps-to-its-limits", test_keeps_to_its_limits);
  return g_test_run ();
}
