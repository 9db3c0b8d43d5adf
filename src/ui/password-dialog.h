/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* Asks for the password of an account and hands it over. */
void mail_password_dialog_show (GtkWindow *window, MailAccount *account);
