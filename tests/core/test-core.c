/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/account-config.h"
#include "core/address.h"
#include "core/errors.h"
#include "core/flags.h"
#include "core/mailbox-info.h"
#include "core/op.h"
#include "core/problem.h"
#include "core/server-text.h"
#include "lib/temporary-store.h"

static void
test_flags_round_trip (void)
{
  MailFlags all = MAIL_FLAG_SEEN | MAIL_FLAG_FLAGGED | MAIL_FLAG_FORWARDED;
  g_autofree char *atoms = mail_flags_to_imap (all);
  g_auto (GStrv) parts = g_strsplit (atoms, " ", -1);
  g_auto (GStrv) words = mail_flags_to_words (all);
  MailFlags back = 0;

  g_assert_cmpstr (atoms, ==, "\\Seen \\Flagged $Forwarded");
  for (guint i = 0; parts[i] != NULL; i++)
    back |= mail_flag_from_imap (parts[i]);
  g_assert_cmpint (back, ==, all);
  g_assert_cmpint (mail_flag_from_imap ("\\SEEN"), ==, MAIL_FLAG_SEEN);
  g_assert_cmpint (mail_flag_from_imap ("Work"), ==, 0);
  g_assert_cmpstr (words[2], ==, "forwarded");
}

static void
test_roles_are_guessed_in_italian (void)
{
  g_assert_cmpint (mail_role_guess ("Cestino"), ==, MAIL_ROLE_TRASH);
  g_assert_cmpint (mail_role_guess ("POSTA INVIATA"), ==, MAIL_ROLE_SENT);
  g_assert_cmpint (mail_role_guess ("Bozze"), ==, MAIL_ROLE_DRAFTS);
  g_assert_cmpint (mail_role_guess ("Posta indesiderata"), ==, MAIL_ROLE_JUNK);
  g_assert_cmpint (mail_role_guess ("Archivio"), ==, MAIL_ROLE_ARCHIVE);
  g_assert_cmpint (mail_role_guess ("Famiglia"), ==, MAIL_ROLE_NONE);
  g_assert_cmpint (mail_role_guess (""), ==, MAIL_ROLE_NONE);
  g_assert_cmpint (mail_role_guess ("|"), ==, MAIL_ROLE_NONE);
}

static void
test_config_survives_the_disk (void)
{
  g_autofree char *folder = g_dir_make_tmp ("missiva-core-XXXXXX", NULL);
  g_autoptr (MailHome) home = mail_home_new (folder);
  g_autoptr (MailAccountConfig) config = mail_account_config_new ("Casa");
  g_autoptr (MailAccountConfig) loaded = NULL;
  g_autofree char *path = mail_home_account_file (home, "Casa");
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;
  GStatBuf status;

  g_assert_true (mail_account_config_set (config, "address", "name@example.org", &error));
  g_assert_true (mail_account_config_set (config, "user", "name@example.org", &error));
  g_assert_true (mail_account_config_set (config, "incoming", "[::1]:995", &error));
  g_assert_true (mail_account_config_set (config, "mode", "pop", &error));
  g_assert_true (mail_account_config_set (config, "pop-keep", "days:14", &error));
  g_assert_true (mail_account_config_set (config, "offline", "headers", &error));
  g_assert_true (mail_account_config_save (config, home, &error));
  g_assert_no_error (error);

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  loaded = mail_account_config_load (home, "Casa", &error);
  g_assert_no_error (error);
  for (const char *const *key = mail_account_config_keys (); *key != NULL; key++)
    {
      g_autofree char *before = mail_account_config_get (config, *key);
      g_autofree char *after = mail_account_config_get (loaded, *key);

      g_assert_cmpstr (before, ==, after);
    }
  g_assert_cmpstr (loaded->incoming->host, ==, "::1");
  g_assert_cmpint (loaded->pop_keep_days, ==, 14);

  names = mail_account_config_list (home);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  temporary_folder_remove (folder);
}

static void
test_config_names_what_is_wrong (void)
{
  static const char *const bad[][2] = {
    { "mode", "exchange" },      { "incoming", "example.org" }, { "incoming", "example.org:0" },
    { "incoming", "a b:993" },   { "incoming-security", "ssl" }, { "incoming-pin", "abc" },
    { "pop-keep", "days:0" },    { "pop-keep", "days:x" },       { "offline", "some" },
    { "address", "nobody" },     { "address", "a@b c" },         { "check-minutes", "-1" },
    { "password", "secret" },
  };
  g_autoptr (MailAccountConfig) config = mail_account_config_new ("x");

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (mail_account_config_set (config, bad[i][0], bad[i][1], &error));
      g_assert_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT);
    }
}

static void
test_account_names_stay_in_their_folder (void)
{
  static const char *const bad[] = { "", "..", ".hidden", "a/b", "a\nb", "\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (mail_account_config_check_name (bad[i], NULL));
  g_assert_true (mail_account_config_check_name ("Lavoro (nuovo)", NULL));
}

static void
test_flag_operations_fold (void)
{
  g_autoptr (MailOp) read = mail_op_new (MAIL_OP_FLAGS, 1, 2, 3);
  g_autoptr (MailOp) unread = mail_op_new (MAIL_OP_FLAGS, 1, 2, 3);
  g_autoptr (GPtrArray) ops = g_ptr_array_new ();
  gboolean is_void;

  read->flags_add = MAIL_FLAG_SEEN;
  unread->flags_remove = MAIL_FLAG_SEEN;
  g_ptr_array_add (ops, read);
  g_assert_cmpint (mail_op_apply_flags (ops, 1, MAIL_FLAG_FLAGGED), ==, MAIL_FLAG_FLAGGED | MAIL_FLAG_SEEN);
  g_assert_cmpint (mail_op_apply_flags (ops, 9, MAIL_FLAG_FLAGGED), ==, MAIL_FLAG_FLAGGED);

  g_assert_true (mail_op_coalesce (read, unread, MAIL_FLAGS_NONE, NULL, &is_void));
  g_assert_true (is_void);
}

static void
test_moving_there_and_back_is_nothing (void)
{
  g_autoptr (MailOp) move = mail_op_new (MAIL_OP_MOVE, 1, 10, 5);
  g_autoptr (MailOp) back = mail_op_new (MAIL_OP_MOVE, 1, 20, 0);
  gboolean is_void;

  move->target_id = 20;
  back->target_id = 10;
  g_assert_true (mail_op_coalesce (move, back, MAIL_FLAGS_NONE, NULL, &is_void));
  g_assert_true (is_void);

  move->target_id = 20;
  move->state = MAIL_OP_SENT;
  g_assert_false (mail_op_coalesce (move, back, MAIL_FLAGS_NONE, NULL, &is_void));
}

static void
test_every_error_has_words (void)
{
  for (int code = MAIL_ERROR_FAILED; code <= MAIL_ERROR_OFFLINE; code++)
    {
      g_autoptr (GError) error = g_error_new (MAIL_ERROR, code, "technical %d", code);
      g_autoptr (MailProblem) problem
          = mail_problem_new_from_error (error, "Casa", "imap.example.org", MAIL_PROBLEM_RADIUS_ACCOUNT);

      g_assert_nonnull (problem);
      g_assert_true (g_str_has_prefix (problem->summary, "Casa: "));
      g_assert_cmpstr (problem->technical, ==, error->message);
    }
}

/* Why a server refuses is told in words of its own; what passes by itself asks for no password. */
static void
test_refusals_have_words (void)
{
  static const struct
  {
    const char *code;
    MailErrorCode error;
    MailProblemAction action;
  } cases[] = {
    { "THROTTLED", MAIL_ERROR_BUSY, MAIL_PROBLEM_ACTION_RETRY },
    { "CONNECTIONS", MAIL_ERROR_BUSY, MAIL_PROBLEM_ACTION_RETRY },
    { "INUSE", MAIL_ERROR_BUSY, MAIL_PROBLEM_ACTION_RETRY },
    { "LIMIT", MAIL_ERROR_BUSY, MAIL_PROBLEM_ACTION_RETRY },
    { "UNAVAILABLE", MAIL_ERROR_BUSY, MAIL_PROBLEM_ACTION_RETRY },
    { "SERVERBUG", MAIL_ERROR_BUSY, MAIL_PROBLEM_ACTION_RETRY },
    { "CONTACTADMIN", MAIL_ERROR_REFUSED, MAIL_PROBLEM_ACTION_RETRY },
    { "NOPERM", MAIL_ERROR_REFUSED, MAIL_PROBLEM_ACTION_NONE },
    { "EXPIRED", MAIL_ERROR_SIGN_IN, MAIL_PROBLEM_ACTION_PASSWORD },
    { "PRIVACYREQUIRED", MAIL_ERROR_INSECURE, MAIL_PROBLEM_ACTION_SETTINGS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) plain = g_error_new_literal (MAIL_ERROR, (gint) cases[i].error, "no");
      g_autoptr (GError) explained = g_error_copy (plain);
      g_autoptr (MailProblem) usual = mail_problem_new_from_error (plain, "Casa", "host", MAIL_PROBLEM_RADIUS_ACCOUNT);
      g_autoptr (MailProblem) problem = NULL;

      mail_error_set_server_code (&explained, cases[i].code, 0);
      g_prefix_error (&explained, "SELECT: ");
      problem = mail_problem_new_from_error (explained, "Casa", "host", MAIL_PROBLEM_RADIUS_ACCOUNT);
      g_assert_cmpstr (problem->summary, !=, usual->summary);
      g_assert_nonnull (problem->advice);
      g_assert_cmpint (problem->action, ==, cases[i].action);
      g_assert_cmpint (problem->code, ==, cases[i].error);
    }
}

static void
test_server_code_travels (void)
{
  g_autoptr (GError) error = g_error_new_literal (MAIL_ERROR, MAIL_ERROR_BUSY, "later");
  g_autoptr (GError) other = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "else");
  g_autoptr (GError) copy = NULL;

  g_assert_null (mail_error_get_server_code (error));
  mail_error_set_server_code (&error, "THROTTLED", 30);
  mail_error_set_server_code (&other, "THROTTLED", 30);
  mail_error_set_server_code (NULL, "THROTTLED", 30);
  copy = g_error_copy (error);
  g_assert_cmpstr (mail_error_get_server_code (copy), ==, "THROTTLED");
  g_assert_cmpuint (mail_error_get_server_wait (copy), ==, 30);
  g_assert_null (mail_error_get_server_code (other));
  g_assert_cmpuint (mail_error_get_server_wait (other), ==, 0);
}

static void
test_cancelled_is_no_problem (void)
{
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled");

  g_assert_null (mail_problem_new_from_error (error, "Casa", NULL, MAIL_PROBLEM_RADIUS_ACCOUNT));
}

static void
test_words_of_a_server_are_cleaned (void)
{
  static const char *const cases[][2] = {
    { "Closed at noon", "Closed at noon" },
    { " \x1b]0;title\x07red\r\nbox\t", "]0;title red  box" },
    { "caf\xc3\xa9 \xe2\x80\xaemoc", "café  moc" },
    { "broken \xc3 byte", "broken \357\277\275 byte" },
    { "0123456789012345678901234567890", "0123456789012345678…" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *clean = mail_server_text_clean (cases[i][0], strlen (cases[i][0]), 20);

      g_assert_cmpstr (clean, ==, cases[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/flags/round-trip", test_flags_round_trip);
  g_test_add_func ("/core/roles/are-guessed-in-italian", test_roles_are_guessed_in_italian);
  g_test_add_func ("/core/config/survives-the-disk", test_config_survives_the_disk);
  g_test_add_func ("/core/config/names-what-is-wrong", test_config_names_what_is_wrong);
  g_test_add_func ("/core/config/account-names-stay-in-their-folder", test_account_names_stay_in_their_folder);
  g_test_add_func ("/core/op/flags-fold", test_flag_operations_fold);
  g_test_add_func ("/core/op/moving-there-and-back-is-nothing", test_moving_there_and_back_is_nothing);
  g_test_add_func ("/core/problem/every-error-has-words", test_every_error_has_words);
  g_test_add_func ("/core/server-text/is-one-clean-line-of-bounded-length", test_words_of_a_server_are_cleaned);
  g_test_add_func ("/core/problem/what-a-server-says-of-its-refusal-has-words", test_refusals_have_words);
  g_test_add_func ("/core/errors/the-servers-code-travels-with-the-error", test_server_code_travels);
  g_test_add_func ("/core/problem/cancelled-is-no-problem", test_cancelled_is_no_problem);
  return g_test_run ();
}
