/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/session-dialogue.h"

#include <string.h>

#include "core/errors.h"

SessionDialogue *
session_dialogue_new (const char *name, MailSecurity security, MailCredentials *credentials)
{
  g_autofree char *file = g_strconcat (name, ".txt", NULL);
  SessionDialogue *dialogue = g_new0 (SessionDialogue, 1);

  g_test_message ("%s", file);
  dialogue->server = scripted_server_new_from_file (file);
  dialogue->endpoint = scripted_server_new_endpoint (dialogue->server, security);
  dialogue->credentials = credentials;
  return dialogue;
}

static gboolean
tells (const GError *error, const char *secret)
{
  return secret != NULL && strstr (error->message, secret) != NULL;
}

void
session_dialogue_check (const SessionDialogue *dialogue, gconstpointer session, int code)
{
  if (code == SESSION_OPENS)
    {
      g_assert_no_error (dialogue->error);
      g_assert_nonnull (session);
      return;
    }
  g_assert_null (session);
  g_assert_error (dialogue->error, MAIL_ERROR, code);
  if (dialogue->credentials != NULL)
    {
      g_assert_false (tells (dialogue->error, dialogue->credentials->password));
      g_assert_false (tells (dialogue->error, dialogue->credentials->token));
    }
}

void
session_dialogue_finish (SessionDialogue *dialogue)
{
  scripted_server_finish (dialogue->server);
  mail_endpoint_free (dialogue->endpoint);
  mail_credentials_free (dialogue->credentials);
  g_clear_error (&dialogue->error);
  g_free (dialogue);
}
