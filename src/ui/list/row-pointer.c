/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row-pointer.h"

#include "ui/list/row-drag.h"

#define BOTH_MASKS (GDK_CONTROL_MASK | GDK_SHIFT_MASK)

struct _MailRowPointer
{
  GtkTreeView *tree;
  GtkTreeViewColumn *column;
  MailRowRenderer *renderer;
  const MailRowPointerCalls *calls;
  gpointer data;
  guint hovered; /* or MAIL_NO_ROW */
  MailRowDrag *drag;
  GtkGesture *rest;
  gboolean rested; /* the finger that is still down */
};

static void
queue_draw_row (MailRowPointer *self, guint position)
{
  g_autoptr (GtkTreePath) path = NULL;
  GdkRectangle area;
  int x, y;

  if (position == MAIL_NO_ROW)
    return;
  path = gtk_tree_path_new_from_indices ((int) position, -1);
  gtk_tree_view_get_background_area (self->tree, path, NULL, &area);
  gtk_tree_view_convert_bin_window_to_widget_coords (self->tree, 0, area.y, &x, &y);
  gtk_widget_queue_draw_area (GTK_WIDGET (self->tree), 0, y, gtk_widget_get_allocated_width (GTK_WIDGET (self->tree)), area.height);
}

static void
set_hovered (MailRowPointer *self, guint position)
{
  guint before = self->hovered;

  if (position == before)
    return;
  self->hovered = position;
  queue_draw_row (self, before);
  queue_draw_row (self, position);
}

/* The row and what of it is at a place of the tree's own window. FALSE where there is no row, or it is still being read. */
static gboolean
find_spot (MailRowPointer *self, int x, int y, guint *position, MailRow *row, MailRowSpot *spot)
{
  g_autoptr (GtkTreePath) path = NULL;
  GdkRectangle area;

  *position = MAIL_NO_ROW;
  if (!gtk_tree_view_get_path_at_pos (self->tree, x, y, &path, NULL, NULL, NULL))
    return FALSE;
  *position = (guint) gtk_tree_path_get_indices (path)[0];
  if (!self->calls->look_at (*position, row, self->data))
    return FALSE;
  gtk_tree_view_get_background_area (self->tree, path, self->column, &area);
  *spot = mail_row_renderer_find_spot (self->renderer, GTK_WIDGET (self->tree), row, &area, x, y);
  return TRUE;
}

/* A finger has no place before it touches: nothing that it did not see is under it. */
static gboolean
is_touch (gpointer event)
{
  GdkDevice *device = gdk_event_get_source_device (event);

  return device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN;
}

static gboolean
motion_cb (GtkWidget *tree, GdkEventMotion *event, MailRowPointer *self)
{
  guint position;
  MailRow row;
  MailRowSpot spot;

  if (event->window == gtk_tree_view_get_bin_window (self->tree))
    {
      mail_row_drag_motion (self->drag, event);
      find_spot (self, (int) event->x, (int) event->y, &position, &row, &spot);
      set_hovered (self, is_touch (event) ? MAIL_NO_ROW : position);
    }
  return GDK_EVENT_PROPAGATE;
}

static gboolean
leave_cb (GtkWidget *tree, GdkEventCrossing *event, MailRowPointer *self)
{
  set_hovered (self, MAIL_NO_ROW);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
button_press_cb (GtkWidget *tree, GdkEventButton *event, MailRowPointer *self)
{
  guint position;
  MailRow row;
  MailRowSpot spot;

  if (event->window != gtk_tree_view_get_bin_window (self->tree) || event->type != GDK_BUTTON_PRESS || event->button != 1)
    return GDK_EVENT_PROPAGATE;
  if (is_touch (event))
    set_hovered (self, MAIL_NO_ROW);
  self->rested = FALSE;
  if (!find_spot (self, (int) event->x, (int) event->y, &position, &row, &spot))
    return GDK_EVENT_PROPAGATE;
  if ((spot == MAIL_ROW_TICK || (is_touch (event) && self->calls->is_ticking (self->data))) && (event->state & BOTH_MASKS) == 0)
    {
      /* The same as with the key that adds to a selection, which the tree view does best itself. */
      self->calls->tick (self->data);
      event->state |= GDK_CONTROL_MASK;
      return GDK_EVENT_PROPAGATE;
    }
  if (self->calls->act (row.info, spot, self->data))
    return GDK_EVENT_STOP;
  return is_touch (event) ? GDK_EVENT_PROPAGATE : mail_row_drag_press (self->drag, event);
}

static gboolean
button_release_cb (GtkWidget *tree, GdkEventButton *event, MailRowPointer *self)
{
  guint position;
  MailRow row;
  MailRowSpot spot;

  if (event->button == 1)
    mail_row_drag_release (self->drag);
  if (event->window == gtk_tree_view_get_bin_window (self->tree) && event->button == 1 && !self->rested
      && (event->state & BOTH_MASKS) == 0 && !(is_touch (event) && self->calls->is_ticking (self->data))
      && find_spot (self, (int) event->x, (int) event->y, &position, &row, &spot)
      && spot != MAIL_ROW_TICK && spot != MAIL_ROW_STAR && spot != MAIL_ROW_DELETE && spot != MAIL_ROW_ARCHIVE)
    self->calls->clicked (row.info, self->data);
  return GDK_EVENT_PROPAGATE;
}

/* A finger that rests on a row begins a selection with it. */
static void
rested_cb (GtkGestureLongPress *gesture, double x, double y, MailRowPointer *self)
{
  g_autoptr (GtkTreePath) path = NULL;
  int bin_x, bin_y;

  gtk_tree_view_convert_widget_to_bin_window_coords (self->tree, (int) x, (int) y, &bin_x, &bin_y);
  if (!gtk_tree_view_get_path_at_pos (self->tree, bin_x, bin_y, &path, NULL, NULL, NULL))
    return;
  self->rested = TRUE;
  self->calls->tick (self->data);
  gtk_tree_selection_select_path (gtk_tree_view_get_selection (self->tree), path);
  g_signal_emit_by_name (gtk_tree_view_get_selection (self->tree), "changed");
}

static gboolean
query_tooltip_cb (GtkWidget *tree, int x, int y, gboolean keyboard, GtkTooltip *tooltip, MailRowPointer *self)
{
  guint position;
  MailRow row;
  MailRowSpot spot;
  g_autofree char *text = NULL;

  if (keyboard)
    return FALSE;
  gtk_tree_view_convert_widget_to_bin_window_coords (self->tree, x, y, &x, &y);
  if (find_spot (self, x, y, &position, &row, &spot))
    text = mail_row_explain (&row, spot);
  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

guint
mail_row_pointer_get_row (MailRowPointer *self)
{
  return self->hovered;
}

void
mail_row_pointer_forget (MailRowPointer *self)
{
  self->hovered = MAIL_NO_ROW;
}

MailRowPointer *
mail_row_pointer_new (GtkTreeView *tree,
                      GtkTreeViewColumn *column,
                      MailRowRenderer *renderer,
                      const MailRowPointerCalls *calls,
                      gpointer data)
{
  MailRowPointer *self = g_new0 (MailRowPointer, 1);

  *self = (MailRowPointer) { g_object_ref (tree), g_object_ref (column), g_object_ref (renderer), calls, data, MAIL_NO_ROW };
  self->drag = mail_row_drag_new (tree, calls->describe, data);
  self->rest = gtk_gesture_long_press_new (GTK_WIDGET (tree));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (self->rest), TRUE);
  g_signal_connect (self->rest, "pressed", G_CALLBACK (rested_cb), self);
  gtk_widget_add_events (GTK_WIDGET (tree), GDK_POINTER_MOTION_MASK | GDK_LEAVE_NOTIFY_MASK);
  g_signal_connect (tree, "motion-notify-event", G_CALLBACK (motion_cb), self);
  g_signal_connect (tree, "leave-notify-event", G_CALLBACK (leave_cb), self);
  g_signal_connect (tree, "button-press-event", G_CALLBACK (button_press_cb), self);
  g_signal_connect (tree, "button-release-event", G_CALLBACK (button_release_cb), self);
  g_signal_connect (tree, "query-tooltip", G_CALLBACK (query_tooltip_cb), self);
  return self;
}

void
mail_row_pointer_free (MailRowPointer *self)
{
  g_signal_handlers_disconnect_by_data (self->tree, self);
  mail_row_drag_free (self->drag);
  g_object_unref (self->rest);
  g_object_unref (self->tree);
  g_object_unref (self->column);
  g_object_unref (self->renderer);
  g_free (self);
}
