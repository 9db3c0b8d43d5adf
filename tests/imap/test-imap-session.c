/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "imap/imap-session-private.h"
#include "lib/session-dialogue.h"

/* Dialogues with servers that err, lie, attack or die. */

#define FINE SESSION_OPENS

/* Opens a session with "user" and "pencil". */
static MailImapSession *
open_and_listen (ScriptedServer *server, MailSecurity security, GPtrArray *alerts, GError **error)
{
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, security);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("user", "pencil");

  return mail_imap_session_open (endpoint, credentials, alerts, NULL, error);
}

static MailImapSession *
open_session (ScriptedServer *server, MailSecurity security, GError **error)
{
  return open_and_listen (server, security, NULL, error);
}

static void
check_open (const char *name, MailSecurity security, int code)
{
  SessionDialogue *dialogue = session_dialogue_new (name, security, mail_credentials_new_password ("user", "pencil"));
  MailImapSession *session
      = mail_imap_session_open (dialogue->endpoint, dialogue->credentials, NULL, NULL, &dialogue->error);

  session_dialogue_check (dialogue, session, code);
  mail_imap_session_close (session);
  session_dialogue_finish (dialogue);
}

static void
test_sign_in (void)
{
  check_open ("imap-login", MAIL_SECURITY_NONE, FINE);
  check_open ("imap-mechanism-broken", MAIL_SECURITY_TLS, FINE);
  check_open ("imap-preauth-tls", MAIL_SECURITY_TLS, FINE);
  check_open ("imap-login-disabled", MAIL_SECURITY_NONE, MAIL_ERROR_UNSUPPORTED);
}

static void
test_refusals (void)
{
  check_open ("imap-refused-password", MAIL_SECURITY_NONE, MAIL_ERROR_SIGN_IN);
  check_open ("imap-refused-plainly", MAIL_SECURITY_NONE, MAIL_ERROR_SIGN_IN);
  check_open ("imap-refused-unavailable", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  check_open ("imap-refused-in-use", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  check_open ("imap-refused-limit", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  check_open ("imap-refused-gmail-busy", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  check_open ("imap-refused-contact-admin", MAIL_SECURITY_NONE, MAIL_ERROR_REFUSED);
  check_open ("imap-two-refusals-are-enough", MAIL_SECURITY_TLS, MAIL_ERROR_SIGN_IN);
  check_open ("imap-proof-refused-in-clear", MAIL_SECURITY_NONE, MAIL_ERROR_SIGN_IN);
  check_open ("imap-scram-liar", MAIL_SECURITY_NONE, MAIL_ERROR_PROTOCOL);
}

/* Why, in the server's code or in its words, and for how long. */
static void
test_refusals_are_explained (void)
{
  static const struct
  {
    const char *answer;
    MailErrorCode error;
    const char *code;
    guint wait;
  } cases[] = {
    { "A1 NO [THROTTLED] slow down", MAIL_ERROR_BUSY, "THROTTLED", 0 },
    { "A1 BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds", MAIL_ERROR_BUSY, "THROTTLED", 300 },
    { "A1 NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", MAIL_ERROR_BUSY, "THROTTLED", 0 },
    { "A1 NO [OVERQUOTA] Full", MAIL_ERROR_OVER_QUOTA, "OVERQUOTA", 0 },
    { "A1 NO [SERVERBUG] LOGIN Server error - Please try again later", MAIL_ERROR_BUSY, "SERVERBUG", 0 },
    { "A1 NO [EXPIRED] Choose a new one", MAIL_ERROR_SIGN_IN, "EXPIRED", 0 },
    { "A1 NO [CONTACTADMIN] Ask us", MAIL_ERROR_REFUSED, "CONTACTADMIN", 0 },
    { "A1 NO [PRIVACYREQUIRED] TLS first", MAIL_ERROR_INSECURE, "PRIVACYREQUIRED", 0 },
    { "A1 NO Too many open connections for this user", MAIL_ERROR_BUSY, "CONNECTIONS", 0 },
    { "* BYE Maximum connection limit reached", MAIL_ERROR_BUSY, "CONNECTIONS", 0 },
    { "* BYE [UNAVAILABLE] Going down", MAIL_ERROR_BUSY, "UNAVAILABLE", 0 },
    { "A1 NO Sorry", MAIL_ERROR_SIGN_IN, NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *script = g_strdup_printf ("S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n"
                                                 "C: A1 AUTHENTICATE PLAIN *\nS: %s\n! silent\n", cases[i].answer);
      ScriptedServer *server = scripted_server_new (script);
      g_autoptr (GError) error = NULL;

      g_assert_null (open_session (server, MAIL_SECURITY_NONE, &error));
      g_assert_error (error, MAIL_ERROR, (gint) cases[i].error);
      g_assert_cmpstr (mail_imap_error_code (error), ==, cases[i].code);
      g_assert_cmpuint (mail_error_get_server_wait (error), ==, cases[i].wait);
      scripted_server_finish (server);
    }
}

static void
test_not_a_server (void)
{
  check_open ("imap-not-imap", MAIL_SECURITY_NONE, MAIL_ERROR_PROTOCOL);
  check_open ("imap-greeting-garbage", MAIL_SECURITY_NONE, MAIL_ERROR_PROTOCOL);
  check_open ("imap-no-capabilities", MAIL_SECURITY_NONE, MAIL_ERROR_PROTOCOL);
  check_open ("imap-capability-bad", MAIL_SECURITY_NONE, MAIL_ERROR_REFUSED);
  check_open ("imap-wrong-tag", MAIL_SECURITY_NONE, MAIL_ERROR_PROTOCOL);
}

static void
test_goodbyes (void)
{
  check_open ("imap-bye-greeting", MAIL_SECURITY_NONE, MAIL_ERROR_BUSY);
  check_open ("imap-bye-capability", MAIL_SECURITY_NONE, MAIL_ERROR_CLOSED);
  check_open ("imap-bye-sign-in", MAIL_SECURITY_NONE, MAIL_ERROR_CLOSED);
  check_open ("imap-hangs-up", MAIL_SECURITY_NONE, MAIL_ERROR_CLOSED);
}

static void
test_attacks (void)
{
  check_open ("imap-starttls-refused", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  check_open ("imap-starttls-stripped", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  check_open ("imap-starttls-injected", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  check_open ("imap-starttls-injected-half", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  check_open ("imap-starttls-preauth", MAIL_SECURITY_STARTTLS, MAIL_ERROR_INSECURE);
  check_open ("imap-starttls-bye", MAIL_SECURITY_STARTTLS, MAIL_ERROR_CLOSED);
}

static void
test_believes_tls_only (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-starttls.txt");
  g_autoptr (GPtrArray) alerts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_and_listen (server, MAIL_SECURITY_STARTTLS, alerts, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (alerts->len, ==, 0);
  g_assert_cmpuint (mail_imap_session_get_caps (session), ==, 0);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_alert (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-alert.txt");
  g_autoptr (GPtrArray) alerts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  MailImapSession *session = open_and_listen (server, MAIL_SECURITY_NONE, alerts, NULL);
  MailImapStatus status = { 0 };
  gboolean woken = TRUE;
  const char *last;

  g_assert_cmpuint (alerts->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (alerts, 0), ==, "The server stops at noon");
  g_assert_cmpstr (g_ptr_array_index (alerts, 1), ==, "No [31m colours and no   ends of lines");
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, &status, NULL, NULL));
  g_assert_true (mail_imap_session_idle (session, 600, wake, &woken, NULL, NULL));
  g_assert_false (woken);
  g_assert_cmpuint (alerts->len, ==, 3);
  last = g_ptr_array_index (alerts, 2);
  g_assert_cmpint (g_utf8_strlen (last, -1), ==, 500);
  g_assert_true (g_str_has_suffix (last, "xxx…"));
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

/* What the server says of a refusal is heard too, but not the password that it repeats. */
static void
test_alert_of_a_refusal (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-alert-refused.txt");
  g_autoptr (GPtrArray) alerts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_assert_null (open_and_listen (server, MAIL_SECURITY_NONE, alerts, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_SIGN_IN);
  g_assert_cmpuint (alerts->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (alerts, 0), ==, "Sign in on the web first");
  scripted_server_finish (server);
}

/* A line for each message, as it was given to the caller. */
static gboolean
fetch_cb (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  GString *seen = user_data;
  g_autofree char *flags = mail_flags_to_imap (fetch->flags);
  const MailImapSection *body = mail_imap_fetch_get_section (fetch, "");

  g_string_append_printf (seen, "%u(%s)", fetch->uid, flags);
  if (fetch->envelope != NULL)
    g_string_append_printf (seen, "'%s'", fetch->envelope->subject);
  if (fetch->has & MAIL_IMAP_HAS_SIZE)
    g_string_append_printf (seen, "%" G_GUINT64_FORMAT, fetch->size);
  if (body != NULL)
    g_string_append_printf (seen, "[%" G_GSIZE_FORMAT "]", g_bytes_get_size (body->data));
  g_string_append_c (seen, ' ');
  return TRUE;
}

static MailImapSession *
open_inbox (ScriptedServer *server)
{
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_session (server, MAIL_SECURITY_NONE, &error);
  MailImapStatus status;

  g_assert_no_error (error);
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, &status, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (status.messages, ==, 3);
  g_assert_cmpuint (status.uidvalidity, ==, 7);
  g_assert_cmpuint (status.uidnext, ==, 10);
  g_assert_cmpuint (mail_imap_session_get_round_trips (session), ==, 1);
  return session;
}

static void
check_fetch (const char *file, const char *uids, const char *items, const char *expected, int code)
{
  ScriptedServer *server = scripted_server_new_from_file (file);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_inbox (server);

  g_test_message ("%s", file);
  g_assert_cmpint (mail_imap_session_fetch (session, uids, items, fetch_cb, seen, NULL, &error), ==, code == FINE);
  g_assert_cmpstr (seen->str, ==, expected);
  if (code == FINE)
    g_assert_no_error (error);
  else
    g_assert_error (error, MAIL_ERROR, code);
  if (code == MAIL_ERROR_REFUSED)
    g_assert_true (mail_imap_session_noop (session, NULL, NULL));
  else if (code != FINE)
    {
      g_clear_error (&error);
      g_assert_false (mail_imap_session_noop (session, NULL, &error));
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
    }
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_fetch_faults (void)
{
  check_fetch ("imap-fetch-bye.txt", "1:*", "FLAGS", "4() ", MAIL_ERROR_CLOSED);
  check_fetch ("imap-fetch-bad.txt", "1:*", "FLAGS", "", MAIL_ERROR_REFUSED);
  check_fetch ("imap-fetch-garbage.txt", "1:*", "FLAGS", "5(\\Seen) ", FINE);
  check_fetch ("imap-fetch-broken-items.txt", "1:*", "FLAGS ENVELOPE BODYSTRUCTURE RFC822.SIZE",
               "4(\\Seen)10 5(\\Seen)20 ", FINE);
  check_fetch ("imap-fetch-hangs-up.txt", "1:*", "BODY.PEEK[]", "", MAIL_ERROR_CLOSED);
  check_fetch ("imap-fetch-too-large.txt", "1:*", "BODY.PEEK[]", "", MAIL_ERROR_LIMIT);
  check_fetch ("imap-drips.txt", "1:*", "BODY.PEEK[]", "4()[27] ", FINE);
}

static void
test_unasked (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-fetch-unasked.txt");
  MailImapSession *session = open_inbox (server);
  g_autoptr (GString) seen = g_string_new (NULL);
  MailImapNews news;

  g_assert_true (mail_imap_session_fetch (session, "4:6", "FLAGS ENVELOPE", fetch_cb, seen, NULL, NULL));
  g_assert_cmpstr (seen->str, ==, "4()'a' 6()'b' ");
  mail_imap_session_take_news (session, &news);
  g_assert_cmpuint (news.flags_changed, ==, 3);
  g_assert_cmpuint (news.expunged, ==, 1);
  g_assert_true (news.exists_changed);
  g_assert_cmpuint (news.exists, ==, 4);
  mail_imap_session_take_news (session, &news);
  g_assert_false (news.exists_changed);
  g_assert_cmpuint (news.expunged, ==, 0);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_select_bye (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-select-steps.txt");
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_session (server, MAIL_SECURITY_NONE, &error);

  g_assert_false (mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_quirks (void)
{
  static const MailErrorCode expected[] = { MAIL_ERROR_BUSY, MAIL_ERROR_BUSY, MAIL_ERROR_BUSY, MAIL_ERROR_NOT_FOUND,
                                            MAIL_ERROR_NOT_FOUND, MAIL_ERROR_EXISTS, MAIL_ERROR_REFUSED, MAIL_ERROR_CLOSED };
  ScriptedServer *server = scripted_server_new_from_file ("imap-quirks.txt");
  MailImapSession *session = open_session (server, MAIL_SECURITY_NONE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean done = expected[i] == MAIL_ERROR_EXISTS
                          ? mail_imap_session_create (session, "Sent", MAIL_ROLE_SENT, NULL, &error)
                          : mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &error);

      g_assert_false (done);
      g_assert_error (error, MAIL_ERROR, (gint) expected[i]);
    }
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_silence (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-missing-ok.txt");
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_inbox (server);

  mail_connection_set_silence (session->connection, 1);
  g_assert_false (mail_imap_session_fetch (session, "1:*", "FLAGS", fetch_cb, seen, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_TIMED_OUT);
  g_assert_cmpstr (seen->str, ==, "4() ");
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_cancel (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-missing-ok.txt");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_inbox (server);

  scripted_server_cancel_when_told (server, cancellable);
  g_assert_false (mail_imap_session_fetch (session, "1:*", "FLAGS", fetch_cb, seen, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (mail_imap_session_noop (session, NULL, NULL));
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_idle (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-idle.txt");
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_inbox (server);
  MailImapNews news;
  gboolean woken = TRUE;

  g_assert_true (mail_imap_session_idle (session, 60, NULL, &woken, NULL, &error));
  g_assert_false (woken);
  /* News that was not taken is still news. */
  g_assert_true (mail_imap_session_idle (session, 60, NULL, &woken, NULL, &error));
  mail_imap_session_take_news (session, &news);
  g_assert_cmpuint (news.exists, ==, 4);
  /* Nothing happens: DONE is sent in time, and what comes with its OK is not lost. */
  g_assert_true (mail_imap_session_idle (session, 0, NULL, &woken, NULL, &error));
  mail_imap_session_take_news (session, &news);
  g_assert_cmpuint (news.expunged, ==, 1);
  scripted_server_cancel_when_told (server, wake);
  g_assert_true (mail_imap_session_idle (session, 60, wake, &woken, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (woken);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_idle_refused (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-idle-refused.txt");
  MailImapSession *session = open_inbox (server);
  g_autoptr (GError) error = NULL;

  g_assert_false (mail_imap_session_idle (session, 60, NULL, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED);
  g_assert_false (mail_imap_session_idle (session, 60, NULL, NULL, NULL, NULL));
  g_assert_true (mail_imap_session_noop (session, NULL, NULL));
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_idle_ended (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-idle-ended.txt");
  MailImapSession *session = open_inbox (server);
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_imap_session_idle (session, 60, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (mail_imap_session_idle (session, 60, NULL, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
  mail_imap_session_close (session);
  scripted_server_finish (server);

  server = scripted_server_new_from_file ("imap-idle-cut.txt");
  session = open_inbox (server);
  g_clear_error (&error);
  g_assert_false (mail_imap_session_idle (session, 60, NULL, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_literals (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-literals.txt");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = g_bytes_new_static ("a\r\nb\n", 5);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;
  MailImapSession *session = open_session (server, MAIL_SECURITY_NONE, NULL);
  guint32 uid = 9;

  g_assert_true (mail_imap_session_append (session, "Sent", message, MAIL_FLAG_SEEN, 1000000000, NULL, &uid, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (uid, ==, 0);
  g_assert_false (mail_imap_session_append (session, "Sent", message, 0, 1000000000, NULL, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_OVER_QUOTA);
  g_clear_error (&error);
  g_assert_false (mail_imap_session_append (session, "Lost", message, 0, 1000000000, NULL, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_ptr_array_add (names, (gpointer) "x\"y");
  statuses = mail_imap_session_status (session, names, NULL, &error);
  g_assert_cmpuint (((MailImapStatus *) g_ptr_array_index (statuses, 0))->messages, ==, 1);
  g_assert_cmpuint (mail_imap_session_get_round_trips (session), ==, 4);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_literal_plus (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-literal-plus.txt");
  g_autoptr (GBytes) message = g_bytes_new_static ("a\r\nb\n", 5);
  MailImapSession *session = open_session (server, MAIL_SECURITY_NONE, NULL);
  guint32 uid = 0;
  guint32 uidvalidity = 0;

  g_assert_true (mail_imap_session_append (session, "Sent", message, 0, 1000000000, &uidvalidity, &uid, NULL, NULL));
  g_assert_cmpuint (uidvalidity, ==, 7);
  g_assert_cmpuint (uid, ==, 8);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_settles (void)
{
  static const char *const names[] = { "INBOX", "Büro", "Zoo", "Other/someone" };
  ScriptedServer *server = scripted_server_new_from_file ("imap-settles.txt");
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_session (server, MAIL_SECURITY_NONE, &error);
  g_autoptr (GPtrArray) listed = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (mail_imap_session_get_round_trips (session), ==, 0);
  g_assert_false (mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_QRESYNC);
  listed = mail_imap_session_list (session, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (listed->len, ==, G_N_ELEMENTS (names));
  for (guint i = 0; i < listed->len; i++)
    {
      const MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (listed, i))->info;

      g_assert_cmpstr (info->name, ==, names[i]);
      g_assert_cmpint (info->flags, ==, i == 1   ? MAIL_MAILBOX_SUBSCRIBED
                                        : i == 2 ? MAIL_MAILBOX_NO_SELECT
                                        : i == 3 ? MAIL_MAILBOX_FOREIGN
                                                 : 0);
    }
  g_assert_false (mail_imap_session_select (session, "Büro", FALSE, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_odd_names (void)
{
  ScriptedServer *server = scripted_server_new_from_file ("imap-odd-names.txt");
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_session (server, MAIL_SECURITY_NONE, NULL);
  g_autoptr (GPtrArray) listed = mail_imap_session_list (session, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (listed->len, ==, 4);
  g_assert_true (mail_imap_session_select (session, "&AGE-", FALSE, NULL, NULL, &error));
  g_assert_true (mail_imap_session_select (session, "Büro", FALSE, NULL, NULL, &error));
  g_assert_true (mail_imap_session_select (session, "x\357\277\275", FALSE, NULL, NULL, &error));
  g_assert_no_error (error);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_bad_arguments (void)
{
  ScriptedServer *server = scripted_server_new ("S: * PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS] in\nC: A1 SELECT \"x\"\nS: A1 OK\n"
                                                "C: A2 LOGOUT\nS: A2 OK");
  g_autoptr (GError) error = NULL;
  MailImapSession *session = open_session (server, MAIL_SECURITY_NONE, &error);

  g_assert_no_error (error);
  g_assert_false (mail_imap_session_expunge (session, "1", NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_true (mail_imap_session_select (session, "x", FALSE, NULL, NULL, NULL));
  g_assert_false (mail_imap_session_store (session, "1\r\nA9 DELETE x", TRUE, "\\Seen", NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
  g_clear_error (&error);
  g_assert_false (mail_imap_session_fetch (session, "", "FLAGS", fetch_cb, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/session/signs-in-as-the-server-wants", test_sign_in);
  g_test_add_func ("/imap/session/tells-why-it-was-refused", test_refusals);
  g_test_add_func ("/imap/session/explains-why-it-was-refused", test_refusals_are_explained);
  g_test_add_func ("/imap/session/recognises-what-is-no-server", test_not_a_server);
  g_test_add_func ("/imap/session/takes-a-goodbye-at-each-step", test_goodbyes);
  g_test_add_func ("/imap/session/refuses-every-way-around-tls", test_attacks);
  g_test_add_func ("/imap/session/believes-only-what-came-inside-tls", test_believes_tls_only);
  g_test_add_func ("/imap/session/hears-alerts-as-they-come", test_alert);
  g_test_add_func ("/imap/session/hears-the-alert-of-a-refusal", test_alert_of_a_refusal);
  g_test_add_func ("/imap/session/survives-or-names-faults-in-fetch", test_fetch_faults);
  g_test_add_func ("/imap/session/gives-only-answers-to-the-caller", test_unasked);
  g_test_add_func ("/imap/session/takes-a-goodbye-while-selecting", test_select_bye);
  g_test_add_func ("/imap/session/knows-what-some-servers-mean", test_quirks);
  g_test_add_func ("/imap/session/gives-up-on-a-silent-server", test_silence);
  g_test_add_func ("/imap/session/is-cancelled-at-once", test_cancel);
  g_test_add_func ("/imap/session/idles", test_idle);
  g_test_add_func ("/imap/session/does-without-idle-when-it-is-refused", test_idle_refused);
  g_test_add_func ("/imap/session/notices-the-end-of-idle", test_idle_ended);
  g_test_add_func ("/imap/session/waits-with-literals", test_literals);
  g_test_add_func ("/imap/session/sends-literals-at-once-with-literal-plus", test_literal_plus);
  g_test_add_func ("/imap/session/settles-in-one-round-trip", test_settles);
  g_test_add_func ("/imap/session/gives-odd-names-back-as-they-came", test_odd_names);
  g_test_add_func ("/imap/session/refuses-arguments-that-no-command-holds", test_bad_arguments);
  return g_test_run ();
}
