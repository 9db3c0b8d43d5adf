/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "model/account-private.h"
#include "sync/offline.h"

/* What an account keeps here for the time without a network. */

typedef struct
{
  MailAccountConfig *config;
  MailOfflineQuery query;
} Estimating;

static void
estimating_free (gpointer data)
{
  Estimating *estimating = data;

  mail_account_config_free (estimating->config);
  g_free (estimating);
}

static gboolean
estimate_job (MailDb *db, gpointer data, GError **error)
{
  Estimating *estimating = g_task_get_task_data (data);

  return mail_offline_estimate_job (db, &estimating->query, error);
}

void
mail_account_estimate_offline_async (MailAccount *self,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Estimating *estimating;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  estimating = g_new0 (Estimating, 1);
  estimating->config = mail_account_config_copy (self->config);
  estimating->query.config = estimating->config;
  g_task_set_task_data (task, estimating, estimating_free);
  mail_account_read (task, estimate_job);
}

gboolean
mail_account_estimate_offline_finish (MailAccount *self, GAsyncResult *result, MailOfflineEstimate *estimate, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *estimate = ((Estimating *) g_task_get_task_data (G_TASK (result)))->query.estimate;
  return TRUE;
}

static void
set_preparing (MailAccount *self, gboolean preparing)
{
  if (self->preparing == preparing)
    return;
  self->preparing = preparing;
  g_object_notify (G_OBJECT (self), "preparing");
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MailAccount *self = g_task_get_source_object (task);
  GError *error = NULL;

  set_preparing (self, FALSE);
  if (mail_sync_worker_prepare_finish (MAIL_SYNC_WORKER (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
mail_account_prepare_offline_async (MailAccount *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  if (self->preparing)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_EXISTS, "“%s” is being prepared already", self->config->name);
  else if (!self->worker_started || self->worker == NULL || !self->online)
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_OFFLINE, "“%s” is offline", self->config->name);
  else
    {
      set_preparing (self, TRUE);
      mail_sync_worker_prepare_async (self->worker, cancellable, prepared_cb, g_steal_pointer (&task));
    }
}

gboolean
mail_account_prepare_offline_finish (MailAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
