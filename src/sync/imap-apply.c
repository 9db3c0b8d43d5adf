/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-apply.h"

#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-look.h"
#include "sync/imap-resync.h"

/* Rows that one transaction changes or removes. */
#define CHANGES_MOST 1000

typedef struct
{
  gint64 mailbox_id;
  const GArray *items;
  guint start;
  guint end;
  guint done;
} Slice;

/* Nothing can be done any more to a message that is gone. */
static gboolean
remove_ops (MailDb *db, gint64 message_id, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, message_id, error);

  for (guint i = 0; ops != NULL && i < ops->len; i++)
    if (!mail_store_ops_remove (db, ((const MailOp *) g_ptr_array_index (ops, i))->id, error))
      return FALSE;
  return ops != NULL;
}

/* *@row: as it is now; its id is 0 when it is no longer in the mailbox under this UID. */
static gboolean
check_row (MailDb *db, gint64 mailbox_id, gint64 id, guint32 uid, MailStoreUid *row, GError **error)
{
  g_autoptr (GArray) now = mail_store_messages_uids_between (db, mailbox_id, uid, uid, 0, error);

  *row = (MailStoreUid){ 0 };
  if (now != NULL && now->len > 0 && g_array_index (now, MailStoreUid, 0).id == id)
    *row = g_array_index (now, MailStoreUid, 0);
  return now != NULL;
}

static gboolean
remove_job (MailDb *db, gpointer data, GError **error)
{
  Slice *slice = data;

  for (guint i = slice->start; i < slice->end; i++)
    {
      const MailStoreUid *gone = &g_array_index (slice->items, MailStoreUid, i);
      MailStoreUid row;

      if (!check_row (db, slice->mailbox_id, gone->id, gone->uid, &row, error))
        return FALSE;
      /* The person may have moved it away meanwhile; then the operation finds out. */
      if (row.id == 0)
        continue;
      if (!remove_ops (db, gone->id, error) || !mail_store_messages_remove (db, gone->id, error))
        return FALSE;
      slice->done++;
    }
  return TRUE;
}

static gboolean
reflag_job (MailDb *db, gpointer data, GError **error)
{
  Slice *slice = data;

  for (guint i = slice->start; i < slice->end; i++)
    {
      const MailImapReflag *reflag = &g_array_index (slice->items, MailImapReflag, i);
      MailStoreUid row;

      if (!check_row (db, slice->mailbox_id, reflag->id, reflag->uid, &row, error))
        return FALSE;
      if (row.id == 0)
        continue;
      if (!mail_store_messages_set_server_flags (db, reflag->id, reflag->flags, reflag->keywords, error)
          || (reflag->has_labels && !mail_store_messages_set_labels (db, reflag->id, reflag->labels, error)))
        return FALSE;
      slice->done += row.server_flags != reflag->flags || row.has_keywords != (reflag->keywords != NULL);
    }
  return TRUE;
}

static gboolean
remove_orphans_job (MailDb *db, gpointer data, GError **error)
{
  Slice *slice = data;

  for (guint i = slice->start; i < slice->end; i++)
    {
      gint64 id = g_array_index (slice->items, gint64, i);
      g_autoptr (MailMessageInfo) row = mail_store_messages_get (db, id, NULL);
      g_autoptr (GPtrArray) ops = mail_store_ops_list (db, id, error);

      if (ops == NULL)
        return FALSE;
      if (row == NULL || row->mailbox_id != slice->mailbox_id || row->uid != 0 || row->where == MAIL_WHERE_HERE || ops->len > 0)
        continue;
      if (!mail_store_messages_remove (db, id, error))
        return FALSE;
      slice->done++;
    }
  return TRUE;
}

static gboolean
write_slices (MailImapEngine *engine, gint64 mailbox_id, const GArray *items, MailStoreJob job, guint *done, GError **error)
{
  Slice slice = { .mailbox_id = mailbox_id, .items = items };

  for (; slice.start < items->len; slice.start = slice.end)
    {
      slice.end = MIN (slice.start + CHANGES_MOST, items->len);
      if (!mail_store_write (engine->store, job, &slice, error))
        return FALSE;
    }
  if (done != NULL)
    *done += slice.done;
  return TRUE;
}

gboolean
mail_imap_apply_flags (MailImapEngine *engine, gint64 mailbox_id, const GArray *reflags, guint *changed, GError **error)
{
  return write_slices (engine, mailbox_id, reflags, reflag_job, changed, error);
}

gboolean
mail_imap_apply_gone (MailImapEngine *engine, gint64 mailbox_id, const GArray *gone, guint *removed, GError **error)
{
  return write_slices (engine, mailbox_id, gone, remove_job, removed, error);
}

static GArray *
search (const MailImapPass *pass, const char *criteria, GError **error)
{
  return mail_imap_session_search_ranges (pass->engine->session, criteria, pass->cancellable, error);
}

gboolean
mail_imap_confirm_gone (const MailImapPass *pass, GArray *gone, guint messages, GError **error)
{
  g_autoptr (GArray) there = search (pass, "ALL", error);
  gboolean believed = there != NULL && mail_imap_set_count (there) >= messages;
  guint kept = 0;

  if (believed && mail_imap_hides_deleted (pass->engine))
    {
      g_array_unref (there);
      there = search (pass, "UNDELETED", error);
    }
  if (there == NULL)
    return FALSE;
  for (guint i = 0; believed && i < gone->len; i++)
    if (!mail_imap_set_contains (there, g_array_index (gone, MailStoreUid, i).uid))
      g_array_index (gone, MailStoreUid, kept++) = g_array_index (gone, MailStoreUid, i);
  g_array_set_size (gone, kept);
  return TRUE;
}

typedef struct
{
  gint64 mailbox_id;
  GArray *ids;
} Orphans;

static gboolean
load_orphans_job (MailDb *db, gpointer data, GError **error)
{
  Orphans *orphans = data;

  orphans->ids = mail_store_messages_orphans (db, orphans->mailbox_id, error);
  return orphans->ids != NULL;
}

gboolean
mail_imap_apply_orphans (MailImapEngine *engine, gint64 mailbox_id, guint *removed, GError **error)
{
  Orphans orphans = { .mailbox_id = mailbox_id };
  g_autoptr (GArray) ids = NULL;

  if (!mail_store_read (engine->store, load_orphans_job, &orphans, error))
    return FALSE;
  ids = orphans.ids;
  return write_slices (engine, mailbox_id, ids, remove_orphans_job, removed, error);
}
