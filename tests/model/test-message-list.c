/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/main-loop.h"
#include "lib/temporary-store.h"
#include "model/message-list.h"
#include "store/store-messages.h"

#define UNKNOWN (-1)

/* What a view would hold: nothing but what the signals and the answers to them told. */
typedef struct
{
  gint64 id;
  int flags; /* UNKNOWN: the row was not here */
} Shown;

typedef struct
{
  TemporaryStore *store;
  gint64 inbox;
  gint64 other;
  MailMessageList *list;
  GArray *shown; /* Shown */
  gboolean loaded;
  guint n_items_changed;
  guint n_rows_changed;
} Fixture;

static Shown
look (MailMessageList *list, guint position)
{
  const MailMessageInfo *row = mail_message_list_get_row (list, position);
  const Shown shown = { mail_message_list_get_id (list, position), row != NULL ? (int) row->flags : UNKNOWN };

  if (row != NULL)
    g_assert_cmpint (row->id, ==, shown.id);
  return shown;
}

static void
items_changed_cb (MailMessageList *list, guint position, guint removed, guint added, Fixture *fixture)
{
  g_assert_cmpuint (position + removed, <=, fixture->shown->len);
  if (removed > 0)
    g_array_remove_range (fixture->shown, position, removed);
  g_assert_cmpuint (fixture->shown->len + added, ==, mail_message_list_get_count (list));
  for (guint i = 0; i < added; i++)
    {
      const Shown shown = look (list, position + i);

      g_array_insert_val (fixture->shown, position + i, shown);
    }
  fixture->n_items_changed++;
}

static void
rows_changed_cb (MailMessageList *list, guint first, guint count, Fixture *fixture)
{
  g_assert_cmpuint (count, >, 0);
  g_assert_cmpuint (first + count, <=, fixture->shown->len);
  for (guint i = first; i < first + count; i++)
    g_array_index (fixture->shown, Shown, i) = look (list, i);
  fixture->n_rows_changed++;
}

static void
loaded_cb (MailMessageList *list, Fixture *fixture)
{
  g_assert_false (fixture->loaded);
  fixture->loaded = TRUE;
}

static void
changed_cb (const MailChange *change, gpointer user_data)
{
  Fixture *fixture = user_data;

  if (fixture->list != NULL)
    mail_message_list_apply (fixture->list, change);
}

static void
show_list (Fixture *fixture)
{
  fixture->list = mail_message_list_new (fixture->store->store, fixture->inbox);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
  g_signal_connect (fixture->list, "rows-changed", G_CALLBACK (rows_changed_cb), fixture);
  g_signal_connect (fixture->list, "loaded", G_CALLBACK (loaded_cb), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = temporary_store_new ();
  fixture->inbox = temporary_store_add_mailbox (fixture->store, "INBOX", MAIL_ROLE_INBOX, 0);
  fixture->other = temporary_store_add_mailbox (fixture->store, "Other", MAIL_ROLE_NONE, 0);
  fixture->shown = g_array_new (FALSE, FALSE, sizeof (Shown));
  mail_store_set_listener (fixture->store->store, NULL, changed_cb, fixture);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

/* A read that is under way holds the list. */
static void
drop_list (Fixture *fixture)
{
  g_signal_handlers_disconnect_by_data (fixture->list, fixture);
  g_object_add_weak_pointer (G_OBJECT (fixture->list), (gpointer *) &fixture->list);
  g_object_unref (fixture->list);
  run_until (is_gone, &fixture->list);
}

/* A list, and which message is to become its last and how many are to be in it. */
typedef struct
{
  MailMessageList *list;
  guint count;
  gint64 last;
} Awaited;

static gboolean
has_come (gpointer data)
{
  const Awaited *awaited = data;

  return mail_message_list_get_count (awaited->list) == awaited->count
         && mail_message_list_get_id (awaited->list, awaited->count - 1) == awaited->last;
}

typedef struct
{
  gint64 id;
  gint64 mailbox_id;
} Moving;

static gboolean
move_away_job (MailDb *db, gpointer data, GError **error)
{
  const Moving *moving = data;

  return mail_store_messages_move (db, moving->id, moving->mailbox_id, 0, error);
}

/* Only what a search found, in the order of the list; new mail is none of it, and what leaves the mailbox leaves it. */
static void
test_shows_what_was_found (Fixture *fixture, gconstpointer data)
{
  gint64 ids[5];
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < 4; i++)
    ids[i] = temporary_store_add_message (fixture->store, fixture->inbox, i + 1, 0);
  ids[4] = temporary_store_add_message (fixture->store, fixture->other, 1, 0);
  g_array_append_val (found, ids[0]);
  g_array_append_val (found, ids[2]);
  g_array_append_val (found, ids[4]);
  fixture->list = mail_message_list_new_found (fixture->store->store, fixture->inbox, found);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
  g_signal_connect (fixture->list, "loaded", G_CALLBACK (loaded_cb), fixture);
  run_until_set (&fixture->loaded);
  g_assert_cmpuint (fixture->shown->len, ==, 2);
  g_assert_cmpint (g_array_index (fixture->shown, Shown, 0).id, ==, ids[2]);

  /* Another search: one stays, one goes, two come. */
  temporary_store_add_message (fixture->store, fixture->inbox, 9, 0);
  g_array_index (found, gint64, 0) = ids[1];
  g_array_append_val (found, ids[3]);
  mail_message_list_set_found (fixture->list, found);
  run_until (has_come, &(Awaited){ fixture->list, 3, ids[1] });
  g_assert_cmpint (mail_message_list_get_id (fixture->list, 0), ==, ids[3]);
  g_assert_cmpint (mail_message_list_get_id (fixture->list, 1), ==, ids[2]);
  g_assert_cmpint (mail_message_list_get_id (fixture->list, 2), ==, ids[1]);

  temporary_store_write (fixture->store, move_away_job, &(Moving){ ids[2], fixture->other });
  run_until (has_come, &(Awaited){ fixture->list, 2, ids[1] });
  g_assert_cmpint (g_array_index (fixture->shown, Shown, 1).id, ==, ids[1]);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  mail_store_set_listener (fixture->store->store, NULL, NULL, NULL);
  if (fixture->list != NULL)
    drop_list (fixture);
  g_array_unref (fixture->shown);
  temporary_store_free (fixture->store);
}

/* The truth: what a plain query says now. */
typedef struct
{
  Fixture *fixture;
  GPtrArray *rows;
} Truth;

static gboolean
truth_job (MailDb *db, gpointer data, GError **error)
{
  Truth *truth = data;

  truth->rows = mail_store_messages_list (db, truth->fixture->inbox, 0, error);
  return truth->rows != NULL;
}

/* Looks at every row as a window as high as the mailbox would, so that all of them are asked for. */
static gboolean
shows_truth (gpointer data)
{
  const Truth *truth = data;
  MailMessageList *list = truth->fixture->list;
  gboolean same = mail_message_list_get_count (list) == truth->rows->len;

  for (guint i = 0; same && i < truth->rows->len; i++)
    {
      const MailMessageInfo *wanted = g_ptr_array_index (truth->rows, i);
      const Shown shown = look (list, i);

      same = shown.id == wanted->id && shown.flags == (int) wanted->flags;
    }
  return same;
}

static void
settle (Fixture *fixture)
{
  Truth truth = { .fixture = fixture };

  temporary_store_read (fixture->store, truth_job, &truth);
  run_until (shows_truth, &truth);
  g_assert_cmpuint (fixture->shown->len, ==, truth.rows->len);
  for (guint i = 0; i < truth.rows->len; i++)
    {
      const MailMessageInfo *wanted = g_ptr_array_index (truth.rows, i);
      guint position;

      g_assert_cmpint (g_array_index (fixture->shown, Shown, i).id, ==, wanted->id);
      g_assert_cmpint (g_array_index (fixture->shown, Shown, i).flags, ==, (int) wanted->flags);
      g_assert_true (mail_message_list_find (fixture->list, wanted->id, &position));
      g_assert_cmpuint (position, ==, i);
    }
  g_ptr_array_unref (truth.rows);
}

static gint64
any_id (const GArray *ids)
{
  return ids->len > 0 ? g_array_index (ids, gint64, g_test_rand_int_range (0, (int) ids->len)) : 0;
}

static gboolean
insert (MailDb *db, gint64 mailbox_id, gint64 date, GError **error)
{
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (mailbox_id, 0, 0);

  info->date = date;
  return mail_store_messages_insert (db, info, error);
}

/* One transaction of a life: mail comes at any date, goes, is moved away and back, is read. */
static gboolean
random_job (MailDb *db, gpointer data, GError **error)
{
  const Fixture *fixture = data;
  const int n_changes = g_test_rand_int_range (1, 30);

  for (int i = 0; i < n_changes; i++)
    {
      g_autoptr (GArray) here = mail_store_messages_ids (db, fixture->inbox, error);
      g_autoptr (GArray) there = mail_store_messages_ids (db, fixture->other, error);
      const gint64 id = any_id (here);
      const gint64 back = any_id (there);
      const int what = g_test_rand_int_range (0, 8);
      gboolean ok = TRUE;

      if (what <= 2 || id == 0)
        ok = insert (db, fixture->inbox, g_test_rand_int_range (0, 60), error);
      else if (what == 3)
        ok = mail_store_messages_remove (db, id, error);
      else if (what == 4)
        ok = mail_store_messages_move (db, id, fixture->other, 0, error);
      else if (what == 5 && back != 0)
        ok = mail_store_messages_move (db, back, fixture->inbox, 0, error);
      else
        ok = mail_store_messages_set_flags (db, id, (MailFlags) g_test_rand_int_range (0, 8), error);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

static void
test_equals_a_fresh_query_after_every_change (Fixture *fixture, gconstpointer data)
{
  show_list (fixture);
  settle (fixture);
  g_assert_true (fixture->loaded);
  for (int round = 0; round < 150; round++)
    {
      const int n_transactions = g_test_rand_int_range (1, 5);

      for (int i = 0; i < n_transactions; i++)
        temporary_store_write (fixture->store, random_job, fixture);
      settle (fixture);
    }
}

static void
test_changes_before_it_is_loaded_are_not_lost (Fixture *fixture, gconstpointer data)
{
  for (int round = 0; round < 20; round++)
    {
      fixture->loaded = FALSE;
      g_array_set_size (fixture->shown, 0);
      show_list (fixture);
      temporary_store_write (fixture->store, random_job, fixture);
      g_assert_false (fixture->loaded);
      settle (fixture);
      drop_list (fixture);
    }
}

static gboolean
insert_many (MailDb *db, const Fixture *fixture, guint count, gint64 first_date, gint64 step, GError **error)
{
  for (guint i = 0; i < count; i++)
    if (!insert (db, fixture->inbox, first_date + step * i, error))
      return FALSE;
  return TRUE;
}

static gboolean
even_dates_job (MailDb *db, gpointer data, GError **error)
{
  return insert_many (db, data, 1500, 0, 2, error);
}

static gboolean
odd_dates_job (MailDb *db, gpointer data, GError **error)
{
  return insert_many (db, data, 1500, 1, 2, error);
}

static gboolean
remove_thirds_job (MailDb *db, gpointer data, GError **error)
{
  const Fixture *fixture = data;
  g_autoptr (GArray) ids = mail_store_messages_ids (db, fixture->inbox, error);

  for (guint i = 0; i < ids->len; i += 3)
    if (!mail_store_messages_remove (db, g_array_index (ids, gint64, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
has_length (gpointer data)
{
  const Fixture *fixture = data;

  return fixture->shown->len == 2000;
}

/* A change at 1500 places is played in several turns of the main loop, each of which leaves the list whole. */
static void
test_a_scattered_change_is_exact_at_every_place (Fixture *fixture, gconstpointer data)
{
  temporary_store_write (fixture->store, even_dates_job, fixture);
  show_list (fixture);
  run_until_set (&fixture->loaded);
  fixture->n_items_changed = 0;
  temporary_store_write (fixture->store, odd_dates_job, fixture);
  temporary_store_write (fixture->store, remove_thirds_job, fixture);
  run_until (has_length, fixture);
  g_assert_cmpuint (fixture->n_items_changed, >=, 500);
  settle (fixture);
}

static gboolean
has_first_row (gpointer data)
{
  return mail_message_list_get_row (data, 0) != NULL;
}

static void
test_new_mail_comes_with_its_row (Fixture *fixture, gconstpointer data)
{
  show_list (fixture);
  run_until_set (&fixture->loaded);
  g_assert_cmpuint (mail_message_list_get_count (fixture->list), ==, 0);
  temporary_store_add_message (fixture->store, fixture->inbox, 1, 0);
  temporary_store_add_message (fixture->store, fixture->other, 1, 0);
  run_until (has_first_row, fixture->list);
  g_assert_cmpuint (fixture->n_items_changed, ==, 2);
  /* It was there already when the signal came, and nobody asked. */
  g_assert_cmpint (g_array_index (fixture->shown, Shown, 0).flags, ==, 0);
  g_assert_cmpuint (fixture->n_rows_changed, ==, 0);
}

static gboolean
pages_are_here (gpointer data)
{
  Fixture *fixture = data;

  return mail_message_list_get_row (fixture->list, 2999) != NULL && mail_message_list_get_row (fixture->list, 1000) != NULL;
}

static void
test_only_pages_that_were_asked_for_are_loaded (Fixture *fixture, gconstpointer data)
{
  guint n_known = 0;

  temporary_store_write (fixture->store, even_dates_job, fixture);
  temporary_store_write (fixture->store, odd_dates_job, fixture);
  fixture->list = mail_message_list_new (fixture->store->store, fixture->inbox);
  g_signal_connect (fixture->list, "loaded", G_CALLBACK (loaded_cb), fixture);
  run_until_set (&fixture->loaded);
  run_until (pages_are_here, fixture);
  mail_message_list_detach (fixture->list);
  for (guint i = 0; i < 3000; i++)
    n_known += mail_message_list_get_row (fixture->list, i) != NULL;
  g_assert_cmpuint (n_known, >, 64);
  g_assert_cmpuint (n_known, <=, 3 * 64);
}

static void
test_a_detached_list_stays_readable (Fixture *fixture, gconstpointer data)
{
  const gint64 id = temporary_store_add_message (fixture->store, fixture->inbox, 1, MAIL_FLAG_SEEN);

  show_list (fixture);
  run_until_set (&fixture->loaded);
  mail_message_list_detach (fixture->list);
  temporary_store_reopen (fixture->store);
  g_assert_cmpint (mail_message_list_get_row (fixture->list, 0)->id, ==, id);
  g_assert_null (mail_message_list_get_row (fixture->list, 1));
  g_assert_cmpint (mail_message_list_get_id (fixture->list, 1), ==, 0);
}

/* A report, not a verdict: how long the window would have stood still with 100,000 messages. */

static gboolean
huge_job (MailDb *db, gpointer data, GError **error)
{
  return insert_many (db, data, 100000, 1000000, 60, error);
}

static gboolean
read_thousand_job (MailDb *db, gpointer data, GError **error)
{
  const Fixture *fixture = data;
  g_autoptr (GArray) ids = mail_store_messages_ids (db, fixture->inbox, error);

  for (guint i = 0; i < 1000; i++)
    if (!mail_store_messages_set_flags (db, g_array_index (ids, gint64, i * 97), MAIL_FLAG_SEEN, error))
      return FALSE;
  return TRUE;
}

typedef struct
{
  Fixture *fixture;
  guint position;
} Scroll;

static gboolean
scrolled_to_the_end (gpointer data)
{
  Scroll *scroll = data;
  MailMessageList *list = scroll->fixture->list;

  for (guint i = 0; i < 30; i++)
    if (mail_message_list_get_row (list, scroll->position + i) == NULL)
      return FALSE;
  scroll->position += 5000;
  return scroll->position + 30 > mail_message_list_get_count (list);
}

static gboolean
first_is_seen (gpointer data)
{
  const MailMessageInfo *row = mail_message_list_get_row (data, 0);

  return row != NULL && (row->flags & MAIL_FLAG_SEEN) != 0;
}

static gboolean
new_and_scattered_job (MailDb *db, gpointer data, GError **error)
{
  return insert_many (db, data, 1000, 1000030, 5999, error);
}

static gboolean
has_all (gpointer data)
{
  return mail_message_list_get_count (data) == 101000;
}

static gboolean
turned_often (gpointer data)
{
  guint *turns = data;

  return ++*turns == 1000;
}

static void
report (const char *what)
{
  g_autofree char *turn = describe_longest_turn ();

  g_test_message ("%s: %s", what, turn);
}

static void
test_says_how_long_a_turn_takes (Fixture *fixture, gconstpointer data)
{
  Scroll scroll = { .fixture = fixture };
  guint turns = 0;

  temporary_store_write (fixture->store, huge_job, fixture);
  measure_turns ();
  run_until (turned_often, &turns);
  report ("an idle main loop");

  fixture->list = mail_message_list_new (fixture->store->store, fixture->inbox);
  g_signal_connect (fixture->list, "loaded", G_CALLBACK (loaded_cb), fixture);
  run_until_set (&fixture->loaded);
  g_assert_cmpuint (mail_message_list_get_count (fixture->list), ==, 100000);
  report ("100,000 ids are read");

  run_until (scrolled_to_the_end, &scroll);
  report ("20 places are scrolled to");

  temporary_store_write (fixture->store, read_thousand_job, fixture);
  run_until (first_is_seen, fixture->list);
  report ("1,000 are marked as read");

  temporary_store_write (fixture->store, new_and_scattered_job, fixture);
  run_until (has_all, fixture->list);
  report ("1,000 new come at as many places");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/model/message-list/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("equals-a-fresh-query-after-every-change", test_equals_a_fresh_query_after_every_change);
  ADD ("changes-before-it-is-loaded-are-not-lost", test_changes_before_it_is_loaded_are_not_lost);
  ADD ("a-scattered-change-is-exact-at-every-place", test_a_scattered_change_is_exact_at_every_place);
  ADD ("new-mail-comes-with-its-row", test_new_mail_comes_with_its_row);
  ADD ("only-pages-that-were-asked-for-are-loaded", test_only_pages_that_were_asked_for_are_loaded);
  ADD ("a-detached-list-stays-readable", test_a_detached_list_stays_readable);
  ADD ("shows-only-what-a-search-found", test_shows_what_was_found);
  ADD ("says-how-long-a-turn-takes", test_says_how_long_a_turn_takes);
#undef ADD
  return g_test_run ();
}
