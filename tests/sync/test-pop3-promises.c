/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/pop3-account.h"
#include "lib/scripted-server.h"
#include "store/store-mailboxes.h"
#include "sync/sync-action.h"

#define SIGN_IN                                                                                                          \
  "S: +OK ready\nC: CAPA\nS: -ERR no\nC: USER anna\nS: +OK\nC: PASS secret\nS: +OK\nC: CAPA\nS: +OK\nS: UIDL\nS: .\n"
#define LETTER "S: +OK\nS: Subject: one\nS- \\r\\n\nS: text\nS: .\n"

static gboolean
move_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_find_role (db, GPOINTER_TO_INT (data), error);
  g_autoptr (MailAction) action = NULL;
  const gint64 first = 1;

  g_array_append_val (ids, first);
  action = mail_action_new_move (MAIL_MODE_POP, ids, mailbox->id);
  return mail_action_job (db, action, error);
}

static gpointer
sync_thread (gpointer data)
{
  pop3_account_sync (data);
  return NULL;
}

/* The person takes a letter out of Trash again while others are on their way. */
static void
test_what_left_trash_meanwhile_is_not_deleted (void)
{
  ScriptedServer *server = scripted_server_new (
      SIGN_IN "C: STAT\nS: +OK 1 25\nC: LIST\nS: +OK\nS: 1 25\nS: .\nC: UIDL\nS: +OK\nS: 1 one\nS: .\n"
              "C: RETR 1\n" LETTER "C: QUIT\nS: +OK\n! connection\n"
      SIGN_IN "C: STAT\nS: +OK 2 50\nC: LIST\nS: +OK\nS: 1 25\nS: 2 25\nS: .\nC: UIDL\nS: +OK\nS: 1 one\nS: 2 two\nS: .\n"
              "C: RETR 2\n! tell\n! wait\n" LETTER "C: QUIT\nS: +OK\n");
  g_autoptr (Pop3Account) account = pop3_account_new_scripted (scripted_server_get_port (server), "until-deleted");
  GThread *thread;

  pop3_account_sync (account);
  temporary_store_write (account->temporary, move_job, GINT_TO_POINTER (MAIL_ROLE_TRASH));
  g_assert_cmpuint (pop3_account_count_state (account, MAIL_UIDL_TO_DELETE), ==, 1);
  thread = g_thread_new ("sync", sync_thread, account);
  scripted_server_wait_told (server);
  temporary_store_write (account->temporary, move_job, GINT_TO_POINTER (MAIL_ROLE_INBOX));
  scripted_server_go (server);
  g_thread_join (thread);
  g_assert_cmpuint (pop3_account_count_state (account, MAIL_UIDL_HERE), ==, 2);
  scripted_server_finish (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/promises/what-left-trash-meanwhile-is-not-deleted", test_what_left_trash_meanwhile_is_not_deleted);
  return g_test_run ();
}
