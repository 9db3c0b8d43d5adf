/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/op.h"

const char *
mail_op_kind_to_string (MailOpKind kind)
{
  static const char *const names[] = { "flags", "move", "copy", "expunge", "append" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (names), "");
  return names[kind];
}

MailOp *
mail_op_new (MailOpKind kind, gint64 message_id, gint64 mailbox_id, guint32 uid)
{
  MailOp *self = g_new0 (MailOp, 1);

  self->kind = kind;
  self->message_id = message_id;
  self->mailbox_id = mailbox_id;
  self->uid = uid;
  return self;
}

MailOp *
mail_op_copy (const MailOp *op)
{
  MailOp *copy = g_memdup2 (op, sizeof *op);

  copy->last_error = g_strdup (op->last_error);
  return copy;
}

void
mail_op_free (MailOp *op)
{
  if (op == NULL)
    return;
  g_free (op->last_error);
  g_free (op);
}

MailFlags
mail_op_apply_flags (const GPtrArray *ops, gint64 message_id, MailFlags server_flags)
{
  MailFlags flags = server_flags;

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->kind == MAIL_OP_FLAGS && op->message_id == message_id)
        flags = (flags | op->flags_add) & ~op->flags_remove;
    }
  return flags;
}

MailOp *
mail_op_invert (const MailOp *op, MailFlags before)
{
  MailOp *inverse;

  switch (op->kind)
    {
    case MAIL_OP_FLAGS:
      /* Only what the operation really changed goes back: a flag that was set before stays set. */
      inverse = mail_op_new (MAIL_OP_FLAGS, op->message_id, op->mailbox_id, op->uid);
      inverse->flags_add = op->flags_remove & before;
      inverse->flags_remove = op->flags_add & ~before;
      return inverse;
    case MAIL_OP_MOVE:
      /* The UID in the target is not known until the server told it. */
      inverse = mail_op_new (MAIL_OP_MOVE, op->message_id, op->target_id, 0);
      inverse->target_id = op->mailbox_id;
      return inverse;
    case MAIL_OP_COPY:
    case MAIL_OP_EXPUNGE:
    case MAIL_OP_APPEND:
      return NULL;
    default:
      g_return_val_if_reached (NULL);
    }
}

gboolean
mail_op_coalesce (MailOp *op, const MailOp *next, MailFlags server_flags, gboolean *void_op)
{
  *void_op = FALSE;

  if (op->state != MAIL_OP_WAITING || op->message_id != next->message_id || op->kind != next->kind)
    return FALSE;

  if (op->kind == MAIL_OP_FLAGS && op->mailbox_id == next->mailbox_id)
    {
      op->flags_add = (op->flags_add & ~next->flags_remove) | next->flags_add;
      op->flags_remove = (op->flags_remove & ~next->flags_add) | next->flags_remove;
      *void_op = (op->flags_add & ~server_flags) == 0 && (op->flags_remove & server_flags) == 0;
      return TRUE;
    }

  if (op->kind == MAIL_OP_MOVE && op->target_id == next->mailbox_id)
    {
      op->target_id = next->target_id;
      *void_op = op->target_id == op->mailbox_id;
      return TRUE;
    }

  return FALSE;
}
