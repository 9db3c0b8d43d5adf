/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A pane of the main window: as wide as the person made it ("pane-width"; notified when a drag ends), or as narrow as it must be
 * when the window folds. With "divider" its end edge can be dragged, or moved with the arrow keys. */
#define MAIL_TYPE_PANE (mail_pane_get_type ())
G_DECLARE_FINAL_TYPE (MailPane, mail_pane, MAIL, PANE, GtkOverlay)
