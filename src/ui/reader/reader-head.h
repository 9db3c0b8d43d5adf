/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/message.h"
#include "model/tag.h"

/* What stands above a message: subject, sender with the real address, date, and recipients that unfold. */
#define MAIL_TYPE_READER_HEAD (mail_reader_head_get_type ())
G_DECLARE_FINAL_TYPE (MailReaderHead, mail_reader_head, MAIL, READER_HEAD, GtkBox)

void mail_reader_head_set_message (MailReaderHead *head, MailMessage *message);
/* MailTag of the message, which change while it is shown. */
void mail_reader_head_set_tags (MailReaderHead *head, const GPtrArray *tags);
