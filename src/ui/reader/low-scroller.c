/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reader/low-scroller.h"

#define HIGHEST 150

struct _MailLowScroller
{
  GtkScrolledWindow parent_instance;
};

G_DEFINE_TYPE (MailLowScroller, mail_low_scroller, GTK_TYPE_SCROLLED_WINDOW)

static GtkSizeRequestMode
mail_low_scroller_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
mail_low_scroller_get_preferred_height_for_width (GtkWidget *widget, int width, int *minimum, int *natural)
{
  GtkWidget *viewport = gtk_bin_get_child (GTK_BIN (widget));
  GtkWidget *child = viewport != NULL ? gtk_bin_get_child (GTK_BIN (viewport)) : NULL;
  int height = 0;

  if (child != NULL)
    gtk_widget_get_preferred_height_for_width (child, width, &height, NULL);
  *minimum = *natural = MIN (height, HIGHEST);
}

static void
mail_low_scroller_get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  int width;

  gtk_widget_get_preferred_width (widget, &width, NULL);
  mail_low_scroller_get_preferred_height_for_width (widget, width, minimum, natural);
}

static void
mail_low_scroller_class_init (MailLowScrollerClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->get_request_mode = mail_low_scroller_get_request_mode;
  widget_class->get_preferred_height = mail_low_scroller_get_preferred_height;
  widget_class->get_preferred_height_for_width = mail_low_scroller_get_preferred_height_for_width;
}

static void
mail_low_scroller_init (MailLowScroller *self)
{
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
}
