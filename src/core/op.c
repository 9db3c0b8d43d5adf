/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/op.h"

#include <string.h>

#include "core/keywords.h"

const char *
mail_op_kind_to_string (MailOpKind kind)
{
  static const char *const names[] = { "flags",          "move",           "copy",      "expunge",    "append", "create-mailbox",
                                       "rename-mailbox", "delete-mailbox", "subscribe", "unsubscribe" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (names), "");
  return names[kind];
}

gboolean
mail_op_is_of_mailbox (const MailOp *op)
{
  return op->kind >= MAIL_OP_CREATE_MAILBOX;
}

gboolean
mail_op_is_parked (const MailOp *op)
{
  return op->state == MAIL_OP_PARKED || op->state == MAIL_OP_PARKED_SENT;
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

  copy->keywords_add = g_strdup (op->keywords_add);
  copy->keywords_remove = g_strdup (op->keywords_remove);
  copy->name = g_strdup (op->name);
  copy->old_name = g_strdup (op->old_name);
  copy->last_error = g_strdup (op->last_error);
  return copy;
}

void
mail_op_free (MailOp *op)
{
  if (op == NULL)
    return;
  g_free (op->keywords_add);
  g_free (op->keywords_remove);
  g_free (op->name);
  g_free (op->old_name);
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

      if (op->message_id != message_id)
        continue;
      if (op->kind == MAIL_OP_FLAGS)
        flags = (flags | op->flags_add) & ~op->flags_remove;
      else if (op->kind == MAIL_OP_EXPUNGE)
        flags |= MAIL_FLAG_DELETED;
    }
  return flags;
}

char *
mail_op_apply_keywords (const GPtrArray *ops, gint64 message_id, const char *server_keywords)
{
  char *keywords = mail_keywords_apply (server_keywords, NULL, NULL);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);
      g_autofree char *before = NULL;

      if (op->kind != MAIL_OP_FLAGS || op->message_id != message_id)
        continue;
      before = keywords;
      keywords = mail_keywords_apply (before, op->keywords_add, op->keywords_remove);
    }
  return keywords;
}

static void
replace (char **text, char *with)
{
  g_free (*text);
  *text = with;
}

static gboolean
is_void (const MailOp *op, MailFlags server_flags, const char *server_keywords)
{
  g_autofree char *now = mail_keywords_apply (server_keywords, NULL, NULL);
  g_autofree char *then = mail_keywords_apply (server_keywords, op->keywords_add, op->keywords_remove);

  return (op->flags_add & ~server_flags) == 0 && (op->flags_remove & server_flags) == 0 && g_strcmp0 (now, then) == 0;
}

static void
coalesce_flags (MailOp *op, const MailOp *next)
{
  char *add = mail_keywords_apply (op->keywords_add, next->keywords_add, next->keywords_remove);
  char *remove = mail_keywords_apply (op->keywords_remove, next->keywords_remove, next->keywords_add);

  op->flags_add = (op->flags_add & ~next->flags_remove) | next->flags_add;
  op->flags_remove = (op->flags_remove & ~next->flags_add) | next->flags_remove;
  replace (&op->keywords_add, add);
  replace (&op->keywords_remove, remove);
}

static gboolean
coalesce_of_mailbox (MailOp *op, const MailOp *next, gboolean *void_op)
{
  gboolean subscription = op->kind == MAIL_OP_SUBSCRIBE || op->kind == MAIL_OP_UNSUBSCRIBE;

  if (subscription && (next->kind == MAIL_OP_SUBSCRIBE || next->kind == MAIL_OP_UNSUBSCRIBE))
    {
      *void_op = op->kind != next->kind;
      return TRUE;
    }
  if (op->kind == MAIL_OP_CREATE_MAILBOX && next->kind == MAIL_OP_DELETE_MAILBOX)
    {
      *void_op = TRUE;
      return TRUE;
    }
  if ((op->kind == MAIL_OP_CREATE_MAILBOX || op->kind == MAIL_OP_RENAME_MAILBOX) && next->kind == MAIL_OP_RENAME_MAILBOX)
    {
      replace (&op->name, g_strdup (next->name));
      *void_op = g_strcmp0 (op->name, op->old_name) == 0;
      return TRUE;
    }
  return FALSE;
}

gboolean
mail_op_coalesce (MailOp *op, const MailOp *next, MailFlags server_flags, const char *server_keywords, gboolean *void_op)
{
  *void_op = FALSE;

  if (op->state != MAIL_OP_WAITING || op->message_id != next->message_id)
    return FALSE;

  if (mail_op_is_of_mailbox (op) && mail_op_is_of_mailbox (next))
    return op->mailbox_id == next->mailbox_id && coalesce_of_mailbox (op, next, void_op);

  if (op->kind != next->kind)
    return FALSE;

  if (op->kind == MAIL_OP_FLAGS && op->mailbox_id == next->mailbox_id)
    {
      coalesce_flags (op, next);
      *void_op = is_void (op, server_flags, server_keywords);
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

/* One may be the other's parent; that "Work" is none of "Workshop"'s does not matter here. */
static gboolean
are_related (const char *a, const char *b)
{
  return a != NULL && b != NULL && (g_str_has_prefix (a, b) || g_str_has_prefix (b, a));
}

static gboolean
names_are_related (const MailOp *a, const MailOp *b)
{
  return are_related (a->name, b->name) || are_related (a->name, b->old_name) || are_related (a->old_name, b->name)
         || are_related (a->old_name, b->old_name);
}

static gboolean
touches (const MailOp *op, gint64 mailbox_id)
{
  return op->mailbox_id == mailbox_id || op->target_id == mailbox_id;
}

gboolean
mail_op_waits_for (const MailOp *later, const MailOp *earlier)
{
  if (!mail_op_is_of_mailbox (later) && !mail_op_is_of_mailbox (earlier))
    return later->message_id == earlier->message_id;
  if (mail_op_is_of_mailbox (later) && mail_op_is_of_mailbox (earlier))
    return later->mailbox_id == earlier->mailbox_id || names_are_related (later, earlier);
  /* A mailbox that is on its way out first gives what is to stay; nothing can be put into one that is not there. How it is
   * called, and whether it is subscribed, matters to no message. */
  if (mail_op_is_of_mailbox (later))
    return later->kind == MAIL_OP_DELETE_MAILBOX && touches (earlier, later->mailbox_id);
  return (earlier->kind == MAIL_OP_CREATE_MAILBOX || earlier->kind == MAIL_OP_DELETE_MAILBOX)
         && touches (later, earlier->mailbox_id);
}
