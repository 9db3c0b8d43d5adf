/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/change.h"
#include "core/message-info.h"
#include "store/store.h"

/* The messages of one mailbox, newest first: ids and dates in memory (16 bytes a row), rows loaded by pages around what is asked
 * for. A GListModel whose items are not objects would be a lie, so it is a plain GObject with its own calls. Main thread.
 *
 * Signals: "items-changed" (uint position, uint removed, uint added): as in GListModel, one for each place, the list being just
 * so far while it is emitted; "rows-changed" (uint first, uint count): their content is another, or was loaded; "loaded": the ids
 * are here for the first time (after the one "items-changed" that brings them).
 * Properties: "count" (uint), "loading" (boolean). */
#define MAIL_TYPE_MESSAGE_LIST (mail_message_list_get_type ())
G_DECLARE_FINAL_TYPE (MailMessageList, mail_message_list, MAIL, MESSAGE_LIST, GObject)

MailMessageList *mail_message_list_new (MailStore *store, gint64 mailbox_id);
/* Only those messages of the mailbox that a search found: @ids (gint64; copied). */
MailMessageList *mail_message_list_new_found (MailStore *store, gint64 mailbox_id, const GArray *ids);
/* It found others: what both have stays where it is. */
void mail_message_list_set_found (MailMessageList *list, const GArray *ids);
gint64 mail_message_list_get_mailbox_id (MailMessageList *list);

guint mail_message_list_get_count (MailMessageList *list);
/* (nullable): the row at @position if its page is here; otherwise NULL, and the page is fetched ("rows-changed" follows).
 * Borrowed until the main loop turns. */
const MailMessageInfo *mail_message_list_get_row (MailMessageList *list, guint position);
/* (nullable): the same without fetching anything. Borrowed likewise. */
const MailMessageInfo *mail_message_list_peek_row (MailMessageList *list, guint position);
gint64 mail_message_list_get_id (MailMessageList *list, guint position);
/* FALSE when the message is not in the list. */
gboolean mail_message_list_find (MailMessageList *list, gint64 message_id, guint *position);

/* What the store said; the account forwards it. Other mailboxes' changes are none of the list's. */
void mail_message_list_apply (MailMessageList *list, const MailChange *change);

/* The store is about to close: what is here stays readable, nothing more is fetched. */
void mail_message_list_detach (MailMessageList *list);
