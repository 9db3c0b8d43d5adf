/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gunixsocketaddress.h>

#include "core/credentials.h"
#include "core/errors.h"
#include "lib/main-loop.h"
#include "lib/temporary-store.h"
#include "model/secrets.h"

#define NO_BUS "unix:path=/nonexistent/bus"

static char *
lookup (const char *account)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *password;

  mail_secrets_lookup_async (account, NULL, keep_result_cb, &result);
  run_result (&result);
  password = mail_secrets_lookup_finish (result, &error);
  g_assert_no_error (error);
  return password;
}

static void
assert_known (const char *account, const char *wanted)
{
  char *password = lookup (account);

  g_assert_cmpstr (password, ==, wanted);
  mail_secret_free (password);
}

/* TRUE: a keyring has it. */
static gboolean
store (const char *account, const char *password)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean kept = TRUE;

  mail_secrets_store_async (account, password, NULL, keep_result_cb, &result);
  assert_known (account, password);
  run_result (&result);
  g_assert_true (mail_secrets_store_finish (result, &kept, &error));
  g_assert_no_error (error);
  return kept;
}

static void
forget (const char *account)
{
  g_autoptr (GAsyncResult) result = NULL;

  mail_secrets_clear_async (account, NULL, keep_result_cb, &result);
  run_result (&result);
}

static void
test_without_a_keyring_a_password_lasts_for_the_run (void)
{
  g_autoptr (GError) error = NULL;
  char *password;

  assert_known ("work", NULL);
  g_assert_false (store ("work", "first"));
  g_assert_false (store ("work", "second"));
  g_assert_false (store ("home", "other"));
  assert_known ("work", "second");
  assert_known ("home", "other");

  password = mail_secrets_lookup_sync ("work", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (password, ==, "second");
  mail_secret_free (password);

  forget ("work");
  assert_known ("work", NULL);
  assert_known ("home", "other");
  mail_secrets_clear_sync ("home");
  assert_known ("home", NULL);
}

static void
test_the_command_line_is_told_that_nothing_is_known (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mail_secrets_lookup_sync ("nobody", &error));
  g_assert_no_error (error);
}

static void
test_a_cancelled_lookup_says_so (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  mail_secrets_lookup_async ("nobody", cancellable, keep_result_cb, &result);
  run_result (&result);
  g_assert_null (mail_secrets_lookup_finish (result, &error));
  g_assert_true (mail_error_is_cancelled (error));
}

static void
test_a_home_of_its_own_has_secrets_of_its_own (void)
{
  g_autoptr (MailHome) own = mail_home_new (NULL);
  g_autoptr (MailHome) demo = mail_home_new ("/somewhere/demo");
  g_autofree char *plain = mail_secrets_dup_key (own, "work");
  g_autofree char *longer = mail_secrets_dup_key (demo, "work");

  g_assert_cmpstr (plain, ==, "work");
  g_assert_cmpstr (longer, ==, "/somewhere/demo/data/work");
}

/* A bus that takes the connection and never says a word. */
static void
test_a_silent_bus_costs_a_bounded_wait (void)
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *bus = NULL;
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_test_slow ())
    {
      g_test_skip ("it waits twenty seconds");
      return;
    }
  folder = g_dir_make_tmp ("missiva-bus-XXXXXX", &error);
  path = g_build_filename (folder, "bus", NULL);
  bus = g_strconcat ("unix:path=", path, NULL);
  address = g_unix_socket_address_new (path);
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, &error);
  g_assert_true (g_socket_bind (socket, address, FALSE, &error) && g_socket_listen (socket, &error));
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", bus, TRUE);

  g_assert_null (mail_secrets_lookup_sync ("work", &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_TIMED_OUT);
  mail_secrets_clear_sync ("work");
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", NO_BUS, TRUE);
  temporary_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* No bus, whatever runs this: a test must not meet a person's keyring. */
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", NO_BUS, TRUE);
  g_unsetenv ("DISPLAY");
  g_test_add_func ("/model/secrets/without-a-keyring-a-password-lasts-for-the-run",
                   test_without_a_keyring_a_password_lasts_for_the_run);
  g_test_add_func ("/model/secrets/the-command-line-is-told-that-nothing-is-known",
                   test_the_command_line_is_told_that_nothing_is_known);
  g_test_add_func ("/model/secrets/a-cancelled-lookup-says-so", test_a_cancelled_lookup_says_so);
  g_test_add_func ("/model/secrets/a-home-of-its-own-has-secrets-of-its-own", test_a_home_of_its_own_has_secrets_of_its_own);
  g_test_add_func ("/model/secrets/a-silent-bus-costs-a-bounded-wait", test_a_silent_bus_costs_a_bounded_wait);
  return g_test_run ();
}
