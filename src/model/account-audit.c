/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "model/account-private.h"

/* Whether what is here is what the server has, when a person wants to know it now. */

static void
set_auditing (MailAccount *self, gboolean auditing)
{
  if (self->auditing == auditing)
    return;
  self->auditing = auditing;
  g_object_notify (G_OBJECT (self), "auditing");
}

static void
audited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MailAuditResult *found = g_new0 (MailAuditResult, 1);
  GError *error = NULL;

  set_auditing (g_task_get_source_object (task), FALSE);
  if (mail_sync_worker_audit_finish (MAIL_SYNC_WORKER (source), result, found, &error))
    {
      g_task_return_pointer (task, found, g_free);
      return;
    }
  g_free (found);
  g_task_return_error (task, error);
}

void
mail_account_audit_async (MailAccount *self,
                          MailMailbox *mailbox,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (mailbox == NULL || MAIL_IS_MAILBOX (mailbox));

  task = g_task_new (self, cancellable, callback, user_data);
  if (self->auditing)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_EXISTS, "“%s” is being compared already", self->config->name);
  else if (!self->worker_started || self->worker == NULL || !self->online)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_OFFLINE, "“%s” is offline", self->config->name);
  else
    {
      set_auditing (self, TRUE);
      mail_sync_worker_audit_async (self->worker, mailbox != NULL ? mail_mailbox_get_id (mailbox) : 0, cancellable, audited_cb,
                                    g_steal_pointer (&task));
    }
}

gboolean
mail_account_audit_finish (MailAccount *self, GAsyncResult *result, MailAuditResult *found, GError **error)
{
  g_autofree MailAuditResult *answer = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (answer == NULL)
    return FALSE;
  *found = *answer;
  return TRUE;
}

gint64
mail_account_get_audited (MailAccount *self)
{
  GListModel *mailboxes;
  gint64 oldest = G_MAXINT64;

  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), 0);

  mailboxes = G_LIST_MODEL (self->mailboxes);
  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (mailboxes, i);
      const MailMailboxInfo *info = mail_mailbox_get_info (mailbox);

      /* Where one shows what lies in others, or is to be left alone, it is not looked at. */
      if ((info->flags & MAIL_MAILBOX_NOT_THERE) == 0 && info->role != MAIL_ROLE_FLAGGED
          && info->offline != MAIL_MAILBOX_OFFLINE_NOT)
        oldest = MIN (oldest, info->audited);
    }
  return oldest == G_MAXINT64 ? 0 : oldest;
}
