/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/message-list.h"

/* The GtkTreeModel that a tree view needs over a MailMessageList. It holds no rows: a million of them cost it nothing. */
#define MAIL_TYPE_MESSAGE_MODEL (mail_message_model_get_type ())
G_DECLARE_FINAL_TYPE (MailMessageModel, mail_message_model, MAIL, MESSAGE_MODEL, GObject)

/* The one column: the row's position, as a uint. */
#define MAIL_MESSAGE_MODEL_POSITION 0

MailMessageModel *mail_message_model_new (MailMessageList *list);

/* What the list's signals say, for a view that is attached. Before a change of many rows it is quicker to detach the view: then
 * mail_message_model_reset() takes the new count over in silence. */
void mail_message_model_items_changed (MailMessageModel *model, guint position, guint removed, guint added);
void mail_message_model_rows_changed (MailMessageModel *model, guint first, guint count);
void mail_message_model_reset (MailMessageModel *model);
