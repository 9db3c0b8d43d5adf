/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/setup-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/address.h"
#include "core/credentials.h"
#include "core/errors.h"
#include "discovery/discovery.h"
#include "model/setup-advice.h"
#include "sync/sync-check.h"

#define PROBE_SECONDS 10

static const MailServerKind kind_of_mode[MAIL_SETUP_N_MODES] = { MAIL_SERVER_IMAP, MAIL_SERVER_POP3 };
static const char *const kind_names[MAIL_SERVER_N_KINDS] = { "IMAP", "POP", "SMTP" };

typedef struct
{
  MailSetup *setup;
  GCancellable *work;
  MailMode mode;
  guint try;
  gint64 start;
  MailAccountConfig *config;
  MailCredentials *credentials;
  gboolean outgoing_wanted; /* also when no server for it is known */
  /* Set by the thread: */
  gboolean outgoing_failed;
  MailCertificate *certificate; /* when that is what failed */
  GPtrArray *alerts;            /* char * */
} SignInTask;

static void
sign_in_task_free (SignInTask *task)
{
  g_object_unref (task->setup);
  g_object_unref (task->work);
  mail_account_config_free (task->config);
  mail_credentials_free (task->credentials);
  mail_certificate_free (task->certificate);
  g_clear_pointer (&task->alerts, g_ptr_array_unref);
  g_free (task);
}

static SignInTask *
sign_in_task_new (MailSetup *self, MailMode mode)
{
  SignInTask *task = g_new0 (SignInTask, 1);

  task->setup = g_object_ref (self);
  task->work = g_object_ref (self->cancellable);
  task->mode = mode;
  task->start = g_get_monotonic_time ();
  task->config = mail_account_config_copy (self->configs[mode]);
  /* Whoever left the field empty wants to read only. */
  task->outgoing_wanted = task->config->outgoing->host != NULL || !self->by_hand;
  task->credentials = mail_credentials_new_password (task->config->user, self->password);
  return task;
}

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static void
finish_measuring (MailSetup *self)
{
  const GError *failure = self->failures[MAIL_MODE_IMAP] != NULL ? self->failures[MAIL_MODE_IMAP]
                                                                 : self->failures[MAIL_MODE_POP];
  MailMode mode = self->failures[MAIL_MODE_IMAP] != NULL ? MAIL_MODE_IMAP : MAIL_MODE_POP;

  mail_setup_set_busy (self, FALSE);
  if (self->figures[MAIL_MODE_IMAP] == NULL && self->figures[MAIL_MODE_POP] == NULL)
    {
      mail_setup_set_problem (self, failure, self->configs[mode]->incoming->host, NULL);
      return;
    }
  self->recommendation
      = mail_setup_advise (self->figures[MAIL_MODE_IMAP], self->figures[MAIL_MODE_POP], &self->reason);
  self->choice = self->has_preference && self->figures[self->preference] != NULL ? self->preference : self->recommendation;
  mail_setup_set_step (self, MAIL_SETUP_STEP_CHOICE);
}

static void
measure_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SignInTask *sign_in = data;
  g_autoptr (MailEngine) engine = mail_engine_new (sign_in->config, NULL);
  g_autoptr (MailFigures) figures = g_new0 (MailFigures, 1);
  g_autoptr (GError) error = NULL;
  gboolean good;

  (void) source;
  good = mail_engine_open (engine, sign_in->credentials, cancellable, &error)
         && mail_engine_measure (engine, figures, cancellable, &error);
  mail_engine_close (engine);
  sign_in->alerts = mail_engine_take_alerts (engine);
  if (good)
    g_task_return_pointer (task, g_steal_pointer (&figures), (GDestroyNotify) mail_figures_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
measured_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SignInTask *task = data;
  MailSetup *self = task->setup;
  g_autoptr (GError) error = NULL;
  g_autoptr (MailFigures) figures = g_task_propagate_pointer (G_TASK (result), &error);

  (void) source;
  if (task->work == self->cancellable)
    {
      g_autofree char *words = NULL;

      mail_setup_take_alerts (self, g_steal_pointer (&task->alerts));
      if (figures != NULL)
        words = mail_setup_describe_figures (figures, task->mode);
      else
        {
          g_autoptr (MailProblem) problem = mail_problem_new_from_error (
              error, task->config->address, task->config->incoming->host, MAIL_PROBLEM_RADIUS_ACCOUNT);

          words = g_strdup (problem != NULL ? problem->summary : "");
          self->unavailable[task->mode] = g_strdup (words);
          self->failures[task->mode] = g_steal_pointer (&error);
        }
      mail_setup_end_try (self, task->try, figures != NULL ? MAIL_TRY_GOOD : MAIL_TRY_BAD, words, seconds_since (task->start));
      self->figures[task->mode] = g_steal_pointer (&figures);
      if (--self->measuring == 0)
        finish_measuring (self);
    }
  sign_in_task_free (task);
}

static void
start_measuring (MailSetup *self, MailMode mode)
{
  SignInTask *data = sign_in_task_new (self, mode);
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, measured_cb, data);

  self->measuring++;
  data->try = mail_setup_add_try (self, g_strdup_printf (_ ("Signing in by %s"), kind_names[kind_of_mode[mode]]));
  g_task_set_task_data (task, data, NULL);
  g_task_run_in_thread (task, measure_thread);
}

static void
take_endpoint (MailEndpoint **place, const MailCandidate *candidate)
{
  if (candidate == NULL)
    return;
  mail_endpoint_free (*place);
  *place = mail_endpoint_copy (candidate->endpoint);
}

static void
take_user (MailSetup *self, MailMode mode, const MailCandidate *candidate)
{
  MailAccountConfig *config = self->configs[mode];
  g_autofree char *user = NULL;

  if (self->by_hand || candidate == NULL)
    return;
  user = mail_discovery_user_name (config->address, candidate->user_form);
  /* A provider with user ids of its own: the address is the best guess until the person says otherwise. */
  g_free (config->user);
  config->user = user != NULL ? g_steal_pointer (&user) : g_strdup (config->address);
}

/* (nullable): a probe of one kind of server that only failed for its certificate. */
static const MailProbe *
find_untrusted (MailSetup *self, MailServerKind kind)
{
  for (guint i = 0; i < self->searches[kind].probes->len; i++)
    {
      const MailProbe *probe = g_ptr_array_index (self->searches[kind].probes, i);

      if (probe != NULL && probe->certificate != NULL)
        return probe;
    }
  return NULL;
}

static void
report_nothing_found (MailSetup *self)
{
  const MailProbe *untrusted = find_untrusted (self, MAIL_SERVER_IMAP);
  g_autoptr (GError) error = NULL;

  if (untrusted == NULL)
    untrusted = find_untrusted (self, MAIL_SERVER_POP3);
  mail_setup_set_busy (self, FALSE);
  if (untrusted != NULL)
    {
      mail_setup_set_problem (self, untrusted->error, untrusted->candidate->endpoint->host, untrusted->certificate);
      return;
    }
  error = g_error_new_literal (MAIL_ERROR, MAIL_ERROR_HOST_NOT_FOUND, "No IMAP or POP server answered");
  mail_setup_set_problem (self, error, mail_address_get_domain (self->configs[0]->address), NULL);
  mail_setup_set_step (self, MAIL_SETUP_STEP_SERVERS);
}

/* (nullable): where mail is to be sent. When none is usable, still the one whose certificate failed or that the table names,
 * so that the check says what is wrong with it; a mere guess would accuse a server that may not exist. */
static const MailCandidate *
find_outgoing (MailSetup *self)
{
  const MailSetupSearch *search = &self->searches[MAIL_SERVER_SMTP];
  const MailProbe *probe = find_untrusted (self, MAIL_SERVER_SMTP);

  if (search->best != NULL)
    return search->best;
  if (probe == NULL && self->provider != NULL && search->probes->len > 0)
    probe = g_ptr_array_index (search->probes, 0);
  return probe != NULL ? probe->candidate : NULL;
}

/* (transfer full): why a mode whose servers are not usable cannot be chosen. */
static char *
describe_unavailable (MailSetup *self, MailMode mode)
{
  const MailProbe *untrusted = find_untrusted (self, kind_of_mode[mode]);

  if (untrusted != NULL)
    return g_strdup_printf (_ ("The certificate of %s cannot be trusted."), untrusted->candidate->endpoint->host);
  return g_strdup (mode == MAIL_MODE_POP ? _ ("No POP server answers for this mailbox.")
                                         : _ ("No IMAP server answers for this mailbox."));
}

/* Takes the best servers over and signs in by each protocol that answers. */
static void
finish_search (MailSetup *self)
{
  const MailCandidate *outgoing = find_outgoing (self);
  gboolean any = FALSE;

  for (guint mode = 0; mode < MAIL_SETUP_N_MODES; mode++)
    {
      const MailCandidate *best = self->searches[kind_of_mode[mode]].best;
      MailAccountConfig *config = self->configs[mode];

      take_endpoint (&config->incoming, best);
      take_endpoint (&config->outgoing, outgoing);
      take_user (self, mode, best);
      if (outgoing != NULL && !self->by_hand)
        {
          g_free (config->outgoing_user);
          config->outgoing_user = mail_discovery_user_name (config->address, outgoing->user_form);
        }
      if (best == NULL)
        self->unavailable[mode] = describe_unavailable (self, mode);
      else
        any = TRUE;
    }
  if (!any)
    {
      report_nothing_found (self);
      return;
    }
  for (guint mode = 0; mode < MAIL_SETUP_N_MODES; mode++)
    if (self->searches[kind_of_mode[mode]].best != NULL)
      start_measuring (self, mode);
}

typedef struct
{
  MailSetup *setup;
  GCancellable *work; /* setup->cancellable when this began */
  MailServerKind kind;
  guint index;        /* of the candidate */
  guint try;
  MailCandidate *candidate;
} ProbeTask;

static void
probe_task_free (ProbeTask *task)
{
  g_object_unref (task->setup);
  g_object_unref (task->work);
  mail_candidate_free (task->candidate);
  g_free (task);
}

static void start_probe (MailSetup *self, const MailCandidate *candidate, guint index);

static void
start_probes (MailSetup *self, MailServerKind kind, const GPtrArray *candidates)
{
  GPtrArray *probes = self->searches[kind].probes;
  guint first = probes->len;

  g_ptr_array_set_size (probes, (int) (first + candidates->len));
  for (guint i = 0; i < candidates->len; i++)
    start_probe (self, g_ptr_array_index (candidates, i), first + i);
}

/* Whether the servers of a provider's row, of which none is usable, let others be looked for. Not where one is there and only
 * its certificate cannot be trusted: that is for the person to judge. */
static gboolean
may_guess (MailSetup *self, const MailSetupSearch *search)
{
  if (self->by_hand || self->provider == NULL || search->guessed)
    return FALSE;
  for (guint i = 0; i < search->probes->len; i++)
    if (((const MailProbe *) g_ptr_array_index (search->probes, i))->certificate != NULL)
      return FALSE;
  return TRUE;
}

/* FALSE: there is nothing to guess. */
static gboolean
start_guesses (MailSetup *self, MailServerKind kind)
{
  const char *domain = mail_address_get_domain (self->configs[0]->address);
  g_autoptr (GPtrArray) guesses = mail_discovery_get_guesses (self->provider, domain, kind);

  self->searches[kind].guessed = TRUE;
  start_probes (self, kind, guesses);
  return guesses->len > 0;
}

static void
probe_thread (GTask *gtask, gpointer source, gpointer data, GCancellable *cancellable)
{
  ProbeTask *task = data;

  (void) source;
  g_task_return_pointer (gtask, mail_probe_run (task->candidate, PROBE_SECONDS, cancellable),
                         (GDestroyNotify) mail_probe_free);
}

/* Decides when the best candidate that can still win has won, or none is left. */
static void
decide (MailSetup *self, MailServerKind kind)
{
  MailSetupSearch *search = &self->searches[kind];

  for (guint i = 0; i < search->probes->len && search->best == NULL; i++)
    {
      const MailProbe *probe = g_ptr_array_index (search->probes, i);

      if (probe == NULL)
        return; /* a better one may still answer */
      if (probe->usable)
        search->best = mail_candidate_copy (probe->candidate);
    }
  if (search->best == NULL && may_guess (self, search) && start_guesses (self, kind))
    return;
  search->decided = TRUE;
  g_cancellable_cancel (search->cancellable);

  for (guint k = 0; k < MAIL_SERVER_N_KINDS; k++)
    if (!self->searches[k].decided)
      return;
  finish_search (self);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ProbeTask *task = data;
  MailSetup *self = task->setup;
  MailProbe *probe = g_task_propagate_pointer (G_TASK (result), NULL);

  (void) source;
  if (task->work != self->cancellable)
    mail_probe_free (probe);
  else
    {
      MailSetupSearch *search = &self->searches[task->kind];
      gboolean dropped = mail_error_is_cancelled (probe->error);
      g_autofree char *words = mail_probe_describe (probe);

      mail_setup_end_try (self, task->try, probe->usable ? MAIL_TRY_GOOD : dropped ? MAIL_TRY_SKIPPED : MAIL_TRY_BAD, words,
               probe->seconds);
      search->probes->pdata[task->index] = probe;
      if (!search->decided)
        decide (self, task->kind);
    }
  probe_task_free (task);
}

static void
start_probe (MailSetup *self, const MailCandidate *candidate, guint index)
{
  ProbeTask *data = g_new0 (ProbeTask, 1);
  const char *pin = g_hash_table_lookup (self->pins, candidate->endpoint->host);
  g_autoptr (GTask) task = NULL;

  data->setup = g_object_ref (self);
  data->work = g_object_ref (self->cancellable);
  data->kind = candidate->kind;
  data->index = index;
  data->candidate = mail_candidate_copy (candidate);
  if (pin != NULL)
    {
      g_free (data->candidate->endpoint->pin);
      data->candidate->endpoint->pin = g_strdup (pin);
    }
  /* Translators: protocol, server, port. */
  data->try = mail_setup_add_try (self, g_strdup_printf (_ ("%s at %s, port %u"), kind_names[candidate->kind],
                                              candidate->endpoint->host, candidate->endpoint->port));

  task = g_task_new (NULL, self->searches[candidate->kind].cancellable, probed_cb, data);
  /* The probe answers for itself when it is cancelled: what it learnt is a line of the list. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, data, NULL);
  g_task_run_in_thread (task, probe_thread);
}

/* (transfer full): what the fields say of one kind. */
static GPtrArray *
candidates_by_hand (MailSetup *self, MailServerKind kind)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_candidate_free);
  const MailEndpoint *endpoint = kind == MAIL_SERVER_SMTP   ? self->configs[MAIL_MODE_IMAP]->outgoing
                                 : kind == MAIL_SERVER_IMAP ? self->configs[MAIL_MODE_IMAP]->incoming
                                                            : self->configs[MAIL_MODE_POP]->incoming;

  if (endpoint->host != NULL)
    g_ptr_array_add (list, mail_candidate_new (kind, endpoint, MAIL_USER_FULL, "hand"));
  return list;
}

static void
start_search (MailSetup *self)
{
  const char *domain = mail_address_get_domain (self->configs[0]->address);
  GPtrArray *lists[MAIL_SERVER_N_KINDS];

  for (guint kind = 0; kind < MAIL_SERVER_N_KINDS; kind++)
    {
      MailSetupSearch *search = &self->searches[kind];

      lists[kind] = self->by_hand ? candidates_by_hand (self, kind)
                                  : mail_discovery_get_candidates (self->provider, domain, kind);
      search->probes = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_probe_free);
      search->cancellable = g_cancellable_new ();
      search->decided = lists[kind]->len == 0;
    }
  for (guint kind = 0; kind < MAIL_SERVER_N_KINDS; kind++)
    {
      start_probes (self, kind, lists[kind]);
      g_ptr_array_unref (lists[kind]);
    }
  if (self->searches[0].decided && self->searches[1].decided && self->searches[2].decided)
    finish_search (self);
}

typedef struct
{
  MailSetup *setup;
  GCancellable *work;
  guint try;
} ExchangerTask;

static void
exchanger_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  (void) source;
  g_task_return_pointer (task, (gpointer) mail_provider_find_by_mx (data, cancellable), NULL);
}

static void
exchanger_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ExchangerTask *task = data;
  MailSetup *self = task->setup;
  const MailProvider *provider = g_task_propagate_pointer (G_TASK (result), NULL);

  (void) source;
  if (task->work == self->cancellable)
    {
      self->provider = provider;
      mail_setup_end_try (self, task->try, provider != NULL ? MAIL_TRY_GOOD : MAIL_TRY_BAD,
               provider != NULL ? provider->name : _ ("not a provider that Missiva knows"), 0);
      start_search (self);
    }
  g_object_unref (self);
  g_object_unref (task->work);
  g_free (task);
}

static void
ask_exchangers (MailSetup *self, const char *domain)
{
  ExchangerTask *data = g_new0 (ExchangerTask, 1);
  g_autoptr (GTask) task = NULL;

  data->setup = g_object_ref (self);
  data->work = g_object_ref (self->cancellable);
  data->try = mail_setup_add_try (self, g_strdup_printf (_ ("Who receives mail for %s"), domain));
  task = g_task_new (NULL, self->cancellable, exchanger_cb, data);
  g_task_set_task_data (task, g_strdup (domain), g_free);
  g_task_run_in_thread (task, exchanger_thread);
}

void
mail_setup_look (MailSetup *self)
{
  const char *domain = mail_address_get_domain (self->configs[0]->address);

  mail_setup_stop_work (self);
  mail_setup_clear_problem (self);
  mail_setup_forget_figures (self);
  mail_setup_clear_tries (self);
  mail_setup_set_step (self, MAIL_SETUP_STEP_LOOKING);
  mail_setup_set_busy (self, TRUE);

  if (self->by_hand)
    {
      start_search (self);
      return;
    }
  self->provider = mail_provider_find (domain);
  if (self->provider == NULL)
    {
      ask_exchangers (self, domain);
      return;
    }
  mail_setup_end_try (self, mail_setup_add_try (self, g_strdup_printf (_ ("What Missiva knows of %s"), domain)), MAIL_TRY_GOOD,
           self->provider->name, 0);
  if (self->provider->sign_in == MAIL_SIGN_IN_OAUTH)
    {
      g_autoptr (GError) error = g_error_new_literal (MAIL_ERROR, MAIL_ERROR_OAUTH_ONLY, "it accepts sign-in by OAuth only");

      mail_setup_set_busy (self, FALSE);
      mail_setup_set_problem (self, error, self->provider->name, NULL);
      return;
    }
  start_search (self);
}

static gboolean
check_outgoing (const SignInTask *check, GCancellable *cancellable, GError **error)
{
  if (!check->outgoing_wanted)
    return TRUE;
  if (check->config->outgoing->host != NULL)
    return mail_sync_check_outgoing (check->config, check->credentials, cancellable, error);
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_HOST_NOT_FOUND, "No SMTP server answered");
  return FALSE;
}

static void
check_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SignInTask *check = data;
  g_autoptr (MailEngine) engine = mail_engine_new (check->config, NULL);
  g_autoptr (GError) error = NULL;
  gboolean good;

  (void) source;
  good = mail_engine_open (engine, check->credentials, cancellable, &error);
  mail_engine_close (engine);
  check->alerts = mail_engine_take_alerts (engine);
  if (!good)
    {
      check->certificate = mail_sync_dup_failed_certificate ();
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (!check_outgoing (check, cancellable, &error))
    {
      check->outgoing_failed = TRUE;
      check->certificate = mail_sync_dup_failed_certificate ();
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_boolean (task, TRUE);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SignInTask *task = data;
  MailSetup *self = task->setup;
  g_autoptr (GError) error = NULL;
  gboolean good = g_task_propagate_boolean (G_TASK (result), &error);

  (void) source;
  if (task->work == self->cancellable)
    {
      const MailEndpoint *endpoint = task->outgoing_failed ? task->config->outgoing : task->config->incoming;
      gboolean untrusted = g_error_matches (error, MAIL_ERROR, MAIL_ERROR_CERTIFICATE)
                           || g_error_matches (error, MAIL_ERROR, MAIL_ERROR_PIN_CHANGED);

      mail_setup_take_alerts (self, g_steal_pointer (&task->alerts));
      mail_setup_set_busy (self, FALSE);
      self->outgoing_failed = task->outgoing_failed;
      if (good)
        mail_setup_set_step (self, MAIL_SETUP_STEP_DONE);
      else
        /* Translators: in the place of a server's name, as in “the server … cannot be found”. */
        mail_setup_set_problem (self, error, endpoint->host != NULL ? endpoint->host : _ ("for outgoing mail"),
                                untrusted ? task->certificate : NULL);
    }
  sign_in_task_free (task);
}

void
mail_setup_check (MailSetup *self)
{
  SignInTask *data;
  g_autoptr (GTask) task = NULL;

  mail_setup_stop_work (self);
  mail_setup_clear_problem (self);
  self->outgoing_failed = FALSE;
  data = sign_in_task_new (self, self->choice);
  mail_setup_set_step (self, MAIL_SETUP_STEP_CHECKING);
  mail_setup_set_busy (self, TRUE);
  task = g_task_new (NULL, self->cancellable, checked_cb, data);
  g_task_set_task_data (task, data, NULL);
  g_task_run_in_thread (task, check_thread);
}

gboolean
mail_setup_can_skip_outgoing (MailSetup *self)
{
  return self->step == MAIL_SETUP_STEP_CHECKING && !self->busy && self->outgoing_failed;
}

void
mail_setup_skip_outgoing (MailSetup *self)
{
  g_return_if_fail (mail_setup_can_skip_outgoing (self));

  for (guint mode = 0; mode < MAIL_SETUP_N_MODES; mode++)
    g_clear_pointer (&self->configs[mode]->outgoing->host, g_free);
  mail_setup_clear_problem (self);
  mail_setup_set_step (self, MAIL_SETUP_STEP_DONE);
}

