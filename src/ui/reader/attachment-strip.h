/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* The attachments of a message as cards: open, save, save all. What is not on this computer is fetched when it is asked for.
 *
 * Signals: "message-renewed" (MailMessage *): a part was fetched, this is the message with it; "notice" (string): a sentence
 * worth showing for a moment. */
#define MAIL_TYPE_ATTACHMENT_STRIP (mail_attachment_strip_get_type ())
G_DECLARE_FINAL_TYPE (MailAttachmentStrip, mail_attachment_strip, MAIL, ATTACHMENT_STRIP, GtkBox)

/* @account: where missing parts come from; NULL for a file. */
void mail_attachment_strip_set_message (MailAttachmentStrip *strip, MailMessage *message, MailAccount *account);
/* Asks for a folder and saves everything there. */
void mail_attachment_strip_save_all (MailAttachmentStrip *strip);
guint mail_attachment_strip_get_count (MailAttachmentStrip *strip);
