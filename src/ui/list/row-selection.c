/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row-selection.h"

#include "core/keywords.h"

/* Of so few the rows are fetched to know their flags. */
#define FEW 64

struct _MailRowSelection
{
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
changed_cb (GtkTreeSelection *tree_selection, MailRowSelection *self)
{
  if (self->quiet)
    return;
  self->ids_are_old = TRUE;
  mail_row_selection_touch (self);
}

static void
note_row_cb (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, gpointer data)
{
  MailRowSelection *self = data;
  guint position = (guint) gtk_tree_path_get_indices (path)[0];
  gint64 id = mail_message_list_get_id (self->list, position);

  if (id == 0)
    return;
  g_array_append_val (self->positions, position);
  g_array_append_val (self->ids, id);
}

static void
read_rows (MailRowSelection *self)
{
  g_array_unref (self->ids);
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_set_size (self->positions, 0);
  if (self->list != NULL && gtk_tree_view_get_model (gtk_tree_selection_get_tree_view (self->tree_selection)) != NULL)
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

      *all &= info != NULL ? info->flags : MAIL_FLAGS_NONE;
      *any |= info != NULL ? info->flags : (MailFlags) ~0;
    }
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

void
mail_row_selection_moved (MailRowSelection *self)
{
  self->positions_are_old = TRUE;
}

void
mail_row_selection_set_list (MailRowSelection *self, MailMessageList *list)
{
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

/* Selects rows @first to @last, one after the other in the list. */
static void
select_run (MailRowSelection *self, guint first, guint last)
{
  g_autoptr (GtkTreePath) from = gtk_tree_path_new_from_indices ((int) first, -1);
  g_autoptr (GtkTreePath) to = gtk_tree_path_new_from_indices ((int) last, -1);

  gtk_tree_selection_select_range (self->tree_selection, from, to);
}

static void
select_kept (MailRowSelection *self)
{
  g_autoptr (GHashTable) kept = g_hash_table_new (g_int64_hash, g_int64_equal);
  const guint count = mail_message_list_get_count (self->list);
  guint first = G_MAXUINT;

  for (guint i = 0; i < self->ids->len; i++)
    g_hash_table_add (kept, &g_array_index (self->ids, gint64, i));
  for (guint i = 0; i < count; i++)
    {
      gint64 id = mail_message_list_get_id (self->list, i);

      if (!g_hash_table_contains (kept, &id))
        {
          if (first != G_MAXUINT)
            select_run (self, first, i - 1);
          first = G_MAXUINT;
        }
      else if (first == G_MAXUINT)
        first = i;
    }
  if (first != G_MAXUINT)
    select_run (self, first, count - 1);
}

void
mail_row_selection_restore (MailRowSelection *self)
{
  guint position;

  if (self->ids->len > 1)
    select_kept (self);
  else if (self->ids->len == 1 && mail_message_list_find (self->list, g_array_index (self->ids, gint64, 0), &position))
    select_run (self, position, position);
  self->quiet = FALSE;
  self->ids_are_old = TRUE;
  mail_row_selection_touch (self);
}

MailRowSelection *
mail_row_selection_new (GtkTreeView *tree, MailRowSelectionFunc changed, gpointer data)
{
  MailRowSelection *self = g_new0 (MailRowSelection, 1);

  self->tree_selection = g_object_ref (gtk_tree_view_get_selection (tree));
  self->changed = changed;
  self->data = data;
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->positions = g_array_new (FALSE, FALSE, sizeof (guint));
  g_signal_connect (self->tree_selection, "changed", G_CALLBACK (changed_cb), self);
  return self;
}

void
mail_row_selection_free (MailRowSelection *self)
{
  g_signal_handlers_disconnect_by_data (self->tree_selection, self);
  g_clear_handle_id (&self->tell_idle, g_source_remove);
  g_object_unref (self->tree_selection);
  g_clear_object (&self->list);
  g_array_unref (self->ids);
  g_array_unref (self->positions);
  g_free (self);
}
