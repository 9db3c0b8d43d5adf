/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/mailbox-info.h"

/* One mailbox as the sidebar shows it. Main thread.
 * Properties (read-only, notify): "name" (full), "title" (what a person reads: "Inbox", "Posta in arrivo", or the last part of the
 * name), "role" (MailRole as int), "unread", "messages", "bodies", "texts", "missing-parts" (uint), "missing-bytes" (uint64),
 * "completeness" (how much can be read without a network, in a sentence), "audited" (int64: when it was last compared with the
 * server in full, Unix seconds; 0 = never), "depth" (uint, 0 = top), "selectable" (boolean),
 * "icon-name" (string). */
#define MAIL_TYPE_MAILBOX (mail_mailbox_get_type ())
G_DECLARE_FINAL_TYPE (MailMailbox, mail_mailbox, MAIL, MAILBOX, GObject)

MailMailbox *mail_mailbox_new (const MailMailboxInfo *info);
/* Takes new figures over; notifies what changed. */
void mail_mailbox_update (MailMailbox *mailbox, const MailMailboxInfo *info);
/* Where it hangs in the tree; the list knows. */
void mail_mailbox_set_depth (MailMailbox *mailbox, guint depth);

gint64 mail_mailbox_get_id (MailMailbox *mailbox);
MailRole mail_mailbox_get_role (MailMailbox *mailbox);
const char *mail_mailbox_get_name (MailMailbox *mailbox);
const char *mail_mailbox_get_title (MailMailbox *mailbox);
guint mail_mailbox_get_unread (MailMailbox *mailbox);
guint mail_mailbox_get_messages (MailMailbox *mailbox);
const MailMailboxInfo *mail_mailbox_get_info (MailMailbox *mailbox);
