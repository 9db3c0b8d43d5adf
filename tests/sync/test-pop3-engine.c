/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/pop3-engine.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "lib/pop3-account.h"
#include "lib/private-dovecot.h"
#include "sync/sync-action.h"

#define MESSAGES 450 /* more than two batches */
#define DAY (24 * 60 * 60)

static PrivateDovecot *server;

/* A user of the test's own with mail; *@user is (transfer full). */
static Pop3Account *
new_account (guint messages, MailSecurity security, const char *keep, char **user)
{
  static guint last;
  MailAccountConfig *config;

  *user = g_strdup_printf ("user%u@example.org", ++last);
  private_dovecot_fill (server, *user, NULL, messages, 2000);
  config = private_dovecot_config (server, *user, MAIL_MODE_POP, security);
  g_assert_true (mail_account_config_set (config, "pop-keep", keep, NULL));
  return pop3_account_new (config);
}

/* (transfer full): paths of the user's messages on the server. */
static GPtrArray *
list_maildir (const char *user)
{
  static const char *const folders[] = { "new", "cur" };
  g_autofree char *maildir = private_dovecot_dup_maildir (server, user);
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *folder = g_build_filename (maildir, folders[i], NULL);
      g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
    }
  return paths;
}

static guint
count_on_server (const char *user)
{
  g_autoptr (GPtrArray) paths = list_maildir (user);

  return paths->len;
}

/* Everything is here once, whole, and says where it is. */
static void
assert_here (Pop3Account *account, guint messages, MailWhere where)
{
  g_autoptr (GPtrArray) rows = pop3_account_list (account);
  g_autoptr (GHashTable) subjects = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_cmpuint (rows->len, ==, messages);
  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) body = pop3_account_load_body (account, row->id);
      g_autofree char *hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);

      g_assert_true (g_hash_table_add (subjects, row->subject));
      g_assert_cmpint (row->where, ==, where);
      g_assert_cmpint (row->size, ==, (gint64) g_bytes_get_size (body));
      g_assert_cmpstr (row->sha256, ==, hash);
      g_assert_nonnull (row->uidl);
    }
}

/* A sync without news: nothing moves, here or there. */
static void
assert_idle (Pop3Account *account)
{
  g_autoptr (GPtrArray) before = pop3_account_list (account);
  g_autoptr (GPtrArray) after = NULL;

  pop3_account_sync (account);
  g_assert_cmpuint (account->result.fetched, ==, 0);
  g_assert_cmpuint (account->result.round_trips, <=, 5);
  g_assert_cmpuint (account->problems->len, ==, 0);
  after = pop3_account_list (account);
  g_assert_cmpuint (after->len, ==, before->len);
  for (guint i = 0; i < after->len; i++)
    g_assert_cmpint (((MailMessageInfo *) g_ptr_array_index (after, i))->where, ==,
                     ((MailMessageInfo *) g_ptr_array_index (before, i))->where);
}

static void
test_delete_takes_all_and_empties_the_drop (void)
{
  g_autofree char *user = NULL;
  g_autoptr (Pop3Account) account = new_account (MESSAGES, MAIL_SECURITY_TLS, "delete", &user);

  pop3_account_sync (account);
  g_assert_cmpuint (account->result.fetched, ==, MESSAGES);
  g_assert_cmpuint (count_on_server (user), ==, 0);
  assert_here (account, MESSAGES, MAIL_WHERE_HERE);
  g_assert_cmpuint (pop3_account_count_state (account, MAIL_UIDL_DELETED), ==, MESSAGES);
  assert_idle (account);

  private_dovecot_fill (server, user, NULL, 3, 1000);
  pop3_account_sync (account);
  g_assert_cmpuint (account->result.fetched, ==, 3);
  g_assert_cmpuint (count_on_server (user), ==, 0);
}

static void
test_forever_leaves_all_and_fetches_once (void)
{
  g_autofree char *user = NULL;
  g_autoptr (Pop3Account) account = new_account (MESSAGES, MAIL_SECURITY_STARTTLS, "forever", &user);

  pop3_account_sync (account);
  g_assert_cmpuint (account->result.bodies, ==, MESSAGES);
  assert_here (account, MESSAGES, MAIL_WHERE_BOTH);
  assert_idle (account);
  temporary_store_reopen (account->temporary);
  assert_idle (account);
  assert_here (account, MESSAGES, MAIL_WHERE_BOTH);
  g_assert_cmpuint (count_on_server (user), ==, MESSAGES);
  g_assert_cmpuint (pop3_account_count_state (account, MAIL_UIDL_HERE), ==, MESSAGES);
}

static void
test_days_deletes_when_the_time_has_come (void)
{
  g_autofree char *user = NULL;
  g_autoptr (Pop3Account) account = new_account (5, MAIL_SECURITY_TLS, "days:14", &user);
  gint64 start = 1700000000;

  mail_clock_set_for_test (start);
  pop3_account_sync (account);
  mail_clock_set_for_test (start + 3 * DAY);
  private_dovecot_deliver (server, user, NULL, "Subject: later\r\n\r\nlater\r\n", -1);
  pop3_account_sync (account);
  g_assert_cmpuint (account->result.fetched, ==, 1);

  mail_clock_set_for_test (start + 14 * DAY - 1);
  assert_idle (account);
  g_assert_cmpuint (count_on_server (user), ==, 6);
  mail_clock_set_for_test (start + 14 * DAY);
  pop3_account_sync (account);
  g_assert_cmpuint (count_on_server (user), ==, 1);
  g_assert_cmpuint (pop3_account_count_state (account, MAIL_UIDL_DELETED), ==, 5);
  mail_clock_set_for_test (start + 17 * DAY);
  pop3_account_sync (account);
  g_assert_cmpuint (count_on_server (user), ==, 0);
  assert_here (account, 6, MAIL_WHERE_HERE);
  mail_clock_set_for_test (0);
}

/* A person deletes a message, and may think better of it. */
static void
delete_here (Pop3Account *account, gint64 id, gboolean take_back)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (MailAction) action = NULL;
  g_autoptr (MailAction) undo = NULL;

  g_array_append_val (ids, id);
  action = mail_action_new_delete (MAIL_MODE_POP, ids);
  temporary_store_write (account->temporary, mail_action_job, action);
  undo = take_back ? mail_action_dup_undo (action) : NULL;
  if (undo != NULL)
    temporary_store_write (account->temporary, mail_action_job, undo);
}

static void
test_until_deleted_follows_the_person (void)
{
  g_autofree char *user = NULL;
  g_autoptr (Pop3Account) account = new_account (4, MAIL_SECURITY_STARTTLS, "until-deleted", &user);
  g_autoptr (GPtrArray) rows = NULL;
  gint64 ids[4];

  pop3_account_sync (account);
  rows = pop3_account_list (account);
  g_assert_cmpuint (rows->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    ids[i] = ((MailMessageInfo *) g_ptr_array_index (rows, i))->id;

  delete_here (account, ids[0], FALSE);
  delete_here (account, ids[1], TRUE);
  delete_here (account, ids[2], FALSE);
  delete_here (account, ids[2], FALSE); /* from Trash: for ever */
  pop3_account_sync (account);

  g_assert_cmpuint (account->result.fetched, ==, 0);
  g_assert_cmpuint (count_on_server (user), ==, 2);
  g_assert_cmpuint (pop3_account_count_state (account, MAIL_UIDL_DELETED), ==, 2);
  g_assert_cmpint (pop3_account_get_where (account, ids[0]), ==, MAIL_WHERE_HERE);
  g_assert_cmpint (pop3_account_get_where (account, ids[1]), ==, MAIL_WHERE_BOTH);
  g_assert_cmpint (pop3_account_get_where (account, ids[3]), ==, MAIL_WHERE_BOTH);
  assert_idle (account);
}

static void
test_what_others_delete_stays_here (void)
{
  g_autofree char *user = NULL;
  g_autoptr (Pop3Account) account = new_account (3, MAIL_SECURITY_TLS, "forever", &user);
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint only_here = 0;

  pop3_account_sync (account);
  paths = list_maildir (user);
  g_assert_cmpint (g_unlink (g_ptr_array_index (paths, 0)), ==, 0);
  pop3_account_sync (account);

  rows = pop3_account_list (account);
  g_assert_cmpuint (rows->len, ==, 3);
  for (guint i = 0; i < rows->len; i++)
    only_here += ((MailMessageInfo *) g_ptr_array_index (rows, i))->where == MAIL_WHERE_HERE;
  g_assert_cmpuint (only_here, ==, 1);
  g_assert_cmpuint (pop3_account_count_state (account, MAIL_UIDL_GONE), ==, 1);
  assert_idle (account);
}

static void
test_two_messages_with_the_same_bytes_are_two (void)
{
  g_autofree char *user = NULL;
  g_autoptr (Pop3Account) account = new_account (0, MAIL_SECURITY_TLS, "delete", &user);
  g_autoptr (GPtrArray) rows = NULL;

  for (guint i = 0; i < 2; i++)
    private_dovecot_deliver (server, user, NULL, "Subject: same\r\n\r\nsame\r\n", -1);
  pop3_account_sync (account);
  rows = pop3_account_list (account);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpuint (count_on_server (user), ==, 0);
}

/* A copy that is not the message any more keeps the server's alive. */
static void
test_damaged_copy_keeps_the_server_s (void)
{
  g_autofree char *user = NULL;
  g_autoptr (Pop3Account) account = new_account (2, MAIL_SECURITY_TLS, "forever", &user);
  g_autoptr (GHashTable) ledger = NULL;
  GHashTableIter iter;
  gpointer value;

  pop3_account_sync (account);
  ledger = pop3_account_load_ledger (account);
  g_hash_table_iter_init (&iter, ledger);
  g_assert_true (g_hash_table_iter_next (&iter, NULL, &value));
  ((MailUidl *) value)->hash[0] ^= 1;
  pop3_account_put_ledger (account, value);

  g_assert_true (mail_account_config_set (account->config, "pop-keep", "delete", NULL));
  pop3_account_sync (account);
  g_assert_cmpuint (count_on_server (user), ==, 1);
  g_assert_cmpuint (account->problems->len, ==, 1);
  g_assert_cmpint (((MailProblem *) g_ptr_array_index (account->problems, 0))->code, ==, MAIL_ERROR_STORE);
}

static void
test_figures_are_the_drop_s (void)
{
  g_autofree char *user = NULL;
  g_autoptr (Pop3Account) account = new_account (7, MAIL_SECURITY_TLS, "forever", &user);
  g_autoptr (MailEngine) engine = mail_engine_new (account->config, NULL);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password (user, "secret");
  g_autoptr (MailFigures) figures = g_new0 (MailFigures, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (MAIL_IS_POP3_ENGINE (engine));
  g_assert_true (mail_engine_open (engine, credentials, NULL, &error));
  g_assert_true (mail_engine_measure (engine, figures, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (figures->messages, ==, 7);
  g_assert_cmpint (figures->bytes, >, 7 * 1000);
  g_assert_true (figures->has_uidl);
  g_assert_false (figures->has_push);
  g_assert_true (g_strv_contains ((const char *const *) figures->capabilities, "UIDL"));
}

static gpointer
cancel_thread (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_wait_ends_for_work_and_time (void)
{
  g_autoptr (MailAccountConfig) config = mail_account_config_new ("Post");
  g_autoptr (MailEngine) engine = mail_pop3_engine_new (config, NULL);
  g_autoptr (GCancellable) wake = g_cancellable_new ();
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  MailEngineWait why;
  GThread *thread;

  g_assert_true (mail_engine_wait (engine, 0, wake, &why, stop, &error));
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_ELAPSED);
  thread = g_thread_new ("wake", cancel_thread, wake);
  g_assert_true (mail_engine_wait (engine, 3600, wake, &why, stop, &error));
  g_thread_join (thread);
  g_assert_cmpint (why, ==, MAIL_ENGINE_WAIT_WORK);
  g_cancellable_cancel (stop);
  g_assert_false (mail_engine_wait (engine, 3600, NULL, &why, stop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  server = private_dovecot_start (NULL);
  if (server == NULL)
    return 77;
  g_test_add_func ("/sync/pop3/delete-takes-all-and-empties-the-drop", test_delete_takes_all_and_empties_the_drop);
  g_test_add_func ("/sync/pop3/forever-leaves-all-and-fetches-once", test_forever_leaves_all_and_fetches_once);
  g_test_add_func ("/sync/pop3/days-deletes-when-the-time-has-come", test_days_deletes_when_the_time_has_come);
  g_test_add_func ("/sync/pop3/until-deleted-follows-the-person", test_until_deleted_follows_the_person);
  g_test_add_func ("/sync/pop3/what-others-delete-stays-here", test_what_others_delete_stays_here);
  g_test_add_func ("/sync/pop3/two-messages-with-the-same-bytes-are-two", test_two_messages_with_the_same_bytes_are_two);
  g_test_add_func ("/sync/pop3/damaged-copy-keeps-the-server-s", test_damaged_copy_keeps_the_server_s);
  g_test_add_func ("/sync/pop3/figures-are-the-drop-s", test_figures_are_the_drop_s);
  g_test_add_func ("/sync/pop3/wait-ends-for-work-and-time", test_wait_ends_for_work_and_time);
  status = g_test_run ();
  private_dovecot_stop (server);
  return status;
}
