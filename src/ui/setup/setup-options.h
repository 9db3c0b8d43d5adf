/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/setup.h"

/* What the chosen way needs to know, each answer with its consequence beside it. */
#define MAIL_TYPE_SETUP_OPTIONS (mail_setup_options_get_type ())
G_DECLARE_FINAL_TYPE (MailSetupOptions, mail_setup_options, MAIL, SETUP_OPTIONS, GtkBox)

GtkWidget *mail_setup_options_new (MailSetup *setup);
