/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* How much of the room at the server is used, as a bar with words; hidden where the server gives no limit. */
GtkWidget *mail_quota_meter_new (MailAccount *account);
