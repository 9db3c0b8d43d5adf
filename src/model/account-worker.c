/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "core/credentials.h"
#include "core/errors.h"
#include "model/account-private.h"
#include "model/account-words.h"
#include "model/secrets.h"
#include "store/store-messages.h"

/* That wait to be read; a server that says more than this has said enough. */
#define ALERTS_MOST 10

static void
notify_state (MailAccount *self)
{
  g_object_notify (G_OBJECT (self), "state");
  g_object_notify (G_OBJECT (self), "state-text");
}

static void
take_progress (MailAccount *self, const MailProgress *progress)
{
  const gboolean other_phase = self->progress.phase != progress->phase;

  self->progress = *progress;
  g_object_notify (G_OBJECT (self), "progress");
  g_object_notify (G_OBJECT (self), "progress-text");
  if (other_phase)
    g_object_notify (G_OBJECT (self), "state-text");
}

static void
state_cb (MailSyncWorker *worker, int state, MailAccount *self)
{
  const MailProgress nothing = { .phase = MAIL_PHASE_IDLE };

  if ((int) self->state == state)
    return;
  self->state = (MailWorkerState) state;
  if (self->state != MAIL_WORKER_WORKING)
    take_progress (self, &nothing);
  notify_state (self);
}

static void
progress_cb (MailSyncWorker *worker, const MailProgress *progress, MailAccount *self)
{
  take_progress (self, progress);
}

static void
problem_cb (MailSyncWorker *worker, const MailProblem *problem, const MailCertificate *certificate, MailAccount *self)
{
  g_clear_pointer (&self->problem, mail_problem_free);
  g_clear_pointer (&self->certificate, mail_certificate_free);
  self->problem = problem != NULL ? mail_problem_copy (problem) : NULL;
  self->certificate = certificate != NULL ? mail_certificate_copy (certificate) : NULL;

  g_object_notify (G_OBJECT (self), "problem");
  g_object_notify (G_OBJECT (self), "state-text");
  if (self->problem != NULL && self->problem->action == MAIL_PROBLEM_ACTION_PASSWORD)
    g_signal_emit_by_name (self, "password-needed");
  else if (self->certificate != NULL)
    g_signal_emit_by_name (self, "certificate-needed", self->certificate);
}

/* (transfer full) */
static void
add_alert (MailAccount *self, char *sentence)
{
  g_queue_push_tail (&self->alerts, sentence);
  if (self->alerts.length == 1)
    g_object_notify (G_OBJECT (self), "alert");
}

/* A connection may be made anew many times a day, and each time the server says the same. */
static void
alert_cb (MailSyncWorker *worker, const char *text, MailAccount *self)
{
  if (self->alerts.length < ALERTS_MOST && g_hash_table_add (self->alerts_seen, g_strdup (text)))
    add_alert (self, mail_words_alert (self->config->name, text));
}

void
mail_account_dismiss_alert (MailAccount *self)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  g_free (g_queue_pop_head (&self->alerts));
  g_object_notify (G_OBJECT (self), "alert");
}

static void
replayed_cb (MailSyncWorker *worker, const MailSyncResult *result, MailAccount *self)
{
  g_autofree char *sentence = NULL;

  /* What could not be done has another reason to wait now, which no figure tells. */
  g_signal_emit_by_name (self, "queue-changed");
  if (result->operations_failed == 0)
    return;
  sentence = mail_words_refused (result->operations_failed);
  g_signal_emit_by_name (self, "operation-refused", sentence);
}

static void
synced_cb (MailSyncWorker *worker, const MailSyncResult *sync, MailAccount *self)
{
  if (sync->facts_changed)
    mail_account_read_facts (self);
  if (sync->quota_warning > 0)
    add_alert (self, mail_words_quota (self->config->name, sync->quota_warning));
  replayed_cb (worker, sync, self);
}

static void
part_progress_cb (MailSyncWorker *worker, gint64 id, const char *section, guint64 done, guint64 total, MailAccount *self)
{
  g_signal_emit_by_name (self, "part-progress", id, section, done, total);
}

typedef struct
{
  MailAccount *account;
  gint64 mailbox_id;
  GArray *ids;
  MailMessageInfo *newest;
} NewMail;

static void
new_mail_free (gpointer data)
{
  NewMail *news = data;

  g_object_unref (news->account);
  g_array_unref (news->ids);
  mail_message_info_free (news->newest);
  g_free (news);
}

static gboolean
new_mail_job (MailDb *db, gpointer data, GError **error)
{
  NewMail *news = data;
  g_autoptr (GPtrArray) rows = mail_store_messages_load (db, &g_array_index (news->ids, gint64, 0), news->ids->len, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);

      if (row == NULL || (news->newest != NULL && news->newest->date >= row->date))
        continue;
      mail_message_info_free (news->newest);
      news->newest = mail_message_info_copy (row);
    }
  return TRUE;
}

static void
new_mail_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const NewMail *news = user_data;
  MailMailbox *mailbox = mail_mailbox_list_find (news->account->mailboxes, news->mailbox_id);

  if (mail_store_finish (result, NULL) && mailbox != NULL && news->newest != NULL)
    g_signal_emit_by_name (news->account, "new-mail", mailbox, news->ids->len, news->newest);
}

static void
new_mail_cb (MailSyncWorker *worker, gint64 mailbox_id, GArray *ids, MailAccount *self)
{
  NewMail *news;

  if (self->store == NULL || ids->len == 0)
    return;
  news = g_new0 (NewMail, 1);
  news->account = g_object_ref (self);
  news->mailbox_id = mailbox_id;
  news->ids = g_array_copy (ids);
  mail_store_read_async (self->store, new_mail_job, news, new_mail_free, new_mail_read_cb, news);
}

/* @password NULL: the worker will ask. */
static void
start_worker (MailAccount *self, const char *password)
{
  if (self->worker == NULL)
    return;
  if (self->lookup != NULL)
    g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  if (password != NULL)
    {
      g_autoptr (MailCredentials) credentials = mail_credentials_new_password (self->config->user, password);

      mail_sync_worker_set_credentials (self->worker, credentials);
    }
  if (self->worker_started)
    return;
  self->worker_started = TRUE;
  g_object_notify (G_OBJECT (self), "state-text");
  mail_sync_worker_set_online (self->worker, self->online);
  mail_sync_worker_start (self->worker);
}

static void
lookup_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MailAccount) self = user_data;
  g_autoptr (GError) error = NULL;
  char *password = mail_secrets_lookup_finish (result, &error);

  /* Cancelled: closed, or the person was quicker than the keyring. */
  if (!mail_error_is_cancelled (error))
    start_worker (self, password);
  mail_secret_free (password);
}

void
mail_account_start (MailAccount *self)
{
  self->worker = mail_sync_worker_new (self->config, self->store);
  g_signal_connect (self->worker, "state", G_CALLBACK (state_cb), self);
  g_signal_connect (self->worker, "progress", G_CALLBACK (progress_cb), self);
  g_signal_connect (self->worker, "problem", G_CALLBACK (problem_cb), self);
  g_signal_connect (self->worker, "alert", G_CALLBACK (alert_cb), self);
  g_signal_connect (self->worker, "new-mail", G_CALLBACK (new_mail_cb), self);
  g_signal_connect (self->worker, "part-progress", G_CALLBACK (part_progress_cb), self);
  g_signal_connect (self->worker, "synced", G_CALLBACK (synced_cb), self);
  g_signal_connect (self->worker, "replayed", G_CALLBACK (replayed_cb), self);

  mail_account_tell_open (self);

  self->lookup = g_cancellable_new ();
  mail_secrets_lookup_async (self->secret_key, self->lookup, lookup_cb, g_object_ref (self));
}

MailSyncWorker *
mail_account_take_worker (MailAccount *self)
{
  MailSyncWorker *worker = g_steal_pointer (&self->worker);

  if (self->lookup != NULL)
    g_cancellable_cancel (self->lookup);
  g_clear_object (&self->lookup);
  if (worker == NULL)
    return NULL;
  g_signal_handlers_disconnect_by_data (worker, self);
  mail_sync_worker_quit (worker);
  self->state = MAIL_WORKER_STOPPED;
  notify_state (self);
  return worker;
}

void
mail_account_sync_now (MailAccount *self)
{
  if (self->worker_started && self->worker != NULL)
    mail_sync_worker_sync_now (self->worker);
}

void
mail_account_set_online (MailAccount *self, gboolean online)
{
  if (self->online == online)
    return;
  self->online = online;
  if (self->worker != NULL)
    mail_sync_worker_set_online (self->worker, online);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (MailAccount) self = user_data;
  gboolean kept;

  if (mail_secrets_store_finish (result, &kept, NULL) && !kept)
    mail_account_emit_done (self, _ ("No keyring could keep the password. Missiva remembers it until it is closed."), FALSE);
}

void
mail_account_set_password (MailAccount *self, const char *password, gboolean remember)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (password != NULL);

  start_worker (self, password);
  if (remember)
    mail_secrets_store_async (self->secret_key, password, NULL, kept_cb, g_object_ref (self));
}
