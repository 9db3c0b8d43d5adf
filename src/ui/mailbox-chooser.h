/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* Asks for a mailbox of one account: one types some letters of its name, and Enter takes the best. Those that were chosen of late
 * come first while nothing is typed. It is shown with
 * mail_popover_show_once().
 *
 * Signal: "chosen" (MailMailbox *, NULL: the top of the tree). */
#define MAIL_TYPE_MAILBOX_CHOOSER (mail_mailbox_chooser_get_type ())
G_DECLARE_FINAL_TYPE (MailMailboxChooser, mail_mailbox_chooser, MAIL, MAILBOX_CHOOSER, GtkPopover)

/* Which mailboxes can be chosen; NULL as @mailbox: the top of the tree. */
typedef gboolean (*MailChooserFunc) (MailMailbox *mailbox, gpointer data);

/* @title: what it is for, in words. @data is let go by @notify. */
GtkWidget *mail_mailbox_chooser_new (GtkWidget *relative_to,
                                     MailAccount *account,
                                     const char *title,
                                     MailChooserFunc can_choose,
                                     gpointer data,
                                     GDestroyNotify notify);
