/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/setup-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/address.h"
#include "core/credentials.h"
#include "core/errors.h"
#include "model/account-files.h"
#include "model/account-words.h"
#include "model/thread-task.h"

/* That wait to be read; a server that says more than this has said enough. */
#define ALERTS_MOST 10

enum
{
  PROP_STEP = 1,
  PROP_BUSY,
  PROP_PROBLEM,
  PROP_ALERT,
  N_PROPERTIES
};
enum
{
  TRY_CHANGED,
  TRIES_CLEARED,
  N_SIGNALS
};
static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MailSetup, mail_setup, G_TYPE_OBJECT)

void
mail_setup_set_step (MailSetup *self, MailSetupStep step)
{
  if (self->step == step)
    return;
  self->step = step;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STEP]);
}

void
mail_setup_set_busy (MailSetup *self, gboolean busy)
{
  if (self->busy == busy)
    return;
  self->busy = busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

void
mail_setup_clear_problem (MailSetup *self)
{
  g_clear_pointer (&self->certificate, mail_certificate_free);
  g_clear_pointer (&self->certificate_host, g_free);
  if (self->problem == NULL)
    return;
  g_clear_pointer (&self->problem, mail_problem_free);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/* @certificate (nullable) is copied. */
void
mail_setup_set_problem (MailSetup *self, const GError *error, const char *host, const MailCertificate *certificate)
{
  const char *note = self->provider != NULL ? mail_provider_get_note (self->provider) : NULL;
  MailProblem *problem
      = mail_problem_new_from_error (error, self->configs[0]->address, host, MAIL_PROBLEM_RADIUS_ACCOUNT);

  if (problem == NULL)
    return;
  /* What this very provider wants says more than the general advice. */
  if (note != NULL && problem->kind == MAIL_PROBLEM_SIGN_IN)
    {
      g_free (problem->advice);
      problem->advice = g_strdup (note);
    }
  mail_setup_clear_problem (self);
  if (certificate != NULL)
    {
      self->certificate = mail_certificate_copy (certificate);
      self->certificate_host = g_strdup (host);
    }
  self->problem = problem;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
try_free (MailSetupTry *try)
{
  g_free (try->what);
  g_free (try->result);
  g_free (try);
}

guint
mail_setup_add_try (MailSetup *self, char *what)
{
  MailSetupTry *try = g_new0 (MailSetupTry, 1);

  try->what = what;
  g_ptr_array_add (self->tries, try);
  g_signal_emit (self, signals[TRY_CHANGED], 0, self->tries->len - 1);
  return self->tries->len - 1;
}

void
mail_setup_end_try (MailSetup *self, guint index, MailTryState state, const char *result, double seconds)
{
  MailSetupTry *try = g_ptr_array_index (self->tries, index);

  try->state = state;
  try->result = g_strdup (result);
  try->seconds = seconds;
  g_signal_emit (self, signals[TRY_CHANGED], 0, index);
}

static void
search_clear (MailSetupSearch *search)
{
  if (search->cancellable != NULL)
    g_cancellable_cancel (search->cancellable);
  g_clear_object (&search->cancellable);
  g_clear_pointer (&search->probes, g_ptr_array_unref);
  g_clear_pointer (&search->best, mail_candidate_free);
  memset (search, 0, sizeof *search);
}

/* Ends all that is under way; answers of tasks that still come are dropped, since their cancellable is an old one. */
void
mail_setup_stop_work (MailSetup *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  for (guint kind = 0; kind < MAIL_SERVER_N_KINDS; kind++)
    search_clear (&self->searches[kind]);
  self->measuring = 0;
  mail_setup_set_busy (self, FALSE);
}

void
mail_setup_forget_figures (MailSetup *self)
{
  for (guint mode = 0; mode < MAIL_SETUP_N_MODES; mode++)
    {
      g_clear_pointer (&self->figures[mode], mail_figures_free);
      g_clear_pointer (&self->unavailable[mode], g_free);
      g_clear_error (&self->failures[mode]);
    }
  g_clear_pointer (&self->reason, g_free);
}

void
mail_setup_clear_tries (MailSetup *self)
{
  g_ptr_array_set_size (self->tries, 0);
  g_signal_emit (self, signals[TRIES_CLEARED], 0);
}

void
mail_setup_prefer (MailSetup *self, MailMode mode)
{
  self->has_preference = TRUE;
  self->preference = mode;
}

static void forget_alerts (MailSetup *self);

gboolean
mail_setup_set_person (MailSetup *self,
                       const char *full_name,
                       const char *address,
                       const char *password,
                       const char **field,
                       GError **error)
{
  g_autofree char *clean = g_strstrip (g_strdup (address));

  if (!mail_address_is_plausible (clean))
    {
      *field = "address";
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, _ ("Type an address such as name@example.org."));
      return FALSE;
    }
  if (password == NULL || password[0] == '\0')
    {
      *field = "password";
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, _ ("Type the password of this mailbox."));
      return FALSE;
    }
  for (guint mode = 0; mode < MAIL_SETUP_N_MODES; mode++)
    {
      MailAccountConfig *fresh = mail_account_config_new ("new");

      fresh->mode = mode;
      fresh->full_name = full_name != NULL && full_name[0] != '\0' ? g_strdup (full_name) : NULL;
      fresh->address = g_strdup (clean);
      fresh->user = g_strdup (clean);
      mail_account_config_free (self->configs[mode]);
      self->configs[mode] = fresh;
    }
  mail_secret_free (self->password);
  self->password = g_strdup (password);
  self->by_hand = FALSE;
  g_hash_table_remove_all (self->pins);
  forget_alerts (self);
  mail_setup_look (self);
  return TRUE;
}

gboolean
mail_setup_set_field (MailSetup *self, MailMode mode, const char *key, const char *value, GError **error)
{
  if (g_str_has_prefix (key, "incoming"))
    return mail_account_config_set (self->configs[mode], key, value, error);
  return mail_account_config_set (self->configs[MAIL_MODE_IMAP], key, value, error)
         && mail_account_config_set (self->configs[MAIL_MODE_POP], key, value, error);
}

void
mail_setup_edit_servers (MailSetup *self)
{
  mail_setup_stop_work (self);
  mail_setup_clear_problem (self);
  mail_setup_set_step (self, MAIL_SETUP_STEP_SERVERS);
}

void
mail_setup_use_servers (MailSetup *self)
{
  self->by_hand = TRUE;
  mail_setup_look (self);
}

void
mail_setup_back (MailSetup *self)
{
  mail_setup_stop_work (self);
  mail_setup_clear_problem (self);
  switch (self->step)
    {
    case MAIL_SETUP_STEP_WHO:
    case MAIL_SETUP_STEP_LOOKING:
    case MAIL_SETUP_STEP_SERVERS:
    case MAIL_SETUP_STEP_CHOICE:
      mail_setup_set_step (self, MAIL_SETUP_STEP_WHO);
      break;
    case MAIL_SETUP_STEP_OPTIONS:
      mail_setup_set_step (self, MAIL_SETUP_STEP_CHOICE);
      break;
    case MAIL_SETUP_STEP_CHECKING:
    case MAIL_SETUP_STEP_DONE:
      mail_setup_set_step (self, MAIL_SETUP_STEP_OPTIONS);
      break;
    default:
      g_return_if_reached ();
    }
}

void
mail_setup_choose (MailSetup *self, MailMode mode)
{
  g_return_if_fail (self->figures[mode] != NULL);

  self->choice = mode;
  mail_setup_set_step (self, MAIL_SETUP_STEP_OPTIONS);
}

void
mail_setup_retry (MailSetup *self, const char *password)
{
  if (password != NULL)
    {
      mail_secret_free (self->password);
      self->password = g_strdup (password);
    }
  /* Without any outgoing server there is nothing to check again, but one may answer by now. */
  if (self->step == MAIL_SETUP_STEP_CHECKING && (self->by_hand || self->configs[self->choice]->outgoing->host != NULL))
    mail_setup_check (self);
  else
    mail_setup_look (self);
}

void
mail_setup_trust_certificate (MailSetup *self)
{
  g_return_if_fail (self->certificate != NULL);

  g_hash_table_replace (self->pins, g_strdup (self->certificate_host), g_strdup (self->certificate->fingerprint));
  for (guint mode = 0; mode < MAIL_SETUP_N_MODES; mode++)
    {
      MailEndpoint *endpoints[] = { self->configs[mode]->incoming, self->configs[mode]->outgoing };

      for (guint i = 0; i < G_N_ELEMENTS (endpoints); i++)
        if (g_strcmp0 (endpoints[i]->host, self->certificate_host) == 0)
          {
            g_free (endpoints[i]->pin);
            endpoints[i]->pin = g_strdup (self->certificate->fingerprint);
          }
    }
  mail_setup_retry (self, NULL);
}

void
mail_setup_set_pop_keep (MailSetup *self, MailPopKeep keep, guint days)
{
  self->configs[MAIL_MODE_POP]->pop_keep = keep;
  if (days > 0)
    self->configs[MAIL_MODE_POP]->pop_keep_days = days;
}

void
mail_setup_set_offline (MailSetup *self, MailOffline offline, guint days)
{
  self->configs[MAIL_MODE_IMAP]->offline = offline;
  if (days > 0)
    self->configs[MAIL_MODE_IMAP]->offline_days = days;
}

typedef struct
{
  MailHome *home;
  MailAccountConfig *config;
} Naming;

static void
naming_free (gpointer data)
{
  Naming *naming = data;

  mail_home_free (naming->home);
  mail_account_config_free (naming->config);
  g_free (naming);
}

/* Reads the settings of removed accounts and opens the store of one. */
static void
choose_name_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Naming *naming = task_data;
  g_autofree char *base = g_strndup (naming->config->address, 48);

  g_strdelimit (base, "/", '_');
  g_free (naming->config->name);
  naming->config->name = mail_account_files_choose_name (naming->home, naming->config, base[0] == '.' ? "mail" : base);
  g_task_return_pointer (task, g_steal_pointer (&naming->config), (GDestroyNotify) mail_account_config_free);
}

void
mail_setup_dup_result_async (MailSetup *self, const MailHome *home, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Naming *naming = g_new0 (Naming, 1);

  naming->home = mail_home_copy (home);
  naming->config = mail_account_config_copy (self->configs[self->choice]);
  g_task_set_task_data (task, naming, naming_free);
  mail_thread_task_run (task, choose_name_thread);
}

MailAccountConfig *
mail_setup_dup_result_finish (MailSetup *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
notify_alert (MailSetup *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALERT]);
}

void
mail_setup_take_alerts (MailSetup *self, GPtrArray *texts)
{
  g_autoptr (GPtrArray) taken = texts;

  for (guint i = 0; taken != NULL && i < taken->len; i++)
    {
      const char *text = g_ptr_array_index (taken, i);

      if (self->alerts.length < ALERTS_MOST && g_hash_table_add (self->alerts_seen, g_strdup (text)))
        g_queue_push_tail (&self->alerts, g_strdup (text));
    }
  notify_alert (self);
}

void
mail_setup_dismiss_alert (MailSetup *self)
{
  g_free (g_queue_pop_head (&self->alerts));
  notify_alert (self);
}

static void
forget_alerts (MailSetup *self)
{
  g_queue_clear_full (&self->alerts, g_free);
  g_hash_table_remove_all (self->alerts_seen);
  notify_alert (self);
}

MailSetupStep
mail_setup_get_step (MailSetup *self)
{
  return self->step;
}

const MailProblem *
mail_setup_get_problem (MailSetup *self)
{
  return self->problem;
}

const char *
mail_setup_get_password (MailSetup *self)
{
  return self->password;
}

guint
mail_setup_get_n_tries (MailSetup *self)
{
  return self->tries->len;
}

const MailSetupTry *
mail_setup_get_try (MailSetup *self, guint index)
{
  return g_ptr_array_index (self->tries, index);
}

const MailProvider *
mail_setup_get_provider (MailSetup *self)
{
  return self->provider;
}

const MailAccountConfig *
mail_setup_get_config (MailSetup *self, MailMode mode)
{
  return self->configs[mode];
}

const MailFigures *
mail_setup_get_figures (MailSetup *self, MailMode mode)
{
  return self->figures[mode];
}

const char *
mail_setup_get_unavailable_reason (MailSetup *self, MailMode mode)
{
  return self->unavailable[mode];
}

MailMode
mail_setup_get_recommendation (MailSetup *self)
{
  return self->recommendation;
}

const char *
mail_setup_get_recommendation_reason (MailSetup *self)
{
  return self->reason;
}

MailMode
mail_setup_get_choice (MailSetup *self)
{
  return self->choice;
}

const MailCertificate *
mail_setup_get_certificate (MailSetup *self)
{
  return self->certificate;
}

static void
mail_setup_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  MailSetup *self = MAIL_SETUP (object);

  switch (id)
    {
    case PROP_STEP:
      g_value_set_int (value, self->step);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, self->busy);
      break;
    case PROP_PROBLEM:
      g_value_set_pointer (value, self->problem);
      break;
    case PROP_ALERT:
      if (self->alerts.length > 0)
        g_value_take_string (value, mail_words_alert (self->configs[0]->address, g_queue_peek_head (&self->alerts)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
mail_setup_finalize (GObject *object)
{
  MailSetup *self = MAIL_SETUP (object);

  for (guint kind = 0; kind < MAIL_SERVER_N_KINDS; kind++)
    search_clear (&self->searches[kind]);
  mail_setup_forget_figures (self);
  for (guint mode = 0; mode < MAIL_SETUP_N_MODES; mode++)
    mail_account_config_free (self->configs[mode]);
  mail_secret_free (self->password);
  mail_problem_free (self->problem);
  mail_certificate_free (self->certificate);
  g_free (self->certificate_host);
  g_hash_table_unref (self->pins);
  g_ptr_array_unref (self->tries);
  g_queue_clear_full (&self->alerts, g_free);
  g_hash_table_unref (self->alerts_seen);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (mail_setup_parent_class)->finalize (object);
}

static void
mail_setup_class_init (MailSetupClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = mail_setup_get_property;
  object_class->finalize = mail_setup_finalize;
  properties[PROP_STEP]
      = g_param_spec_int ("step", NULL, NULL, MAIL_SETUP_STEP_WHO, MAIL_SETUP_STEP_DONE, MAIL_SETUP_STEP_WHO, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_PROBLEM] = g_param_spec_pointer ("problem", NULL, NULL, flags);
  properties[PROP_ALERT] = g_param_spec_string ("alert", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  signals[TRY_CHANGED] = g_signal_new ("try-changed", MAIL_TYPE_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[TRIES_CLEARED] = g_signal_new ("tries-cleared", MAIL_TYPE_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

static void
mail_setup_init (MailSetup *self)
{
  self->tries = g_ptr_array_new_with_free_func ((GDestroyNotify) try_free);
  self->pins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->cancellable = g_cancellable_new ();
  self->alerts_seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->alerts);
  for (guint mode = 0; mode < MAIL_SETUP_N_MODES; mode++)
    self->configs[mode] = mail_account_config_new ("new");
}

MailSetup *
mail_setup_new (void)
{
  return g_object_new (MAIL_TYPE_SETUP, NULL);
}

gboolean
mail_setup_add_providers (const char *path, GError **error)
{
  return mail_provider_add_file (path, error);
}
