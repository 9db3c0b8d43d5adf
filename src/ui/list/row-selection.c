/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row-selection.h"

#include "core/keywords.h"

/* Of so few the rows are fetched to know their flags. */
#define FEW 64
/* Rows that a tree view selects in a part of a frame. */
#define SLICE 2000

/* What is selected, many rows or all, is known at once; the tree view needs microseconds for each row, and takes them over in
 * slices, between which the main loop runs. Until it has them all, the list and @kept say what is selected. */
struct _MailRowSelection
{
  GtkTreeView *tree;
  GtkTreeSelection *tree_selection;
  MailMessageList *list; /* or NULL */
  MailRowSelectionFunc changed;
  gpointer data;
  GArray *ids;       /* gint64; not changed once it was given away */
  GArray *positions; /* guint, beside them */
  gboolean ids_are_old;
  gboolean positions_are_old;
  gboolean quiet; /* it is being rebuilt */
  guint tell_idle;
  guint show_idle;  /* the tree is taking over what is selected; 0: it has it */
  guint next;       /* row to go on with */
  GHashTable *kept; /* gint64, of @kept_ids: what is selected then; NULL: all rows */
  GArray *kept_ids;
};

static gboolean
tell_cb (gpointer data)
{
  MailRowSelection *self = data;

  self->tell_idle = 0;
  self->changed (self->data);
  return G_SOURCE_REMOVE;
}

void
mail_row_selection_touch (MailRowSelection *self)
{
  if (self->tell_idle == 0)
    self->tell_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, tell_cb, self, NULL);
}

void
mail_row_selection_settle (MailRowSelection *self)
{
  if (self->tell_idle == 0)
    return;
  g_clear_handle_id (&self->tell_idle, g_source_remove);
  tell_cb (self);
}

static void
drop_kept (MailRowSelection *self)
{
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_clear_pointer (&self->kept_ids, g_array_unref);
}

static void
stop_showing (MailRowSelection *self)
{
  g_clear_handle_id (&self->show_idle, g_source_remove);
  drop_kept (self);
}

/* A person selects something else; while a tree is being taken through a change, it is the tree's own doing. */
static void
changed_cb (GtkTreeSelection *tree_selection, MailRowSelection *self)
{
  if (self->quiet)
    return;
  stop_showing (self);
  self->ids_are_old = TRUE;
  mail_row_selection_touch (self);
}

static void
note_row (MailRowSelection *self, guint position)
{
  gint64 id = mail_message_list_get_id (self->list, position);

  if (id == 0)
    return;
  g_array_append_val (self->positions, position);
  g_array_append_val (self->ids, id);
}

static void
note_row_cb (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, gpointer data)
{
  note_row (data, (guint) gtk_tree_path_get_indices (path)[0]);
}

static gboolean
is_kept (MailRowSelection *self, guint position)
{
  gint64 id = mail_message_list_get_id (self->list, position);

  return self->kept == NULL || g_hash_table_contains (self->kept, &id);
}

static void
read_rows (MailRowSelection *self)
{
  const guint count = self->list != NULL ? mail_message_list_get_count (self->list) : 0;

  g_array_unref (self->ids);
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_set_size (self->positions, 0);
  if (self->show_idle != 0)
    {
      for (guint i = 0; i < count; i++)
        if (is_kept (self, i))
          note_row (self, i);
    }
  else if (self->list != NULL && gtk_tree_view_get_model (self->tree) != NULL)
    gtk_tree_selection_selected_foreach (self->tree_selection, note_row_cb, self);
  self->ids_are_old = FALSE;
  self->positions_are_old = FALSE;
}

guint
mail_row_selection_get_count (MailRowSelection *self)
{
  if (self->ids_are_old)
    read_rows (self);
  return self->ids->len;
}

GArray *
mail_row_selection_get_ids (MailRowSelection *self)
{
  if (self->ids_are_old)
    read_rows (self);
  return g_array_ref (self->ids);
}

static const GArray *
get_positions (MailRowSelection *self)
{
  if (self->ids_are_old || self->positions_are_old)
    read_rows (self);
  return self->positions;
}

gboolean
mail_row_selection_get_range (MailRowSelection *self, guint *first, guint *last)
{
  const GArray *positions = get_positions (self);

  if (positions->len == 0)
    return FALSE;
  *first = g_array_index (positions, guint, 0);
  *last = g_array_index (positions, guint, positions->len - 1);
  return TRUE;
}

void
mail_row_selection_get_flags (MailRowSelection *self, MailFlags *all, MailFlags *any)
{
  const GArray *positions = get_positions (self);

  *all = positions->len > 0 ? (MailFlags) ~0 : MAIL_FLAGS_NONE;
  *any = MAIL_FLAGS_NONE;
  for (guint i = 0; i < positions->len; i++)
    {
      guint position = g_array_index (positions, guint, i);
      const MailMessageInfo *info = positions->len <= FEW ? mail_message_list_get_row (self->list, position)
                                                          : mail_message_list_peek_row (self->list, position);

      if (info == NULL)
        {
          *all = MAIL_FLAGS_NONE;
          *any = (MailFlags) ~0;
          return;
        }
      *all &= info->flags;
      *any |= info->flags;
    }
}

gboolean
mail_row_selection_has (MailRowSelection *self, MailRowMatchFunc match, gpointer data)
{
  const GArray *positions = get_positions (self);

  for (guint i = 0; i < positions->len; i++)
    if (match (mail_message_list_peek_row (self->list, g_array_index (positions, guint, i)), data))
      return TRUE;
  return FALSE;
}

char *
mail_row_selection_dup_keywords (MailRowSelection *self)
{
  const GArray *positions = get_positions (self);
  g_autofree char *common = NULL;

  for (guint i = 0; i < positions->len && (i == 0 || common != NULL); i++)
    {
      const MailMessageInfo *info = mail_message_list_peek_row (self->list, g_array_index (positions, guint, i));
      const char *keywords = info != NULL ? info->keywords : NULL;
      char *both = i == 0 ? g_strdup (keywords) : mail_keywords_intersect (common, keywords);

      g_free (common);
      common = both;
    }
  return g_steal_pointer (&common);
}

/* Selects rows @first to @last, one after the other in the list. */
static void
select_run (MailRowSelection *self, guint first, guint last)
{
  g_autoptr (GtkTreePath) from = gtk_tree_path_new_from_indices ((int) first, -1);
  g_autoptr (GtkTreePath) to = gtk_tree_path_new_from_indices ((int) last, -1);

  gtk_tree_selection_select_range (self->tree_selection, from, to);
}

/* Selects what is to be, of rows @first to @end. */
static void
show_rows (MailRowSelection *self, guint first, guint end)
{
  gboolean was_quiet = self->quiet;

  self->quiet = TRUE;
  for (guint i = first; i < end; i++)
    {
      guint run = i;

      while (i < end && is_kept (self, i))
        i++;
      if (i > run)
        select_run (self, run, i - 1);
    }
  self->quiet = was_quiet;
}

static gboolean
show_cb (gpointer data)
{
  MailRowSelection *self = data;
  const guint count = mail_message_list_get_count (self->list);
  const guint end = MIN (self->next + SLICE, count);

  show_rows (self, self->next, end);
  self->next = end;
  if (end < count)
    return G_SOURCE_CONTINUE;
  self->show_idle = 0;
  drop_kept (self);
  return G_SOURCE_REMOVE;
}

/* What is pressed may mean "all of these but that one": it is for a tree that has them all. */
static gboolean
event_cb (GtkWidget *tree, GdkEvent *event, MailRowSelection *self)
{
  GdkModifierType state = 0;
  GdkEventType type = gdk_event_get_event_type (event);

  gdk_event_get_state (event, &state);
  if (self->show_idle == 0
      || (type != GDK_BUTTON_PRESS && (type != GDK_KEY_PRESS || (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == 0)))
    return GDK_EVENT_PROPAGATE;
  show_rows (self, self->next, mail_message_list_get_count (self->list));
  stop_showing (self);
  return GDK_EVENT_PROPAGATE;
}

/* From the beginning, and what can be seen at once. */
static void
show (MailRowSelection *self)
{
  g_autoptr (GtkTreePath) first = NULL;
  g_autoptr (GtkTreePath) last = NULL;

  self->next = 0;
  /* Below drawing, so that the window stays alive. */
  if (self->show_idle == 0)
    self->show_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 30, show_cb, self, NULL);
  if (gtk_tree_view_get_visible_range (self->tree, &first, &last))
    show_rows (self, (guint) gtk_tree_path_get_indices (first)[0], (guint) gtk_tree_path_get_indices (last)[0] + 1);
}

static void
keep_ids (MailRowSelection *self)
{
  drop_kept (self);
  self->kept_ids = g_array_ref (self->ids);
  self->kept = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < self->ids->len; i++)
    g_hash_table_add (self->kept, &g_array_index (self->ids, gint64, i));
}

/* What is selected is another part of the rows than it was, as the list and @kept say. */
static void
show_anew (MailRowSelection *self)
{
  self->quiet = FALSE;
  self->ids_are_old = TRUE;
  mail_row_selection_touch (self);
  show (self);
}

void
mail_row_selection_select_all (MailRowSelection *self)
{
  if (self->list == NULL || gtk_tree_view_get_model (self->tree) == NULL)
    return;
  drop_kept (self);
  show_anew (self);
  /* Now: what comes later is not meant. */
  read_rows (self);
}

void
mail_row_selection_select (MailRowSelection *self, GArray *ids)
{
  self->quiet = TRUE;
  gtk_tree_selection_unselect_all (self->tree_selection);
  g_array_ref (ids);
  g_array_unref (self->ids);
  self->ids = ids;
  keep_ids (self);
  show_anew (self);
}

void
mail_row_selection_moved (MailRowSelection *self)
{
  self->positions_are_old = TRUE;
  if (self->show_idle == 0)
    return;
  if (self->kept == NULL)
    keep_ids (self);
  self->quiet = TRUE;
}

void
mail_row_selection_follow (MailRowSelection *self)
{
  if (self->show_idle != 0)
    show_anew (self);
}

void
mail_row_selection_set_list (MailRowSelection *self, MailMessageList *list)
{
  stop_showing (self);
  g_set_object (&self->list, list);
  self->ids_are_old = TRUE;
  mail_row_selection_touch (self);
}

/* The list has changed already and the tree has not: what was last read is what counts. */
void
mail_row_selection_keep (MailRowSelection *self)
{
  self->quiet = TRUE;
}

void
mail_row_selection_restore (MailRowSelection *self)
{
  guint position;

  if (self->show_idle == 0 && self->ids->len > 1)
    keep_ids (self);
  if (self->kept != NULL || self->show_idle != 0)
    {
      show_anew (self);
      return;
    }
  self->quiet = FALSE;
  if (self->ids->len == 1 && mail_message_list_find (self->list, g_array_index (self->ids, gint64, 0), &position))
    select_run (self, position, position);
  self->ids_are_old = TRUE;
  mail_row_selection_touch (self);
}
MailRowSelection *
mail_row_selection_new (GtkTreeView *tree, MailRowSelectionFunc changed, gpointer data)
{
  MailRowSelection *self = g_new0 (MailRowSelection, 1);

  self->tree = tree;
  self->tree_selection = g_object_ref (gtk_tree_view_get_selection (tree));
  self->changed = changed;
  self->data = data;
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_signal_connect (tree, "event", G_CALLBACK (event_cb), self);
  g_signal_connect (self->tree_selection, "changed", G_CALLBACK (changed_cb), self);
  return self;
}

void
mail_row_selection_free (MailRowSelection *self)
{
  g_signal_handlers_disconnect_by_data (self->tree_selection, self);
  g_signal_handlers_disconnect_by_data (self->tree, self);
  g_clear_handle_id (&self->tell_idle, g_source_remove);
  stop_showing (self);
  g_object_unref (self->tree_selection);
  g_clear_object (&self->list);
  g_array_unref (self->ids);
  g_array_unref (self->positions);
  g_free (self);
}
