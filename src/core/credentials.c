/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/credentials.h"

#include <string.h>

static MailCredentials *
new_credentials (const char *user, const char *password, const char *token)
{
  MailCredentials *self = g_new0 (MailCredentials, 1);

  self->user = g_strdup (user);
  self->password = g_strdup (password);
  self->token = g_strdup (token);
  return self;
}

MailCredentials *
mail_credentials_new_password (const char *user, const char *password)
{
  return new_credentials (user, password, NULL);
}

MailCredentials *
mail_credentials_new_token (const char *user, const char *token)
{
  return new_credentials (user, NULL, token);
}

MailCredentials *
mail_credentials_copy (const MailCredentials *credentials)
{
  return new_credentials (credentials->user, credentials->password, credentials->token);
}

void
mail_credentials_free (MailCredentials *credentials)
{
  if (credentials == NULL)
    return;
  g_free (credentials->user);
  mail_secret_free (credentials->password);
  mail_secret_free (credentials->token);
  g_free (credentials);
}

void
mail_secret_free (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}
