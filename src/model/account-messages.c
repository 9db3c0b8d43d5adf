/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "model/account-private.h"
#include "model/message-private.h"
#include "model/patience.h"
#include "store/store-bodies.h"
#include "store/store-messages.h"

/* A message on its way to the reader: the store, the task pool, and when its text is not here the server and all over again. */
typedef struct
{
  gint64 id;
  char *section;   /* asked for; NULL = the text */
  gboolean fetched; /* the server was asked already, or will not be */
  MailMessageInfo *info;
  GBytes *raw;     /* NULL: nothing but the row is here */
} Opening;

static void read_message (GTask *task);

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->section);
  mail_message_info_free (opening->info);
  g_clear_pointer (&opening->raw, g_bytes_unref);
  g_free (opening);
}

gboolean
mail_account_can_ask_server (MailAccount *self)
{
  return self->worker_started && self->worker != NULL && self->online && self->state != MAIL_WORKER_NEEDS_YOU
         && self->state != MAIL_WORKER_OFFLINE;
}

static void
fetch_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;

  if (!mail_patience_end (task))
    return;
  if (mail_sync_worker_fetch_finish (MAIL_SYNC_WORKER (source), result, &error))
    {
      read_message (task);
      return;
    }
  /* Without its text a message can still be shown; a part that was asked for cannot. */
  if (opening->section != NULL || mail_error_is_cancelled (error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_info ("The text of a message could not be fetched: %s", error->message);
  g_error_free (error);
  read_message (task);
}

static void
fetch_message (GTask *task)
{
  MailAccount *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);

  opening->fetched = TRUE;
  mail_patience_begin (task);
  mail_sync_worker_fetch_async (self->worker, opening->id, opening->section, g_task_get_cancellable (task), fetch_cb,
                                g_object_ref (task));
}

static void
parse_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Opening *opening = g_task_get_task_data (task_data);
  GError *error = NULL;
  MailMessage *message = opening->raw != NULL
                           ? mail_message_new_parsed (opening->id, opening->raw, cancellable, &error)
                           : mail_message_new_from_info (opening->info);

  if (message != NULL)
    g_task_return_pointer (task, message, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
parse_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  MailAccount *self = g_task_get_source_object (task);
  const Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (MailMessage) message = g_task_propagate_pointer (G_TASK (result), &error);

  if (message == NULL)
    g_task_return_error (task, error);
  else if (mail_message_is_text_missing (message) && !opening->fetched && mail_account_can_ask_server (self))
    fetch_message (task);
  else
    g_task_return_pointer (task, g_steal_pointer (&message), g_object_unref);
}

static void
parse_message (GTask *task)
{
  g_autoptr (GTask) parsing = g_task_new (NULL, g_task_get_cancellable (task), parse_cb, g_object_ref (task));

  /* Borrowed: the callback lets go of it, and not a thread. */
  g_task_set_task_data (parsing, task, NULL);
  g_task_run_in_thread (parsing, parse_thread);
}

static gboolean
read_message_job (MailDb *db, gpointer data, GError **error)
{
  Opening *opening = g_task_get_task_data (data);
  g_autoptr (GError) local = NULL;
  gboolean partial;

  opening->info = mail_store_messages_get (db, opening->id, error);
  if (opening->info == NULL)
    return FALSE;
  opening->raw = mail_store_bodies_get_best (db, opening->id, &partial, &local);
  if (opening->raw != NULL || g_error_matches (local, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
read_message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  MailAccount *self = g_task_get_source_object (task);
  const Opening *opening = g_task_get_task_data (task);
  GError *error = NULL;

  if (!mail_store_finish (result, &error))
    g_task_return_error (task, error);
  else if (g_task_return_error_if_cancelled (task))
    return;
  else if (opening->raw == NULL && !opening->fetched && mail_account_can_ask_server (self))
    fetch_message (task);
  else
    parse_message (task);
}

static void
read_message (GTask *task)
{
  MailAccount *self = g_task_get_source_object (task);
  Opening *opening = g_task_get_task_data (task);

  if (self->store == NULL)
    {
      g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "The account “%s” is closed", self->config->name);
      return;
    }
  g_clear_pointer (&opening->info, mail_message_info_free);
  g_clear_pointer (&opening->raw, g_bytes_unref);
  mail_store_read_async (self->store, read_message_job, g_object_ref (task), g_object_unref, read_message_cb, task);
}

static GTask *
open_task_new (MailAccount *self,
               gint64 message_id,
               const char *section,
               GCancellable *cancellable,
               GAsyncReadyCallback callback,
               gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);

  opening->id = message_id;
  opening->section = g_strdup (section);
  g_task_set_task_data (task, opening, opening_free);
  return task;
}

void
mail_account_open_message_async (MailAccount *self,
                                 gint64 message_id,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  task = open_task_new (self, message_id, NULL, cancellable, callback, user_data);
  read_message (task);
}

MailMessage *
mail_account_open_message_finish (MailAccount *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
mail_account_fetch_part_async (MailAccount *self,
                               gint64 message_id,
                               const char *section,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (section != NULL);

  task = open_task_new (self, message_id, section, cancellable, callback, user_data);
  if (mail_account_can_ask_server (self))
    fetch_message (task);
  else
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_OFFLINE, "Part %s is not on this computer", section);
}

MailMessage *
mail_account_fetch_part_finish (MailAccount *self, GAsyncResult *result, GError **error)
{
  return mail_account_open_message_finish (self, result, error);
}
