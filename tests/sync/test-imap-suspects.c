/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "lib/cutting-proxy.h"
#include "lib/imap-account.h"
#include "store/store-suspects.h"
#include "sync/imap-engine.h"

/* A real server, and before it one that ends each connection over which a certain word comes: one message keeps no other away. */
typedef struct
{
  PrivateDovecot *server;
  MailImapCaps mask;
  const char *instead; /* what comes in place of the word, before the end */
} Place;

typedef struct
{
  const Place *place;
  CuttingProxy *proxy;
  ImapAccount *account;
} Scene;

#define NOW 1800000000
#define DAY (24 * 60 * 60)
#define BEFORE 120
#define BEHIND 20

static guint last_user;

static void
deliver (const Scene *scene, const char *mailbox, const char *subject, const char *file)
{
  g_autofree char *text =
      g_strdup_printf ("From: Anna <anna@example.org>\r\nTo: bruno@example.org\r\nSubject: %s\r\n"
                       "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <%s@example.net>\r\nMIME-Version: 1.0\r\n"
                       "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi.\r\n--b\r\n"
                       "Content-Type: application/octet-stream; name=%s\r\n\r\nx\r\n--b--\r\n",
                       subject, subject, file);

  private_dovecot_deliver (scene->place->server, scene->account->config->user, mailbox, text, -1);
}

/* One message in the middle has @subject and @file. */
static Scene *
scene_new (const Place *place, const char *subject, const char *file)
{
  Scene *scene = g_new0 (Scene, 1);
  g_autofree char *user = g_strdup_printf ("suspect%u@example.org", ++last_user);

  mail_clock_set_for_test (NOW);
  scene->place = place;
  private_dovecot_fill (place->server, user, NULL, BEFORE, 300);
  scene->proxy = cutting_proxy_new (private_dovecot_get_port (place->server, "imap"), "deadly", place->instead);
  scene->account = imap_account_new (place->server, user, place->mask);
  scene->account->config->incoming->port = cutting_proxy_get_port (scene->proxy);
  imap_account_restart (scene->account);
  deliver (scene, NULL, subject, file);
  for (guint i = 0; i < BEHIND; i++)
    {
      g_autofree char *name = g_strdup_printf ("behind-%u", i);

      deliver (scene, NULL, name, "harmless");
    }
  deliver (scene, "Work", "elsewhere", "harmless");
  return scene;
}

static void
scene_free (Scene *scene)
{
  imap_account_free (scene->account);
  cutting_proxy_free (scene->proxy);
  g_free (scene);
  mail_clock_set_for_test (0);
}

static guint
count_rows (const Scene *scene)
{
  g_autoptr (GPtrArray) rows = imap_account_list (scene->account, "INBOX");

  return rows->len;
}

static void
assert_told (const Scene *scene, const char *words)
{
  const MailProblem *problem;

  g_assert_cmpuint (scene->account->problems->len, ==, 1);
  problem = g_ptr_array_index (scene->account->problems, 0);
  g_assert_cmpint (problem->code, ==, MAIL_ERROR_UNREADABLE);
  g_assert_cmpint (problem->radius, ==, MAIL_PROBLEM_RADIUS_MESSAGE);
  g_assert_nonnull (strstr (problem->technical, words));
}

/* A pass that brings @fetched rows and costs no connection. */
static void
pass_in_peace (const Scene *scene, guint fetched)
{
  guint cuts = cutting_proxy_get_cuts (scene->proxy);

  imap_account_pass (scene->account);
  g_assert_cmpuint (cutting_proxy_get_cuts (scene->proxy), ==, cuts);
  g_assert_cmpuint (scene->account->result.fetched, ==, fetched);
}

static void
test_a_header_hides_no_other (gconstpointer data)
{
  Scene *scene = scene_new (data, "deadly", "harmless");
  ImapAccount *account = scene->account;

  imap_account_pass (account);
  g_assert_cmpuint (count_rows (scene), ==, BEFORE + BEHIND);
  g_assert_cmpint (imap_account_find (account, "Work", "elsewhere"), !=, 0);
  g_assert_cmpuint (account->result.bodies, ==, BEFORE + BEHIND + 1);
  assert_told (scene, "INBOX, message 121");

  /* Then there is peace, and new mail comes. */
  pass_in_peace (scene, 0);
  g_assert_cmpuint (account->problems->len, ==, 0);
  deliver (scene, NULL, "new", "harmless");
  pass_in_peace (scene, 1);
  g_assert_cmpint (imap_account_find (account, "INBOX", "new"), !=, 0);

  /* The next run of the program does not begin anew, but tells what is missing. */
  imap_account_restart (account);
  pass_in_peace (scene, 0);
  g_assert_cmpuint (account->result.bytes_in, <, 32 * 1024);
  assert_told (scene, "INBOX, message 121");

  /* Tomorrow it gets one more chance. */
  mail_clock_set_for_test (NOW + DAY + 1);
  imap_account_pass (account);
  g_assert_cmpuint (count_rows (scene), ==, BEFORE + BEHIND + 1);
  assert_told (scene, "INBOX, message 121");
  pass_in_peace (scene, 0);
  mail_clock_set_for_test (NOW + 2 * DAY + 2);
  cutting_proxy_spare (scene->proxy);
  pass_in_peace (scene, 1);
  g_assert_cmpint (imap_account_find (account, "INBOX", "deadly"), !=, 0);
  imap_account_assert_like_server (account);
  scene_free (scene);
}

/* Two near each other, neither of which comes after what is harmless: each is found out, and nothing else is missing. */
static void
test_two_hide_no_other (gconstpointer data)
{
  Scene *scene = scene_new (data, "deadly", "harmless");
  ImapAccount *account = scene->account;

  deliver (scene, NULL, "deadly-too", "harmless");
  deliver (scene, NULL, "last", "harmless");
  imap_account_pass (account);
  g_assert_cmpuint (count_rows (scene), ==, BEFORE + BEHIND + 1);
  g_assert_cmpint (imap_account_find (account, "INBOX", "last"), !=, 0);
  g_assert_cmpint (imap_account_find (account, "Work", "elsewhere"), !=, 0);
  g_assert_cmpuint (account->problems->len, ==, 2);
  deliver (scene, NULL, "new", "harmless");
  pass_in_peace (scene, 1);
  scene_free (scene);
}

static gboolean
count_suspects_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GArray) suspects = mail_store_suspects_load (db, error);

  *(guint *) data = suspects != NULL ? suspects->len : G_MAXUINT;
  return suspects != NULL;
}

static guint
count_suspects (const Scene *scene)
{
  guint count = 0;

  temporary_store_write (scene->account->temporary, count_suspects_job, &count);
  return count;
}

static void
test_a_person_may_ask_again (gconstpointer data)
{
  Scene *scene = scene_new (data, "deadly", "harmless");

  imap_account_pass (scene->account);
  g_assert_cmpuint (count_suspects (scene), ==, 1);
  cutting_proxy_spare (scene->proxy);
  mail_engine_retry (scene->account->engine);
  pass_in_peace (scene, 1);
  g_assert_cmpuint (count_suspects (scene), ==, 0);
  imap_account_assert_like_server (scene->account);
  scene_free (scene);
}

/* The message over which connections ended is deleted elsewhere: nothing is left of the suspicion. */
static void
test_a_suspect_may_go (gconstpointer data)
{
  Scene *scene = scene_new (data, "deadly", "harmless");
  g_autoptr (MailImapSession) beside = NULL;
  MailImapStatus status = { 0 };

  imap_account_pass (scene->account);
  beside = imap_account_sign_in_beside (scene->account);
  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, &status, NULL, NULL));
  g_assert_true (mail_imap_session_store (beside, "121", TRUE, "\\Deleted", NULL, NULL));
  g_assert_true (mail_imap_session_expunge (beside, "121", NULL, NULL));
  pass_in_peace (scene, 0);
  g_assert_cmpuint (count_suspects (scene), ==, 0);
  imap_account_assert_like_server (scene->account);
  scene_free (scene);
}

/* What the server, or we, cannot bear is the structure of the message: it is shown without. */
static void
test_a_structure_is_done_without (gconstpointer data)
{
  Scene *scene = scene_new (data, "plain", "deadly.bin");
  ImapAccount *account = scene->account;

  imap_account_pass (account);
  g_assert_cmpuint (count_rows (scene), ==, BEFORE + BEHIND + 1);
  g_assert_cmpint (imap_account_find (account, "INBOX", "plain"), !=, 0);
  /* The file's name is in the body too, which is another matter. */
  assert_told (scene, "“plain”");
  pass_in_peace (scene, 0);
  imap_account_restart (account);
  pass_in_peace (scene, 0);
  assert_told (scene, "“plain”");

  mail_clock_set_for_test (NOW + DAY + 1);
  cutting_proxy_spare (scene->proxy);
  pass_in_peace (scene, 0);
  g_assert_cmpuint (count_suspects (scene), ==, 0);
  imap_account_assert_like_server (account);
  scene_free (scene);
}

static void
add (const char *which, const Place *place, const char *name, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/sync/imap-suspects/%s/%s", which, name);

  g_test_add_data_func (path, place, func);
}

int
main (int argc, char **argv)
{
  PrivateDovecot *server;
  Place closes = { 0 };
  Place bare = { .mask = MAIL_IMAP_CAP_ALL };
  Place raves = { .instead = "\" {99999999999999}\r\n" };
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return 77;
  closes.server = bare.server = raves.server = server;
  add ("closed", &closes, "a-header-hides-no-other-message", test_a_header_hides_no_other);
  add ("closed-without-extensions", &bare, "a-header-hides-no-other-message", test_a_header_hides_no_other);
  add ("beyond-limits", &raves, "a-header-hides-no-other-message", test_a_header_hides_no_other);
  add ("closed", &closes, "two-headers-hide-no-other-message", test_two_hide_no_other);
  add ("closed-without-extensions", &bare, "two-headers-hide-no-other-message", test_two_hide_no_other);
  add ("closed", &closes, "a-structure-is-done-without", test_a_structure_is_done_without);
  add ("closed-without-extensions", &bare, "a-structure-is-done-without", test_a_structure_is_done_without);
  add ("beyond-limits", &raves, "a-structure-is-done-without", test_a_structure_is_done_without);
  add ("closed", &closes, "a-person-may-ask-again", test_a_person_may_ask_again);
  add ("closed", &closes, "a-suspect-may-go", test_a_suspect_may_go);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
