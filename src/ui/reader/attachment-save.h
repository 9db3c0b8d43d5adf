/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/message.h"

/* What becomes of the parts of a message on the disk. Main thread; errors are told in a dialog over @window. */

/* Writes a copy that cannot be changed to the cache and opens it with the program for its kind. */
void mail_attachment_open (GtkWindow *window, MailMessage *message, guint part);

/* Lets @chooser, which must not be shown yet, begin where something was saved last; at first where downloads go. */
void mail_attachment_propose_folder (GtkFileChooser *chooser);

/* Asks for a name first. */
void mail_attachment_save_as (GtkWindow *window, MailMessage *message, guint part);

/* Writes every one of @parts (guint) to @folder, under a free name. @done gets the number written. */
typedef void (*MailAttachmentSavedFunc) (guint saved, gpointer data);
void mail_attachment_save_all (GtkWindow *window,
                               MailMessage *message,
                               const GArray *parts,
                               GFile *folder,
                               MailAttachmentSavedFunc done,
                               gpointer data);

/* Deletes the copies that earlier runs opened. Returns at once. */
void mail_attachment_clean_cache (void);
