/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib.h>

#include "core/credentials.h"
#include "core/errors.h"
#include "net/sasl.h"
#include "net/saslprep.h"

static const char *const everything[] = { "LOGIN",       "plain",  "XOAUTH2",       "Cram-MD5", "OAUTHBEARER",
                                          "SCRAM-SHA-1", "GSSAPI", "SCRAM-SHA-256", NULL };

static MailSasl *
new_sasl (const char *mechanism, const char *user, const char *password)
{
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password (user, password);
  const char *offered[] = { mechanism, NULL };

  return mail_sasl_new (offered, NULL, credentials, "mail.example.org", 143, TRUE);
}

/* (transfer full) (nullable): the answer to @challenge as text. */
static char *
step (MailSasl *sasl, const char *challenge, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (challenge, strlen (challenge));
  g_autoptr (GBytes) answer = mail_sasl_step (sasl, bytes, error);

  return answer != NULL ? g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer)) : NULL;
}

#define assert_step(sasl, challenge, expected)                                                               \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autoptr (GError) step_error = NULL;                                                                    \
    g_autofree char *step_answer = step (sasl, challenge, &step_error);                                      \
                                                                                                             \
    g_assert_no_error (step_error);                                                                          \
    g_assert_cmpstr (step_answer, ==, expected);                                                             \
  }                                                                                                          \
  G_STMT_END

#define assert_refused(sasl, challenge, code)                                                                \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autoptr (GError) step_error = NULL;                                                                    \
    g_autofree char *step_answer = step (sasl, challenge, &step_error);                                      \
                                                                                                             \
    g_assert_error (step_error, MAIL_ERROR, code);                                                           \
    g_assert_null (step_answer);                                                                             \
  }                                                                                                          \
  G_STMT_END

#define SHA_1_FIRST "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"

static MailSasl *
new_scram (void)
{
  MailSasl *sasl = new_sasl ("SCRAM-SHA-1", "user", "pencil");

  mail_sasl_set_nonce_for_test (sasl, "fyko+d2lbbFgONRv9qkxdawL");
  assert_step (sasl, "", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
  return sasl;
}

static void
test_scram_sha_1_as_in_rfc_5802 (void)
{
  g_autoptr (MailSasl) sasl = new_scram ();
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_sasl_has_initial_response (sasl));
  assert_step (sasl, SHA_1_FIRST,
               "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
  g_assert_false (mail_sasl_finish (sasl, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE);
  g_clear_error (&error);
  assert_step (sasl, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=", "");
  g_assert_true (mail_sasl_finish (sasl, &error));
  g_assert_no_error (error);
  assert_refused (sasl, "more", MAIL_ERROR_PROTOCOL);
}

static void
test_scram_sha_256_as_in_rfc_7677 (void)
{
  g_autoptr (MailSasl) sasl = new_sasl ("SCRAM-SHA-256", "user", "pencil");

  mail_sasl_set_nonce_for_test (sasl, "rOprNGfwEbeRWgbNEkqO");
  assert_step (sasl, "", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  assert_step (sasl, "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
               "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
               "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  assert_step (sasl, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "");
  g_assert_true (mail_sasl_finish (sasl, NULL));
}

static void
test_scram_escapes_the_name (void)
{
  g_autoptr (MailSasl) sasl = new_sasl ("SCRAM-SHA-1", "a=b,c", "pencil");

  mail_sasl_set_nonce_for_test (sasl, "nonce");
  assert_step (sasl, "", "n,,n=a=3Db=2Cc,r=nonce");
}

static void
test_scram_refuses_a_server_that_does_not_know_the_password (void)
{
  g_autoptr (MailSasl) sasl = new_scram ();
  g_autofree char *proof = step (sasl, SHA_1_FIRST, NULL);

  g_assert_nonnull (proof);
  assert_refused (sasl, "v=rmF9pqV8S7suAoZWja4dJRkFsKA=", MAIL_ERROR_INSECURE);
  g_assert_false (mail_sasl_finish (sasl, NULL));
}

static void
test_scram_says_what_the_server_refused (void)
{
  g_autoptr (MailSasl) sasl = new_scram ();
  g_autofree char *proof = step (sasl, SHA_1_FIRST, NULL);

  g_assert_nonnull (proof);
  assert_refused (sasl, "e=invalid-proof", MAIL_ERROR_SIGN_IN);
  g_assert_false (mail_sasl_finish (sasl, NULL));
}

static void
test_scram_refuses_bad_first_messages (void)
{
  static const char *const bad[] = {
    "",
    ",",
    ",,,,,,,,,,,",
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    "r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096",                       /* our nonce and no more */
    "r=fyko+d2lbbFgONRv9qkxdawK3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",     /* another nonce */
    "m=x,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096", /* an extension */
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=,i=4096",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=!!!!,i=4096",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4095",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=1000001",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=-1",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=99999999999999999999999",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096x",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (MailSasl) sasl = new_scram ();

      g_test_message ("%s", bad[i]);
      assert_refused (sasl, bad[i], MAIL_ERROR_PROTOCOL);
    }
}

static void
test_scram_never_reads_past_a_cut_message (void)
{
  for (gsize length = 0; length < strlen (SHA_1_FIRST) - 4; length++)
    {
      g_autoptr (MailSasl) sasl = new_scram ();
      g_autofree char *cut = g_strndup (SHA_1_FIRST, length);

      assert_refused (sasl, cut, MAIL_ERROR_PROTOCOL);
    }
}

static void
test_nonces_differ (void)
{
  g_autoptr (MailSasl) one = new_sasl ("SCRAM-SHA-256", "user", "pencil");
  g_autoptr (MailSasl) two = new_sasl ("SCRAM-SHA-256", "user", "pencil");
  g_autofree char *first = step (one, "", NULL);
  g_autofree char *second = step (two, "", NULL);

  g_assert_cmpuint (strlen (first), >, 40);
  g_assert_cmpstr (first, !=, second);
}

static void
test_cram_md5_as_in_rfc_2195 (void)
{
  g_autoptr (MailSasl) sasl = new_sasl ("CRAM-MD5", "tim", "tanstaaftanstaaf");
  g_autoptr (MailSasl) empty = new_sasl ("CRAM-MD5", "tim", "tanstaaftanstaaf");

  g_assert_false (mail_sasl_has_initial_response (sasl));
  assert_step (sasl, "<1896.697170952@postoffice.reston.mci.net>", "tim b913a602c7eda7a495b4e6e7334d3890");
  assert_refused (sasl, "<again@example.org>", MAIL_ERROR_PROTOCOL);
  assert_refused (empty, "", MAIL_ERROR_PROTOCOL);
}

static void
test_apop_as_in_rfc_1939 (void)
{
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("mrose", "tanstaaf");
  g_autofree char *digest = mail_sasl_apop_digest ("<1896.697170952@dbc.mtview.ca.us>", credentials);

  g_assert_cmpstr (digest, ==, "c4c9334bac560ecc979e58001b3e22fb");
}

static void
test_plain_and_login_show_name_and_password (void)
{
  g_autoptr (MailSasl) plain = new_sasl ("PLAIN", "tim", "tanstaaftanstaaf");
  g_autoptr (MailSasl) login = new_sasl ("LOGIN", "tim", "tanstaaftanstaaf");
  g_autoptr (GBytes) answer = mail_sasl_step (plain, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), "\0tim\0tanstaaftanstaaf", 21);
  assert_refused (plain, "again", MAIL_ERROR_PROTOCOL);
  g_assert_true (mail_sasl_finish (plain, &error));
  g_assert_false (mail_sasl_has_initial_response (login));
  assert_step (login, "Username:", "tim");
  assert_step (login, "Password:", "tanstaaftanstaaf");
  assert_refused (login, "Shoe size:", MAIL_ERROR_PROTOCOL);
}

static void
test_tokens_go_their_own_ways (void)
{
  g_autoptr (MailCredentials) credentials = mail_credentials_new_token ("user@example.com", "vF9dft4qmT");
  g_autoptr (MailSasl) bearer
      = mail_sasl_new (everything, NULL, credentials, "server.example.com", 143, TRUE);
  const char *tried[] = { "OAUTHBEARER", NULL };
  const char *both[] = { "OAUTHBEARER", "XOAUTH2", NULL };
  g_autoptr (MailSasl) xoauth2
      = mail_sasl_new (everything, tried, credentials, "server.example.com", 143, TRUE);

  g_assert_cmpstr (mail_sasl_get_mechanism (bearer), ==, "OAUTHBEARER");
  assert_step (
      bearer, "",
      "n,a=user@example.com,\001host=server.example.com\001port=143\001auth=Bearer vF9dft4qmT\001\001");
  assert_step (bearer, "{\"status\":\"invalid_token\"}", "\001");
  assert_refused (bearer, "more", MAIL_ERROR_PROTOCOL);
  g_assert_cmpstr (mail_sasl_get_mechanism (xoauth2), ==, "XOAUTH2");
  assert_step (xoauth2, "", "user=user@example.com\001auth=Bearer vF9dft4qmT\001\001");
  assert_step (xoauth2, "{\"status\":\"400\"}", "");
  g_assert_null (mail_sasl_new (everything, both, credentials, "server.example.com", 143, TRUE));
  g_assert_null (mail_sasl_new (everything, NULL, credentials, "server.example.com", 143, FALSE));
}

static void
test_the_strongest_is_taken_first (void)
{
  static const char *const order[] = { "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN" };
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("user", "pencil");
  const char *tried[G_N_ELEMENTS (order) + 1] = { NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autoptr (MailSasl) sasl
          = mail_sasl_new (everything, tried, credentials, "mail.example.org", 143, i % 2);

      g_assert_cmpstr (mail_sasl_get_mechanism (sasl), ==, order[i]);
      tried[i] = order[i];
    }
  g_assert_null (mail_sasl_new (everything, tried, credentials, "mail.example.org", 143, TRUE));
}

static void
test_a_password_that_cannot_be_prepared_goes_as_it_is (void)
{
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("user", "bell\a");
  g_autoptr (MailSasl) sasl = mail_sasl_new (everything, NULL, credentials, "mail.example.org", 143, TRUE);

  g_assert_cmpstr (mail_sasl_get_mechanism (sasl), ==, "CRAM-MD5");
}

static void
test_endless_or_broken_challenges_are_refused (void)
{
  g_autoptr (MailSasl) sasl = new_scram ();
  g_autoptr (GBytes) with_nul = g_bytes_new_static ("r=\0", 3);
  g_autofree char *endless = g_strnfill (100000, 'r');

  g_assert_null (mail_sasl_step (sasl, with_nul, NULL));
  assert_refused (sasl, endless, MAIL_ERROR_PROTOCOL);
}

static void
test_saslprep_as_in_rfc_4013 (void)
{
  static const struct
  {
    const char *text;
    const char *prepared;
  } cases[] = {
    { "I\xc2\xadX", "IX" },
    { "user", "user" },
    { "USER", "USER" },
    { "\xc2\xaa", "a" },
    { "\xe2\x85\xa8", "IX" },
    { "\a", NULL },
    { "\xd8\xa7\x31", NULL },
    { "\xd8\xa7\x31\xd8\xa8", "\xd8\xa7\x31\xd8\xa8" },
    { "a\xc2\xa0z", "a z" },
    { "e\xcc\x81", "\xc3\xa9" },
    { "", NULL },
    { "\xc2\xad", NULL },
    { "\xff", NULL },
    { "\xee\x80\x80", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char *prepared = mail_saslprep (cases[i].text);

      g_assert_cmpstr (prepared, ==, cases[i].prepared);
      mail_secret_free (prepared);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/sasl/scram-sha-1-as-in-rfc-5802", test_scram_sha_1_as_in_rfc_5802);
  g_test_add_func ("/net/sasl/scram-sha-256-as-in-rfc-7677", test_scram_sha_256_as_in_rfc_7677);
  g_test_add_func ("/net/sasl/scram-escapes-the-name", test_scram_escapes_the_name);
  g_test_add_func ("/net/sasl/scram-refuses-a-server-that-does-not-know-the-password",
                   test_scram_refuses_a_server_that_does_not_know_the_password);
  g_test_add_func ("/net/sasl/scram-says-what-the-server-refused", test_scram_says_what_the_server_refused);
  g_test_add_func ("/net/sasl/scram-refuses-bad-first-messages", test_scram_refuses_bad_first_messages);
  g_test_add_func ("/net/sasl/scram-never-reads-past-a-cut-message",
                   test_scram_never_reads_past_a_cut_message);
  g_test_add_func ("/net/sasl/nonces-differ", test_nonces_differ);
  g_test_add_func ("/net/sasl/cram-md5-as-in-rfc-2195", test_cram_md5_as_in_rfc_2195);
  g_test_add_func ("/net/sasl/apop-as-in-rfc-1939", test_apop_as_in_rfc_1939);
  g_test_add_func ("/net/sasl/plain-and-login-show-name-and-password",
                   test_plain_and_login_show_name_and_password);
  g_test_add_func ("/net/sasl/tokens-go-their-own-ways", test_tokens_go_their_own_ways);
  g_test_add_func ("/net/sasl/the-strongest-is-taken-first", test_the_strongest_is_taken_first);
  g_test_add_func ("/net/sasl/a-password-that-cannot-be-prepared-goes-as-it-is",
                   test_a_password_that_cannot_be_prepared_goes_as_it_is);
  g_test_add_func ("/net/sasl/endless-or-broken-challenges-are-refused",
                   test_endless_or_broken_challenges_are_refused);
  g_test_add_func ("/net/saslprep/as-in-rfc-4013", test_saslprep_as_in_rfc_4013);
  return g_test_run ();
}
