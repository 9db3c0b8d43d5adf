/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/flags.h"

/* An intent of a person as data: done here at once, carried out at the server later, in order, across restarts.
 * One operation speaks of one message; replay groups neighbours of the same kind. */
typedef enum
{
  MAIL_OP_FLAGS,  /* set @flags_add, clear @flags_remove */
  MAIL_OP_MOVE,   /* from (@mailbox_id, @uid) to @target_id */
  MAIL_OP_COPY,
  MAIL_OP_EXPUNGE, /* delete for ever */
  MAIL_OP_APPEND, /* upload the body of @message_id to @mailbox_id */
} MailOpKind;

typedef enum
{
  MAIL_OP_WAITING,
  MAIL_OP_SENT, /* handed to the server, no answer seen: look before doing it again */
} MailOpState;

typedef struct
{
  gint64 id;           /* row id; 0 = not stored */
  MailOpKind kind;
  MailOpState state;
  gint64 message_id;   /* row in the store (for COPY: the new row; for a MOVE: the row, already in the target) */
  gint64 mailbox_id;   /* where the server has it */
  guint32 uid;         /* in @mailbox_id; 0 = not known yet (an earlier operation will tell) */
  gint64 target_id;    /* MOVE, COPY */
  MailFlags flags_add;
  MailFlags flags_remove;
  gint64 created;      /* Unix seconds */
  guint attempts;
  char *last_error;    /* why it still waits, or NULL */
} MailOp;

const char *mail_op_kind_to_string (MailOpKind kind); /* "flags", "move", "copy", "expunge", "append" */

MailOp *mail_op_new (MailOpKind kind, gint64 message_id, gint64 mailbox_id, guint32 uid);
MailOp *mail_op_copy (const MailOp *op);
void mail_op_free (MailOp *op);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailOp, mail_op_free)

/* What a person sees of a message: the pending @ops (MailOp, oldest first; other messages' are skipped) of
 * @message_id applied to what the server last said. Pure. */
MailFlags mail_op_apply_flags (const GPtrArray *ops, gint64 message_id, MailFlags server_flags);

/* (transfer full) (nullable): the operation that takes @op back, or NULL when it cannot be taken back
 * (EXPUNGE, APPEND, COPY). @before are the flags before it. Pure. */
MailOp *mail_op_invert (const MailOp *op, MailFlags before);

/* Folds @next into the waiting @op when both together are one intent (flags of the same message; a move of a
 * moved message). TRUE: @op now stands for both, and *@void_op tells that nothing is left to do, given what the
 * server has (@server_flags). Pure. */
gboolean mail_op_coalesce (MailOp *op, const MailOp *next, MailFlags server_flags, gboolean *void_op);
