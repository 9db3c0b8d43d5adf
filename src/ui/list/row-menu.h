/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/reasons.h"

typedef struct _MailRowMenu MailRowMenu;

/* Shows @menu, as long as @tree lives, where a row is pressed with the right button, or below the cursor when the menu key is.
 * Its actions are for the selected rows: a pressed row that is not among them becomes the only one. */
MailRowMenu *mail_row_menu_attach (GtkTreeView *tree, GMenuModel *menu);

/* Why some of its items are greyed; borrowed until the next call. */
void mail_row_menu_explain (MailRowMenu *menu, MailReasons *reasons);
