/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <handy.h>

#include "model/account-list.h"
#include "model/setup.h"

/* The wizard: one window, one question a page. Adds the account to the list when it is done and closes
 * itself.
 * Signal: "account-added" (MailAccount *). */
#define MAIL_TYPE_SETUP_WINDOW (mail_setup_window_get_type ())
G_DECLARE_FINAL_TYPE (MailSetupWindow, mail_setup_window, MAIL, SETUP_WINDOW, HdyWindow)

/* @parent (nullable): the window it belongs to. */
GtkWidget *mail_setup_window_new (MailAccountList *accounts, GtkWindow *parent);
/* For the mailbox of an account that is there: its name and address are filled in, only the password is asked, and @mode is
 * chosen first. */
void mail_setup_window_begin (MailSetupWindow *window, const MailAccountConfig *like, MailMode mode);
