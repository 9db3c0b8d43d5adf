/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "imap/imap-session.h"
#include "lib/private-dovecot.h"

/* What a real server does with the extensions that it has. */

/* COMPRESS, ACL, and mailboxes of all that a plain LIST leaves out. */
static const char *const settings[] = { "protocol imap {",
                                        "mail_plugins = $mail_plugins acl imap_acl imap_zlib",
                                        "}",
                                        "plugin {",
                                        "acl = vfile",
                                        "acl_ignore_namespace = Public/*",
                                        "}",
                                        "namespace public {",
                                        "type = public",
                                        "separator = /",
                                        "prefix = Public/",
                                        "location = maildir:~/public",
                                        "subscriptions = no",
                                        "list = no",
                                        "}",
                                        NULL };
static PrivateDovecot *server;

static MailImapSession *
sign_in (const char *user)
{
  g_autoptr (MailAccountConfig) config = private_dovecot_config (server, user, MAIL_MODE_IMAP, MAIL_SECURITY_TLS);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password (config->user, PRIVATE_DOVECOT_PASSWORD);
  g_autoptr (GError) error = NULL;
  MailImapSession *session = mail_imap_session_open (config->incoming, credentials, NULL, NULL, &error);

  g_assert_no_error (error);
  return session;
}

static gboolean
note_uid (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  g_string_append_printf (user_data, "%u ", fetch->uid);
  return TRUE;
}

static char *
format (GArray *ranges)
{
  g_autoptr (GArray) owned = ranges;

  g_assert_nonnull (owned);
  return mail_imap_set_format (owned);
}

static void
test_resync (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) vanished = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
  g_autoptr (GString) changed = g_string_new (NULL);
  g_autofree char *seen = NULL;
  MailImapSession *session;
  MailImapSession *other;
  MailImapStatus before;
  MailImapStatus after;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "resync", NULL, 30, 400);
  session = sign_in ("resync");
  other = sign_in ("resync");
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, &before, NULL, &error));
  g_assert_true (mail_imap_session_select (other, "INBOX", FALSE, NULL, NULL, &error));
  g_assert_true (mail_imap_session_store (other, "4,9", TRUE, "\\Seen", NULL, &error));
  g_assert_true (mail_imap_session_store (other, "11:13", TRUE, "\\Deleted", NULL, &error));
  g_assert_true (mail_imap_session_expunge (other, "11:13", NULL, &error));
  g_assert_true (mail_imap_session_select_qresync (session, "INBOX", FALSE, before.uidvalidity, before.highestmodseq, &after,
                                                   vanished, note_uid, changed, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (after.resynced);
  g_assert_cmpstr (changed->str, ==, "4 9 ");
  g_assert_true (mail_imap_set_contains (vanished, 12) && !mail_imap_set_contains (vanished, 14));
  g_assert_cmpuint (after.messages, ==, 27);
  seen = format (mail_imap_session_search_ranges (session, "SEEN", NULL, &error));
  g_assert_cmpstr (seen, ==, "4,9");
  g_assert_true (mail_imap_session_unselect (session, NULL, &error));
  mail_imap_session_close (other);
  mail_imap_session_close (session);
}

static void
test_mailboxes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) listed = NULL;
  MailImapSession *session;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  session = sign_in ("mailboxes");
  g_assert_true (mail_imap_session_create (session, "Projects/Old", MAIL_ROLE_NONE, NULL, &error)
                 || mail_imap_session_create (session, "Projects.Old", MAIL_ROLE_NONE, NULL, NULL));
  g_clear_error (&error);
  g_assert_true (mail_imap_session_create (session, "Früher", MAIL_ROLE_NONE, NULL, &error));
  g_assert_true (mail_imap_session_rename (session, "Früher", "Später", NULL, &error));
  g_assert_false (mail_imap_session_rename (session, "Früher", "x", NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (mail_imap_session_subscribe (session, "Später", TRUE, NULL, &error));
  listed = mail_imap_session_list (session, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < listed->len; i++)
    {
      const MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (listed, i))->info;

      g_assert_cmpstr (info->name, !=, "Früher");
      if (strcmp (info->name, "Später") == 0)
        g_assert_true (info->flags & MAIL_MAILBOX_SUBSCRIBED);
    }
  g_assert_true (mail_imap_session_delete (session, "Später", NULL, &error));
  g_assert_false (mail_imap_session_delete (session, "Später", NULL, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  mail_imap_session_close (session);
}

#define ATTACHMENT                                                                                                     \
  "Subject: parts\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"                            \
  "--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n"                                                                   \
  "--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAwQFBgcICQ==\r\n"       \
  "--x--\r\n"

static void
test_pieces (void)
{
  static const char decoded[] = "\x05\x06\x07";
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) piece = NULL;
  g_autoptr (GBytes) encoded = NULL;
  MailImapSession *session;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_deliver (server, "pieces", NULL, ATTACHMENT, -1);
  session = sign_in ("pieces");
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &error));
  g_assert_true (mail_imap_session_fetch_piece (session, 1, "2", TRUE, 5, 3, &piece, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), decoded, 3);
  g_assert_true (mail_imap_session_fetch_piece (session, 1, "2", FALSE, 4, 100, &encoded, NULL, &error));
  g_assert_cmpmem (g_bytes_get_data (encoded, NULL), g_bytes_get_size (encoded), "AwQFBgcICQ==", 12);
  mail_imap_session_close (session);
}

static void
test_appends (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) message = g_bytes_new_static ("Subject: x\r\n\r\nx\r\n", 17);
  MailImapUpload uploads[150];
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  MailImapSession *session;
  g_autoptr (GArray) found = NULL;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  session = sign_in ("appends");
  for (guint i = 0; i < G_N_ELEMENTS (uploads); i++)
    uploads[i] = (MailImapUpload) { message, i % 2 == 0 ? MAIL_FLAG_SEEN : 0, "$Work", 1000000000 };
  g_assert_true (mail_imap_session_append_many (session, "INBOX", uploads, G_N_ELEMENTS (uploads), NULL, uids, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (uids->len, ==, G_N_ELEMENTS (uploads));
  g_assert_cmpuint (g_array_index (uids, guint32, 149), ==, 150);
  g_assert_cmpuint (mail_imap_session_get_round_trips (session), ==, 2);
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &error));
  found = mail_imap_session_search_ranges (session, "SEEN KEYWORD $Work", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (mail_imap_set_count (found), ==, 75);
  mail_imap_session_close (session);
}

/* Waits until NOTIFY told of @name that it has @messages. */
static void
await_told (MailImapSession *session, const char *name, guint messages)
{
  gboolean found = FALSE;

  while (!found)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) told = NULL;
      gint64 begun = g_get_monotonic_time ();

      g_assert_true (mail_imap_session_idle (session, 60, NULL, NULL, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (g_get_monotonic_time () - begun, <, 60 * G_USEC_PER_SEC);
      told = mail_imap_session_take_mailbox_news (session, NULL, NULL);
      for (guint i = 0; i < told->len; i++)
        {
          const MailImapMailboxNews *news = g_ptr_array_index (told, i);

          found |= strcmp (news->name, name) == 0 && news->status.messages == messages;
        }
    }
}

static void
test_notify (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) told = NULL;
  MailImapSession *session;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  session = sign_in ("notify");
  g_assert_true (mail_imap_session_create (session, "Lists", MAIL_ROLE_NONE, NULL, &error));
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &error));
  g_assert_true (mail_imap_session_notify (session, NULL, TRUE, NULL, &error));
  g_assert_no_error (error);
  told = mail_imap_session_take_mailbox_news (session, NULL, NULL);
  g_assert_cmpuint (told->len, >=, 1);
  private_dovecot_deliver (server, "notify", "Lists", "Subject: new\r\n\r\nnew\r\n", -1);
  await_told (session, "Lists", 1);
  private_dovecot_deliver (server, "notify", "Lists", "Subject: newer\r\n\r\nnew\r\n", -1);
  await_told (session, "Lists", 2);
  mail_imap_session_close (session);
}

static void
test_others (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) listed = NULL;
  g_autoptr (GPtrArray) rights = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  MailImapSession *session;
  gboolean found = FALSE;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  session = sign_in ("others");
  g_assert_cmpuint (mail_imap_session_get_namespaces (session)->len, ==, 2);
  g_assert_true (mail_imap_session_create (session, "Public/News", MAIL_ROLE_NONE, NULL, &error));
  listed = mail_imap_session_list (session, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < listed->len; i++)
    {
      const MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (listed, i))->info;
      gboolean shared = g_str_has_prefix (info->name, "Public");

      g_assert_cmpint ((info->flags & MAIL_MAILBOX_FOREIGN) != 0, ==, shared && strchr (info->name, '/') != NULL);
      found |= strcmp (info->name, "Public/News") == 0;
    }
  g_assert_true (found);
  g_ptr_array_add (names, (gpointer) "INBOX");
  rights = mail_imap_session_rights (session, names, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strchr (g_ptr_array_index (rights, 0), 'w'));
  mail_imap_session_close (session);
}

static gboolean
count_octets (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  const MailImapSection *section = mail_imap_fetch_get_section (fetch, "");

  *(gsize *) user_data += g_bytes_get_size (section->data);
  return TRUE;
}

static void
test_compress (void)
{
  g_autoptr (GError) error = NULL;
  MailImapSession *session;
  gsize octets = 0;
  guint64 wire;
  guint64 plain;
  gboolean woken;

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, "compress", NULL, 50, 20000);
  session = sign_in ("compress");
  g_assert_true (mail_imap_session_select (session, "INBOX", FALSE, NULL, NULL, &error));
  g_assert_true (mail_imap_session_compress (session, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (mail_imap_session_compress (session, NULL, &error));
  wire = mail_imap_session_get_bytes_in (session);
  plain = mail_imap_session_get_plain_in (session);
  g_assert_true (mail_imap_session_fetch (session, "1:*", "BODY.PEEK[]", count_octets, &octets, NULL, &error));
  g_assert_cmpuint (octets, >, 50 * 19000);
  g_assert_cmpuint (mail_imap_session_get_plain_in (session) - plain, >, octets);
  g_assert_cmpuint (mail_imap_session_get_bytes_in (session) - wire, <, octets / 2);
  private_dovecot_deliver (server, "compress", NULL, "Subject: new\r\n\r\nnew\r\n", -1);
  g_assert_true (mail_imap_session_idle (session, 60, NULL, &woken, NULL, &error));
  g_assert_no_error (error);
  mail_imap_session_close (session);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (settings);
  g_test_add_func ("/imap/dovecot/tells-with-select-what-changed", test_resync);
  g_test_add_func ("/imap/dovecot/renames-subscribes-and-deletes", test_mailboxes);
  g_test_add_func ("/imap/dovecot/gives-parts-in-pieces", test_pieces);
  g_test_add_func ("/imap/dovecot/takes-many-messages-at-once", test_appends);
  g_test_add_func ("/imap/dovecot/tells-of-other-mailboxes", test_notify);
  g_test_add_func ("/imap/dovecot/lists-what-belongs-to-others-and-tells-rights", test_others);
  g_test_add_func ("/imap/dovecot/compresses", test_compress);
  status = g_test_run ();
  g_clear_pointer (&server, private_dovecot_stop);
  return status;
}
