/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"
#include "core/errors.h"
#include "lib/imap-account.h"
#include "lib/imap-scene.h"
#include "store/store-mailboxes.h"
#include "sync/imap-query.h"

/* What a person looks for, as each kind of server is asked for it, and met with the rows. */

#define NOW 1790000000 /* 21 September 2026 */

static void
test_writes_criteria (void)
{
  static const struct
  {
    const char *words;
    MailImapCaps caps;
    const char *criteria;
  } cases[] = {
    { "fair", 0, "TEXT \"fair\"" },
    { "from:anna subject:\"the fair\" to:shop", 0, "FROM \"anna\" SUBJECT \"the fair\" OR TO \"shop\" CC \"shop\"" },
    { "is:unread is:starred", 0, "UNSEEN FLAGGED" },
    { "has:attachment", 0, "ALL" },
    { "has:attachment fair has:attachment", 0, "TEXT \"fair\"" },
    { "older:30d", 0, "BEFORE 24-Aug-2026" },
    { "newer:7d", 0, "SINCE 13-Sep-2026" },
    { "arrived:7d", 0, "SINCE 13-Sep-2026" },
    { "older:30d newer:1h", MAIL_IMAP_CAP_WITHIN, "OLDER 2592000 YOUNGER 3600" },
    { "arrived:7d", MAIL_IMAP_CAP_WITHIN, "YOUNGER 604800" },
    { "arrived:7d", MAIL_IMAP_CAP_WITHIN | MAIL_IMAP_CAP_SAVEDATE, "SAVEDSINCE 14-Sep-2026" },
    /* What looks like the grammar is text. */
    { "a\\b) DELETED {5+}", 0, "TEXT \"a\\\\b)\" TEXT \"DELETED\" TEXT \"{5+}\"" },
    { "x\r\nA5 LOGOUT", 0, "TEXT \"x\" TEXT \"A5\" TEXT \"LOGOUT\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MailQuery) query = mail_query_new (cases[i].words, NULL);
      g_autofree char *criteria = mail_imap_query_criteria (query, cases[i].caps, NOW);

      g_assert_cmpstr (criteria, ==, cases[i].criteria);
    }
}

static void
test_writes_gmail_words (void)
{
  g_autoptr (MailQuery) query = mail_query_new ("from:anna \"the fair\" older:2w newer:36h label:shop -x has:attachment", NULL);
  g_autofree char *words = mail_imap_query_gmail (query);
  g_autoptr (MailQuery) young = mail_query_new ("older:2h", NULL);
  g_autofree char *all = mail_imap_query_gmail (young);

  g_assert_cmpstr (words, ==,
                   "X-GM-RAW \"from:anna \\\"the fair\\\" older_than:13d newer_than:3d label:shop -x has:attachment\"");
  g_assert_cmpstr (all, ==, "ALL");
}

/* A scripted server, and an account with two mailboxes of ten rows each. */
typedef struct
{
  ScriptedServer *server;
  TemporaryStore *temporary;
  MailAccountConfig *config;
  MailEngine *engine;
  gint64 inbox;
  gint64 all;
} Scene;

static gboolean
set_synced_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_synced (db, *(gint64 *) data, 7, 11, 0, 10, error);
}

static gint64
add_mailbox (Scene *scene, const char *name, MailRole role)
{
  gint64 id = temporary_store_add_mailbox (scene->temporary, name, role, 0);

  temporary_store_write (scene->temporary, set_synced_job, &id);
  for (guint32 uid = 1; uid <= 10; uid++)
    temporary_store_add_message (scene->temporary, id, uid, uid % 2 == 0 ? MAIL_FLAG_SEEN : 0);
  return id;
}

static Scene *
scene_new (const char *capabilities, const char *script)
{
  Scene *scene = g_new0 (Scene, 1);
  g_autofree char *whole =
      g_strdup_printf ("S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\nC: A1 AUTHENTICATE PLAIN\nS: + \nC: *\n"
                       "S: A1 OK [CAPABILITY IMAP4rev1 %s] in\n%s",
                       capabilities, script);

  scene->server = scripted_server_new (whole);
  scene->temporary = temporary_store_new ();
  scene->inbox = add_mailbox (scene, "INBOX", MAIL_ROLE_INBOX);
  scene->all = add_mailbox (scene, "All", MAIL_ROLE_ALL);
  scene->config = imap_scene_new_config (scene->server);
  scene->engine = mail_engine_new (scene->config, scene->temporary->store);
  imap_scene_sign_in (scene->engine);
  return scene;
}

static void
scene_free (Scene *scene)
{
  mail_engine_close (scene->engine);
  scripted_server_finish (scene->server);
  g_object_unref (scene->engine);
  mail_account_config_free (scene->config);
  temporary_store_free (scene->temporary);
  g_free (scene);
}

#define SELECTED(tag) "S: * 10 EXISTS\nS: * OK [UIDVALIDITY 7] ok\nS: * OK [UIDNEXT 11] ok\nS: " tag " OK [READ-WRITE] in\n"
#define FAREWELL "C: $1 LOGOUT\nS: * BYE bye\nS: $1 OK\n"

static MailSearch *
search_for (Scene *scene, const char *words, gint64 mailbox_id)
{
  g_autoptr (MailQuery) query = mail_query_new (words, NULL);
  g_autoptr (GError) error = NULL;
  MailSearch *search = mail_search_new (query, mailbox_id, NULL);

  mail_engine_search (scene->engine, search, NULL, &error);
  g_assert_no_error (error);
  return search;
}

/* With ESEARCH, UTF-8 in a literal, and one that has no row here. */
static void
test_meets_rows (void)
{
  Scene *scene = scene_new ("ESEARCH",
                            "C: A2 SELECT *\n" SELECTED ("A2")
                            "C: A3 UID SEARCH RETURN (ALL) CHARSET UTF-8 TEXT {6}\nS: + go\nC: caff\xc3\xa8 UNSEEN\n"
                            "S: * ESEARCH (TAG \"A3\") UID ALL 2:5,99\nS: A3 OK\n" FAREWELL);
  g_autoptr (MailSearch) search = search_for (scene, "caffè is:unread", scene->inbox);

  g_assert_cmpint (search->searched, ==, MAIL_SEARCHED_SERVER);
  /* 3 and 5 are unread here, newest first. */
  g_assert_cmpuint (search->keys->len, ==, 2);
  g_assert_cmpint (g_array_index (search->keys, MailStoreKey, 0).date, >, g_array_index (search->keys, MailStoreKey, 1).date);
  scene_free (scene);
}

/* The fourth row came just an hour ago. */
#define FOURTH_PLUS_HOUR (1700000000 + 60 * 4 + 5 + 3600)

/* Gmail's own words, once for everything; its days are not what was asked for. */
static void
test_asks_gmail (void)
{
  Scene *scene = scene_new ("X-GM-EXT-1",
                            "C: A2 SELECT *All*\n" SELECTED ("A2")
                            "C: A3 UID SEARCH X-GM-RAW \"from:anna label:shop newer_than:2d\"\n"
                            "S: * SEARCH 1 4\nS: A3 OK\n" FAREWELL);
  g_autoptr (MailSearch) search = NULL;

  mail_clock_set_for_test (FOURTH_PLUS_HOUR);
  search = search_for (scene, "from:anna label:shop newer:1h", 0);
  g_assert_cmpint (search->searched, ==, MAIL_SEARCHED_SERVER);
  g_assert_cmpuint (search->keys->len, ==, 1);
  scene_free (scene);
  mail_clock_set_for_test (0);
}

/* A server that does not know when a message came in is asked for its age, in days; the rows know the hour. */
static void
test_arrival_is_age_where_nothing_else_is_known (void)
{
  Scene *scene = scene_new ("",
                            "C: A2 SELECT *\n" SELECTED ("A2")
                            "C: A3 UID SEARCH SINCE *\nS: * SEARCH 1 4\nS: A3 OK\n" FAREWELL);
  g_autoptr (MailSearch) search = NULL;

  mail_clock_set_for_test (FOURTH_PLUS_HOUR);
  search = search_for (scene, "arrived:1h", scene->inbox);
  g_assert_cmpuint (search->keys->len, ==, 1);
  scene_free (scene);
  mail_clock_set_for_test (0);
}

/* A mailbox that the server will not search is searched here. */
static void
test_does_without_one_mailbox (void)
{
  Scene *scene = scene_new ("",
                            "C: A2 SELECT *INBOX*\n" SELECTED ("A2") "C: A3 UID SEARCH SUBJECT \"3\"\nS: A3 NO not today\n"
                            "C: A4 SELECT *All*\n" SELECTED ("A4")
                            "C: A5 UID SEARCH SUBJECT \"3\"\nS: * SEARCH 7\nS: A5 OK\n" FAREWELL);
  g_autoptr (MailSearch) search = search_for (scene, "subject:3", 0);

  g_assert_cmpint (search->searched, ==, MAIL_SEARCHED_PARTLY);
  g_assert_cmpuint (search->keys->len, ==, 2);
  scene_free (scene);
}

/* Nobody waits any more: the connection goes on. */
static void
test_is_given_up (void)
{
  Scene *scene = scene_new ("", FAREWELL);
  g_autoptr (MailQuery) query = mail_query_new ("fair", NULL);
  g_autoptr (GCancellable) give_up = g_cancellable_new ();
  g_autoptr (MailSearch) search = mail_search_new (query, 0, give_up);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (give_up);
  g_assert_false (mail_engine_search (scene->engine, search, NULL, &error));
  g_assert_true (mail_error_is_cancelled (error));
  g_assert_true (mail_engine_is_open (scene->engine));
  scene_free (scene);
}

static void
test_looks_here (void)
{
  Scene *scene = scene_new ("", FAREWELL);
  g_autoptr (MailQuery) query = mail_query_new ("is:unread", NULL);
  g_autoptr (MailSearch) all = mail_search_new (query, 0, NULL);
  g_autoptr (MailSearch) one = mail_search_new (query, scene->all, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_search_here (scene->temporary->store, all, NULL, &error));
  g_assert_true (mail_search_here (scene->temporary->store, one, NULL, &error));
  g_assert_cmpuint (all->keys->len, ==, 10);
  g_assert_cmpuint (one->keys->len, ==, 5);
  g_assert_cmpint (one->searched, ==, MAIL_SEARCHED_HERE);
  scene_free (scene);
}

/* A real server knows words that are nowhere in the rows. */
static void
test_finds_the_text (gconstpointer data)
{
  static const char letter[] = "From: Gardener <gardener@example.org>\r\nSubject: =?utf-8?q?Caff=C3=A8?=\r\n"
                               "Message-ID: <c@example.org>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\n%s zucchini\r\n";
  const MailImapCaps *mask = data;
  static guint users;
  g_autofree char *user = g_strdup_printf ("query%u@example.org", ++users);
  g_autofree char *filler = g_strnfill (1000, 'x');
  g_autofree char *text = g_strdup_printf (letter, filler);
  g_autoptr (PrivateDovecot) server = private_dovecot_start (NULL);
  g_autoptr (ImapAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  static const char *const words[] = { "zucchini", "subject:caffè zucchini", "zucchini newer:1d", "zucchini arrived:1d is:unread" };

  if (server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return;
    }
  private_dovecot_fill (server, user, NULL, 5, 500);
  private_dovecot_deliver (server, user, "Shop", text, -1);
  account = imap_account_new (server, user, *mask);
  imap_account_pass (account);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autoptr (MailQuery) query = mail_query_new (words[i], NULL);
      g_autoptr (MailSearch) search = mail_search_new (query, 0, NULL);

      mail_engine_search (account->engine, search, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (search->searched, ==, MAIL_SEARCHED_SERVER);
      g_assert_cmpuint (search->keys->len, ==, 1);
    }
  /* Nothing that others do was hindered. */
  imap_account_pass (account);
  imap_account_assert_like_server (account);
}

int
main (int argc, char **argv)
{
  static const MailImapCaps all = 0;
  static const MailImapCaps none = MAIL_IMAP_CAP_ALL;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/imap-query/writes-a-person's-words-as-criteria", test_writes_criteria);
  g_test_add_func ("/sync/imap-query/leaves-gmail-its-own-words", test_writes_gmail_words);
  g_test_add_func ("/sync/imap-query/meets-what-was-found-with-the-rows", test_meets_rows);
  g_test_add_func ("/sync/imap-query/arrival-is-age-where-nothing-else-is-known", test_arrival_is_age_where_nothing_else_is_known);
  g_test_add_func ("/sync/imap-query/asks-gmail-once-for-everything", test_asks_gmail);
  g_test_add_func ("/sync/imap-query/does-without-a-mailbox-that-cannot-be-searched", test_does_without_one_mailbox);
  g_test_add_func ("/sync/imap-query/keeps-the-connection-when-nobody-waits", test_is_given_up);
  g_test_add_func ("/sync/imap-query/looks-through-the-rows-without-a-server", test_looks_here);
  g_test_add_data_func ("/sync/imap-query/finds-in-the-text-on-the-server", &all, test_finds_the_text);
  g_test_add_data_func ("/sync/imap-query/finds-in-the-text-without-extensions", &none, test_finds_the_text);
  return g_test_run ();
}
