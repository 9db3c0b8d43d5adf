/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Help: one window for all, with a few topics in plain words. @parent (nullable). */
void mail_help_window_show (GtkWindow *parent);

/* The keys, in a window of their own. */
void mail_help_show_shortcuts (GtkWindow *parent);
