/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/setup/setup-options.h"
#include "ui/widgets.h"

#include <glib/gi18n.h>

#define MAX_CHOICES 4

/* One answer: what it is, and what follows from it. */
typedef struct
{
  int value;        /* MailPopKeep or MailOffline */
  const char *label;
  char *consequence;
  gboolean has_days;
  guint days;
} Answer;

struct _MailSetupOptions
{
  GtkBox parent_instance;
  GtkLabel *title;
  GtkWidget *choices;
  GtkWidget *next;

  GtkWidget *radios[MAX_CHOICES];
  int values[MAX_CHOICES];
  guint n_radios;
  GtkSpinButton *days; /* or NULL */
  MailSetup *setup;
};

G_DEFINE_TYPE (MailSetupOptions, mail_setup_options, GTK_TYPE_BOX)

static GtkWidget *
make_consequence (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 70);
  gtk_widget_set_margin_start (label, 30);
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "dim-label");
  return label;
}

static void
add_answer (MailSetupOptions *self, const Answer *answer, gboolean active)
{
  GtkWidget *first = self->n_radios > 0 ? self->radios[0] : NULL;
  GtkWidget *radio
      = gtk_radio_button_new_with_mnemonic_from_widget (GTK_RADIO_BUTTON (first), answer->label);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *block = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_container_add (GTK_CONTAINER (line), radio);
  if (answer->has_days)
    {
      GtkWidget *days = gtk_spin_button_new_with_range (1, 3650, 1);

      gtk_spin_button_set_value (GTK_SPIN_BUTTON (days), answer->days);
      atk_object_set_name (gtk_widget_get_accessible (days), _ ("Days"));
      gtk_container_add (GTK_CONTAINER (line), days);
      gtk_container_add (GTK_CONTAINER (line), gtk_label_new (_ ("days")));
      g_object_bind_property (radio, "active", days, "sensitive", G_BINDING_SYNC_CREATE);
      self->days = GTK_SPIN_BUTTON (days);
    }
  gtk_container_add (GTK_CONTAINER (block), line);
  gtk_container_add (GTK_CONTAINER (block), make_consequence (answer->consequence));
  gtk_container_add (GTK_CONTAINER (self->choices), block);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (radio), active);
  atk_object_set_description (gtk_widget_get_accessible (radio), answer->consequence);
  self->radios[self->n_radios] = radio;
  self->values[self->n_radios++] = answer->value;
}

static void
show_answers (MailSetupOptions *self, Answer *answers, guint count, int current)
{
  for (guint i = 0; i < count; i++)
    {
      add_answer (self, &answers[i], answers[i].value == current);
      g_free (answers[i].consequence);
    }
}

/* How much mail the first download brings, as people say it. */
static char *
describe_drop (const MailFigures *figures)
{
  guint messages = (guint) figures->messages;
  g_autofree char *count = g_strdup_printf (ngettext ("%'u message", "%'u messages", messages), messages);
  g_autofree char *size = figures->bytes >= 0 ? g_format_size ((guint64) figures->bytes) : NULL;

  return size != NULL ? g_strdup_printf ("%s, %s", count, size) : g_steal_pointer (&count);
}

static void
fill_pop (MailSetupOptions *self)
{
  const MailAccountConfig *config = mail_setup_get_config (self->setup, MAIL_MODE_POP);
  const MailFigures *figures = mail_setup_get_figures (self->setup, MAIL_MODE_POP);
  g_autofree char *drop = describe_drop (figures);
  Answer answers[] = {
    { MAIL_POP_KEEP_UNTIL_DELETED, _ ("Leave it on the server until I _delete it here"),
      g_strdup (_ ("Phone and webmail go on showing a message until you delete it on this computer.")), FALSE, 0 },
    { MAIL_POP_KEEP_DAYS, _ ("Leave it on the server f_or"),
      g_strdup (_ ("Your other devices have that long to fetch or read it; then it is only on this computer.")), TRUE,
      config->pop_keep_days },
    { MAIL_POP_KEEP_FOREVER, _ ("_Leave it on the server for good"),
      g_strdup (_ ("Nothing ever leaves the server through Missiva. Its space fills up; you make room in the webmail.")), FALSE,
      0 },
    { MAIL_POP_KEEP_DELETE, _ ("Take it off the server _at once"),
      g_strdup_printf (ngettext ("After this first download %s will be on this computer only: your phone and the webmail will not "
                                 "show it any more. It is deleted there only when it is safely stored here.",
                                 "After this first download %s will be on this computer only: your phone and the webmail will not "
                                 "show them any more. Each message is deleted there only when it is safely stored here.",
                                 figures->messages),
                       drop),
      FALSE, 0 },
  };

  gtk_label_set_text (self->title, _ ("When a message has been downloaded…"));
  show_answers (self, answers, G_N_ELEMENTS (answers), config->pop_keep);
}

static void
fill_imap (MailSetupOptions *self)
{
  const MailAccountConfig *config = mail_setup_get_config (self->setup, MAIL_MODE_IMAP);
  const MailFigures *figures = mail_setup_get_figures (self->setup, MAIL_MODE_IMAP);
  g_autofree char *all = describe_drop (figures);
  Answer answers[] = {
    { MAIL_OFFLINE_ALL, _ ("_Everything"),
      /* Translators: %s is like "4,812 messages, 2.1 GB". */
      g_strdup_printf (ngettext ("%s will be here: it can be read without a connection, and you have a second copy.",
                                 "%s will be here: all can be read without a connection, and you have a second copy.",
                                 figures->messages),
                       all),
      FALSE, 0 },
    { MAIL_OFFLINE_DAYS, _ ("The messages of the last"),
      g_strdup (_ ("Older messages are listed, and fetched when you open them.")), TRUE, config->offline_days },
    { MAIL_OFFLINE_HEADERS, _ ("Only the _list of messages"),
      g_strdup (_ ("The least space; a message is fetched when you open it, and stays.")), FALSE, 0 },
  };

  gtk_label_set_text (self->title, _ ("What should be on this computer for reading without a connection?"));
  show_answers (self, answers, G_N_ELEMENTS (answers), config->offline);
}

static void
fill (MailSetupOptions *self)
{
  mail_container_clear (GTK_CONTAINER (self->choices));
  self->n_radios = 0;
  self->days = NULL;
  if (mail_setup_get_choice (self->setup) == MAIL_MODE_POP)
    fill_pop (self);
  else
    fill_imap (self);
  gtk_widget_show_all (self->choices);
  gtk_widget_grab_default (self->next);
  gtk_widget_grab_focus (self->radios[0]);
}

static void
next_cb (MailSetupOptions *self)
{
  guint days = self->days != NULL ? (guint) gtk_spin_button_get_value_as_int (self->days) : 0;

  for (guint i = 0; i < self->n_radios; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->radios[i])))
      {
        if (mail_setup_get_choice (self->setup) == MAIL_MODE_POP)
          mail_setup_set_pop_keep (self->setup, (MailPopKeep) self->values[i], days);
        else
          mail_setup_set_offline (self->setup, (MailOffline) self->values[i], days);
      }
  mail_setup_check (self->setup);
}

static void
mail_setup_options_class_init (MailSetupOptionsClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/setup/setup-options.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSetupOptions, title);
  gtk_widget_class_bind_template_child (widget_class, MailSetupOptions, choices);
  gtk_widget_class_bind_template_child (widget_class, MailSetupOptions, next);
}

static void
mail_setup_options_init (MailSetupOptions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (next_cb), self);
  g_signal_connect (self, "map", G_CALLBACK (fill), NULL);
}

GtkWidget *
mail_setup_options_new (MailSetup *setup)
{
  MailSetupOptions *self = g_object_new (MAIL_TYPE_SETUP_OPTIONS, NULL);

  self->setup = setup;
  return GTK_WIDGET (self);
}
