/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "sync/sync-queue.h"

/* A change that waits for the server. Immutable. Properties (read-only): "id" (int64), "sentence" ("Move “Hello” to Archive"),
 * "why" (why it waits, in a sentence; nullable: it is its turn), "detail" (the last failure's own words; nullable), "since"
 * (int64, Unix seconds), "attempts" (uint), "held" (boolean: it goes on only when a person says so). Texts are translated. */
#define MAIL_TYPE_QUEUE_ITEM (mail_queue_item_get_type ())
G_DECLARE_FINAL_TYPE (MailQueueItem, mail_queue_item, MAIL, QUEUE_ITEM, GObject)

MailQueueItem *mail_queue_item_new (const MailQueueEntry *entry);

gint64 mail_queue_item_get_id (MailQueueItem *item);
const MailQueueEntry *mail_queue_item_get_entry (MailQueueItem *item);
