/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/setup-card.h"

#include <glib/gi18n.h>

struct _MailSetupCard
{
  GtkRadioButton parent_instance;
  GtkWidget *ribbon;
  GtkImage *drawing;
  GtkLabel *title;
  GtkWidget *lines;
  GtkLabel *figures;

  MailMode mode;
};

G_DEFINE_TYPE (MailSetupCard, mail_setup_card, GTK_TYPE_RADIO_BUTTON)

#define N_LINES 5
#define DRAWING_SIZE 72

typedef struct
{
  const char *icon;
  const char *title;
  const char *lines[N_LINES];
} Words;

static const char *const subjects[N_LINES] = {
  N_ ("Where mail lives"), N_ ("Other devices"), N_ ("Sent mail and folders"), N_ ("If this computer breaks"),
  N_ ("Space on the server"),
};

static const Words words[] = {
  [MAIL_MODE_IMAP] = {
    "missiva-imap-symbolic",
    N_ ("Synchronised (IMAP)"),
    { N_ ("On the server; Missiva keeps a copy here, so that you can read without a connection."),
      N_ ("Phone, webmail and other computers show the same mail as this one."),
      N_ ("The same everywhere."),
      N_ ("Your mail is still on the server. What you delete on one device is gone on all."),
      N_ ("Mail takes up space there until you delete it.") },
  },
  [MAIL_MODE_POP] = {
    "missiva-pop-symbolic",
    N_ ("Downloaded (POP)"),
    { N_ ("On this computer: the server hands over what is in its inbox."),
      N_ ("They show only what is still on the server, and nothing of what you do here."),
      N_ ("Only on this computer."),
      N_ ("Mail that has left the server is lost, unless you have a backup."),
      N_ ("You decide when downloaded mail leaves the server and makes room.") },
  },
};

static GtkWidget *
make_label (const char *text, const char *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), style_class);
  gtk_widget_show (label);
  return label;
}

static void
update_name (MailSetupCard *self)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  g_autoptr (GString) name = g_string_new (_ (words[self->mode].title));

  if (gtk_widget_get_visible (self->ribbon))
    g_string_append_printf (name, ", %s", _ ("Recommended"));
  g_string_append (name, ". ");
  for (guint i = 0; i < N_LINES; i++)
    g_string_append_printf (name, "%s: %s ", _ (subjects[i]), _ (words[self->mode].lines[i]));
  g_string_append (name, gtk_label_get_text (self->figures));
  atk_object_set_name (accessible, _ (words[self->mode].title));
  atk_object_set_description (accessible, name->str);
}

void
mail_setup_card_set_figures (MailSetupCard *self, const char *figures, gboolean available)
{
  gtk_label_set_text (self->figures, figures);
  gtk_widget_set_sensitive (GTK_WIDGET (self), available);
  update_name (self);
}

void
mail_setup_card_set_recommended (MailSetupCard *self, gboolean recommended)
{
  gtk_widget_set_visible (self->ribbon, recommended);
  update_name (self);
}

static void
mail_setup_card_class_init (MailSetupCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/setup/setup-card.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSetupCard, ribbon);
  gtk_widget_class_bind_template_child (widget_class, MailSetupCard, drawing);
  gtk_widget_class_bind_template_child (widget_class, MailSetupCard, title);
  gtk_widget_class_bind_template_child (widget_class, MailSetupCard, lines);
  gtk_widget_class_bind_template_child (widget_class, MailSetupCard, figures);
}

static void
mail_setup_card_init (MailSetupCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
mail_setup_card_new (MailMode mode)
{
  MailSetupCard *self = g_object_new (MAIL_TYPE_SETUP_CARD, NULL);

  self->mode = mode;
  gtk_image_set_from_icon_name (self->drawing, words[mode].icon, GTK_ICON_SIZE_DIALOG);
  gtk_image_set_pixel_size (self->drawing, DRAWING_SIZE);
  gtk_label_set_text (self->title, _ (words[mode].title));
  for (guint i = 0; i < N_LINES; i++)
    {
      gtk_container_add (GTK_CONTAINER (self->lines), make_label (_ (subjects[i]), "setup-subject"));
      gtk_container_add (GTK_CONTAINER (self->lines), make_label (_ (words[mode].lines[i]), "setup-line"));
    }
  update_name (self);
  return GTK_WIDGET (self);
}
