/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-meet.h"

#include "core/op.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-info.h"

/* A Date header that cannot be read is replaced by the internal date, which a server that restores a mailbox may change. */
static gboolean
has_same_date (const MailMessageInfo *a, const MailMessageInfo *b)
{
  return a->date == b->date || (a->date == a->internal_date && b->date == b->internal_date);
}

static gboolean
knows_both_ids (const MailMessageInfo *a, const MailMessageInfo *b)
{
  return a->email_id != NULL && b->email_id != NULL;
}

/* Message-ID, size, date, and who wrote what. */
static gboolean
is_same (const MailMessageInfo *a, const MailMessageInfo *b)
{
  if (knows_both_ids (a, b))
    return g_str_equal (a->email_id, b->email_id);
  return a->size == b->size && has_same_date (a, b) && g_strcmp0 (a->message_id, b->message_id) == 0
         && g_strcmp0 (a->from_address, b->from_address) == 0 && g_strcmp0 (a->subject, b->subject) == 0
         && (a->message_id != NULL || g_strcmp0 (a->to, b->to) == 0);
}

gboolean
mail_imap_meet_is_identical (const MailMessageInfo *a, const MailMessageInfo *b)
{
  return is_same (a, b)
         && (knows_both_ids (a, b)
             || (g_strcmp0 (a->to, b->to) == 0 && g_strcmp0 (a->cc, b->cc) == 0
                 && g_strcmp0 (a->from_name, b->from_name) == 0 && g_strcmp0 (a->in_reply_to, b->in_reply_to) == 0));
}

const MailMessageInfo *
mail_imap_meet_choose (const GPtrArray *rows, const MailMessageInfo *info)
{
  const MailMessageInfo *best = NULL;
  guint same = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);

      if (!is_same (row, info))
        continue;
      if (mail_imap_meet_is_identical (row, info))
        return row;
      best = row;
      same++;
    }
  /* Read otherwise by another version of the server, perhaps; but then there must be no choice. */
  return same == 1 ? best : NULL;
}

struct _MailImapLeaving
{
  GPtrArray *ops;  /* MailOp */
  GPtrArray *rows; /* MailMessageInfo of each; NULL where the UID is known, or there is none */
};

MailImapLeaving *
mail_imap_leaving_load (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list_leaving (db, mailbox_id, error);
  MailImapLeaving *leaving;

  if (ops == NULL)
    return NULL;
  leaving = g_new0 (MailImapLeaving, 1);
  leaving->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  for (guint i = 0; i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      g_ptr_array_add (leaving->rows, op->uid == 0 ? mail_store_messages_get (db, op->message_id, NULL) : NULL);
    }
  leaving->ops = g_steal_pointer (&ops);
  return leaving;
}

void
mail_imap_leaving_free (MailImapLeaving *leaving)
{
  if (leaving == NULL)
    return;
  g_ptr_array_unref (leaving->ops);
  g_ptr_array_unref (leaving->rows);
  g_free (leaving);
}

/* TRUE when a waiting operation takes this message out of the mailbox. */
static gboolean
is_leaving (MailDb *db, MailImapLeaving *all, const MailMessageInfo *info, gboolean *leaving, GError **error)
{
  *leaving = FALSE;
  for (guint i = 0; i < all->ops->len && !*leaving; i++)
    {
      MailOp *op = g_ptr_array_index (all->ops, i);
      const MailMessageInfo *row = g_ptr_array_index (all->rows, i);

      *leaving = op->uid == info->uid;
      if (op->uid != 0)
        continue;
      if (row == NULL || row->mailbox_id == info->mailbox_id
          || !(mail_op_is_parked (op) ? is_same (row, info) : mail_imap_info_is_same (row, info)))
        continue;
      *leaving = TRUE;
      op->uid = info->uid;
      if (!mail_store_ops_learn_uid (db, op->id, info->uid, error))
        return FALSE;
    }
  return TRUE;
}

/* *@id 0: none. */
static gboolean
find_orphan (MailDb *db, const MailMessageInfo *info, gboolean strict, gint64 *id, GError **error)
{
  g_autoptr (GPtrArray) rows = strict ? mail_store_messages_orphans_like (db, info->mailbox_id, info, error) : NULL;
  const MailMessageInfo *row = rows != NULL ? mail_imap_meet_choose (rows, info) : NULL;
  g_autoptr (MailMessageInfo) own = NULL;

  *id = row != NULL ? row->id : 0;
  if ((strict && rows == NULL) || (*id == 0 && !mail_store_messages_find_orphan (db, info->mailbox_id, info, id, error)))
    return FALSE;
  if (!strict || row != NULL || *id == 0)
    return TRUE;
  /* What was written here is described by our own reading of it, not by the server's. */
  own = mail_store_messages_get (db, *id, error);
  if (own == NULL)
    return FALSE;
  if (own->where != MAIL_WHERE_HERE)
    *id = 0;
  return TRUE;
}

static gboolean
adopt (MailDb *db, gint64 id, const MailMessageInfo *info, GError **error)
{
  g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, id, error);

  if (row == NULL
      || (row->where == MAIL_WHERE_HERE && !mail_store_messages_set_where (db, id, MAIL_WHERE_BOTH, error)))
    return FALSE;
  return mail_store_messages_set_uid (db, id, info->uid, error)
         && mail_store_messages_set_identity (db, id, info->email_id, info->labels, error)
         && mail_store_ops_set_uid (db, id, info->mailbox_id, info->uid, error)
         && mail_store_messages_set_server_flags (db, id, info->flags, info->keywords, error);
}

gboolean
mail_imap_meet (MailDb *db,
                MailImapLeaving *leaving,
                const MailMessageInfo *info,
                gboolean has_orphans,
                gboolean strict,
                gboolean *met,
                GError **error)
{
  gint64 id = 0;

  if (!is_leaving (db, leaving, info, met, error))
    return FALSE;
  if (*met || !has_orphans)
    return TRUE;
  if (!find_orphan (db, info, strict, &id, error))
    return FALSE;
  *met = id != 0;
  return id == 0 || adopt (db, id, info, error);
}
