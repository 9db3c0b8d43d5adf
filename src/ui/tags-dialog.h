/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* The names and colours of an account's tags; what is changed is changed at once. */
void mail_tags_dialog_show (GtkWindow *window, MailAccount *account);
