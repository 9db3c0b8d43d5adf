/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-renumber.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-meet.h"

typedef struct
{
  gint64 mailbox_id;
  guint32 uidvalidity;
  guint dropped;
  guint carried;
} Renumber;

/* A message that a person deleted for ever has no row any more by which it could be met. */
static gboolean
park_op (MailDb *db, const MailOp *op, guint *dropped, GError **error)
{
  if (op->kind != MAIL_OP_EXPUNGE)
    return mail_store_ops_park (db, op->id, error);
  *dropped += 1;
  return mail_store_ops_remove (db, op->id, error);
}

static gboolean
renumber_job (MailDb *db, gpointer data, GError **error)
{
  Renumber *renumber = data;
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->mailbox_id == renumber->mailbox_id && op->uid != 0 && !park_op (db, op, &renumber->dropped, error))
        return FALSE;
    }
  return ops != NULL && mail_store_mailboxes_reset_uids (db, renumber->mailbox_id, renumber->uidvalidity, error);
}

static void
report_dropped (const MailImapPass *pass, const MailMailboxInfo *mailbox, guint dropped)
{
  g_autoptr (GError) refused = NULL;

  if (dropped == 0)
    return;
  g_set_error (&refused, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "%s was renumbered; %u waiting changes had to be dropped",
               mailbox->name, dropped);
  mail_imap_engine_report (pass->engine, refused, MAIL_PROBLEM_RADIUS_MAILBOX);
  pass->result->operations_failed += dropped;
}

gboolean
mail_imap_renumber (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *status, GError **error)
{
  Renumber work = { .mailbox_id = mailbox->id, .uidvalidity = status->uidvalidity };

  if (!mail_store_write (pass->engine->store, renumber_job, &work, error))
    return FALSE;
  mail_imap_suspects_forget (pass->engine->suspects, mailbox->id);
  mailbox->uidvalidity = status->uidvalidity;
  mailbox->uidnext = 0;
  mailbox->highestmodseq = 0;
  report_dropped (pass, mailbox, work.dropped);
  return TRUE;
}

/* How many messages of the mailbox are just like @row, itself left out; *@uid: one of them. */
static gboolean
count_like (MailDb *db, gint64 mailbox_id, const MailMessageInfo *row, guint *count, guint32 *uid, GError **error)
{
  g_autoptr (GPtrArray) like = mail_store_messages_like (db, mailbox_id, row, error);

  *count = 0;
  for (guint i = 0; like != NULL && i < like->len; i++)
    {
      const MailMessageInfo *other = g_ptr_array_index (like, i);

      if (other->id == row->id || !mail_imap_meet_is_identical (other, row))
        continue;
      *count += 1;
      *uid = other->uid;
    }
  return like != NULL;
}

/* The new UID of a message that a parked operation took elsewhere: that one met it. 0 = it was not met. */
static guint32
find_learnt_uid (const GPtrArray *ops, const MailOp *op)
{
  for (guint i = 0; i < ops->len; i++)
    {
      const MailOp *other = g_ptr_array_index (ops, i);

      if (other->message_id == op->message_id && other->mailbox_id == op->mailbox_id && mail_op_is_parked (other)
          && other->uid != 0)
        return other->uid;
    }
  return 0;
}

/* *@uid: what the operation means now; 0 when that is not certain. */
static gboolean
resolve (MailDb *db, const GPtrArray *ops, const MailOp *op, const MailMessageInfo *row, guint32 *uid, GError **error)
{
  guint32 found = 0;
  guint like;

  *uid = 0;
  if (row == NULL)
    return TRUE;
  if (!count_like (db, op->mailbox_id, row, &like, &found, error))
    return FALSE;
  /* The row of a copy is another than that of its original. */
  if (op->kind == MAIL_OP_COPY)
    *uid = like == 1 ? found : 0;
  else if (like == 0)
    *uid = row->mailbox_id == op->mailbox_id ? row->uid : find_learnt_uid (ops, op);
  return TRUE;
}

/* The message goes back to where the server has it, without what was to be done to it elsewhere. */
static gboolean
take_move_back (MailDb *db, const GPtrArray *ops, const MailOp *move, const MailMessageInfo *row, guint *dropped, GError **error)
{
  for (guint i = 0; i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->message_id != move->message_id || op->mailbox_id != move->target_id || op->uid != 0)
        continue;
      if (!mail_store_ops_remove (db, op->id, error))
        return FALSE;
      *dropped += 1;
    }
  if (row->mailbox_id != move->target_id || row->uid != 0)
    return TRUE;
  return mail_store_messages_move (db, row->id, move->mailbox_id, move->uid, error);
}

static gboolean
give_up (MailDb *db, const GPtrArray *ops, const MailOp *op, const MailMessageInfo *row, Renumber *renumber, GError **error)
{
  gboolean saved;

  /* What was to be copied out of the mailbox has lost its name, but need not get lost. */
  if (!mail_store_ops_upload_instead (db, op->id, &saved, error))
    return FALSE;
  if (saved)
    {
      renumber->carried++;
      return mail_store_ops_unpark (db, op->id, 0, error);
    }
  renumber->dropped++;
  if (!mail_store_ops_remove (db, op->id, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  if (op->kind == MAIL_OP_COPY)
    return row->uid != 0 || mail_store_messages_remove (db, row->id, error);
  if (op->kind == MAIL_OP_MOVE && !take_move_back (db, ops, op, row, &renumber->dropped, error))
    return FALSE;
  return mail_store_messages_confirm_flags (db, row->id, NULL, error);
}

static gboolean
settle_op (MailDb *db, const GPtrArray *ops, const MailOp *op, Renumber *renumber, GError **error)
{
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, op->message_id, NULL);
  guint32 uid;

  if (!resolve (db, ops, op, row, &uid, error))
    return FALSE;
  if (uid == 0)
    return give_up (db, ops, op, row, renumber, error);
  renumber->carried++;
  return mail_store_ops_unpark (db, op->id, uid, error);
}

static gboolean
settle_job (MailDb *db, gpointer data, GError **error)
{
  Renumber *renumber = data;
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->mailbox_id == renumber->mailbox_id && mail_op_is_parked (op) && !settle_op (db, ops, op, renumber, error))
        return FALSE;
    }
  return ops != NULL;
}

gboolean
mail_imap_renumber_settle (const MailImapPass *pass, const MailMailboxInfo *mailbox, guint *carried, GError **error)
{
  Renumber work = { .mailbox_id = mailbox->id };

  if (!mail_store_write (pass->engine->store, settle_job, &work, error))
    return FALSE;
  *carried += work.carried;
  report_dropped (pass, mailbox, work.dropped);
  return TRUE;
}
