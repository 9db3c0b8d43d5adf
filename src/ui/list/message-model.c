/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/message-model.h"

struct _MailMessageModel
{
  GObject parent_instance;
  MailMessageList *list;
  guint count; /* what the view knows of, while a change is told row by row */
};

static void tree_model_init (GtkTreeModelIface *iface);

G_DEFINE_TYPE_WITH_CODE (MailMessageModel, mail_message_model, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (GTK_TYPE_TREE_MODEL, tree_model_init))

static gboolean
set_iter (MailMessageModel *self, GtkTreeIter *iter, guint position)
{
  if (position >= self->count)
    return FALSE;
  iter->stamp = 1;
  iter->user_data = GUINT_TO_POINTER (position);
  return TRUE;
}

static guint
get_position (const GtkTreeIter *iter)
{
  return GPOINTER_TO_UINT (iter->user_data);
}

static GtkTreeModelFlags
get_flags (GtkTreeModel *model)
{
  return GTK_TREE_MODEL_LIST_ONLY;
}

static int
get_n_columns (GtkTreeModel *model)
{
  return 1;
}

static GType
get_column_type (GtkTreeModel *model, int column)
{
  return G_TYPE_UINT;
}

static gboolean
get_iter (GtkTreeModel *model, GtkTreeIter *iter, GtkTreePath *path)
{
  return gtk_tree_path_get_depth (path) == 1
         && set_iter (MAIL_MESSAGE_MODEL (model), iter, (guint) gtk_tree_path_get_indices (path)[0]);
}

static GtkTreePath *
get_path (GtkTreeModel *model, GtkTreeIter *iter)
{
  return gtk_tree_path_new_from_indices ((int) get_position (iter), -1);
}

static void
get_value (GtkTreeModel *model, GtkTreeIter *iter, int column, GValue *value)
{
  g_value_init (value, G_TYPE_UINT);
  g_value_set_uint (value, get_position (iter));
}

static gboolean
iter_next (GtkTreeModel *model, GtkTreeIter *iter)
{
  return set_iter (MAIL_MESSAGE_MODEL (model), iter, get_position (iter) + 1);
}

static gboolean
iter_previous (GtkTreeModel *model, GtkTreeIter *iter)
{
  return get_position (iter) > 0 && set_iter (MAIL_MESSAGE_MODEL (model), iter, get_position (iter) - 1);
}

static gboolean
iter_children (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent)
{
  return parent == NULL && set_iter (MAIL_MESSAGE_MODEL (model), iter, 0);
}

static gboolean
iter_has_child (GtkTreeModel *model, GtkTreeIter *iter)
{
  return FALSE;
}

static int
iter_n_children (GtkTreeModel *model, GtkTreeIter *iter)
{
  return iter == NULL ? (int) MAIL_MESSAGE_MODEL (model)->count : 0;
}

static gboolean
iter_nth_child (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *parent, int n)
{
  return parent == NULL && n >= 0 && set_iter (MAIL_MESSAGE_MODEL (model), iter, (guint) n);
}

static gboolean
iter_parent (GtkTreeModel *model, GtkTreeIter *iter, GtkTreeIter *child)
{
  return FALSE;
}

static void
tree_model_init (GtkTreeModelIface *iface)
{
  iface->get_flags = get_flags;
  iface->get_n_columns = get_n_columns;
  iface->get_column_type = get_column_type;
  iface->get_iter = get_iter;
  iface->get_path = get_path;
  iface->get_value = get_value;
  iface->iter_next = iter_next;
  iface->iter_previous = iter_previous;
  iface->iter_children = iter_children;
  iface->iter_has_child = iter_has_child;
  iface->iter_n_children = iter_n_children;
  iface->iter_nth_child = iter_nth_child;
  iface->iter_parent = iter_parent;
}

void
mail_message_model_items_changed (MailMessageModel *self, guint position, guint removed, guint added)
{
  GtkTreeIter iter;

  for (guint i = 0; i < removed; i++)
    {
      g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) position, -1);

      self->count--;
      gtk_tree_model_row_deleted (GTK_TREE_MODEL (self), path);
    }
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) i, -1);

      self->count++;
      set_iter (self, &iter, i);
      gtk_tree_model_row_inserted (GTK_TREE_MODEL (self), path, &iter);
    }
}

void
mail_message_model_rows_changed (MailMessageModel *self, guint first, guint count)
{
  GtkTreeIter iter;

  for (guint i = first; i < first + count && set_iter (self, &iter, i); i++)
    {
      g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) i, -1);

      gtk_tree_model_row_changed (GTK_TREE_MODEL (self), path, &iter);
    }
}

void
mail_message_model_reset (MailMessageModel *self)
{
  self->count = mail_message_list_get_count (self->list);
}

static void
mail_message_model_finalize (GObject *object)
{
  g_clear_object (&MAIL_MESSAGE_MODEL (object)->list);
  G_OBJECT_CLASS (mail_message_model_parent_class)->finalize (object);
}

static void
mail_message_model_class_init (MailMessageModelClass *class)
{
  G_OBJECT_CLASS (class)->finalize = mail_message_model_finalize;
}

static void
mail_message_model_init (MailMessageModel *self)
{
}

MailMessageModel *
mail_message_model_new (MailMessageList *list)
{
  MailMessageModel *self = g_object_new (MAIL_TYPE_MESSAGE_MODEL, NULL);

  self->list = g_object_ref (list);
  mail_message_model_reset (self);
  return self;
}
