/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "imap/imap-session.h"
#include "lib/scripted-server.h"

/* Dialogues with servers that have an extension, lack it, or break it. */

typedef struct
{
  ScriptedServer *server;
  MailImapSession *session;
  GError *error;
} Talk;

static Talk
begin (const char *transcript)
{
  Talk talk = { scripted_server_new_from_file (transcript), NULL, NULL };
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (talk.server, MAIL_SECURITY_NONE);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("user", "pencil");

  talk.session = mail_imap_session_open (endpoint, credentials, NULL, NULL, &talk.error);
  g_assert_no_error (talk.error);
  return talk;
}

static void
end (Talk *talk)
{
  g_assert_no_error (talk->error);
  mail_imap_session_close (talk->session);
  scripted_server_finish (talk->server);
}

/* The last call failed with @code, and the server's own @said. */
static void
expect_error (Talk *talk, MailErrorCode code, const char *said)
{
  g_assert_error (talk->error, MAIL_ERROR, (gint) code);
  g_assert_cmpstr (mail_imap_error_code (talk->error), ==, said);
  g_clear_error (&talk->error);
}

static char *
format (GArray *ranges)
{
  g_autoptr (GArray) owned = ranges;

  g_assert_nonnull (owned);
  return mail_imap_set_format (owned);
}

static gboolean
note_uid (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  g_string_append_printf (user_data, "%u ", fetch->uid);
  return TRUE;
}

static void
test_resync (void)
{
  Talk talk = begin ("imap-qresync.txt");
  MailImapSession *session = talk.session;
  g_autoptr (GArray) vanished = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
  g_autoptr (GString) changed = g_string_new (NULL);
  g_autofree char *gone = NULL;
  MailImapStatus status;
  MailImapNews news;

  g_assert_true (mail_imap_session_select (session, "Old", FALSE, &status, NULL, &talk.error));
  g_assert_false (status.resynced);
  g_assert_true (mail_imap_session_select_qresync (session, "INBOX", FALSE, 67890007, 20050715194045000, &status, vanished,
                                                   note_uid, changed, NULL, &talk.error));
  g_assert_true (status.resynced);
  g_assert_cmpstr (changed->str, ==, "117 119 ");
  gone = mail_imap_set_format (vanished);
  g_assert_cmpstr (gone, ==, "41,43:116,118");
  g_assert_cmpuint (status.messages, ==, 314);
  g_assert_cmpuint (status.uidnext, ==, 567);
  g_assert_cmpstr (status.mailbox_object_id, ==, "F2212ea87");
  mail_imap_session_take_news (session, &news);
  g_assert_false (news.exists_changed);
  g_assert_cmpuint (news.expunged + news.flags_changed, ==, 0);

  g_assert_true (mail_imap_session_select_qresync (session, "INBOX", TRUE, 7, 20, &status, vanished, note_uid, changed, NULL,
                                                   &talk.error));
  g_assert_false (status.resynced);
  g_assert_true (status.read_only);
  g_assert_true (mail_imap_session_select_qresync (session, "Plain", FALSE, 9, 20, &status, vanished, note_uid, changed, NULL,
                                                   &talk.error));
  g_assert_false (status.resynced);
  g_assert_true (status.no_modseq);
  g_assert_true (mail_imap_session_select_qresync (session, "INBOX", FALSE, 67890007, 20, &status, NULL, note_uid, changed, NULL,
                                                   &talk.error));
  g_assert_true (status.resynced);
  g_assert_cmpstr (changed->str, ==, "117 119 6 ");
  g_assert_cmpuint (mail_imap_session_get_round_trips (session), ==, 5);
  g_assert_true (mail_imap_session_unselect (session, NULL, &talk.error));
  g_assert_null (mail_imap_session_get_selected (session));
  end (&talk);
}

static void
check_limited_sets (Talk *talk)
{
  g_autoptr (GString) fetched = g_string_new (NULL);
  MailImapCopyUid copied;

  g_assert_true (mail_imap_session_store (talk->session, "1:3,5:6,9:10", TRUE, "\\Seen", NULL, &talk->error));
  g_assert_true (mail_imap_session_copy (talk->session, "1:4", "Else", &copied, NULL, &talk->error));
  g_assert_cmpuint (copied.target_uids->len, ==, 4);
  g_assert_cmpuint (g_array_index (copied.target_uids, guint32, 3), ==, 14);
  mail_imap_copy_uid_clear (&copied);
  g_assert_true (mail_imap_session_fetch (talk->session, "1:*", "FLAGS", note_uid, fetched, NULL, &talk->error));
  g_assert_cmpstr (fetched->str, ==, "90 88 80 1 ");
}

static void
test_searches (void)
{
  Talk talk = begin ("imap-searches.txt");
  MailImapSession *session = talk.session;
  g_autofree char *unseen = NULL;
  g_autofree char *odd = NULL;
  g_autofree char *gmail = NULL;
  g_autofree char *newest = NULL;

  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &talk.error));
  unseen = format (mail_imap_session_search_ranges (session, "UNSEEN", NULL, &talk.error));
  g_assert_cmpstr (unseen, ==, "1:2,69:70,80:90");
  newest = format (mail_imap_session_search_newest (session, "ALL", 2, NULL, &talk.error));
  g_assert_cmpstr (newest, ==, "88,90");
  gmail = format (mail_imap_session_search_ranges (session, "X-GM-RAW \"subject:\\\"caffè\\\" \\\\ has\"", NULL, &talk.error));
  g_assert_cmpstr (gmail, ==, "");
  odd = format (mail_imap_session_search_ranges (session, "SEEN", NULL, &talk.error));
  g_assert_cmpstr (odd, ==, "3,7:9");
  check_limited_sets (&talk);
  g_assert_false (mail_imap_session_store (session, "1", TRUE, "a) x", NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_BAD_INPUT, NULL);
  end (&talk);
}

static void
test_mailbox_changes (void)
{
  Talk talk = begin ("imap-mailbox-changes.txt");
  MailImapSession *session = talk.session;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) rights = NULL;

  g_assert_true (mail_imap_session_create (session, "Papierkorb", MAIL_ROLE_TRASH, NULL, &talk.error));
  g_assert_true (mail_imap_session_select (session, "Papierkorb", FALSE, NULL, NULL, &talk.error));
  g_assert_true (mail_imap_session_rename (session, "Papierkorb", "Büro/Korb", NULL, &talk.error));
  g_assert_null (mail_imap_session_get_selected (session));
  g_assert_false (mail_imap_session_rename (session, "no", "yes", NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_NOT_FOUND, "NONEXISTENT");
  g_assert_false (mail_imap_session_rename (session, "a", "b", NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_EXISTS, "ALREADYEXISTS");
  g_assert_false (mail_imap_session_delete (session, "a", NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_REFUSED, "HASCHILDREN");
  g_assert_true (mail_imap_session_delete (session, "a/b", NULL, &talk.error));
  g_assert_false (mail_imap_session_subscribe (session, "a/b", FALSE, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_REFUSED, "NOPERM");
  g_ptr_array_add (names, (gpointer) "a");
  g_ptr_array_add (names, (gpointer) "b");
  rights = mail_imap_session_rights (session, names, NULL, &talk.error);
  g_assert_cmpstr (g_ptr_array_index (rights, 0), ==, "lrs");
  g_assert_null (g_ptr_array_index (rights, 1));
  end (&talk);
}

static void
check_piece (Talk *talk, guint32 uid, const char *section, gboolean binary, guint start, guint length, const char *expected)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) wanted = g_bytes_new (expected, strlen (expected));

  g_assert_true (mail_imap_session_fetch_piece (talk->session, uid, section, binary, start, length, &bytes, NULL, &talk->error));
  g_assert_true (g_bytes_equal (bytes, wanted));
}

static void
test_pieces (void)
{
  Talk talk = begin ("imap-pieces.txt");
  GBytes *bytes;

  g_assert_true (mail_imap_session_select (talk.session, "INBOX", FALSE, NULL, NULL, &talk.error));
  check_piece (&talk, 7, "2", FALSE, 0, 4, "abcd");
  check_piece (&talk, 7, "2", TRUE, 4, 4, "\x01\xff");
  g_assert_false (mail_imap_session_fetch_piece (talk.session, 7, "2", TRUE, 0, 4, &bytes, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_UNSUPPORTED, "UNKNOWN-CTE");
  check_piece (&talk, 7, "2", FALSE, 2, 3, "cde");
  check_piece (&talk, 7, "2", FALSE, 8, 4, "");
  g_assert_false (mail_imap_session_fetch_piece (talk.session, 7, "9", FALSE, 0, 4, &bytes, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_NOT_FOUND, NULL);
  g_assert_false (mail_imap_session_fetch_piece (talk.session, 8, "1", FALSE, 0, 4, &bytes, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_NOT_FOUND, NULL);
  mail_imap_session_mask_caps (talk.session, MAIL_IMAP_CAP_BINARY);
  g_assert_false (mail_imap_session_fetch_piece (talk.session, 7, "2", TRUE, 0, 4, &bytes, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_UNSUPPORTED, NULL);
  end (&talk);
}

static void
test_appends (void)
{
  Talk talk = begin ("imap-appends.txt");
  g_autoptr (GBytes) one = g_bytes_new_static ("one", 3);
  g_autoptr (GBytes) two = g_bytes_new_static ("two", 3);
  g_autoptr (GBytes) three = g_bytes_new_static ("three", 5);
  g_autoptr (GBytes) big = g_bytes_new_static ("big", 3);
  g_autoptr (GBytes) huge = g_bytes_new_static ("larger than ten", 15);
  MailImapUpload uploads[] = { { one, MAIL_FLAG_SEEN, NULL, 0 }, { two, MAIL_FLAG_SEEN, "$Work", 0 }, { three, 0, NULL, 0 } };
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 validity = 0;

  g_assert_true (mail_imap_session_append_many (talk.session, "Sent", uploads, 3, &validity, uids, NULL, &talk.error));
  g_assert_cmpuint (validity, ==, 9);
  g_assert_cmpuint (uids->len, ==, 3);
  g_assert_cmpuint (g_array_index (uids, guint32, 2), ==, 6);
  g_assert_false (mail_imap_session_append (talk.session, "Sent", huge, 0, 0, NULL, NULL, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_TOO_LARGE, NULL);
  g_assert_false (mail_imap_session_append (talk.session, "Sent", big, 0, 0, NULL, NULL, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_TOO_LARGE, "TOOBIG");
  end (&talk);
}

static void
test_appends_singly (void)
{
  Talk talk = begin ("imap-appends-singly.txt");
  g_autoptr (GBytes) one = g_bytes_new_static ("one", 3);
  g_autoptr (GBytes) two = g_bytes_new_static ("two", 3);
  MailImapUpload uploads[] = { { one, MAIL_FLAG_SEEN, NULL, 0 }, { two, MAIL_FLAG_SEEN, "$Work", 0 } };
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 validity = 1;

  g_assert_false (mail_imap_session_append_many (talk.session, "Sent", uploads, 2, &validity, uids, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_OVER_QUOTA, "OVERQUOTA");
  g_assert_cmpuint (uids->len, ==, 1);
  g_assert_cmpuint (g_array_index (uids, guint32, 0), ==, 0);
  g_assert_cmpuint (validity, ==, 0);
  end (&talk);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* (transfer full): what NOTIFY told, sorted by name. */
static char *
take_told (MailImapSession *session, gboolean *list_changed, gboolean *lost)
{
  g_autoptr (GPtrArray) told = mail_imap_session_take_mailbox_news (session, list_changed, lost);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < told->len; i++)
    {
      const MailImapMailboxNews *news = g_ptr_array_index (told, i);

      g_ptr_array_add (lines, g_strdup_printf ("%s %x %u %u;", news->name, news->status.has, news->status.messages,
                                               news->status.uidnext));
    }
  g_ptr_array_sort (lines, compare_lines);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("", (char **) lines->pdata);
}

static void
test_notify (void)
{
  Talk talk = begin ("imap-notify.txt");
  MailImapSession *session = talk.session;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  gboolean list_changed;
  gboolean lost;
  gboolean woken;

  g_assert_true (mail_imap_session_notify (session, NULL, TRUE, NULL, &talk.error));
  g_assert_true (mail_imap_session_is_notifying (session));
  first = take_told (session, &list_changed, &lost);
  g_assert_cmpstr (first, ==, "Lists 1b 5 9;");
  g_assert_false (list_changed || lost);
  g_assert_true (mail_imap_session_idle (session, 600, NULL, &woken, NULL, &talk.error));
  g_assert_false (woken);
  second = take_told (session, NULL, NULL);
  g_assert_cmpstr (second, ==, "Büro 30 0 0;Lists 9 6 10;");

  g_ptr_array_add (names, (gpointer) "INBOX");
  statuses = mail_imap_session_status (session, names, NULL, &talk.error);
  g_assert_cmpuint (((MailImapStatus *) g_ptr_array_index (statuses, 0))->messages, ==, 1);
  g_assert_true (mail_imap_session_noop (session, NULL, &talk.error));
  g_assert_false (mail_imap_session_is_notifying (session));
  third = take_told (session, &list_changed, &lost);
  g_assert_cmpstr (third, ==, "Lists 1 7 0;");
  g_assert_true (list_changed && lost);

  g_ptr_array_insert (names, 0, (gpointer) "Lists");
  g_ptr_array_index (names, 1) = (gpointer) "Büro";
  g_assert_true (mail_imap_session_notify (session, names, FALSE, NULL, &talk.error));
  mail_imap_session_mask_caps (session, MAIL_IMAP_CAP_NOTIFY);
  g_assert_false (mail_imap_session_notify (session, NULL, FALSE, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_UNSUPPORTED, NULL);
  end (&talk);
}

static void
test_compress_refused (void)
{
  Talk talk = begin ("imap-compress-refused.txt");

  g_assert_false (mail_imap_session_compress (talk.session, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_REFUSED, NULL);
  g_assert_false (mail_imap_session_is_compressed (talk.session));
  g_assert_false (mail_imap_session_compress (talk.session, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_UNSUPPORTED, NULL);
  g_assert_true (mail_imap_session_noop (talk.session, NULL, &talk.error));
  end (&talk);
}

static void
test_cyrus (void)
{
  Talk talk = begin ("imap-cyrus.txt");
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;

  g_ptr_array_add (names, (gpointer) "INBOX");
  statuses = mail_imap_session_status (talk.session, names, NULL, &talk.error);
  g_assert_cmpuint (((MailImapStatus *) g_ptr_array_index (statuses, 0))->messages, ==, 5);
  end (&talk);
}

static void
test_uid_only (void)
{
  Talk talk = begin ("imap-uidonly.txt");
  MailImapSession *session = talk.session;
  g_autoptr (GString) fetched = g_string_new (NULL);
  g_autofree char *last = NULL;
  g_autoptr (GArray) steps = NULL;
  MailImapNews news;

  g_assert_true (mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_UIDONLY);
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &talk.error));
  g_assert_true (mail_imap_session_fetch (session, "5:9", "FLAGS", note_uid, fetched, NULL, &talk.error));
  g_assert_cmpstr (fetched->str, ==, "5 9 ");
  mail_imap_session_take_news (session, &news);
  g_assert_cmpuint (news.flags_changed, ==, 1);
  last = format (mail_imap_session_search_last (session, "ALL", 5, 2, NULL, &talk.error));
  g_assert_cmpstr (last, ==, "77:78");
  steps = mail_imap_session_search_steps (session, 5, 2, NULL, &talk.error);
  g_assert_cmpuint (steps->len, ==, 2);
  g_assert_cmpuint (g_array_index (steps, guint32, 0), ==, 9);
  g_assert_cmpuint (g_array_index (steps, guint32, 1), ==, 77);
  g_assert_true (mail_imap_session_expunge (session, "5", NULL, &talk.error));
  mail_imap_session_take_news (session, &news);
  g_assert_cmpuint (news.expunged, ==, 1);
  g_assert_true (mail_imap_session_idle (session, 600, NULL, NULL, NULL, &talk.error));
  mail_imap_session_take_news (session, &news);
  g_assert_cmpuint (news.expunged, ==, 1);
  g_assert_cmpuint (news.exists, ==, 2);
  end (&talk);
}

/* Lists, selects and searches; what the mailboxes are called is the same in both revisions. */
static void
check_revision (const char *transcript, gboolean newer)
{
  Talk talk = begin (transcript);
  MailImapSession *session = talk.session;
  g_autoptr (GPtrArray) statuses = NULL;
  g_autoptr (GPtrArray) listed = mail_imap_session_list (session, &statuses, NULL, &talk.error);
  g_autofree char *found = NULL;
  const MailImapListed *bureau;

  g_assert_no_error (talk.error);
  g_assert_cmpint ((mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_IMAP4REV2) != 0, ==, newer);
  g_assert_cmpint ((mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_MOVE) != 0, ==, newer);
  bureau = g_ptr_array_index (listed, newer ? 1 : 0);
  g_assert_cmpstr (bureau->info->name, ==, "Büro");
  g_assert_cmpint (bureau->info->flags, ==, MAIL_MAILBOX_SUBSCRIBED);
  g_assert_cmpint (statuses != NULL, ==, newer);
  if (newer)
    {
      const MailImapListed *other = g_ptr_array_index (listed, 2);

      g_assert_cmpuint (((MailImapStatus *) g_ptr_array_index (statuses, 1))->deleted, ==, 2);
      g_assert_cmpint (other->info->flags, ==, MAIL_MAILBOX_FOREIGN | MAIL_MAILBOX_NO_SELECT);
    }
  g_assert_true (mail_imap_session_select (session, "Büro", FALSE, NULL, NULL, &talk.error));
  found = format (mail_imap_session_search_ranges (session, "SUBJECT \"größe\"", NULL, &talk.error));
  g_assert_cmpstr (found, ==, "3,5:7");
  end (&talk);
}

static void
test_revisions (void)
{
  check_revision ("imap-rev2.txt", TRUE);
  check_revision ("imap-rev2-refused.txt", FALSE);
}

static void
test_append_limits (void)
{
  Talk talk = begin ("imap-append-limits.txt");
  g_autoptr (GBytes) large = g_bytes_new_static ("large", 5);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;

  g_ptr_array_add (names, (gpointer) "Small");
  g_ptr_array_add (names, (gpointer) "Any");
  statuses = mail_imap_session_status (talk.session, names, NULL, &talk.error);
  g_assert_cmpuint (((MailImapStatus *) g_ptr_array_index (statuses, 0))->append_limit, ==, 4);
  g_assert_cmpuint (((MailImapStatus *) g_ptr_array_index (statuses, 1))->append_limit, ==, 0);
  g_assert_false (mail_imap_session_append (talk.session, "Small", large, 0, 0, NULL, NULL, NULL, &talk.error));
  expect_error (&talk, MAIL_ERROR_TOO_LARGE, NULL);
  g_assert_true (mail_imap_session_append (talk.session, "Any", large, 0, 0, NULL, NULL, NULL, &talk.error));
  end (&talk);
}

/* What is masked when the session is opened is not used at sign-in either. */
static void
test_masked (void)
{
  ScriptedServer *server = scripted_server_new ("S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\n"
                                                "C: A1 AUTHENTICATE PLAIN\n"
                                                "S: + \n"
                                                "C: AHVzZXIAcGVuY2ls\n"
                                                "S: A1 OK in\n"
                                                "C: A2 CAPABILITY\n"
                                                "S: * CAPABILITY IMAP4rev1 ENABLE QRESYNC ID NAMESPACE\n"
                                                "S: A2 OK\n"
                                                "C: A3 LOGOUT\n"
                                                "S: * BYE bye\n"
                                                "S: A3 OK\n");
  g_autoptr (MailEndpoint) endpoint = scripted_server_new_endpoint (server, MAIL_SECURITY_NONE);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password ("user", "pencil");
  g_autoptr (GError) error = NULL;
  MailImapSession *session = mail_imap_session_open_masked (endpoint, credentials, MAIL_IMAP_CAP_ALL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (mail_imap_session_get_caps (session), ==, 0);
  mail_imap_session_close (session);
  scripted_server_finish (server);
}

static void
test_names (void)
{
  guint count;
  const MailImapCapability *all = mail_imap_capabilities (&count);
  MailImapCaps seen = 0;

  for (guint i = 0; i < count; i++)
    {
      g_assert_cmpuint (mail_imap_capability_find (all[i].name), ==, all[i].cap);
      g_assert_true (i == 0 || strcmp (all[i - 1].name, all[i].name) < 0);
      seen |= all[i].cap;
    }
  /* Every flag has a name, but for what comes with IMAP4rev2 alone. */
  g_assert_cmpuint (seen | MAIL_IMAP_CAP_STATUS_DELETED, ==, MAIL_IMAP_CAP (37) - 1);
  g_assert_cmpuint (mail_imap_capability_find ("appendlimit=35651584"), ==, MAIL_IMAP_CAP_APPENDLIMIT);
  g_assert_cmpuint (mail_imap_capability_find ("QRESYNCX"), ==, 0);
  g_assert_cmpuint (mail_imap_capability_find ("MESSAGELIMIT"), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imap/extensions/selecting-tells-what-changed-since", test_resync);
  g_test_add_func ("/imap/extensions/searches-in-the-shortest-form", test_searches);
  g_test_add_func ("/imap/extensions/renames-deletes-and-subscribes", test_mailbox_changes);
  g_test_add_func ("/imap/extensions/fetches-parts-in-pieces", test_pieces);
  g_test_add_func ("/imap/extensions/appends-many-at-once", test_appends);
  g_test_add_func ("/imap/extensions/tells-what-was-appended-before-a-refusal", test_appends_singly);
  g_test_add_func ("/imap/extensions/hears-of-mailboxes-that-are-not-selected", test_notify);
  g_test_add_func ("/imap/extensions/goes-on-when-compression-is-refused", test_compress_refused);
  g_test_add_func ("/imap/extensions/asks-cyrus-for-no-id-of-a-mailbox", test_cyrus);
  g_test_add_func ("/imap/extensions/understands-uids-alone", test_uid_only);
  g_test_add_func ("/imap/extensions/speaks-both-revisions", test_revisions);
  g_test_add_func ("/imap/extensions/keeps-to-the-limit-of-each-mailbox", test_append_limits);
  g_test_add_func ("/imap/extensions/does-without-what-is-masked", test_masked);
  g_test_add_func ("/imap/extensions/knows-each-capability-by-name", test_names);
  return g_test_run ();
}
