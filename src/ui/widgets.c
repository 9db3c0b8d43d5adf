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
