/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "core/flags.h"
#include "store/store.h"

/* A person's change to messages as one transaction: visible at once, recorded for the server (IMAP) or final here (POP).
 * The window and the command line both go through this. */
typedef enum
{
  MAIL_ACTION_FLAGS,
  MAIL_ACTION_MOVE,
  MAIL_ACTION_COPY,
  MAIL_ACTION_DELETE, /* to Trash; for ever when it is in Trash already, or there is no Trash */
  MAIL_ACTION_APPEND, /* a new message from bytes */
} MailActionKind;

typedef struct _MailAction MailAction;

/* @ids: gint64 message ids, copied. */
MailAction *mail_action_new_flags (MailMode mode, const GArray *ids, MailFlags add, MailFlags remove);
MailAction *mail_action_new_move (MailMode mode, const GArray *ids, gint64 target_id);
MailAction *mail_action_new_copy (MailMode mode, const GArray *ids, gint64 target_id);
MailAction *mail_action_new_delete (MailMode mode, const GArray *ids);
MailAction *mail_action_new_append (MailMode mode, gint64 mailbox_id, GBytes *message, MailFlags flags);
void mail_action_free (MailAction *action);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailAction, mail_action_free)

/* MailStoreJob with a MailAction as data. NOT_FOUND names an id that does not exist; OFFLINE: what it needs to know is not here
 * before the next sync (whether there is a Trash, where a message is); then nothing is done. */
gboolean mail_action_job (MailDb *db, gpointer action, GError **error);

/* (transfer full) (nullable): takes a performed action back, or NULL when that cannot be done. */
MailAction *mail_action_dup_undo (const MailAction *action);
MailActionKind mail_action_get_kind (const MailAction *action);
/* The rows that the action really changed or made (gint64), borrowed. */
const GArray *mail_action_get_ids (const MailAction *action);
