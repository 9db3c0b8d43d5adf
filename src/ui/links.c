/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/links.h"

#include <glib/gi18n.h>

#include "ui/dialogs.h"
#include "ui/reader/text-lines.h"

static void
open_link (GtkWindow *window, const char *uri)
{
  g_autoptr (GError) error = NULL;

  if (!gtk_show_uri_on_window (window, uri, GDK_CURRENT_TIME, &error))
    mail_dialog_tell (window, _ ("The link could not be opened"), error->message);
}

static void
asked_cb (GtkDialog *dialog, int response, gpointer data)
{
  g_autofree char *uri = g_strdup (g_object_get_data (G_OBJECT (dialog), "uri"));
  GtkWindow *window = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  gtk_widget_destroy (GTK_WIDGET (dialog));
  if (response == GTK_RESPONSE_ACCEPT)
    open_link (window, uri);
}

void
mail_link_open (GtkWidget *from, const char *uri, const char *label)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (from));
  g_autofree char *scheme = g_uri_parse_scheme (uri);
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  if (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "mailto") != 0)
    return;
  if (!mail_text_link_misleads (label, uri))
    {
      open_link (window, uri);
      return;
    }
  body = g_strdup_printf (_ ("The message shows “%s”, but the link leads to:\n\n%s"), label, uri);
  dialog = mail_dialog_ask (window, _ ("This link does not lead where it says"), body, _ ("_Open Anyway"), TRUE);
  g_object_set_data_full (G_OBJECT (dialog), "uri", g_strdup (uri), g_free);
  g_signal_connect (dialog, "response", G_CALLBACK (asked_cb), NULL);
  gtk_widget_show (dialog);
}
