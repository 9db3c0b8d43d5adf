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

/* What may be handed to the desktop, which knows the program for it. */
static gboolean
may_open (const char *uri)
{
  static const char *const schemes[] = { "http", "https", "mailto", "tel", "sms", "ftp", "news", "xmpp", "geo", "webcal", NULL };
  const char *scheme = g_uri_peek_scheme (uri); /* in lower case */

  return scheme != NULL && g_strv_contains (schemes, scheme);
}

/* (transfer full): @uri without a name before its host: "https://bank.example@thief.example/" leads to a thief. */
static char *
dup_plain (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);

  if (parsed == NULL || g_uri_get_userinfo (parsed) == NULL)
    return g_strdup (uri);
  return g_uri_to_string_partial (parsed, G_URI_HIDE_USERINFO);
}

void
mail_link_open (GtkWidget *from, const char *uri, const char *label)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_toplevel (from));
  gboolean misleads = label != NULL && mail_text_link_misleads (label, uri);
  g_autofree char *plain = dup_plain (uri);
  g_autofree char *body = NULL;
  GtkWidget *dialog;

  if (!may_open (uri))
    return;
  if (label != NULL && !misleads)
    {
      open_link (window, uri);
      return;
    }
  if (misleads)
    {
      body = g_strdup_printf (_ ("The message shows “%s”, but the link leads to:\n\n%s"), label, plain);
      dialog = mail_dialog_ask (window, _ ("This link does not lead where it says"), body, _ ("_Open Anyway"), TRUE);
    }
  else
    dialog = mail_dialog_ask (window, _ ("Open this link?"), plain, _ ("_Open"), FALSE);
  g_object_set_data_full (G_OBJECT (dialog), "uri", g_steal_pointer (&plain), g_free);
  g_signal_connect (dialog, "response", G_CALLBACK (asked_cb), NULL);
  gtk_widget_show (dialog);
}
