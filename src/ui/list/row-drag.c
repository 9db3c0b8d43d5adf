/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row-drag.h"

#define MOST_CHARS 32

struct _MailRowDrag
{
  GtkTreeView *tree;
  char *(*describe) (gpointer data);
  gpointer data;
  GtkTreePath *pressed; /* NULL: not pressed, or being dragged */
  double x, y;          /* where */
  gboolean choose;      /* the row is to be the only one when it is let go */
};

static void
forget (MailRowDrag *self)
{
  g_clear_pointer (&self->pressed, gtk_tree_path_free);
}

gboolean
mail_row_drag_press (MailRowDrag *self, const GdkEventButton *event)
{
  GtkTreeSelection *selection = gtk_tree_view_get_selection (self->tree);

  forget (self);
  if (!gtk_tree_view_get_path_at_pos (self->tree, (int) event->x, (int) event->y, &self->pressed, NULL, NULL, NULL))
    return GDK_EVENT_PROPAGATE;
  self->x = event->x;
  self->y = event->y;
  self->choose = (event->state & gtk_accelerator_get_default_mod_mask ()) == 0
                 && gtk_tree_selection_path_is_selected (selection, self->pressed)
                 && gtk_tree_selection_count_selected_rows (selection) > 1;
  if (!self->choose)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (GTK_WIDGET (self->tree));
  return GDK_EVENT_STOP;
}

void
mail_row_drag_release (MailRowDrag *self)
{
  if (self->pressed != NULL && self->choose)
    gtk_tree_view_set_cursor (self->tree, self->pressed, NULL, FALSE);
  forget (self);
}

void
mail_row_drag_motion (MailRowDrag *self, GdkEventMotion *event)
{
  static const GtkTargetEntry entry = { (char *) MAIL_DRAG_MESSAGES, GTK_TARGET_SAME_APP, 0 };
  GtkTargetList *targets;
  gboolean selected;

  if ((event->state & GDK_BUTTON1_MASK) == 0)
    forget (self);
  if (self->pressed == NULL
      || !gtk_drag_check_threshold (GTK_WIDGET (self->tree), (int) self->x, (int) self->y, (int) event->x, (int) event->y))
    return;
  selected = gtk_tree_selection_path_is_selected (gtk_tree_view_get_selection (self->tree), self->pressed);
  forget (self);
  if (!selected)
    return;
  targets = gtk_target_list_new (&entry, 1);
  gtk_drag_begin_with_coordinates (GTK_WIDGET (self->tree), targets, GDK_ACTION_MOVE | GDK_ACTION_COPY, GDK_BUTTON_PRIMARY,
                                   (GdkEvent *) event, (int) self->x, (int) self->y);
  gtk_target_list_unref (targets);
}

static void
drag_begin_cb (GtkWidget *tree, GdkDragContext *context, MailRowDrag *self)
{
  g_autofree char *words = self->describe (self->data);
  GtkWidget *label;

  /* The window of such an icon is as small as its widget can be, so that the widget may not be one that can be cut. */
  if (g_utf8_strlen (words, -1) > MOST_CHARS)
    {
      g_autofree char *beginning = g_utf8_substring (words, 0, MOST_CHARS - 1);

      g_free (words);
      words = g_strconcat (beginning, "…", NULL);
    }
  label = gtk_label_new (words);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "drag-label");
  gtk_widget_show (label);
  gtk_drag_set_icon_widget (context, label, -12, 0);
}

/* There is nothing to hand over; what is dropped is asked for by name only. */
static void
drag_data_get_cb (GtkWidget *tree, GdkDragContext *context, GtkSelectionData *data, guint info, guint time, MailRowDrag *self)
{
  gtk_selection_data_set (data, gtk_selection_data_get_target (data), 8, (const guchar *) "", 0);
}

MailRowDrag *
mail_row_drag_new (GtkTreeView *tree, char *(*describe) (gpointer data), gpointer data)
{
  MailRowDrag *self = g_new0 (MailRowDrag, 1);

  self->tree = tree;
  self->describe = describe;
  self->data = data;
  gtk_widget_add_events (GTK_WIDGET (tree), GDK_BUTTON1_MOTION_MASK);
  g_signal_connect (tree, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (tree, "drag-data-get", G_CALLBACK (drag_data_get_cb), self);
  return self;
}

void
mail_row_drag_free (MailRowDrag *self)
{
  g_signal_handlers_disconnect_by_data (self->tree, self);
  forget (self);
  g_free (self);
}
