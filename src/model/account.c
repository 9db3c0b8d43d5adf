/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "core/credentials.h"
#include "core/errors.h"
#include "model/account-private.h"
#include "model/account-words.h"
#include "model/secrets.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/pop3-retention.h"
#include "sync/store-mode.h"

G_DEFINE_FINAL_TYPE (MailAccount, mail_account, G_TYPE_OBJECT)

enum
{
  PROP_NAME = 1,
  PROP_ADDRESS,
  PROP_MODE_LABEL,
  PROP_STATE,
  PROP_STATE_TEXT,
  PROP_PROGRESS,
  PROP_PROGRESS_TEXT,
  PROP_UNREAD,
  PROP_PROBLEM,
  PROP_ALERT,
  PROP_CAN_UNDO,
  PROP_COMPLETENESS,
  PROP_PREPARING,
  PROP_AUDITING,
  PROP_ROLE_QUESTION,
  PROP_QUOTA_USED,
  PROP_QUOTA_LIMIT,
  PROP_QUOTA_PERCENT,
  N_PROPS
};

enum
{
  NEW_MAIL,
  PASSWORD_NEEDED,
  CERTIFICATE_NEEDED,
  OPERATION_REFUSED,
  ACTION_DONE,
  PART_PROGRESS,
  QUEUE_CHANGED,
  BRINGS_BACK,
  STAYS_AWAY,
  ACTION_BEGUN,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

/* Mailboxes */

typedef struct
{
  MailAccount *account;
  GPtrArray *infos;
  gint64 roles_asked;
} MailboxRead;

static void
mailbox_read_free (gpointer data)
{
  MailboxRead *read = data;

  g_object_unref (read->account);
  g_clear_pointer (&read->infos, g_ptr_array_unref);
  g_free (read);
}

static gboolean
mailbox_read_job (MailDb *db, gpointer data, GError **error)
{
  MailboxRead *read = data;

  read->infos = mail_store_mailboxes_list (db, error);
  return read->infos != NULL && mail_store_facts_get_int (db, "roles-asked", &read->roles_asked, error);
}

static void
show_mailboxes (MailAccount *self, const GPtrArray *infos)
{
  MailCompleteness completeness = mail_completeness_of_account (infos);
  MailMailbox *inbox;
  guint unread;

  mail_mailbox_list_update (self->mailboxes, infos);
  if (!mail_completeness_equal (&completeness, &self->completeness))
    {
      self->completeness = completeness;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COMPLETENESS]);
    }
  inbox = mail_mailbox_list_find_role (self->mailboxes, MAIL_ROLE_INBOX);
  unread = inbox != NULL ? mail_mailbox_get_unread (inbox) : 0;
  if (unread == self->unread)
    return;
  self->unread = unread;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_UNREAD]);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  GError *error = NULL;

  if (mail_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
mail_account_read (GTask *task, MailStoreJob job)
{
  MailAccount *self = g_task_get_source_object (task);

  if (self->store != NULL)
    mail_store_read_async (self->store, job, g_object_ref (task), g_object_unref, read_cb, task);
  else
    g_task_return_new_error (task, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "The account “%s” is closed", self->config->name);
}

static void read_mailboxes (MailAccount *self);

static void
mailbox_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const MailboxRead *read = user_data;
  MailAccount *self = read->account;
  g_autoptr (GError) error = NULL;

  self->reading_mailboxes = FALSE;
  if (mail_store_finish (result, &error))
    {
      show_mailboxes (self, read->infos);
      mail_account_look_for_roles (self, read->infos, read->roles_asked);
    }
  else
    g_info ("The mailboxes of “%s” could not be read: %s", self->config->name, error->message);
  if (self->mailboxes_changed)
    read_mailboxes (self);
}

/* One reading at a time: during a first sync figures change faster than anyone can read. */
static void
read_mailboxes (MailAccount *self)
{
  MailboxRead *read;

  self->mailboxes_changed = self->reading_mailboxes;
  if (self->reading_mailboxes || self->store == NULL)
    return;
  self->reading_mailboxes = TRUE;
  read = g_new0 (MailboxRead, 1);
  read->account = g_object_ref (self);
  mail_store_read_async (self->store, mailbox_read_job, read, mailbox_read_free, mailbox_read_cb, read);
}

static void
changed_cb (const MailChange *change, gpointer user_data)
{
  MailAccount *self = user_data;
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->lists->len; i++)
    g_ptr_array_add (lists, g_object_ref (g_ptr_array_index (self->lists, i)));
  for (guint i = 0; i < lists->len; i++)
    mail_message_list_apply (g_ptr_array_index (lists, i), change);
  if (change->mailbox_id == 0 || change->counts)
    read_mailboxes (self);
}

/* Opening */

typedef struct
{
  char *name;
  MailHome *home;
  gboolean start_worker;
  MailAccountConfig *config; /* NULL: to be read first */
  MailStore *store;
  GPtrArray *infos;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->name);
  mail_home_free (opening->home);
  mail_account_config_free (opening->config);
  g_clear_pointer (&opening->store, mail_store_close);
  g_clear_pointer (&opening->infos, g_ptr_array_unref);
  g_free (opening);
}

static gboolean
ensure_local_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_ensure_local (db, error);
}

static gboolean
list_job (MailDb *db, gpointer data, GError **error)
{
  GPtrArray **infos = data;

  *infos = mail_store_mailboxes_list (db, error);
  return *infos != NULL;
}

/* Nothing is written before the mailboxes could be read. */
static gboolean
open_store (Opening *opening, GError **error)
{
  g_autofree char *directory = mail_home_account_store (opening->home, opening->name);

  opening->store = mail_store_open (directory, error);
  return opening->store != NULL && mail_store_mode_check (opening->store, opening->config->mode, error)
         && (opening->config->mode != MAIL_MODE_POP || mail_store_write (opening->store, ensure_local_job, NULL, error))
         && mail_store_read (opening->store, list_job, &opening->infos, error);
}

static void
open_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Opening *opening = task_data;
  GError *error = NULL;

  if (opening->config == NULL)
    opening->config = mail_account_config_load (opening->home, opening->name, &error);
  if (opening->config != NULL && open_store (opening, &error))
    g_task_return_boolean (task, TRUE);
  else
    {
      /* Here and not with the task, which may go in the main thread. */
      g_clear_pointer (&opening->store, mail_store_close);
      g_task_return_error (task, error);
    }
}

/* @opening (transfer full) */
static void
start_opening (Opening *opening, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, start_opening);
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_thread);
}

void
mail_account_open_async (const MailAccountConfig *config,
                         const MailHome *home,
                         gboolean start,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->name = g_strdup (config->name);
  opening->home = mail_home_copy (home);
  opening->config = mail_account_config_copy (config);
  opening->start_worker = start;
  start_opening (opening, callback, user_data);
}

void
mail_account_load_async (const char *name, const MailHome *home, GAsyncReadyCallback callback, gpointer user_data)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->name = g_strdup (name);
  opening->home = mail_home_copy (home);
  start_opening (opening, callback, user_data);
}

static MailAccount *
account_new (Opening *opening)
{
  MailAccount *self = g_object_new (MAIL_TYPE_ACCOUNT, NULL);

  self->config = opening->config != NULL ? g_steal_pointer (&opening->config) : mail_account_config_new (opening->name);
  self->home = g_steal_pointer (&opening->home);
  self->secret_key = mail_secrets_dup_key (self->home, self->config->name);
  return self;
}

MailAccount *
mail_account_open_finish (GAsyncResult *result, GError **error)
{
  Opening *opening;
  MailAccount *self;

  g_return_val_if_fail (g_async_result_is_tagged (result, start_opening), NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  opening = g_task_get_task_data (G_TASK (result));
  self = account_new (opening);
  self->store = g_steal_pointer (&opening->store);
  mail_store_set_listener (self->store, NULL, changed_cb, self);
  show_mailboxes (self, opening->infos);
  read_mailboxes (self);
  mail_account_read_tags (self);
  mail_account_read_facts (self);
  if (opening->start_worker)
    mail_account_start (self);
  return self;
}

MailAccount *
mail_account_load_finish (GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  MailAccount *self = mail_account_open_finish (result, &error);

  if (self != NULL || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    return self;
  self = account_new (g_task_get_task_data (G_TASK (result)));
  self->is_broken = TRUE;
  self->state = MAIL_WORKER_NEEDS_YOU;
  self->problem = mail_problem_new_from_error (error, self->config->name, NULL, MAIL_PROBLEM_RADIUS_ACCOUNT);
  return self;
}

void
mail_account_detach (MailAccount *self, MailSyncWorker **worker, MailStore **store)
{
  *worker = mail_account_take_worker (self);
  *store = g_steal_pointer (&self->store);
  if (*store == NULL)
    return;
  for (guint i = 0; i < self->lists->len; i++)
    mail_message_list_detach (g_ptr_array_index (self->lists, i));
  mail_store_set_listener (*store, NULL, NULL, NULL);
}

void
mail_account_end (MailSyncWorker *worker, MailStore *store)
{
  if (worker != NULL)
    {
      mail_sync_worker_stop (worker);
      g_object_unref (worker);
    }
  mail_store_close (store);
}

void
mail_account_close (MailAccount *self)
{
  MailSyncWorker *worker;
  MailStore *store;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  mail_account_detach (self, &worker, &store);
  mail_account_end (worker, store);
}

/* What the window asks for */

const MailAccountConfig *
mail_account_get_config (MailAccount *self)
{
  return self->config;
}

const char *
mail_account_get_name (MailAccount *self)
{
  return self->config->name;
}

char *
mail_account_describe_error (MailAccount *self, const GError *error)
{
  g_autoptr (MailProblem) problem = NULL;

  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (!mail_error_is_cancelled (error), NULL);

  problem = mail_problem_new_from_error (error, self->config->name, self->config->incoming->host, MAIL_PROBLEM_RADIUS_ACCOUNT);
  return problem->advice != NULL ? g_strdup_printf ("%s %s", problem->summary, problem->advice) : g_strdup (problem->summary);
}

GListModel *
mail_account_get_mailboxes (MailAccount *self)
{
  return G_LIST_MODEL (self->mailboxes);
}

MailMailbox *
mail_account_find_mailbox (MailAccount *self, gint64 id)
{
  return mail_mailbox_list_find (self->mailboxes, id);
}

MailMailbox *
mail_account_find_role (MailAccount *self, MailRole role)
{
  return mail_mailbox_list_find_role (self->mailboxes, role);
}

MailMailbox *
mail_account_find_archive_for (MailAccount *self, MailMailbox *mailbox)
{
  MailMailbox *archive = mail_account_find_role (self, MAIL_ROLE_ARCHIVE);

  if (archive == NULL || archive == mailbox
      || (mail_mailbox_get_info (archive)->flags & (MAIL_MAILBOX_NO_SELECT | MAIL_MAILBOX_GONE)) != 0)
    return NULL;
  return archive;
}

gboolean
mail_account_will_leave_server (MailAccount *self, const MailMessageInfo *info, gint64 *when)
{
  if (self->config->mode != MAIL_MODE_POP || info->fetched == 0)
    return FALSE;
  *when = mail_pop3_due_from (self->config->pop_keep, self->config->pop_keep_days, info->fetched, info->deleting,
                              info->returned);
  return *when != MAIL_POP3_NEVER;
}

static void
list_gone_cb (gpointer user_data, GObject *list)
{
  g_ptr_array_remove_fast (((MailAccount *) user_data)->lists, list);
  mail_account_tell_open (user_data);
}

/* (transfer full): @list, which hears of changes from now on. */
static MailMessageList *
follow_list (MailAccount *self, MailMessageList *list)
{
  g_object_weak_ref (G_OBJECT (list), list_gone_cb, self);
  g_ptr_array_add (self->lists, list);
  mail_account_tell_open (self);
  return list;
}

MailMessageList *
mail_account_list_messages (MailAccount *self, MailMailbox *mailbox)
{
  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (MAIL_IS_MAILBOX (mailbox), NULL);

  return follow_list (self, mail_message_list_new (self->store, mail_mailbox_get_id (mailbox)));
}

MailMessageList *
mail_account_list_found (MailAccount *self, MailMailbox *mailbox, const GArray *ids)
{
  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (MAIL_IS_MAILBOX (mailbox), NULL);

  return follow_list (self, mail_message_list_new_found (self->store, mail_mailbox_get_id (mailbox), ids));
}

MailWorkerState
mail_account_get_state (MailAccount *self)
{
  return self->state;
}

gboolean
mail_account_is_broken (MailAccount *self)
{
  return self->is_broken;
}

const MailProblem *
mail_account_get_problem (MailAccount *self)
{
  return self->problem;
}

const MailCertificate *
mail_account_get_certificate (MailAccount *self)
{
  return self->certificate;
}

/* For account-actions.c */

void
mail_account_refuse (MailAccount *self, const GError *error)
{
  g_autoptr (MailProblem) problem = mail_problem_new_from_error (error, self->config->name, self->config->incoming->host,
                                                                 MAIL_PROBLEM_RADIUS_MESSAGE);

  if (problem != NULL)
    g_signal_emit (self, signals[OPERATION_REFUSED], 0, problem->summary);
}

void
mail_account_emit_done (MailAccount *self, const char *sentence, gboolean can_undo)
{
  g_signal_emit (self, signals[ACTION_DONE], 0, sentence, can_undo);
}

void
mail_account_notify_can_undo (MailAccount *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAN_UNDO]);
}

/* The class */

static const char *
describe_state (MailAccount *self)
{
  if (self->is_broken)
    return _ ("Cannot be opened");
  if (self->lookup != NULL)
    return _ ("Waiting for the keyring…");
  return mail_words_state (self->state, self->progress.phase, self->problem);
}

static void
mail_account_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MailAccount *self = MAIL_ACCOUNT (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->config->name);
      break;
    case PROP_ADDRESS:
      g_value_set_string (value, self->config->address);
      break;
    case PROP_MODE_LABEL:
      /* Settings that could not be read tell of no mode. */
      g_value_set_string (value, self->config->incoming->host != NULL ? mail_words_mode (self->config->mode) : NULL);
      break;
    case PROP_STATE:
      g_value_set_int (value, (int) self->state);
      break;
    case PROP_STATE_TEXT:
      g_value_set_string (value, describe_state (self));
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress.total == 0
                                   ? -1
                                   : CLAMP ((double) self->progress.done / self->progress.total, 0, 1));
      break;
    case PROP_PROGRESS_TEXT:
      g_value_take_string (value, mail_words_progress (&self->progress));
      break;
    case PROP_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case PROP_PROBLEM:
      g_value_set_boxed (value, self->problem);
      break;
    case PROP_QUOTA_USED:
      g_value_set_uint64 (value, self->facts != NULL ? self->facts->quota_used : 0);
      break;
    case PROP_QUOTA_LIMIT:
      g_value_set_uint64 (value, self->facts != NULL ? self->facts->quota_limit : 0);
      break;
    case PROP_QUOTA_PERCENT:
      g_value_set_int (value, self->facts != NULL ? mail_server_facts_get_percent (self->facts) : -1);
      break;
    case PROP_ALERT:
      if (self->alerts.length > 0)
        g_value_set_string (value, g_queue_peek_head (&self->alerts));
      break;
    case PROP_ROLE_QUESTION:
      g_value_set_int (value, (int) self->role_question);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, mail_account_can_undo (self));
      break;
    case PROP_COMPLETENESS:
      g_value_take_string (value, mail_completeness_to_words (&self->completeness));
      break;
    case PROP_PREPARING:
      g_value_set_boolean (value, self->preparing);
      break;
    case PROP_AUDITING:
      g_value_set_boolean (value, self->auditing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mail_account_dispose (GObject *object)
{
  MailAccount *self = MAIL_ACCOUNT (object);

  mail_account_close (self);
  for (guint i = 0; i < self->lists->len; i++)
    g_object_weak_unref (g_ptr_array_index (self->lists, i), list_gone_cb, self);
  g_ptr_array_set_size (self->lists, 0);
  G_OBJECT_CLASS (mail_account_parent_class)->dispose (object);
}

static void
mail_account_finalize (GObject *object)
{
  MailAccount *self = MAIL_ACCOUNT (object);

  mail_account_config_free (self->config);
  mail_home_free (self->home);
  g_free (self->secret_key);
  g_object_unref (self->mailboxes);
  g_object_unref (self->tags);
  g_ptr_array_unref (self->lists);
  g_ptr_array_unref (self->settling);
  mail_problem_free (self->problem);
  mail_certificate_free (self->certificate);
  g_queue_clear_full (&self->alerts, g_free);
  g_hash_table_unref (self->alerts_seen);
  mail_server_facts_free (self->facts);
  mail_account_clear_undo (self);
  G_OBJECT_CLASS (mail_account_parent_class)->finalize (object);
}

static void
install_signals (GType type)
{
  signals[NEW_MAIL] = g_signal_new ("new-mail", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, MAIL_TYPE_MAILBOX, G_TYPE_UINT, G_TYPE_POINTER);
  signals[PASSWORD_NEEDED] = g_signal_new ("password-needed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);
  signals[CERTIFICATE_NEEDED] = g_signal_new ("certificate-needed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[OPERATION_REFUSED] = g_signal_new ("operation-refused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PART_PROGRESS] = g_signal_new ("part-progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4,
                                         G_TYPE_INT64, G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_UINT64);
  signals[BRINGS_BACK] = g_signal_new ("brings-back", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_ARRAY,
                                       G_TYPE_INT64);
  signals[STAYS_AWAY] = g_signal_new ("stays-away", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ARRAY);
  signals[ACTION_BEGUN] = g_signal_new ("action-begun", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[QUEUE_CHANGED] = g_signal_new ("queue-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ACTION_DONE] = g_signal_new ("action-done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
}

static void
mail_account_class_init (MailAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = mail_account_get_property;
  object_class->dispose = mail_account_dispose;
  object_class->finalize = mail_account_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_ADDRESS] = g_param_spec_string ("address", NULL, NULL, NULL, flags);
  props[PROP_MODE_LABEL] = g_param_spec_string ("mode-label", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, MAIL_WORKER_STOPPED, MAIL_WORKER_NEEDS_YOU, 0, flags);
  props[PROP_STATE_TEXT] = g_param_spec_string ("state-text", NULL, NULL, NULL, flags);
  props[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  props[PROP_PROGRESS_TEXT] = g_param_spec_string ("progress-text", NULL, NULL, NULL, flags);
  props[PROP_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, flags);
  props[PROP_PROBLEM] = g_param_spec_boxed ("problem", NULL, NULL, MAIL_TYPE_PROBLEM, flags);
  props[PROP_ALERT] = g_param_spec_string ("alert", NULL, NULL, NULL, flags);
  props[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  props[PROP_COMPLETENESS] = g_param_spec_string ("completeness", NULL, NULL, NULL, flags);
  props[PROP_PREPARING] = g_param_spec_boolean ("preparing", NULL, NULL, FALSE, flags);
  props[PROP_AUDITING] = g_param_spec_boolean ("auditing", NULL, NULL, FALSE, flags);
  props[PROP_ROLE_QUESTION] =
      g_param_spec_int ("role-question", NULL, NULL, MAIL_ROLE_NONE, MAIL_ROLE_FLAGGED, MAIL_ROLE_NONE, flags);
  props[PROP_QUOTA_USED] = g_param_spec_uint64 ("quota-used", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_QUOTA_LIMIT] = g_param_spec_uint64 ("quota-limit", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  props[PROP_QUOTA_PERCENT] = g_param_spec_int ("quota-percent", NULL, NULL, -1, 100, -1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  install_signals (G_TYPE_FROM_CLASS (klass));
}

static void
mail_account_init (MailAccount *self)
{
  self->mailboxes = mail_mailbox_list_new ();
  self->tags = mail_tag_list_new ();
  self->lists = g_ptr_array_new ();
  self->settling = g_ptr_array_new_with_free_func (g_object_unref);
  self->alerts_seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->online = TRUE;
  self->progress.phase = MAIL_PHASE_IDLE;
  g_queue_init (&self->undo);
}
