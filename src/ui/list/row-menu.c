/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row-menu.h"

#include "ui/dialogs.h"

struct _MailRowMenu
{
  GtkTreeView *tree; /* borrowed: it has this */
  GMenuModel *menu;
  MailReasons *reasons; /* borrowed; or NULL */
  GtkGesture *press;
};

static void
pop_up (MailRowMenu *self, const GdkRectangle *place)
{
  GtkWidget *menu = gtk_popover_new_from_model (GTK_WIDGET (self->tree), self->menu);

  gtk_popover_set_pointing_to (GTK_POPOVER (menu), place);
  if (self->reasons != NULL)
    mail_reasons_explain_menu (self->reasons, menu, self->menu);
  mail_popover_show_once (GTK_POPOVER (menu));
}

static void
pressed_cb (GtkGestureMultiPress *gesture, int n_press, double x, double y, MailRowMenu *self)
{
  GdkRectangle place = { (int) x, (int) y, 1, 1 };
  g_autoptr (GtkTreePath) path = NULL;
  int bin_x, bin_y;

  gtk_tree_view_convert_widget_to_bin_window_coords (self->tree, (int) x, (int) y, &bin_x, &bin_y);
  if (!gtk_tree_view_get_path_at_pos (self->tree, bin_x, bin_y, &path, NULL, NULL, NULL))
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (!gtk_tree_selection_path_is_selected (gtk_tree_view_get_selection (self->tree), path))
    gtk_tree_view_set_cursor (self->tree, path, NULL, FALSE);
  /* The keys that come after the menu are for the rows, too. */
  gtk_widget_grab_focus (GTK_WIDGET (self->tree));
  pop_up (self, &place);
}

static gboolean
popup_menu_cb (GtkWidget *tree, MailRowMenu *self)
{
  g_autoptr (GtkTreePath) path = NULL;
  GdkRectangle place;

  gtk_tree_view_get_cursor (self->tree, &path, NULL);
  if (path == NULL)
    return FALSE;
  gtk_tree_view_get_background_area (self->tree, path, gtk_tree_view_get_column (self->tree, 0), &place);
  gtk_tree_view_convert_bin_window_to_widget_coords (self->tree, place.x, place.y, &place.x, &place.y);
  pop_up (self, &place);
  return TRUE;
}

static void
row_menu_free (gpointer data)
{
  MailRowMenu *self = data;

  g_object_unref (self->press);
  g_object_unref (self->menu);
  g_free (self);
}

void
mail_row_menu_explain (MailRowMenu *self, MailReasons *reasons)
{
  self->reasons = reasons;
}

MailRowMenu *
mail_row_menu_attach (GtkTreeView *tree, GMenuModel *menu)
{
  MailRowMenu *self = g_new0 (MailRowMenu, 1);

  self->tree = tree;
  self->menu = g_object_ref (menu);
  self->press = gtk_gesture_multi_press_new (GTK_WIDGET (tree));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (self->press), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->press), GTK_PHASE_CAPTURE);
  g_signal_connect (self->press, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect (tree, "popup-menu", G_CALLBACK (popup_menu_cb), self);
  g_object_set_data_full (G_OBJECT (tree), "row-menu", self, row_menu_free);
  return self;
}
