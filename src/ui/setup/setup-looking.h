/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/setup.h"

/* The page that shows each try with its result, and a problem with its way out: another password, a
 * certificate to look at, servers by
 * hand. Used while servers are looked for and for the last check. */
#define MAIL_TYPE_SETUP_LOOKING (mail_setup_looking_get_type ())
G_DECLARE_FINAL_TYPE (MailSetupLooking, mail_setup_looking, MAIL, SETUP_LOOKING, GtkBox)

GtkWidget *mail_setup_looking_new (MailSetup *setup);
