/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/quota-meter.h"

#include <glib/gi18n.h>

#include "ui/widgets.h"

typedef struct
{
  MailAccount *account;
  GtkLevelBar *bar;
  GtkLabel *words;
} Meter;

/* From which part of the room on a person is warned, as the account does. The names are classes of the style. */
static const struct
{
  const char *name;
  double below;
} colours[] = {
  { "quota-fine", 0.799 },
  { "quota-warned", 0.949 },
  { "quota-full", 1.0 },
};

static void
meter_free (gpointer data)
{
  Meter *self = data;

  g_object_unref (self->account);
  g_free (self);
}

static void
update (GtkWidget *view)
{
  Meter *self = g_object_get_data (G_OBJECT (view), "meter");
  const MailServerFacts *facts = mail_account_get_server_facts (self->account);
  g_autofree char *words = facts != NULL ? mail_server_facts_describe_quota (facts) : NULL;
  int percent;

  g_object_get (self->account, "quota-percent", &percent, NULL);
  gtk_widget_set_visible (view, words != NULL);
  if (words == NULL)
    return;
  gtk_level_bar_set_value (self->bar, percent / 100.0);
  gtk_label_set_text (self->words, words);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self->bar)), words);
}

static GtkLevelBar *
make_bar (void)
{
  GtkLevelBar *bar = GTK_LEVEL_BAR (gtk_level_bar_new ());

  gtk_level_bar_remove_offset_value (bar, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (bar, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (bar, GTK_LEVEL_BAR_OFFSET_FULL);
  for (guint i = 0; i < G_N_ELEMENTS (colours); i++)
    gtk_level_bar_add_offset_value (bar, colours[i].name, colours[i].below);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (bar)), _ ("Room on the server"));
  return bar;
}

GtkWidget *
mail_quota_meter_new (MailAccount *account)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  Meter *self = g_new0 (Meter, 1);

  self->account = g_object_ref (account);
  self->bar = make_bar ();
  self->words = GTK_LABEL (g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, NULL));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->words));
  gtk_container_add (GTK_CONTAINER (box), GTK_WIDGET (self->bar));
  gtk_widget_show_all (box);
  gtk_widget_set_no_show_all (box, TRUE);
  g_object_set_data_full (G_OBJECT (box), "meter", self, meter_free);
  mail_widget_follow (box, account, "notify::quota-percent", G_CALLBACK (update), box);
  update (box);
  return box;
}
