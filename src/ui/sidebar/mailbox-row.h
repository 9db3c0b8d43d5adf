/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* A mailbox in the sidebar: icon, title, unread (of drafts: all). */
#define MAIL_TYPE_MAILBOX_ROW (mail_mailbox_row_get_type ())
G_DECLARE_FINAL_TYPE (MailMailboxRow, mail_mailbox_row, MAIL, MAILBOX_ROW, GtkListBoxRow)

GtkWidget *mail_mailbox_row_new (MailAccount *account, MailMailbox *mailbox);
MailAccount *mail_mailbox_row_get_account (MailMailboxRow *row);
MailMailbox *mail_mailbox_row_get_mailbox (MailMailboxRow *row);
