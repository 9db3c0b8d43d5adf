/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-mailboxes.h"
#include "store/store-news.h"
#include "sync/worker-private.h"

/* Whether a person hears of new mail in @mailbox, all mailboxes having @messages. */
static gboolean
is_told (const MailMailboxInfo *mailbox, guint messages)
{
  if (mailbox->role != MAIL_ROLE_INBOX && !mailbox->watched)
    return FALSE;
  /* What the very first look brings is not new to anybody; one that is in doubt was looked at before. */
  return mailbox->flags & MAIL_MAILBOX_LOCAL ? messages > 0 : mailbox->uidnext != 0 || mailbox->audited != 0;
}

static gboolean
mark_job (MailDb *db, gpointer data, GError **error)
{
  MailNewsMark *mark = data;
  g_autoptr (GPtrArray) mailboxes = mail_store_mailboxes_list (db, error);
  guint messages = 0;

  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    messages += ((const MailMailboxInfo *) g_ptr_array_index (mailboxes, i))->messages;
  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (is_told (mailbox, messages))
        g_array_append_val (mark->mailbox_ids, mailbox->id);
    }
  return mailboxes != NULL && mail_store_news_mark (db, &mark->last_id, error);
}

gboolean
mail_sync_worker_mark_news (MailSyncWorker *worker, MailNewsMark *mark, GError **error)
{
  mark->mailbox_ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  return mail_store_read (worker->store, mark_job, mark, error);
}

typedef struct
{
  const MailNewsMark *mark;
  GPtrArray *fresh; /* GArray of gint64 for each mailbox of the mark */
} Fresh;

static gboolean
find_fresh_job (MailDb *db, gpointer data, GError **error)
{
  Fresh *fresh = data;
  const GArray *mailbox_ids = fresh->mark->mailbox_ids;

  for (guint i = 0; i < mailbox_ids->len; i++)
    {
      GArray *ids = mail_store_news_since (db, g_array_index (mailbox_ids, gint64, i), fresh->mark->last_id, error);

      if (ids == NULL)
        return FALSE;
      g_ptr_array_add (fresh->fresh, ids);
    }
  return TRUE;
}

void
mail_sync_worker_tell_new_mail (MailSyncWorker *worker, const MailNewsMark *mark)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  Fresh fresh = { mark, found };

  if (!mail_store_read (worker->store, find_fresh_job, &fresh, NULL))
    return;
  for (guint i = 0; i < found->len; i++)
    {
      GArray *ids = g_ptr_array_index (found, i);

      if (ids->len > 0)
        mail_sync_worker_emit_new_mail (worker, g_array_index (mark->mailbox_ids, gint64, i), g_array_ref (ids));
    }
}

void
mail_news_mark_clear (MailNewsMark *mark)
{
  g_clear_pointer (&mark->mailbox_ids, g_array_unref);
}
