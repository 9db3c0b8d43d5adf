/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* When @mailbox, or the whole account (NULL), was last compared with the server in full, and a button that does it now. */
GtkWidget *mail_audit_view_new (MailAccount *account, MailMailbox *mailbox);
