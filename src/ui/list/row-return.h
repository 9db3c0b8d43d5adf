/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/message-list.h"
#include "ui/list/row-selection.h"

/* What an undo brings back to a list is selected once all of it is there. Until then nothing is: what a person does next is meant
 * for these messages, and must not meet another one. */
typedef struct _MailRowReturn MailRowReturn;

/* @tree and @selection are borrowed. */
MailRowReturn *mail_row_return_new (GtkTreeView *tree, MailRowSelection *selection);
void mail_row_return_free (MailRowReturn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailRowReturn, mail_row_return_free)

/* @ids (gint64): what is about to come back, instead of what was waited for. */
void mail_row_return_expect (MailRowReturn *self, const GArray *ids);
/* Nothing is waited for any more. */
void mail_row_return_stop (MailRowReturn *self);
/* If it is @ids that are waited for: they do not come, and what was selected before in @list is so again. FALSE: it is not. */
gboolean mail_row_return_give_up (MailRowReturn *self, const GArray *ids, MailMessageList *list);
/* Rows went, and the tree may have selected another one by itself. */
void mail_row_return_hold (MailRowReturn *self);
/* There are news of @list: has all of it come? */
void mail_row_return_look (MailRowReturn *self, MailMessageList *list);
