/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/setup.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/errors.h"
#include "lib/main-loop.h"
#include "lib/private-dovecot.h"
#include "lib/scripted-server.h"

#define SAFETY_SECONDS 40

typedef struct
{
  GMainLoop *loop;
  MailSetup *setup;
  MailSetupStep awaited;
} Fixture;

static gboolean
too_late_cb (gpointer data)
{
  (void) data;
  g_error ("The wizard did not get there in %d s", SAFETY_SECONDS);
  return G_SOURCE_REMOVE;
}

static void
step_cb (Fixture *fixture)
{
  if (mail_setup_get_step (fixture->setup) == fixture->awaited || mail_setup_get_problem (fixture->setup) != NULL)
    g_main_loop_quit (fixture->loop);
}

/* Turns the main loop until the wizard stands at @step or reports a problem. */
static void
wait_for (MailSetup *setup, MailSetupStep step)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Fixture fixture = { loop, setup, step };
  guint timeout;

  if (mail_setup_get_step (setup) == step)
    return;
  timeout = g_timeout_add_seconds (SAFETY_SECONDS, too_late_cb, NULL);
  g_signal_connect_swapped (setup, "notify::step", G_CALLBACK (step_cb), &fixture);
  g_signal_connect_swapped (setup, "notify::problem", G_CALLBACK (step_cb), &fixture);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (setup, &fixture);
  g_source_remove (timeout);
}

/* Adds @text to the table of providers. */
static void
add_row (const char *text)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "missiva-provider-XXXXXX", NULL);
  int fd = g_mkstemp (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  mail_provider_add_file (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* Makes @domain a provider whose servers for reading are those of @server; @more are further lines. */
static void
add_provider_with (PrivateDovecot *server, const char *domain, const char *more)
{
  g_autofree char *text
      = g_strdup_printf ("[%s]\nname=Test\ndomains=%s\nimap=localhost:%u tls\npop=localhost:%u starttls\n"
                         "user=full\nsign-in=password\n%s",
                         domain, domain, private_dovecot_get_port (server, "imaps"),
                         private_dovecot_get_port (server, "pop3"), more);

  add_row (text);
}

/* The same with its server for sending. */
static void
add_provider (PrivateDovecot *server, const char *domain, gboolean trusted)
{
  g_autofree char *more = g_strdup_printf ("smtp=localhost:%u starttls\n%s%s\n", private_dovecot_get_port (server, "submission"),
                                           trusted ? "ca-file=" : "", trusted ? private_dovecot_get_ca_file (server) : "");

  add_provider_with (server, domain, more);
}

static void
begin (MailSetup *setup, const char *address, const char *password)
{
  const char *field = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_setup_set_person (setup, "Biblioteca", address, password, &field, &error));
  g_assert_no_error (error);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_LOOKING);
}

static void
test_from_address_to_account (gconstpointer data)
{
  MailMode mode = GPOINTER_TO_INT (data);
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (MailSetup) setup = mail_setup_new ();
  g_autoptr (MailAccountConfig) result = NULL;
  g_autoptr (GAsyncResult) named = NULL;
  g_autoptr (MailHome) home = mail_home_new ("/nonexistent");
  const MailFigures *imap;
  const MailFigures *pop;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "posta@example.org", NULL, 12, 2000);
  private_dovecot_fill (server, "posta@example.org", "Archive", 5, 2000);
  add_provider (server, "example.org", TRUE);

  begin (setup, " posta@example.org ", PRIVATE_DOVECOT_PASSWORD);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_null (mail_setup_get_problem (setup));

  /* Measured on this very mailbox. */
  imap = mail_setup_get_figures (setup, MAIL_MODE_IMAP);
  pop = mail_setup_get_figures (setup, MAIL_MODE_POP);
  g_assert_nonnull (imap);
  g_assert_nonnull (pop);
  g_assert_cmpuint (imap->messages, ==, 17);
  g_assert_cmpuint (imap->inbox_messages, ==, 12);
  g_assert_cmpuint (pop->messages, ==, 12);
  g_assert_true (pop->has_uidl);
  g_assert_cmpint (mail_setup_get_recommendation (setup), ==, MAIL_MODE_IMAP);
  g_assert_nonnull (strstr (mail_setup_get_recommendation_reason (setup), "5"));
  for (guint i = 0; i < mail_setup_get_n_tries (setup); i++)
    g_assert_cmpint (mail_setup_get_try (setup, i)->state, ==, MAIL_TRY_GOOD);

  mail_setup_choose (setup, mode);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_OPTIONS);
  mail_setup_set_pop_keep (setup, MAIL_POP_KEEP_DAYS, 7);
  mail_setup_check (setup);
  wait_for (setup, MAIL_SETUP_STEP_DONE);
  g_assert_null (mail_setup_get_problem (setup));

  mail_setup_dup_result_async (setup, home, keep_result_cb, &named);
  run_result (&named);
  result = mail_setup_dup_result_finish (setup, named);
  g_assert_cmpstr (result->name, ==, "posta@example.org");
  g_assert_cmpint (result->mode, ==, mode);
  g_assert_cmpstr (result->full_name, ==, "Biblioteca");
  g_assert_cmpuint (result->incoming->port, ==, private_dovecot_get_port (server, mode == MAIL_MODE_IMAP ? "imaps" : "pop3"));
  g_assert_cmpuint (result->outgoing->port, ==, private_dovecot_get_port (server, "submission"));
  if (mode == MAIL_MODE_POP)
    g_assert_cmpuint (result->pop_keep_days, ==, 7);
}

static void
test_a_wrong_password_can_be_typed_again (void)
{
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (MailSetup) setup = mail_setup_new ();

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "posta@example.org", NULL, 1, 500);
  add_provider (server, "example.org", TRUE);
  begin (setup, "posta@example.org", "wrong");
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_LOOKING);
  g_assert_cmpint (mail_setup_get_problem (setup)->code, ==, MAIL_ERROR_SIGN_IN);
  g_assert_null (strstr (mail_setup_get_problem (setup)->technical, "wrong"));

  mail_setup_retry (setup, PRIVATE_DOVECOT_PASSWORD);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_CHOICE);
}

static void
test_an_unknown_certificate_is_shown_and_may_be_trusted (void)
{
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (MailSetup) setup = mail_setup_new ();

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "posta@example.org", NULL, 1, 500);
  add_provider (server, "example.org", FALSE);
  begin (setup, "posta@example.org", PRIVATE_DOVECOT_PASSWORD);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_cmpint (mail_setup_get_problem (setup)->kind, ==, MAIL_PROBLEM_CERTIFICATE);
  g_assert_nonnull (mail_setup_get_certificate (setup));
  g_assert_cmpuint (strlen (mail_setup_get_certificate (setup)->fingerprint), ==, 64);

  mail_setup_trust_certificate (setup);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_CHOICE);
  g_assert_nonnull (mail_setup_get_config (setup, MAIL_MODE_IMAP)->incoming->pin);
}

static void
test_a_missing_outgoing_server_is_told (void)
{
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (MailSetup) setup = mail_setup_new ();
  g_autofree char *authority = NULL;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "posta@example.com", NULL, 1, 500);
  authority = g_strdup_printf ("ca-file=%s\n", private_dovecot_get_ca_file (server));
  add_provider_with (server, "example.com", authority);
  begin (setup, "posta@example.com", PRIVATE_DOVECOT_PASSWORD);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_null (mail_setup_get_problem (setup));

  mail_setup_choose (setup, MAIL_MODE_IMAP);
  mail_setup_check (setup);
  wait_for (setup, MAIL_SETUP_STEP_DONE);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_CHECKING);
  g_assert_cmpint (mail_setup_get_problem (setup)->code, ==, MAIL_ERROR_HOST_NOT_FOUND);
  g_assert_true (mail_setup_can_skip_outgoing (setup));

  /* Left out by hand, it is not asked for again. */
  mail_setup_edit_servers (setup);
  mail_setup_use_servers (setup);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  mail_setup_choose (setup, MAIL_MODE_IMAP);
  mail_setup_check (setup);
  wait_for (setup, MAIL_SETUP_STEP_DONE);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_DONE);
  g_assert_null (mail_setup_get_problem (setup));
}

static void
test_untrusted_servers_beside_a_good_one_are_told (void)
{
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (PrivateDovecot) stranger = private_dovecot_start (NULL);
  g_autoptr (MailSetup) setup = mail_setup_new ();
  g_autofree char *more = NULL;

  if (server == NULL || stranger == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "posta@example.net", NULL, 1, 500);
  /* Another authority's; the later of two lines counts. */
  more = g_strdup_printf ("pop=localhost:%u starttls\nsmtp=localhost:%u starttls\nca-file=%s\n",
                          private_dovecot_get_port (stranger, "pop3"), private_dovecot_get_port (stranger, "submission"),
                          private_dovecot_get_ca_file (server));
  add_provider_with (server, "example.net", more);
  begin (setup, "posta@example.net", PRIVATE_DOVECOT_PASSWORD);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_nonnull (strstr (mail_setup_get_unavailable_reason (setup, MAIL_MODE_POP), "certificate of localhost"));
  mail_setup_choose (setup, MAIL_MODE_IMAP);
  mail_setup_check (setup);
  wait_for (setup, MAIL_SETUP_STEP_DONE);
  g_assert_cmpint (mail_setup_get_problem (setup)->kind, ==, MAIL_PROBLEM_CERTIFICATE);
  g_assert_nonnull (mail_setup_get_certificate (setup));
  g_assert_true (mail_setup_can_skip_outgoing (setup));
  mail_setup_skip_outgoing (setup);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_DONE);
}

static void
test_nothing_found_leads_to_the_fields (void)
{
  g_autoptr (MailSetup) setup = mail_setup_new ();
  g_autoptr (GError) error = NULL;

  begin (setup, "posta@localhost", "secret");
  wait_for (setup, MAIL_SETUP_STEP_SERVERS);
  g_assert_nonnull (mail_setup_get_problem (setup));
  if (mail_setup_get_step (setup) != MAIL_SETUP_STEP_SERVERS)
    wait_for (setup, MAIL_SETUP_STEP_SERVERS);
  g_assert_false (mail_setup_set_field (setup, MAIL_MODE_IMAP, "incoming", "no port", &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
  mail_setup_back (setup);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_WHO);
}

/* How many lines of the list of tries speak of @what. */
static guint
count_tries (MailSetup *setup, const char *what)
{
  guint count = 0;

  for (guint i = 0; i < mail_setup_get_n_tries (setup); i++)
    count += strstr (mail_setup_get_try (setup, i)->what, what) != NULL;
  return count;
}

static void
test_guesses_follow_a_row_that_fails (void)
{
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (MailSetup) setup = mail_setup_new ();
  g_autofree char *more = NULL;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "posta@rows.invalid", NULL, 1, 500);
  /* IMAP answers where the row says; POP is not there, and SMTP is another kind of server. */
  more = g_strdup_printf ("pop=pop-of-the-row.invalid:995 tls\nsmtp=localhost:%u tls\nca-file=%s\n",
                          private_dovecot_get_port (server, "imaps"), private_dovecot_get_ca_file (server));
  add_provider_with (server, "rows.invalid", more);
  begin (setup, "posta@rows.invalid", PRIVATE_DOVECOT_PASSWORD);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_CHOICE);
  g_assert_cmpuint (count_tries (setup, "POP at pop-of-the-row.invalid"), ==, 1);
  g_assert_cmpuint (count_tries (setup, "POP at pop.rows.invalid"), ==, 2); /* TLS, STARTTLS */
  g_assert_cmpuint (count_tries (setup, "SMTP at smtp.rows.invalid"), ==, 2);
  g_assert_cmpuint (count_tries (setup, "IMAP at"), ==, 1);
  g_assert_cmpuint (count_tries (setup, "Signing in by"), ==, 1);
  g_assert_nonnull (mail_setup_get_unavailable_reason (setup, MAIL_MODE_POP));
}

static void
test_nothing_is_guessed_beside_an_untrusted_server (void)
{
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (MailSetup) setup = mail_setup_new ();

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  add_provider (server, "untrusted.invalid", FALSE);
  begin (setup, "posta@untrusted.invalid", PRIVATE_DOVECOT_PASSWORD);
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_cmpint (mail_setup_get_problem (setup)->kind, ==, MAIL_PROBLEM_CERTIFICATE);
  g_assert_cmpuint (count_tries (setup, "untrusted.invalid, port"), ==, 0);
}

static char *
dup_alert (MailSetup *setup)
{
  char *alert = NULL;

  g_object_get (setup, "alert", &alert, NULL);
  return alert;
}

static void
expect_alert (MailSetup *setup, const char *wanted)
{
  g_autofree char *alert = dup_alert (setup);

  g_assert_cmpstr (alert, ==, wanted);
}

/* What the server asks to be read is shown, also when it refuses the sign-in; each text once. */
static void
test_what_a_server_says_is_shown_once (void)
{
#define FOUND                                                                                                               \
  "! tls\nS: * OK ready\nC: $1 CAPABILITY\nS: * CAPABILITY IMAP4rev1 AUTH=PLAIN\nS: $1 OK\nC: * LOGOUT\n! connection\n"
#define REFUSED(alerts)                                                                                                     \
  "! tls\nS: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\nC: A1 AUTHENTICATE PLAIN\nS: + \nC: *\n" alerts                  \
  "S: A1 NO no\n! connection\n"
  ScriptedServer *server = scripted_server_new (
    FOUND REFUSED ("S: * NO [ALERT] Use an <b>app\\x1b[31m</b> password\n")
    FOUND REFUSED ("S: * NO [ALERT] Use an <b>app\\x1b[31m</b> password\nS: * NO [ALERT] Closed at noon\n"));
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_TLS);
  g_autoptr (MailSetup) setup = mail_setup_new ();
  g_autofree char *row = g_strdup_printf ("[alerts]\nname=Test\ndomains=alerts.invalid\nimap=127.0.0.1:%u tls\nuser=full\n"
                                          "sign-in=password\nca-file=%s\n",
                                          endpoint->port, endpoint->ca_file);

  add_row (row);
  begin (setup, "posta@alerts.invalid", "secret");
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  g_assert_cmpint (mail_setup_get_problem (setup)->code, ==, MAIL_ERROR_SIGN_IN);
  expect_alert (setup, "The server of posta@alerts.invalid says: “Use an <b>app [31m</b> password”");
  mail_setup_dismiss_alert (setup);
  expect_alert (setup, NULL);

  mail_setup_retry (setup, "another");
  wait_for (setup, MAIL_SETUP_STEP_CHOICE);
  expect_alert (setup, "The server of posta@alerts.invalid says: “Closed at noon”");
  /* Another mailbox has another server. */
  g_assert_true (mail_setup_set_person (setup, NULL, "name@outlook.com", "secret", &(const char *){ NULL }, NULL));
  expect_alert (setup, NULL);
  scripted_server_finish (server);
#undef FOUND
#undef REFUSED
}

static void
test_input_that_cannot_be_right_is_named (void)
{
  g_autoptr (MailSetup) setup = mail_setup_new ();
  g_autoptr (GError) error = NULL;
  const char *field = NULL;

  g_assert_false (mail_setup_set_person (setup, "", "nobody", "x", &field, &error));
  g_assert_cmpstr (field, ==, "address");
  g_clear_error (&error);
  g_assert_false (mail_setup_set_person (setup, "", "name@example.org", "", &field, &error));
  g_assert_cmpstr (field, ==, "password");
  g_assert_cmpint (mail_setup_get_step (setup), ==, MAIL_SETUP_STEP_WHO);
}

static void
test_oauth_only_providers_get_no_password (void)
{
  g_autoptr (MailSetup) setup = mail_setup_new ();

  begin (setup, "name@outlook.com", "secret");
  g_assert_nonnull (mail_setup_get_problem (setup));
  g_assert_cmpint (mail_setup_get_problem (setup)->code, ==, MAIL_ERROR_OAUTH_ONLY);
  g_assert_nonnull (strstr (mail_setup_get_problem (setup)->summary, "OAuth"));
  /* What is known of this very provider. */
  g_assert_nonnull (strstr (mail_setup_get_problem (setup)->advice, "Microsoft"));
  g_assert_cmpuint (mail_setup_get_n_tries (setup), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/model/setup/from-address-to-an-imap-account", GINT_TO_POINTER (MAIL_MODE_IMAP),
                        test_from_address_to_account);
  g_test_add_data_func ("/model/setup/from-address-to-a-pop-account", GINT_TO_POINTER (MAIL_MODE_POP),
                        test_from_address_to_account);
  g_test_add_func ("/model/setup/a-wrong-password-can-be-typed-again", test_a_wrong_password_can_be_typed_again);
  g_test_add_func ("/model/setup/an-unknown-certificate-is-shown-and-may-be-trusted",
                   test_an_unknown_certificate_is_shown_and_may_be_trusted);
  g_test_add_func ("/model/setup/a-missing-outgoing-server-is-told", test_a_missing_outgoing_server_is_told);
  g_test_add_func ("/model/setup/untrusted-servers-beside-a-good-one-are-told", test_untrusted_servers_beside_a_good_one_are_told);
  g_test_add_func ("/model/setup/nothing-found-leads-to-the-fields", test_nothing_found_leads_to_the_fields);
  g_test_add_func ("/model/setup/guesses-follow-a-row-that-fails", test_guesses_follow_a_row_that_fails);
  g_test_add_func ("/model/setup/nothing-is-guessed-beside-an-untrusted-server",
                   test_nothing_is_guessed_beside_an_untrusted_server);
  g_test_add_func ("/model/setup/what-a-server-says-is-shown-once", test_what_a_server_says_is_shown_once);
  g_test_add_func ("/model/setup/input-that-cannot-be-right-is-named", test_input_that_cannot_be_right_is_named);
  g_test_add_func ("/model/setup/oauth-only-providers-get-no-password", test_oauth_only_providers_get_no_password);
  return g_test_run ();
}
