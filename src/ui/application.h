/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The program: command line, actions, keys, notifications, windows. */
#define MAIL_TYPE_APPLICATION (mail_application_get_type ())
G_DECLARE_FINAL_TYPE (MailApplication, mail_application, MAIL, APPLICATION, GtkApplication)

MailApplication *mail_application_new (void);
/* Why the program ends without having done what it was asked to, or NULL. */
const char *mail_application_get_failure (MailApplication *application);
