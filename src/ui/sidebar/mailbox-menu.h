/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account-list.h"

/* What can be done with a mailbox or an account: a menu where its row of the sidebar is pressed with the right button or rested on
 * with a finger, or at the row with the focus when the menu key is. What the server does not allow is greyed, and the menu says
 * so. For as long as @rows lives. */
void mail_mailbox_menu_attach (GtkListBox *rows);
/* What @rows shows; once. */
void mail_mailbox_menu_set_accounts (GtkListBox *rows, MailAccountList *accounts);
