/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/selection-bar.h"

#include <glib/gi18n.h>

struct _MailSelectionBar
{
  GtkRevealer parent_instance;
  GtkLabel *count;
};

G_DEFINE_TYPE (MailSelectionBar, mail_selection_bar, GTK_TYPE_REVEALER)

void
mail_selection_bar_set_count (MailSelectionBar *self, guint count)
{
  g_autofree char *words = g_strdup_printf (ngettext ("%'u selected", "%'u selected", count), count);

  if (count > 0)
    gtk_label_set_text (self->count, words);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), count > 0);
}

static void
mail_selection_bar_class_init (MailSelectionBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/list/selection-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MailSelectionBar, count);
}

static void
mail_selection_bar_init (MailSelectionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
