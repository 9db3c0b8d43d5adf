/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/setup.h"

/* The first page: who you are. Goes on by mail_setup_set_person(). */
#define MAIL_TYPE_SETUP_WHO (mail_setup_who_get_type ())
G_DECLARE_FINAL_TYPE (MailSetupWho, mail_setup_who, MAIL, SETUP_WHO, GtkBox)

GtkWidget *mail_setup_who_new (MailSetup *setup);
/* What is known already; @name (nullable). */
void mail_setup_who_fill (MailSetupWho *who, const char *name, const char *address);
