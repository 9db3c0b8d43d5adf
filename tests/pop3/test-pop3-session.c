/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3/pop3-session.h"

#include "core/errors.h"
#include "lib/session-dialogue.h"

/* Plays tests/transcripts/pop3-@name.txt: signs in and quits, or fails with @code. Takes @credentials. */
static void
play_with (const char *name, MailSecurity security, MailCredentials *credentials, int code)
{
  g_autofree char *file = g_strconcat ("pop3-", name, NULL);
  SessionDialogue *dialogue = session_dialogue_new (file, security, credentials);
  MailPop3Session *session = mail_pop3_session_open (dialogue->endpoint, credentials, NULL, &dialogue->error);

  session_dialogue_check (dialogue, session, code);
  if (session != NULL)
    {
      g_assert_true (mail_pop3_session_quit (session, NULL, &dialogue->error));
      g_assert_no_error (dialogue->error);
    }
  mail_pop3_session_free (session);
  session_dialogue_finish (dialogue);
}

static void
play (const char *name, MailSecurity security, int code)
{
  play_with (name, security, mail_credentials_new_password ("anna", "secret"), code);
}

static void
test_signs_in (void)
{
  play ("no-capa", MAIL_SECURITY_NONE, SESSION_OPENS);
  play ("apop", MAIL_SECURITY_NONE, SESSION_OPENS);
  play ("apop-then-user", MAIL_SECURITY_TLS, SESSION_OPENS);
  play ("stls", MAIL_SECURITY_STARTTLS, SESSION_OPENS);
  play ("utf8", MAIL_SECURITY_TLS, SESSION_OPENS);
  play ("drips", MAIL_SECURITY_STARTTLS, SESSION_OPENS);
}

static void
test_believes_nothing_that_came_before_tls (void)
{
  play ("stls-stripped", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  play ("stls-injected", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
}

static void
test_busy_is_not_a_wrong_password (void)
{
  play ("greeting-in-use", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  play ("pass-in-use", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  play ("pass-login-delay", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  play ("pass-sys-temp", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  play ("pass-locked", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
}

static void
test_a_wrong_password_is_said (void)
{
  play ("pass-auth", MAIL_SECURITY_NONE, MAIL_ERROR_SIGN_IN);
  play ("pass-plain-no", MAIL_SECURITY_NONE, MAIL_ERROR_SIGN_IN);
  play ("auth-is-final", MAIL_SECURITY_TLS, MAIL_ERROR_SIGN_IN);
  play ("two-refusals-are-enough", MAIL_SECURITY_TLS, MAIL_ERROR_SIGN_IN);
  play ("one-refusal-is-enough", MAIL_SECURITY_TLS, MAIL_ERROR_SIGN_IN);
}

static void
test_no_password_in_clear_after_a_refused_proof (void)
{
  play ("proof-refused-in-clear", MAIL_SECURITY_NONE, MAIL_ERROR_SIGN_IN);
  play ("apop-refused-in-clear", MAIL_SECURITY_NONE, MAIL_ERROR_SIGN_IN);
}

static void
test_a_server_must_prove_itself (void)
{
  play ("scram-liar", MAIL_SECURITY_TLS, MAIL_ERROR_PROTOCOL);
}

static void
test_other_servers_are_named (void)
{
  play ("not-pop3", MAIL_SECURITY_NONE, MAIL_ERROR_PROTOCOL);
  play ("greeting-refused", MAIL_SECURITY_NONE, MAIL_ERROR_REFUSED);
  play ("endless-line", MAIL_SECURITY_NONE, MAIL_ERROR_LIMIT);
  play ("hangs-up", MAIL_SECURITY_NONE, MAIL_ERROR_CLOSED);
}

static void
test_a_token_goes_nowhere_else (void)
{
  play_with ("token-not-offered", MAIL_SECURITY_TLS, mail_credentials_new_token ("anna", "secret-token"),
             MAIL_ERROR_UNSUPPORTED);
}

static void
test_a_line_break_in_a_password_is_refused (void)
{
  ScriptedServer *server = scripted_server_new ("S: +OK ready\nC: CAPA\nS: -ERR no\n");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_NONE);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("anna", "x\r\nDELE 1");
  g_autoptr (GError) error = NULL;

  g_assert_null (mail_pop3_session_open (endpoint, credentials, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
  scripted_server_finish (server);
}

#define SIGN_IN                                                                                                        \
  "S: +OK ready\nC: CAPA\nS: -ERR no\nC: USER anna\nS: +OK\nC: PASS secret\nS: +OK\nC: CAPA\nS: -ERR no\n"
#define SIGN_IN_PIPELINING                                                                                             \
  "S: +OK ready\nC: CAPA\nS: -ERR no\nC: USER anna\nS: +OK\nC: PASS secret\nS: +OK\nC: CAPA\nS: +OK\nS: PIPELINING\n" \
  "S: UIDL\nS: .\n"

static MailPop3Session *
open_script (const char *sign_in, const char *script, ScriptedServer **server)
{
  g_autofree char *all = g_strconcat (sign_in, script, NULL);
  g_autoptr (MailEndpoint) endpoint = NULL;
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("anna", "secret");
  g_autoptr (GError) error = NULL;
  MailPop3Session *session;

  *server = scripted_server_new (all);
  endpoint = scripted_server_new_endpoint (*server, MAIL_SECURITY_NONE);
  session = mail_pop3_session_open (endpoint, credentials, NULL, &error);
  g_assert_no_error (error);
  return session;
}

/* Lists, expecting @code (-1: a listing of @count messages). */
static void
play_list (const char *sign_in, const char *script, int code, guint count)
{
  ScriptedServer *server;
  MailPop3Session *session = open_script (sign_in, script, &server);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = mail_pop3_session_list (session, NULL, &error);

  if (code >= 0)
    g_assert_error (error, MAIL_ERROR, code);
  else
    {
      g_assert_no_error (error);
      g_assert_cmpuint (items->len, ==, count);
    }
  mail_pop3_session_free (session);
  scripted_server_finish (server);
}

static void
test_listing_is_read_as_it_is (void)
{
  play_list (SIGN_IN, "C: LIST\nS: +OK\nS: 1 10\nS: 3 30 extra\nS: .\nC: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 c\nS: .\n", -1, 2);
  play_list (SIGN_IN, "C: LIST\nS: +OK\nS: 1 10\nS: .\nC: UIDL\nS: -ERR unknown\n", -1, 1);
  play_list (SIGN_IN, "C: LIST\nS: +OK\nS: .\nC: UIDL\nS: +OK\nS: .\n", -1, 0);
}

static void
test_listing_that_fails_is_no_listing (void)
{
  play_list (SIGN_IN, "C: LIST\nS: -ERR no\n", MAIL_ERROR_REFUSED, 0);
  play_list (SIGN_IN, "C: LIST\nS: +OK\nS: 1 10\nS: .\nC: UIDL\nS: -ERR [SYS/TEMP] later\n", MAIL_ERROR_BUSY, 0);
  play_list (SIGN_IN, "C: LIST\nS: +OK\nS: 2 10\nS: 1 10\nS: .\n", MAIL_ERROR_PROTOCOL, 0);
  play_list (SIGN_IN, "C: LIST\nS: +OK\nS: one 10\nS: .\n", MAIL_ERROR_PROTOCOL, 0);
  play_list (SIGN_IN, "C: LIST\nS: +OK\nS: 1 10\n! close\n", MAIL_ERROR_CLOSED, 0);
  play_list (SIGN_IN_PIPELINING, "C: LIST\nC: UIDL\nS: -ERR no\nS: +OK\nS: 1 a\nS: .\n", MAIL_ERROR_REFUSED, 0);
  play_list (SIGN_IN_PIPELINING, "C: LIST\nC: UIDL\nS: +OK\nS: 1 10\nS: .\nS: -ERR no\n", MAIL_ERROR_REFUSED, 0);
}

static gboolean
collect_cb (guint number, GBytes *message, const char *why, gpointer user_data, GError **error)
{
  g_string_append_printf (user_data, "%u:%.*s;", number, message != NULL ? (int) g_bytes_get_size (message) : 2,
                          message != NULL ? (const char *) g_bytes_get_data (message, NULL) : "no");
  return TRUE;
}

static void
test_window_bounds_what_is_asked_ahead (void)
{
  ScriptedServer *server;
  MailPop3Session *session = open_script (SIGN_IN_PIPELINING,
                                          "C: RETR 1\nC: RETR 2\n! wait\nS: +OK\nS: one\nS: .\nS: -ERR gone\n"
                                          "C: RETR 3\nS: +OK\nS: ..\nS: .\nC: QUIT\nS: +OK\n",
                                          &server);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_pop3_item_free);
  g_autoptr (GString) got = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  guint64 sizes[] = { 40, 50, 90 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      MailPop3Item *item = g_new0 (MailPop3Item, 1);

      item->number = i + 1;
      item->size = sizes[i];
      g_ptr_array_add (items, item);
    }
  scripted_server_go (server);
  g_assert_true (mail_pop3_session_retrieve (session, items, 100, collect_cb, got, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (got->str, ==, "1:one\r\n;2:no;3:.\r\n;");
  g_assert_true (mail_pop3_session_quit (session, NULL, &error));
  mail_pop3_session_free (session);
  scripted_server_finish (server);
}

static void
test_cancelled_at_once (void)
{
  ScriptedServer *server;
  MailPop3Session *session = open_script (SIGN_IN, "C: NOOP\n! tell\n! silent\n", &server);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  scripted_server_cancel_when_told (server, cancellable);
  g_assert_false (mail_pop3_session_noop (session, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  mail_pop3_session_free (session);
  scripted_server_finish (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop3/session/signs-in", test_signs_in);
  g_test_add_func ("/pop3/session/believes-nothing-that-came-before-tls", test_believes_nothing_that_came_before_tls);
  g_test_add_func ("/pop3/session/busy-is-not-a-wrong-password", test_busy_is_not_a_wrong_password);
  g_test_add_func ("/pop3/session/a-wrong-password-is-said", test_a_wrong_password_is_said);
  g_test_add_func ("/pop3/session/no-password-in-clear-after-a-refused-proof", test_no_password_in_clear_after_a_refused_proof);
  g_test_add_func ("/pop3/session/a-server-must-prove-itself", test_a_server_must_prove_itself);
  g_test_add_func ("/pop3/session/other-servers-are-named", test_other_servers_are_named);
  g_test_add_func ("/pop3/session/a-token-goes-nowhere-else", test_a_token_goes_nowhere_else);
  g_test_add_func ("/pop3/session/a-line-break-in-a-password-is-refused", test_a_line_break_in_a_password_is_refused);
  g_test_add_func ("/pop3/session/listing-is-read-as-it-is", test_listing_is_read_as_it_is);
  g_test_add_func ("/pop3/session/listing-that-fails-is-no-listing", test_listing_that_fails_is_no_listing);
  g_test_add_func ("/pop3/session/window-bounds-what-is-asked-ahead", test_window_bounds_what_is_asked_ahead);
  g_test_add_func ("/pop3/session/cancelled-at-once", test_cancelled_at_once);
  return g_test_run ();
}
