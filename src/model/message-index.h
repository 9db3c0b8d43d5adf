/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "store/store-messages.h"

/* The order of one mailbox: a MailStoreKey (16 bytes) per message, newest first, in a gap buffer, so that a batch of rows that
 * go and come at many places costs one pass. Belongs to one thread at a time; while nobody changes it, any may read. */
typedef struct _MailMessageIndex MailMessageIndex;

MailMessageIndex *mail_message_index_new (void);
void mail_message_index_free (MailMessageIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMessageIndex, mail_message_index_free)

guint mail_message_index_get_length (const MailMessageIndex *index);
MailStoreKey mail_message_index_get (const MailMessageIndex *index, guint position);

/* Everything anew; @keys (transfer full) are in order. */
void mail_message_index_take (MailMessageIndex *index, GArray *keys);

/* Where @id is. @date is where to look first; 0 when it is not known, or no longer right, costs a pass. FALSE: not here. */
gboolean mail_message_index_find (const MailMessageIndex *index, gint64 id, gint64 date, guint *position);

/* At @position, once all runs before it were played, @n_removed go and keys[first_added..] come. */
typedef struct
{
  guint position;
  guint n_removed;
  guint first_added;
  guint n_added;
} MailIndexRun;

/* How to get from one order to another, from the top to the bottom. */
typedef struct
{
  GArray *runs; /* MailIndexRun */
  GArray *keys; /* MailStoreKey: all that come */
} MailIndexEdit;

void mail_index_edit_free (MailIndexEdit *edit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailIndexEdit, mail_index_edit_free)

/* (transfer full): @touched are the ids (gint64, ascending) that came, went or moved, @present (MailStoreKey; is put in order)
 * those of them that are in the mailbox. All others stay. */
MailIndexEdit *mail_message_index_diff (const MailMessageIndex *index, const GArray *touched, GArray *present);

/* Plays one run. */
void mail_message_index_play (MailMessageIndex *index, const MailIndexEdit *edit, const MailIndexRun *run);
