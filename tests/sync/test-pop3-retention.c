/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/pop3-retention.h"

#include <string.h>

#define DAY (24 * 60 * 60)
#define NOW 1700000000

/* One message of every kind: '-' not in the ledger, else the state; fetched ten days ago; listed or not. */
typedef struct
{
  const char *uidl;
  int state; /* -1: not in the ledger */
  gboolean listed;
} Case;

static const Case cases[] = {
  { "new", -1, TRUE },
  { "seen", MAIL_UIDL_SEEN, TRUE },
  { "here", MAIL_UIDL_HERE, TRUE },
  { "to-delete", MAIL_UIDL_TO_DELETE, TRUE },
  { "deleted", MAIL_UIDL_DELETED, TRUE },
  { "gone", MAIL_UIDL_GONE, TRUE },
  { "here-absent", MAIL_UIDL_HERE, FALSE },
  { "to-delete-absent", MAIL_UIDL_TO_DELETE, FALSE },
  { "deleted-absent", MAIL_UIDL_DELETED, FALSE },
  { "gone-absent", MAIL_UIDL_GONE, FALSE },
  { "seen-absent", MAIL_UIDL_SEEN, FALSE },
};

static void
add_item (GPtrArray *listing, const char *uidl, guint64 size)
{
  MailPop3Item *item = g_new0 (MailPop3Item, 1);

  item->number = listing->len + 1;
  item->size = size;
  item->uidl = g_strdup (uidl);
  g_ptr_array_add (listing, item);
}

static MailUidl *
add_entry (GHashTable *ledger, const char *uidl, MailUidlState state, guint64 size)
{
  MailUidl *entry = g_new0 (MailUidl, 1);

  entry->uidl = g_strdup (uidl);
  entry->state = state;
  entry->size = size;
  entry->fetched = state != MAIL_UIDL_SEEN ? NOW - 10 * DAY : 0;
  g_hash_table_replace (ledger, entry->uidl, entry);
  return entry;
}

static GHashTable *
new_ledger (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) mail_uidl_free);
}

static GPtrArray *
new_listing (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) mail_pop3_item_free);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The names in @array, sorted. */
static char *
join (const GPtrArray *array, gsize offset)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < array->len; i++)
    g_ptr_array_add (names, G_STRUCT_MEMBER (char *, g_ptr_array_index (array, i), offset));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (GStrv) names->pdata);
}

static char *
join_items (const GPtrArray *items)
{
  return join (items, G_STRUCT_OFFSET (MailPop3Item, uidl));
}

static char *
join_entries (const GPtrArray *entries)
{
  return join (entries, G_STRUCT_OFFSET (MailUidl, uidl));
}

static void
assert_plan (MailPopKeep keep, guint days, gboolean whole, const char *erase)
{
  g_autoptr (GHashTable) ledger = new_ledger ();
  g_autoptr (GPtrArray) listing = new_listing ();
  g_autoptr (MailPop3Plan) plan = NULL;
  g_autofree char *fetched = NULL;
  g_autofree char *erased = NULL;
  g_autofree char *returned = NULL;
  g_autofree char *vanished = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (cases[i].state >= 0)
        add_entry (ledger, cases[i].uidl, (MailUidlState) cases[i].state, 100);
      if (cases[i].listed)
        add_item (listing, cases[i].uidl, 100);
    }
  plan = mail_pop3_plan_new (keep, days, ledger, listing, whole, NOW);
  fetched = join_items (plan->fetch);
  erased = join_items (plan->erase);
  returned = join_items (plan->returned);
  vanished = join_entries (plan->vanished);
  g_assert_cmpstr (fetched, ==, "deleted gone new seen");
  g_assert_cmpstr (erased, ==, erase);
  g_assert_cmpstr (returned, ==, "deleted gone");
  g_assert_cmpstr (vanished, ==, whole ? "here-absent to-delete-absent" : "");
}

static void
test_delete_takes_what_is_here (void)
{
  assert_plan (MAIL_POP_KEEP_DELETE, 0, TRUE, "here to-delete");
}

static void
test_forever_takes_nothing (void)
{
  assert_plan (MAIL_POP_KEEP_FOREVER, 0, TRUE, "");
}

static void
test_days_takes_what_is_old_enough (void)
{
  assert_plan (MAIL_POP_KEEP_DAYS, 10, TRUE, "here to-delete");
  assert_plan (MAIL_POP_KEEP_DAYS, 11, TRUE, "");
}

static void
test_until_deleted_takes_what_the_person_deleted (void)
{
  assert_plan (MAIL_POP_KEEP_UNTIL_DELETED, 0, TRUE, "to-delete");
}

/* What the window announces is what happens: not due a second before the moment, due at it. */
static void
test_due_moment_is_the_plans_own (void)
{
  static const MailPopKeep keeps[]
      = { MAIL_POP_KEEP_DELETE, MAIL_POP_KEEP_DAYS, MAIL_POP_KEEP_UNTIL_DELETED, MAIL_POP_KEEP_FOREVER };
  static const MailUidlState states[] = { MAIL_UIDL_HERE, MAIL_UIDL_TO_DELETE };

  for (guint i = 0; i < G_N_ELEMENTS (keeps) * G_N_ELEMENTS (states); i++)
    {
      MailPopKeep keep = keeps[i / 2];
      gint64 due = mail_pop3_due_from (keep, 14, NOW, states[i % 2] == MAIL_UIDL_TO_DELETE, 0);
      gint64 moment = due == MAIL_POP3_NEVER ? NOW + 1000 * DAY : MAX (due, NOW);

      for (int late = -1; late <= 0; late++)
        {
          g_autoptr (GHashTable) ledger = new_ledger ();
          g_autoptr (GPtrArray) listing = new_listing ();
          g_autoptr (MailPop3Plan) plan = NULL;

          add_item (listing, "one", 5);
          add_entry (ledger, "one", states[i % 2], 5)->fetched = NOW;
          plan = mail_pop3_plan_new (keep, 14, ledger, listing, TRUE, moment + late);
          g_assert_cmpuint (plan->erase->len, ==, moment + late >= due ? 1 : 0);
        }
    }
  g_assert_cmpint (mail_pop3_due_from (MAIL_POP_KEEP_DAYS, 14, NOW, FALSE, 1), ==, NOW + 14 * DAY);
  g_assert_cmpint (mail_pop3_due_from (MAIL_POP_KEEP_DAYS, G_MAXUINT, G_MAXINT64, FALSE, 0), ==, MAIL_POP3_NEVER);
  /* This server keeps what it has. */
  g_assert_cmpint (mail_pop3_due_from (MAIL_POP_KEEP_DELETE, 14, NOW, FALSE, 2), ==, MAIL_POP3_NEVER);
}

static void
test_doubtful_listing_takes_nothing (void)
{
  assert_plan (MAIL_POP_KEEP_DELETE, 0, FALSE, "");
  assert_plan (MAIL_POP_KEEP_UNTIL_DELETED, 0, FALSE, "");
  assert_plan (MAIL_POP_KEEP_DAYS, 1, FALSE, "");
}

static void
test_newest_comes_first (void)
{
  g_autoptr (GHashTable) ledger = new_ledger ();
  g_autoptr (GPtrArray) listing = new_listing ();
  g_autoptr (MailPop3Plan) plan = NULL;

  for (guint i = 0; i < 3; i++)
    add_item (listing, (const char *[]){ "a", "b", "c" }[i], 1);
  plan = mail_pop3_plan_new (MAIL_POP_KEEP_FOREVER, 0, ledger, listing, TRUE, NOW);
  g_assert_cmpuint (((MailPop3Item *) g_ptr_array_index (plan->fetch, 0))->number, ==, 3);
}

static void
test_copies_under_one_id_count_once (void)
{
  g_autoptr (GHashTable) ledger = new_ledger ();
  g_autoptr (GPtrArray) listing = new_listing ();
  g_autoptr (MailPop3Plan) plan = NULL;

  add_item (listing, "new", 5);
  add_item (listing, "new", 5);
  add_item (listing, "here", 5);
  add_item (listing, "here", 5);
  add_entry (ledger, "here", MAIL_UIDL_HERE, 5);
  plan = mail_pop3_plan_new (MAIL_POP_KEEP_DELETE, 0, ledger, listing, TRUE, NOW);
  g_assert_cmpuint (plan->fetch->len, ==, 1);
  g_assert_cmpuint (plan->erase->len, ==, 1);
}

static void
test_id_used_again_is_looked_at_again (void)
{
  static const MailUidlState states[]
      = { MAIL_UIDL_HERE, MAIL_UIDL_TO_DELETE, MAIL_UIDL_DELETED, MAIL_UIDL_GONE };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (GHashTable) ledger = new_ledger ();
      g_autoptr (GPtrArray) listing = new_listing ();
      g_autoptr (MailPop3Plan) plan = NULL;

      add_item (listing, "1", 200);
      add_entry (ledger, "1", states[i], 100);
      plan = mail_pop3_plan_new (MAIL_POP_KEEP_DELETE, 0, ledger, listing, TRUE, NOW);
      g_assert_cmpuint (plan->fetch->len, ==, 1);
      g_assert_cmpuint (plan->erase->len, ==, 0);
    }
}

static void
test_what_came_back_is_deleted_once_more (void)
{
  for (guint times = 0; times < 3; times++)
    {
      g_autoptr (GHashTable) ledger = new_ledger ();
      g_autoptr (GPtrArray) listing = new_listing ();
      g_autoptr (MailPop3Plan) plan = NULL;

      add_item (listing, "back", 5);
      add_entry (ledger, "back", MAIL_UIDL_HERE, 5)->returned = times;
      plan = mail_pop3_plan_new (MAIL_POP_KEEP_DELETE, 0, ledger, listing, TRUE, NOW);
      g_assert_cmpuint (plan->fetch->len, ==, 0);
      g_assert_cmpuint (plan->erase->len, ==, times < 2 ? 1 : 0);
    }
}

static void
test_nameless_is_fetched (void)
{
  g_autoptr (GHashTable) ledger = new_ledger ();
  g_autoptr (GPtrArray) listing = new_listing ();
  g_autoptr (MailPop3Plan) plan = NULL;

  add_item (listing, NULL, 200);
  add_item (listing, NULL, 200);
  plan = mail_pop3_plan_new (MAIL_POP_KEEP_DELETE, 0, ledger, listing, TRUE, NOW);
  g_assert_cmpuint (plan->fetch->len, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/pop3-retention/delete-takes-what-is-here", test_delete_takes_what_is_here);
  g_test_add_func ("/sync/pop3-retention/forever-takes-nothing", test_forever_takes_nothing);
  g_test_add_func ("/sync/pop3-retention/days-takes-what-is-old-enough", test_days_takes_what_is_old_enough);
  g_test_add_func ("/sync/pop3-retention/the-due-moment-is-the-plans-own", test_due_moment_is_the_plans_own);
  g_test_add_func ("/sync/pop3-retention/until-deleted-takes-what-the-person-deleted",
                   test_until_deleted_takes_what_the_person_deleted);
  g_test_add_func ("/sync/pop3-retention/doubtful-listing-takes-nothing", test_doubtful_listing_takes_nothing);
  g_test_add_func ("/sync/pop3-retention/newest-comes-first", test_newest_comes_first);
  g_test_add_func ("/sync/pop3-retention/copies-under-one-id-count-once", test_copies_under_one_id_count_once);
  g_test_add_func ("/sync/pop3-retention/id-used-again-is-looked-at-again", test_id_used_again_is_looked_at_again);
  g_test_add_func ("/sync/pop3-retention/what-came-back-is-deleted-once-more", test_what_came_back_is_deleted_once_more);
  g_test_add_func ("/sync/pop3-retention/nameless-is-fetched", test_nameless_is_fetched);
  return g_test_run ();
}
