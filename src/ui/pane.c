/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/pane.h"

#include <glib/gi18n.h>

#define NARROWEST 180
#define KEY_STEP 12
#define GRIP 8 /* px of the edge that can be grabbed */

struct _MailPane
{
  GtkOverlay parent_instance;
  GtkWidget *grip;
  int width;
  int width_at_press;
  double pressed_at; /* root coordinate */
};

G_DEFINE_TYPE (MailPane, mail_pane, GTK_TYPE_OVERLAY)

enum
{
  PROP_PANE_WIDTH = 1,
  PROP_DIVIDER,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

static void
mail_pane_get_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (mail_pane_parent_class)->get_preferred_width (widget, minimum, natural);
  *natural = MAX (*minimum, MAIL_PANE (widget)->width);
}

static void
set_width (MailPane *self, int width)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  int widest = row != NULL ? gtk_widget_get_allocated_width (row) / 2 : G_MAXINT;

  width = CLAMP (width, NARROWEST, MAX (NARROWEST, widest));
  if (width == self->width)
    return;
  self->width = width;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PANE_WIDTH]);
}

static int
direction (MailPane *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? -1 : 1;
}

static gboolean
pressed_cb (GtkWidget *grip, GdkEventButton *event, MailPane *self)
{
  if (event->type != GDK_BUTTON_PRESS || event->button != GDK_BUTTON_PRIMARY)
    return GDK_EVENT_PROPAGATE;
  self->width_at_press = self->width;
  self->pressed_at = event->x_root;
  /* What is remembered is where the edge was left. */
  g_object_freeze_notify (G_OBJECT (self));
  return GDK_EVENT_STOP;
}

static gboolean
moved_cb (GtkWidget *grip, GdkEventMotion *event, MailPane *self)
{
  if ((event->state & GDK_BUTTON1_MASK) != 0 && self->pressed_at >= 0)
    set_width (self, self->width_at_press + direction (self) * (int) (event->x_root - self->pressed_at));
  return GDK_EVENT_STOP;
}

static gboolean
released_cb (GtkWidget *grip, GdkEventButton *event, MailPane *self)
{
  if (event->button != GDK_BUTTON_PRIMARY || self->pressed_at < 0)
    return GDK_EVENT_PROPAGATE;
  self->pressed_at = -1;
  g_object_thaw_notify (G_OBJECT (self));
  return GDK_EVENT_STOP;
}

static gboolean
key_pressed_cb (GtkWidget *grip, GdkEventKey *event, MailPane *self)
{
  if (event->state & gtk_accelerator_get_default_mod_mask ())
    return GDK_EVENT_PROPAGATE;
  if (event->keyval == GDK_KEY_Left)
    set_width (self, self->width - direction (self) * KEY_STEP);
  else if (event->keyval == GDK_KEY_Right)
    set_width (self, self->width + direction (self) * KEY_STEP);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
realized_cb (GtkWidget *grip, gpointer data)
{
  g_autoptr (GdkCursor) cursor = gdk_cursor_new_from_name (gtk_widget_get_display (grip), "col-resize");

  gdk_window_set_cursor (gtk_widget_get_window (grip), cursor);
}

static void
mail_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  MailPane *self = MAIL_PANE (object);

  if (id == PROP_PANE_WIDTH)
    g_value_set_int (value, self->width);
  else
    g_value_set_boolean (value, gtk_widget_get_visible (self->grip));
}

static void
mail_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  MailPane *self = MAIL_PANE (object);

  if (id == PROP_DIVIDER)
    gtk_widget_set_visible (self->grip, g_value_get_boolean (value));
  else if (self->width != g_value_get_int (value))
    {
      self->width = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
}

static void
mail_pane_class_init (MailPaneClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = mail_pane_get_property;
  object_class->set_property = mail_pane_set_property;
  GTK_WIDGET_CLASS (class)->get_preferred_width = mail_pane_get_preferred_width;
  props[PROP_PANE_WIDTH] = g_param_spec_int ("pane-width", NULL, NULL, 0, G_MAXINT, NARROWEST,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  props[PROP_DIVIDER] = g_param_spec_boolean ("divider", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mail_pane_init (MailPane *self)
{
  GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_VERTICAL);

  self->width = NARROWEST;
  self->pressed_at = -1;
  self->grip = gtk_event_box_new ();
  gtk_widget_set_no_show_all (self->grip, TRUE);
  gtk_widget_set_halign (self->grip, GTK_ALIGN_END);
  gtk_widget_set_size_request (self->grip, GRIP, -1);
  gtk_widget_set_can_focus (self->grip, TRUE);
  gtk_widget_set_tooltip_text (self->grip, _ ("Drag to resize"));
  gtk_style_context_add_class (gtk_widget_get_style_context (self->grip), "pane-grip");
  atk_object_set_name (gtk_widget_get_accessible (self->grip), _ ("Divider between two panes"));
  gtk_widget_set_halign (line, GTK_ALIGN_END);
  gtk_widget_show (line);
  gtk_container_add (GTK_CONTAINER (self->grip), line);
  gtk_widget_add_events (self->grip, GDK_BUTTON_PRESS_MASK | GDK_BUTTON_RELEASE_MASK | GDK_BUTTON1_MOTION_MASK
                                       | GDK_KEY_PRESS_MASK);
  g_signal_connect (self->grip, "realize", G_CALLBACK (realized_cb), NULL);
  g_signal_connect (self->grip, "button-press-event", G_CALLBACK (pressed_cb), self);
  g_signal_connect (self->grip, "motion-notify-event", G_CALLBACK (moved_cb), self);
  g_signal_connect (self->grip, "button-release-event", G_CALLBACK (released_cb), self);
  g_signal_connect (self->grip, "key-press-event", G_CALLBACK (key_pressed_cb), self);
  gtk_overlay_add_overlay (GTK_OVERLAY (self), self->grip);
}
