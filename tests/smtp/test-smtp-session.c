/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "lib/private-dovecot.h"
#include "lib/session-dialogue.h"
#include "smtp/smtp-session.h"

/* Plays tests/transcripts/smtp-@name.txt: signs in and goes. */
static void
play (const char *name, MailSecurity security, guint64 max_size)
{
  g_autofree char *file = g_strconcat ("smtp-", name, NULL);
  SessionDialogue *dialogue = session_dialogue_new (file, security, mail_credentials_new_password ("user", "pencil"));
  MailSmtpSession *session
      = mail_smtp_session_open (dialogue->endpoint, dialogue->credentials, NULL, &dialogue->error);

  session_dialogue_check (dialogue, session, SESSION_OPENS);
  g_assert_cmpuint (mail_smtp_session_get_max_size (session), ==, max_size);
  mail_smtp_session_close (session);
  session_dialogue_finish (dialogue);
}

/* The same with a server at which signing in fails with @code. */
static void
play_failure (const char *name, MailSecurity security, int code)
{
  g_autofree char *file = g_strconcat ("smtp-", name, NULL);
  SessionDialogue *dialogue = session_dialogue_new (file, security, mail_credentials_new_password ("user", "pencil"));

  session_dialogue_check (
      dialogue, mail_smtp_session_open (dialogue->endpoint, dialogue->credentials, NULL, &dialogue->error), code);
  session_dialogue_finish (dialogue);
}

static void
test_signs_in (void)
{
  play ("plain", MAIL_SECURITY_TLS, 52428800);
  play ("starttls-login", MAIL_SECURITY_STARTTLS, 1000);
  play ("cram-md5-in-clear", MAIL_SECURITY_NONE, 0);
  play ("drips", MAIL_SECURITY_STARTTLS, 1000);
}

static void
test_believes_nothing_that_came_before_tls (void)
{
  play_failure ("starttls-stripped", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  play_failure ("starttls-refused", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  play_failure ("starttls-injected", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  play_failure ("starttls-injected-later", MAIL_SECURITY_STARTTLS, MAIL_ERROR_TLS);
}

static void
test_a_wrong_password_costs_two_failures_at_most (void)
{
  play_failure ("refused-password", MAIL_SECURITY_TLS, MAIL_ERROR_SIGN_IN);
}

static void
test_no_password_in_clear_after_a_refused_proof (void)
{
  play_failure ("no-downgrade-in-clear", MAIL_SECURITY_NONE, MAIL_ERROR_SIGN_IN);
}

static void
test_a_server_must_prove_itself (void)
{
  play_failure ("scram-liar", MAIL_SECURITY_TLS, MAIL_ERROR_PROTOCOL);
  play_failure ("scram-unproven", MAIL_SECURITY_TLS, MAIL_ERROR_INSECURE);
}

static void
test_busy_is_not_refused (void)
{
  play_failure ("busy-greeting", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  play_failure ("busy-sign-in", MAIL_SECURITY_TLS, MAIL_ERROR_BUSY);
  play_failure ("unwelcome", MAIL_SECURITY_NONE, MAIL_ERROR_REFUSED);
}

static void
test_a_server_without_auth_is_named (void)
{
  play_failure ("no-auth", MAIL_SECURITY_TLS, MAIL_ERROR_UNSUPPORTED);
}

static void
test_other_servers_and_endless_lines_are_errors (void)
{
  play_failure ("not-smtp", MAIL_SECURITY_NONE, MAIL_ERROR_PROTOCOL);
  play_failure ("endless-line", MAIL_SECURITY_NONE, MAIL_ERROR_LIMIT);
  play_failure ("hangs-up", MAIL_SECURITY_TLS, MAIL_ERROR_CLOSED);
}

static void
test_without_credentials_only_greets (void)
{
  ScriptedServer *server = scripted_server_new ("S: 220 ready\nC: EHLO [127.0.0.1]\nS: 250-mail.example.org\n"
                                                "S: 250-AUTH PLAIN\nS: 250 SIZE\nC: QUIT\n! close");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_NONE);
  g_autoptr (GError) error = NULL;
  MailSmtpSession *session = mail_smtp_session_open (endpoint, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (mail_smtp_session_get_capabilities (session)[0], ==, "AUTH PLAIN");
  g_assert_cmpstr (mail_smtp_session_get_capabilities (session)[1], ==, "SIZE");
  g_assert_null (mail_smtp_session_get_capabilities (session)[2]);
  g_assert_cmpuint (mail_smtp_session_get_max_size (session), ==, 0);
  mail_smtp_session_close (session);
  scripted_server_finish (server);
}

/* A server that never answers QUIT keeps nobody for long. */
static void
test_quits_within_two_seconds (void)
{
  ScriptedServer *server
      = scripted_server_new ("S: 220 ready\nC: EHLO [127.0.0.1]\nS: 250 mail.example.org\n! silent");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_NONE);
  MailSmtpSession *session = mail_smtp_session_open (endpoint, NULL, NULL, NULL);
  gint64 start = g_get_monotonic_time ();

  g_assert_nonnull (session);
  mail_smtp_session_close (session);
  /* It would be a minute otherwise; the rest is for a busy machine. */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
  scripted_server_finish (server);
}

static void
sign_in_to_dovecot (const char *mechanism)
{
  g_autofree char *setting = g_strconcat ("auth_mechanisms = ", mechanism, NULL);
  const char *settings[] = { setting, NULL };
  g_autoptr (PrivateDovecot) server = private_dovecot_start (settings);
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (MailCredentials) right = mail_credentials_new_password ("user", PRIVATE_DOVECOT_PASSWORD);
  g_autoptr (MailCredentials) wrong = mail_credentials_new_password ("user", "no such password");
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  config = private_dovecot_config (server, "user", MAIL_MODE_IMAP, MAIL_SECURITY_TLS);
  mail_smtp_session_close (mail_smtp_session_open (config->outgoing, right, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (mail_smtp_session_open (config->outgoing, wrong, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_SIGN_IN);
}

static void
test_signs_in_to_a_real_server_by_every_mechanism (void)
{
  sign_in_to_dovecot ("scram-sha-256");
  sign_in_to_dovecot ("scram-sha-1");
  sign_in_to_dovecot ("cram-md5");
  sign_in_to_dovecot ("plain");
  sign_in_to_dovecot ("login");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/session/signs-in", test_signs_in);
  g_test_add_func ("/smtp/session/believes-nothing-that-came-before-tls",
                   test_believes_nothing_that_came_before_tls);
  g_test_add_func ("/smtp/session/a-wrong-password-costs-two-failures-at-most",
                   test_a_wrong_password_costs_two_failures_at_most);
  g_test_add_func ("/smtp/session/no-password-in-clear-after-a-refused-proof",
                   test_no_password_in_clear_after_a_refused_proof);
  g_test_add_func ("/smtp/session/a-server-must-prove-itself", test_a_server_must_prove_itself);
  g_test_add_func ("/smtp/session/busy-is-not-refused", test_busy_is_not_refused);
  g_test_add_func ("/smtp/session/a-server-without-auth-is-named", test_a_server_without_auth_is_named);
  g_test_add_func ("/smtp/session/other-servers-and-endless-lines-are-errors",
                   test_other_servers_and_endless_lines_are_errors);
  g_test_add_func ("/smtp/session/without-credentials-only-greets", test_without_credentials_only_greets);
  g_test_add_func ("/smtp/session/quits-within-two-seconds", test_quits_within_two_seconds);
  g_test_add_func ("/smtp/session/signs-in-to-a-real-server-by-every-mechanism",
                   test_signs_in_to_a_real_server_by_every_mechanism);
  return g_test_run ();
}
