/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <handy.h>

#include "ui/reader/reader.h"

/* One message in a window of its own: a file that was opened, or a message of the list. */
#define MAIL_TYPE_MESSAGE_WINDOW (mail_message_window_get_type ())
G_DECLARE_FINAL_TYPE (MailMessageWindow, mail_message_window, MAIL, MESSAGE_WINDOW, HdyApplicationWindow)

GtkWidget *mail_message_window_new (GtkApplication *application);
MailReader *mail_message_window_get_reader (MailMessageWindow *window);

/* Reads and shows a message file; a failure is shown in the window, too. */
void mail_message_window_open_async (MailMessageWindow *window, GFile *file, GAsyncReadyCallback callback, gpointer user_data);
gboolean mail_message_window_open_finish (MailMessageWindow *window, GAsyncResult *result, GError **error);
void mail_message_window_set_message (MailMessageWindow *window, MailMessage *message, MailAccount *account);
