/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/sync-check.h"

#include "core/errors.h"
#include "net/connection.h"
#include "net/wire-log.h"
#include "smtp/smtp-session.h"

gboolean
mail_sync_check_outgoing (const MailAccountConfig *config,
                          const MailCredentials *credentials,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (MailCredentials) own = NULL;
  MailSmtpSession *session;

  if (config->outgoing->host == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "Account “%s” has no outgoing server", config->name);
      return FALSE;
    }
  own = mail_credentials_copy (credentials);
  if (config->outgoing_user != NULL)
    {
      g_free (own->user);
      own->user = g_strdup (config->outgoing_user);
    }
  session = mail_smtp_session_open (config->outgoing, own, cancellable, error);
  mail_smtp_session_close (session);
  return session != NULL;
}

MailCertificate *
mail_sync_dup_failed_certificate (void)
{
  return mail_connection_dup_failed_certificate ();
}

gboolean
mail_sync_start_wire_log (const char *path, GError **error)
{
  return mail_wire_log_start (path, error);
}
