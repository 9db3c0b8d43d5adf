/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account-list.h"

/* Asks whether @account is to be removed, saying with its figures what becomes of the mail, and removes it. Mail that is nowhere
 * else stays unless that is asked for, too. */
void mail_remove_dialog_show (GtkWindow *window, MailAccountList *accounts, MailAccount *account);
