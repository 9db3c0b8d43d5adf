/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Opens a link of a message in the person's browser or mail program: http, https and mailto only. Where @label (nullable), the
 * words that were clicked, names another host than @uri leads to, the person is asked first. */
void mail_link_open (GtkWidget *from, const char *uri, const char *label);
