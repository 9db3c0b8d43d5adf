/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* (transfer full, floating): a server's certificate and what is wrong with it, as a page. */
GtkWidget *mail_certificate_page_new (const MailCertificate *certificate);

/* The certificate that an account's server showed, to be trusted or not. Once it is, the outgoing server is looked at: where it
 * shows another one that cannot be trusted, that is asked about next. */
void mail_certificate_dialog_show (GtkWindow *window, MailAccount *account);
