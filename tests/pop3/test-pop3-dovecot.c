/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3/pop3-session.h"

#include <string.h>

#include "core/errors.h"
#include "lib/private-dovecot.h"

#define USER "anna@example.org"
#define MESSAGES 300

static PrivateDovecot *server;

static MailPop3Session *
open_session (MailSecurity security, const char *password, GError **error)
{
  g_autoptr (MailAccountConfig) config = private_dovecot_config (server, USER, MAIL_MODE_POP, security);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password (USER, password);

  return mail_pop3_session_open (config->incoming, credentials, NULL, error);
}

static MailPop3Session *
must_open (MailSecurity security)
{
  g_autoptr (GError) error = NULL;
  MailPop3Session *session = open_session (security, PRIVATE_DOVECOT_PASSWORD, &error);

  g_assert_no_error (error);
  g_assert_nonnull (session);
  return session;
}

/* Counts messages that begin as messages do and have the announced size. */
typedef struct
{
  const GPtrArray *items;
  guint next;
} Reader;

static gboolean
read_message_cb (guint number, GBytes *message, const char *why, gpointer user_data, GError **error)
{
  Reader *reader = user_data;
  const MailPop3Item *item = g_ptr_array_index (reader->items, reader->next++);

  g_assert_null (why);
  g_assert_cmpuint (number, ==, item->number);
  g_assert_cmpuint (g_bytes_get_size (message), ==, item->size);
  return TRUE;
}

static void
test_session_reads_every_message (gconstpointer data)
{
  g_autoptr (MailPop3Session) session = must_open (GPOINTER_TO_INT (data));
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GBytes) top = NULL;
  g_autoptr (GError) error = NULL;
  Reader reader = { NULL };
  guint messages;
  guint64 bytes;

  g_assert_cmpint (mail_pop3_session_get_caps (session) & MAIL_POP3_CAP_PIPELINING, !=, 0);
  g_assert_true (mail_pop3_session_stat (session, &messages, &bytes, NULL, &error));
  g_assert_cmpuint (messages, ==, MESSAGES);
  items = mail_pop3_session_list (session, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, MESSAGES);
  g_assert_cmpuint (mail_pop3_session_get_round_trips (session), ==, 2);

  for (guint window = 1; window <= 65536; window *= 256)
    {
      reader = (Reader){ items, 0 };
      g_assert_true (mail_pop3_session_retrieve (session, items, window, read_message_cb, &reader, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (reader.next, ==, MESSAGES);
    }

  mail_pop3_session_mask_caps (session, ~MAIL_POP3_CAP_PIPELINING);
  reader = (Reader){ items, 0 };
  g_assert_true (mail_pop3_session_retrieve (session, items, 65536, read_message_cb, &reader, NULL, &error));
  g_assert_cmpuint (reader.next, ==, MESSAGES);

  top = mail_pop3_session_top (session, 1, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (top, NULL), (gssize) g_bytes_get_size (top), "Subject: Message "));
  g_assert_true (mail_pop3_session_noop (session, NULL, &error));
  g_assert_true (mail_pop3_session_quit (session, NULL, &error));
  g_assert_false (mail_pop3_session_noop (session, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
}

static void
test_session_says_that_the_password_is_wrong (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MailPop3Session) session = open_session (MAIL_SECURITY_TLS, "wrong", &error);

  g_assert_null (session);
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_SIGN_IN);
  g_assert_null (strstr (error->message, "wrong"));
}

static void
test_deletion_is_real_only_after_quit (void)
{
  guint expected[] = { MESSAGES, MESSAGES, MESSAGES - 2 };

  for (guint round = 0; round < G_N_ELEMENTS (expected); round++)
    {
      g_autoptr (MailPop3Session) session = must_open (MAIL_SECURITY_TLS);
      g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autoptr (GArray) refused = g_array_new (FALSE, FALSE, sizeof (guint));
      g_autoptr (GError) error = NULL;
      guint wanted[] = { 1, 2, MESSAGES + 7 };
      guint messages;
      guint64 bytes;

      g_assert_true (mail_pop3_session_stat (session, &messages, &bytes, NULL, &error));
      g_assert_cmpuint (messages, ==, expected[round]);
      if (round == 2)
        break;
      g_array_append_vals (numbers, wanted, G_N_ELEMENTS (wanted));
      g_assert_true (mail_pop3_session_delete (session, numbers, refused, NULL, &error));
      g_assert_cmpuint (refused->len, ==, 1);
      g_assert_cmpuint (g_array_index (refused, guint, 0), ==, MESSAGES + 7);
      if (round == 0)
        continue; /* freed without QUIT */
      g_assert_true (mail_pop3_session_reset (session, NULL, &error));
      g_assert_true (mail_pop3_session_delete (session, numbers, refused, NULL, &error));
      g_assert_true (mail_pop3_session_quit (session, NULL, &error));
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return 77;
  private_dovecot_fill (server, USER, NULL, MESSAGES, 3000);
  g_test_add_data_func ("/pop3/dovecot/reads-every-message-over-tls", GINT_TO_POINTER (MAIL_SECURITY_TLS),
                        test_session_reads_every_message);
  g_test_add_data_func ("/pop3/dovecot/reads-every-message-over-stls", GINT_TO_POINTER (MAIL_SECURITY_STARTTLS),
                        test_session_reads_every_message);
  g_test_add_data_func ("/pop3/dovecot/reads-every-message-in-clear", GINT_TO_POINTER (MAIL_SECURITY_NONE),
                        test_session_reads_every_message);
  g_test_add_func ("/pop3/dovecot/says-that-the-password-is-wrong", test_session_says_that_the_password_is_wrong);
  g_test_add_func ("/pop3/dovecot/deletion-is-real-only-after-quit", test_deletion_is_real_only_after_quit);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
