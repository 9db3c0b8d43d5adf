/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* Shows one message, or says in words why there is none.
 *
 * Signals: "ready": everything of the message is drawn, or its text is where HTML could not be; "retry": the person wants it
 * tried again; "notice" (string): a sentence worth showing for a moment.
 *
 * Actions "reader.source", "reader.headers", "reader.save-attachments", "reader.zoom-in", "reader.zoom-out",
 * "reader.zoom-normal" are inserted by mail_reader_add_actions() where the accelerators can find them. */
#define MAIL_TYPE_READER (mail_reader_get_type ())
G_DECLARE_FINAL_TYPE (MailReader, mail_reader, MAIL, READER, GtkBin)


/* @account: where missing parts come from; NULL for a file. */
void mail_reader_set_message (MailReader *reader, MailMessage *message, MailAccount *account);
/* MailTag of the message that is shown or comes next. */
void mail_reader_set_tags (MailReader *reader, const GPtrArray *tags);
MailMessage *mail_reader_get_message (MailReader *reader);
/* Nothing to read: why, and one hint. */
void mail_reader_set_nothing (MailReader *reader, const char *icon_name, const char *title, const char *hint);
/* A spinner appears when it takes longer than a blink. */
void mail_reader_set_loading (MailReader *reader);
void mail_reader_set_failed (MailReader *reader, const char *sentence);

/* Lets this message load its remote images. */
void mail_reader_show_remote (MailReader *reader);
/* What shows the text of the message, or says why there is none. */
GtkWidget *mail_reader_get_body (MailReader *reader);
/* The web view that shows the message now, or NULL when it is text. */
GtkWidget *mail_reader_get_web_view (MailReader *reader);

/* Inserts the actions that @window's menus and keys reach as "reader.…". */
void mail_reader_add_actions (MailReader *reader, GtkWidget *window);
