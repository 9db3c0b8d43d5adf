/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/setup.h"

/* IMAP or POP: two cards of equal rank, with the figures of this very mailbox, and the advice with its
 * reason. */
#define MAIL_TYPE_SETUP_CHOICE (mail_setup_choice_get_type ())
G_DECLARE_FINAL_TYPE (MailSetupChoice, mail_setup_choice, MAIL, SETUP_CHOICE, GtkBox)

GtkWidget *mail_setup_choice_new (MailSetup *setup);
