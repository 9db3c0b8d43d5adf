/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/preferences.h"

#include <glib/gi18n.h>
#include <handy.h>

#include "ui/settings.h"

static void fill_senders (HdyPreferencesGroup *group);

static void
remove_sender_cb (GtkButton *button, HdyPreferencesGroup *group)
{
  g_auto (GStrv) senders = g_settings_get_strv (mail_settings_get (), "remote-senders");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) left = NULL;

  for (guint i = 0; senders[i] != NULL; i++)
    if (g_strcmp0 (senders[i], g_object_get_data (G_OBJECT (button), "sender")) != 0)
      g_strv_builder_add (builder, senders[i]);
  left = g_strv_builder_end (builder);
  g_settings_set_strv (mail_settings_get (), "remote-senders", (const char *const *) left);
}

static void
add_sender (HdyPreferencesGroup *group, const char *sender)
{
  g_autofree char *spoken = g_strdup_printf (_ ("Remove %s"), sender);
  GtkWidget *row = g_object_new (HDY_TYPE_ACTION_ROW, "title", sender, "visible", TRUE, NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic", GTK_ICON_SIZE_BUTTON);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Remove"));
  atk_object_set_name (gtk_widget_get_accessible (button), spoken);
  g_object_set_data_full (G_OBJECT (button), "sender", g_strdup (sender), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_sender_cb), group);
  gtk_widget_show (button);
  gtk_container_add (GTK_CONTAINER (row), button);
  gtk_container_add (GTK_CONTAINER (group), row);
}

static void
destroy_row_cb (GtkWidget *row, gpointer data)
{
  if (HDY_IS_ACTION_ROW (row))
    gtk_widget_destroy (row);
}

static void
fill_senders (HdyPreferencesGroup *group)
{
  g_auto (GStrv) senders = g_settings_get_strv (mail_settings_get (), "remote-senders");

  gtk_container_foreach (GTK_CONTAINER (group), destroy_row_cb, NULL);
  for (guint i = 0; senders[i] != NULL; i++)
    add_sender (group, senders[i]);
  if (senders[0] == NULL)
    gtk_container_add (GTK_CONTAINER (group), g_object_new (HDY_TYPE_ACTION_ROW, "title", _ ("Nobody"), "subtitle",
                                                            _ ("“Always for This Sender” above a message adds its sender here."),
                                                            "visible", TRUE, NULL));
}

static GtkWidget *
make_notifications_group (void)
{
  GtkWidget *group = g_object_new (HDY_TYPE_PREFERENCES_GROUP, "title", _ ("New mail"), "visible", TRUE, NULL);
  GtkWidget *row = g_object_new (HDY_TYPE_ACTION_ROW, "title", _ ("Notifications on the desktop"), "visible", TRUE, NULL);
  GtkWidget *toggle = g_object_new (GTK_TYPE_SWITCH, "valign", GTK_ALIGN_CENTER, "visible", TRUE, NULL);

  atk_object_set_name (gtk_widget_get_accessible (toggle), _ ("Notifications on the desktop"));
  g_settings_bind (mail_settings_get (), "notifications", toggle, "active", G_SETTINGS_BIND_DEFAULT);
  gtk_container_add (GTK_CONTAINER (row), toggle);
  hdy_action_row_set_activatable_widget (HDY_ACTION_ROW (row), toggle);
  gtk_container_add (GTK_CONTAINER (group), row);
  return group;
}

static void
lines_chosen_cb (GtkToggleButton *button, gpointer lines)
{
  if (gtk_toggle_button_get_active (button))
    g_settings_set_int (mail_settings_get (), "row-lines", GPOINTER_TO_INT (lines));
}

/* A row of the group that is chosen by its radio button; returns that. */
static GtkRadioButton *
add_choice (GtkWidget *group, GtkRadioButton *beside, int lines, const char *title, const char *subtitle)
{
  GtkWidget *row = g_object_new (HDY_TYPE_ACTION_ROW, "title", title, "subtitle", subtitle, "visible", TRUE, NULL);
  GtkWidget *radio = g_object_new (GTK_TYPE_RADIO_BUTTON, "group", beside, "valign", GTK_ALIGN_CENTER, "visible", TRUE, NULL);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (radio), g_settings_get_int (mail_settings_get (), "row-lines") == lines);
  atk_object_set_name (gtk_widget_get_accessible (radio), title);
  atk_object_set_description (gtk_widget_get_accessible (radio), subtitle);
  g_signal_connect (radio, "toggled", G_CALLBACK (lines_chosen_cb), GINT_TO_POINTER (lines));
  hdy_action_row_add_prefix (HDY_ACTION_ROW (row), radio);
  hdy_action_row_set_activatable_widget (HDY_ACTION_ROW (row), radio);
  gtk_container_add (GTK_CONTAINER (group), row);
  return GTK_RADIO_BUTTON (radio);
}

static GtkWidget *
make_list_group (void)
{
  GtkWidget *group = g_object_new (HDY_TYPE_PREFERENCES_GROUP, "title", _ ("Message list"), "visible", TRUE, NULL);
  GtkRadioButton *two = add_choice (group, NULL, 2, _ ("Two lines for each message"),
                                    _ ("The first words of a message follow its subject."));

  add_choice (group, two, 3, _ ("Three lines for each message"),
              _ ("The first words of a message have a line of their own."));
  return group;
}

void
mail_preferences_show (GtkWindow *parent)
{
  GtkWidget *window = g_object_new (HDY_TYPE_PREFERENCES_WINDOW, "title", _ ("Preferences"), "transient-for", parent, "modal", TRUE,
                                    "search-enabled", FALSE, "destroy-with-parent", TRUE, "default-width", 560,
                                    "default-height", 460, NULL);
  GtkWidget *page = g_object_new (HDY_TYPE_PREFERENCES_PAGE, "visible", TRUE, NULL);
  GtkWidget *senders = g_object_new (HDY_TYPE_PREFERENCES_GROUP, "title", _ ("Remote images are shown for"), "description",
                                     _ ("Loading an image from the internet tells the sender when and where you read the message."),
                                     "visible", TRUE, NULL);

  gtk_container_add (GTK_CONTAINER (page), make_list_group ());
  gtk_container_add (GTK_CONTAINER (page), make_notifications_group ());
  fill_senders (HDY_PREFERENCES_GROUP (senders));
  g_signal_connect_object (mail_settings_get (), "changed::remote-senders", G_CALLBACK (fill_senders), senders, G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (page), senders);
  gtk_container_add (GTK_CONTAINER (window), page);
  gtk_widget_show (window);
}
