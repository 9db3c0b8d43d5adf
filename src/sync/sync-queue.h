/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/op.h"
#include "store/store.h"

/* What waits for the server, for a person: which change, why it waits, since when. */
typedef struct
{
  gint64 id;      /* of the operation */
  MailOpKind kind;
  char *sentence; /* what it does, translated: "Move “Hello” to Archive" */
  char *why;      /* why it waits, translated; NULL: it is its turn with the next connection */
  char *detail;   /* the last failure's own words; or NULL */
  gint64 since;   /* Unix seconds */
  guint attempts;
  gboolean held;  /* goes on only when a person says so */
} MailQueueEntry;

MailQueueEntry *mail_queue_entry_copy (const MailQueueEntry *entry);
void mail_queue_entry_free (MailQueueEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailQueueEntry, mail_queue_entry_free)

/* Inside jobs. (transfer full): at most @most MailQueueEntry (0: all), oldest first. */
GPtrArray *mail_queue_list (MailDb *db, guint most, GError **error);
/* Lets a held operation go. NOT_FOUND: it does not wait any more. */
gboolean mail_queue_retry (MailDb *db, gint64 op_id, GError **error);
/* Gives an operation up: it goes, and with it what cannot be done without it; what the server has is shown again, and the next sync
 * compares the mailboxes that it spoke of in full. A message that is only here stays here, and a mailbox out of which it was to
 * bring a message is not deleted. NOT_FOUND: it does not wait any more. */
gboolean mail_queue_drop (MailDb *db, gint64 op_id, GError **error);
