/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/main-loop.h"
#include "lib/temporary-store.h"
#include "model/message-private.h"

static const char letter[] = "From: The Gardener <gardener@example.org>\r\n"
                             "To: reader@example.com\r\n"
                             "Subject: Roses\r\n"
                             "Date: Tue, 14 Nov 2023 22:13:20 +0100\r\n"
                             "Message-ID: <roses@example.org>\r\n"
                             "MIME-Version: 1.0\r\n"
                             "Content-Type: multipart/mixed; boundary=x\r\n\r\n"
                             "--x\r\nContent-Type: text/html\r\n\r\n"
                             "<p>See <img src=\"https://example.net/a.png\"> and <img src=\"cid:rose@example.org\"></p>\r\n"
                             "--x\r\nContent-Type: image/png; name=rose.png\r\nContent-ID: <rose@example.org>\r\n"
                             "Content-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n\r\ncm9zZQ==\r\n"
                             "--x\r\nContent-Type: application/octet-stream; name=\"../../run.sh\"\r\n"
                             "Content-Disposition: attachment\r\n\r\necho\r\n--x--\r\n";

static MailMessage *
open_letter (void)
{
  g_autoptr (GBytes) raw = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  MailMessage *message;

  mail_message_open_bytes_async (raw, NULL, keep_result_cb, &result);
  run_result (&result);
  message = mail_message_open_bytes_finish (result, &error);
  g_assert_no_error (error);
  return message;
}

static void
test_says_what_the_file_says (void)
{
  g_autoptr (MailMessage) message = open_letter ();
  const MailAddress *from = g_ptr_array_index (mail_message_get_from (message), 0);
  g_auto (GStrv) headers = mail_message_dup_headers (message);

  g_assert_cmpint (mail_message_get_id (message), ==, 0);
  g_assert_cmpstr (mail_message_get_subject (message), ==, "Roses");
  g_assert_cmpstr (mail_message_get_message_id (message), ==, "<roses@example.org>");
  g_assert_cmpstr (from->address, ==, "gardener@example.org");
  g_assert_cmpuint (mail_message_get_to (message)->len, ==, 1);
  g_assert_cmpuint (mail_message_get_cc (message)->len, ==, 0);
  g_assert_cmpint (g_date_time_get_hour (mail_message_get_date (message)), ==, 22);
  g_assert_false (mail_message_has_plain_text (message));
  g_assert_true (mail_message_has_html (message));
  g_assert_false (mail_message_is_text_missing (message));
  g_assert_nonnull (strstr (mail_message_get_text (message), "See"));
  g_assert_cmpstr (headers[0], ==, "From");
  g_assert_cmpuint (g_bytes_get_size (mail_message_get_raw (message)), ==, strlen (letter));
}

static void
test_html_is_ready_without_and_with_remote_images (void)
{
  g_autoptr (MailMessage) message = open_letter ();
  guint blocked = 0;
  g_autofree char *closed = mail_message_dup_html (message, FALSE, &blocked);
  g_autofree char *open = NULL;

  g_assert_cmpuint (blocked, ==, 1);
  g_assert_null (strstr (closed, "https://example.net/a.png"));
  g_assert_nonnull (strstr (closed, "cid:rose@example.org"));
  open = mail_message_dup_html (message, TRUE, &blocked);
  g_assert_cmpuint (blocked, ==, 0);
  g_assert_nonnull (strstr (open, "https://example.net/a.png"));
}

static void
test_parts_have_safe_names (void)
{
  g_autoptr (MailMessage) message = open_letter ();
  g_autoptr (GBytes) bytes = NULL;
  const MailPart *rose;
  const MailPart *script;
  guint index;

  g_assert_cmpuint (mail_message_get_n_parts (message), ==, 2);
  g_assert_true (mail_message_find_content_id (message, "rose@example.org", &index));
  g_assert_false (mail_message_find_content_id (message, "thorn@example.org", &index));
  rose = mail_message_get_part (message, index);
  g_assert_cmpstr (rose->filename, ==, "rose.png");
  g_assert_true (rose->is_inline && !rose->dangerous && !rose->missing);
  bytes = mail_message_dup_part (message, index, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "rose", 4);

  script = mail_message_get_part (message, 1 - index);
  g_assert_null (strchr (script->filename, '/'));
  g_assert_true (script->dangerous);
}

static gboolean
save (MailMessage *message, guint index, GFile *file, gboolean replace, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  mail_message_save_part_async (message, index, file, replace, NULL, keep_result_cb, &result);
  run_result (&result);
  return mail_message_save_part_finish (message, result, error);
}

static void
assert_holds (GFile *file, const char *wanted)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_load_contents (file, NULL, &text, NULL, NULL, NULL));
  g_assert_cmpstr (text, ==, wanted);
}

static void
test_saving_never_overwrites_unless_told (void)
{
  g_autoptr (MailMessage) message = open_letter ();
  g_autofree char *folder = g_dir_make_tmp ("missiva-save-XXXXXX", NULL);
  g_autoptr (GFile) file = g_file_new_build_filename (folder, "rose.png", NULL);
  g_autoptr (GFile) nowhere = g_file_new_build_filename (folder, "missing", "rose.png", NULL);
  g_autoptr (GError) exists = NULL;
  g_autoptr (GError) error = NULL;
  guint index;

  g_assert_true (mail_message_find_content_id (message, "rose@example.org", &index));
  g_assert_true (g_file_replace_contents (file, "mine", 4, NULL, FALSE, 0, NULL, NULL, NULL));
  g_assert_false (save (message, index, file, FALSE, &exists));
  g_assert_error (exists, MAIL_ERROR, MAIL_ERROR_EXISTS);
  assert_holds (file, "mine");
  g_assert_true (save (message, index, file, TRUE, &error));
  assert_holds (file, "rose");
  g_assert_true (g_file_delete (file, NULL, NULL));
  g_assert_true (save (message, index, file, FALSE, &error));
  assert_holds (file, "rose");
  g_assert_false (save (message, index, nowhere, FALSE, &error));
  g_assert_nonnull (error);
  temporary_folder_remove (folder);
}

static void
test_a_row_alone_is_a_message_without_text (void)
{
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (1, 7, 0);
  g_autoptr (MailMessage) message = NULL;
  g_auto (GStrv) headers = NULL;
  guint blocked = 9;

  info->id = 4;
  message = mail_message_new_from_info (info);
  headers = mail_message_dup_headers (message);
  g_assert_cmpint (mail_message_get_id (message), ==, 4);
  g_assert_cmpstr (mail_message_get_subject (message), ==, "Message 7");
  g_assert_true (mail_message_is_text_missing (message));
  g_assert_cmpstr (mail_message_get_text (message), ==, "");
  g_assert_cmpuint (mail_message_get_to (message)->len, ==, 1);
  g_assert_cmpuint (mail_message_get_reply_to (message)->len, ==, 0);
  g_assert_cmpuint (mail_message_get_n_parts (message), ==, 0);
  g_assert_null (mail_message_get_raw (message));
  g_assert_null (mail_message_dup_html (message, FALSE, &blocked));
  g_assert_cmpuint (blocked, ==, 0);
  g_assert_null (headers[0]);
}

static void
test_opening_can_be_cancelled (void)
{
  g_autoptr (GBytes) raw = g_bytes_new_static (letter, strlen (letter));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  mail_message_open_bytes_async (raw, cancellable, keep_result_cb, &result);
  run_result (&result);
  g_assert_null (mail_message_open_bytes_finish (result, &error));
  g_assert_true (mail_error_is_cancelled (error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/message/says-what-the-file-says", test_says_what_the_file_says);
  g_test_add_func ("/model/message/html-is-ready-without-and-with-remote-images",
                   test_html_is_ready_without_and_with_remote_images);
  g_test_add_func ("/model/message/parts-have-safe-names", test_parts_have_safe_names);
  g_test_add_func ("/model/message/saving-never-overwrites-unless-told", test_saving_never_overwrites_unless_told);
  g_test_add_func ("/model/message/a-row-alone-is-a-message-without-text", test_a_row_alone_is_a_message_without_text);
  g_test_add_func ("/model/message/opening-can-be-cancelled", test_opening_can_be_cancelled);
  return g_test_run ();
}
