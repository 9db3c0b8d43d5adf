/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/setup.h"

/* The servers as fields, for what could not be found or was found wrong. */
#define MAIL_TYPE_SETUP_SERVERS (mail_setup_servers_get_type ())
G_DECLARE_FINAL_TYPE (MailSetupServers, mail_setup_servers, MAIL, SETUP_SERVERS, GtkBox)

GtkWidget *mail_setup_servers_new (MailSetup *setup);
