/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/flags.h"

/* An intent of a person as data: done here at once, carried out at the server later, in order, across restarts.
 * One operation speaks of one message, or of one mailbox; replay groups neighbours of the same kind. */
typedef enum
{
  MAIL_OP_FLAGS,  /* set @flags_add and @keywords_add, clear @flags_remove and @keywords_remove */
  MAIL_OP_MOVE,   /* from (@mailbox_id, @uid) to @target_id */
  MAIL_OP_COPY,
  MAIL_OP_EXPUNGE, /* delete for ever */
  MAIL_OP_APPEND, /* upload the body of @message_id to @mailbox_id */
  /* Of the mailbox @mailbox_id itself; @message_id is 0. */
  MAIL_OP_CREATE_MAILBOX, /* as @name, with the role of its row */
  MAIL_OP_RENAME_MAILBOX, /* from @old_name to @name; this is also how it gets into another */
  MAIL_OP_DELETE_MAILBOX, /* with the messages in it, but for those that nobody has seen here */
  MAIL_OP_SUBSCRIBE,
  MAIL_OP_UNSUBSCRIBE,
} MailOpKind;

typedef enum
{
  MAIL_OP_WAITING,
  MAIL_OP_SENT, /* handed to the server, no answer seen: look before doing it again */
  /* Its mailbox was renumbered: it goes on as WAITING or SENT once it is certain which message it means now. */
  MAIL_OP_PARKED,
  MAIL_OP_PARKED_SENT,
} MailOpState;

/* Why it does not go on, while others that do not need it do. Stored as numbers. */
typedef enum
{
  MAIL_OP_NOT_HELD,
  MAIL_OP_HELD_IN_VAIN,     /* connections ended over it again and again: waits for a person */
  MAIL_OP_HELD_FOR_ROOM,    /* the server's mailbox is full: goes on by itself once there is room, or when a person says so */
  MAIL_OP_HELD_NO_TAGS,     /* of FLAGS: the server's mailbox keeps no tags, so they stay here; nothing waits for it, and where the
                               message is moved to it is tried again */
  MAIL_OP_HELD_NOT_ALLOWED, /* an upload that the server does not want: waits for a person */
} MailOpHold;

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
  char *keywords_add;  /* a space between them (core/keywords.h), or NULL */
  char *keywords_remove;
  char *name;          /* CREATE_MAILBOX, RENAME_MAILBOX: the new full name */
  char *old_name;      /* RENAME_MAILBOX: the full name before it */
  gint64 created;      /* Unix seconds */
  guint attempts;
  char *last_error;    /* why it still waits, or NULL */
  MailOpHold held;
} MailOp;

/* "flags", "move", "copy", "expunge", "append", "create-mailbox", "rename-mailbox", "delete-mailbox", "subscribe", "unsubscribe" */
const char *mail_op_kind_to_string (MailOpKind kind);
gboolean mail_op_is_of_mailbox (const MailOp *op);
gboolean mail_op_is_parked (const MailOp *op);

MailOp *mail_op_new (MailOpKind kind, gint64 message_id, gint64 mailbox_id, guint32 uid);
MailOp *mail_op_copy (const MailOp *op);
void mail_op_free (MailOp *op);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailOp, mail_op_free)

/* What a person sees of a message: the pending @ops (MailOp, oldest first; other messages' are skipped) of
 * @message_id applied to what the server last said. Pure. */
MailFlags mail_op_apply_flags (const GPtrArray *ops, gint64 message_id, MailFlags server_flags);
/* (transfer full) (nullable): the same for keywords. */
char *mail_op_apply_keywords (const GPtrArray *ops, gint64 message_id, const char *server_keywords);

/* Folds @next into the waiting @op when both together are one intent: flags of the same message, a move of a moved message, a new
 * name for a mailbox that has just been made or renamed, the end of one that has just been made, a subscription that was thought
 * over. TRUE: @op now stands for both, and *@void_op tells that nothing is left to do, given what the server will have before @op
 * is carried out (@server_flags, @server_keywords). Pure. */
gboolean mail_op_coalesce (MailOp *op,
                           const MailOp *next,
                           MailFlags server_flags,
                           const char *server_keywords,
                           gboolean *void_op);

/* TRUE when @later may not go to the server before @earlier did, because both are about the same message or mailbox, or about
 * names that have to do with each other. Whether two operations name the same message of the server by UID is not looked at.
 * Pure. */
gboolean mail_op_waits_for (const MailOp *later, const MailOp *earlier);
