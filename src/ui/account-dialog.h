/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account-list.h"

/* The settings of an account as fields: servers, user names, what stays on the server (POP) or comes here (IMAP). Saved and used at
 * once; what cannot be right is named beside the fields. From here the account is removed, or its mailbox set up in the other
 * way. */
void mail_account_dialog_show (GtkWindow *window, MailAccountList *accounts, MailAccount *account);
