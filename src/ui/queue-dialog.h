/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* What was done here and waits for the server: which change, why it waits, since when; to be tried again or given up. It follows
 * the queue while it is open. */
void mail_queue_dialog_show (GtkWindow *window, MailAccount *account);
