/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* The heading of an account: name, mode in small words, state as a dot, progress as a thin line. That of a broken one can be
 * activated. */
#define MAIL_TYPE_ACCOUNT_ROW (mail_account_row_get_type ())
G_DECLARE_FINAL_TYPE (MailAccountRow, mail_account_row, MAIL, ACCOUNT_ROW, GtkListBoxRow)

GtkWidget *mail_account_row_new (MailAccount *account);
MailAccount *mail_account_row_get_account (MailAccountRow *row);
