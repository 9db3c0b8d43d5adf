/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* How much of an account can be read without a network; what it takes to fetch the rest, and that on demand, with its progress.
 * What was begun goes on when the dialog is closed. */
void mail_offline_dialog_show (GtkWindow *window, MailAccount *account);
