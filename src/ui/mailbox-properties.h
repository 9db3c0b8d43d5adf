/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* What is known of a mailbox, and how much of it is kept here: counts, sizes, what can be read offline, rights, the last audit. The
 * settings in it act at once. It follows the mailbox while it is open. */
void mail_mailbox_properties_show (GtkWindow *window, MailAccount *account, MailMailbox *mailbox);
