/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Shows @menu, as long as @tree lives, where a row is pressed with the right button, or below the cursor when the menu key is.
 * Its actions are for the selected rows: a pressed row that is not among them becomes the only one. */
void mail_row_menu_attach (GtkTreeView *tree, GMenuModel *menu);
