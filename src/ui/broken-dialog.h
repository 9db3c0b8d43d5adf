/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account-list.h"

/* Says why @account, a broken one, cannot be opened, and what can be done: another try, or removing it. */
void mail_broken_dialog_show (GtkWindow *window, MailAccountList *accounts, MailAccount *account);
