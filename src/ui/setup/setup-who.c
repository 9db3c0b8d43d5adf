/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/setup-who.h"

#include <glib/gi18n.h>

struct _MailSetupWho
{
  GtkBox parent_instance;
  GtkEntry *name;
  GtkEntry *address;
  GtkEntry *password;
  GtkLabel *address_error;
  GtkLabel *password_error;
  GtkWidget *next;

  MailSetup *setup;
};

G_DEFINE_TYPE (MailSetupWho, mail_setup_who, GTK_TYPE_BOX)

static void
next_cb (MailSetupWho *self)
{
  const char *field = NULL;
  g_autoptr (GError) error = NULL;
  gboolean about_address;

  gtk_widget_hide (GTK_WIDGET (self->address_error));
  gtk_widget_hide (GTK_WIDGET (self->password_error));
  if (mail_setup_set_person (self->setup, gtk_entry_get_text (self->name), gtk_entry_get_text (self->address),
                             gtk_entry_get_text (self->password), &field, &error))
    return;

  about_address = g_strcmp0 (field, "address") == 0;
  gtk_label_set_text (about_address ? self->address_error : self->password_error, error->message);
  gtk_widget_show (GTK_WIDGET (about_address ? self->address_error : self->password_error));
  gtk_widget_grab_focus (GTK_WIDGET (about_address ? self->address : self->password));
}

static void
reveal_cb (MailSetupWho *self)
{
  gboolean shown = !gtk_entry_get_visibility (self->password);

  gtk_entry_set_visibility (self->password, shown);
  gtk_entry_set_icon_from_icon_name (self->password, GTK_ENTRY_ICON_SECONDARY,
                                     shown ? "view-reveal-symbolic" : "view-conceal-symbolic");
  gtk_entry_set_icon_tooltip_text (self->password, GTK_ENTRY_ICON_SECONDARY,
                                   shown ? _ ("Hide the password") : _ ("Show the password"));
}

static void
map_cb (MailSetupWho *self)
{
  gtk_widget_grab_default (self->next);
  gtk_widget_grab_focus (GTK_WIDGET (gtk_entry_get_text_length (self->address) > 0 ? self->password : self->name));
}

static void
mail_setup_who_class_init (MailSetupWhoClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/setup/setup-who.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSetupWho, name);
  gtk_widget_class_bind_template_child (widget_class, MailSetupWho, address);
  gtk_widget_class_bind_template_child (widget_class, MailSetupWho, password);
  gtk_widget_class_bind_template_child (widget_class, MailSetupWho, address_error);
  gtk_widget_class_bind_template_child (widget_class, MailSetupWho, password_error);
  gtk_widget_class_bind_template_child (widget_class, MailSetupWho, next);
}

static void
mail_setup_who_init (MailSetupWho *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (next_cb), self);
  g_signal_connect_swapped (self->password, "icon-release", G_CALLBACK (reveal_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
}

GtkWidget *
mail_setup_who_new (MailSetup *setup)
{
  MailSetupWho *self = g_object_new (MAIL_TYPE_SETUP_WHO, NULL);

  self->setup = setup; /* outlives its pages: the window holds both */
  return GTK_WIDGET (self);
}

void
mail_setup_who_fill (MailSetupWho *self, const char *name, const char *address)
{
  gtk_entry_set_text (self->name, name != NULL ? name : "");
  gtk_entry_set_text (self->address, address);
}
