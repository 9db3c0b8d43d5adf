/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-list.h"

#include <string.h>

#include "core/credentials.h"
#include "core/errors.h"
#include "model/account-files.h"
#include "model/account-private.h"
#include "model/secrets.h"
#include "model/thread-task.h"

struct _MailAccountList
{
  MailObjectList parent;
  MailHome *home;
  GNetworkMonitor *monitor; /* NULL until the first loading asked for it */
  gboolean has_network;
  gboolean work_offline;
  guint unread;
};

G_DEFINE_FINAL_TYPE (MailAccountList, mail_account_list, MAIL_TYPE_OBJECT_LIST)

enum
{
  PROP_UNREAD = 1,
  PROP_ONLINE,
  PROP_WORK_OFFLINE,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

MailAccountList *
mail_account_list_new (const MailHome *home)
{
  MailAccountList *self = g_object_new (MAIL_TYPE_ACCOUNT_LIST, NULL);

  self->home = mail_home_copy (home);
  return self;
}

const MailHome *
mail_account_list_get_home (MailAccountList *self)
{
  return self->home;
}

static const GPtrArray *
get_accounts (MailAccountList *self)
{
  return mail_object_list_get_items (MAIL_OBJECT_LIST (self));
}

/* Online or not */

static gboolean
is_on_this_computer (const MailAccountConfig *config)
{
  g_autoptr (GInetAddress) address = NULL;

  if (config->incoming->host == NULL)
    return FALSE;
  address = g_inet_address_new_from_string (config->incoming->host);
  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (config->incoming->host, "localhost") == 0;
}

static void
tell_online (MailAccountList *self, MailAccount *account)
{
  const gboolean reachable = self->has_network || is_on_this_computer (mail_account_get_config (account));

  mail_account_set_online (account, reachable && !self->work_offline);
}

static void
tell_all_online (MailAccountList *self)
{
  const GPtrArray *accounts = get_accounts (self);

  for (guint i = 0; i < accounts->len; i++)
    tell_online (self, g_ptr_array_index (accounts, i));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ONLINE]);
}

static void
network_changed_cb (MailAccountList *self)
{
  const gboolean available = g_network_monitor_get_network_available (self->monitor);

  if (self->has_network == available)
    return;
  self->has_network = available;
  tell_all_online (self);
}

static void
take_monitor (MailAccountList *self, GNetworkMonitor *monitor)
{
  if (self->monitor != NULL)
    return;
  self->monitor = g_object_ref (monitor);
  /* A monitor that asks NetworkManager tells of its answer by the property, and of the kernel's routes by the signal: the signal
   * alone left the accounts offline when the routes had been there before the answer. */
  g_signal_connect_object (monitor, "notify::network-available", G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
  network_changed_cb (self);
}

/* The accounts */

static void
count_unread (MailAccountList *self)
{
  const GPtrArray *accounts = get_accounts (self);
  guint unread = 0;

  for (guint i = 0; i < accounts->len; i++)
    {
      guint own;

      g_object_get (g_ptr_array_index (accounts, i), "unread", &own, NULL);
      unread += own;
    }
  if (unread == self->unread)
    return;
  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

/* The one place where an account comes. @account (transfer full). */
static void
insert_account (MailAccountList *self, MailAccount *account)
{
  const GPtrArray *accounts = get_accounts (self);
  guint position = 0;

  while (position < accounts->len
         && g_utf8_collate (mail_account_get_name (g_ptr_array_index (accounts, position)), mail_account_get_name (account)) < 0)
    position++;
  g_signal_connect_object (account, "notify::unread", G_CALLBACK (count_unread), self, G_CONNECT_SWAPPED);
  tell_online (self, account);
  mail_object_list_insert (MAIL_OBJECT_LIST (self), position, account);
  count_unread (self);
}

/* And the one where it goes. (transfer full) */
static MailAccount *
take_account (MailAccountList *self, guint position)
{
  MailAccount *account = mail_object_list_steal (MAIL_OBJECT_LIST (self), position);

  g_signal_handlers_disconnect_by_data (account, self);
  count_unread (self);
  return account;
}

/* Loading */

typedef struct
{
  MailHome *home;
  GStrv names;
  guint waiting; /* accounts that are being opened */
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  mail_home_free (loading->home);
  g_strfreev (loading->names);
  g_free (loading);
}

/* @account (transfer full), whose worker begins here. */
static void
insert_loaded (MailAccountList *self, MailAccount *account)
{
  insert_account (self, account);
  if (!mail_account_is_broken (account))
    mail_account_start (account);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Loading *loading = g_task_get_task_data (task);
  MailAccount *account = mail_account_load_finish (result);

  if (account != NULL)
    insert_loaded (g_task_get_source_object (task), account);
  if (--loading->waiting == 0)
    g_task_return_boolean (task, TRUE);
}

static void
list_names_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Loading *loading = g_task_get_task_data (task_data);

  loading->names = mail_account_config_list (loading->home);
  /* Made here because it may speak to the system bus and wait for the answer. */
  g_task_return_pointer (task, g_object_ref (g_network_monitor_get_default ()), g_object_unref);
}

static void
names_listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MailAccountList *self = g_task_get_source_object (task);
  Loading *loading = g_task_get_task_data (task);
  g_autoptr (GNetworkMonitor) monitor = g_task_propagate_pointer (G_TASK (result), NULL);

  take_monitor (self, monitor);
  loading->waiting = g_strv_length (loading->names);
  if (loading->waiting == 0)
    g_task_return_boolean (task, TRUE);
  for (guint i = 0; loading->names[i] != NULL; i++)
    mail_account_load_async (loading->names[i], self->home, loaded_cb, g_object_ref (task));
}

void
mail_account_list_load_async (MailAccountList *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  g_autoptr (GTask) thread_task = NULL;
  Loading *loading;

  g_return_if_fail (MAIL_IS_ACCOUNT_LIST (self));

  loading = g_new0 (Loading, 1);
  loading->home = mail_home_copy (self->home);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, loading, loading_free);
  thread_task = g_task_new (NULL, NULL, names_listed_cb, task);
  g_task_set_task_data (thread_task, task, NULL);
  g_task_run_in_thread (thread_task, list_names_thread);
}

gboolean
mail_account_list_load_finish (MailAccountList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Opening anew */

static void
reopened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MailAccountList *self = g_task_get_source_object (task);
  g_autoptr (MailAccount) account = mail_account_load_finish (result);
  guint position;

  /* It was removed meanwhile, or two tries were under way. */
  if (!mail_object_list_find (MAIL_OBJECT_LIST (self), g_task_get_task_data (task), &position))
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  /* Comes before the other goes, so that the list is not empty in between. */
  if (account != NULL)
    insert_loaded (self, g_object_ref (account));
  if (mail_object_list_find (MAIL_OBJECT_LIST (self), g_task_get_task_data (task), &position))
    g_object_unref (take_account (self, position));
  g_task_return_pointer (task, g_steal_pointer (&account), g_object_unref);
}

void
mail_account_list_reopen_async (MailAccountList *self, MailAccount *account, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (MAIL_IS_ACCOUNT_LIST (self));
  g_return_if_fail (mail_account_is_broken (account));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);
  mail_account_load_async (mail_account_get_name (account), self->home, reopened_cb, task);
}

MailAccount *
mail_account_list_reopen_finish (MailAccountList *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

/* Adding */

typedef struct
{
  MailHome *home;
  MailAccountConfig *config;
  char *password;
} Adding;

static void
adding_free (gpointer data)
{
  Adding *adding = data;

  mail_home_free (adding->home);
  mail_account_config_free (adding->config);
  mail_secret_free (adding->password);
  g_free (adding);
}

static void
add_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MailAccountList *self = g_task_get_source_object (task);
  const Adding *adding = g_task_get_task_data (task);
  GError *error = NULL;
  MailAccount *account = mail_account_open_finish (result, &error);

  if (account == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  insert_account (self, account);
  if (adding->password != NULL)
    mail_account_set_password (account, adding->password, TRUE);
  g_task_return_pointer (task, g_object_ref (account), g_object_unref);
}

static void
save_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Adding *adding = g_task_get_task_data (task_data);
  g_autofree char *file = mail_home_account_file (adding->home, adding->config->name);
  GError *error = NULL;

  if (g_file_test (file, G_FILE_TEST_EXISTS))
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_EXISTS, "There is an account “%s” already", adding->config->name);
  else if (mail_account_config_save (adding->config, adding->home, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
add_saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MailAccountList *self = g_task_get_source_object (task);
  const Adding *adding = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    mail_account_open_async (adding->config, self->home, TRUE, add_opened_cb, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

void
mail_account_list_add_async (MailAccountList *self,
                             const MailAccountConfig *config,
                             const char *password,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task;
  g_autoptr (GTask) thread_task = NULL;
  Adding *adding;

  g_return_if_fail (MAIL_IS_ACCOUNT_LIST (self));

  adding = g_new0 (Adding, 1);
  adding->home = mail_home_copy (self->home);
  adding->config = mail_account_config_copy (config);
  adding->password = g_strdup (password);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, adding, adding_free);
  thread_task = g_task_new (NULL, NULL, add_saved_cb, task);
  g_task_set_task_data (thread_task, task, NULL);
  g_task_run_in_thread (thread_task, save_thread);
}

MailAccount *
mail_account_list_add_finish (MailAccountList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Removing */

typedef struct
{
  MailHome *home;
  char *name;
  gboolean delete_mail;
  MailSyncWorker *worker;
  MailStore *store;
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  mail_home_free (removal->home);
  g_free (removal->name);
  g_free (removal);
}

static void
remove_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Removal *removal = task_data;
  GError *error = NULL;

  mail_account_end (removal->worker, removal->store);
  if (mail_account_files_remove (removal->home, removal->name, removal->delete_mail, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* Nobody writes the settings anew after this. */
static void
settled_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  mail_thread_task_run (task, remove_thread);
}

void
mail_account_list_remove_async (MailAccountList *self,
                                MailAccount *account,
                                gboolean delete_mail,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (MailAccount) taken = NULL;
  g_autofree char *key = NULL;
  Removal *removal;
  GTask *task;
  guint position;

  g_return_if_fail (MAIL_IS_ACCOUNT_LIST (self));
  g_return_if_fail (mail_object_list_find (MAIL_OBJECT_LIST (self), account, &position));

  taken = take_account (self, position);
  removal = g_new0 (Removal, 1);
  removal->home = mail_home_copy (self->home);
  removal->name = g_strdup (mail_account_get_name (taken));
  removal->delete_mail = delete_mail;
  mail_account_detach (taken, &removal->worker, &removal->store);
  key = mail_secrets_dup_key (self->home, removal->name);
  mail_secrets_clear_async (key, NULL, NULL, NULL);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, removal, removal_free);
  mail_account_settle_async (taken, settled_cb, task);
}

gboolean
mail_account_list_remove_finish (MailAccountList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

MailAccount *
mail_account_list_find (MailAccountList *self, const char *name)
{
  const GPtrArray *accounts = get_accounts (self);

  for (guint i = 0; i < accounts->len; i++)
    {
      MailAccount *account = g_ptr_array_index (accounts, i);

      if (strcmp (mail_account_get_name (account), name) == 0)
        return account;
    }
  return NULL;
}

void
mail_account_list_close (MailAccountList *self)
{
  g_return_if_fail (MAIL_IS_ACCOUNT_LIST (self));

  while (get_accounts (self)->len > 0)
    {
      g_autoptr (MailAccount) account = take_account (self, get_accounts (self)->len - 1);

      mail_account_close (account);
    }
}

/* The class */

static void
mail_account_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MailAccountList *self = MAIL_ACCOUNT_LIST (object);

  switch (id)
    {
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_ONLINE:
      g_value_set_boolean (value, self->has_network && !self->work_offline);
      break;
    case PROP_WORK_OFFLINE:
      g_value_set_boolean (value, self->work_offline);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mail_account_list_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  MailAccountList *self = MAIL_ACCOUNT_LIST (object);

  if (id != PROP_WORK_OFFLINE)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  if (self->work_offline == g_value_get_boolean (value))
    return;
  self->work_offline = !self->work_offline;
  g_object_notify_by_pspec (object, pspec);
  tell_all_online (self);
}

static void
mail_account_list_dispose (GObject *object)
{
  MailAccountList *self = MAIL_ACCOUNT_LIST (object);

  mail_account_list_close (self);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (mail_account_list_parent_class)->dispose (object);
}

static void
mail_account_list_finalize (GObject *object)
{
  mail_home_free (MAIL_ACCOUNT_LIST (object)->home);
  G_OBJECT_CLASS (mail_account_list_parent_class)->finalize (object);
}

static void
mail_account_list_class_init (MailAccountListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = mail_account_list_get_property;
  object_class->set_property = mail_account_list_set_property;
  object_class->dispose = mail_account_list_dispose;
  object_class->finalize = mail_account_list_finalize;
  MAIL_OBJECT_LIST_CLASS (klass)->item_type = MAIL_TYPE_ACCOUNT;

  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags | G_PARAM_READABLE);
  props[PROP_ONLINE] = g_param_spec_boolean ("online", NULL, NULL, TRUE, flags | G_PARAM_READABLE);
  props[PROP_WORK_OFFLINE] = g_param_spec_boolean ("work-offline", NULL, NULL, FALSE, flags | G_PARAM_READWRITE);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
mail_account_list_init (MailAccountList *self)
{
  self->has_network = TRUE;
}
