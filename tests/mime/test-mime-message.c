/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <time.h>

#include "core/errors.h"
#include "mime/mime-message.h"
#include "mime/mime-skeleton.h"

/* Everything that a message of tests/messages must say. Parts: "section type name size [inline] [missing]", one a line. */
typedef struct
{
  const char *file;
  const char *subject;
  const char *from;
  const char *to;
  const char *date;
  const char *text;
  const char *html;
  const char *parts;
  const char *preview;
  gboolean has_attachment;
} Case;

#define OFFICE "Office <office@example.org>"
#define READER "Reader <reader@example.net>"
#define DATE "2026-10-01T10:11:12+0200"

static const Case cases[] = {
  { "plain", "Opening hours", OFFICE, READER, DATE, "We open at nine.\n\nThe office\n-- \nOffice, example.org\n", NULL, "",
    "We open at nine. The office", FALSE },
  { "quoted", "Re: Opening hours", OFFICE, READER, DATE,
    "On Thursday Reader wrote:\n> When do you open?\n> And when do you close?\n\nAt five. The café closes at six, and this line "
    "is broken in two by the encoding.\n\n-- \nOffice\n",
    NULL, "", "At five. The café closes at six, and this line is broken in two by the encoding.", FALSE },
  { "flowed", "Flowed", OFFICE, READER, DATE,
    "This paragraph was broken in the middle of a word and goes on behind a blank.\n> Quoted text is joined too.\n"
    ">> But not across depths.\nFrom the margin, stuffed.\n-- \nOffice\n",
    NULL, "", "This paragraph was broken in the middle of a word and goes on behind a blank. From the margin, stuffed.", FALSE },
  { "alternative", "Both", OFFICE, READER, DATE, "The plain text.", "<p>The <b>rich</b> text.</p>", "", "The plain text.", FALSE },
  { "related", "With a picture", OFFICE, READER, DATE, "Look at this.",
    "<p>Look at <img src=\"cid:dot%40example.org\" alt=\"a dot\">this.</p>",
    "1.2 image/png dot.png 69 inline\n2 application/pdf Report 1.pdf 19\n", "Look at this.", TRUE },
  { "names-rfc2231", "Names", OFFICE, READER, DATE, "Names.", NULL,
    "2 application/octet-stream Città e paesi.txt 3\n3 application/octet-stream Università di prova.dat 3\n"
    "4 application/octet-stream Perché?.txt 5\n5 image/png not folded.png 4\n",
    "Names.", TRUE },
  { "names-raw-8bit", "Raw names", OFFICE, READER, DATE, NULL, NULL,
    "1 application/octet-stream Qualità.txt 3\n2 application/octet-stream Qualità.txt 3\n", NULL, TRUE },
  { "encoded-words", "Perché no? and 日本€ =?broken?= end", "Mario Ròssi <office@example.org>",
    "È lui, proprio <reader@example.net>, Caffè <bar@example.com>", DATE, "Body.\n", NULL, "", "Body.", FALSE },
  { "italian-latin1", "Città", OFFICE, READER, DATE, "La città è più bella perché c'era il sole.\n", NULL, "",
    "La città è più bella perché c'era il sole.", FALSE },
  { "italian-windows1252", "Offerta: 10 € – “oggi”", OFFICE, READER, DATE, "Costa 10 € – “oggi”, è così.\n", NULL, "",
    "Costa 10 € – “oggi”, è così.", FALSE },
  { "italian-wrong-label", "Città", OFFICE, READER, DATE, "Perché no? Costa 5 €.\n", NULL, "", "Perché no? Costa 5 €.", FALSE },
  { "italian-no-label", "Novità", OFFICE, READER, DATE, "Così è.\n", NULL, "", "Così è.", FALSE },
  { "nested", "Fwd: Opening hours", OFFICE, READER, DATE, "See below.", NULL, "2 message/rfc822 - 213\n", "See below.", TRUE },
  { "invitation", "Invitation: Lunch", OFFICE, READER, DATE, "Lunch on Friday.", "<p>Lunch on <b>Friday</b>.</p>",
    "3 text/calendar invite.ics 299\n", "Lunch on Friday.", TRUE },
  { "delivery-report", "Undeliverable: Offer", "Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>", "office@example.org",
    "2026-10-02T20:15:00+0000",
    "Your message could not be delivered.\nReporting-MTA: dns; mx.example.net\n\nFinal-Recipient: rfc822; nobody@example.net\n"
    "Action: failed\nStatus: 5.1.1",
    NULL, "3 message/rfc822 - 74\n", "Your message could not be delivered.", TRUE },
  { "signed", "Signed", OFFICE, READER, DATE, "I sign this.", NULL, "2 application/pgp-signature signature.asc 58\n",
    "I sign this.", FALSE },
  { "tnef", "TNEF", OFFICE, READER, DATE, "See winmail.dat.", NULL, "2 application/ms-tnef winmail.dat 4\n", "See winmail.dat.",
    TRUE },
  { "broken-bodies", "Broken bodies", OFFICE, READER, DATE, "100=% sure =ZZ café end", NULL,
    "2 application/octet-stream cut.bin 11\n3 application/octet-stream odd.bin 8\n", "100=% sure =ZZ café end", TRUE },
  { "line-ends-lf", "LF only", "office@example.org", "", NULL, "One\nTwo\n", NULL, "", "One Two", FALSE },
  { "line-ends-cr", "CR only", "office@example.org", "", NULL, "One", NULL, "", "One", FALSE },
  { "no-blank-line", "No blank line", "office@example.org", "", NULL, "The text begins at once.\nAnd goes on: here\n", NULL, "",
    "The text begins at once. And goes on: here", FALSE },
  { "no-headers", NULL, "", "", NULL, "Only a text.\n", NULL, "", "Only a text.", FALSE },
  { "empty", NULL, "", "", NULL, "", NULL, "", "", FALSE },
  { "nuls", "Null", "office@example.org", "", NULL, "Nulls\n", NULL, "", "Nulls", FALSE },
  { "hostile-boundary", "The boundary never ends", OFFICE, READER, DATE, "The first part.", NULL,
    "2 application/zip hidden.zip 51\n", "The first part.", TRUE },
  { "hostile-same-boundary", "One boundary at two levels", OFFICE, READER, DATE, "The text.", NULL,
    "3 application/zip 20261001.jpg.zip 9\n", "The text.", TRUE },
  { "hostile-missing", "Pretends to be missing", OFFICE, READER, DATE, NULL, NULL, "1 application/pdf real.pdf 13\n", NULL, TRUE },
  { "hostile-deep", "Deep", "office@example.org", "", NULL, NULL, NULL, NULL, NULL, TRUE },
};

static MailMimeMessage *
parse (const char *data, gsize length)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, length);
  g_autoptr (GError) error = NULL;
  MailMimeMessage *message = mail_mime_message_parse (raw, &mail_mime_default_limits, NULL, &error);

  g_assert_no_error (error);
  return message;
}

static MailMimeMessage *
parse_file (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".eml", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "messages", file, NULL);
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  return parse (contents, length);
}

static char *
parts_of (const MailMimeMessage *message)
{
  GString *out = g_string_new (NULL);
  const GPtrArray *parts = mail_mime_message_get_parts (message);

  for (guint i = 0; i < parts->len; i++)
    {
      const MailMimePart *part = g_ptr_array_index (parts, i);

      g_string_append_printf (out, "%s %s %s %" G_GUINT64_FORMAT "%s%s\n", part->section, part->content_type,
                              part->filename != NULL ? part->filename : "-", part->size, part->is_inline ? " inline" : "",
                              part->missing ? " missing" : "");
    }
  return g_string_free (out, FALSE);
}

static void
test_case (gconstpointer data)
{
  const Case *wanted = data;
  g_autoptr (MailMimeMessage) message = parse_file (wanted->file);
  g_autoptr (MailMessageInfo) info = mail_message_info_new ();
  g_autofree char *from = mail_address_list_to_string (mail_mime_message_get_from (message));
  g_autofree char *to = mail_address_list_to_string (mail_mime_message_get_to (message));
  g_autofree char *parts = parts_of (message);
  GDateTime *date = mail_mime_message_get_date (message);
  g_autofree char *when = date != NULL ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%S%z") : NULL;

  g_assert_cmpstr (mail_mime_message_get_subject (message), ==, wanted->subject);
  g_assert_cmpstr (from, ==, wanted->from);
  g_assert_cmpstr (to, ==, wanted->to);
  g_assert_cmpstr (when, ==, wanted->date);
  g_assert_cmpstr (mail_mime_message_get_text (message), ==, wanted->text);
  g_assert_cmpstr (mail_mime_message_get_html (message), ==, wanted->html);
  if (wanted->parts != NULL)
    g_assert_cmpstr (parts, ==, wanted->parts);
  g_assert_false (mail_mime_message_is_text_missing (message));
  mail_mime_message_fill_info (message, info);
  g_assert_cmpstr (info->subject, ==, wanted->subject);
  g_assert_cmpstr (info->preview, ==, wanted->preview);
  g_assert_cmpint (info->has_attachment, ==, wanted->has_attachment);
  g_assert_cmpint (info->date, ==, date != NULL ? g_date_time_to_unix (date) : 0);
}

static void
test_ids (void)
{
  g_autoptr (MailMimeMessage) message = parse_file ("plain");
  g_autoptr (MailMimeMessage) other = parse_file ("addresses");

  g_assert_cmpstr (mail_mime_message_get_message_id (message), ==, "<plain@example.org>");
  g_assert_cmpstr (mail_mime_message_get_in_reply_to (message), ==, "<first@example.net>");
  g_assert_cmpstr (mail_mime_message_get_references (message), ==, "<zero@example.net> <first@example.net>");
  g_assert_cmpstr (mail_mime_message_get_message_id (other), ==, "no-brackets@example.org");
}

static void
test_headers (void)
{
  g_autoptr (MailMimeMessage) message = parse_file ("encoded-words");
  g_auto (GStrv) headers = mail_mime_message_dup_headers (message);

  g_assert_cmpuint (g_strv_length (headers), ==, 10);
  g_assert_cmpstr (headers[0], ==, "From");
  g_assert_cmpstr (headers[1], ==, "Mario Ròssi <office@example.org>");
  g_assert_cmpstr (headers[8], ==, "Date");
}

static void
test_html_only (void)
{
  g_autoptr (MailMimeMessage) message = parse_file ("html-only");

  g_assert_false (mail_mime_message_has_plain_text (message));
  g_assert_nonnull (mail_mime_message_get_html (message));
  g_assert_cmpstr (mail_mime_message_get_text (message), ==,
                   "Offers\n\nTwo\xc2\xa0"
                   "bicycles & a car.\n\n• red\n• blue\n1. one\n2. two\n\n> Is it new?\n\na  b\n c\nlast€\n");
}

static void
test_newsletter (void)
{
  g_autoptr (MailMimeMessage) message = parse_file ("newsletter");
  g_autoptr (MailMessageInfo) info = mail_message_info_new ();

  g_assert_false (mail_mime_message_has_plain_text (message));
  mail_mime_message_fill_info (message, info);
  g_assert_cmpstr (info->preview, ==, "Autumn has come: boots from 40€.");
  g_assert_cmpstr (info->from_name, ==, "Shop");
  g_assert_cmpstr (info->from_address, ==, "news@example.com");
}

static void
test_addresses (void)
{
  g_autoptr (MailMimeMessage) message = parse_file ("addresses");
  g_autofree char *from = mail_address_list_to_string (mail_mime_message_get_from (message));
  g_autofree char *to = mail_address_list_to_string (mail_mime_message_get_to (message));
  g_autofree char *cc = mail_address_list_to_string (mail_mime_message_get_cc (message));
  g_autofree char *reply_to = mail_address_list_to_string (mail_mime_message_get_reply_to (message));

  g_assert_cmpstr (from, ==, "John Doe <john@example.org>");
  g_assert_cmpstr (to, ==,
                   "Doe, Jane <jane@example.net>, \"quoted local\"@example.com, bare@example.org, a@example.org, "
                   "B <b@example.org>, c@example.net, dots..twice@example.org, "
                   "Only A Name, routed@example.net, First <first@example.org>, "
                   "Second <second@example.org>");
  g_assert_cmpstr (cc, ==, "later@example.org");
  g_assert_cmpstr (reply_to, ==, "reply@example.org");
}

static void
test_part_bytes (void)
{
  g_autoptr (MailMimeMessage) message = parse_file ("broken-bodies");
  g_autoptr (GBytes) cut = mail_mime_message_dup_part (message, 0, NULL);
  g_autoptr (GBytes) odd = mail_mime_message_dup_part (message, 1, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpmem (g_bytes_get_data (cut, NULL), g_bytes_get_size (cut), "Hello world", 11);
  g_assert_cmpmem (g_bytes_get_data (odd, NULL), g_bytes_get_size (odd), "as it is", 8);
  g_assert_null (mail_mime_message_dup_part (message, 2, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) raw = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (mail_mime_message_parse (raw, &mail_mime_default_limits, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_safe_filenames (void)
{
  static const char *const names[][3] = {
    { "../../etc/passwd", "text/plain", "passwd.txt" },
    { "..\\..\\autoexec.bat", NULL, "autoexec.bat" },
    { ".bashrc", NULL, "bashrc" },
    { "CON", "image/png", "_CON.png" },
    { "com1.txt", NULL, "_com1.txt" },
    { "invoice\xe2\x80\xae" "fdp.exe", NULL, "invoicefdp.exe" },
    { "a\tb\nc: d?.pdf", NULL, "a b c_ d_.pdf" },
    { ".", "application/pdf", "attachment.pdf" },
    { "", NULL, "attachment" },
    { NULL, "message/rfc822", "attachment.eml" },
    { "Città.txt", NULL, "Città.txt" },
    { "name. ", NULL, "name" },
    { "bad\xff.txt", NULL, "badÿ.txt" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *safe = mail_mime_safe_filename (names[i][0], names[i][1]);

      g_assert_cmpstr (safe, ==, names[i][2]);
    }
}

static void
test_long_filename (void)
{
  g_autofree char *start = g_strnfill (300, 'a');
  g_autofree char *name = g_strconcat (start, "\xc3\xa8.tar.gz", NULL);
  g_autofree char *wide = g_strconcat ("x", "\xc3\xa8\xc3\xa8\xc3\xa8", start, NULL);
  g_autofree char *safe = mail_mime_safe_filename (name, NULL);
  g_autofree char *safe_wide = mail_mime_safe_filename (wide, NULL);

  g_assert_cmpuint (strlen (safe), ==, 120);
  g_assert_true (g_str_has_suffix (safe, "a.gz"));
  g_assert_cmpuint (strlen (safe_wide), <=, 120);
  g_assert_true (g_utf8_validate (safe_wide, -1, NULL));
}

static void
test_dangerous (void)
{
  g_assert_true (mail_mime_is_dangerous ("photo.jpg.EXE", "image/jpeg"));
  g_assert_true (mail_mime_is_dangerous ("a.desktop", NULL));
  g_assert_true (mail_mime_is_dangerous ("a.js ", NULL));
  g_assert_true (mail_mime_is_dangerous (NULL, "application/x-sh"));
  g_assert_true (mail_mime_is_dangerous ("budget.xlsm", NULL));
  g_assert_false (mail_mime_is_dangerous ("photo.jpg", "image/jpeg"));
  g_assert_false (mail_mime_is_dangerous (NULL, NULL));
}

static void
test_dates (void)
{
  static const struct
  {
    const char *raw;
    gint64 seconds;
    int offset;
  } dates[] = {
    { "Thu, 1 Oct 2026 10:11:12 +0200", 1790842272, 120 },
    { "1 Oct 26 10:11:12 CEST (Central European Summer Time)", 1790842272, 120 },
    { "Thu Oct  1 08:11:12 2026", 1790842272, 0 },
    { "1-Oct-2026 10:11:12 +02:00", 1790842272, 120 },
    { "Thursday, October 1, 2026 8:11:12 AM GMT", 1790842272, 0 },
    { "01 Oct 126 03:11:12 -500", 1790842272, -300 },
    { "Thu, 01 Oct 2026 08:11:12 GMT+0000", 1790842272, 0 },
    { "1 OCT 2026 12:11 am", 1790813460, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      gint64 seconds = 0;
      int offset = 1;

      g_assert_true (mail_mime_parse_date (dates[i].raw, &seconds, &offset));
      g_assert_cmpint (seconds, ==, dates[i].seconds);
      g_assert_cmpint (offset, ==, dates[i].offset);
    }
  g_assert_false (mail_mime_parse_date ("yesterday", NULL, NULL));
  g_assert_false (mail_mime_parse_date ("32 Oct 2026 10:00:00", NULL, NULL));
  g_assert_false (mail_mime_parse_date ("1 Oct 2026 99:00:00", NULL, NULL));
  g_assert_false (mail_mime_parse_date ("", NULL, NULL));
  g_assert_false (mail_mime_parse_date (NULL, NULL, NULL));
}

static void
test_words (void)
{
  static const char *const words[][2] = {
    { "plain", "plain" },
    { "  blanks  ", "blanks" },
    { "a\r\n folded\r\n\t line", "a folded line" },
    { "=?utf-8?q?a_b?=c", "a bc" },
    { "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab" },
    { "=?utf-8?q?=0D=0ABcc:_x?=", "Bcc: x" },
    { "=?x-nobody-knows?q?caf=C3=A9?=", "café" },
    { "=?iso-8859-1?q?caf=E9?= =?utf-8?q?=C3=A9?=", "caféé" },
    { "=?gb2312?B?1tDOxA==?=", "中文" },
    { "=?koi8_r?b?zcnS?=", "мир" },
    { "caf\xe9", "café" },
    { "=?utf-8?q?never ends", "=?utf-8?q?never ends" },
    { "=?utf-8?x?what?=", "=?utf-8?x?what?=" },
    { "=??q?a?=", "=??q?a?=" },
    { "=?", "=?" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *decoded = mail_mime_decode_words (words[i][0]);

      g_assert_cmpstr (decoded, ==, words[i][1]);
    }
  g_assert_null (mail_mime_decode_words (NULL));
}

static void
test_previews (void)
{
  static const char *const previews[][2] = {
    { "Hello\nworld", "Hello world" },
    { "> quoted\nAnswer", "Answer" },
    { "Ann wrote:\n\n> quoted\nAnswer", "Answer" },
    { "-----\nText\n-- \nsignature", "Text" },
    { "\xe2\x80\x8b\xcd\x8f Text", "Text" },
    { "èèèèèèèèèèèèèèè", "èèèèèèèèèè" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (previews); i++)
    {
      g_autofree char *preview = mail_mime_preview (previews[i][0], i == 5 ? 10 : 100);

      g_assert_cmpstr (preview, ==, previews[i][1]);
    }
}

static GBytes *
bytes (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

static void
add_part (MailSkeleton *skeleton, const char *section, GBytes *header, GBytes *body, guint64 size)
{
  mail_skeleton_add_part (skeleton, &(MailSkeletonPart){ (char *) section, header, body, size });
}

/* mixed (alternative (plain, html), pdf): the plain text is here, the rest is not. */
static void
test_skeleton (void)
{
  g_autoptr (GBytes) header = bytes ("Subject: Part by part\r\nContent-Type: multipart/mixed; boundary=true\r\n\r\n");
  g_autoptr (GBytes) plain_header = bytes ("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
  g_autoptr (GBytes) plain = bytes ("SGVsbG8=\r\n");
  g_autoptr (GBytes) html_header = bytes ("Content-Type: text/html\r\n\r\n");
  g_autoptr (GBytes) pdf_header = bytes ("Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n");
  g_autoptr (MailSkeleton) skeleton = mail_skeleton_new (header);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (MailMimeMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *parts = NULL;

  mail_skeleton_open_multipart (skeleton, "MIXED");
  mail_skeleton_open_multipart (skeleton, "ALTERNATIVE");
  add_part (skeleton, "1.1", plain_header, plain, 10);
  add_part (skeleton, "1.2", html_header, NULL, 400);
  mail_skeleton_close_multipart (skeleton);
  add_part (skeleton, "2", pdf_header, NULL, 70000);
  mail_skeleton_close_multipart (skeleton);
  whole = mail_skeleton_finish (skeleton);
  message = mail_mime_message_parse (whole, &mail_mime_default_limits, NULL, NULL);
  parts = parts_of (message);
  g_assert_cmpstr (mail_mime_message_get_subject (message), ==, "Part by part");
  g_assert_cmpstr (mail_mime_message_get_text (message), ==, "Hello");
  g_assert_false (mail_mime_message_is_text_missing (message));
  g_assert_cmpstr (parts, ==, "2 application/pdf a.pdf 70000 missing\n");
  g_assert_null (mail_mime_message_dup_part (message, 0, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
}

static void
test_skeleton_without_text (void)
{
  g_autoptr (GBytes) header = bytes ("Subject: Single\r\nContent-Type: text/plain\r\n\r\n");
  g_autoptr (MailSkeleton) skeleton = mail_skeleton_new (header);
  g_autoptr (MailMessageInfo) info = mail_message_info_new ();
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (MailMimeMessage) message = NULL;

  add_part (skeleton, "1", NULL, NULL, 1234);
  whole = mail_skeleton_finish (skeleton);
  message = mail_mime_message_parse (whole, &mail_mime_default_limits, NULL, NULL);
  g_assert_cmpstr (mail_mime_message_get_subject (message), ==, "Single");
  g_assert_true (mail_mime_message_is_text_missing (message));
  g_assert_cmpuint (mail_mime_message_get_parts (message)->len, ==, 0);
  mail_mime_message_fill_info (message, info);
  g_assert_null (info->preview);
}

/* The server calls it a multipart, though its header gives no boundary to use. */
static void
test_skeleton_without_boundary (void)
{
  g_autoptr (GBytes) header = bytes ("Subject: No boundary\r\nContent-Type: multipart/mixed\r\n\r\n");
  g_autoptr (GBytes) text = bytes ("Text");
  g_autoptr (MailSkeleton) skeleton = mail_skeleton_new (header);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (MailMimeMessage) message = NULL;

  mail_skeleton_open_multipart (skeleton, "mixed\r\nEvil: header");
  add_part (skeleton, "1", NULL, text, 4);
  whole = mail_skeleton_finish (skeleton);
  message = mail_mime_message_parse (whole, &mail_mime_default_limits, NULL, NULL);
  g_assert_cmpstr (mail_mime_message_get_text (message), ==, "Text");
}

/* One message that is hard to parse, and how long and how much it may take. */
static void
assert_bearable (GString *raw)
{
  clock_t start = clock ();
  g_autoptr (MailMimeMessage) message = parse (raw->str, raw->len);
  g_autoptr (MailMessageInfo) info = mail_message_info_new ();
  g_auto (GStrv) headers = mail_mime_message_dup_headers (message);

  mail_mime_message_fill_info (message, info);
  mail_mime_message_get_text (message);
  for (guint i = 0; i < mail_mime_message_get_parts (message)->len; i++)
    {
      g_autoptr (GBytes) part = mail_mime_message_dup_part (message, i, NULL);

      g_assert_nonnull (part);
    }
  g_assert_cmpuint (mail_mime_message_get_parts (message)->len, <=, mail_mime_default_limits.parts);
  g_assert_cmpint (clock () - start, <, 20 * CLOCKS_PER_SEC);
  g_string_free (raw, TRUE);
}

static void
test_deep (void)
{
  GString *raw = g_string_new ("Content-Type: multipart/mixed; boundary=b0\n\n");

  for (int i = 1; i < 10000; i++)
    g_string_append_printf (raw, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i - 1, i);
  assert_bearable (raw);
}

static void
test_many_parts (void)
{
  GString *raw = g_string_new ("Content-Type: multipart/mixed; boundary=b\n\n");

  for (int i = 0; i < 200000; i++)
    g_string_append (raw, i % 2 == 0 ? "--b\nContent-Type: image/png\nContent-ID: <a>\n\nx\n" : "--b\n\ntext\n");
  assert_bearable (raw);
}

static void
test_huge_header (void)
{
  GString *raw = g_string_new ("To: ");

  for (int i = 0; i < 100000; i++)
    g_string_append (raw, "a@example.org,\n ");
  g_string_append (raw, "\nSubject: ");
  for (int i = 0; i < 100000; i++)
    g_string_append (raw, "=?utf-8?q?a=?b?");
  for (int i = 0; i < 300000; i++)
    g_string_append_printf (raw, "\nX-%d: (((<\"", i);
  assert_bearable (raw);
}

static void
test_hard_addresses (void)
{
  static const char *const pieces[] = { "(", "\"", "<", "=?a?q?", "=?", "a:", "\\", "<\"", "@", "((\\" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      GString *raw = g_string_new ("From: ");

      for (int j = 0; j < 100000; j++)
        g_string_append (raw, pieces[i]);
      g_string_append (raw, "\n\n");
      assert_bearable (raw);
    }
}

static void
test_byte_order_marks (void)
{
  GString *raw = g_string_new ("Content-Type: text/plain\n\n");
  g_autoptr (MailMimeMessage) message = NULL;

  for (int i = 0; i < 1000000; i++)
    g_string_append (raw, "\xef\xbb\xbf");
  g_string_append (raw, "Text");
  message = parse (raw->str, raw->len);
  g_assert_cmpstr (mail_mime_message_get_text (message), ==, "Text");
  assert_bearable (raw);
}

/* Each level must look for its boundary in all the rest. */
static void
test_boundary_everywhere (void)
{
  GString *raw = g_string_new ("Content-Type: multipart/mixed; boundary=\"--\"\n\n");
  g_autofree char *dashes = g_strnfill (8 * 1024 * 1024, '-');

  g_string_append (raw, dashes);
  assert_bearable (raw);
}

static void
test_limits (void)
{
  const MailMimeLimits tight = { .depth = 1, .parts = 2, .text_bytes = 5, .header_bytes = 60 };
  g_autoptr (GBytes) raw = bytes ("Content-Type: multipart/mixed; boundary=b\nSubject: A subject that is too long to be taken\n"
                                  "X: y\n\n--b\n\n0123456789\n--b\n\nsecond\n--b\n\nthird\n--b--\n");
  g_autoptr (MailMimeMessage) message = mail_mime_message_parse (raw, &tight, NULL, NULL);

  g_assert_null (mail_mime_message_get_subject (message));
  g_assert_cmpstr (mail_mime_message_get_text (message), ==, "01234");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mime/message/reads-", cases[i].file, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/mime/message/reads-message-ids", test_ids);
  g_test_add_func ("/mime/message/gives-headers-as-sent", test_headers);
  g_test_add_func ("/mime/message/shows-html-as-text", test_html_only);
  g_test_add_func ("/mime/message/takes-html-where-the-plain-text-is-empty", test_newsletter);
  g_test_add_func ("/mime/message/drops-no-address", test_addresses);
  g_test_add_func ("/mime/message/gives-what-can-be-decoded", test_part_bytes);
  g_test_add_func ("/mime/message/can-be-cancelled", test_cancel);
  g_test_add_func ("/mime/message/makes-names-safe", test_safe_filenames);
  g_test_add_func ("/mime/message/shortens-names", test_long_filename);
  g_test_add_func ("/mime/message/knows-programs", test_dangerous);
  g_test_add_func ("/mime/message/reads-dates-of-all-ages", test_dates);
  g_test_add_func ("/mime/message/decodes-words", test_words);
  g_test_add_func ("/mime/message/previews-what-says-something", test_previews);
  g_test_add_func ("/mime/skeleton/is-read-as-a-message", test_skeleton);
  g_test_add_func ("/mime/skeleton/tells-when-the-text-is-missing", test_skeleton_without_text);
  g_test_add_func ("/mime/skeleton/makes-a-boundary-where-there-is-none", test_skeleton_without_boundary);
  g_test_add_func ("/mime/limits/bound-what-is-read", test_limits);
  g_test_add_func ("/mime/limits/bear-ten-thousand-levels", test_deep);
  g_test_add_func ("/mime/limits/bear-many-parts", test_many_parts);
  g_test_add_func ("/mime/limits/bear-a-huge-header", test_huge_header);
  g_test_add_func ("/mime/limits/bear-hard-addresses", test_hard_addresses);
  g_test_add_func ("/mime/limits/bear-a-million-byte-order-marks", test_byte_order_marks);
  g_test_add_func ("/mime/limits/bear-a-boundary-everywhere", test_boundary_everywhere);
  return g_test_run ();
}
