/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "core/flags.h"
#include "core/mailbox-info.h"
#include "store/store.h"

/* A person's change to messages or mailboxes as one transaction: visible at once, recorded for the server (IMAP) or final here
 * (POP). The window and the command line both go through this. */
typedef enum
{
  MAIL_ACTION_FLAGS,
  MAIL_ACTION_MOVE,
  MAIL_ACTION_COPY,
  MAIL_ACTION_DELETE, /* to Trash; for ever when it is in Trash already, or there is no Trash */
  MAIL_ACTION_APPEND, /* a new message from bytes */
  MAIL_ACTION_FILE,   /* flags and a move together: junk, not junk */
  MAIL_ACTION_EMPTY,  /* all messages of Trash or Junk for ever, of another mailbox to Trash */
  MAIL_ACTION_READ_ALL,
  MAIL_ACTION_CREATE_MAILBOX,
  MAIL_ACTION_RENAME_MAILBOX, /* also into another */
  MAIL_ACTION_DELETE_MAILBOX, /* with what it contains */
  MAIL_ACTION_RESTORE_MAILBOX, /* takes back a deletion of which the server was not told yet */
  MAIL_ACTION_SUBSCRIBE,
} MailActionKind;

typedef struct _MailAction MailAction;

/* @ids: gint64 message ids, copied. */
MailAction *mail_action_new_flags (MailMode mode, const GArray *ids, MailFlags add, MailFlags remove);
/* @add, @remove: keywords, a space between them, or NULL. */
MailAction *mail_action_new_keywords (MailMode mode, const GArray *ids, const char *add, const char *remove);
MailAction *mail_action_new_move (MailMode mode, const GArray *ids, gint64 target_id);
MailAction *mail_action_new_copy (MailMode mode, const GArray *ids, gint64 target_id);
MailAction *mail_action_new_delete (MailMode mode, const GArray *ids);
/* For ever, wherever they are. */
MailAction *mail_action_new_expunge (MailMode mode, const GArray *ids);
/* To @target_id, with $Junk; or, not @junk, with $NotJunk. */
MailAction *mail_action_new_junk (MailMode mode, const GArray *ids, gboolean junk, gint64 target_id);
MailAction *mail_action_new_empty (MailMode mode, gint64 mailbox_id);
MailAction *mail_action_new_read_all (MailMode mode, gint64 mailbox_id);
MailAction *mail_action_new_append (MailMode mode, gint64 mailbox_id, GBytes *message, MailFlags flags);

/* @parent_id 0: at the top. BAD_INPUT: the server could not have a mailbox with this name; EXISTS: there is one. */
MailAction *mail_action_new_create_mailbox (MailMode mode, gint64 parent_id, const char *leaf, MailRole role);
/* By another name where it is. */
MailAction *mail_action_new_rename_mailbox (MailMode mode, gint64 mailbox_id, const char *leaf);
/* Under the same name beneath another, with all that lies beneath it. */
MailAction *mail_action_new_move_mailbox (MailMode mode, gint64 mailbox_id, gint64 parent_id);
/* With the messages in it and all mailboxes beneath it. By POP the messages go to Trash. */
MailAction *mail_action_new_delete_mailbox (MailMode mode, gint64 mailbox_id);
MailAction *mail_action_new_subscribe (MailMode mode, gint64 mailbox_id, gboolean subscribed);

void mail_action_free (MailAction *action);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailAction, mail_action_free)

/* MailStoreJob with a MailAction as data. NOT_FOUND names an id that does not exist; OFFLINE: what it needs to know is not here
 * before the next sync (whether there is a Trash, where a message is); then nothing is done. */
gboolean mail_action_job (MailDb *db, gpointer action, GError **error);

/* (transfer full) (nullable): takes a performed action back, or NULL when that cannot be done. */
MailAction *mail_action_dup_undo (const MailAction *action);
/* (transfer full): the messages (gint64) that @action is to put into mailbox *@mailbox_id, which is set unless there are none. */
GArray *mail_action_dup_arrivals (const MailAction *action, gint64 *mailbox_id);
/* (transfer full): the messages (gint64) that @action is to take from their mailboxes, as far as is known before it is done. */
GArray *mail_action_dup_departures (const MailAction *action);
/* The messages, or mailboxes, that the action really changed or made (gint64), borrowed. */
const GArray *mail_action_get_ids (const MailAction *action);
