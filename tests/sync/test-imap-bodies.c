/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/imap-scene.h"
#include "mime/mime-message.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-pieces.h"
#include "sync/imap-bodies.h"
#include "sync/imap-body.h"
#include "sync/imap-engine-private.h"
#include "sync/imap-info.h"
#include "sync/imap-skeleton.h"
#include "sync/offline.h"

/* Whole messages and their parts: what is fetched, once, in pieces, and what the figures say of it. */

static PrivateDovecot *server;
static guint last_user;

static ImapAccount *
new_account (MailImapCaps mask)
{
  g_autofree char *user = g_strdup_printf ("user%u@example.org", ++last_user);
  ImapAccount *account = imap_account_new (server, user, mask);

  g_assert_true (mail_account_config_set (account->config, "offline", "headers", NULL));
  imap_account_restart (account);
  return account;
}

/* Bytes that no encoding shortens and no two lines of which are alike. */
static void
append_noise (GByteArray *bytes, gsize size, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < size; i += 4)
    {
      guint32 word = g_rand_int (rand);

      g_byte_array_append (bytes, (const guint8 *) &word, (guint) MIN (size - i, 4));
    }
}

/* (transfer full): @bytes in base64 of @width characters a line. */
static char *
encode (GByteArray *bytes, guint width)
{
  g_autofree char *text = g_base64_encode (bytes->data, bytes->len);
  GString *lines = g_string_new (NULL);

  for (gsize at = 0, length = strlen (text); at < length; at += width)
    {
      g_string_append_len (lines, text + at, (gssize) MIN (length - at, width));
      g_string_append (lines, "\r\n");
    }
  return g_string_free (lines, FALSE);
}

/* A letter with a text and an attachment of @size octets, which is given in @attached. */
static char *
large_letter (const char *subject, gsize size, guint width, GByteArray *attached)
{
  g_autofree char *encoded = NULL;

  append_noise (attached, size, 7);
  encoded = encode (attached, width);
  return g_strdup_printf ("From: Gardener <gardener@example.org>\r\nSubject: %s\r\nMessage-ID: <%s@example.org>\r\n"
                          "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
                          "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n"
                          "Content-Type: text/plain\r\n\r\nThe text that is read.\r\n--b\r\n"
                          "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
                          "Content-Disposition: attachment; filename=one.bin\r\n\r\n%s--b\r\n"
                          "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=two.pdf\r\n"
                          "\r\n%%PDF-second\r\n--b--\r\n",
                          subject, subject, encoded);
}

static MailMailboxInfo *
load_mailbox (ImapAccount *account, const char *name)
{
  MailMailboxInfo *mailbox =
      mail_imap_engine_load_mailbox (MAIL_IMAP_ENGINE (account->engine), imap_account_find_mailbox (account, name), NULL);

  g_assert_nonnull (mailbox);
  return mailbox;
}

static void
assert_figures (ImapAccount *account, const char *name, guint bodies, guint texts, guint parts, gboolean bytes)
{
  g_autoptr (MailMailboxInfo) mailbox = load_mailbox (account, name);

  g_assert_cmpuint (mailbox->bodies, ==, bodies);
  g_assert_cmpuint (mailbox->texts, ==, texts);
  g_assert_cmpuint (mailbox->missing_parts, ==, parts);
  g_assert_true ((mailbox->missing_bytes > 0) == bytes);
}

/* Attachment @index of what is here. */
static void
assert_attachment (ImapAccount *account, gint64 id, guint index, GByteArray *expected)
{
  g_autoptr (GBytes) raw = imap_account_load_best (account, id, NULL);
  g_autoptr (MailMimeMessage) message = mail_mime_message_parse (raw, &mail_mime_default_limits, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) part = mail_mime_message_dup_part (message, index, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (part, NULL), g_bytes_get_size (part), expected->data, expected->len);
}

typedef struct
{
  guint told;
  guint64 last;
  guint64 total;
  guint stop_after; /* 0: never */
} Watch;

static gboolean
watch_cb (guint64 done, guint64 total, gpointer user_data)
{
  Watch *watch = user_data;

  g_assert_cmpuint (done, >=, watch->last);
  g_assert_cmpuint (done, <=, total);
  watch->last = done;
  watch->total = total;
  return ++watch->told != watch->stop_after;
}

static void
fetch (ImapAccount *account, gint64 id, const char *section)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_engine_open (account->engine, account->credentials, NULL, NULL));
  mail_engine_fetch (account->engine, id, section, NULL, &error);
  g_assert_no_error (error);
}

static void
test_part_in_pieces (gconstpointer mask)
{
  g_autoptr (ImapAccount) account = new_account ((MailImapCaps) GPOINTER_TO_UINT (mask));
  g_autoptr (GByteArray) attached = g_byte_array_new ();
  g_autofree char *letter = large_letter ("Large", 3 * 1024 * 1024 + 17, 76, attached);
  g_autoptr (GBytes) whole = NULL;
  Watch watch = { 0 };
  gboolean partial;
  gint64 id;

  private_dovecot_deliver (server, account->config->user, NULL, letter, -1);
  imap_account_pass (account);
  assert_figures (account, "INBOX", 0, 0, 0, TRUE);
  id = imap_account_find (account, "INBOX", "Large");
  fetch (account, id, NULL);
  assert_figures (account, "INBOX", 0, 1, 2, TRUE);
  mail_engine_watch_fetch (account->engine, watch_cb, &watch);
  fetch (account, id, "2");
  mail_engine_watch_fetch (account->engine, NULL, NULL);
  g_assert_cmpuint (watch.told, >=, 3);
  g_assert_cmpuint (watch.last, ==, watch.total);
  assert_attachment (account, id, 0, attached);
  assert_figures (account, "INBOX", 0, 1, 1, TRUE);
  fetch (account, id, "3");
  assert_figures (account, "INBOX", 0, 1, 0, FALSE);
  assert_attachment (account, id, 0, attached);
  fetch (account, id, "*");
  whole = imap_account_load_best (account, id, &partial);
  g_assert_false (partial);
  g_assert_cmpmem (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), letter, strlen (letter));
  assert_figures (account, "INBOX", 1, 1, 0, FALSE);
}

/* The person, or the program, ends after each piece; each time it goes on where it was. */
static void
test_resumes (gconstpointer mask)
{
  g_autoptr (ImapAccount) account = new_account ((MailImapCaps) GPOINTER_TO_UINT (mask));
  g_autoptr (GByteArray) attached = g_byte_array_new ();
  g_autofree char *letter = large_letter ("Large", 3 * 1024 * 1024, 60, attached);
  guint64 reached = 0;
  guint stops = 0;
  gint64 id;

  private_dovecot_deliver (server, account->config->user, NULL, letter, -1);
  imap_account_pass (account);
  id = imap_account_find (account, "INBOX", "Large");
  fetch (account, id, NULL);
  for (;; stops++)
    {
      /* It is told before the first piece, so the second time ends it after one. */
      Watch watch = { .stop_after = 2 };
      g_autoptr (GError) error = NULL;

      g_assert_true (mail_engine_open (account->engine, account->credentials, NULL, NULL));
      mail_engine_watch_fetch (account->engine, watch_cb, &watch);
      if (mail_engine_fetch (account->engine, id, "2", NULL, &error))
        break;
      g_assert_true (mail_error_is_cancelled (error));
      g_assert_true (mail_engine_is_open (account->engine));
      g_assert_cmpuint (watch.last, >, reached);
      reached = watch.last;
      if (stops % 2 == 1)
        imap_account_restart (account);
      g_assert_cmpuint (stops, <, 100);
    }
  g_assert_cmpuint (stops, >=, 3);
  assert_attachment (account, id, 0, attached);
}

/* A letter of @size octets and more; @differs is a word in its text. */
static char *
plain_letter (const char *subject, gsize size, const char *differs)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          "From: Gardener <gardener@example.org>\r\nSubject: %s\r\nMessage-ID: <%s@example.org>\r\n"
                          "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\nThe word is %s.\r\n",
                          subject, subject, differs);
  while (text->len < size)
    g_string_append (text, "Roses are pruned when the forsythia is in bloom, and not before.\r\n");
  return g_string_free (text, FALSE);
}

static void
test_once (void)
{
  g_autoptr (ImapAccount) account = new_account (0);
  gsize bytes = 0;

  g_assert_true (mail_account_config_set (account->config, "offline", "all", NULL));
  imap_account_restart (account);
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *subject = g_strdup_printf ("Rose-%u", i);
      g_autofree char *letter = plain_letter (subject, 150000 + i * 1000, "same");

      private_dovecot_deliver (server, account->config->user, NULL, letter, -1);
      private_dovecot_deliver (server, account->config->user, "Copies", letter, -1);
      bytes += strlen (letter);
    }
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies, ==, 6);
  g_assert_cmpuint (account->result.bytes_in, <, bytes + bytes / 10);
  assert_figures (account, "INBOX", 6, 6, 0, FALSE);
  assert_figures (account, "Copies", 6, 6, 0, FALSE);
  imap_account_assert_like_server (account);
}

/* What only looks the same is told apart, and drafts, which keep what they are known by, are not even compared. */
static void
test_alike (void)
{
  g_autoptr (ImapAccount) account = new_account (0);
  static const char *const mailboxes[] = { NULL, "Copies", "Drafts" };
  static const char *const words[] = { "sun", "sea", "sky" };

  g_assert_true (mail_account_config_set (account->config, "offline", "all", NULL));
  imap_account_restart (account);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *letter = plain_letter ("Rose", 50000, words[i]);

      private_dovecot_deliver (server, account->config->user, mailboxes[i], letter, -1);
    }
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies, ==, 3);
  imap_account_assert_like_server (account);
}

static void
test_settings (void)
{
  g_autoptr (ImapAccount) account = new_account (0);
  static const char *const mailboxes[] = { "Whole", "Recent", "Heads", "Nothing" };
  static const MailMailboxOffline offline[] = { MAIL_MAILBOX_OFFLINE_ALL, MAIL_MAILBOX_OFFLINE_DAYS, MAIL_MAILBOX_OFFLINE_HEADERS,
                                                MAIL_MAILBOX_OFFLINE_NOT };
  static const guint bodies[] = { 3, 0, 1, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (mailboxes); i++)
    private_dovecot_fill (server, account->config->user, mailboxes[i], 3, 2000);
  private_dovecot_fill (server, account->config->user, NULL, 3, 2000);
  imap_account_pass (account);
  for (guint i = 0; i < G_N_ELEMENTS (mailboxes); i++)
    {
      assert_figures (account, mailboxes[i], 0, 0, 0, TRUE);
      /* The letters are some years old. */
      imap_account_set_offline (account, mailboxes[i], offline[i], 30);
    }
  imap_account_mark (account, imap_account_find (account, "Heads", "Message 2"), MAIL_FLAG_FLAGGED, 0);
  imap_account_pass (account);
  for (guint i = 0; i < G_N_ELEMENTS (mailboxes); i++)
    assert_figures (account, mailboxes[i], bodies[i], bodies[i], 0, bodies[i] < 3);
  /* As the account says. */
  assert_figures (account, "INBOX", 0, 0, 0, TRUE);
}

static MailOfflineEstimate
estimate (ImapAccount *account)
{
  MailOfflineQuery query = { .config = account->config };

  temporary_store_read (account->temporary, mail_offline_estimate_job, &query);
  return query.estimate;
}

/* Where nobody has looked yet, nothing is missing, and nobody may say so. */
static void
test_estimate (void)
{
  g_autoptr (ImapAccount) account = new_account (0);

  private_dovecot_fill (server, account->config->user, NULL, 3, 2000);
  g_assert_true (estimate (account).more);
  imap_account_pass (account);
  g_assert_false (estimate (account).more);
  g_assert_cmpuint (estimate (account).messages, ==, 3);
}

static void
test_order (void)
{
  static const MailRole roles[] = { MAIL_ROLE_ALL, MAIL_ROLE_JUNK, MAIL_ROLE_NONE, MAIL_ROLE_TRASH, MAIL_ROLE_NONE, MAIL_ROLE_INBOX,
                                    MAIL_ROLE_NONE };
  static const gint64 expected[] = { 7, 6, 5, 3, 4, 2, 1 };
  g_autoptr (GPtrArray) mailboxes = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mailbox_info_free);

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      MailMailboxInfo *info = mail_mailbox_info_new ("Some", '/', roles[i]);

      info->id = i + 1;
      info->watched = i == 4;
      g_ptr_array_add (mailboxes, info);
    }
  mail_offline_sort (mailboxes, 7);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (((const MailMailboxInfo *) g_ptr_array_index (mailboxes, i))->id, ==, expected[i]);
}

/* What is large comes in the background in pieces, too, and the bytes are the very same. */
static void
test_large_in_background (void)
{
  g_autoptr (ImapAccount) account = new_account (0);
  g_autoptr (GByteArray) attached = g_byte_array_new ();
  g_autofree char *letter = large_letter ("Large", 3 * 1024 * 1024, 72, attached);

  private_dovecot_deliver (server, account->config->user, NULL, letter, -1);
  private_dovecot_deliver (server, account->config->user, "Copies", letter, -1);
  private_dovecot_fill (server, account->config->user, NULL, 20, 3000);
  g_assert_true (mail_account_config_set (account->config, "offline", "all", NULL));
  imap_account_restart (account);
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bodies, ==, 21);
  g_assert_cmpuint (account->result.bytes_in, <, strlen (letter) + 400000);
  assert_figures (account, "INBOX", 21, 21, 0, FALSE);
  assert_figures (account, "Copies", 1, 1, 0, FALSE);
  imap_account_assert_like_server (account);
}

static const char mixed[] =
    "((\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 300 10)"
    "(\"application\" \"pdf\" NIL NIL NIL \"base64\" 900000 NIL (\"attachment\" (\"filename\" \"a.pdf\")))"
    "(\"text\" \"x-log\" NIL NIL NIL \"7bit\" 5000 10 NIL (\"attachment\" NIL)) \"mixed\")";

static void
test_skeleton_items (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MailImapPart) structure = mail_imap_part_parse (mixed, &error);
  MailImapFetch nothing = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *all = NULL;
  guint64 bytes = 0;
  guint parts = 0;

  g_assert_no_error (error);
  g_assert_true (mail_imap_part_has_attachment (structure));
  text = mail_imap_skeleton_items (structure, 906000);
  g_assert_cmpstr (text, ==, "BODY.PEEK[HEADER] BODY.PEEK[1.MIME] BODY.PEEK[1] BODY.PEEK[2.MIME] BODY.PEEK[3.MIME]");
  /* Nothing would be saved. */
  all = mail_imap_skeleton_items (structure, 40000);
  g_assert_null (all);
  g_assert_cmpstr (mail_imap_skeleton_find_part (structure, "3")->subtype, ==, "x-log");
  g_assert_null (mail_imap_skeleton_find_part (structure, "4"));
  mail_imap_skeleton_count_missing (structure, &nothing, &parts, &bytes);
  g_assert_cmpuint (parts, ==, 3);
  g_assert_cmpuint (bytes, ==, 905300);
}

/* Two items for each leaf: of a letter with hundreds no command line names all. */
static void
test_skeleton_of_many (void)
{
  g_autoptr (GString) many = g_string_new ("(");
  g_autoptr (MailImapPart) structure = NULL;
  g_autofree char *items = NULL;

  for (guint i = 0; i < 200; i++)
    g_string_append (many, "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 30 1)");
  g_string_append (many, " \"mixed\")");
  structure = mail_imap_part_parse (many->str, NULL);
  g_assert_nonnull (structure);
  items = mail_imap_skeleton_items (structure, 906000);
  g_assert_null (items);
}

static void
test_skeleton_gap (void)
{
  static const char text[] = "Subject: x\r\n\r\n--b\r\nX-Missiva-Missing: 1.2 40\r\nContent-Type: a/b\r\n\r\n\r\n--b\r\n"
                             "X-Missiva-Missing: 1.20 50\r\n\r\n\r\n--b--\r\n";
  static const char twice[] = "--b\r\n\r\nA text:\r\nX-Missiva-Missing: 3 1\r\n\r\n--b\r\n"
                              "X-Missiva-Missing: 3 50\r\n\r\n\r\n--b--\r\n";
  g_autoptr (GBytes) skeleton = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) forged = g_bytes_new_static (twice, strlen (twice));
  MailStoreGap gap;

  g_assert_true (mail_imap_skeleton_find_gap (skeleton, "1.2", &gap));
  g_assert_cmpuint (gap.size, ==, 40);
  g_assert_true (g_str_has_prefix (text + gap.mark, "\r\nX-Missiva-Missing: 1.2 40\r\nContent"));
  g_assert_true (g_str_has_prefix (text + gap.mark_end, "\r\nContent-Type: a/b"));
  g_assert_true (g_str_has_prefix (text + gap.at, "\r\n--b\r\nX-Missiva-Missing: 1.20"));
  g_assert_false (mail_imap_skeleton_find_gap (skeleton, "1", &gap));
  g_assert_false (mail_imap_skeleton_find_gap (skeleton, "1.2\r\n", &gap));
  g_assert_false (mail_imap_skeleton_find_gap (forged, "3", &gap));
}

/* The whole message is one attachment: opening it brings the header alone. */
static void
test_single_part (void)
{
  g_autoptr (ImapAccount) account = new_account (0);
  g_autoptr (GByteArray) attached = g_byte_array_new ();
  g_autofree char *encoded = NULL;
  g_autofree char *letter = NULL;
  g_autoptr (GBytes) opened = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (MailMimeMessage) message = NULL;
  const MailMimePart *part;
  gboolean partial;
  gint64 id;

  append_noise (attached, 1500 * 1000, 9);
  encoded = encode (attached, 76);
  letter = g_strconcat ("Subject: Alone\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\n"
                        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=disk.img\r\n\r\n",
                        encoded, NULL);
  private_dovecot_deliver (server, account->config->user, NULL, letter, -1);
  imap_account_pass (account);
  id = imap_account_find (account, "INBOX", "Alone");
  fetch (account, id, NULL);
  opened = imap_account_load_best (account, id, &partial);
  g_assert_true (partial);
  g_assert_cmpuint (g_bytes_get_size (opened), <, 4096);
  message = mail_mime_message_parse (opened, &mail_mime_default_limits, NULL, NULL);
  g_assert_cmpuint (mail_mime_message_get_parts (message)->len, ==, 1);
  part = g_ptr_array_index (mail_mime_message_get_parts (message), 0);
  g_assert_cmpstr (part->filename, ==, "disk.img");

  fetch (account, id, "1");
  whole = imap_account_load_best (account, id, &partial);
  g_assert_false (partial);
  assert_attachment (account, id, 0, attached);
}

static gboolean
insert_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_messages_insert (db, data, error);
}

/* (transfer full) */
static char *
twin_letter (const char *message_id, gsize size)
{
  g_autofree char *text = g_strnfill (size, 'x');

  g_snprintf (text, size, "Subject: Twin\r\nMessage-ID: %s\r\n\r\n", message_id);
  text[strlen (text)] = 'x';
  return g_steal_pointer (&text);
}

/* Returns the row of message @uid, which has @size octets. */
static gint64
add_twin (ImapScene *scene, guint32 uid, const char *message_id, const char *email_id, gsize size)
{
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (scene->inbox, uid, MAIL_FLAGS_NONE);

  g_free (info->message_id);
  info->message_id = g_strdup (message_id);
  info->email_id = g_strdup (email_id);
  info->date = 1700000000;
  info->size = (gint64) size;
  temporary_store_write (scene->temporary, insert_job, info);
  return info->id;
}

/* Two of three messages that are missing are the same, as @data, the server, tells or their headers do. */
static void
test_twins_at_once (gconstpointer data)
{
  const char *email_ids[] = { data, data != NULL ? "M2" : NULL };
  const gsize size = data != NULL ? 100 : 9000;
  g_autofree char *twin = twin_letter ("<twin@example.org>", size);
  g_autofree char *other = twin_letter ("<other@example.org>", size);
  gsize header = (gsize) (strstr (twin, "\r\n\r\n") + 4 - twin);
  g_autofree char *text = g_strndup (twin + header, 2048);
  g_autofree char *comparison =
      g_strdup_printf ("C: $1 UID FETCH 3 (UID BODY.PEEK[HEADER] BODY.PEEK[TEXT]<0.2048>)\n"
                       "S: * 3 FETCH (UID 3 BODY[HEADER] {%" G_GSIZE_FORMAT "}\n"
                       "S: Subject: Twin\nS: Message-ID: <twin@example.org>\nS: \nS:  BODY[TEXT]<0> {2048}\n"
                       "S- %s\nS: )\nS: $1 OK\n",
                       header, text);
  g_autofree char *script =
      g_strdup_printf ("C: $1 SELECT \"INBOX\"\n" IMAP_SCENE_SELECTED "S: $1 OK\n"
                       "C: $1 UID FETCH 1:2 (UID BODY.PEEK[])\n"
                       "S: * 1 FETCH (UID 1 BODY[] {%" G_GSIZE_FORMAT "}\nS: Subject: Twin\nS: Message-ID: <twin@example.org>\n"
                       "S: \nS- %s\nS: )\n"
                       "S: * 2 FETCH (UID 2 BODY[] {%" G_GSIZE_FORMAT "}\nS: Subject: Twin\nS: Message-ID: <other@example.org>\n"
                       "S: \nS- %s\nS: )\nS: $1 OK\n%s",
                       size, strstr (twin, "xxx"), size, strstr (other, "xxx"), data != NULL ? "" : comparison);
  g_autoptr (ImapScene) scene = imap_scene_new ("UIDPLUS", script);
  gint64 ids[] = { add_twin (scene, 1, "<twin@example.org>", email_ids[0], size),
                   add_twin (scene, 2, "<other@example.org>", email_ids[1], size),
                   add_twin (scene, 3, "<twin@example.org>", email_ids[0], size) };
  MailSyncResult result = { 0 };
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (GError) error = NULL;

      more = FALSE;
      mail_engine_fill (scene->engine, &result, &more, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (result.bodies, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (MailMessageInfo) row = imap_scene_get (scene, ids[i]);

      g_assert_cmpint (row->where, ==, MAIL_WHERE_BOTH);
    }
}

static gboolean
remove_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_messages_remove (db, *(gint64 *) data, error);
}

static gboolean
is_kept_job (MailDb *db, gpointer data, GError **error)
{
  const MailImapBody *body = data;
  gboolean found;

  g_assert_true (mail_store_bodies_link (db, body->id, body->hash, &found, error));
  g_assert_false (found);
  return TRUE;
}

/* What a person deletes for ever while it comes is not kept. */
static void
test_deleted_meanwhile (void)
{
  g_autoptr (TemporaryStore) temporary = temporary_store_new ();
  gint64 inbox = temporary_store_add_mailbox (temporary, "INBOX", MAIL_ROLE_INBOX, 0);
  gint64 id = temporary_store_add_message (temporary, inbox, 1, MAIL_FLAGS_NONE);
  gint64 other = temporary_store_add_message (temporary, inbox, 2, MAIL_FLAGS_NONE);
  g_autoptr (GBytes) raw = g_bytes_new_static ("Subject: Gone\r\n\r\n", 17);
  g_autoptr (GPtrArray) bodies = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_body_free);
  MailImapBody *asked = mail_imap_body_new (other, raw);

  g_ptr_array_add (bodies, mail_imap_body_new (id, raw));
  temporary_store_write (temporary, remove_job, &id);
  temporary_store_write (temporary, mail_imap_body_put_job, bodies);
  temporary_store_write (temporary, is_kept_job, asked);
  mail_imap_body_free (asked);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-bodies/asks-for-the-text-and-leaves-the-attachments", test_skeleton_items);
  g_test_add_func ("/sync/imap-bodies/a-letter-of-very-many-parts-is-fetched-whole", test_skeleton_of_many);
  g_test_add_func ("/sync/imap-bodies/finds-the-place-of-a-part", test_skeleton_gap);
  g_test_add_func ("/sync/imap-bodies/begins-with-what-a-person-looks-at", test_order);
  g_test_add_data_func ("/sync/imap-bodies/asks-once-for-a-message-that-is-missing-twice", "M1", test_twins_at_once);
  g_test_add_data_func ("/sync/imap-bodies/asks-once-for-what-looks-the-same-and-compares", NULL, test_twins_at_once);
  g_test_add_func ("/sync/imap-bodies/keeps-nothing-of-what-is-deleted-meanwhile", test_deleted_meanwhile);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    {
      g_test_message ("Dovecot is not installed: only half of this is tested");
      return g_test_run ();
    }
  g_test_add_data_func ("/sync/imap-bodies/fetches-an-attachment-in-pieces", GUINT_TO_POINTER (0), test_part_in_pieces);
  g_test_add_data_func ("/sync/imap-bodies/fetches-an-attachment-in-pieces-without-binary",
                        GUINT_TO_POINTER (MAIL_IMAP_CAP_BINARY), test_part_in_pieces);
  g_test_add_data_func ("/sync/imap-bodies/goes-on-after-each-piece", GUINT_TO_POINTER (0), test_resumes);
  g_test_add_data_func ("/sync/imap-bodies/goes-on-after-each-piece-without-binary",
                        GUINT_TO_POINTER (MAIL_IMAP_CAP_BINARY), test_resumes);
  g_test_add_func ("/sync/imap-bodies/fetches-a-message-of-several-mailboxes-once", test_once);
  g_test_add_func ("/sync/imap-bodies/tells-apart-what-only-looks-the-same", test_alike);
  g_test_add_func ("/sync/imap-bodies/follows-the-settings-of-each-mailbox", test_settings);
  g_test_add_func ("/sync/imap-bodies/estimates-what-is-missing", test_estimate);
  g_test_add_func ("/sync/imap-bodies/brings-what-is-large-in-the-background-once", test_large_in_background);
  g_test_add_func ("/sync/imap-bodies/opening-a-message-that-is-one-attachment-fetches-its-header", test_single_part);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
