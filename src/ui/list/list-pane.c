/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/list-pane.h"

#include <glib/gi18n.h>
#include <handy.h>

#include "ui/dialogs.h"
#include "ui/list/list-status.h"
#include "ui/list/message-model.h"
#include "ui/list/row-menu.h"
#include "ui/list/row-pointer.h"
#include "ui/list/row-renderer.h"
#include "ui/list/row-return.h"
#include "ui/list/row-selection.h"
#include "ui/list/search-bar.h"
#include "ui/list/selection-bar.h"
#include "ui/mailbox-rights.h"
#include "ui/settings.h"

/* Telling the view of each of more rows takes longer than attaching it anew. */
#define MANY 1000

struct _MailListPane
{
  GtkBin parent_instance;
  GtkStack *pages;
  GtkTreeView *tree;
  GtkTreeSelection *tree_selection;
  GtkTreeViewColumn *column;
  HdyStatusPage *status;
  GMenuModel *row_menu;
  GtkCellRenderer *renderer;
  MailRowPointer *pointer;
  MailRowSelection *selection;
  MailRowReturn *row_return;
  MailSelectionBar *selection_bar;
  MailSearchBar *search_bar;

  MailAccount *account;
  MailMailbox *mailbox;
  MailMessageList *list;
  gboolean is_found;      /* it has only what a search found */
  MailMessageModel *model;
  guint advance;          /* row to select when the selected ones are gone, or MAIL_NO_ROW */
  gint64 wanted;          /* message to select when it is loaded, or 0 */
  GPtrArray *row_tags;    /* MailTag: of the row that is looked at */
  gboolean returning;     /* an undo is about to bring rows back: the first that comes is shown */
  MailRowMenu *menu;      /* borrowed: the tree has it */
  gboolean ticking;       /* somebody is putting a selection together, row by row */
};

G_DEFINE_TYPE (MailListPane, mail_list_pane, GTK_TYPE_BIN)

enum
{
  SELECTION_CHANGED,
  ACTIVATED,
  CLICKED,
  DELETE_WANTED,
  NOTICE,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
is_outgoing (MailListPane *self)
{
  MailRole role = self->mailbox != NULL ? mail_mailbox_get_role (self->mailbox) : MAIL_ROLE_NONE;

  return role == MAIL_ROLE_SENT || role == MAIL_ROLE_DRAFTS;
}

/* With more than one row selected, or while somebody ticks them off, each shows whether it is. */
gboolean
mail_list_pane_is_ticking (MailListPane *self)
{
  return self->ticking || mail_row_selection_get_count (self->selection) > 1;
}

static gboolean
is_selected (MailListPane *self, guint position)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);

  return gtk_tree_selection_path_is_selected (self->tree_selection, path);
}

static gboolean
can_archive (MailListPane *self)
{
  MailMailbox *archive = mail_account_find_archive_for (self->account, self->mailbox);

  return archive != NULL && mail_mailbox_may (archive, MAIL_RIGHT_INSERT) && mail_mailbox_may (self->mailbox, MAIL_RIGHT_DELETE);
}

/* @position must be in the list; its tags are there until the next row is looked at. */
static MailRow
look_at (MailListPane *self, guint position)
{
  MailRow row = { .info = mail_message_list_get_row (self->list, position) };

  row.sent = is_outgoing (self);
  row.hover = position == mail_row_pointer_get_row (self->pointer);
  row.ticks = row.hover || mail_list_pane_is_ticking (self);
  row.ticked = row.ticks && is_selected (self, position);
  row.can_archive = can_archive (self);
  row.can_delete = mail_mailbox_may (self->mailbox, MAIL_RIGHT_DELETE);
  if (row.info != NULL)
    mail_account_find_tags (self->account, row.info, self->row_tags);
  row.tags = row.info != NULL ? self->row_tags : NULL;
  row.leaves = row.info != NULL && mail_account_will_leave_server (self->account, row.info, &row.leaves_when);
  return row;
}

static void
cell_data_cb (GtkTreeViewColumn *column, GtkCellRenderer *cell, GtkTreeModel *model, GtkTreeIter *iter, gpointer data)
{
  MailListPane *self = data;
  MailRow row = { 0 };
  guint position;

  gtk_tree_model_get (model, iter, MAIL_MESSAGE_MODEL_POSITION, &position, -1);
  if (position < mail_message_list_get_count (self->list))
    row = look_at (self, position);
  mail_row_renderer_set_row (MAIL_ROW_RENDERER (cell), &row);
}

GArray *
mail_list_pane_get_selected (MailListPane *self)
{
  return mail_row_selection_get_ids (self->selection);
}

guint
mail_list_pane_get_n_selected (MailListPane *self)
{
  return mail_row_selection_get_count (self->selection);
}

void
mail_list_pane_get_selected_flags (MailListPane *self, MailFlags *all, MailFlags *any)
{
  mail_row_selection_get_flags (self->selection, all, any);
}

static void
scroll_to (MailListPane *self, guint position)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);

  /* A row that is only to be visible, GTK puts at the lower edge of a view that has no height yet: the first would be above it. */
  gtk_tree_view_scroll_to_cell (self->tree, path, NULL, position == 0, 0, 0);
}

/* Scrolls by as little as shows the row, which may have come just now: GTK puts one that it has not drawn yet at an edge. */
static void
reveal (MailListPane *self, guint position)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->tree));
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);
  GdkRectangle area;

  gtk_tree_view_get_background_area (self->tree, path, NULL, &area);
  gtk_adjustment_set_upper (adjustment, MAX (gtk_adjustment_get_upper (adjustment),
                                             (double) mail_message_list_get_count (self->list) * area.height));
  gtk_adjustment_clamp_page (adjustment, (double) position * area.height, (double) (position + 1) * area.height);
}

static void
select_position (MailListPane *self, guint position)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);

  gtk_tree_view_set_cursor (self->tree, path, NULL, FALSE);
  scroll_to (self, position);
}

/* What the person's own action took away was selected: the row that has come to its place is the next one. */
static void
take_advance (MailListPane *self)
{
  guint count = self->list != NULL ? mail_message_list_get_count (self->list) : 0;

  if (self->advance == MAIL_NO_ROW || mail_row_selection_get_count (self->selection) > 0)
    return;
  if (count > 0)
    select_position (self, MIN (self->advance, count - 1));
  self->advance = MAIL_NO_ROW;
}

static void
selection_told (gpointer data)
{
  MailListPane *self = data;
  guint count;

  take_advance (self);
  count = mail_row_selection_get_count (self->selection);
  if (count > 0)
    mail_row_return_stop (self->row_return);
  self->ticking = self->ticking && count > 0;
  mail_selection_bar_set_count (self->selection_bar, mail_list_pane_is_ticking (self) ? count : 0);
  gtk_widget_queue_draw (GTK_WIDGET (self->tree));
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

char *
mail_list_pane_dup_selected_keywords (MailListPane *self)
{
  return mail_row_selection_dup_keywords (self->selection);
}

GPtrArray *
mail_list_pane_find_tags (MailListPane *self, gint64 id)
{
  GPtrArray *tags = g_ptr_array_new_with_free_func (g_object_unref);
  const MailMessageInfo *info = NULL;
  guint position;

  if (self->list != NULL && mail_message_list_find (self->list, id, &position))
    info = mail_message_list_peek_row (self->list, position);
  if (info != NULL)
    mail_account_find_tags (self->account, info, tags);
  return tags;
}

static gboolean
may_have_tags (const MailMessageInfo *info, gpointer data)
{
  MailListPane *self = data;

  if (info != NULL)
    mail_account_find_tags (self->account, info, self->row_tags);
  return info == NULL || self->row_tags->len > 0;
}

gboolean
mail_list_pane_may_have_tags (MailListPane *self)
{
  return mail_row_selection_has (self->selection, may_have_tags, self);
}

void
mail_list_pane_add_submenu (MailListPane *self, const char *label, GMenuModel *menu)
{
  g_autoptr (GMenu) section = g_menu_new ();

  g_menu_append_submenu (section, label, menu);
  g_menu_append_section (G_MENU (self->row_menu), NULL, G_MENU_MODEL (section));
}

void
mail_list_pane_explain (MailListPane *self, MailReasons *reasons, const char *heading)
{
  mail_row_menu_explain (self->menu, reasons);
  mail_menu_set_heading (G_MENU (self->row_menu), heading);
  if (reasons != NULL)
    mail_reasons_explain_buttons (reasons, GTK_WIDGET (self->selection_bar));
}

int
mail_list_pane_get_bar_height (MailListPane *self)
{
  int height = 0;

  if (gtk_revealer_get_reveal_child (GTK_REVEALER (self->selection_bar)))
    gtk_widget_get_preferred_height (gtk_bin_get_child (GTK_BIN (self->selection_bar)), NULL, &height);
  return height;
}

gboolean
mail_list_pane_select (MailListPane *self, gint64 id)
{
  guint position;

  if (self->list == NULL || self->model == NULL || !mail_message_list_find (self->list, id, &position))
    {
      self->wanted = id;
      return FALSE;
    }
  self->wanted = 0;
  select_position (self, position);
  return TRUE;
}

void
mail_list_pane_unselect (MailListPane *self)
{
  self->advance = MAIL_NO_ROW;
  self->ticking = FALSE;
  gtk_tree_selection_unselect_all (self->tree_selection);
}

void
mail_list_pane_settle (MailListPane *self)
{
  mail_row_selection_settle (self->selection);
}

void
mail_list_pane_step (MailListPane *self, int step)
{
  guint count = self->list != NULL ? mail_message_list_get_count (self->list) : 0;
  guint first, last;
  gint64 from = step > 0 ? -1 : (gint64) count;

  if (count == 0)
    return;
  if (mail_row_selection_get_range (self->selection, &first, &last))
    from = step > 0 ? last : first;
  select_position (self, (guint) CLAMP (from + step, 0, (gint64) count - 1));
}

void
mail_list_pane_advance (MailListPane *self)
{
  guint last;

  if (!mail_row_selection_get_range (self->selection, &self->advance, &last))
    self->advance = MAIL_NO_ROW;
}

void
mail_list_pane_expect_return (MailListPane *self, const GArray *ids)
{
  self->advance = MAIL_NO_ROW;
  self->returning = TRUE;
  mail_row_return_expect (self->row_return, ids);
}

void
mail_list_pane_give_up_return (MailListPane *self, const GArray *ids)
{
  if (self->list != NULL && mail_row_return_give_up (self->row_return, ids, self->list))
    self->returning = FALSE;
}

static void
look_for_return (MailListPane *self)
{
  mail_row_return_look (self->row_return, self->list);
}

/* Nothing is ever an empty white pane. */
static void
update_status (MailListPane *self)
{
  gboolean loading = FALSE;

  if (self->list == NULL)
    {
      gtk_stack_set_visible_child_name (self->pages, "blank");
      return;
    }
  g_object_get (self->list, "loading", &loading, NULL);
  if (mail_message_list_get_count (self->list) > 0 || loading)
    {
      gtk_stack_set_visible_child_name (self->pages, loading ? "blank" : "rows");
      return;
    }
  mail_list_status_tell (self->status, self->account, self->mailbox, self->is_found);
  gtk_stack_set_visible_child_name (self->pages, "status");
}

static void
attach (MailListPane *self)
{
  mail_message_model_reset (self->model);
  gtk_tree_view_set_model (self->tree, GTK_TREE_MODEL (self->model));
}

/* Where row @position is once @removed rows at @at have gone and @added have come. */
static guint
carry (guint position, guint at, guint removed, guint added)
{
  if (position < at)
    return position;
  return position < at + removed ? at : position - removed + added;
}

/* A change of many rows at once: the selection is carried over by its messages, and the row at the top and the cursor by their
 * places, so that nothing moves. */
static void
attach_anew (MailListPane *self, guint at, guint removed, guint added)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->tree));
  guint count = mail_message_list_get_count (self->list);
  g_autoptr (GtkTreePath) top = NULL;
  g_autoptr (GtkTreePath) cursor = NULL;
  GdkRectangle area = { 0 };
  double place = gtk_adjustment_get_value (adjustment);

  gtk_tree_view_get_cursor (self->tree, &cursor, NULL);
  if (place > 0 && gtk_tree_view_get_visible_range (self->tree, &top, NULL))
    {
      guint first = (guint) gtk_tree_path_get_indices (top)[0];

      gtk_tree_view_get_background_area (self->tree, top, NULL, &area);
      place += ((double) carry (first, at, removed, added) - first) * area.height;
    }
  mail_row_selection_keep (self->selection);
  gtk_tree_view_set_model (self->tree, NULL);
  attach (self);
  if (cursor != NULL && count > 0)
    {
      guint position = carry ((guint) gtk_tree_path_get_indices (cursor)[0], at, removed, added);
      g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) MIN (position, count - 1), -1);

      gtk_tree_view_set_cursor (self->tree, path, NULL, FALSE);
      gtk_tree_selection_unselect_all (self->tree_selection);
    }
  mail_row_selection_restore (self->selection);
  if (area.height > 0)
    gtk_adjustment_set_upper (adjustment, (double) count * area.height);
  gtk_adjustment_set_value (adjustment, place);
}

/* The row at the top stays there. */
static void
lines_changed_cb (GSettings *settings, const char *key, MailListPane *self)
{
  g_autoptr (GtkTreePath) top = NULL;

  mail_row_renderer_set_lines (MAIL_ROW_RENDERER (self->renderer), (guint) g_settings_get_int (settings, key));
  if (self->model == NULL)
    return;
  gtk_tree_view_get_visible_range (self->tree, &top, NULL);
  attach_anew (self, 0, 0, 0);
  if (top != NULL)
    gtk_tree_view_scroll_to_cell (self->tree, top, NULL, TRUE, 0, 0);
}

/* What the rows say of the server depends on the settings of the account. */
static void
settings_changed_cb (MailListPane *self)
{
  g_autoptr (GtkTreePath) first = NULL;
  g_autoptr (GtkTreePath) last = NULL;

  if (self->model == NULL || !gtk_tree_view_get_visible_range (self->tree, &first, &last))
    return;
  mail_message_model_rows_changed (self->model, (guint) gtk_tree_path_get_indices (first)[0],
                                   (guint) (gtk_tree_path_get_indices (last)[0] - gtk_tree_path_get_indices (first)[0]) + 1);
}

static void
items_changed_cb (MailMessageList *list, guint position, guint removed, guint added, MailListPane *self)
{
  /* The view keeps its place when rows come above. At its very beginning new ones are shown, unless that would move rows from
   * under the pointer; what an undo brings back is always shown. */
  gboolean show = self->returning
                  || (mail_row_pointer_get_row (self->pointer) == MAIL_NO_ROW
                      && gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->tree))) < 1);

  if (self->model == NULL)
    return;
  mail_row_pointer_forget (self->pointer);
  mail_row_selection_moved (self->selection);
  if (removed + added > MANY)
    attach_anew (self, position, removed, added);
  else
    mail_message_model_items_changed (self->model, position, removed, added);
  mail_row_selection_follow (self->selection);
  if (removed > 0)
    mail_row_return_hold (self->row_return);
  if (added > 0 && self->returning)
    reveal (self, position);
  else if (added > 0 && show && position == 0)
    scroll_to (self, position);
  self->returning = self->returning && added == 0;
  if (self->wanted != 0)
    mail_list_pane_select (self, self->wanted);
  update_status (self);
}

static void
rows_changed_cb (MailMessageList *list, guint first, guint count, MailListPane *self)
{
  if (self->model == NULL)
    return;
  if (count > MANY)
    gtk_widget_queue_draw (GTK_WIDGET (self->tree));
  else
    mail_message_model_rows_changed (self->model, first, count);
  /* What can be done with the selected rows depends on their flags. */
  mail_row_selection_touch (self->selection);
  /* One that went and came back before anybody looked is told of as a row that changed. */
  look_for_return (self);
}

static void
loaded_cb (MailMessageList *list, MailListPane *self)
{
  self->model = mail_message_model_new (list);
  attach (self);
  gtk_adjustment_set_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->tree)), 0);
  if (self->wanted != 0)
    mail_list_pane_select (self, self->wanted);
  /* What a search did not find is not waited for: it would take the selection from the person later. */
  if (self->is_found)
    self->wanted = 0;
  update_status (self);
}

static void
drop_list (MailListPane *self)
{
  mail_row_return_stop (self->row_return);
  mail_row_selection_set_list (self->selection, NULL);
  gtk_tree_view_set_model (self->tree, NULL);
  g_clear_object (&self->model);
  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  if (self->account != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->account, self);
      g_signal_handlers_disconnect_by_data (mail_account_get_tags (self->account), self);
    }
  g_clear_object (&self->list);
  g_clear_object (&self->account);
  g_clear_object (&self->mailbox);
  mail_row_pointer_forget (self->pointer);
  self->advance = MAIL_NO_ROW;
  self->wanted = 0;
  self->is_found = FALSE;
  self->returning = FALSE;
  self->ticking = FALSE;
}

/* @found: only these messages of it; NULL: all. */
static void
show_mailbox (MailListPane *self, MailAccount *account, MailMailbox *mailbox, const GArray *found)
{
  gboolean loading = FALSE;

  drop_list (self);
  if (mailbox != NULL)
    {
      self->account = g_object_ref (account);
      self->mailbox = g_object_ref (mailbox);
      self->is_found = found != NULL;
      self->list = found != NULL ? mail_account_list_found (account, mailbox, found)
                                 : mail_account_list_messages (account, mailbox);
      mail_row_selection_set_list (self->selection, self->list);
      g_signal_connect (self->list, "items-changed", G_CALLBACK (items_changed_cb), self);
      g_signal_connect_swapped (self->list, "notify::count", G_CALLBACK (look_for_return), self);
      g_signal_connect (self->list, "rows-changed", G_CALLBACK (rows_changed_cb), self);
      g_signal_connect (self->list, "loaded", G_CALLBACK (loaded_cb), self);
      g_signal_connect_swapped (account, "notify::state", G_CALLBACK (update_status), self);
      g_signal_connect_swapped (account, "notify::progress-text", G_CALLBACK (update_status), self);
      g_signal_connect_swapped (account, "notify::mode-label", G_CALLBACK (settings_changed_cb), self);
      g_signal_connect_swapped (mail_account_get_tags (account), "items-changed", G_CALLBACK (settings_changed_cb), self);
      g_object_get (self->list, "loading", &loading, NULL);
      if (!loading)
        loaded_cb (self->list, self);
    }
  update_status (self);
}

void
mail_list_pane_set_mailbox (MailListPane *self, MailAccount *account, MailMailbox *mailbox)
{
  show_mailbox (self, account, mailbox, NULL);
  mail_search_bar_set_mailbox (self->search_bar, account, mailbox);
}

/* The message that is selected stays so where it can. */
static void
found_cb (MailSearchBar *bar, GArray *ids, MailListPane *self)
{
  g_autoptr (MailAccount) account = NULL;
  g_autoptr (MailMailbox) mailbox = NULL;
  g_autoptr (GArray) selected = NULL;

  if (ids != NULL && self->is_found)
    {
      mail_message_list_set_found (self->list, ids);
      return;
    }
  if (ids == NULL && !self->is_found)
    return;
  selected = mail_list_pane_get_selected (self);
  account = g_object_ref (self->account);
  mailbox = g_object_ref (self->mailbox);
  show_mailbox (self, account, mailbox, ids);
  if (selected->len == 1)
    mail_list_pane_select (self, g_array_index (selected, gint64, 0));
}

void
mail_list_pane_search (MailListPane *self)
{
  mail_search_bar_open (self->search_bar);
}

gboolean
mail_list_pane_end_search (MailListPane *self)
{
  if (!mail_search_bar_close (self->search_bar))
    return FALSE;
  gtk_widget_grab_focus (GTK_WIDGET (self->tree));
  return TRUE;
}

gboolean
mail_list_pane_is_searching (MailListPane *self)
{
  return gtk_revealer_get_reveal_child (GTK_REVEALER (self->search_bar));
}

static gboolean
select_all_cb (GtkTreeView *tree, MailListPane *self)
{
  g_signal_stop_emission_by_name (tree, "select-all");
  mail_row_selection_select_all (self->selection);
  return TRUE;
}

static gint64
id_at (MailListPane *self, GtkTreePath *path)
{
  guint position = (guint) gtk_tree_path_get_indices (path)[0];

  return position < mail_message_list_get_count (self->list) ? mail_message_list_get_id (self->list, position) : 0;
}

static void
row_activated_cb (GtkTreeView *tree, GtkTreePath *path, GtkTreeViewColumn *column, MailListPane *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0, id_at (self, path));
}

static gboolean
look_under_pointer (guint position, MailRow *row, gpointer data)
{
  MailListPane *self = data;

  if (self->model == NULL || position >= mail_message_list_get_count (self->list))
    return FALSE;
  *row = look_at (self, position);
  return row->info != NULL;
}

static void
toggle_star (MailListPane *self, GArray *ids, gboolean starred)
{
  const char *why = mail_mailbox_why_not (self->mailbox, MAIL_RIGHT_WRITE);

  if (why != NULL)
    g_signal_emit (self, signals[NOTICE], 0, why);
  else
    mail_account_set_flags (self->account, ids, starred ? MAIL_FLAGS_NONE : MAIL_FLAG_FLAGGED,
                            starred ? MAIL_FLAG_FLAGGED : MAIL_FLAGS_NONE);
}

/* A click on an icon of a row acts on that row alone and selects nothing. */
static gboolean
act_on_spot (const MailMessageInfo *info, MailRowSpot spot, gpointer data)
{
  MailListPane *self = data;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (ids, info->id);
  if (spot == MAIL_ROW_STAR)
    toggle_star (self, ids, (info->flags & MAIL_FLAG_FLAGGED) != 0);
  else if (spot == MAIL_ROW_DELETE)
    g_signal_emit (self, signals[DELETE_WANTED], 0, info->id);
  else if (spot == MAIL_ROW_ARCHIVE)
    mail_account_move (self->account, ids, mail_account_find_archive_for (self->account, self->mailbox));
  else
    return FALSE;
  return TRUE;
}

static void
tick (gpointer data)
{
  ((MailListPane *) data)->ticking = TRUE;
}

static gboolean
is_ticking (gpointer data)
{
  return mail_list_pane_is_ticking (data);
}

/* What is dragged, in words. */
static char *
describe_dragged (gpointer data)
{
  MailListPane *self = data;
  guint count = mail_row_selection_get_count (self->selection);
  guint first, last;

  if (count == 1 && mail_row_selection_get_range (self->selection, &first, &last))
    {
      MailRow row = look_at (self, first);

      if (row.info != NULL)
        return g_strdup (mail_row_get_subject (&row));
    }
  return g_strdup_printf (ngettext ("%'u message", "%'u messages", count), count);
}

static void
row_clicked (const MailMessageInfo *info, gpointer data)
{
  g_signal_emit (data, signals[CLICKED], 0, info->id);
}

static void
mail_list_pane_dispose (GObject *object)
{
  MailListPane *self = MAIL_LIST_PANE (object);

  if (self->selection != NULL)
    drop_list (self);
  g_clear_pointer (&self->pointer, mail_row_pointer_free);
  g_clear_pointer (&self->row_return, mail_row_return_free);
  g_clear_pointer (&self->selection, mail_row_selection_free);
  g_clear_pointer (&self->row_tags, g_ptr_array_unref);
  G_OBJECT_CLASS (mail_list_pane_parent_class)->dispose (object);
}

static void
mail_list_pane_class_init (MailListPaneClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);
  GType type = G_TYPE_FROM_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_list_pane_dispose;
  g_type_ensure (MAIL_TYPE_SEARCH_BAR);
  g_type_ensure (MAIL_TYPE_SELECTION_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/list/list-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, MailListPane, pages);
  gtk_widget_class_bind_template_child (widget_class, MailListPane, tree);
  gtk_widget_class_bind_template_child (widget_class, MailListPane, tree_selection);
  gtk_widget_class_bind_template_child (widget_class, MailListPane, selection_bar);
  gtk_widget_class_bind_template_child (widget_class, MailListPane, search_bar);
  gtk_widget_class_bind_template_child (widget_class, MailListPane, column);
  gtk_widget_class_bind_template_child (widget_class, MailListPane, status);
  gtk_widget_class_bind_template_child (widget_class, MailListPane, row_menu);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTIVATED] = g_signal_new ("activated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[DELETE_WANTED] = g_signal_new ("delete-wanted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         G_TYPE_INT64);
  signals[NOTICE] = g_signal_new ("notice", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CLICKED] = g_signal_new ("clicked", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
mail_list_pane_init (MailListPane *self)
{
  static const MailRowPointerCalls calls = { look_under_pointer, act_on_spot, row_clicked, is_ticking, tick, describe_dragged };

  self->advance = MAIL_NO_ROW;
  self->row_tags = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  mail_status_page_speak (self->status);
  self->selection = mail_row_selection_new (self->tree, selection_told, self);
  self->row_return = mail_row_return_new (self->tree, self->selection);
  self->renderer = mail_row_renderer_new ();
  self->pointer = mail_row_pointer_new (self->tree, self->column, MAIL_ROW_RENDERER (self->renderer), &calls, self);
  g_signal_connect_object (mail_settings_get (), "changed::row-lines", G_CALLBACK (lines_changed_cb), self, 0);
  lines_changed_cb (mail_settings_get (), "row-lines", self);
  gtk_tree_view_column_pack_start (self->column, self->renderer, TRUE);
  gtk_tree_view_column_set_cell_data_func (self->column, self->renderer, cell_data_cb, self, NULL);

  g_signal_connect (self->search_bar, "found", G_CALLBACK (found_cb), self);
  g_signal_connect_object (self->search_bar, "closed", G_CALLBACK (gtk_widget_grab_focus), self->tree, G_CONNECT_SWAPPED);
  g_signal_connect (self->tree, "row-activated", G_CALLBACK (row_activated_cb), self);
  g_signal_connect (self->tree, "select-all", G_CALLBACK (select_all_cb), self);
  self->menu = mail_row_menu_attach (self->tree, self->row_menu);
}
