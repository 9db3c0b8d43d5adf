/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Destroys what is in it. */
void mail_container_clear (GtkContainer *container);

/* A label for sentences at the end of @box, in lines of so many characters at most. */
GtkLabel *mail_box_add_text (GtkWidget *box, int max_chars);

/* Calls @callback (data) at each @signal of @object, until @view is destroyed. */
void mail_widget_follow (GtkWidget *view, gpointer object, const char *signal, GCallback callback, gpointer data);
