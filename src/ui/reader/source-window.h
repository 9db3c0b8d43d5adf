/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/message.h"

/* A window with the message as it was sent, or with its header fields decoded. */
void mail_source_window_show (GtkWindow *parent, MailMessage *message, gboolean headers);
