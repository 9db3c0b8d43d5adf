/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "imap/imap-session.h"
#include "lib/private-dovecot.h"

/* The session against a real server, with all that it offers and with nothing of it. */

#define EVERYTHING MAIL_IMAP_CAP_ALL

static PrivateDovecot *server;

static MailImapSession *
sign_in (const char *user, MailSecurity security, MailImapCaps mask)
{
  g_autoptr (MailAccountConfig) config = private_dovecot_config (server, user, MAIL_MODE_IMAP, security);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password (config->user, PRIVATE_DOVECOT_PASSWORD);
  g_autoptr (GError) error = NULL;
  MailImapSession *session = mail_imap_session_open (config->incoming, credentials, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (session);
  mail_imap_session_mask_caps (session, mask);
  return session;
}

typedef struct
{
  guint count;
  MailFlags flags;
  guint64 modseq;
  GBytes *body;
  char *subject;
  char *structure;
} Seen;

static void
seen_clear (Seen *seen)
{
  g_clear_pointer (&seen->body, g_bytes_unref);
  g_free (seen->subject);
  g_free (seen->structure);
  memset (seen, 0, sizeof *seen);
}

static gboolean
fetch_cb (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Seen *seen = user_data;
  const MailImapSection *section = mail_imap_fetch_get_section (fetch, "");

  g_assert_cmpuint (fetch->uid, >, 0);
  seen->count++;
  seen->flags |= fetch->flags;
  seen->modseq = MAX (seen->modseq, fetch->modseq);
  if (section != NULL)
    {
      g_clear_pointer (&seen->body, g_bytes_unref);
      seen->body = g_bytes_ref (section->data);
    }
  if (fetch->envelope != NULL)
    {
      g_free (seen->subject);
      seen->subject = g_strdup (fetch->envelope->subject);
    }
  if (fetch->structure_text != NULL)
    {
      g_free (seen->structure);
      seen->structure = g_strdup (fetch->structure_text);
    }
  return TRUE;
}

static void
check_mailboxes (MailImapSession *session)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) listed = NULL;
  g_autoptr (GPtrArray) inline_statuses = NULL;
  g_autoptr (GPtrArray) statuses = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  gboolean found = FALSE;

  g_assert_true (mail_imap_session_create (session, "Büro & Ämter", MAIL_ROLE_NONE, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (mail_imap_session_create (session, "Büro & Ämter", MAIL_ROLE_NONE, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_EXISTS);
  g_clear_error (&error);

  listed = mail_imap_session_list (session, &inline_statuses, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (listed->len, >=, 2);
  for (guint i = 0; i < listed->len; i++)
    {
      const MailImapListed *entry = g_ptr_array_index (listed, i);

      if (strcmp (entry->info->name, "Büro & Ämter") == 0)
        {
          found = TRUE;
          g_assert_true (entry->info->flags & MAIL_MAILBOX_SUBSCRIBED);
          if (inline_statuses != NULL)
            g_assert_nonnull (g_ptr_array_index (inline_statuses, i));
        }
    }
  g_assert_true (found);
  g_assert_cmpint (((MailImapListed *) g_ptr_array_index (listed, 0))->info->role, ==, MAIL_ROLE_INBOX);

  g_ptr_array_add (names, (gpointer) "Büro & Ämter");
  g_ptr_array_add (names, (gpointer) "no such mailbox");
  g_ptr_array_add (names, (gpointer) "INBOX");
  statuses = mail_imap_session_status (session, names, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (statuses->len, ==, 3);
  g_assert_nonnull (g_ptr_array_index (statuses, 0));
  g_assert_null (g_ptr_array_index (statuses, 1));
  g_assert_cmpuint (((MailImapStatus *) g_ptr_array_index (statuses, 2))->messages, ==, 20);
}

static void
check_reading (MailImapSession *session)
{
  g_autoptr (GError) error = NULL;
  MailImapStatus status;
  Seen seen = { 0 };

  g_assert_false (mail_imap_session_select (session, "no such mailbox", FALSE, &status, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (mail_imap_session_get_selected (session));
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, &status, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (status.messages, ==, 20);
  g_assert_cmpuint (status.uidvalidity, >, 0);
  g_assert_cmpuint (status.uidnext, >, 20);
  g_assert_true (status.permanent_keywords);
  g_assert_true (mail_imap_session_fetch (session, "1:*", "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE",
                                          fetch_cb, &seen, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (seen.count, ==, 20);
  g_assert_nonnull (seen.structure);
  g_assert_true (g_str_has_prefix (seen.subject, "Message "));
  seen_clear (&seen);
  g_assert_true (mail_imap_session_fetch (session, "3,5", "BODY.PEEK[]", fetch_cb, &seen, NULL, &error));
  g_assert_cmpuint (seen.count, ==, 2);
  g_assert_cmpuint (g_bytes_get_size (seen.body), >, 5000);
  seen_clear (&seen);
}

static void
check_flags (MailImapSession *session)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) vanished = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
  Seen seen = { 0 };

  g_assert_true (mail_imap_session_store (session, "4:6", TRUE, "\\Flagged $Forwarded", NULL, &error));
  g_assert_true (mail_imap_session_fetch (session, "4:6", "FLAGS", fetch_cb, &seen, NULL, &error));
  g_assert_cmpuint (seen.count, ==, 3);
  g_assert_true (seen.flags & MAIL_FLAG_FORWARDED);
  g_assert_true (mail_imap_session_store (session, "4:6", FALSE, "\\Flagged", NULL, &error));
  seen_clear (&seen);
  g_assert_true (mail_imap_session_fetch_changes (session, "1:*", 1, vanished, fetch_cb, &seen, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (seen.flags & MAIL_FLAG_FLAGGED);
  g_assert_true (seen.flags & MAIL_FLAG_FORWARDED);
  if (mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_CONDSTORE)
    g_assert_cmpuint (seen.modseq, >, 1);
}

static void
check_copies (MailImapSession *session)
{
  MailImapCaps caps = mail_imap_session_get_caps (session);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) uids = NULL;
  MailImapCopyUid copied = { 0 };

  g_assert_true (mail_imap_session_copy (session, "1:3", "Büro & Ämter", &copied, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (copied.target_uids != NULL, ==, (caps & MAIL_IMAP_CAP_UIDPLUS) != 0);
  if (copied.target_uids != NULL)
    g_assert_cmpuint (copied.source_uids->len, ==, 3);
  mail_imap_copy_uid_clear (&copied);
  g_assert_false (mail_imap_session_copy (session, "1", "no such mailbox", NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);

  if (caps & MAIL_IMAP_CAP_MOVE)
    {
      g_assert_true (mail_imap_session_move (session, "2", "Büro & Ämter", &copied, NULL, &error));
      g_assert_cmpuint (copied.source_uids->len, ==, 1);
      mail_imap_copy_uid_clear (&copied);
    }
  else
    {
      g_assert_false (mail_imap_session_move (session, "2", "Büro & Ämter", &copied, NULL, &error));
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED);
      g_clear_error (&error);
    }
  g_assert_true (mail_imap_session_store (session, "3", TRUE, "\\Deleted", NULL, &error));
  if (caps & MAIL_IMAP_CAP_UIDPLUS)
    g_assert_true (mail_imap_session_expunge (session, "3", NULL, &error));
  else
    g_assert_false (mail_imap_session_expunge (session, "3", NULL, NULL));
  uids = mail_imap_session_search (session, "UNDELETED", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (uids->len, ==, caps & MAIL_IMAP_CAP_MOVE ? 18 : 19);
  g_assert_cmpuint (g_array_index (uids, guint32, 0), ==, 1);
}

/* What was expunged since is told by ranges, where the server can (QRESYNC). */
static void
check_vanished (MailImapSession *session)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) vanished = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
  MailImapStatus before;
  Seen seen = { 0 };

  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, &before, NULL, &error));
  if (!(mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_QRESYNC))
    {
      g_assert_cmpuint (before.highestmodseq, ==, 0);
      return;
    }
  g_assert_cmpuint (before.highestmodseq, >, 0);
  g_assert_true (mail_imap_session_store (session, "10:12,15", TRUE, "\\Deleted", NULL, &error));
  g_assert_true (mail_imap_session_expunge (session, "10:12,15", NULL, &error));
  g_assert_true (mail_imap_session_store (session, "20", TRUE, "\\Answered", NULL, &error));
  g_assert_true (mail_imap_session_fetch_changes (session, "1:*", before.highestmodseq, vanished, fetch_cb, &seen, NULL,
                                                  &error));
  g_assert_no_error (error);
  g_assert_cmpuint (seen.count, ==, 1);
  g_assert_true (seen.flags & MAIL_FLAG_ANSWERED);
  for (guint32 uid = 1; uid <= 20; uid++)
    {
      gboolean gone = (uid >= 10 && uid <= 12) || uid == 15;

      /* What went before may be told again. */
      if (uid != 2 && uid != 3)
        g_assert_cmpint (mail_imap_set_contains (vanished, uid), ==, gone);
    }
}

static void
check_append (MailImapSession *session, const char *user)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = g_bytes_new_static ("Subject: Größe\r\n\r\nBody\r\n", 26);
  g_autoptr (GArray) found = NULL;
  MailImapStatus status;
  MailImapNews news;
  guint32 uid = 99;
  guint32 uidvalidity = 99;
  gboolean woken;

  g_assert_true (mail_imap_session_append (session, "Büro & Ämter", message, MAIL_FLAG_SEEN, 1000000000, &uidvalidity,
                                           &uid, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (uid > 0, ==, (mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_UIDPLUS) != 0);
  g_assert_true (mail_imap_session_select (session, "Büro & Ämter", TRUE, &status, NULL, &error));
  g_assert_true (status.read_only);
  found = mail_imap_session_search (session, "SUBJECT \"größe\"", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 1);

  mail_imap_session_take_news (session, NULL);
  private_dovecot_deliver (server, user, "B&APw-ro &- &AMQ-mter", "Subject: new\r\n\r\nnew\r\n", -1);
  if (mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_IDLE)
    g_assert_true (mail_imap_session_idle (session, 60, NULL, &woken, NULL, &error));
  else
    g_assert_true (mail_imap_session_noop (session, NULL, &error));
  g_assert_no_error (error);
  mail_imap_session_take_news (session, &news);
  g_assert_true (news.exists_changed);
  g_assert_cmpuint (news.exists, ==, status.messages + 1);
}

static void
run_all (const char *user, MailSecurity security, MailImapCaps mask)
{
  MailImapSession *session;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, user, NULL, 20, 6000);
  session = sign_in (user, security, mask);
  check_mailboxes (session);
  check_reading (session);
  check_flags (session);
  check_copies (session);
  check_vanished (session);
  check_append (session, user);
  mail_imap_session_close (session);
}

static void
test_everything (void)
{
  run_all ("all", MAIL_SECURITY_TLS, 0);
}

static void
test_nothing (void)
{
  run_all ("none", MAIL_SECURITY_STARTTLS, EVERYTHING);
}

static void
test_wrong_password (void)
{
  g_autoptr (MailAccountConfig) config = NULL;
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("all", "not it");
  g_autoptr (GError) error = NULL;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  config = private_dovecot_config (server, "all", MAIL_MODE_IMAP, MAIL_SECURITY_TLS);
  g_assert_null (mail_imap_session_open (config->incoming, credentials, NULL, NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_SIGN_IN);
  g_assert_null (strstr (error->message, "not it"));
}

static gpointer
cancel_thread (gpointer data)
{
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_idle_wakes (void)
{
  MailImapSession *session;
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;
  gboolean woken = FALSE;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  session = sign_in ("waker", MAIL_SECURITY_TLS, 0);
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &error));
  thread = g_thread_new ("waker", cancel_thread, wake);
  g_assert_true (mail_imap_session_idle (session, 60, wake, &woken, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (woken);
  g_thread_join (thread);
  g_assert_true (mail_imap_session_idle (session, 1, NULL, &woken, NULL, &error));
  g_assert_false (woken);
  g_assert_true (mail_imap_session_noop (session, NULL, &error));
  mail_imap_session_close (session);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  g_test_add_func ("/imap/dovecot/does-everything-with-all-extensions", test_everything);
  g_test_add_func ("/imap/dovecot/does-everything-without-extensions", test_nothing);
  g_test_add_func ("/imap/dovecot/tells-a-wrong-password", test_wrong_password);
  g_test_add_func ("/imap/dovecot/wakes-from-idle", test_idle_wakes);
  status = g_test_run ();
  g_clear_pointer (&server, private_dovecot_stop);
  return status;
}
