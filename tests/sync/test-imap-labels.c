/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/account-config.h"
#include "core/credentials.h"
#include "lib/imap-account.h"
#include "lib/mail-server.h"
#include "lib/main-loop.h"
#include "lib/scripted-server.h"
#include "lib/temporary-store.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/engine.h"
#include "sync/imap-engine-private.h"
#include "sync/imap-sync.h"

/* Gmail's labels are followed, and rows that were stored before a server named its messages learn their names. */

#define ROWS 3

typedef struct
{
  ScriptedServer *server;
  TemporaryStore *temporary;
  MailAccountConfig *config;
  MailEngine *engine;
  MailCredentials *credentials;
  gint64 inbox;
  gint64 rows[ROWS];
  gint64 modseq;
} Scene;

#define GREETING "S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\nC: $1 AUTHENTICATE PLAIN\nS: + \nC: *\n"
#define SIGNED_IN(capabilities) GREETING "S: $1 OK [CAPABILITY IMAP4rev1 UIDPLUS " capabilities "] in\n"
#define SELECT(modseq)                                                                                                   \
  "C: $1 SELECT *\nS: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] ok\nS: * OK [UIDNEXT 4] ok\n" modseq "S: $1 OK [READ-WRITE] in\n"
#define FAREWELL "C: $1 LOGOUT\nS: * BYE bye\nS: $1 OK\n"

static gboolean
set_synced_job (MailDb *db, gpointer data, GError **error)
{
  const Scene *scene = data;

  return mail_store_mailboxes_set_synced (db, scene->inbox, 7, ROWS + 1, (guint64) scene->modseq, ROWS, error);
}

static void
scene_open (Scene *scene)
{
  g_autoptr (GError) error = NULL;

  mail_engine_open (scene->engine, scene->credentials, NULL, &error);
  g_assert_no_error (error);
}

/* An account that keeps headers alone, with rows 1 to 3 of which nothing but flags is known. */
static Scene *
scene_new (gint64 modseq, const char *script)
{
  Scene *scene = g_new0 (Scene, 1);
  g_autofree char *where = NULL;

  scene->modseq = modseq;
  scene->server = scripted_server_new (script);
  scene->temporary = temporary_store_new ();
  scene->inbox = temporary_store_add_mailbox (scene->temporary, "INBOX", MAIL_ROLE_INBOX, 0);
  for (guint32 uid = 1; uid <= ROWS; uid++)
    scene->rows[uid - 1] = temporary_store_add_message (scene->temporary, scene->inbox, uid, 0);
  temporary_store_write (scene->temporary, set_synced_job, scene);
  scene->config = mail_account_config_new ("Post");
  where = g_strdup_printf ("127.0.0.1:%u", scripted_server_get_port (scene->server));
  g_assert_true (mail_account_config_set (scene->config, "mode", "imap", NULL));
  g_assert_true (mail_account_config_set (scene->config, "incoming", where, NULL));
  g_assert_true (mail_account_config_set (scene->config, "incoming-security", "none", NULL));
  g_assert_true (mail_account_config_set (scene->config, "user", "anna", NULL));
  g_assert_true (mail_account_config_set (scene->config, "offline", "headers", NULL));
  scene->credentials = mail_credentials_new_password ("anna", "secret");
  scene->engine = mail_engine_new (scene->config, scene->temporary->store);
  scene_open (scene);
  return scene;
}

static void
scene_free (Scene *scene)
{
  mail_engine_close (scene->engine);
  scripted_server_finish (scene->server);
  g_object_unref (scene->engine);
  mail_credentials_free (scene->credentials);
  mail_account_config_free (scene->config);
  temporary_store_free (scene->temporary);
  g_free (scene);
}

typedef struct
{
  gint64 id;
  MailMessageInfo *info;
} Get;

static gboolean
get_job (MailDb *db, gpointer data, GError **error)
{
  Get *get = data;

  get->info = mail_store_messages_get (db, get->id, error);
  return get->info != NULL;
}

static void
check_row (const Scene *scene, guint32 uid, const char *email_id, const char *labels)
{
  Get get = { scene->rows[uid - 1], NULL };
  g_autoptr (MailMessageInfo) info = NULL;

  temporary_store_read (scene->temporary, get_job, &get);
  info = get.info;
  g_assert_cmpstr (info->email_id, ==, email_id);
  g_assert_cmpstr (info->labels, ==, labels);
}

static void
look (const Scene *scene)
{
  MailSyncResult result = { 0 };
  MailImapPass pass = { .engine = MAIL_IMAP_ENGINE (scene->engine), .result = &result };
  g_autoptr (GError) error = NULL;

  mail_imap_sync_mailbox (&pass, scene->inbox, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.expunged, ==, 0);
  g_assert_cmpuint (result.fetched, ==, 0);
}

/* FALSE: the connection ended. */
static gboolean
fill (const Scene *scene, gboolean *more)
{
  MailSyncResult result = { 0 };

  return mail_engine_fill (scene->engine, &result, more, NULL, NULL, NULL, NULL);
}

static void
changed_cb (const MailChange *change, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* A label is added, all are taken away; one that another client's flags come after, in the same answer, stays. */
static void
test_follows_changes (void)
{
  Scene *scene = scene_new (20, SIGNED_IN ("CONDSTORE X-GM-EXT-1") SELECT ("S: * OK [HIGHESTMODSEQ 30] ok\n")
                            "C: $1 UID FETCH 1:* (UID FLAGS X-GM-LABELS) (CHANGEDSINCE 20)\n"
                            "S: * 2 FETCH (UID 2 FLAGS () X-GM-LABELS (Work \"A b\") MODSEQ (29))\n"
                            "S: * 3 FETCH (UID 3 FLAGS () X-GM-LABELS (Shop) MODSEQ (30))\n"
                            "S: * 3 FETCH (UID 3 FLAGS (\\\\Seen) MODSEQ (30))\n"
                            "S: $1 OK\n"
                            SELECT ("S: * OK [HIGHESTMODSEQ 31] ok\n")
                            "C: $1 UID FETCH 1:* (UID FLAGS X-GM-LABELS) (CHANGEDSINCE 30)\n"
                            "S: * 2 FETCH (UID 2 FLAGS () X-GM-LABELS () MODSEQ (31))\n"
                            "S: $1 OK\n"
                            SELECT ("S: * OK [HIGHESTMODSEQ 31] ok\n") FAREWELL);
  gboolean changed = FALSE;

  mail_store_set_listener (scene->temporary->store, NULL, changed_cb, &changed);
  look (scene);
  run_until_set (&changed);
  mail_store_set_listener (scene->temporary->store, NULL, NULL, NULL);
  check_row (scene, 1, NULL, NULL);
  check_row (scene, 2, NULL, "Work \"A b\"");
  check_row (scene, 3, NULL, "Shop");
  look (scene);
  check_row (scene, 2, NULL, NULL);
  check_row (scene, 3, NULL, "Shop");
  look (scene);
  scene_free (scene);
}

/* Where nothing tells what changed, labels are compared as flags are; an answer without them takes none away. */
static void
test_compares (void)
{
  Scene *scene = scene_new (0, SIGNED_IN ("X-GM-EXT-1") SELECT ("")
                            "C: $1 UID FETCH 1:* (UID FLAGS X-GM-LABELS)\n"
                            "S: * 1 FETCH (UID 1 FLAGS () X-GM-LABELS (\\\\Inbox Work))\nS: * 2 FETCH (UID 2 FLAGS ())\n"
                            "S: * 3 FETCH (UID 3 FLAGS () X-GM-LABELS ())\nS: $1 OK\n"
                            SELECT ("")
                            "C: $1 UID FETCH 1:* (UID FLAGS X-GM-LABELS)\n"
                            "S: * 1 FETCH (UID 1 FLAGS ())\nS: * 2 FETCH (UID 2 FLAGS ())\n"
                            "S: * 3 FETCH (UID 3 FLAGS () X-GM-LABELS (Shop))\nS: $1 OK\n" FAREWELL);

  look (scene);
  check_row (scene, 1, NULL, "\\Inbox Work");
  check_row (scene, 3, NULL, NULL);
  look (scene);
  check_row (scene, 1, NULL, "\\Inbox Work");
  check_row (scene, 2, NULL, NULL);
  check_row (scene, 3, NULL, "Shop");
  scene_free (scene);
}

/* Servers without labels are not asked for any. */
static void
test_asks_nobody_else (void)
{
  Scene *scene = scene_new (20, SIGNED_IN ("CONDSTORE") SELECT ("S: * OK [HIGHESTMODSEQ 30] ok\n")
                            "C: $1 UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 20)\nS: $1 OK\n" FAREWELL);
  gboolean more;

  look (scene);
  g_assert_true (fill (scene, &more));
  g_assert_false (more);
  scene_free (scene);
}

/* The connection ends in the middle: what came is not asked for again, and what is done is done for good. One has no name. */
static void
test_names_rows (void)
{
  Scene *scene = scene_new (20, SIGNED_IN ("CONDSTORE X-GM-EXT-1") SELECT ("")
                            "C: $1 UID FETCH 1:3 (UID X-GM-MSGID X-GM-LABELS)\n"
                            "S: * 3 FETCH (UID 3 X-GM-MSGID 33 X-GM-LABELS (Work))\n! close\n"
                            SIGNED_IN ("CONDSTORE X-GM-EXT-1") SELECT ("")
                            "C: $1 UID FETCH 1:2 (UID X-GM-MSGID X-GM-LABELS)\n"
                            "S: * 2 FETCH (UID 2 X-GM-MSGID 22 X-GM-LABELS ())\nS: * 1 FETCH (UID 1 X-GM-LABELS ())\n"
                            "S: $1 OK\n"
                            FAREWELL
                            "! connection\n" SIGNED_IN ("CONDSTORE X-GM-EXT-1") FAREWELL);
  gboolean more;

  g_assert_false (fill (scene, &more));
  check_row (scene, 3, "gm:33", "Work");
  check_row (scene, 2, NULL, NULL);
  scene_open (scene);
  g_assert_true (fill (scene, &more));
  g_assert_true (more);
  check_row (scene, 1, NULL, NULL);
  check_row (scene, 2, "gm:22", NULL);
  g_assert_true (fill (scene, &more));
  g_assert_false (more);
  mail_engine_close (scene->engine);
  scene_open (scene);
  g_assert_true (fill (scene, &more));
  g_assert_false (more);
  scene_free (scene);
}

/* EMAILID alone; a server that refuses is asked once in a connection. */
static void
test_names_by_object_id (void)
{
  Scene *scene = scene_new (0, SIGNED_IN ("OBJECTID") SELECT ("")
                            "C: $1 UID FETCH 1:3 (UID EMAILID)\nS: $1 NO not today\n" FAREWELL
                            "! connection\n" SIGNED_IN ("OBJECTID") SELECT ("")
                            "C: $1 UID FETCH 1:3 (UID EMAILID)\nS: * 1 FETCH (UID 1 EMAILID (a))\n"
                            "S: * 2 FETCH (UID 2 EMAILID (b))\nS: * 3 FETCH (UID 3 EMAILID (c))\nS: $1 OK\n" FAREWELL);
  gboolean more;

  g_assert_true (fill (scene, &more));
  g_assert_false (more);
  g_assert_true (fill (scene, &more));
  g_assert_false (more);
  check_row (scene, 3, NULL, NULL);
  mail_engine_close (scene->engine);
  scene_open (scene);
  g_assert_true (fill (scene, &more));
  g_assert_true (more);
  check_row (scene, 1, "a", NULL);
  check_row (scene, 3, "c", NULL);
  g_assert_true (fill (scene, &more));
  g_assert_false (more);
  scene_free (scene);
}

/* Over which the connection ends again and again is left alone. */
static void
test_gives_up (void)
{
  Scene *scene = scene_new (0, SIGNED_IN ("OBJECTID") SELECT ("") "C: $1 UID FETCH *\n! close\n"
                            SIGNED_IN ("OBJECTID") SELECT ("") "C: $1 UID FETCH *\n! close\n"
                            SIGNED_IN ("OBJECTID") SELECT ("") "C: $1 UID FETCH *\n! close\n"
                            SIGNED_IN ("OBJECTID") FAREWELL);
  gboolean more;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_false (fill (scene, &more));
      scene_open (scene);
    }
  g_assert_true (fill (scene, &more));
  g_assert_false (more);
  scene_free (scene);
}

/* A copy that a real server made is known for one by its name, and costs nothing. */
static void
test_copies_at_cyrus (void)
{
  const gsize size = 400 * 1000;
  g_autoptr (MailServer) server = mail_server_start (MAIL_SERVER_CYRUS);
  g_autoptr (ImapAccount) account = NULL;
  g_autoptr (MailImapSession) beside = NULL;
  g_autofree char *filler = g_strnfill (size, 'm');
  g_autofree char *message = g_strdup_printf ("Subject: Large\r\nMessage-ID: <large@example.org>\r\n\r\n%.*s\r\n", 900, filler);
  g_autoptr (GString) text = g_string_new (message);
  g_autoptr (GPtrArray) originals = NULL;
  g_autoptr (GPtrArray) copies = NULL;
  guint64 before;

  if (server == NULL)
    return;
  while (text->len < size)
    g_string_append_printf (text, "%.*s\r\n", 900, filler);
  mail_server_deliver (server, "anna", "INBOX", text->str, (gssize) text->len);
  account = imap_account_new_for (mail_server_config (server, "anna", 0), 0);
  imap_account_pass (account);
  before = account->result.bytes_in;
  g_assert_cmpuint (before, >, size);
  beside = imap_account_sign_in_beside (account);
  g_assert_true (mail_imap_session_select (beside, "INBOX", FALSE, NULL, NULL, NULL));
  g_assert_true (mail_imap_session_copy (beside, "1", "Archive", NULL, NULL, NULL));
  imap_account_pass (account);
  g_assert_cmpuint (account->result.bytes_in - before, <, size / 4);
  originals = imap_account_list (account, "INBOX");
  copies = imap_account_list (account, "Archive");
  g_assert_cmpuint (copies->len, ==, 1);
  g_assert_nonnull (((MailMessageInfo *) g_ptr_array_index (copies, 0))->email_id);
  g_assert_cmpstr (((MailMessageInfo *) g_ptr_array_index (copies, 0))->email_id, ==,
                   ((MailMessageInfo *) g_ptr_array_index (originals, 0))->email_id);
  g_assert_cmpint (((MailMessageInfo *) g_ptr_array_index (copies, 0))->where, ==, MAIL_WHERE_BOTH);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/labels/follows-what-changes-elsewhere", test_follows_changes);
  g_test_add_func ("/sync/labels/compares-them-with-flags", test_compares);
  g_test_add_func ("/sync/labels/asks-no-server-that-has-none", test_asks_nobody_else);
  g_test_add_func ("/sync/labels/names-rows-of-before", test_names_rows);
  g_test_add_func ("/sync/labels/names-by-object-id-alone", test_names_by_object_id);
  g_test_add_func ("/sync/labels/knows-a-copy-at-a-real-server-by-its-name", test_copies_at_cyrus);
  g_test_add_func ("/sync/labels/gives-up-what-ends-connections", test_gives_up);
  return g_test_run ();
}
