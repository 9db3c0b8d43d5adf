/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The plain text of a message: quotations coloured by depth with a bar at their side and folded behind "…" when they are long,
 * links that can be clicked or reached with Tab, a dimmed signature, lines of about 75 characters.
 *
 * Signal: "link-activated" (string uri). */
#define MAIL_TYPE_TEXT_BODY (mail_text_body_get_type ())
G_DECLARE_FINAL_TYPE (MailTextBody, mail_text_body, MAIL, TEXT_BODY, GtkTextView)

GtkWidget *mail_text_body_new (void);

/* Long texts are laid out in several turns of the main loop. Of very long ones (over 1 MB) a first part is; more follows while one
 * scrolls towards its end, where a button says how much is not there yet. The button, Ctrl+End and selecting all bring the
 * whole of it; what is selected so can be copied whole before it is there. */
void mail_text_body_set_text (MailTextBody *body, const char *text);
/* 1.0 = the desktop's size. */
void mail_text_body_set_zoom (MailTextBody *body, double zoom);
/* FALSE while more of what is wanted of the text is still to be laid out. */
gboolean mail_text_body_is_complete (MailTextBody *body);
