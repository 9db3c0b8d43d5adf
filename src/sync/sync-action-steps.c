/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "core/keywords.h"
#include "core/op.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "store/store-uidl.h"
#include "sync/sync-action-private.h"

#define MOST_MOVES 2000 /* rows that one statement moves */

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
  subject->row = mail_store_messages_get_place (db, id, error);
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

gboolean
mail_action_move_rows (MailDb *db, MailAction *action, GError **error)
{
  const MailStoreMove *first;

  if (action->moves->len == 0)
    return TRUE;
  first = &g_array_index (action->moves, MailStoreMove, 0);
  if (!(action->moves->len == 1 ? mail_store_messages_move (db, first->id, action->moves_to, first->uid, error)
                                : mail_store_messages_move_all (db, action->moves, action->moves_to, error)))
    return FALSE;
  g_array_set_size (action->moves, 0);
  return TRUE;
}

/* The row goes to another mailbox with the next call of mail_action_move_rows(), at the latest; nobody may ask for it before. */
static gboolean
move_row (MailDb *db, MailAction *action, gint64 id, gint64 target_id, guint32 uid, GError **error)
{
  const MailStoreMove move = { id, uid };

  if ((action->moves_to != target_id || action->moves->len == MOST_MOVES) && !mail_action_move_rows (db, action, error))
    return FALSE;
  action->moves_to = target_id;
  g_array_append_val (action->moves, move);
  return TRUE;
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
add_flags_op (MailDb *db, const MailMessageInfo *row, const MailActionStep *change, GError **error)
{
  g_autoptr (MailOp) op = mail_op_new (MAIL_OP_FLAGS, row->id, row->mailbox_id, row->uid);

  op->flags_add = change->add;
  op->flags_remove = change->remove;
  op->keywords_add = g_strdup (change->keywords_add);
  op->keywords_remove = g_strdup (change->keywords_remove);
  return mail_store_ops_add (db, op, error);
}

/* Only what really changed goes to the server, and back. *@any FALSE: nothing did. */
static gboolean
reflag (MailDb *db, MailMode mode, const Subject *subject, const MailActionStep *step, MailActionStep *back, GError **error)
{
  const MailMessageInfo *row = subject->row;
  MailFlags flags = (row->flags | step->add) & ~step->remove;
  g_autofree char *keywords = mail_keywords_apply (row->keywords, step->keywords_add, step->keywords_remove);
  MailActionStep change = { .add = flags & ~row->flags, .remove = row->flags & ~flags };
  gboolean ok;

  if (flags == row->flags && g_strcmp0 (keywords, row->keywords) == 0)
    return TRUE;
  change.keywords_add = mail_keywords_apply (keywords, NULL, row->keywords);
  change.keywords_remove = mail_keywords_apply (row->keywords, NULL, keywords);
  ok = mail_store_messages_set_flags (db, row->id, flags, error)
       && mail_store_messages_set_keywords (db, row->id, keywords, error)
       && (mode == MAIL_MODE_POP || is_only_here (subject) || add_flags_op (db, row, &change, error));
  back->add = change.remove;
  back->remove = change.add;
  back->keywords_add = change.keywords_remove;
  back->keywords_remove = change.keywords_add;
  return ok;
}

static gboolean
is_nothing (const MailActionStep *step)
{
  return step->add == 0 && step->remove == 0 && step->keywords_add == NULL && step->keywords_remove == NULL
         && step->target_id == 0;
}

static void
clear_back (MailActionStep *back)
{
  g_clear_pointer (&back->keywords_add, g_free);
  g_clear_pointer (&back->keywords_remove, g_free);
}

gboolean
mail_action_do_flags (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_auto (Subject) subject = { 0 };
  MailActionStep back = { .id = step->id };
  gboolean ok = load (db, step->id, &subject, error) && reflag (db, action->mode, &subject, step, &back, error);

  if (ok && !is_nothing (&back))
    mail_action_note (action, step->id, &back);
  clear_back (&back);
  return ok;
}

/* The new row of a COPY or APPEND that the server has not heard of goes elsewhere before it was anywhere. Its operations keep
 * their places: the source of a copy may be on its way out behind them. */
static gboolean
redirect_arrival (MailDb *db, MailAction *action, const Subject *subject, gint64 target_id, GError **error)
{
  if (!move_row (db, action, subject->row->id, target_id, 0, error))
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
move_on_server (MailDb *db, MailAction *action, const Subject *subject, gint64 target_id, GError **error)
{
  const MailMessageInfo *row = subject->row;
  const MailOp *arrival = find_arrival (subject);
  g_autoptr (MailOp) op = mail_op_new (MAIL_OP_MOVE, row->id, row->mailbox_id, row->uid);

  if (arrival != NULL && arrival->kind != MAIL_OP_MOVE)
    return redirect_arrival (db, action, subject, target_id, error);
  if (is_only_here (subject))
    return move_row (db, action, row->id, target_id, 0, error)
           && add_op (db, MAIL_OP_APPEND, row->id, target_id, 0, 0, error);
  op->target_id = target_id;
  /* Both moves may annihilate each other; then the message was never anywhere else and has its UID. */
  return mail_store_ops_add (db, op, error)
         && move_row (db, action, row->id, target_id, op->id == 0 && arrival != NULL ? arrival->uid : 0, error);
}

/* POP3 knows no Trash: what a person puts there is what may go from the server, as far as the account's policy says so. */
static gboolean
move_here (MailDb *db, MailAction *action, const MailMessageInfo *row, const MailMailboxInfo *target, GError **error)
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
  return move_row (db, action, row->id, target->id, 0, error);
}

/* *@moved FALSE: it is there. */
static gboolean
move_subject (MailDb *db, MailAction *action, const Subject *subject, gint64 target_id, gboolean *moved, GError **error)
{
  *moved = FALSE;
  if (action->target == NULL || action->target->id != target_id)
    {
      g_clear_pointer (&action->target, mail_mailbox_info_free);
      action->target = mail_store_mailboxes_get (db, target_id, error);
    }
  if (action->target == NULL)
    return FALSE;
  if (subject->row->mailbox_id == target_id)
    return TRUE;
  *moved = TRUE;
  return action->mode == MAIL_MODE_POP ? move_here (db, action, subject->row, action->target, error)
                                       : move_on_server (db, action, subject, target_id, error);
}

static gboolean
move_and_note (MailDb *db, MailAction *action, const Subject *subject, gint64 target_id, GError **error)
{
  const MailActionStep back = { .id = subject->row->id, .target_id = subject->row->mailbox_id };
  gboolean moved;

  if (!move_subject (db, action, subject, target_id, &moved, error))
    return FALSE;
  if (moved)
    mail_action_note (action, subject->row->id, &back);
  return TRUE;
}

gboolean
mail_action_do_move (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_auto (Subject) subject = { 0 };

  return load (db, step->id, &subject, error) && move_and_note (db, action, &subject, step->target_id, error);
}

/* Flags go along with the message, but a move of which the server has not heard is taken back before they are: then nothing is left
 * of both. */
static gboolean
file_subject (MailDb *db, MailAction *action, const MailActionStep *step, MailActionStep *back, GError **error)
{
  g_auto (Subject) before = { 0 };
  g_auto (Subject) subject = { 0 };
  gboolean move_first;
  gboolean moved;

  if (!load (db, step->id, &before, error))
    return FALSE;
  move_first = find_arrival (&before) != NULL;
  if (!(move_first ? move_subject (db, action, &before, step->target_id, &moved, error)
                         && mail_action_move_rows (db, action, error)
                   : reflag (db, action->mode, &before, step, back, error))
      || !load (db, step->id, &subject, error)
      || !(move_first ? reflag (db, action->mode, &subject, step, back, error)
                      : move_subject (db, action, &subject, step->target_id, &moved, error)))
    return FALSE;
  if (moved || !is_nothing (back))
    back->target_id = before.row->mailbox_id;
  return TRUE;
}

gboolean
mail_action_do_file (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  MailActionStep back = { .id = step->id };
  gboolean ok = file_subject (db, action, step, &back, error);

  if (ok && !is_nothing (&back))
    mail_action_note (action, step->id, &back);
  clear_back (&back);
  return ok;
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

/* action->trash stays NULL where there is none. OFFLINE while nobody knows: a new account shows its inbox before its mailboxes were
 * listed, and what a person deletes then must not be gone for ever. */
static gboolean
find_trash (MailDb *db, MailAction *action, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) inbox = NULL;

  if (action->knows_trash)
    return TRUE;
  action->trash = mail_store_mailboxes_find_role (db, MAIL_ROLE_TRASH, &failure);
  if (action->trash == NULL && failure == NULL && action->mode == MAIL_MODE_IMAP)
    {
      inbox = mail_store_mailboxes_find_role (db, MAIL_ROLE_INBOX, &failure);
      if (failure == NULL && (inbox == NULL || inbox->uidnext == 0))
        g_set_error_literal (&failure, MAIL_ERROR, MAIL_ERROR_OFFLINE, "whether there is a Trash is not known yet");
    }
  action->knows_trash = failure == NULL;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return action->knows_trash;
}

gboolean
mail_action_do_delete (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_auto (Subject) subject = { 0 };

  if (!load (db, step->id, &subject, error) || (!action->for_ever && !find_trash (db, action, error)))
    return FALSE;
  if (action->for_ever || action->trash == NULL || action->trash->id == subject.row->mailbox_id)
    return expunge_subject (db, action, &subject, error);
  return move_and_note (db, action, &subject, action->trash->id, error);
}

/* The copy shows the flags of its original, of which the server may not have heard yet: it is told of them for the copy, too, since
 * the original may be deleted, or get other flags, before its turn comes. */
static gboolean
copy_flags_ops (MailDb *db, const MailMessageInfo *row, gint64 new_id, gint64 target_id, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, row->id, error);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);
      const MailMessageInfo copy = { .id = new_id, .mailbox_id = target_id };
      const MailActionStep change = { .add = op->flags_add,
                                      .remove = op->flags_remove,
                                      .keywords_add = op->keywords_add,
                                      .keywords_remove = op->keywords_remove };

      if (op->kind == MAIL_OP_FLAGS && !add_flags_op (db, &copy, &change, error))
        return FALSE;
    }
  return ops != NULL;
}

/* The server copies what it has; what it does not have yet is uploaded from here. */
static gboolean
copy_on_server (MailDb *db, const MailMessageInfo *row, gint64 new_id, gint64 target_id, GError **error)
{
  if (row->uid != 0)
    return add_op (db, MAIL_OP_COPY, new_id, row->mailbox_id, row->uid, target_id, error)
           && copy_flags_ops (db, row, new_id, target_id, error);
  /* It is uploaded with all that it shows. */
  if (row->sha256 != NULL)
    return add_op (db, MAIL_OP_APPEND, new_id, target_id, 0, 0, error)
           && mail_store_messages_set_server_flags (db, new_id, row->flags & ~MAIL_FLAG_DELETED, row->keywords, error);
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

static gboolean
for_each_message (MailDb *db,
                  MailAction *action,
                  const MailActionStep *step,
                  gboolean (*act) (MailDb *, MailAction *, const MailActionStep *, GError **),
                  GError **error)
{
  g_autoptr (GArray) ids = mail_store_messages_ids (db, step->target_id, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      const MailActionStep one = { .id = g_array_index (ids, gint64, i), .add = step->add, .remove = step->remove };

      if (!act (db, action, &one, error))
        return FALSE;
    }
  return ids != NULL;
}

gboolean
mail_action_do_empty (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_get (db, step->target_id, error);

  if (mailbox == NULL)
    return FALSE;
  action->for_ever = mailbox->role == MAIL_ROLE_TRASH || mailbox->role == MAIL_ROLE_JUNK;
  return for_each_message (db, action, step, mail_action_do_delete, error);
}

gboolean
mail_action_do_read_all (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  const MailActionStep read = { .target_id = step->target_id, .add = MAIL_FLAG_SEEN };

  return for_each_message (db, action, &read, mail_action_do_flags, error);
}
