/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account-list.h"
#include "ui/sidebar/mailbox-drag.h"

/* Accounts as headings, their mailboxes as rows.
 * Signals: "mailbox-selected" (MailAccount *, MailMailbox *): another one is shown from now on; "mailbox-activated": it was clicked
 * or entered, also when it was selected already. "account-activated" (MailAccount *): the heading of a broken account was. */
#define MAIL_TYPE_SIDEBAR (mail_sidebar_get_type ())
G_DECLARE_FINAL_TYPE (MailSidebar, mail_sidebar, MAIL, SIDEBAR, GtkBin)

void mail_sidebar_set_accounts (MailSidebar *sidebar, MailAccountList *accounts);
/* What can be dropped where, and what then happens. Both are borrowed for as long as it lives. */
void mail_sidebar_set_drop (MailSidebar *sidebar, const MailMailboxDragCalls *calls, gpointer data);
/* FALSE when that mailbox is not there. */
gboolean mail_sidebar_select (MailSidebar *sidebar, const char *account, gint64 mailbox_id);
/* The first inbox. FALSE while there is none, and while the first mailboxes of an account before it are about to come, so that what
 * is shown does not depend on which server is quicker. */
gboolean mail_sidebar_select_first (MailSidebar *sidebar);
