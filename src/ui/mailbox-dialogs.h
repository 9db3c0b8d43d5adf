/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* What is asked before something is done to a mailbox. All are modal over @window and go by themselves. */

/* A name for a new one in @parent (NULL: at the top). */
void mail_mailbox_dialog_create (GtkWindow *window, MailAccount *account, MailMailbox *parent);
void mail_mailbox_dialog_rename (GtkWindow *window, MailAccount *account, MailMailbox *mailbox);
/* These tell how much goes. */
void mail_mailbox_dialog_delete (GtkWindow *window, MailAccount *account, MailMailbox *mailbox);
void mail_mailbox_dialog_empty (GtkWindow *window, MailAccount *account, MailMailbox *mailbox);
