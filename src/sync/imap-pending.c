/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-pending.h"

#include "core/op.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-look.h"

struct _MailImapPending
{
  GPtrArray *ops;  /* MailOp */
  GArray *orphans; /* MailStoreOrphans */
};

static gboolean
load_pending_job (MailDb *db, gpointer data, GError **error)
{
  MailImapPending *pending = data;

  pending->ops = mail_store_ops_list (db, 0, error);
  pending->orphans = pending->ops != NULL ? mail_store_messages_count_orphans (db, error) : NULL;
  return pending->orphans != NULL;
}

MailImapPending *
mail_imap_pending_load (MailImapEngine *engine, GError **error)
{
  g_autoptr (MailImapPending) pending = g_new0 (MailImapPending, 1);

  return mail_store_read (engine->store, load_pending_job, pending, error) ? g_steal_pointer (&pending) : NULL;
}

void
mail_imap_pending_free (MailImapPending *pending)
{
  if (pending == NULL)
    return;
  g_clear_pointer (&pending->ops, g_ptr_array_unref);
  g_clear_pointer (&pending->orphans, g_array_unref);
  g_free (pending);
}

GHashTable *
mail_imap_pending_list_leaving (const MailImapPending *pending, gint64 mailbox_id)
{
  GHashTable *leaving = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < pending->ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (pending->ops, i);

      if ((op->kind == MAIL_OP_MOVE || op->kind == MAIL_OP_EXPUNGE) && op->mailbox_id == mailbox_id && op->uid != 0)
        g_hash_table_add (leaving, GUINT_TO_POINTER (op->uid));
    }
  return leaving;
}

static MailStoreOrphans
find_orphans (const MailImapPending *pending, gint64 mailbox_id)
{
  for (guint i = 0; i < pending->orphans->len; i++)
    if (g_array_index (pending->orphans, MailStoreOrphans, i).mailbox_id == mailbox_id)
      return g_array_index (pending->orphans, MailStoreOrphans, i);
  return (MailStoreOrphans){ .mailbox_id = mailbox_id };
}

gboolean
mail_imap_pending_has_parked (const MailImapPending *pending, gint64 mailbox_id)
{
  for (guint i = 0; i < pending->ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (pending->ops, i);

      if (mail_op_is_parked (op) && op->mailbox_id == mailbox_id)
        return TRUE;
    }
  return FALSE;
}

guint
mail_imap_pending_count_orphans (const MailImapPending *pending, gint64 mailbox_id)
{
  return find_orphans (pending, mailbox_id).count;
}

guint
mail_imap_pending_count_without_row (const MailImapEngine *engine, const MailImapPending *pending, gint64 mailbox_id)
{
  g_autoptr (GHashTable) leaving = mail_imap_pending_list_leaving (pending, mailbox_id);

  return mail_imap_suspects_count_left_out (engine->suspects, mailbox_id) + g_hash_table_size (leaving);
}

MailImapMeans
mail_imap_pending_get_means (const MailImapEngine *engine, const MailImapPending *pending, gint64 mailbox_id)
{
  MailStoreOrphans orphans = find_orphans (pending, mailbox_id);

  return (MailImapMeans){
    .condstore = (engine->caps & MAIL_IMAP_CAP_CONDSTORE) != 0,
    .qresync = (engine->caps & MAIL_IMAP_CAP_QRESYNC) != 0,
    .hides_deleted = mail_imap_hides_deleted (engine),
    .without_row = mail_imap_pending_count_without_row (engine, pending, mailbox_id),
    .without_uid = orphans.count,
    .strays = mail_imap_suspects_count_left_out (engine->suspects, mailbox_id) == 0 ? orphans.strays : 0,
    .due = mail_imap_suspects_is_due (engine->suspects, mailbox_id),
  };
}
