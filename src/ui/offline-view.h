/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* How much of an account can be read without a network, what it would take to have all, and a button that fetches it. */
GtkWidget *mail_offline_view_new (MailAccount *account);
