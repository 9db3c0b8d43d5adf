/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account-list.h"

/* What the server of some account wants to be read, until it is closed; then what the next one says. Hidden while none does. */
#define MAIL_TYPE_ALERT_BAR (mail_alert_bar_get_type ())
G_DECLARE_FINAL_TYPE (MailAlertBar, mail_alert_bar, MAIL, ALERT_BAR, GtkBin)

void mail_alert_bar_set_accounts (MailAlertBar *bar, MailAccountList *accounts);
