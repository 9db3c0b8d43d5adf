/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "discovery/probe.h"
#include "model/account-private.h"
#include "model/thread-task.h"

#define PROBE_SECONDS 10

static void
set_pin (MailAccount *self, gboolean outgoing, const char *fingerprint)
{
  g_autoptr (MailAccountConfig) config = mail_account_config_copy (self->config);
  MailEndpoint *endpoint = outgoing ? config->outgoing : config->incoming;

  g_free (endpoint->pin);
  endpoint->pin = g_strdup (fingerprint);
  mail_account_set_config (self, config);
}

void
mail_account_trust_certificate (MailAccount *self, const MailCertificate *certificate)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (certificate != NULL);

  set_pin (self, FALSE, certificate->fingerprint);
}

void
mail_account_trust_outgoing (MailAccount *self, const MailCertificate *certificate)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (certificate != NULL);

  set_pin (self, TRUE, certificate->fingerprint);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (MailProbe) probe = mail_probe_run (data, PROBE_SECONDS, cancellable);

  g_task_return_pointer (task, g_steal_pointer (&probe->certificate), (GDestroyNotify) mail_certificate_free);
}

void
mail_account_look_at_outgoing_async (MailAccount *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  if (self->config->outgoing->host == NULL)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  g_task_set_task_data (task, mail_candidate_new (MAIL_SERVER_SMTP, self->config->outgoing, MAIL_USER_FULL, "hand"),
                        (GDestroyNotify) mail_candidate_free);
  mail_thread_task_run (task, look_thread);
}

MailCertificate *
mail_account_look_at_outgoing_finish (MailAccount *self, GAsyncResult *result)
{
  const MailCandidate *asked = g_task_get_task_data (G_TASK (result));
  g_autoptr (MailCertificate) certificate = g_task_propagate_pointer (G_TASK (result), NULL);

  /* The account may be closed since, or have another server. */
  if (certificate == NULL || self->store == NULL || g_strcmp0 (asked->endpoint->host, self->config->outgoing->host) != 0)
    return NULL;
  if (g_strcmp0 (certificate->fingerprint, self->config->incoming->pin) != 0)
    return g_steal_pointer (&certificate);
  mail_account_trust_outgoing (self, certificate);
  return NULL;
}
