/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* What the server of an account by IMAP can do, in plain words: what is put to use and what it saves, what is not; its room,
 * connections and mailboxes. */
GtkWidget *mail_server_view_new (MailAccount *account);
