/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-private.h"
#include "model/thread-task.h"

typedef struct
{
  MailAccountConfig *config;
  MailHome *home;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  mail_account_config_free (save->config);
  mail_home_free (save->home);
  g_free (save);
}

static void
save_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Save *save = task_data;
  GError *error = NULL;

  if (mail_account_config_save (save->config, save->home, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void save_config (MailAccount *self);

static void
settle (MailAccount *self)
{
  g_autoptr (GPtrArray) settling = g_steal_pointer (&self->settling);

  self->settling = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < settling->len; i++)
    g_task_return_boolean (g_ptr_array_index (settling, i), TRUE);
}

static void
save_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MailAccount *self = MAIL_ACCOUNT (source);
  g_autoptr (GError) error = NULL;

  self->saving = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    mail_account_refuse (self, error);
  if (self->save_again)
    save_config (self);
  else
    settle (self);
}

void
mail_account_settle_async (MailAccount *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_ptr_array_add (self->settling, g_task_new (self, NULL, callback, user_data));
  if (!self->saving)
    settle (self);
}

/* One at a time, so that the last settings win. */
static void
save_config (MailAccount *self)
{
  g_autoptr (GTask) task = NULL;
  Save *save;

  self->save_again = self->saving;
  if (self->saving)
    return;
  self->saving = TRUE;
  save = g_new0 (Save, 1);
  save->config = mail_account_config_copy (self->config);
  save->home = mail_home_copy (self->home);
  task = g_task_new (self, NULL, save_cb, NULL);
  g_task_set_task_data (task, save, save_free);
  mail_thread_task_run (task, save_thread);
}

void
mail_account_set_config (MailAccount *self, const MailAccountConfig *config)
{
  MailAccountConfig *copy;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (!self->is_broken);
  g_return_if_fail (g_strcmp0 (config->name, self->config->name) == 0);

  copy = mail_account_config_copy (config);
  mail_account_config_free (self->config);
  self->config = copy;
  g_object_notify (G_OBJECT (self), "address");
  g_object_notify (G_OBJECT (self), "mode-label");
  save_config (self);
  if (self->worker == NULL)
    return;
  mail_sync_worker_set_config (self->worker, self->config);
  mail_account_sync_now (self);
}
