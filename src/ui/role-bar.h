/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account-list.h"

/* Asks, once for each account, which mailbox is its Trash or has another role that no mailbox is known for. Hidden while there is
 * nothing to ask. */
#define MAIL_TYPE_ROLE_BAR (mail_role_bar_get_type ())
G_DECLARE_FINAL_TYPE (MailRoleBar, mail_role_bar, MAIL, ROLE_BAR, GtkBin)

void mail_role_bar_set_accounts (MailRoleBar *bar, MailAccountList *accounts);
