/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/pop3-account.h"
#include "lib/scripted-server.h"
#include "store/store-mailboxes.h"
#include "sync/sync-action.h"

/* A server lists an id again whose message had left it, and with the same size: the same message, or another one? */

#define SIGN_IN(caps)                                                                                                       \
  "S: +OK ready\nC: CAPA\nS: -ERR no\nC: USER anna\nS: +OK\nC: PASS secret\nS: +OK\nC: CAPA\nS: +OK\nS: UIDL\n" caps "S: .\n"
#define TOP "S: TOP\n"
#define NO_TOP ""
#define LISTED "C: STAT\nS: +OK 1 25\nC: LIST\nS: +OK\nS: 1 25\nS: .\nC: UIDL\nS: +OK\nS: 1 id\nS: .\n"
#define EMPTY "C: STAT\nS: +OK 0 0\nC: LIST\nS: +OK\nS: .\nC: UIDL\nS: +OK\nS: .\n"
#define ASKED(text) "C: TOP 1 0\nS: +OK\nS: Subject: " text "\nS- \\r\\n\nS: .\n"
#define FETCHED(text) "C: RETR 1\nS: +OK\nS: Subject: " text "\nS- \\r\\n\nS: text\nS: .\n"
#define DELETED "C: DELE 1\nS: +OK\n"
#define END "C: QUIT\nS: +OK\n"
#define AGAIN "! connection\n"

typedef struct
{
  ScriptedServer *server;
  Pop3Account *account;
} World;

static World
world_new (const char *keep, const char *dialogue)
{
  World world = { .server = scripted_server_new (dialogue) };

  world.account = pop3_account_new_scripted (scripted_server_get_port (world.server), keep);
  return world;
}

static void
world_finish (World *world)
{
  scripted_server_finish (world->server);
  pop3_account_free (world->account);
}

/* What one sync fetched, and how many rows the inbox has then. */
static void
sync_brings (const World *world, guint fetched, guint rows)
{
  g_autoptr (GPtrArray) inbox = NULL;

  pop3_account_sync (world->account);
  g_assert_cmpuint (world->account->result.fetched, ==, fetched);
  inbox = pop3_account_list (world->account);
  g_assert_cmpuint (inbox->len, ==, rows);
}

/* What the person does with the only letter. */
static gboolean
delete_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MailAction) action = NULL;
  const gint64 first = 1;

  g_array_append_val (ids, first);
  action = mail_action_new_delete (MAIL_MODE_POP, ids);
  return mail_action_job (db, action, error);
}

static gboolean
take_out_of_trash_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MailMailboxInfo) inbox = mail_store_mailboxes_find_role (db, MAIL_ROLE_INBOX, error);
  g_autoptr (MailAction) action = NULL;
  const gint64 first = 1;

  g_array_append_val (ids, first);
  action = mail_action_new_move (MAIL_MODE_POP, ids, inbox->id);
  return mail_action_job (db, action, error);
}

/* To Trash, and then out of it. */
static void
delete_here (const World *world, gboolean for_ever)
{
  temporary_store_write (world->account->temporary, delete_job, NULL);
  if (for_ever)
    temporary_store_write (world->account->temporary, delete_job, NULL);
}

static void
test_deletion_that_was_not_carried_out_is_repeated_once (void)
{
  World world = world_new ("delete", SIGN_IN (TOP) LISTED FETCHED ("one") DELETED END AGAIN
                                     SIGN_IN (TOP) LISTED ASKED ("one") DELETED END AGAIN
                                     SIGN_IN (TOP) LISTED ASKED ("one") END AGAIN
                                     SIGN_IN (TOP) LISTED END);

  sync_brings (&world, 1, 1);
  g_assert_cmpint (pop3_account_get_where (world.account, 1), ==, MAIL_WHERE_HERE);
  sync_brings (&world, 0, 1);
  g_assert_cmpint (pop3_account_get_where (world.account, 1), ==, MAIL_WHERE_HERE);
  sync_brings (&world, 0, 1);
  g_assert_cmpint (pop3_account_get_where (world.account, 1), ==, MAIL_WHERE_BOTH);
  sync_brings (&world, 0, 1);
  world_finish (&world);
}

static void
test_other_message_under_a_deleted_id_is_fetched (void)
{
  World world = world_new ("delete", SIGN_IN (TOP) LISTED FETCHED ("one") DELETED END AGAIN
                                     SIGN_IN (TOP) LISTED ASKED ("two") FETCHED ("two") DELETED END AGAIN
                                     SIGN_IN (TOP) EMPTY END);

  sync_brings (&world, 1, 1);
  sync_brings (&world, 1, 2);
  sync_brings (&world, 0, 2);
  world_finish (&world);
}

static void
test_without_top_the_whole_message_tells (void)
{
  World world = world_new ("delete", SIGN_IN (NO_TOP) LISTED FETCHED ("one") DELETED END AGAIN
                                     SIGN_IN (NO_TOP) LISTED FETCHED ("one") DELETED END AGAIN
                                     SIGN_IN (NO_TOP) LISTED FETCHED ("two") DELETED END);

  sync_brings (&world, 1, 1);
  sync_brings (&world, 0, 1);
  sync_brings (&world, 1, 2);
  world_finish (&world);
}

static void
test_refused_top_leaves_it_to_the_whole_message (void)
{
  World world = world_new ("delete", SIGN_IN (TOP) LISTED FETCHED ("one") DELETED END AGAIN
                                     SIGN_IN (TOP) LISTED "C: TOP 1 0\nS: -ERR no\n" FETCHED ("one") DELETED END);

  sync_brings (&world, 1, 1);
  sync_brings (&world, 0, 1);
  world_finish (&world);
}

/* Nothing is deleted on the server because of an id alone. */
static void
test_other_message_under_an_id_that_was_gone_is_fetched (void)
{
  World world = world_new ("days:14", SIGN_IN (TOP) LISTED FETCHED ("one") END AGAIN
                                      SIGN_IN (TOP) EMPTY END AGAIN
                                      SIGN_IN (TOP) LISTED ASKED ("two") FETCHED ("two") END);

  sync_brings (&world, 1, 1);
  sync_brings (&world, 0, 1);
  g_assert_cmpint (pop3_account_get_where (world.account, 1), ==, MAIL_WHERE_HERE);
  sync_brings (&world, 1, 2);
  g_assert_cmpint (pop3_account_get_where (world.account, 1), ==, MAIL_WHERE_HERE);
  world_finish (&world);
}

/* The last copy in the world is not deleted by conclusion, and what the person threw away does not come back. */
static void
test_what_the_person_removed_is_left_where_it_is (void)
{
  World world = world_new ("delete", SIGN_IN (TOP) LISTED FETCHED ("one") DELETED END AGAIN
                                     SIGN_IN (TOP) LISTED FETCHED ("one") END AGAIN
                                     SIGN_IN (TOP) LISTED END);

  sync_brings (&world, 1, 1);
  delete_here (&world, TRUE);
  sync_brings (&world, 0, 0);
  sync_brings (&world, 0, 0);
  world_finish (&world);
}

/* Where a person's deletion is the order to delete on the server, the order stands. */
static void
test_deletion_by_the_person_is_repeated (void)
{
  static const gboolean for_ever[] = { TRUE, FALSE };

  for (guint i = 0; i < G_N_ELEMENTS (for_ever); i++)
    {
      World world = world_new ("until-deleted", for_ever[i] ? SIGN_IN (TOP) LISTED FETCHED ("one") END AGAIN
                                                              SIGN_IN (TOP) LISTED DELETED END AGAIN
                                                              SIGN_IN (TOP) LISTED FETCHED ("one") DELETED END
                                                            : SIGN_IN (TOP) LISTED FETCHED ("one") END AGAIN
                                                              SIGN_IN (TOP) LISTED DELETED END AGAIN
                                                              SIGN_IN (TOP) LISTED ASKED ("one") DELETED END);

      sync_brings (&world, 1, 1);
      delete_here (&world, for_ever[i]);
      sync_brings (&world, 0, 0);
      sync_brings (&world, 0, 0);
      g_assert_cmpuint (pop3_account_count_state (world.account, MAIL_UIDL_DELETED), ==, 1);
      world_finish (&world);
    }
}

static void
test_what_left_trash_since_is_not_deleted_again (void)
{
  World world = world_new ("until-deleted", SIGN_IN (TOP) LISTED FETCHED ("one") END AGAIN
                                            SIGN_IN (TOP) LISTED DELETED END AGAIN
                                            SIGN_IN (TOP) LISTED ASKED ("one") END);

  sync_brings (&world, 1, 1);
  delete_here (&world, FALSE);
  sync_brings (&world, 0, 0);
  temporary_store_write (world.account->temporary, take_out_of_trash_job, NULL);
  sync_brings (&world, 0, 1);
  g_assert_cmpint (pop3_account_get_where (world.account, 1), ==, MAIL_WHERE_BOTH);
  g_assert_cmpuint (pop3_account_count_state (world.account, MAIL_UIDL_HERE), ==, 1);
  world_finish (&world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/pop3-returned/deletion-that-was-not-carried-out-is-repeated-once",
                   test_deletion_that_was_not_carried_out_is_repeated_once);
  g_test_add_func ("/sync/pop3-returned/other-message-under-a-deleted-id-is-fetched",
                   test_other_message_under_a_deleted_id_is_fetched);
  g_test_add_func ("/sync/pop3-returned/without-top-the-whole-message-tells", test_without_top_the_whole_message_tells);
  g_test_add_func ("/sync/pop3-returned/refused-top-leaves-it-to-the-whole-message",
                   test_refused_top_leaves_it_to_the_whole_message);
  g_test_add_func ("/sync/pop3-returned/other-message-under-an-id-that-was-gone-is-fetched",
                   test_other_message_under_an_id_that_was_gone_is_fetched);
  g_test_add_func ("/sync/pop3-returned/what-the-person-removed-is-left-where-it-is",
                   test_what_the_person_removed_is_left_where_it_is);
  g_test_add_func ("/sync/pop3-returned/deletion-by-the-person-is-repeated", test_deletion_by_the_person_is_repeated);
  g_test_add_func ("/sync/pop3-returned/what-left-trash-since-is-not-deleted-again",
                   test_what_left_trash_since_is_not_deleted_again);
  return g_test_run ();
}
