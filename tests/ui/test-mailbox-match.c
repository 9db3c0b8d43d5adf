/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>

#include "ui/mailbox-match.h"

static guint
match (const char *path, const char *query)
{
  g_autofree char *folded_path = mail_match_fold (path);
  g_autofree char *folded_query = mail_match_fold (query);

  return mail_match_path (folded_path, folded_query);
}

static void
test_ignores_case_and_accents (void)
{
  g_assert_cmpuint (match ("Lavoro/Caffè", "CAFFE"), >, 0);
  g_assert_cmpuint (match ("Lavoro/Caffe", "caffè"), >, 0);
  g_assert_cmpuint (match ("Straße", "strasse"), >, 0);
  g_assert_cmpuint (match ("日本/東京", "東"), >, 0);
}

static void
test_wants_every_word (void)
{
  g_assert_cmpuint (match ("Lavoro/Clienti/Rossi", "rossi lav"), >, 0);
  g_assert_cmpuint (match ("Lavoro/Clienti/Rossi", "cli/ros"), >, 0);
  g_assert_cmpuint (match ("Lavoro/Clienti/Rossi", "rossi casa"), ==, 0);
}

static void
test_prefers_the_nearer_answer (void)
{
  const char *const paths[] = { "Viaggi", "Casa/Viaggi di nozze", "Nuovi viaggi", "Contraviaggi", "Viaggi/Casa",
                                "Vecchia paggina" };

  g_assert_cmpuint (match (paths[0], "viaggi"), >, match (paths[1], "viaggi"));
  g_assert_cmpuint (match (paths[1], "viaggi"), >, match (paths[2], "viaggi"));
  g_assert_cmpuint (match (paths[2], "viaggi"), >, match (paths[3], "viaggi"));
  g_assert_cmpuint (match (paths[0], "viaggi"), >, match (paths[4], "viaggi"));
  g_assert_cmpuint (match (paths[3], "viaggi"), >, match (paths[5], "vpag"));
}

static void
test_finds_scattered_letters_in_their_order_only (void)
{
  g_assert_cmpuint (match ("Lavoro/Clienti/Rossi", "lcr"), >, 0);
  g_assert_cmpuint (match ("Lavoro/Clienti/Rossi", "slc"), ==, 0);
}

static void
test_nothing_typed_is_answered_by_all (void)
{
  g_assert_cmpuint (match ("Viaggi", ""), >, 0);
  g_assert_cmpuint (match ("Viaggi", " / "), >, 0);
  g_assert_cmpuint (match ("", "a"), ==, 0);
}

static void
test_survives_bytes_that_are_no_text (void)
{
  g_assert_cmpuint (match ("Lav\xff\xfeoro", "lav"), >, 0);
  g_assert_cmpuint (match ("Lavoro", "\xc3"), ==, 0);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/mailbox-match/ignores-case-and-accents", test_ignores_case_and_accents);
  g_test_add_func ("/ui/mailbox-match/wants-every-word", test_wants_every_word);
  g_test_add_func ("/ui/mailbox-match/prefers-the-nearer-answer", test_prefers_the_nearer_answer);
  g_test_add_func ("/ui/mailbox-match/finds-scattered-letters-in-their-order-only",
                   test_finds_scattered_letters_in_their_order_only);
  g_test_add_func ("/ui/mailbox-match/nothing-typed-is-answered-by-all", test_nothing_typed_is_answered_by_all);
  g_test_add_func ("/ui/mailbox-match/survives-bytes-that-are-no-text", test_survives_bytes_that_are_no_text);
  return g_test_run ();
}
