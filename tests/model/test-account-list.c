/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/errors.h"
#include "lib/main-loop.h"
#include "lib/temporary-store.h"
#include "model/account-files.h"
#include "model/account-list.h"
#include "model/secrets.h"
#include "store/store.h"

typedef struct
{
  char *folder;
  MailHome *home;
  MailAccountList *list;
  guint n_passwords_needed;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("missiva-home-XXXXXX", NULL);
  fixture->home = mail_home_new (fixture->folder);
  fixture->list = mail_account_list_new (fixture->home);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->list, fixture);
  mail_account_list_close (fixture->list);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
  g_object_add_weak_pointer (G_OBJECT (fixture->list), (gpointer *) &fixture->list);
  g_object_unref (fixture->list);
  run_until (is_gone, &fixture->list);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  mail_home_free (fixture->home);
}

static MailAccountConfig *
make_config (const char *name)
{
  MailAccountConfig *config = mail_account_config_new (name);

  g_assert_true (mail_account_config_set (config, "address", "reader@example.com", NULL));
  g_assert_true (mail_account_config_set (config, "user", "reader", NULL));
  g_assert_true (mail_account_config_set (config, "incoming", "127.0.0.1:1", NULL));
  return config;
}

static void
save (const Fixture *fixture, const char *name)
{
  g_autoptr (MailAccountConfig) config = make_config (name);

  g_assert_true (mail_account_config_save (config, fixture->home, NULL));
}

static void
save_pop (const Fixture *fixture, const char *name)
{
  g_autoptr (MailAccountConfig) config = make_config (name);

  g_assert_true (mail_account_config_set (config, "mode", "pop", NULL));
  g_assert_true (mail_account_config_save (config, fixture->home, NULL));
}

static void
load (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;

  mail_account_list_load_async (fixture->list, keep_result_cb, &result);
  run_result (&result);
  g_assert_true (mail_account_list_load_finish (fixture->list, result, NULL));
}

/* (transfer full) (nullable) */
static MailAccount *
add (Fixture *fixture, const char *name, const char *password, GError **error)
{
  g_autoptr (MailAccountConfig) config = make_config (name);
  g_autoptr (GAsyncResult) result = NULL;

  mail_account_list_add_async (fixture->list, config, password, keep_result_cb, &result);
  run_result (&result);
  return mail_account_list_add_finish (fixture->list, result, error);
}

static void
assert_name_at (const Fixture *fixture, guint position, const char *wanted)
{
  g_autoptr (MailAccount) account = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);

  g_assert_cmpstr (mail_account_get_name (account), ==, wanted);
}

static void
test_an_empty_home_has_no_accounts (Fixture *fixture, gconstpointer data)
{
  load (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
}

static void
test_a_new_account_is_saved_and_a_name_is_used_once (Fixture *fixture, gconstpointer data)
{
  g_autofree char *key = mail_secrets_dup_key (fixture->home, "Garden");
  g_autoptr (MailAccountConfig) saved = NULL;
  g_autoptr (MailAccount) account = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) exists = NULL;
  g_autoptr (GError) error = NULL;
  char *password;

  account = add (fixture, "Garden", "rose", &error);
  g_assert_no_error (error);
  g_assert_true (mail_account_list_find (fixture->list, "Garden") == account);
  saved = mail_account_config_load (fixture->home, "Garden", &error);
  g_assert_no_error (error);
  mail_secrets_lookup_async (key, NULL, keep_result_cb, &result);
  run_result (&result);
  password = mail_secrets_lookup_finish (result, NULL);
  g_assert_cmpstr (password, ==, "rose");
  g_free (password);

  g_assert_null (add (fixture, "Garden", "rose", &exists));
  g_assert_error (exists, MAIL_ERROR, MAIL_ERROR_EXISTS);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
}

static void
remove_account (Fixture *fixture, const char *name, gboolean delete_mail)
{
  MailAccount *account = mail_account_list_find (fixture->list, name);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  mail_account_list_remove_async (fixture->list, account, delete_mail, keep_result_cb, &result);
  g_assert_null (mail_account_list_find (fixture->list, name));
  run_result (&result);
  mail_account_list_remove_finish (fixture->list, result, &error);
  g_assert_no_error (error);
}

static gboolean
is_there (char *path)
{
  gboolean there = g_file_test (path, G_FILE_TEST_EXISTS);

  g_free (path);
  return there;
}

static void
test_removing_takes_settings_and_on_demand_the_mail (Fixture *fixture, gconstpointer data)
{
  save (fixture, "Garden");
  save (fixture, "Work");
  load (fixture);
  g_assert_true (is_there (mail_home_account_store (fixture->home, "Garden")));
  remove_account (fixture, "Garden", TRUE);
  g_assert_false (is_there (mail_home_account_store (fixture->home, "Garden")));
  g_assert_false (is_there (mail_home_account_file (fixture->home, "Garden")));

  remove_account (fixture, "Work", FALSE);
  g_assert_false (is_there (mail_home_account_file (fixture->home, "Work")));
  g_assert_true (is_there (mail_home_account_store (fixture->home, "Work")));
}

static void
test_settings_that_are_being_saved_do_not_come_back (Fixture *fixture, gconstpointer data)
{
  MailAccount *account;
  g_autoptr (MailAccountConfig) config = make_config ("Garden");

  save (fixture, "Garden");
  load (fixture);
  account = mail_account_list_find (fixture->list, "Garden");
  /* The second waits for the first. */
  mail_account_set_config (account, config);
  mail_account_set_config (account, config);
  remove_account (fixture, "Garden", FALSE);
  g_assert_false (is_there (mail_home_account_file (fixture->home, "Garden")));
}

static void
test_a_removed_account_forgets_its_password (Fixture *fixture, gconstpointer data)
{
  g_autofree char *key = mail_secrets_dup_key (fixture->home, "Garden");
  g_autoptr (MailAccount) account = add (fixture, "Garden", "rose", NULL);
  g_autoptr (GAsyncResult) result = NULL;

  remove_account (fixture, "Garden", TRUE);
  mail_secrets_lookup_async (key, NULL, keep_result_cb, &result);
  run_result (&result);
  g_assert_null (mail_secrets_lookup_finish (result, NULL));
}

/* A window may still hold it, and a list of its messages. */
static void
test_a_removed_account_does_nothing_more (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MailAccount) account = NULL;
  g_autoptr (MailMailbox) inbox = NULL;
  g_autoptr (MailMessageList) messages = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) counted = NULL;
  g_autoptr (GError) error = NULL;
  MailHoldings holdings;
  const gint64 id = 1;

  save_pop (fixture, "Garden");
  load (fixture);
  account = g_object_ref (mail_account_list_find (fixture->list, "Garden"));
  inbox = g_object_ref (mail_account_find_role (account, MAIL_ROLE_INBOX));
  remove_account (fixture, "Garden", TRUE);
  messages = mail_account_list_messages (account, inbox);
  g_array_append_val (ids, id);
  mail_account_set_flags (account, ids, MAIL_FLAG_SEEN, 0);
  mail_account_delete (account, ids);
  mail_account_undo (account);
  mail_account_sync_now (account);
  mail_account_open_message_async (account, id, NULL, keep_result_cb, &opened);
  mail_account_count_async (account, NULL, keep_result_cb, &counted);
  run_result (&opened);
  run_result (&counted);
  g_assert_null (mail_account_open_message_finish (account, opened, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  g_assert_false (mail_account_count_finish (account, counted, &holdings, NULL));
  g_assert_cmpuint (mail_message_list_get_count (messages), ==, 0);
}

/* The file that is the store of an account. */
static char *
store_file (const Fixture *fixture, const char *name)
{
  g_autofree char *folder = mail_home_account_store (fixture->home, name);

  return g_build_filename (folder, "mail.db", NULL);
}

static void
write_settings (const Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *file = mail_home_account_file (fixture->home, name);
  g_autofree char *folder = g_path_get_dirname (file);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

/* An account whose store is @text and no store. */
static void
save_damaged (const Fixture *fixture, const char *name)
{
  g_autofree char *folder = mail_home_account_store (fixture->home, name);
  g_autofree char *file = store_file (fixture, name);
  g_autofree char *noise = g_strnfill (9000, 'x');

  save_pop (fixture, name);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, noise, 9000, NULL));
}

/* An account whose store has a schema of the future. */
static void
save_newer (const Fixture *fixture, const char *name)
{
  g_autofree char *folder = mail_home_account_store (fixture->home, name);
  g_autofree char *file = store_file (fixture, name);
  g_autofree char *data = NULL;
  const gsize user_version = 60; /* its place in the head of a database file, four bytes, the last of them the lowest */
  gsize length;

  save_pop (fixture, name);
  mail_store_close (mail_store_open (folder, NULL));
  g_assert_true (g_file_get_contents (file, &data, &length, NULL));
  data[user_version + 2] = 77;
  g_assert_true (g_file_set_contents (file, data, (gssize) length, NULL));
}

/* (transfer full): what the files of the account @name hold. */
static char *
digest (const Fixture *fixture, const char *name)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  char *files[] = { mail_home_account_file (fixture->home, name), store_file (fixture, name) };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *data = NULL;
      gsize length = 0;

      if (g_file_get_contents (files[i], &data, &length, NULL))
        g_checksum_update (checksum, (const guchar *) data, (gssize) length);
      g_free (files[i]);
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static MailAccount *
find_broken (const Fixture *fixture, const char *name, int code)
{
  MailAccount *account = mail_account_list_find (fixture->list, name);
  g_autofree char *state = NULL;

  g_assert_nonnull (account);
  g_assert_true (mail_account_is_broken (account));
  g_assert_cmpint (mail_account_get_state (account), ==, MAIL_WORKER_NEEDS_YOU);
  g_assert_cmpint (mail_account_get_problem (account)->code, ==, code);
  g_assert_true (g_str_has_prefix (mail_account_get_problem (account)->summary, name));
  g_assert_nonnull (mail_account_get_problem (account)->advice);
  g_assert_cmpuint (g_list_model_get_n_items (mail_account_get_mailboxes (account)), ==, 0);
  g_object_get (account, "state-text", &state, NULL);
  g_assert_cmpstr (state, ==, "Cannot be opened");
  return account;
}

static void
test_what_cannot_be_opened_stands_there_with_its_problem (Fixture *fixture, gconstpointer data)
{
  g_autofree char *settings = mail_home_account_file (fixture->home, "Broken");
  g_autofree char *mode = NULL;

  save (fixture, "Work");
  save_damaged (fixture, "Damaged");
  save_newer (fixture, "Newer");
  write_settings (fixture, "Broken", "[account]\nmode=pigeon\n");
  load (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 4);
  assert_name_at (fixture, 0, "Broken");
  assert_name_at (fixture, 3, "Work");
  g_assert_false (mail_account_is_broken (mail_account_list_find (fixture->list, "Work")));
  g_assert_nonnull (strstr (mail_account_get_problem (find_broken (fixture, "Broken", MAIL_ERROR_SETTINGS))->technical, settings));
  g_object_get (mail_account_list_find (fixture->list, "Broken"), "mode-label", &mode, NULL);
  g_assert_null (mode);
  find_broken (fixture, "Damaged", MAIL_ERROR_STORE_DAMAGED);
  g_object_get (mail_account_list_find (fixture->list, "Damaged"), "mode-label", &mode, NULL);
  g_assert_nonnull (mode);
  find_broken (fixture, "Newer", MAIL_ERROR_STORE_NEWER);
}

static void
test_what_cannot_be_opened_is_not_written_to (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "Broken", "Damaged", "Newer" };
  char *before[G_N_ELEMENTS (names)];

  write_settings (fixture, "Broken", "no settings");
  save_damaged (fixture, "Damaged");
  save_newer (fixture, "Newer");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    before[i] = digest (fixture, names[i]);
  load (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      MailAccount *account = mail_account_list_find (fixture->list, names[i]);

      mail_account_sync_now (account);
      mail_account_set_online (account, FALSE);
      mail_account_set_password (account, "rose", FALSE);
    }
  mail_account_list_close (fixture->list);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *after = digest (fixture, names[i]);

      g_assert_cmpstr (after, ==, before[i]);
      g_free (before[i]);
    }
}

/* (transfer full) */
static MailAccount *
reopen (Fixture *fixture, const char *name)
{
  g_autoptr (GAsyncResult) result = NULL;

  mail_account_list_reopen_async (fixture->list, mail_account_list_find (fixture->list, name), keep_result_cb, &result);
  run_result (&result);
  return mail_account_list_reopen_finish (fixture->list, result);
}

static void
never_empty_cb (GListModel *list)
{
  g_assert_cmpuint (g_list_model_get_n_items (list), >, 0);
}

static void
test_what_was_mended_can_be_opened (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = mail_home_account_file (fixture->home, "Garden");
  g_autoptr (MailAccount) still = NULL;
  g_autoptr (MailAccount) mended = NULL;
  gulong watch;

  write_settings (fixture, "Garden", "no settings");
  load (fixture);
  watch = g_signal_connect (fixture->list, "items-changed", G_CALLBACK (never_empty_cb), NULL);
  still = reopen (fixture, "Garden");
  g_assert_true (still == find_broken (fixture, "Garden", MAIL_ERROR_SETTINGS));
  save_pop (fixture, "Garden");
  mended = reopen (fixture, "Garden");
  g_assert_false (mail_account_is_broken (mended));
  g_assert_true (mail_account_list_find (fixture->list, "Garden") == mended);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
  g_assert_nonnull (mail_account_find_role (mended, MAIL_ROLE_INBOX));
  g_signal_handler_disconnect (fixture->list, watch);

  remove_account (fixture, "Garden", TRUE);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

static void
test_what_went_meanwhile_does_not_come_back (Fixture *fixture, gconstpointer data)
{
  g_autofree char *file = mail_home_account_file (fixture->home, "Garden");

  write_settings (fixture, "Garden", "no settings");
  load (fixture);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_null (reopen (fixture, "Garden"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 0);
}

static void
test_a_broken_account_can_be_removed (Fixture *fixture, gconstpointer data)
{
  save_damaged (fixture, "Garden");
  save_newer (fixture, "Shed");
  write_settings (fixture, "Work", "no settings");
  load (fixture);
  remove_account (fixture, "Garden", FALSE);
  g_assert_false (is_there (mail_home_account_file (fixture->home, "Garden")));
  g_assert_true (is_there (store_file (fixture, "Garden")));
  remove_account (fixture, "Shed", TRUE);
  g_assert_false (is_there (mail_home_account_store (fixture->home, "Shed")));
  remove_account (fixture, "Work", FALSE);
  g_assert_false (is_there (mail_home_account_file (fixture->home, "Work")));
}

static void
test_nothing_is_taken_from_under_another_process (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = mail_home_account_store (fixture->home, "Garden");
  g_autoptr (MailStore) store = mail_store_open (folder, NULL);
  g_autoptr (GError) error = NULL;

  save_pop (fixture, "Garden");
  load (fixture);
  find_broken (fixture, "Garden", MAIL_ERROR_STORE_IN_USE);
  g_assert_false (mail_account_files_remove (fixture->home, "Garden", TRUE, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_STORE_IN_USE);
  g_assert_true (is_there (mail_home_account_file (fixture->home, "Garden")));
  g_assert_true (is_there (store_file (fixture, "Garden")));
}

static char *
choose (const Fixture *fixture, const char *mode)
{
  g_autoptr (MailAccountConfig) config = make_config ("new");

  g_assert_true (mail_account_config_set (config, "mode", mode, NULL));
  return mail_account_files_choose_name (fixture->home, config, "reader@example.com");
}

static void
test_kept_mail_is_there_again_for_the_same_mailbox_only (Fixture *fixture, gconstpointer data)
{
  g_autofree char *free_name = choose (fixture, "pop");
  g_autofree char *same = NULL;
  g_autofree char *other = NULL;
  g_autofree char *again = NULL;

  g_assert_cmpstr (free_name, ==, "reader@example.com");
  save_pop (fixture, "reader@example.com");
  save_pop (fixture, "Old");
  load (fixture);
  remove_account (fixture, "reader@example.com", FALSE);
  same = choose (fixture, "pop");
  g_assert_cmpstr (same, ==, "reader@example.com");
  /* Its folder is not free for what another protocol brings. */
  other = choose (fixture, "imap");
  g_assert_cmpstr (other, ==, "reader@example.com (2)");
  save_pop (fixture, "reader@example.com");
  again = choose (fixture, "pop");
  g_assert_cmpstr (again, ==, "reader@example.com (2)");
}

static void
test_kept_mail_that_cannot_be_opened_is_in_nobodys_way (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *name = NULL;

  save_newer (fixture, "reader@example.com");
  load (fixture);
  remove_account (fixture, "reader@example.com", FALSE);
  before = digest (fixture, "reader@example.com");
  name = choose (fixture, "pop");
  g_assert_cmpstr (name, ==, "reader@example.com (2)");
  after = digest (fixture, "reader@example.com");
  g_assert_cmpstr (after, ==, before);
}

static void
password_needed_cb (MailAccount *account, guint *count)
{
  (*count)++;
}

static void
added_cb (GListModel *list, guint position, guint removed, guint added, Fixture *fixture)
{
  g_autoptr (MailAccount) account = added > 0 ? g_list_model_get_item (list, position) : NULL;

  if (account != NULL)
    g_signal_connect (account, "password-needed", G_CALLBACK (password_needed_cb), &fixture->n_passwords_needed);
}

static gboolean
was_asked (gpointer data)
{
  return *(guint *) data > 0;
}

static void
test_an_unknown_password_is_asked_for (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MailAccount) account = NULL;

  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (added_cb), fixture);
  account = add (fixture, "Garden", NULL, NULL);
  run_until (was_asked, &fixture->n_passwords_needed);
  g_assert_cmpint (mail_account_get_problem (account)->code, ==, MAIL_ERROR_NO_PASSWORD);
  g_signal_handlers_disconnect_by_data (account, &fixture->n_passwords_needed);
}

static gboolean
is_offline (gpointer data)
{
  return mail_account_get_state (data) == MAIL_WORKER_OFFLINE;
}

static gboolean
has_problem_with_server (gpointer data)
{
  const MailProblem *problem = mail_account_get_problem (data);

  return problem != NULL && problem->code == MAIL_ERROR_UNREACHABLE;
}

static void
test_working_offline_is_a_persons_choice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MailAccount) account = NULL;
  gboolean online;

  g_object_set (fixture->list, "work-offline", TRUE, NULL);
  account = add (fixture, "Garden", "rose", NULL);
  run_until (is_offline, account);
  g_object_get (fixture->list, "online", &online, NULL);
  g_assert_false (online);
  /* Its server is on this computer: it is tried whether or not there is a network. */
  g_object_set (fixture->list, "work-offline", FALSE, NULL);
  run_until (has_problem_with_server, account);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
#define ADD(name, test) g_test_add ("/model/account-list/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("an-empty-home-has-no-accounts", test_an_empty_home_has_no_accounts);
  ADD ("what-cannot-be-opened-stands-there-with-its-problem", test_what_cannot_be_opened_stands_there_with_its_problem);
  ADD ("what-cannot-be-opened-is-not-written-to", test_what_cannot_be_opened_is_not_written_to);
  ADD ("what-was-mended-can-be-opened", test_what_was_mended_can_be_opened);
  ADD ("what-went-meanwhile-does-not-come-back", test_what_went_meanwhile_does_not_come_back);
  ADD ("a-broken-account-can-be-removed", test_a_broken_account_can_be_removed);
  ADD ("nothing-is-taken-from-under-another-process", test_nothing_is_taken_from_under_another_process);
  ADD ("a-new-account-is-saved-and-a-name-is-used-once", test_a_new_account_is_saved_and_a_name_is_used_once);
  ADD ("removing-takes-settings-and-on-demand-the-mail", test_removing_takes_settings_and_on_demand_the_mail);
  ADD ("settings-that-are-being-saved-do-not-come-back", test_settings_that_are_being_saved_do_not_come_back);
  ADD ("a-removed-account-forgets-its-password", test_a_removed_account_forgets_its_password);
  ADD ("a-removed-account-does-nothing-more", test_a_removed_account_does_nothing_more);
  ADD ("kept-mail-is-there-again-for-the-same-mailbox-only", test_kept_mail_is_there_again_for_the_same_mailbox_only);
  ADD ("kept-mail-that-cannot-be-opened-is-in-nobodys-way", test_kept_mail_that_cannot_be_opened_is_in_nobodys_way);
  ADD ("an-unknown-password-is-asked-for", test_an_unknown_password_is_asked_for);
  ADD ("working-offline-is-a-persons-choice", test_working_offline_is_a_persons_choice);
#undef ADD
  return g_test_run ();
}
