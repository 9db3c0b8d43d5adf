/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/errors.h"
#include "lib/imap-account.h"
#include "mime/mime-message.h"
#include "store/store-messages.h"
#include "sync/imap-engine.h"

/* The engine against a real server, each case twice: with all that the server offers, and on a server that offers nothing. */
typedef struct
{
  PrivateDovecot *server;
  MailImapCaps mask;
  gboolean bare;
} Place;

static guint last_user;

static ImapAccount *
new_account (const Place *place, guint messages, gsize size)
{
  g_autofree char *user = g_strdup_printf ("user%u@example.org", ++last_user);

  private_dovecot_fill (place->server, user, NULL, messages, size);
  return imap_account_new (place->server, user, place->mask);
}

static GArray *
one_id (gint64 id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_assert_cmpint (id, !=, 0);
  g_array_append_val (ids, id);
  return ids;
}

static void
deliver (ImapAccount *account, const Place *place, const char *mailbox, const char *subject)
{
  g_autofree char *text = g_strdup_printf ("From: Anna <anna@example.org>\r\nTo: bruno@example.org\r\nSubject: %s\r\n"
                                           "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <%s@example.net>\r\n\r\nHi.\r\n",
                                           subject, subject);

  private_dovecot_deliver (place->server, account->config->user, mailbox, text, -1);
}

static void
test_first_sync (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 350, 3000);

  deliver (account, place, "Sent", "in-another-mailbox");
  imap_account_pass (account);
  g_assert_cmpuint (account->result.fetched, ==, 351);
  g_assert_cmpuint (account->result.bodies, ==, 351);
  g_assert_cmpuint (account->problems->len, ==, 0);
  imap_account_assert_like_server (account);
}

static void
test_second_sync (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 120, 3000);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint64 bytes;

  imap_account_pass (account);
  before = imap_account_dump (account);
  imap_account_restart (account);
  imap_account_pass (account);
  after = imap_account_dump (account);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (account->result.fetched + account->result.bodies + account->result.flags + account->result.expunged, ==, 0);
  g_assert_cmpuint (account->result.round_trips, <=, 5);
  bytes = account->result.bytes_in;
  g_assert_cmpuint (bytes, <, 16 * 1024);

  /* And on the same connection. */
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bytes_in - bytes, <, 8 * 1024);
}

static void
test_flags (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 20, 500);
  g_autoptr (MailImapSession) beside = NULL;
  g_autoptr (GError) error = NULL;
  MailImapStatus status = { 0 };
  gint64 mine;

  imap_account_pass (account);
  beside = imap_account_sign_in_beside (account);
  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, &status, NULL, &error));
  g_assert_true (mail_imap_session_store (beside, "3,5", TRUE, "\\Seen \\Flagged $Forwarded", NULL, &error));
  g_assert_true (mail_imap_session_store (beside, "6", TRUE, "\\Answered", NULL, &error));
  mine = imap_account_find (account, "INBOX", "Message 9");
  imap_account_mark (account, mine, MAIL_FLAG_SEEN | MAIL_FLAG_FLAGGED, 0);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.operations, ==, 1);
  g_assert_cmpuint (account->result.flags, ==, 3);
  imap_account_assert_like_server (account);

  imap_account_mark (account, mine, 0, MAIL_FLAG_SEEN);
  g_assert_true (mail_imap_session_store (beside, "3", FALSE, "\\Seen", NULL, &error));
  imap_account_pass (account);
  imap_account_assert_like_server (account);
}

static void
test_back_and_forth (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 3, 500);
  gint64 id;

  imap_account_pass (account);
  id = imap_account_find (account, "INBOX", "Message 2");
  imap_account_mark (account, id, MAIL_FLAG_SEEN, 0);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 1);
  imap_account_mark (account, id, 0, MAIL_FLAG_SEEN);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
  imap_account_pass (account);
  imap_account_assert_like_server (account);
}

static void
expunge_beside (MailImapSession *beside, const char *uids)
{
  g_autoptr (GError) error = NULL;

  mail_imap_session_store (beside, uids, TRUE, "\\Deleted", NULL, &error);
  g_assert_no_error (error);
  if (mail_imap_session_get_caps (beside) & MAIL_IMAP_CAP_UIDPLUS)
    mail_imap_session_expunge (beside, uids, NULL, &error);
  g_assert_no_error (error);
}

static void
test_expunge (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 30, 500);
  g_autoptr (MailImapSession) beside = NULL;
  g_autoptr (GArray) ids = NULL;
  g_autoptr (MailAction) back = NULL;
  g_autoptr (GError) error = NULL;
  MailImapStatus status = { 0 };

  imap_account_pass (account);
  beside = imap_account_sign_in_beside (account);
  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, &status, NULL, &error));
  expunge_beside (beside, "1,7:9,30");
  imap_account_pass (account);
  g_assert_cmpuint (account->result.expunged, ==, 5);
  g_assert_cmpuint (account->result.bodies, ==, 0);
  imap_account_assert_like_server (account);

  /* And here: to Trash, and from there for ever. */
  ids = one_id (imap_account_find (account, "INBOX", "Message 12"));
  mail_action_free (imap_account_do (account, mail_action_new_delete (MAIL_MODE_IMAP, ids)));
  imap_account_pass (account);
  imap_account_assert_like_server (account);
  back = imap_account_do (account, mail_action_new_delete (MAIL_MODE_IMAP, ids));
  g_assert_null (back);
  g_assert_cmpint (imap_account_find (account, "Trash", "Message 12"), ==, 0);
  imap_account_pass (account);
  g_assert_cmpint (imap_account_find (account, "Trash", "Message 12"), ==, 0);
  imap_account_assert_like_server (account);
}

static void
test_move (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 12, 500);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MailAction) back = NULL;

  imap_account_pass (account);
  for (guint i = 3; i < 8; i++)
    {
      g_autofree char *subject = g_strdup_printf ("Message %u", i);
      gint64 id = imap_account_find (account, "INBOX", subject);

      g_array_append_val (ids, id);
    }
  back = imap_account_do (account, mail_action_new_move (MAIL_MODE_IMAP, ids, imap_account_find_mailbox (account, "Archive")));
  g_assert_cmpint (imap_account_find (account, "INBOX", "Message 4"), ==, 0);
  g_assert_cmpint (imap_account_find (account, "Archive", "Message 4"), ==, g_array_index (ids, gint64, 1));
  imap_account_pass (account);
  g_assert_cmpuint (account->result.operations, ==, 5);
  g_assert_cmpuint (account->result.bodies, ==, 0); /* nothing is downloaded twice */
  g_assert_cmpint (imap_account_find (account, "Archive", "Message 4"), ==, g_array_index (ids, gint64, 1));
  imap_account_assert_like_server (account);

  mail_action_free (imap_account_do (account, g_steal_pointer (&back)));
  imap_account_pass (account);
  g_assert_cmpint (imap_account_find (account, "INBOX", "Message 4"), ==, g_array_index (ids, gint64, 1));
  g_assert_cmpuint (account->result.bodies, ==, 0);
  imap_account_assert_like_server (account);
}

static void
test_move_undone_before_it_went (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 3, 500);
  g_autoptr (GArray) ids = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  MailAction *back;

  imap_account_pass (account);
  before = imap_account_dump (account);
  ids = one_id (imap_account_find (account, "INBOX", "Message 2"));
  back = imap_account_do (account, mail_action_new_delete (MAIL_MODE_IMAP, ids));
  mail_action_free (imap_account_do (account, back));
  after = imap_account_dump (account);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
}

static void
test_copy (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 5, 500);
  g_autoptr (GArray) ids = NULL;
  g_autoptr (MailAction) back = NULL;

  imap_account_pass (account);
  ids = one_id (imap_account_find (account, "INBOX", "Message 2"));
  back = imap_account_do (account, mail_action_new_copy (MAIL_MODE_IMAP, ids, imap_account_find_mailbox (account, "Archive")));
  g_assert_cmpint (imap_account_find (account, "Archive", "Message 2"), !=, 0);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies, ==, 0);
  imap_account_assert_like_server (account);
  mail_action_free (imap_account_do (account, g_steal_pointer (&back)));
  imap_account_pass (account);
  g_assert_cmpint (imap_account_find (account, "Archive", "Message 2"), ==, 0);
  g_assert_cmpint (imap_account_find (account, "INBOX", "Message 2"), !=, 0);
  imap_account_assert_like_server (account);
}

/* Message 2 is copied here while another client deletes it there for ever. */
static void
copy_what_goes (ImapAccount *account)
{
  g_autoptr (GArray) ids = one_id (imap_account_find (account, "INBOX", "Message 2"));
  gint64 archive = imap_account_find_mailbox (account, "Archive");
  g_autoptr (GPtrArray) rows = imap_account_list (account, "INBOX");
  g_autoptr (MailImapSession) beside = imap_account_sign_in_beside (account);
  g_autoptr (GError) error = NULL;
  MailImapStatus status = { 0 };

  mail_action_free (imap_account_do (account, mail_action_new_copy (MAIL_MODE_IMAP, ids, archive)));
  imap_account_mark (account, imap_account_find (account, "Archive", "Message 2"), MAIL_FLAG_FLAGGED, 0);
  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, &status, NULL, &error));
  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);
      g_autofree char *set = g_strdup_printf ("%u", row->uid);

      if (g_str_equal (row->subject, "Message 2"))
        expunge_beside (beside, set);
    }
}

/* The last that there is of the message is here: it is uploaded where the copy was to go. */
static void
test_copy_of_what_is_gone (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 5, 500);
  gint64 id;

  imap_account_pass (account);
  copy_what_goes (account);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.operations_failed, ==, 0);
  g_assert_cmpuint (account->problems->len, ==, 0);
  imap_account_pass (account);
  id = imap_account_find (account, "Archive", "Message 2");
  g_assert_cmpint (id, !=, 0);
  g_assert_cmpint (imap_account_find (account, "INBOX", "Message 2"), ==, 0);
  imap_account_assert_like_server (account);
}

/* Nothing is here but the header: the copy cannot be had, and a person is told so. But where deleting is only marking, the server
 * still has it. */
static void
test_copy_of_what_was_never_here (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 5, 500);

  account->config->offline = MAIL_OFFLINE_HEADERS;
  imap_account_restart (account);
  imap_account_pass (account);
  copy_what_goes (account);
  imap_account_pass (account);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
  if (imap_account_find (account, "Archive", "Message 2") != 0)
    {
      g_assert_true (((const Place *) data)->bare);
      return;
    }
  g_assert_cmpuint (account->problems->len, >=, 1);
  g_assert_cmpint (((MailProblem *) g_ptr_array_index (account->problems, 0))->code, ==, MAIL_ERROR_NOT_FOUND);
}

static void
test_append (gconstpointer data)
{
  g_autoptr (ImapAccount) account = new_account (data, 2, 500);
  g_autoptr (GBytes) letter = g_bytes_new_static ("From: anna@example.org\nSubject: Kept\n\nBare\nlines.\n", 49);
  g_autoptr (MailAction) back = NULL;
  gint64 drafts;

  imap_account_pass (account);
  drafts = imap_account_find_mailbox (account, "Drafts");
  back = imap_account_do (account, mail_action_new_append (MAIL_MODE_IMAP, drafts, letter, MAIL_FLAG_SEEN | MAIL_FLAG_DRAFT));
  g_assert_cmpint (imap_account_find (account, "Drafts", "Kept"), !=, 0);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies, ==, 0);
  imap_account_assert_like_server (account);
  mail_action_free (imap_account_do (account, g_steal_pointer (&back)));
  imap_account_pass (account);
  g_assert_cmpint (imap_account_find (account, "Drafts", "Kept"), ==, 0);
  imap_account_assert_like_server (account);
}

static void
test_offline (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 25, 2000);
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GBytes) letter = g_bytes_new_static ("Subject: Written offline\r\n\r\nText\r\n", 34);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (MailAccountConfig) moved = NULL;
  gint64 archive;

  imap_account_pass (account);
  mail_engine_close (account->engine);
  private_dovecot_pause (place->server);
  g_assert_false (imap_account_try_pass (account, &error));
  g_assert_true (mail_error_is_transient (error));
  g_assert_false (mail_engine_is_open (account->engine));

  /* Reading works, and so does filing. */
  archive = imap_account_find_mailbox (account, "Archive");
  ids = one_id (imap_account_find (account, "INBOX", "Message 7"));
  body = imap_account_load_best (account, g_array_index (ids, gint64, 0), NULL);
  g_assert_nonnull (body);
  imap_account_mark (account, g_array_index (ids, gint64, 0), MAIL_FLAG_SEEN, 0);
  mail_action_free (imap_account_do (account, mail_action_new_move (MAIL_MODE_IMAP, ids, archive)));
  imap_account_mark (account, g_array_index (ids, gint64, 0), MAIL_FLAG_FLAGGED, 0);
  mail_action_free (imap_account_do (account, mail_action_new_append (MAIL_MODE_IMAP, archive, letter, MAIL_FLAG_SEEN)));
  imap_account_restart (account);

  private_dovecot_resume (place->server);
  moved = private_dovecot_config (place->server, account->config->user, MAIL_MODE_IMAP, MAIL_SECURITY_NONE);
  account->config->incoming->port = moved->incoming->port;
  imap_account_restart (account);
  imap_account_pass (account);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
  g_assert_cmpuint (account->result.bodies, ==, 0);
  g_assert_cmpint (imap_account_find (account, "Archive", "Message 7"), ==, g_array_index (ids, gint64, 0));
  g_assert_cmpint (imap_account_find (account, "Archive", "Written offline"), !=, 0);
  imap_account_assert_like_server (account);
}

/* Gives the user's inbox another UIDVALIDITY and other UIDs, as a restore on the server does. */
static void
renumber (const Place *place, const char *user)
{
  g_autofree char *maildir = private_dovecot_dup_maildir (place->server, user);
  g_autofree char *list = g_build_filename (maildir, "dovecot-uidlist", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GDir) dir = g_dir_open (maildir, 0, NULL);
  const char *name;
  FILE *file;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "dovecot.index"))
      {
        g_autofree char *path = g_build_filename (maildir, name, NULL);

        g_assert_cmpint (g_unlink (path), ==, 0);
      }
  /* In place: it belongs to the server. */
  file = g_fopen (list, "w");
  g_assert_nonnull (file);
  fputs ("3 V1234567 N100\n", file);
  fclose (file);
}

static void
test_uidvalidity (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 40, 2000);
  g_autoptr (GArray) ids = NULL;
  gint64 before;

  imap_account_pass (account);
  before = imap_account_find (account, "INBOX", "Message 11");
  mail_engine_close (account->engine);
  renumber (place, account->config->user);
  deliver (account, place, NULL, "came-meanwhile");
  imap_account_mark (account, before, MAIL_FLAG_SEEN, 0);
  ids = one_id (imap_account_find (account, "INBOX", "Message 12"));
  mail_action_free (imap_account_do (account, mail_action_new_delete (MAIL_MODE_IMAP, ids)));
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies, ==, 1);
  g_assert_cmpuint (account->result.fetched, ==, 1);
  g_assert_cmpuint (account->result.operations, ==, 2);
  g_assert_cmpuint (account->problems->len, ==, 0);
  g_assert_cmpint (imap_account_find (account, "INBOX", "Message 11"), ==, before);
  g_assert_cmpint (imap_account_find (account, "Trash", "Message 12"), ==, g_array_index (ids, gint64, 0));
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies + account->result.fetched, ==, 0);
  imap_account_assert_like_server (account);
}

/* Thousands of messages, a third of which share their Message-ID with others: some have another subject, some are the same. */
static void
deliver_twins (const Place *place, const char *user, guint count)
{
  for (guint i = 0; i < count; i++)
    {
      guint group = i / 9;
      guint which = i % 9;
      g_autofree char *mid = which < 6 ? g_strdup_printf ("%u.%u", group, which) : g_strdup_printf ("%u.twins", group);
      g_autofree char *subject = which < 8 ? g_strdup_printf ("Number %u", i) : g_strdup_printf ("Number %u", i - 1);
      g_autofree char *text =
          g_strdup_printf ("From: Anna <anna@example.org>\r\nTo: bruno@example.org\r\nSubject: %s\r\n"
                           "Date: Sat, 21 Nov 2026 %02u:%02u:00 +0100\r\nMessage-ID: <%s@example.net>\r\n\r\nText %04u.\r\n",
                           subject, group / 60 % 24, group % 60, mid, which == 8 ? i - 1 : i);

      private_dovecot_deliver (place->server, user, NULL, text, -1);
    }
}

/* Every row has the body that the server has under its UID, though nothing was fetched; what was to be done to a message that has a
 * double is not done to either. */
static void
test_uidvalidity_of_many (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 0, 0);
  gint64 certain;
  g_autoptr (GPtrArray) rows = NULL;

  deliver_twins (place, account->config->user, 2250);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies, ==, 2250);
  certain = imap_account_find (account, "INBOX", "Number 24");
  rows = imap_account_list (account, "INBOX");
  mail_engine_close (account->engine);
  renumber (place, account->config->user);
  imap_account_mark (account, certain, MAIL_FLAG_FLAGGED, 0);
  for (guint i = 0, marked = 0; i < rows->len && marked == 0; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);

      if (g_str_equal (row->subject, "Number 25"))
        imap_account_mark (account, row->id, MAIL_FLAG_FLAGGED, 0), marked++;
    }
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies + account->result.fetched + account->result.expunged, ==, 0);
  g_assert_cmpuint (account->result.operations, ==, 1);
  g_assert_cmpuint (account->result.operations_failed, ==, 1);
  g_assert_cmpuint (account->problems->len, ==, 1);
  g_assert_cmpuint (imap_account_count_ops (account), ==, 0);
  imap_account_pass (account);
  imap_account_assert_like_server (account);
}

static void
test_mailbox_gone (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 2, 500);
  g_autofree char *maildir = NULL;
  g_autofree char *folder = NULL;

  deliver (account, place, "Projects", "filed");
  imap_account_pass (account);
  g_assert_cmpint (imap_account_find (account, "Projects", "filed"), !=, 0);
  imap_account_assert_like_server (account);

  mail_engine_close (account->engine);
  maildir = private_dovecot_dup_maildir (place->server, account->config->user);
  folder = g_build_filename (maildir, ".Projects", NULL);
  temporary_folder_remove (folder);
  imap_account_pass (account);
  g_assert_cmpint (imap_account_find_mailbox (account, "Projects"), ==, 0);
  imap_account_assert_like_server (account);
}

static void
test_refused_move (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 3, 500);
  g_autofree char *maildir = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GArray) ids = NULL;

  deliver (account, place, "Projects", "filed");
  imap_account_pass (account);
  ids = one_id (imap_account_find (account, "INBOX", "Message 2"));
  mail_action_free (imap_account_do (
      account, mail_action_new_move (MAIL_MODE_IMAP, ids, imap_account_find_mailbox (account, "Projects"))));
  imap_account_mark (account, g_array_index (ids, gint64, 0), MAIL_FLAG_FLAGGED, 0);
  mail_engine_close (account->engine);
  maildir = private_dovecot_dup_maildir (place->server, account->config->user);
  folder = g_build_filename (maildir, ".Projects", NULL);
  temporary_folder_remove (folder);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.operations_failed, ==, 1);
  g_assert_cmpuint (account->result.operations, ==, 1);
  g_assert_cmpuint (account->problems->len, ==, 1);
  g_assert_cmpint (((MailProblem *) g_ptr_array_index (account->problems, 0))->radius, ==, MAIL_PROBLEM_RADIUS_MESSAGE);
  g_assert_cmpint (imap_account_find (account, "INBOX", "Message 2"), ==, g_array_index (ids, gint64, 0));
  imap_account_assert_like_server (account);
}

static void
test_headers_only (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 30, 3000);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  gboolean partial = TRUE;
  gint64 id;

  g_assert_true (mail_account_config_set (account->config, "offline", "headers", NULL));
  imap_account_restart (account);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.fetched, ==, 30);
  g_assert_cmpuint (account->result.bodies, ==, 0);
  id = imap_account_find (account, "INBOX", "Message 5");
  body = imap_account_load_best (account, id, NULL);
  g_assert_null (body);
  mail_engine_fetch (account->engine, id, NULL, NULL, &error);
  g_assert_no_error (error);
  body = imap_account_load_best (account, id, &partial);
  g_assert_nonnull (body);
  g_assert_false (partial);
}

static char *
large_letter (gsize size)
{
  GString *text = g_string_new ("From: Anna <anna@example.org>\r\nSubject: Large\r\nMessage-ID: <large@example.org>\r\n"
                                "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n"
                                "Content-Type: text/plain; charset=utf-8\r\n\r\nThe text that is read.\r\n--b\r\n"
                                "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
                                "Content-Disposition: attachment; filename=\"one.bin\"\r\n\r\n");

  while (text->len < size)
    g_string_append (text, "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n");
  g_string_append (text, "--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=two.pdf\r\n"
                         "\r\n%PDF-second\r\n--b--\r\n");
  return g_string_free (text, FALSE);
}

static gboolean
holds (GBytes *bytes, const char *text)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  return g_strstr_len (data, (gssize) length, text) != NULL;
}

static GBytes *
fetch (ImapAccount *account, gint64 id, const char *section, gboolean *partial)
{
  g_autoptr (GError) error = NULL;

  mail_engine_fetch (account->engine, id, section, NULL, &error);
  g_assert_no_error (error);
  return imap_account_load_best (account, id, partial);
}

static void
test_parts (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 0, 0);
  g_autofree char *letter = large_letter (600 * 1024);
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GBytes) whole = NULL;
  gboolean partial = FALSE;
  gint64 id;

  private_dovecot_deliver (place->server, account->config->user, NULL, letter, -1);
  g_assert_true (mail_account_config_set (account->config, "offline", "headers", NULL));
  imap_account_restart (account);
  imap_account_pass (account);
  id = imap_account_find (account, "INBOX", "Large");
  text = fetch (account, id, NULL, &partial);
  g_assert_true (partial);
  g_assert_cmpuint (g_bytes_get_size (text), <, 4096);
  g_assert_true (holds (text, "The text that is read."));
  g_assert_true (holds (text, "one.bin"));
  g_assert_false (holds (text, "%PDF-second"));

  second = fetch (account, id, "3", &partial);
  g_assert_true (partial);
  g_assert_true (holds (second, "%PDF-second"));
  g_assert_true (holds (second, "X-Missiva-Missing: 2 "));

  whole = fetch (account, id, "*", &partial);
  g_assert_false (partial);
  g_assert_cmpmem (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), letter, strlen (letter));
}

static gboolean
get_row_job (MailDb *db, gpointer data, GError **error)
{
  MailMessageInfo **row = data;
  gint64 id = (*row)->id;

  mail_message_info_free (*row);
  *row = mail_store_messages_get (db, id, error);
  return *row != NULL;
}

/* What a conversation is made of is known as soon as the header is, and just as the message itself says it. */
static void
test_conversation (gconstpointer data)
{
  static const char *const fields[] = {
    "Message-ID: <alone@example.org>\r\n",
    "Message-ID:\r\n <long.folded@example.org>\r\nIn-Reply-To: <two@example.org>\r\n"
    "References: <one@example.org>\r\n\t<two@example.org>\r\n",
    "Message-ID: <remark@example.org> (a remark)\r\nIn-Reply-To: Your letter <two@example.org> of today\r\n",
    "Message-ID: <nobody@example.org>\r\nreferences:\t=?utf-8?q?=3Cone=40example.org=3E?= <two@example.org>\r\n",
  };
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 0, 0);

  account->config->offline = MAIL_OFFLINE_HEADERS;
  imap_account_restart (account);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *letter = g_strdup_printf ("From: anna@example.org\r\n%sSubject: %u\r\n\r\nHi.\r\n", fields[i], i);

      private_dovecot_deliver (place->server, account->config->user, NULL, letter, -1);
    }
  imap_account_pass (account);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *header = g_strconcat (fields[i], "\r\n", NULL);
      g_autoptr (GBytes) raw = g_bytes_new (header, strlen (header));
      g_autoptr (MailMimeMessage) message = mail_mime_message_parse (raw, &mail_mime_default_limits, NULL, NULL);
      g_autoptr (MailMessageInfo) row = mail_message_info_new ();
      const char subject[] = { (char) ('0' + i), '\0' };

      row->id = imap_account_find (account, "INBOX", subject);
      temporary_store_read (account->temporary, get_row_job, &row);
      g_assert_cmpint (row->where, ==, MAIL_WHERE_SERVER);
      g_assert_cmpstr (row->message_id, ==, mail_mime_message_get_message_id (message));
      g_assert_cmpstr (row->in_reply_to, ==, mail_mime_message_get_in_reply_to (message));
      g_assert_cmpstr (row->references, ==, mail_mime_message_get_references (message));
    }
}

static void
test_measure (gconstpointer data)
{
  const Place *place = data;
  g_autoptr (ImapAccount) account = new_account (place, 15, 1000);
  g_autoptr (MailEngine) engine = mail_engine_new (account->config, NULL);
  g_autoptr (MailFigures) figures = g_new0 (MailFigures, 1);
  g_autoptr (GError) error = NULL;

  deliver (account, place, "Sent", "one");
  g_assert_true (mail_engine_open (engine, account->credentials, NULL, &error));
  g_assert_true (mail_engine_measure (engine, figures, NULL, &error));
  g_assert_cmpuint (figures->messages, ==, 16);
  g_assert_cmpuint (figures->inbox_messages, ==, 15);
  g_assert_cmpuint (figures->mailboxes, ==, 6);
  g_assert_nonnull (figures->capabilities);
  mail_engine_close (engine);
}

static void
add (const char *which, const Place *place, const char *name, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/sync/imap/%s/%s", which, name);

  g_test_add_data_func (path, place, func);
}

static void
add_all (const char *which, const Place *place)
{
  add (which, place, "first-sync-brings-everything", test_first_sync);
  add (which, place, "second-sync-moves-no-data-and-changes-no-row", test_second_sync);
  add (which, place, "flags-go-both-ways", test_flags);
  add (which, place, "a-flag-set-and-cleared-again-tells-the-server-nothing", test_back_and_forth);
  add (which, place, "expunges-go-both-ways", test_expunge);
  add (which, place, "moves-at-once-and-on-the-server-and-back", test_move);
  add (which, place, "a-move-taken-back-in-time-never-happened", test_move_undone_before_it_went);
  add (which, place, "copies-at-once-and-on-the-server-and-back", test_copy);
  add (which, place, "uploads-the-copy-of-what-was-deleted-elsewhere", test_copy_of_what_is_gone);
  add (which, place, "tells-that-there-is-nothing-left-to-copy", test_copy_of_what_was_never_here);
  add (which, place, "appends-and-takes-it-back", test_append);
  add (which, place, "reads-and-files-without-the-server-and-replays-after-a-restart", test_offline);
  add (which, place, "keeps-bodies-when-the-server-renumbers", test_uidvalidity);
  add (which, place, "tells-doubles-apart-when-the-server-renumbers", test_uidvalidity_of_many);
  add (which, place, "drops-the-rows-of-a-mailbox-that-is-gone", test_mailbox_gone);
  add (which, place, "shows-the-servers-state-when-it-refuses-a-move", test_refused_move);
  add (which, place, "brings-headers-only-and-a-body-when-asked", test_headers_only);
  add (which, place, "knows-a-conversation-by-its-headers", test_conversation);
  add (which, place, "fetches-the-text-then-one-attachment-then-all", test_parts);
  add (which, place, "measures-a-mailbox", test_measure);
}

int
main (int argc, char **argv)
{
  static const char *const bare_settings[] = { "imap_capability = IMAP4rev1", NULL };
  Place rich = { 0 };
  Place masked = { .mask = MAIL_IMAP_CAP_ALL };
  Place bare = { .bare = TRUE };
  int status;

  g_test_init (&argc, &argv, NULL);
  rich.server = private_dovecot_start (NULL);
  if (rich.server == NULL)
    return 77;
  masked.server = rich.server;
  bare.server = private_dovecot_start (bare_settings);
  add_all ("all-extensions", &rich);
  add_all ("all-masked", &masked);
  add_all ("bare-server", &bare);
  status = g_test_run ();
  private_dovecot_stop (rich.server);
  private_dovecot_stop (bare.server);
  return status;
}
