/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/alert-bar.h"

#include "ui/dialogs.h"

struct _MailAlertBar
{
  GtkBin parent_instance;
  GtkInfoBar *bar;
  GtkLabel *words;
  MailAccountList *accounts;
  MailAccount *shown; /* whose server speaks; NULL: none */
};

G_DEFINE_TYPE (MailAlertBar, mail_alert_bar, GTK_TYPE_BIN)

static void
update (MailAlertBar *self)
{
  g_autofree char *alert = NULL;

  g_clear_object (&self->shown);
  for (guint i = 0; alert == NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

      g_object_get (account, "alert", &alert, NULL);
      if (alert != NULL)
        self->shown = g_object_ref (account);
    }
  /* As text: a server's words are no markup. */
  gtk_label_set_text (self->words, alert != NULL ? alert : "");
  gtk_widget_set_visible (GTK_WIDGET (self), alert != NULL);
}

static void
response_cb (GtkInfoBar *bar, int response, MailAlertBar *self)
{
  if (self->shown != NULL)
    mail_account_dismiss_alert (self->shown);
}

static void
accounts_changed_cb (GListModel *accounts, guint position, guint removed, guint added, MailAlertBar *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (accounts, i);

      g_signal_connect_object (account, "notify::alert", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  update (self);
}

void
mail_alert_bar_set_accounts (MailAlertBar *self, MailAccountList *accounts)
{
  g_assert (self->accounts == NULL);
  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, 0);
  accounts_changed_cb (G_LIST_MODEL (accounts), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (accounts)), self);
}

static void
mail_alert_bar_dispose (GObject *object)
{
  MailAlertBar *self = MAIL_ALERT_BAR (object);

  g_clear_object (&self->accounts);
  g_clear_object (&self->shown);
  G_OBJECT_CLASS (mail_alert_bar_parent_class)->dispose (object);
}

static void
mail_alert_bar_class_init (MailAlertBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = mail_alert_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/missiva/Missiva/ui/alert-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, MailAlertBar, bar);
  gtk_widget_class_bind_template_child (widget_class, MailAlertBar, words);
}

static void
mail_alert_bar_init (MailAlertBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  mail_info_bar_speak (self->bar);
  g_signal_connect (self->bar, "response", G_CALLBACK (response_cb), self);
}
