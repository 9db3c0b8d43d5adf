/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/mailbox-info.h"
#include "core/message-info.h"
#include "store/store.h"

/* A store in a folder of its own that goes with it. Every call aborts the test when it fails. */
typedef struct
{
  char *directory;
  MailStore *store;
} TemporaryStore;

TemporaryStore *temporary_store_new (void);
/* Closes it, proves it whole and removes the folder. */
void temporary_store_free (TemporaryStore *temporary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TemporaryStore, temporary_store_free)

/* Closes the store and opens it again. */
void temporary_store_reopen (TemporaryStore *temporary);

void temporary_store_write (TemporaryStore *temporary, MailStoreJob job, gpointer data);
void temporary_store_read (TemporaryStore *temporary, MailStoreJob job, gpointer data);
/* Runs the check; aborts the test with its first sentence when something is wrong. */
void temporary_store_check (TemporaryStore *temporary);

/* Puts a mailbox with delimiter '/', and gives its id. */
gint64 temporary_store_add_mailbox (TemporaryStore *temporary, const char *name, MailRole role, MailMailboxFlags flags);
/* Inserts message @number of a made-up correspondence: uid @number (none when 0), dated a minute later with each number. */
gint64 temporary_store_add_message (TemporaryStore *temporary, gint64 mailbox_id, guint32 number, MailFlags flags);
/* The value that the call above inserts. */
MailMessageInfo *temporary_store_make_info (gint64 mailbox_id, guint32 number, MailFlags flags);

/* Removes a folder with everything in it. */
void temporary_folder_remove (const char *directory);
