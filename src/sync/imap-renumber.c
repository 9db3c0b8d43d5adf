/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-renumber.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-ops.h"

static guint
count_ops_of (const GPtrArray *ops, gint64 mailbox_id)
{
  guint count = 0;

  for (guint i = 0; i < ops->len; i++)
    count += ((const MailOp *) g_ptr_array_index (ops, i))->mailbox_id == mailbox_id;
  return count;
}

typedef struct
{
  gint64 mailbox_id;
  guint32 uidvalidity;
  guint dropped;
} Renumber;

/* What was to be copied out of the mailbox has lost its name, but need not get lost. */
static gboolean
save_copies (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);
  gboolean saved;

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->mailbox_id == mailbox_id && op->uid != 0 && !mail_store_ops_upload_instead (db, op->id, &saved, error))
        return FALSE;
    }
  return ops != NULL;
}

static gboolean
renumber_job (MailDb *db, gpointer data, GError **error)
{
  Renumber *renumber = data;
  gint64 mailbox_id = renumber->mailbox_id;
  g_autoptr (GPtrArray) before = save_copies (db, mailbox_id, error) ? mail_store_ops_list (db, 0, error) : NULL;
  g_autoptr (GPtrArray) after = NULL;

  if (before == NULL
      || !mail_store_mailboxes_reset_uids (db, mailbox_id, renumber->uidvalidity, error))
    return FALSE;
  after = mail_store_ops_list (db, 0, error);
  if (after == NULL)
    return FALSE;
  renumber->dropped = count_ops_of (before, mailbox_id) - count_ops_of (after, mailbox_id);
  return TRUE;
}

gboolean
mail_imap_renumber (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *status, GError **error)
{
  MailImapEngine *engine = pass->engine;
  Renumber work = { mailbox->id, status->uidvalidity, 0 };
  g_autoptr (GError) refused = NULL;

  if (!mail_store_write (engine->store, renumber_job, &work, error))
    return FALSE;
  mail_imap_suspects_forget (engine->suspects, mailbox->id);
  mailbox->uidvalidity = status->uidvalidity;
  mailbox->uidnext = 0;
  mailbox->highestmodseq = 0;
  if (work.dropped == 0)
    return TRUE;
  g_set_error (&refused, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "%s was renumbered; %u waiting changes had to be dropped",
               mailbox->name, work.dropped);
  mail_imap_engine_report (engine, refused, MAIL_PROBLEM_RADIUS_MAILBOX);
  pass->result->operations_failed += work.dropped;
  return TRUE;
}
