/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-private.h"
#include "store/store-messages.h"

static gboolean
count_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_messages_count (db, g_task_get_task_data (data), error);
}

void
mail_account_count_async (MailAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, g_new0 (MailHoldings, 1), g_free);
  mail_account_read (task, count_job);
}

gboolean
mail_account_count_finish (MailAccount *self, GAsyncResult *result, MailHoldings *holdings, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *holdings = *(MailHoldings *) g_task_get_task_data (G_TASK (result));
  return TRUE;
}

typedef struct
{
  gint64 mailbox_id;
  gint64 bytes;
} Measure;

static gboolean
measure_job (MailDb *db, gpointer data, GError **error)
{
  Measure *measure = g_task_get_task_data (data);

  return mail_store_messages_measure (db, measure->mailbox_id, &measure->bytes, error);
}

void
mail_account_measure_mailbox_async (MailAccount *self,
                                    MailMailbox *mailbox,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Measure *measure;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));

  measure = g_new0 (Measure, 1);
  measure->mailbox_id = mail_mailbox_get_id (mailbox);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, measure, g_free);
  mail_account_read (task, measure_job);
}

gint64
mail_account_measure_mailbox_finish (MailAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return -1;
  return ((const Measure *) g_task_get_task_data (G_TASK (result)))->bytes;
}
