/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/widgets.h"

static void
destroy_cb (GtkWidget *child, gpointer data)
{
  gtk_widget_destroy (child);
}

void
mail_container_clear (GtkContainer *container)
{
  gtk_container_foreach (container, destroy_cb, NULL);
}

GtkLabel *
mail_box_add_text (GtkWidget *box, int max_chars)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "max-width-chars", max_chars, NULL);

  gtk_container_add (GTK_CONTAINER (box), label);
  return GTK_LABEL (label);
}

void
mail_widget_follow (GtkWidget *view, gpointer object, const char *signal, GCallback callback, gpointer data)
{
  GClosure *closure = g_cclosure_new_swap (callback, data, NULL);

  g_object_watch_closure (G_OBJECT (view), closure);
  g_signal_connect_closure (object, signal, closure, FALSE);
}
