/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3/pop3-parser.h"

#include <string.h>

#include "core/errors.h"

static void
test_line_waits_for_its_end (void)
{
  static const char text[] = "+OK ready\r\nnext";
  gsize length = 0;
  gsize used = 0;

  for (gsize have = 0; have < strlen ("+OK ready\r\n"); have++)
    g_assert_cmpint (mail_pop3_read_line (text, have, 100, &length, &used, NULL), ==, MAIL_POP3_MORE);
  g_assert_cmpint (mail_pop3_read_line (text, strlen (text), 100, &length, &used, NULL), ==, MAIL_POP3_DONE);
  g_assert_cmpuint (length, ==, strlen ("+OK ready"));
  g_assert_cmpuint (used, ==, strlen ("+OK ready\r\n"));

  g_assert_cmpint (mail_pop3_read_line ("+OK\n", 4, 100, &length, &used, NULL), ==, MAIL_POP3_DONE);
  g_assert_cmpuint (length, ==, 3);
}

static void
test_line_has_a_limit (void)
{
  gsize length;
  gsize used;

  g_assert_cmpint (mail_pop3_read_line ("12345\r\n", 7, 5, &length, &used, NULL), ==, MAIL_POP3_DONE);
  for (guint i = 0; i < 2; i++)
    {
      const char *text = i == 0 ? "123456\r\n" : "12345678901234567890";
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (mail_pop3_read_line (text, strlen (text), 5, &length, &used, &error), ==, MAIL_POP3_BAD);
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT);
    }
}

static void
test_line_with_a_nul_is_refused (void)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  gsize used;

  g_assert_cmpint (mail_pop3_read_line ("+O\0K\r\n", 6, 100, &length, &used, &error), ==, MAIL_POP3_BAD);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL);
}

static void
test_status_has_kind_code_and_text (void)
{
  static const struct
  {
    const char *line;
    MailPop3StatusKind kind;
    const char *code;
    const char *text;
  } cases[] = {
    { "+OK", MAIL_POP3_OK, "", "" },
    { "+OK 2 320", MAIL_POP3_OK, "", "2 320" },
    { "-ERR [IN-USE] Do you have another POP session running?", MAIL_POP3_ERR, "IN-USE",
      "Do you have another POP session running?" },
    { "-ERR [sys/temp] later", MAIL_POP3_ERR, "SYS/TEMP", "later" },
    { "-ERR [not a code] text", MAIL_POP3_ERR, "", "[not a code] text" },
    { "-ERR [] text", MAIL_POP3_ERR, "", "[] text" },
    { "-ERR [UNENDED", MAIL_POP3_ERR, "", "[UNENDED" },
    { "-ERR [A-CODE-LONGER-THAN-ANY-THAT-EXISTS] text", MAIL_POP3_ERR, "",
      "[A-CODE-LONGER-THAN-ANY-THAT-EXISTS] text" },
    { "+ cj0=", MAIL_POP3_CONTINUE, "", "cj0=" },
    { "+", MAIL_POP3_CONTINUE, "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      MailPop3Status status;

      g_assert_true (mail_pop3_parse_status (cases[i].line, &status, &error));
      g_assert_no_error (error);
      g_assert_cmpint (status.kind, ==, cases[i].kind);
      g_assert_cmpstr (status.code, ==, cases[i].code);
      g_assert_cmpstr (status.text, ==, cases[i].text);
    }
}

static void
test_status_of_another_protocol_is_refused (void)
{
  static const char *const bad[] = { "", "* OK IMAP4rev1 ready", "220 mail.example.org", "+OKAY", "OK", "\xff\xfe" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      MailPop3Status status;

      g_assert_false (mail_pop3_parse_status (bad[i], &status, &error));
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_status_tells_busy_from_sign_in (void)
{
  static const struct
  {
    const char *line;
    int error;
  } cases[] = {
    { "-ERR [IN-USE] another session", MAIL_ERROR_BUSY },
    { "-ERR [LOGIN-DELAY] wait", MAIL_ERROR_BUSY },
    { "-ERR [SYS/TEMP] disk trouble", MAIL_ERROR_BUSY },
    { "-ERR [SYS/PERM] never", MAIL_ERROR_REFUSED },
    { "-ERR [AUTH] mailbox locked by the administrator", MAIL_ERROR_SIGN_IN },
    { "-ERR maildrop already locked", MAIL_ERROR_BUSY },
    { "-ERR Mailbox in use", MAIL_ERROR_BUSY },
    { "-ERR account locked", MAIL_ERROR_SIGN_IN },
    { "-ERR no", MAIL_ERROR_SIGN_IN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      MailPop3Status status;

      g_assert_true (mail_pop3_parse_status (cases[i].line, &status, NULL));
      error = mail_pop3_status_to_error (&status, MAIL_ERROR_SIGN_IN, "PASS");
      g_assert_error (error, MAIL_ERROR, cases[i].error);
    }
}

static void
test_capa_is_collected (void)
{
  static const char *const lines[]
      = { "TOP", "uidl", "SASL PLAIN  SCRAM-SHA-256", "EXPIRE 60", "PIPELINING", "", "X-UNKNOWN", "UTF8 USER" };
  g_autoptr (MailPop3Capa) capa = mail_pop3_capa_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    mail_pop3_capa_add_line (capa, lines[i]);
  g_assert_cmpint (capa->caps, ==,
                   MAIL_POP3_CAP_TOP | MAIL_POP3_CAP_UIDL | MAIL_POP3_CAP_SASL | MAIL_POP3_CAP_PIPELINING
                       | MAIL_POP3_CAP_UTF8);
  g_assert_cmpuint (capa->sasl->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (capa->sasl, 1), ==, "SCRAM-SHA-256");
  g_assert_cmpuint (capa->names->len, ==, 7);
}

static void
test_numbers_are_read_exactly (void)
{
  static const char *const bad[]
      = { "", "1", "1 ", "a 1", "1 a", "-1 2", "1 2x", "99999999999 1", "1 99999999999999999999", "1.5 2" };
  guint number;
  guint64 size;

  g_assert_true (mail_pop3_parse_numbers ("2 320", &number, &size, NULL));
  g_assert_cmpuint (number, ==, 2);
  g_assert_cmpuint (size, ==, 320);
  g_assert_true (mail_pop3_parse_numbers ("7  5000000000 and more", &number, &size, NULL));
  g_assert_cmpuint (size, ==, G_GUINT64_CONSTANT (5000000000));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (mail_pop3_parse_numbers (bad[i], &number, &size, &error));
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL);
    }
}

static void
test_uidl_of_any_length_is_kept (void)
{
  g_autofree char *long_id = g_strnfill (500, 'x');
  g_autofree char *long_line = g_strconcat ("3 ", long_id, NULL);
  const char *uidl;
  guint number;

  g_assert_true (mail_pop3_parse_uidl ("1 !", &number, &uidl, NULL));
  g_assert_cmpstr (uidl, ==, "!");
  g_assert_true (mail_pop3_parse_uidl (long_line, &number, &uidl, NULL));
  g_assert_cmpuint (number, ==, 3);
  g_assert_cmpstr (uidl, ==, long_id);

  g_assert_true (mail_pop3_parse_uidl ("4", &number, &uidl, NULL));
  g_assert_null (uidl);
  g_assert_true (mail_pop3_parse_uidl ("4 caf\xc3\xa9", &number, &uidl, NULL));
  g_assert_null (uidl);
  g_assert_false (mail_pop3_parse_uidl ("x y", &number, &uidl, NULL));
}

static void
test_timestamp_is_found_in_a_greeting (void)
{
  g_autofree char *found = mail_pop3_dup_timestamp ("POP3 ready <1896.697170952@example.org> welcome");

  g_assert_cmpstr (found, ==, "<1896.697170952@example.org>");
  g_assert_null (mail_pop3_dup_timestamp ("ready"));
  g_assert_null (mail_pop3_dup_timestamp ("ready <not a stamp@example.org>"));
  g_assert_null (mail_pop3_dup_timestamp ("ready <stamp"));
  g_assert_null (mail_pop3_dup_timestamp ("ready <>"));
}

/* Answers and what they say, dots undone. */
static const struct
{
  const char *wire;
  const char *message;
} bodies[] = {
  { ".\r\n", "" },
  { "\r\n.\r\n", "\r\n" },
  { "Subject: x\r\n\r\ntext\r\n.\r\n", "Subject: x\r\n\r\ntext\r\n" },
  { "..\r\n...\r\n..a.b\r\n.\r\n", ".\r\n..\r\n.a.b\r\n" },
  { "a\r\n.b\r\n.\r\n", "a\r\nb\r\n" },
  { "a\n.\nb\r\n.\r\n", "a\n.\nb\r\n" },
  { "a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n" },
  { "a\r\n.\rb\r\n.\r\n", "a\r\n\rb\r\n" },
  { "a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n" },
  { "a\r.\r\n.\r\n", "a\r.\r\n" },
  { "a\r\r\n.\r\n", "a\r\r\n" },
  { "no end of line\r\n..\r\n.\r\n", "no end of line\r\n.\r\n" },
};

/* Feeds @length bytes in pieces of @step, followed by bytes that are the next answer's. */
static void
assert_body (const char *wire, gsize step, const char *expected)
{
  g_autofree char *all = g_strconcat (wire, "+OK next\r\n", NULL);
  g_auto (MailPop3Body) body = { NULL };
  g_autoptr (GBytes) message = NULL;
  MailPop3Progress progress = MAIL_POP3_MORE;
  gsize at = 0;

  mail_pop3_body_init (&body, 10, 1000);
  while (progress == MAIL_POP3_MORE)
    {
      gsize used = 0;

      g_assert_cmpuint (at, <, strlen (wire));
      progress = mail_pop3_body_feed (&body, all + at, MIN (step, strlen (all) - at), &used, NULL);
      at += used;
    }
  g_assert_cmpint (progress, ==, MAIL_POP3_DONE);
  g_assert_cmpuint (at, ==, strlen (wire));
  message = mail_pop3_body_steal (&body);
  g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message), expected, strlen (expected));
}

static void
test_body_is_the_same_in_pieces_of_any_size (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    for (gsize step = 1; step <= strlen (bodies[i].wire) + 1; step++)
      assert_body (bodies[i].wire, step, bodies[i].message);
}

static void
test_body_has_a_limit (void)
{
  g_auto (MailPop3Body) body = { NULL };
  g_autoptr (GError) error = NULL;
  gsize used;

  mail_pop3_body_init (&body, G_MAXUINT64, 10);
  g_assert_cmpint (mail_pop3_body_feed (&body, "12345678\r\n", 10, &used, &error), ==, MAIL_POP3_MORE);
  g_assert_cmpint (mail_pop3_body_feed (&body, "1", 1, &used, &error), ==, MAIL_POP3_BAD);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_LIMIT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop3/parser/line-waits-for-its-end", test_line_waits_for_its_end);
  g_test_add_func ("/pop3/parser/line-has-a-limit", test_line_has_a_limit);
  g_test_add_func ("/pop3/parser/line-with-a-nul-is-refused", test_line_with_a_nul_is_refused);
  g_test_add_func ("/pop3/parser/status-has-kind-code-and-text", test_status_has_kind_code_and_text);
  g_test_add_func ("/pop3/parser/status-of-another-protocol-is-refused", test_status_of_another_protocol_is_refused);
  g_test_add_func ("/pop3/parser/status-tells-busy-from-sign-in", test_status_tells_busy_from_sign_in);
  g_test_add_func ("/pop3/parser/capa-is-collected", test_capa_is_collected);
  g_test_add_func ("/pop3/parser/numbers-are-read-exactly", test_numbers_are_read_exactly);
  g_test_add_func ("/pop3/parser/uidl-of-any-length-is-kept", test_uidl_of_any_length_is_kept);
  g_test_add_func ("/pop3/parser/timestamp-is-found-in-a-greeting", test_timestamp_is_found_in_a_greeting);
  g_test_add_func ("/pop3/parser/body-is-the-same-in-pieces-of-any-size", test_body_is_the_same_in_pieces_of_any_size);
  g_test_add_func ("/pop3/parser/body-has-a-limit", test_body_has_a_limit);
  return g_test_run ();
}
