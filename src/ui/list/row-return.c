/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row-return.h"

#include <string.h>

struct _MailRowReturn
{
  GtkTreeView *tree;
  MailRowSelection *selection;
  GArray *ids;        /* gint64; NULL: nothing is waited for */
  GHashTable *wanted; /* of them */
  GArray *before;     /* gint64: what was selected when the wait began */
};

void
mail_row_return_stop (MailRowReturn *self)
{
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  g_clear_pointer (&self->ids, g_array_unref);
  g_clear_pointer (&self->before, g_array_unref);
}

void
mail_row_return_hold (MailRowReturn *self)
{
  if (self->ids != NULL)
    gtk_tree_selection_unselect_all (gtk_tree_view_get_selection (self->tree));
}

void
mail_row_return_expect (MailRowReturn *self, const GArray *ids)
{
  g_autoptr (GArray) before = self->before != NULL ? g_array_ref (self->before) : mail_row_selection_get_ids (self->selection);

  mail_row_return_stop (self);
  self->before = g_steal_pointer (&before);
  self->ids = g_array_copy ((GArray *) ids);
  self->wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < self->ids->len; i++)
    g_hash_table_add (self->wanted, &g_array_index (self->ids, gint64, i));
  mail_row_return_hold (self);
}

/* @first: where one of @ids is, which is shown. */
static void
select_rows (MailRowReturn *self, GArray *ids, guint first)
{
  g_autoptr (GtkTreePath) path = gtk_tree_path_new_from_indices ((int) first, -1);

  gtk_tree_view_set_cursor (self->tree, path, NULL, FALSE);
  if (ids->len > 1)
    mail_row_selection_select (self->selection, ids);
}

/* FALSE: not all are in @list. *@first: where the first one is. */
static gboolean
have_come (MailRowReturn *self, MailMessageList *list, guint *first)
{
  const guint count = mail_message_list_get_count (list);
  guint missing = g_hash_table_size (self->wanted);

  for (guint i = 0; i < count && missing > 0 && missing <= count - i; i++)
    {
      gint64 id = mail_message_list_get_id (list, i);

      if (!g_hash_table_contains (self->wanted, &id))
        continue;
      if (missing-- == g_hash_table_size (self->wanted))
        *first = i;
    }
  return missing == 0;
}

gboolean
mail_row_return_give_up (MailRowReturn *self, const GArray *ids, MailMessageList *list)
{
  g_autoptr (GArray) before = NULL;
  guint position;

  if (self->ids == NULL || self->ids->len != ids->len || memcmp (self->ids->data, ids->data, ids->len * sizeof (gint64)) != 0)
    return FALSE;
  before = g_array_ref (self->before);
  mail_row_return_stop (self);
  if (before->len > 0 && gtk_tree_view_get_model (self->tree) != NULL
      && mail_message_list_find (list, g_array_index (before, gint64, 0), &position))
    select_rows (self, before, position);
  return TRUE;
}

void
mail_row_return_look (MailRowReturn *self, MailMessageList *list)
{
  g_autoptr (GArray) ids = NULL;
  guint first = 0;

  if (self->ids == NULL || gtk_tree_view_get_model (self->tree) == NULL || !have_come (self, list, &first))
    return;
  ids = g_array_ref (self->ids);
  mail_row_return_stop (self);
  select_rows (self, ids, first);
}

MailRowReturn *
mail_row_return_new (GtkTreeView *tree, MailRowSelection *selection)
{
  MailRowReturn *self = g_new0 (MailRowReturn, 1);

  self->tree = tree;
  self->selection = selection;
  return self;
}

void
mail_row_return_free (MailRowReturn *self)
{
  mail_row_return_stop (self);
  g_free (self);
}
