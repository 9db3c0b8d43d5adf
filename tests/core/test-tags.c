/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/keywords.h"
#include "core/mailbox-info.h"
#include "core/tag-info.h"
#include "lib/temporary-store.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-tags.h"

/* Keywords as sets, tags as their names, and what else a person decides about mailboxes that the store keeps. */

static void
test_sets (void)
{
  static const struct
  {
    const char *before;
    const char *add;
    const char *remove;
    const char *after;
  } cases[] = {
    { NULL, NULL, NULL, NULL },
    { "b a", NULL, NULL, "a b" },
    { "a a A", NULL, NULL, "a" },
    { "a", "b", NULL, "a b" },
    { "a b", NULL, "A", "b" },
    { "a", NULL, "a", NULL },
    { "a", "a", NULL, "a" },
    { NULL, "x", "x", NULL },
    { "  a   b ", NULL, "c", "a b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *after = mail_keywords_apply (cases[i].before, cases[i].add, cases[i].remove);

      g_assert_cmpstr (after, ==, cases[i].after);
    }
}

static void
test_what_both_have (void)
{
  g_autofree char *both = mail_keywords_intersect ("a b c", "C b d");
  g_autofree char *none = mail_keywords_intersect ("a", "b");
  g_autofree char *nothing = mail_keywords_intersect (NULL, "b");

  g_assert_cmpstr (both, ==, "b c");
  g_assert_null (none);
  g_assert_null (nothing);
  g_assert_true (mail_keywords_contain ("Blue Work", "work"));
  g_assert_false (mail_keywords_contain ("Workshop", "Work"));
  g_assert_false (mail_keywords_contain (NULL, "Work"));
}

static void
test_faults (void)
{
  static const char *const bad[] = { "", "\\Seen", "two words", "a(b", "a*", "a%", "quote\"", "\xc3\xa4", "a]" };
  static const char *const good[] = { "Work", "$label1", "a-b_c", "2026" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_nonnull (mail_keyword_get_fault (bad[i]));
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_null (mail_keyword_get_fault (good[i]));
}

static void
test_names_become_keywords (void)
{
  static const char *const names[] = { "Work", "Zu erledigen!", "日本語", "é", "\\Seen", "(*)" };
  g_autofree char *one = mail_tag_keyword_from_name ("日本語");
  g_autofree char *other = mail_tag_keyword_from_name ("日本");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *keyword = mail_tag_keyword_from_name (names[i]);
      g_autofree char *again = mail_tag_keyword_from_name (names[i]);

      g_assert_null (mail_keyword_get_fault (keyword));
      g_assert_cmpstr (again, ==, keyword);
    }
  g_assert_cmpstr (one, !=, other);
}

static void
test_defaults (void)
{
  g_autoptr (GPtrArray) tags = mail_tag_info_defaults ();

  g_assert_cmpuint (tags->len, ==, 6);
  for (guint i = 0; i < tags->len; i++)
    {
      const MailTagInfo *tag = g_ptr_array_index (tags, i);

      g_assert_null (mail_keyword_get_fault (tag->keyword));
      g_assert_true (mail_tag_color_is_valid (tag->color));
      g_assert_cmpstr (tag->name, !=, "");
    }
  g_assert_false (mail_tag_color_is_valid ("red"));
  g_assert_false (mail_tag_color_is_valid ("#12345"));
  g_assert_false (mail_tag_color_is_valid ("#12345g"));
  g_assert_false (mail_tag_color_is_valid ("#1234567"));
}

static gboolean
tags_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (MailTagInfo) tag = mail_tag_info_new ("Bills", "Bills to pay", "#aa0000", G_MAXINT);
  g_autoptr (MailTagInfo) found = NULL;
  g_autoptr (MailTagInfo) gone = NULL;
  g_autoptr (GPtrArray) all = NULL;

  g_assert_true (mail_store_tags_put (db, tag, error));
  found = mail_store_tags_find (db, "Bills", error);
  g_assert_cmpstr (found->name, ==, "Bills to pay");
  g_assert_cmpstr (found->color, ==, "#aa0000");
  all = mail_store_tags_list (db, error);
  g_assert_cmpstr (((MailTagInfo *) g_ptr_array_index (all, all->len - 1))->keyword, ==, "Bills");
  g_assert_true (mail_store_tags_remove (db, "Bills", error));
  gone = mail_store_tags_find (db, "Bills", error);
  g_assert_null (gone);
  return TRUE;
}

static gboolean
facts_job (MailDb *db, gpointer data, GError **error)
{
  g_autofree char *none = mail_store_facts_get (db, "x", error);
  g_autofree char *text = NULL;
  gint64 number = 5;

  g_assert_null (none);
  g_assert_true (mail_store_facts_get_int (db, "x", &number, error));
  g_assert_cmpint (number, ==, 0);
  g_assert_true (mail_store_facts_set (db, "x", "one", error) && mail_store_facts_set (db, "x", "two", error));
  text = mail_store_facts_get (db, "x", error);
  g_assert_cmpstr (text, ==, "two");
  g_assert_true (mail_store_facts_set_int (db, "x", G_MAXINT64, error) && mail_store_facts_get_int (db, "x", &number, error));
  g_assert_cmpint (number, ==, G_MAXINT64);
  return TRUE;
}

/* What a person chose is never guessed over, and a role is had once. */
static gboolean
roles_job (MailDb *db, gpointer data, GError **error)
{
  const gint64 *ids = data;
  g_autoptr (MailMailboxInfo) first = NULL;
  g_autoptr (MailMailboxInfo) second = NULL;

  g_assert_true (mail_store_mailboxes_choose_role (db, ids[0], MAIL_ROLE_TRASH, error));
  g_assert_true (mail_store_mailboxes_choose_role (db, ids[1], MAIL_ROLE_TRASH, error));
  first = mail_store_mailboxes_get (db, ids[0], error);
  second = mail_store_mailboxes_get (db, ids[1], error);
  g_assert_cmpint (first->role, ==, MAIL_ROLE_NONE);
  g_assert_cmpint (second->role, ==, MAIL_ROLE_TRASH);
  g_assert_true (second->role_chosen);
  return TRUE;
}

static void
test_store (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  gint64 ids[2];

  ids[0] = temporary_store_add_mailbox (store, "Bin", MAIL_ROLE_NONE, 0);
  ids[1] = temporary_store_add_mailbox (store, "Rubbish", MAIL_ROLE_NONE, 0);
  temporary_store_write (store, tags_job, NULL);
  temporary_store_write (store, facts_job, NULL);
  temporary_store_write (store, roles_job, ids);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/core/tags/" path, function)
  ADD ("keywords-are-a-set-without-regard-to-case", test_sets);
  ADD ("keywords-that-both-have", test_what_both_have);
  ADD ("a-keyword-is-an-atom-and-no-system-flag", test_faults);
  ADD ("any-name-becomes-a-keyword", test_names_become_keywords);
  ADD ("the-usual-ones-are-there", test_defaults);
  ADD ("tags-facts-and-chosen-roles-are-kept", test_store);
  return g_test_run ();
}
