/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "core/op.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "store/store-uidl.h"
#include "sync/sync-action-private.h"

/* A message and what waits for it. */
typedef struct
{
  MailMessageInfo *row;
  GPtrArray *ops; /* MailOp, oldest first; empty for POP */
} Subject;

static void
subject_clear (Subject *subject)
{
  mail_message_info_free (subject->row);
  g_clear_pointer (&subject->ops, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

static gboolean
load (MailDb *db, gint64 id, Subject *subject, GError **error)
{
  subject->row = mail_store_messages_get (db, id, error);
  subject->ops = subject->row != NULL ? mail_store_ops_list (db, id, error) : NULL;
  return subject->ops != NULL;
}

/* (nullable): the last operation that brings the message to where its row is, while the server has not heard of it. */
static const MailOp *
find_arrival (const Subject *subject)
{
  for (guint i = subject->ops->len; i > 0; i--)
    {
      const MailOp *op = g_ptr_array_index (subject->ops, i - 1);

      if (op->kind == MAIL_OP_FLAGS)
        continue;
      return op->state == MAIL_OP_WAITING && op->kind != MAIL_OP_EXPUNGE ? op : NULL;
    }
  return NULL;
}

/* Never reached the server and is not on its way there. */
static gboolean
is_only_here (const Subject *subject)
{
  return subject->row->where == MAIL_WHERE_HERE && subject->ops->len == 0;
}

static gboolean
remove_ops (MailDb *db, const Subject *subject, GError **error)
{
  for (guint i = 0; i < subject->ops->len; i++)
    if (!mail_store_ops_remove (db, ((const MailOp *) g_ptr_array_index (subject->ops, i))->id, error))
      return FALSE;
  return TRUE;
}

static gboolean
add_op (MailDb *db, MailOpKind kind, gint64 message_id, gint64 mailbox_id, guint32 uid, gint64 target_id, GError **error)
{
  g_autoptr (MailOp) op = mail_op_new (kind, message_id, mailbox_id, uid);

  op->target_id = target_id;
  return mail_store_ops_add (db, op, error);
}

static gboolean
add_flags_op (MailDb *db, const MailMessageInfo *row, MailFlags add, MailFlags remove, GError **error)
{
  g_autoptr (MailOp) op = mail_op_new (MAIL_OP_FLAGS, row->id, row->mailbox_id, row->uid);

  op->flags_add = add;
  op->flags_remove = remove;
  return mail_store_ops_add (db, op, error);
}

gboolean
mail_action_do_flags (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_auto (Subject) subject = { 0 };
  MailActionStep back = { .id = step->id };
  MailFlags flags;

  if (!load (db, step->id, &subject, error))
    return FALSE;
  flags = (subject.row->flags | step->add) & ~step->remove;
  if (flags == subject.row->flags)
    return TRUE;
  /* Only what really changed goes to the server, and back. */
  back.remove = flags & ~subject.row->flags;
  back.add = subject.row->flags & ~flags;
  mail_action_note (action, step->id, &back);
  return mail_store_messages_set_flags (db, step->id, flags, error)
         && (action->mode == MAIL_MODE_POP || is_only_here (&subject)
             || add_flags_op (db, subject.row, back.remove, back.add, error));
}

/* The new row of a COPY or APPEND that the server has not heard of goes elsewhere before it was anywhere. Its operations keep
 * their places: the source of a copy may be on its way out behind them. */
static gboolean
redirect_arrival (MailDb *db, const Subject *subject, gint64 target_id, GError **error)
{
  if (!mail_store_messages_move (db, subject->row->id, target_id, 0, error))
    return FALSE;
  for (guint i = 0; i < subject->ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (subject->ops, i);
      gboolean is_copy = op->kind == MAIL_OP_COPY;

      if (!mail_store_ops_redirect (db, op->id, is_copy ? op->mailbox_id : target_id, is_copy ? target_id : 0, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
move_on_server (MailDb *db, const Subject *subject, gint64 target_id, GError **error)
{
  const MailMessageInfo *row = subject->row;
  const MailOp *arrival = find_arrival (subject);
  g_autoptr (MailOp) op = mail_op_new (MAIL_OP_MOVE, row->id, row->mailbox_id, row->uid);

  if (arrival != NULL && arrival->kind != MAIL_OP_MOVE)
    return redirect_arrival (db, subject, target_id, error);
  if (is_only_here (subject))
    return mail_store_messages_move (db, row->id, target_id, 0, error)
           && add_op (db, MAIL_OP_APPEND, row->id, target_id, 0, 0, error);
  op->target_id = target_id;
  /* Both moves may annihilate each other; then the message was never anywhere else and has its UID. */
  return mail_store_ops_add (db, op, error)
         && mail_store_messages_move (db, row->id, target_id, op->id == 0 && arrival != NULL ? arrival->uid : 0, error);
}

/* POP3 knows no Trash: what a person puts there is what may go from the server, as far as the account's policy says so. */
static gboolean
move_here (MailDb *db, const MailMessageInfo *row, const MailMailboxInfo *target, GError **error)
{
  g_autoptr (MailMailboxInfo) source = mail_store_mailboxes_get (db, row->mailbox_id, error);

  if (source == NULL)
    return FALSE;
  if (target->role == MAIL_ROLE_TRASH
      && !mail_store_uidl_set_state_of_message (db, row->id, MAIL_UIDL_HERE, MAIL_UIDL_TO_DELETE, error))
    return FALSE;
  if (source->role == MAIL_ROLE_TRASH
      && !mail_store_uidl_set_state_of_message (db, row->id, MAIL_UIDL_TO_DELETE, MAIL_UIDL_HERE, error))
    return FALSE;
  return mail_store_messages_move (db, row->id, target->id, 0, error);
}

static gboolean
move_subject (MailDb *db, MailAction *action, const Subject *subject, gint64 target_id, GError **error)
{
  g_autoptr (MailMailboxInfo) target = mail_store_mailboxes_get (db, target_id, error);
  const MailActionStep back = { .id = subject->row->id, .target_id = subject->row->mailbox_id };

  if (target == NULL)
    return FALSE;
  if (subject->row->mailbox_id == target_id)
    return TRUE;
  mail_action_note (action, subject->row->id, &back);
  return action->mode == MAIL_MODE_POP ? move_here (db, subject->row, target, error)
                                       : move_on_server (db, subject, target_id, error);
}

gboolean
mail_action_do_move (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_auto (Subject) subject = { 0 };

  return load (db, step->id, &subject, error) && move_subject (db, action, &subject, step->target_id, error);
}

/* The server's copy is to go; what else was meant for the message is of no account any more. *@row_stays: its UID has to be
 * found out first, by way of the row. */
static gboolean
expunge_on_server (MailDb *db, const Subject *subject, gboolean *row_stays, GError **error)
{
  const MailMessageInfo *row = subject->row;
  const MailOp *arrival = find_arrival (subject);

  *row_stays = FALSE;
  if (is_only_here (subject))
    return TRUE;
  if (arrival != NULL && (arrival->kind != MAIL_OP_MOVE || arrival->uid != 0))
    return remove_ops (db, subject, error)
           && (arrival->kind != MAIL_OP_MOVE
               || add_op (db, MAIL_OP_EXPUNGE, row->id, arrival->mailbox_id, arrival->uid, 0, error));
  if (row->uid != 0)
    return remove_ops (db, subject, error) && add_op (db, MAIL_OP_EXPUNGE, row->id, row->mailbox_id, row->uid, 0, error);
  *row_stays = TRUE;
  return mail_store_messages_set_flags (db, row->id, row->flags | MAIL_FLAG_DELETED, error)
         && add_op (db, MAIL_OP_EXPUNGE, row->id, row->mailbox_id, 0, 0, error);
}

static gboolean
expunge_subject (MailDb *db, MailAction *action, const Subject *subject, GError **error)
{
  gint64 id = subject->row->id;
  gboolean row_stays = FALSE;

  mail_action_note (action, id, NULL);
  if (action->mode == MAIL_MODE_POP)
    return mail_store_uidl_set_state_of_message (db, id, MAIL_UIDL_HERE, MAIL_UIDL_TO_DELETE, error)
           && mail_store_messages_remove (db, id, error);
  return expunge_on_server (db, subject, &row_stays, error) && (row_stays || mail_store_messages_remove (db, id, error));
}

/* *@trash stays NULL where there is none. OFFLINE while nobody knows: a new account shows its inbox before its mailboxes were
 * listed, and what a person deletes then must not be gone for ever. */
static gboolean
find_trash (MailDb *db, MailMode mode, MailMailboxInfo **trash, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) inbox = NULL;

  *trash = mail_store_mailboxes_find_role (db, MAIL_ROLE_TRASH, &failure);
  if (*trash == NULL && failure == NULL && mode == MAIL_MODE_IMAP)
    {
      inbox = mail_store_mailboxes_find_role (db, MAIL_ROLE_INBOX, &failure);
      if (failure == NULL && (inbox == NULL || inbox->uidnext == 0))
        g_set_error_literal (&failure, MAIL_ERROR, MAIL_ERROR_OFFLINE, "whether there is a Trash is not known yet");
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
mail_action_do_delete (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_auto (Subject) subject = { 0 };
  g_autoptr (MailMailboxInfo) trash = NULL;

  if (!load (db, step->id, &subject, error))
    return FALSE;
  if (!action->for_ever && !find_trash (db, action->mode, &trash, error))
    return FALSE;
  if (trash == NULL || trash->id == subject.row->mailbox_id)
    return expunge_subject (db, action, &subject, error);
  return move_subject (db, action, &subject, trash->id, error);
}

/* The server copies what it has; what it does not have yet is uploaded from here. */
static gboolean
copy_on_server (MailDb *db, const MailMessageInfo *row, gint64 new_id, gint64 target_id, GError **error)
{
  if (row->uid != 0)
    return add_op (db, MAIL_OP_COPY, new_id, row->mailbox_id, row->uid, target_id, error);
  if (row->sha256 != NULL)
    return add_op (db, MAIL_OP_APPEND, new_id, target_id, 0, 0, error);
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_OFFLINE, "message %" G_GINT64_FORMAT " is neither here nor settled on the server",
               row->id);
  return FALSE;
}

gboolean
mail_action_do_copy (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, step->id, error);
  g_autoptr (MailMailboxInfo) target = row != NULL ? mail_store_mailboxes_get (db, step->target_id, error) : NULL;
  MailActionStep back = { 0 };

  if (target == NULL || !mail_store_messages_copy (db, row->id, target->id, &back.id, error))
    return FALSE;
  mail_action_note (action, back.id, &back);
  return action->mode == MAIL_MODE_POP || copy_on_server (db, row, back.id, target->id, error);
}

gboolean
mail_action_do_append (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_get (db, step->target_id, error);
  MailActionStep back = { 0 };

  if (mailbox == NULL || !mail_store_messages_insert (db, action->info, error)
      || !mail_store_bodies_put (db, action->info->id, action->message, NULL, error))
    return FALSE;
  back.id = action->info->id;
  mail_action_note (action, back.id, &back);
  return action->mode == MAIL_MODE_POP || add_op (db, MAIL_OP_APPEND, back.id, mailbox->id, 0, 0, error);
}
