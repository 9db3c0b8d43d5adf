/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "lib/pop3-account.h"
#include "lib/scripted-server.h"

/* What one session of a transcript leads to. */
typedef struct
{
  int code;       /* -1: the sync succeeds */
  guint fetched;
  guint here;     /* rows whose message is only here */
  guint both;     /* rows whose message is on the server too */
  guint problems;
} Session;

#define OK(fetched, here, both) { -1, fetched, here, both, 0 }
#define FAILS(code, fetched, here, both) { code, fetched, here, both, 0 }

/* Each message is here once: "message N" with "text N". */
static void
assert_rows (Pop3Account *account, guint here, guint both)
{
  g_autoptr (GPtrArray) rows = pop3_account_list (account);
  g_autoptr (GHashTable) subjects = g_hash_table_new (g_str_hash, g_str_equal);
  guint only_here = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) body = pop3_account_load_body (account, row->id);
      g_autofree char *expected = g_strdup_printf ("Subject: %s\r\n\r\ntext %s\r\n", row->subject, strrchr (row->subject, ' ') + 1);

      g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), expected, strlen (expected));
      g_assert_true (g_hash_table_add (subjects, row->subject));
      only_here += row->where == MAIL_WHERE_HERE;
    }
  g_assert_cmpuint (rows->len, ==, here + both);
  g_assert_cmpuint (only_here, ==, here);
}

/* Plays tests/transcripts/pop3-@name.txt, one sync for each of its sessions. */
static void
play (const char *name, const char *keep, const Session *sessions, guint count)
{
  g_autofree char *file = g_strdup_printf ("pop3-%s.txt", name);
  ScriptedServer *server = scripted_server_new_from_file (file);
  g_autoptr (Pop3Account) account = pop3_account_new_scripted (scripted_server_get_port (server), keep);

  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GError) error = NULL;

      if (pop3_account_try_sync (account, &error))
        g_assert_cmpint (sessions[i].code, ==, -1);
      else
        g_assert_error (error, MAIL_ERROR, sessions[i].code);
      g_assert_cmpuint (account->result.fetched, ==, sessions[i].fetched);
      g_assert_cmpuint (account->problems->len, ==, sessions[i].problems);
      assert_rows (account, sessions[i].here, sessions[i].both);
    }
  scripted_server_finish (server);
}

#define PLAY(name, keep, ...)                                                                                          \
  play (name, keep, (const Session[]){ __VA_ARGS__ }, G_N_ELEMENTS (((const Session[]){ __VA_ARGS__ })))

static void
test_refused_message_stops_no_other (void)
{
  PLAY ("retr-refused", "delete", { -1, 2, 2, 0, 1 }, OK (1, 3, 0));
}

static void
test_cut_download_goes_on_at_the_next_message (void)
{
  PLAY ("cut-in-retr", "forever", FAILS (MAIL_ERROR_CLOSED, 1, 0, 1), OK (2, 0, 3));
}

static void
test_deletion_without_quit_is_none (void)
{
  PLAY ("cut-before-quit", "delete", FAILS (MAIL_ERROR_CLOSED, 3, 0, 3), OK (0, 3, 0));
}

static void
test_lost_answer_to_quit_is_found_out (void)
{
  PLAY ("quit-unanswered", "delete", FAILS (MAIL_ERROR_CLOSED, 3, 0, 3), OK (0, 3, 0));
}

static void
test_refused_quit_is_told_and_looked_into (void)
{
  PLAY ("quit-refused", "delete", FAILS (MAIL_ERROR_REFUSED, 3, 0, 3), OK (0, 3, 0));
}

static void
test_empty_drop_erases_nothing (void)
{
  PLAY ("empty-then-back", "forever", OK (3, 0, 3), OK (0, 3, 0), OK (0, 0, 3));
}

static void
test_listings_that_disagree_delete_nothing (void)
{
  PLAY ("stat-only-empty", "until-deleted", OK (3, 0, 3), OK (0, 0, 3));
  PLAY ("short-uidl", "delete", OK (2, 0, 2), OK (0, 0, 2), OK (1, 3, 0));
}

static void
test_copies_under_one_id_come_once (void)
{
  PLAY ("duplicate-uidl", "delete", OK (2, 2, 0), OK (0, 2, 0));
}

static void
test_id_used_again_is_another_message (void)
{
  PLAY ("reused-uidl", "delete", OK (1, 1, 0), OK (1, 2, 0));
}

static void
test_changed_size_is_no_other_message (void)
{
  PLAY ("size-changed", "forever", OK (1, 0, 1), OK (0, 0, 1), OK (0, 0, 1));
}

static void
test_without_uidl_the_content_names_it (void)
{
  PLAY ("no-uidl", "forever", OK (2, 0, 2), OK (1, 0, 3));
  PLAY ("no-uidl-no-top", "forever", OK (2, 0, 2), OK (1, 0, 3));
  PLAY ("no-uidl-delete", "delete", OK (2, 2, 0));
}

static void
test_uidl_that_comes_or_goes_doubles_nothing (void)
{
  PLAY ("uidl-arrives", "forever", OK (1, 0, 1), OK (0, 0, 1), OK (0, 0, 1));
  PLAY ("uidl-leaves", "forever", OK (1, 0, 1), OK (0, 0, 1), OK (0, 0, 1));
  PLAY ("uidl-refused", "forever", OK (1, 0, 1), FAILS (MAIL_ERROR_REFUSED, 0, 0, 1));
}

static void
test_refused_deletion_is_not_counted (void)
{
  PLAY ("dele-refused", "delete", OK (2, 1, 1));
}

static void
test_odd_ids_are_ids (void)
{
  PLAY ("odd-ids", "forever", OK (3, 0, 3), OK (0, 0, 3));
}

static void
test_sign_in_faults_reach_the_caller (void)
{
  PLAY ("pass-in-use", "delete", FAILS (MAIL_ERROR_BUSY, 0, 0, 0));
  PLAY ("pass-login-delay", "delete", FAILS (MAIL_ERROR_BUSY, 0, 0, 0));
  PLAY ("pass-auth", "delete", FAILS (MAIL_ERROR_SIGN_IN, 0, 0, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/pop3-faults/refused-message-stops-no-other", test_refused_message_stops_no_other);
  g_test_add_func ("/sync/pop3-faults/cut-download-goes-on-at-the-next-message", test_cut_download_goes_on_at_the_next_message);
  g_test_add_func ("/sync/pop3-faults/deletion-without-quit-is-none", test_deletion_without_quit_is_none);
  g_test_add_func ("/sync/pop3-faults/lost-answer-to-quit-is-found-out", test_lost_answer_to_quit_is_found_out);
  g_test_add_func ("/sync/pop3-faults/refused-quit-is-told-and-looked-into", test_refused_quit_is_told_and_looked_into);
  g_test_add_func ("/sync/pop3-faults/empty-drop-erases-nothing", test_empty_drop_erases_nothing);
  g_test_add_func ("/sync/pop3-faults/listings-that-disagree-delete-nothing", test_listings_that_disagree_delete_nothing);
  g_test_add_func ("/sync/pop3-faults/copies-under-one-id-come-once", test_copies_under_one_id_come_once);
  g_test_add_func ("/sync/pop3-faults/id-used-again-is-another-message", test_id_used_again_is_another_message);
  g_test_add_func ("/sync/pop3-faults/changed-size-is-no-other-message", test_changed_size_is_no_other_message);
  g_test_add_func ("/sync/pop3-faults/without-uidl-the-content-names-it", test_without_uidl_the_content_names_it);
  g_test_add_func ("/sync/pop3-faults/uidl-that-comes-or-goes-doubles-nothing", test_uidl_that_comes_or_goes_doubles_nothing);
  g_test_add_func ("/sync/pop3-faults/refused-deletion-is-not-counted", test_refused_deletion_is_not_counted);
  g_test_add_func ("/sync/pop3-faults/odd-ids-are-ids", test_odd_ids_are_ids);
  g_test_add_func ("/sync/pop3-faults/sign-in-faults-reach-the-caller", test_sign_in_faults_reach_the_caller);
  return g_test_run ();
}
