/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account-list.h"

/* Tells the desktop of new mail; clicking opens the message (app.show-message). */
#define MAIL_TYPE_NOTIFICATIONS (mail_notifications_get_type ())
G_DECLARE_FINAL_TYPE (MailNotifications, mail_notifications, MAIL, NOTIFICATIONS, GObject)

/* Takes back what was told of an account that goes. */
void mail_notifications_withdraw (GApplication *application, const char *account);

MailNotifications *mail_notifications_new (GApplication *application, MailAccountList *accounts);
