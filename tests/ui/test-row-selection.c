/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/main-loop.h"
#include "lib/temporary-store.h"
#include "store/store-messages.h"
#include "ui/list/message-model.h"
#include "ui/list/row-return.h"
#include "ui/list/row-selection.h"

/* Some slices, and what a person takes away of them. */
#define COUNT 9000
#define SLICES 4
#define GONE 3

typedef struct
{
  TemporaryStore *store;
  gint64 inbox;
  gint64 other;
  MailMessageList *list;
  MailMessageModel *model;
  GtkTreeView *tree;
  MailRowSelection *selection;
  guint n_turns;
  guint n_changes; /* of the rows, after they were loaded */
} Fixture;

static gboolean
fill_job (MailDb *db, gpointer data, GError **error)
{
  const Fixture *fixture = data;

  for (guint32 i = 1; i <= COUNT; i++)
    {
      g_autoptr (MailMessageInfo) info = temporary_store_make_info (fixture->inbox, i, 0);

      if (!mail_store_messages_insert (db, info, error))
        return FALSE;
    }
  return TRUE;
}

static void
store_changed_cb (const MailChange *change, gpointer data)
{
  Fixture *fixture = data;

  if (fixture->list != NULL)
    mail_message_list_apply (fixture->list, change);
}

static void
items_changed_cb (MailMessageList *list, guint position, guint removed, guint added, Fixture *fixture)
{
  if (fixture->model == NULL)
    return;
  fixture->n_changes++;
  mail_row_selection_moved (fixture->selection);
  mail_message_model_items_changed (fixture->model, position, removed, added);
  mail_row_selection_follow (fixture->selection);
}

static gboolean
is_loaded (gpointer data)
{
  return mail_message_list_get_count (((Fixture *) data)->list) == COUNT;
}

static void
told (gpointer data)
{
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->store = temporary_store_new ();
  fixture->inbox = temporary_store_add_mailbox (fixture->store, "INBOX", MAIL_ROLE_INBOX, 0);
  fixture->other = temporary_store_add_mailbox (fixture->store, "Other", MAIL_ROLE_NONE, 0);
  temporary_store_write (fixture->store, fill_job, fixture);
  mail_store_set_listener (fixture->store->store, NULL, store_changed_cb, fixture);
  fixture->list = mail_message_list_new (fixture->store->store, fixture->inbox);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
  run_until (is_loaded, fixture);
  fixture->model = mail_message_model_new (fixture->list);
  fixture->tree = GTK_TREE_VIEW (g_object_ref_sink (gtk_tree_view_new_with_model (GTK_TREE_MODEL (fixture->model))));
  gtk_tree_selection_set_mode (gtk_tree_view_get_selection (fixture->tree), GTK_SELECTION_MULTIPLE);
  fixture->selection = mail_row_selection_new (fixture->tree, told, fixture);
  mail_row_selection_set_list (fixture->selection, fixture->list);
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  mail_store_set_listener (fixture->store->store, NULL, NULL, NULL);
  mail_row_selection_free (fixture->selection);
  gtk_widget_destroy (GTK_WIDGET (fixture->tree));
  g_object_unref (fixture->tree);
  g_clear_object (&fixture->model);
  g_signal_handlers_disconnect_by_data (fixture->list, fixture);
  g_object_add_weak_pointer (G_OBJECT (fixture->list), (gpointer *) &fixture->list);
  g_object_unref (fixture->list);
  run_until (is_gone, &fixture->list);
  temporary_store_free (fixture->store);
}

static guint
count_shown (Fixture *fixture)
{
  return (guint) gtk_tree_selection_count_selected_rows (gtk_tree_view_get_selection (fixture->tree));
}

static gboolean
is_all_shown (gpointer data)
{
  Fixture *fixture = data;

  return count_shown (fixture) == mail_message_list_get_count (fixture->list);
}

/* Has its turns beside the slices. */
static gboolean
count_turn_cb (gpointer data)
{
  Fixture *fixture = data;

  fixture->n_turns++;
  return is_all_shown (fixture) ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
test_all_is_selected_at_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = NULL;
  guint first, last;

  g_idle_add_full (G_PRIORITY_HIGH_IDLE + 30, count_turn_cb, fixture, NULL);
  mail_row_selection_select_all (fixture->selection);
  ids = mail_row_selection_get_ids (fixture->selection);
  g_assert_cmpuint (ids->len, ==, COUNT);
  g_assert_cmpint (g_array_index (ids, gint64, COUNT - 1), ==, mail_message_list_get_id (fixture->list, COUNT - 1));
  g_assert_true (mail_row_selection_get_range (fixture->selection, &first, &last));
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (last, ==, COUNT - 1);
  g_assert_cmpuint (count_shown (fixture), <, COUNT);

  run_until (is_all_shown, fixture);
  g_assert_cmpuint (fixture->n_turns, >=, SLICES);
  g_assert_cmpuint (mail_row_selection_get_count (fixture->selection), ==, COUNT);
}

static gboolean
click_cb (gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices (7, -1);

  if (++fixture->n_turns < 2)
    return G_SOURCE_CONTINUE;
  g_assert_cmpuint (count_shown (fixture), >, 1);
  g_assert_cmpuint (count_shown (fixture), <, COUNT);
  gtk_tree_view_set_cursor (fixture->tree, path, NULL, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
is_clicked (gpointer data)
{
  return ((Fixture *) data)->n_turns == 2;
}

static void
test_a_click_ends_it (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) ids = NULL;

  mail_row_selection_select_all (fixture->selection);
  g_idle_add_full (G_PRIORITY_HIGH_IDLE + 30, click_cb, fixture, NULL);
  /* What waits has a turn only after the slices. */
  run_until (is_clicked, fixture);
  ids = mail_row_selection_get_ids (fixture->selection);
  g_assert_cmpuint (ids->len, ==, 1);
  g_assert_cmpint (g_array_index (ids, gint64, 0), ==, mail_message_list_get_id (fixture->list, 7));
  g_assert_cmpuint (count_shown (fixture), ==, 1);
}

static gboolean
change_job (MailDb *db, gpointer data, GError **error)
{
  const Fixture *fixture = data;
  g_autoptr (MailMessageInfo) info = temporary_store_make_info (fixture->inbox, COUNT + 1, 0);

  for (guint i = 0; i < GONE; i++)
    if (!mail_store_messages_move (db, mail_message_list_get_id (fixture->list, i * 1000), fixture->other, 0, error))
      return FALSE;
  return mail_store_messages_insert (db, info, error);
}

/* While there is such a source, none that is less urgent has a turn: the news begin to come before all is shown. */
static gboolean
await_change_cb (gpointer data)
{
  Fixture *fixture = data;

  if (fixture->n_changes == 0)
    return G_SOURCE_CONTINUE;
  g_assert_cmpuint (count_shown (fixture), <, COUNT - GONE);
  return G_SOURCE_REMOVE;
}

static gboolean
has_all_news (gpointer data)
{
  return mail_message_list_get_count (((Fixture *) data)->list) == COUNT - GONE + 1 && count_shown (data) == COUNT - GONE;
}

/* What comes meanwhile is not selected, and what goes is no longer. */
static void
test_news_change_it_no_more_than_they_must (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GtkTreePath) newest = gtk_tree_path_new_first ();

  mail_row_selection_select_all (fixture->selection);
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, await_change_cb, fixture, NULL);
  temporary_store_write (fixture->store, change_job, fixture);
  run_until (has_all_news, fixture);
  g_assert_cmpuint (mail_row_selection_get_count (fixture->selection), ==, COUNT - GONE);
  g_assert_false (gtk_tree_selection_path_is_selected (gtk_tree_view_get_selection (fixture->tree), newest));
}

/* A click with a key held down takes one away from all, however little of that is shown. */
static void
test_what_is_pressed_finds_all_selected (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GdkEvent) event = gdk_event_new (GDK_BUTTON_PRESS);
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices (COUNT - 1, -1);
  gboolean handled = TRUE;

  mail_row_selection_select_all (fixture->selection);
  g_signal_emit_by_name (fixture->tree, "event", event, &handled);
  g_assert_false (handled);
  g_assert_cmpuint (count_shown (fixture), ==, COUNT);
  gtk_tree_selection_unselect_path (gtk_tree_view_get_selection (fixture->tree), path);
  g_assert_cmpuint (mail_row_selection_get_count (fixture->selection), ==, COUNT - 1);
}

static void
test_an_undo_is_given_up_by_its_own_refusal_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (MailRowReturn) row_return = mail_row_return_new (fixture->tree, fixture->selection);
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices (7, -1);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (gint64));
  const gint64 deleted = G_MAXINT64;
  const gint64 other = G_MAXINT64 - 1;

  g_array_append_val (ids, deleted);
  g_array_append_val (others, other);
  gtk_tree_selection_select_path (gtk_tree_view_get_selection (fixture->tree), path);
  mail_row_return_expect (row_return, ids);
  /* Told a second time, it is still this that was selected before. */
  mail_row_return_expect (row_return, ids);
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  g_assert_false (mail_row_return_give_up (row_return, others, fixture->list));
  g_assert_cmpuint (count_shown (fixture), ==, 0);
  g_assert_true (mail_row_return_give_up (row_return, ids, fixture->list));
  g_assert_true (gtk_tree_selection_path_is_selected (gtk_tree_view_get_selection (fixture->tree), path));
  g_assert_false (mail_row_return_give_up (row_return, ids, fixture->list));
}

static void
test_it_goes_along_to_another_view_of_the_rows (Fixture *fixture, gconstpointer data)
{
  mail_row_selection_select_all (fixture->selection);
  g_assert_cmpuint (mail_row_selection_get_count (fixture->selection), ==, COUNT);
  run_until (is_all_shown, fixture);
  mail_row_selection_keep (fixture->selection);
  gtk_tree_view_set_model (fixture->tree, NULL);
  gtk_tree_view_set_model (fixture->tree, GTK_TREE_MODEL (fixture->model));
  mail_row_selection_restore (fixture->selection);
  g_assert_cmpuint (mail_row_selection_get_count (fixture->selection), ==, COUNT);
  g_assert_cmpuint (count_shown (fixture), <, COUNT);
  run_until (is_all_shown, fixture);
}

#define add(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  add ("/ui/row-selection/all-is-selected-at-once-and-shown-in-slices", test_all_is_selected_at_once);
  add ("/ui/row-selection/a-click-ends-it", test_a_click_ends_it);
  add ("/ui/row-selection/news-change-it-no-more-than-they-must", test_news_change_it_no_more_than_they_must);
  add ("/ui/row-selection/it-goes-along-to-another-view-of-the-rows", test_it_goes_along_to_another_view_of_the_rows);
  add ("/ui/row-selection/what-is-pressed-finds-all-selected", test_what_is_pressed_finds_all_selected);
  add ("/ui/row-return/an-undo-is-given-up-by-its-own-refusal-alone", test_an_undo_is_given_up_by_its_own_refusal_alone);
  return g_test_run ();
}
