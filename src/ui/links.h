/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Opens a link of a message in the person's browser, mail program or the like; does nothing for what could reach into this
 * computer (file:, javascript:, data: ...). Where @label, the words that the link shows, names another host than @uri leads to, or
 * is not known (NULL), the person sees the address and is asked first. */
void mail_link_open (GtkWidget *from, const char *uri, const char *label);
