/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "sync/worker-private.h"

/* A person wants to know whether what is here is what the server has. One mailbox at a time, so that everything else has its turn
 * in between. */

typedef struct
{
  gint64 mailbox_id;  /* 0: all */
  GArray *ids;        /* gint64: mailboxes that are left, the next one last; NULL: not begun */
  guint messages;     /* in all of them together */
  guint done;         /* of those mailboxes that were compared */
  MailAuditResult result;
  GError *failure;    /* why a mailbox could not be compared, when the others could; the first one */
} MailAuditWish;

static void
audit_wish_free (gpointer data)
{
  MailAuditWish *wish = data;

  g_clear_pointer (&wish->ids, g_array_unref);
  g_clear_error (&wish->failure);
  g_free (wish);
}

void
mail_sync_worker_audit_async (MailSyncWorker *worker,
                              gint64 mailbox_id,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (worker, cancellable, callback, user_data);
  MailAuditWish *wish = g_new0 (MailAuditWish, 1);
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (MAIL_IS_SYNC_WORKER (worker));
  wish->mailbox_id = mailbox_id;
  g_task_set_source_tag (task, mail_sync_worker_audit_async);
  g_task_set_task_data (task, wish, audit_wish_free);
  locker = g_mutex_locker_new (&worker->lock);
  if (worker->thread == NULL)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_OFFLINE, "the account is not running");
  else if (worker->config->mode == MAIL_MODE_POP)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "with POP the mail lives here");
  else if (worker->audit != NULL)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_EXISTS, "the account is being compared already");
  else
    {
      worker->audit = g_steal_pointer (&task);
      /* Somebody waits: no more patience with the server. */
      worker->failures = 0;
      mail_sync_worker_rouse (worker, NULL);
    }
}

gboolean
mail_sync_worker_audit_finish (MailSyncWorker *worker, GAsyncResult *result, MailAuditResult *found, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, worker), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *found = ((MailAuditWish *) g_task_get_task_data (G_TASK (result)))->result;
  return TRUE;
}

void
mail_sync_worker_end_audit (MailSyncWorker *worker, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&worker->audit);

  if (task == NULL)
    return;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
begin_job (MailDb *db, gpointer data, GError **error)
{
  MailAuditWish *wish = data;
  g_autoptr (GPtrArray) mailboxes = mail_store_mailboxes_list (db, error);

  wish->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = mailboxes != NULL ? mailboxes->len : 0; i > 0; i--)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i - 1);

      /* What shows the mail of others, or is to be left alone, is compared when it is asked for by name. */
      if ((mailbox->flags & MAIL_MAILBOX_NOT_THERE)
          || (wish->mailbox_id != 0 ? mailbox->id != wish->mailbox_id
                                    : mailbox->role == MAIL_ROLE_FLAGGED || mailbox->offline == MAIL_MAILBOX_OFFLINE_NOT))
        continue;
      g_array_append_val (wish->ids, mailbox->id);
      wish->messages += MAX (mailbox->messages, mailbox->server_messages);
    }
  return mailboxes != NULL;
}

typedef struct
{
  MailSyncWorker *worker;
  GTask *task;
} Step;

/* Between two commands. */
static gboolean
compared_cb (guint64 done, guint64 total, gpointer user_data)
{
  const Step *step = user_data;
  const MailAuditWish *wish = g_task_get_task_data (step->task);

  mail_sync_worker_tell_audit (step->worker, wish->done + (guint) done, wish->messages);
  return !g_cancellable_is_cancelled (g_task_get_cancellable (step->task));
}

/* The server said no to one mailbox, or the mailbox went meanwhile: the others can be compared. */
static gboolean
concerns_one (MailEngine *engine, const GError *error)
{
  return mail_engine_is_open (engine)
         && (g_error_matches (error, MAIL_ERROR, MAIL_ERROR_REFUSED) || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_BUSY)
             || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND));
}

/* The next mailbox; @wish belongs to the thread until it is over. */
static gboolean
audit_next (const Step *step, MailAuditWish *wish, GCancellable *work, GError **error)
{
  MailSyncWorker *self = step->worker;
  const guint before = wish->result.messages;
  gint64 id;
  g_auto (MailNewsMark) mark = { 0 };
  g_autoptr (GError) failure = NULL;

  if (wish->ids == NULL && !mail_store_read (self->store, begin_job, wish, error))
    return FALSE;
  mail_sync_worker_tell_audit (self, wish->done, wish->messages);
  if (wish->ids->len == 0)
    return TRUE;
  id = g_array_index (wish->ids, gint64, wish->ids->len - 1);
  if (!mail_sync_worker_mark_news (self, &mark, error))
    return FALSE;
  if (!mail_engine_audit_mailbox (self->engine, id, compared_cb, (gpointer) step, &wish->result, work, &failure)
      && !concerns_one (self->engine, failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (failure != NULL && wish->failure == NULL)
    wish->failure = g_steal_pointer (&failure);
  mail_sync_worker_tell_new_mail (self, &mark);
  wish->done += wish->result.messages - before;
  g_array_set_size (wish->ids, wish->ids->len - 1);
  return TRUE;
}

gboolean
mail_sync_worker_do_audit (MailSyncWorker *worker, GCancellable *work, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GTask) task = NULL;
  MailAuditWish *wish;
  gboolean ok;

  g_mutex_lock (&worker->lock);
  task = worker->audit != NULL ? g_object_ref (worker->audit) : NULL;
  g_mutex_unlock (&worker->lock);
  if (task == NULL)
    return TRUE;
  wish = g_task_get_task_data (task);
  ok = g_cancellable_is_cancelled (g_task_get_cancellable (task))
       || audit_next (&(Step){ worker, task }, wish, work, &failure);
  /* A message that was missing may be wanted in full. */
  worker->fill_wanted = worker->fill_wanted || wish->result.missing > 0;
  g_mutex_lock (&worker->lock);
  /* GTask says itself that it was cancelled. */
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)) || (ok && wish->ids->len == 0))
    mail_sync_worker_end_audit (worker, wish->failure);
  g_mutex_unlock (&worker->lock);
  if (ok || mail_error_is_cancelled (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
