/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Below the list while rows are ticked off: how many they are, and what can be done with them. It covers no row's place when it
 * comes, and works where the reader and its buttons have not their turn. */
#define MAIL_TYPE_SELECTION_BAR (mail_selection_bar_get_type ())
G_DECLARE_FINAL_TYPE (MailSelectionBar, mail_selection_bar, MAIL, SELECTION_BAR, GtkRevealer)

/* 0: it goes. */
void mail_selection_bar_set_count (MailSelectionBar *bar, guint count);
