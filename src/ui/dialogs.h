/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <handy.h>

/* Small dialogs that nobody waits for: they answer by "response". */

/* A question with "Cancel" and @yes (GTK_RESPONSE_ACCEPT). To be connected to, shown, and destroyed at its response. */
GtkWidget *mail_dialog_ask (GtkWindow *window, const char *title, const char *body, const char *yes, gboolean dangerous);

/* Something to know, shown at once and closed by the person. */
void mail_dialog_tell (GtkWindow *window, const char *title, const char *body);
/* The same about what went wrong, in the person's language. */
void mail_dialog_tell_error (GtkWindow *window, const char *title, const GError *error);

/* Lets a screen reader know the words of a status page, which libhandy hides from it. */
void mail_status_page_speak (HdyStatusPage *page);

/* Lets a screen reader know the button within @combo, which is what has the focus: the accessible name of @combo and the choice. */
void mail_combo_speak (GtkComboBoxText *combo);

/* Lets a screen reader know the button that closes @bar. */
void mail_info_bar_speak (GtkInfoBar *bar);

/* Makes @window of this size, or as large as the screen allows. */
void mail_dialog_set_size (GtkWindow *window, int width, int height);

/* Pops it up, and lets it go once it is closed. */
void mail_popover_show_once (GtkPopover *popover);
