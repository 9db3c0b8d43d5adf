/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Notifications, and the senders whose remote images are shown. */
void mail_preferences_show (GtkWindow *parent);
