/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/notifications.h"

#include <glib/gi18n.h>

#include "ui/settings.h"

struct _MailNotifications
{
  GObject parent_instance;
  GApplication *application; /* not owned: it owns this */
  MailAccountList *accounts;
};

G_DEFINE_TYPE (MailNotifications, mail_notifications, G_TYPE_OBJECT)

/* One for each account: a newer one takes the older one's place. */
static char *
dup_id (const char *account)
{
  return g_strdup_printf ("new-mail-%s", account);
}

void
mail_notifications_withdraw (GApplication *application, const char *account)
{
  g_autofree char *id = dup_id (account);

  g_application_withdraw_notification (application, id);
}

static const char *
sender_of (const MailMessageInfo *info)
{
  if (info->from_name != NULL && *info->from_name != '\0')
    return info->from_name;
  return info->from_address != NULL ? info->from_address : _ ("Unknown sender");
}

static void
new_mail_cb (MailAccount *account, MailMailbox *mailbox, guint count, const MailMessageInfo *first, MailNotifications *self)
{
  g_autofree char *title = NULL;
  g_autofree char *id = dup_id (mail_account_get_name (account));
  g_autoptr (GNotification) notification = NULL;
  g_autoptr (GIcon) icon = NULL;

  if (count == 0 || first == NULL || !g_settings_get_boolean (mail_settings_get (), "notifications"))
    return;
  if (count == 1)
    title = g_strdup (sender_of (first));
  else
    title = g_strdup_printf (ngettext ("%1$u new message in %2$s", "%1$u new messages in %2$s", count), count,
                             mail_account_get_name (account));
  notification = g_notification_new (title);
  g_notification_set_body (notification, first->subject != NULL ? first->subject : _ ("No subject"));
  icon = g_themed_icon_new ("mail-unread-symbolic");
  g_notification_set_icon (notification, icon);
  g_notification_set_category (notification, "email.arrived");
  g_notification_set_default_action_and_target (notification, "app.show-message", "(sx)", mail_account_get_name (account),
                                                    first->id);
  g_application_send_notification (self->application, id, notification);
}

static void
accounts_changed_cb (GListModel *accounts, guint position, guint removed, guint added, MailNotifications *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (MailAccount) account = g_list_model_get_item (accounts, i);

      g_signal_connect_object (account, "new-mail", G_CALLBACK (new_mail_cb), self, 0);
    }
}

static void
mail_notifications_dispose (GObject *object)
{
  g_clear_object (&MAIL_NOTIFICATIONS (object)->accounts);
  G_OBJECT_CLASS (mail_notifications_parent_class)->dispose (object);
}

static void
mail_notifications_class_init (MailNotificationsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = mail_notifications_dispose;
}

static void
mail_notifications_init (MailNotifications *self)
{
}

MailNotifications *
mail_notifications_new (GApplication *application, MailAccountList *accounts)
{
  MailNotifications *self = g_object_new (MAIL_TYPE_NOTIFICATIONS, NULL);

  self->application = application;
  self->accounts = g_object_ref (accounts);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self, 0);
  accounts_changed_cb (G_LIST_MODEL (accounts), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (accounts)), self);
  return self;
}
