/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/offline-dialog.h"

#include <glib/gi18n.h>

#include "ui/offline-view.h"

void
mail_offline_dialog_show (GtkWindow *window, MailAccount *account)
{
  g_autofree char *title = g_strdup_printf (_ ("%s without a Network"), mail_account_get_name (account));
  GtkWidget *dialog = gtk_dialog_new_with_buttons (title, window,
                                                   GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT | GTK_DIALOG_USE_HEADER_BAR,
                                                   NULL, NULL);
  GtkWidget *box = gtk_dialog_get_content_area (GTK_DIALOG (dialog));

  gtk_container_set_border_width (GTK_CONTAINER (box), 18);
  gtk_container_add (GTK_CONTAINER (box), mail_offline_view_new (account));
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_widget_show_all (dialog);
}
