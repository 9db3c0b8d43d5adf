/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/sync-take-back.h"

#include <string.h>

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"

gboolean
mail_op_remove_double (MailDb *db, gint64 id, gint64 mailbox_id, guint32 uid, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMessageInfo) other = uid != 0 ? mail_store_messages_find_uid (db, mailbox_id, uid, &failure) : NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return other == NULL || other->id == id || mail_store_messages_remove (db, other->id, error);
}

gboolean
mail_op_doubt_mailbox (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_get (db, mailbox_id, error);

  return mailbox != NULL && mail_store_mailboxes_doubt (db, mailbox_id, error);
}

gboolean
mail_op_find_deletion (MailDb *db, gint64 mailbox_id, MailOp **deletion, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list_of_mailbox (db, mailbox_id, error);

  *deletion = NULL;
  for (guint i = 0; ops != NULL && i < ops->len && *deletion == NULL; i++)
    if (((const MailOp *) g_ptr_array_index (ops, i))->kind == MAIL_OP_DELETE_MAILBOX)
      *deletion = mail_op_copy (g_ptr_array_index (ops, i));
  return ops != NULL;
}

/* A mailbox on its way out was to go without the message, which it would now take along. */
static gboolean
keep_mailbox (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (MailOp) deletion = NULL;

  return mail_op_find_deletion (db, mailbox_id, &deletion, error)
         && (deletion == NULL || mail_op_take_back (db, deletion, error));
}

/* What was meant for the message in the mailbox that it never reached is meant for it where it still is. */
static gboolean
rebase_later_ops (MailDb *db, const MailOp *refused, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, refused->message_id, error);

  if (ops == NULL)
    return FALSE;
  for (guint i = 0; i < ops->len; i++)
    {
      MailOp *op = g_ptr_array_index (ops, i);

      if (op->mailbox_id != refused->target_id || op->uid != 0)
        continue;
      if (!mail_store_ops_remove (db, op->id, error))
        return FALSE;
      op->mailbox_id = refused->mailbox_id;
      op->uid = refused->uid;
      if (op->target_id != op->mailbox_id && !mail_store_ops_add (db, op, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_move_back (MailDb *db, const MailOp *op, const MailMessageInfo *row, GError **error)
{
  if (!rebase_later_ops (db, op, error))
    return FALSE;
  if (row == NULL || row->mailbox_id != op->target_id)
    return TRUE;
  return mail_op_remove_double (db, row->id, op->mailbox_id, op->uid, error)
         && mail_store_messages_move (db, row->id, op->mailbox_id, op->uid, error)
         && mail_store_messages_confirm_flags (db, row->id, NULL, error);
}

/* Without the copy there is nothing that could be done to it. */
static gboolean
take_copy_back (MailDb *db, const MailOp *op, const MailMessageInfo *row, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, op->message_id, error);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    if (!mail_store_ops_remove (db, ((const MailOp *) g_ptr_array_index (ops, i))->id, error))
      return FALSE;
  return ops != NULL && (row == NULL || mail_store_messages_remove (db, row->id, error));
}

static gboolean
take_message_op_back (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, op->message_id, &failure);

  if (row == NULL && !g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  switch (op->kind)
    {
    case MAIL_OP_FLAGS:
    case MAIL_OP_EXPUNGE:
      return row == NULL || mail_store_messages_confirm_flags (db, row->id, NULL, error);
    case MAIL_OP_MOVE:
      return keep_mailbox (db, op->mailbox_id, error) && take_move_back (db, op, row, error);
    case MAIL_OP_COPY:
      return keep_mailbox (db, op->mailbox_id, error) && take_copy_back (db, op, row, error);
    case MAIL_OP_APPEND: /* the message stays here, and only here */
    default:
      return TRUE;
    }
}

/* What came later and is about the same mailboxes goes first, the newest before all. */
static gboolean
take_dependents_back (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  for (guint i = ops != NULL ? ops->len : 0; i > 0; i--)
    {
      const MailOp *later = g_ptr_array_index (ops, i - 1);

      if (later->id > op->id && mail_op_waits_for (later, op) && !mail_op_take_back (db, later, error))
        return FALSE;
    }
  return ops != NULL;
}

/* What only this computer has keeps its mailbox. */
static gboolean
take_creation_back (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_get (db, op->mailbox_id, error);

  if (mailbox == NULL)
    return FALSE;
  if (mailbox->messages == 0)
    return mail_store_mailboxes_remove (db, mailbox->id, error);
  return mail_store_mailboxes_set_flags (db, mailbox->id, MAIL_MAILBOX_GONE | MAIL_MAILBOX_NO_SELECT, MAIL_MAILBOX_PENDING,
                                         error);
}

static gboolean
is_free (MailDb *db, gint64 id, const char *name, MailMailboxInfo **other, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *other = mail_store_mailboxes_find (db, name, &failure);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return *other == NULL || (*other)->id == id;
}

/* (transfer full): "Work (2)", or what comes after it. */
static char *
dup_free_name (MailDb *db, const char *name, GError **error)
{
  for (guint i = 2;; i++)
    {
      g_autofree char *candidate = g_strdup_printf ("%s (%u)", name, i);
      g_autoptr (MailMailboxInfo) other = NULL;
      g_autoptr (GError) failure = NULL;

      if (is_free (db, 0, candidate, &other, &failure) && failure == NULL)
        return g_steal_pointer (&candidate);
      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return NULL;
        }
    }
}

/* (transfer full): what @mailbox is called when it can have its name back. Another one may have it by now: if it is only here it is
 * called something else, for what the server says counts; if it is there, ours keeps the name that the server knows it by. */
static char *
claim_name (MailDb *db, const MailMailboxInfo *mailbox, const char *name, GError **error)
{
  g_autoptr (MailMailboxInfo) other = NULL;
  g_autoptr (MailMailboxInfo) namesake = NULL;
  g_autofree char *renamed = NULL;
  g_autoptr (GError) failure = NULL;

  if (is_free (db, mailbox->id, name, &other, &failure))
    {
      if (failure == NULL)
        return g_strdup (name);
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  if ((other->flags & (MAIL_MAILBOX_GONE | MAIL_MAILBOX_LOCAL)) == 0)
    return mailbox->server_name != NULL && is_free (db, mailbox->id, mailbox->server_name, &namesake, NULL)
               ? g_strdup (mailbox->server_name)
               : dup_free_name (db, name, error);
  renamed = dup_free_name (db, name, error);
  return renamed != NULL && mail_store_mailboxes_set_name (db, other->id, renamed, NULL, error) ? g_strdup (name) : NULL;
}

static gboolean
take_name_back (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_get (db, op->mailbox_id, error);
  g_autofree char *old_name = mailbox != NULL ? claim_name (db, mailbox, op->old_name, error) : NULL;
  g_autoptr (GPtrArray) all = old_name != NULL ? mail_store_mailboxes_list (db, error) : NULL;

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (all, i);
      g_autofree char *name = NULL;

      if (!mail_mailbox_name_is_within (info->name, op->name, mailbox->delimiter))
        continue;
      name = mail_mailbox_name_rebase (info->name, op->name, old_name);
      if (!mail_store_mailboxes_set_name (db, info->id, name, info->server_name, error))
        return FALSE;
    }
  return all != NULL;
}

gboolean
mail_mailbox_show_again (MailDb *db, const MailMailboxInfo *mailbox, GError **error)
{
  g_autofree char *hidden = g_strndup (mailbox->name, strcspn (mailbox->name, "\n"));
  g_autofree char *name = claim_name (db, mailbox, hidden, error);

  return name != NULL && mail_store_mailboxes_set_name (db, mailbox->id, name, mail_mailbox_info_get_server_name (mailbox), error)
         && mail_store_mailboxes_set_flags (db, mailbox->id, 0, MAIL_MAILBOX_DELETING, error);
}

static gboolean
take_deletion_back (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (MailMailboxInfo) mailbox = mail_store_mailboxes_get (db, op->mailbox_id, error);

  return mailbox != NULL && mail_mailbox_show_again (db, mailbox, error);
}

static gboolean
take_mailbox_op_back (MailDb *db, const MailOp *op, GError **error)
{
  switch (op->kind)
    {
    case MAIL_OP_CREATE_MAILBOX:
      return take_dependents_back (db, op, error) && take_creation_back (db, op, error);
    case MAIL_OP_RENAME_MAILBOX:
      return take_dependents_back (db, op, error) && take_name_back (db, op, error);
    case MAIL_OP_DELETE_MAILBOX:
      return take_dependents_back (db, op, error) && take_deletion_back (db, op, error);
    case MAIL_OP_SUBSCRIBE:
      return mail_store_mailboxes_set_flags (db, op->mailbox_id, 0, MAIL_MAILBOX_SUBSCRIBED, error);
    case MAIL_OP_UNSUBSCRIBE:
    default:
      return mail_store_mailboxes_set_flags (db, op->mailbox_id, MAIL_MAILBOX_SUBSCRIBED, 0, error);
    }
}

/* Where changes are numbered (CONDSTORE) the next look brings what became of the flags, and nothing more: half of a command that
 * was refused, too, and what others did. */
static gboolean
doubt_source (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (MailMailboxInfo) mailbox = op->kind == MAIL_OP_FLAGS ? mail_store_mailboxes_get (db, op->mailbox_id, error) : NULL;

  if (op->kind == MAIL_OP_FLAGS && mailbox == NULL)
    return FALSE;
  return (mailbox != NULL && mailbox->highestmodseq != 0) || mail_op_doubt_mailbox (db, op->mailbox_id, error);
}

gboolean
mail_op_take_back (MailDb *db, const MailOp *op, GError **error)
{
  if (!mail_store_ops_remove (db, op->id, error))
    return FALSE;
  if (mail_op_is_of_mailbox (op))
    return take_mailbox_op_back (db, op, error);
  return doubt_source (db, op, error)
         && (op->target_id == 0 || mail_op_doubt_mailbox (db, op->target_id, error))
         && take_message_op_back (db, op, error);
}
