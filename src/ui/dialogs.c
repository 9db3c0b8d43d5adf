/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dialogs.h"

#include <glib/gi18n.h>

#include "core/problem.h"

static GtkWidget *
make_dialog (GtkWindow *window, const char *title, const char *body)
{
  GtkWidget *dialog = gtk_message_dialog_new (window, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_OTHER, GTK_BUTTONS_NONE, "%s", title);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", body);
  return dialog;
}

GtkWidget *
mail_dialog_ask (GtkWindow *window, const char *title, const char *body, const char *yes, gboolean dangerous)
{
  GtkWidget *dialog = make_dialog (window, title, body);
  GtkWidget *button;

  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL);
  button = gtk_dialog_add_button (GTK_DIALOG (dialog), yes, GTK_RESPONSE_ACCEPT);
  gtk_style_context_add_class (gtk_widget_get_style_context (button),
                               dangerous ? GTK_STYLE_CLASS_DESTRUCTIVE_ACTION : GTK_STYLE_CLASS_SUGGESTED_ACTION);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), dangerous ? GTK_RESPONSE_CANCEL : GTK_RESPONSE_ACCEPT);
  return dialog;
}

void
mail_dialog_tell (GtkWindow *window, const char *title, const char *body)
{
  GtkWidget *dialog = make_dialog (window, title, body);

  gtk_dialog_add_button (GTK_DIALOG (dialog), _ ("_Close"), GTK_RESPONSE_CLOSE);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_widget_destroy), NULL);
  gtk_widget_show (dialog);
}

void
mail_dialog_tell_error (GtkWindow *window, const char *title, const GError *error)
{
  g_autoptr (MailProblem) problem = mail_problem_new_from_error (error, "Missiva", NULL, MAIL_PROBLEM_RADIUS_ACCOUNT);
  g_autofree char *body = problem != NULL ? g_strjoin (" ", problem->summary, problem->advice, NULL) : NULL;

  if (problem != NULL)
    mail_dialog_tell (window, title, body);
}

void
mail_status_page_speak (HdyStatusPage *page)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (page));

  g_object_bind_property (page, "title", accessible, "accessible-name", G_BINDING_SYNC_CREATE);
  g_object_bind_property (page, "description", accessible, "accessible-description", G_BINDING_SYNC_CREATE);
}

static void
name_button_cb (GtkWidget *widget, gpointer name)
{
  if (GTK_IS_TOGGLE_BUTTON (widget))
    atk_object_set_name (gtk_widget_get_accessible (widget), name);
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), name_button_cb, name);
}

static void
name_combo_cb (GtkComboBoxText *combo)
{
  g_autofree char *choice = gtk_combo_box_text_get_active_text (combo);
  g_autofree char *spoken = g_strdup_printf ("%s: %s", atk_object_get_name (gtk_widget_get_accessible (GTK_WIDGET (combo))),
                                             choice != NULL ? choice : "");

  gtk_container_forall (GTK_CONTAINER (combo), name_button_cb, spoken);
}

void
mail_combo_speak (GtkComboBoxText *combo)
{
  g_signal_connect (combo, "changed", G_CALLBACK (name_combo_cb), NULL);
  name_combo_cb (combo);
}

static void
name_close_cb (GtkWidget *widget, gpointer data)
{
  if (GTK_IS_BUTTON (widget))
    atk_object_set_name (gtk_widget_get_accessible (widget), _ ("Close"));
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_forall (GTK_CONTAINER (widget), name_close_cb, NULL);
}

void
mail_info_bar_speak (GtkInfoBar *bar)
{
  gtk_container_forall (GTK_CONTAINER (bar), name_close_cb, NULL);
}

void
mail_dialog_set_size (GtkWindow *window, int width, int height)
{
  GdkMonitor *monitor = gdk_display_get_monitor (gtk_widget_get_display (GTK_WIDGET (window)), 0);
  GdkRectangle area = { 0, 0, width, height };

  if (monitor != NULL)
    gdk_monitor_get_workarea (monitor, &area);
  gtk_window_set_default_size (window, MIN (width, area.width), MIN (height, area.height));
}

static gboolean
destroy_cb (gpointer popover)
{
  gtk_widget_destroy (popover);
  return G_SOURCE_REMOVE;
}

/* What closed it may be a button in it, which is still being pressed. */
static void
popover_closed_cb (GtkWidget *popover, gpointer data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, destroy_cb, g_object_ref (popover), g_object_unref);
}

void
mail_popover_show_once (GtkPopover *popover)
{
  g_signal_connect (popover, "closed", G_CALLBACK (popover_closed_cb), NULL);
  gtk_popover_popup (popover);
}
