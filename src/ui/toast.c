/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/toast.h"

#define SHOWN_FOR 7 /* seconds: long enough to read it and to reach "Undo" */
#define MARGIN 18

struct _MailToast
{
  GtkRevealer parent_instance;
  GtkLabel *label;
  GtkWidget *undo;
  GtkWidget *close;
  guint timeout;
};

G_DEFINE_TYPE (MailToast, mail_toast, GTK_TYPE_REVEALER)

void
mail_toast_hide (MailToast *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), FALSE);
}

static gboolean
time_over_cb (gpointer data)
{
  MailToast *self = data;

  self->timeout = 0;
  mail_toast_hide (self);
  return G_SOURCE_REMOVE;
}

void
mail_toast_show (MailToast *self, const char *sentence, gboolean can_undo)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  gtk_label_set_text (self->label, sentence);
  gtk_widget_set_visible (self->undo, can_undo);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self), TRUE);
  self->timeout = g_timeout_add_seconds (SHOWN_FOR, time_over_cb, self);
}

void
mail_toast_lift (MailToast *self, int height)
{
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), MARGIN + height);
}

static void
mail_toast_dispose (GObject *object)
{
  g_clear_handle_id (&MAIL_TOAST (object)->timeout, g_source_remove);
  G_OBJECT_CLASS (mail_toast_parent_class)->dispose (object);
}

static void
mail_toast_class_init (MailToastClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_toast_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/toast.ui");
  gtk_widget_class_bind_template_child (widget_class, MailToast, label);
  gtk_widget_class_bind_template_child (widget_class, MailToast, undo);
  gtk_widget_class_bind_template_child (widget_class, MailToast, close);
}

static void
mail_toast_init (MailToast *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->close, "clicked", G_CALLBACK (mail_toast_hide), self);
}
