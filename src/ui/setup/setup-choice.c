/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/setup-choice.h"

#include <glib/gi18n.h>

#include "model/setup-advice.h"
#include "ui/setup/setup-card.h"

#define N_MODES 2
#define SIDE_BY_SIDE_WIDTH 560

struct _MailSetupChoice
{
  GtkBox parent_instance;
  GtkBox *cards;
  GtkLabel *reason;
  GtkWidget *servers;
  GtkWidget *next;

  MailSetupCard *card[N_MODES];
  MailSetup *setup;
};

G_DEFINE_TYPE (MailSetupChoice, mail_setup_choice, GTK_TYPE_BOX)

static void
fill (MailSetupChoice *self)
{
  MailMode recommended = mail_setup_get_recommendation (self->setup);

  for (guint mode = 0; mode < N_MODES; mode++)
    {
      const MailFigures *figures = mail_setup_get_figures (self->setup, mode);
      const char *reason = mail_setup_get_unavailable_reason (self->setup, mode);
      g_autofree char *sentence = NULL;

      if (figures != NULL)
        {
          g_autofree char *measured = mail_setup_describe_figures (figures, mode);

          /* Translators: %s is like "4,812 messages in 23 mailboxes, 2.1 GB of 5.0 GB". */
          sentence = g_strdup_printf (mode == MAIL_MODE_IMAP ? _ ("Your mailbox: %s") : _ ("POP would see: %s"), measured);
        }
      else
        sentence = g_strdup (reason != NULL ? reason : "");
      mail_setup_card_set_figures (self->card[mode], sentence, figures != NULL);
      mail_setup_card_set_recommended (self->card[mode], figures != NULL && mode == recommended);
    }
  gtk_label_set_text (self->reason, mail_setup_get_recommendation_reason (self->setup));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->card[mail_setup_get_choice (self->setup)]), TRUE);
}

/* Side by side where both fit, so that the eye can compare across; else one below the other. */
static gboolean
arrange_cb (gpointer data)
{
  MailSetupChoice *self = data;
  gboolean narrow = gtk_widget_get_allocated_width (GTK_WIDGET (self)) < SIDE_BY_SIDE_WIDTH;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->cards),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_homogeneous (self->cards, !narrow);
  return G_SOURCE_REMOVE;
}

static void
size_allocate_cb (MailSetupChoice *self)
{
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, arrange_cb, g_object_ref (self), g_object_unref);
}

static void
map_cb (MailSetupChoice *self)
{
  fill (self);
  gtk_widget_grab_default (self->next);
  gtk_widget_grab_focus (GTK_WIDGET (self->card[mail_setup_get_choice (self->setup)]));
}

static void
next_cb (MailSetupChoice *self)
{
  gboolean imap = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->card[MAIL_MODE_IMAP]));

  mail_setup_choose (self->setup, imap ? MAIL_MODE_IMAP : MAIL_MODE_POP);
}

static void
mail_setup_choice_class_init (MailSetupChoiceClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/setup/setup-choice.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSetupChoice, cards);
  gtk_widget_class_bind_template_child (widget_class, MailSetupChoice, reason);
  gtk_widget_class_bind_template_child (widget_class, MailSetupChoice, servers);
  gtk_widget_class_bind_template_child (widget_class, MailSetupChoice, next);
}

static void
mail_setup_choice_init (MailSetupChoice *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint mode = 0; mode < N_MODES; mode++)
    {
      GtkWidget *card = mail_setup_card_new (mode);

      self->card[mode] = MAIL_SETUP_CARD (card);
      gtk_container_add (GTK_CONTAINER (self->cards), card);
    }
  gtk_radio_button_join_group (GTK_RADIO_BUTTON (self->card[MAIL_MODE_POP]), GTK_RADIO_BUTTON (self->card[MAIL_MODE_IMAP]));
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (next_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (map_cb), NULL);
  g_signal_connect (self, "size-allocate", G_CALLBACK (size_allocate_cb), NULL);
}

GtkWidget *
mail_setup_choice_new (MailSetup *setup)
{
  MailSetupChoice *self = g_object_new (MAIL_TYPE_SETUP_CHOICE, NULL);

  self->setup = setup;
  g_signal_connect_object (self->servers, "clicked", G_CALLBACK (mail_setup_edit_servers), setup, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
