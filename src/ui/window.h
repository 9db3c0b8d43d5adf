/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <handy.h>

#include "model/account-list.h"

/* The main window: sidebar, list, reader; three panes, two or one as the width allows. */
#define MAIL_TYPE_WINDOW (mail_window_get_type ())
G_DECLARE_FINAL_TYPE (MailWindow, mail_window, MAIL, WINDOW, HdyApplicationWindow)

MailWindow *mail_window_new (GtkApplication *application, MailAccountList *accounts);
/* All accounts were opened, or there is none. */
void mail_window_set_loaded (MailWindow *window);
/* Shows a message of an account's inbox, as a notification asks for. */
void mail_window_show_message (MailWindow *window, const char *account, gint64 id);
/* A sentence that goes by itself. */
void mail_window_show_notice (MailWindow *window, const char *sentence, gboolean can_undo);
