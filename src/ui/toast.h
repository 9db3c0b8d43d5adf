/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A sentence over the lower edge of the window that goes by itself, with "Undo" where that is possible (win.undo). */
#define MAIL_TYPE_TOAST (mail_toast_get_type ())
G_DECLARE_FINAL_TYPE (MailToast, mail_toast, MAIL, TOAST, GtkRevealer)

void mail_toast_show (MailToast *toast, const char *sentence, gboolean can_undo);
void mail_toast_hide (MailToast *toast);
/* Lets what is @height high at the lower edge of the window be seen below it. */
void mail_toast_lift (MailToast *toast, int height);
