/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include <string.h>

#include "core/errors.h"
#include "core/server-text.h"
#include "imap/imap-quirks.h"
#include "net/sasl.h"

/* Nothing that arrived before TLS is believed (promise 5): after STARTTLS machine, capabilities and alerts begin anew. */

static gboolean
read_greeting (MailImapSession *self, MailImapCall *call, gboolean *signed_in, GError **error)
{
  g_auto (MailImapResponse) response = { 0 };
  guint command;
  MailImapStep step = mail_imap_session_step (self, call, &response, &command, error);

  if (step == MAIL_IMAP_STEP_ERROR)
    return FALSE;
  if (step == MAIL_IMAP_STEP_DATA && response.kind == MAIL_IMAP_RESPONSE_UNTAGGED
      && (response.condition == MAIL_IMAP_OK || response.condition == MAIL_IMAP_PREAUTH))
    {
      *signed_in = response.condition == MAIL_IMAP_PREAUTH;
      self->quirks |= mail_imap_quirks_of_server (response.text);
      return TRUE;
    }
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "the server does not greet in IMAP");
  return FALSE;
}

static gboolean
start_tls (MailImapSession *self, MailImapCall *call, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_writer_new ("STARTTLS", 0, FALSE);
  g_auto (MailImapResponse) result = { 0 };
  guint number = mail_imap_session_submit (self, command, error);

  if (!mail_imap_session_wait (self, number, call, &result, error))
    return FALSE;
  if (result.condition != MAIL_IMAP_OK)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE, "the server refuses STARTTLS: %s", result.text);
      return FALSE;
    }
  if (!mail_connection_start_tls (self->connection, mail_imap_machine_get_buffered (self->machine),
                                  call->cancellable, error))
    return FALSE;
  mail_imap_machine_free (self->machine);
  self->machine = mail_imap_machine_new (&mail_imap_default_limits);
  mail_imap_session_set_capabilities (self, NULL);
  self->distrusted = FALSE;
  self->news = (MailImapNews) { 0 };
  return TRUE;
}

static gboolean
ask_capabilities (MailImapSession *self, MailImapCall *call, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_writer_new ("CAPABILITY", 0, FALSE);

  if (self->capability_names != NULL)
    return TRUE;
  if (!mail_imap_session_run (self, command, "CAPABILITY", call, NULL, error))
    return FALSE;
  if (self->capability_names != NULL)
    return TRUE;
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "the server does not tell its capabilities");
  return FALSE;
}

/* The error that a refused sign-in stands for (RFC 5530). */
static void
set_refusal (const MailImapResponse *result, const MailCredentials *credentials, GError **error)
{
  /* Some servers repeat in their answer what they were sent. */
  gboolean tells = credentials->password != NULL && strstr (result->text, credentials->password) != NULL;
  MailErrorCode code = MAIL_ERROR_SIGN_IN;

  if (mail_imap_quirk_is_temporary (result))
    code = MAIL_ERROR_BUSY;
  else if (result->code == MAIL_IMAP_CODE_CONTACTADMIN || result->code == MAIL_IMAP_CODE_CORRUPTION)
    code = MAIL_ERROR_REFUSED;
  else if (result->code == MAIL_IMAP_CODE_OVERQUOTA)
    code = MAIL_ERROR_OVER_QUOTA;
  else if (result->code == MAIL_IMAP_CODE_PRIVACYREQUIRED)
    code = MAIL_ERROR_INSECURE;
  g_set_error (error, MAIL_ERROR, (gint) code, "sign-in refused: %s", tells ? "…" : result->text);
  mail_imap_quirk_note (result, error);
}

static char *
encode (GBytes *bytes)
{
  gsize size;
  const guchar *data = g_bytes_get_data (bytes, &size);

  return g_base64_encode (data, size);
}

static void
send_answer (MailImapSession *self, const char *text)
{
  char *line = g_strconcat (text, "\r\n", NULL);
  g_autoptr (GBytes) data = g_bytes_new_with_free_func (line, strlen (line), (GDestroyNotify) mail_secret_free, line);

  mail_imap_machine_continue (self->machine, data, TRUE, TRUE);
}

/* One "+": the answer to its challenge, or "*" to give up, with *@failed telling why. */
static void
answer_challenge (MailImapSession *self, MailSasl *sasl, const char *text, GError **failed)
{
  gsize size = 0;
  guchar *decoded = g_base64_decode (text, &size);
  g_autoptr (GBytes) challenge = g_bytes_new_take (decoded, size);
  g_autoptr (GBytes) answer = *failed == NULL ? mail_sasl_step (sasl, challenge, failed) : NULL;
  char *encoded = answer != NULL ? encode (answer) : NULL;

  send_answer (self, encoded != NULL ? encoded : "*");
  mail_secret_free (encoded);
}

static gboolean
submit_authenticate (MailImapSession *self, MailSasl *sasl, guint *number, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "AUTHENTICATE ");

  mail_imap_writer_add (command, mail_sasl_get_mechanism (sasl));
  if (mail_sasl_has_initial_response (sasl) && mail_imap_session_use (self, MAIL_IMAP_CAP_SASL_IR))
    {
      g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
      g_autoptr (GBytes) first = mail_sasl_step (sasl, nothing, error);
      char *encoded;

      if (first == NULL)
        return FALSE;
      encoded = encode (first);
      mail_imap_writer_set_secret (command);
      mail_imap_writer_add (command, " ");
      mail_imap_writer_add (command, encoded[0] != '\0' ? encoded : "=");
      mail_secret_free (encoded);
    }
  mail_imap_writer_set_continued (command);
  *number = mail_imap_session_submit (self, command, error);
  return *number != 0;
}

/* One mechanism. TRUE with the server's verdict in @result. */
static gboolean
authenticate (MailImapSession *self, MailSasl *sasl, MailImapCall *call, MailImapResponse *result, GError **error)
{
  g_autoptr (GError) failed = NULL;
  guint number;
  guint ended;

  if (!submit_authenticate (self, sasl, &number, error))
    return FALSE;
  while (TRUE)
    {
      MailImapStep step = mail_imap_session_step (self, call, result, &ended, error);

      if (step == MAIL_IMAP_STEP_ERROR)
        return FALSE;
      if (step == MAIL_IMAP_STEP_CONTINUE)
        answer_challenge (self, sasl, result->text, &failed);
      if (step == MAIL_IMAP_STEP_DONE)
        break;
    }
  if (failed != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  return result->condition != MAIL_IMAP_OK || mail_sasl_finish (sasl, error);
}

static gboolean
login (MailImapSession *self,
       const MailCredentials *credentials,
       gboolean allowed,
       MailImapCall *call,
       MailImapResponse *result,
       GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "LOGIN ");
  guint number;

  if (!allowed || credentials->password == NULL)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "the server offers no way to sign in");
      return FALSE;
    }
  mail_imap_writer_set_secret (command);
  mail_imap_writer_add_string (command, credentials->user);
  mail_imap_writer_add (command, " ");
  mail_imap_writer_add_string (command, credentials->password);
  number = mail_imap_session_submit (self, command, error);
  return number != 0 && mail_imap_session_wait (self, number, call, result, error);
}

/* (transfer full): the mechanisms of the AUTH= capabilities. */
static GStrv
offered_mechanisms (const MailImapSession *self)
{
  g_autoptr (GStrvBuilder) offered = g_strv_builder_new ();

  for (guint i = 0; self->capability_names[i] != NULL; i++)
    if (g_ascii_strncasecmp (self->capability_names[i], "AUTH=", 5) == 0)
      g_strv_builder_add (offered, self->capability_names[i] + 5);
  return g_strv_builder_end (offered);
}

/* Whether the account, and not the mechanism, is what the server speaks of: the same for every mechanism (RFC 5530). */
static gboolean
is_final (const MailImapResponse *result)
{
  return mail_imap_quirk_is_temporary (result)
         || (result->code != MAIL_IMAP_CODE_NONE && result->code != MAIL_IMAP_CODE_CANNOT
             && result->code != MAIL_IMAP_CODE_AUTHENTICATIONFAILED);
}

/* The strongest mechanism, else LOGIN; and a second way as mail_sasl_get_tried() says. */
static gboolean
prove (MailImapSession *self,
       const MailEndpoint *endpoint,
       const MailCredentials *credentials,
       MailImapCall *call,
       GError **error)
{
  g_auto (GStrv) offered = offered_mechanisms (self);
  gboolean may_login = !mail_imap_session_has (self, "LOGINDISABLED");
  gboolean secure = mail_connection_is_secure (self->connection);
  const char *const *tried = NULL;
  g_auto (MailImapResponse) result = { 0 };

  while (TRUE)
    {
      g_autoptr (MailSasl) sasl = mail_sasl_new ((const char *const *) offered, tried, credentials, endpoint->host,
                                                 endpoint->port, secure);

      if (sasl == NULL && tried != NULL)
        break;
      /* What the server offers changes with sign-in. */
      g_clear_pointer (&self->capability_names, g_strfreev);
      if (sasl != NULL ? !authenticate (self, sasl, call, &result, error)
                       : !login (self, credentials, may_login, call, &result, error))
        return FALSE;
      if (result.condition == MAIL_IMAP_OK)
        return TRUE;
      if (sasl == NULL || is_final (&result))
        break;
      tried = mail_sasl_get_tried (sasl, secure);
    }
  set_refusal (&result, credentials, error);
  return FALSE;
}

/* What the server enabled, as far as it concerns us. */
static MailImapCaps
take_enabled (MailImapSession *self, const char *const *words)
{
  MailImapCaps enabled = 0;

  for (guint i = 0; words[i] != NULL; i++)
    enabled |= mail_imap_capability_find (words[i]);
  self->utf8 |= (enabled & (MAIL_IMAP_CAP_UTF8_ACCEPT | MAIL_IMAP_CAP_IMAP4REV2)) != 0;
  self->literal_utf8 |= (enabled & MAIL_IMAP_CAP_UTF8_ACCEPT) != 0;
  self->rev2 |= (enabled & MAIL_IMAP_CAP_IMAP4REV2) != 0;
  self->uid_only |= (enabled & MAIL_IMAP_CAP_UIDONLY) != 0;
  mail_imap_session_note_used (self, enabled & (MAIL_IMAP_CAP_UTF8_ACCEPT | MAIL_IMAP_CAP_IMAP4REV2 | MAIL_IMAP_CAP_UIDONLY));
  mail_imap_machine_set_utf8 (self->machine, self->utf8);
  return enabled;
}

#define SERVER_NAME_MOST 80

/* "name" and "version" of ID's pairs. */
static void
take_server_name (MailImapSession *self, const char *const *pairs)
{
  const char *name = NULL;
  const char *version = NULL;
  g_autofree char *both = NULL;

  for (guint i = 0; pairs != NULL && pairs[i] != NULL && pairs[i + 1] != NULL; i += 2)
    if (g_str_equal (pairs[i], "name"))
      name = pairs[i + 1];
    else if (g_str_equal (pairs[i], "version"))
      version = pairs[i + 1];
  if (name == NULL || name[0] == '\0')
    return;
  self->quirks |= mail_imap_quirks_of_server (name);
  both = g_strjoin (" ", name, version, NULL);
  g_free (self->server_name);
  self->server_name = mail_server_text_clean (both, strlen (both), SERVER_NAME_MOST);
}

static gboolean
settle_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  MailImapCaps *enabled = user_data;

  if (response->kind == MAIL_IMAP_RESPONSE_NAMESPACE)
    {
      g_clear_pointer (&self->namespaces, g_ptr_array_unref);
      self->namespaces = g_steal_pointer (&response->namespaces);
    }
  else if (response->kind == MAIL_IMAP_RESPONSE_ID)
    take_server_name (self, (const char *const *) response->words);
  else if (response->kind == MAIL_IMAP_RESPONSE_ENABLED)
    *enabled |= take_enabled (self, (const char *const *) response->words);
  return TRUE;
}

static guint
submit_text (MailImapSession *self, const char *command)
{
  g_autoptr (MailImapWriter) writer = mail_imap_session_command (self, command);

  return mail_imap_session_submit (self, writer, NULL);
}

static guint
submit_enable (MailImapSession *self)
{
  g_autoptr (GString) command = g_string_new ("ENABLE");

  if (self->caps & MAIL_IMAP_CAP_QRESYNC)
    g_string_append (command, " QRESYNC");
  else if (self->caps & MAIL_IMAP_CAP_CONDSTORE)
    g_string_append (command, " CONDSTORE");
  if (self->caps & MAIL_IMAP_CAP_UTF8_ACCEPT)
    g_string_append (command, " UTF8=ACCEPT");
  if (self->caps & MAIL_IMAP_CAP_IMAP4REV2 && mail_imap_session_has (self, "IMAP4rev1"))
    g_string_append (command, " IMAP4rev2");
  if (self->caps & MAIL_IMAP_CAP_UIDONLY)
    g_string_append (command, " UIDONLY");
  if (strchr (command->str, ' ') == NULL)
    return 0;
  mail_imap_session_note_used (self, MAIL_IMAP_CAP_ENABLE);
  return submit_text (self, command->str);
}

/* What works only where it was enabled. */
#define ENABLED_ONLY (MAIL_IMAP_CAP_QRESYNC | MAIL_IMAP_CAP_UIDONLY)

/* ID, ENABLE and NAMESPACE in one round trip; none of them is needed, so none may fail the session. */
static gboolean
settle (MailImapSession *self, GCancellable *cancellable, GError **error)
{
  MailImapCaps enabled = 0;
  MailImapCall call = { settle_data, &enabled, cancellable };
  g_auto (MailImapResponse) result = { 0 };
  guint numbers[3] = { 0 };

  self->utf8 = mail_imap_session_has (self, "IMAP4rev2") && !mail_imap_session_has (self, "IMAP4rev1");
  mail_imap_machine_set_utf8 (self->machine, self->utf8);
  if (self->utf8)
    mail_imap_session_note_used (self, MAIL_IMAP_CAP_IMAP4REV2);
  if (mail_imap_session_use (self, MAIL_IMAP_CAP_ID))
    numbers[0] = submit_text (self, "ID (\"name\" \"Missiva\" \"version\" \"" MISSIVA_VERSION "\")");
  /* Before NAMESPACE, whose prefixes then come as all names will. */
  if (self->caps & (MAIL_IMAP_CAP_ENABLE | MAIL_IMAP_CAP_IMAP4REV2))
    numbers[1] = submit_enable (self);
  if (mail_imap_session_use (self, MAIL_IMAP_CAP_NAMESPACE))
    numbers[2] = submit_text (self, "NAMESPACE");
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i] != 0 && !mail_imap_session_wait (self, numbers[i], &call, &result, error))
      return FALSE;
  self->masked |= ENABLED_ONLY & ~enabled;
  if (!self->rev2 && mail_imap_session_has (self, "IMAP4rev1"))
    self->masked |= MAIL_IMAP_CAP_IMAP4REV2;
  mail_imap_session_settle_caps (self);
  return TRUE;
}

gboolean
mail_imap_session_sign_in (MailImapSession *session,
                           const MailEndpoint *endpoint,
                           const MailCredentials *credentials,
                           GCancellable *cancellable,
                           GError **error)
{
  MailImapCall call = { NULL, NULL, cancellable };
  gboolean signed_in = FALSE;

  if (!read_greeting (session, &call, &signed_in, error))
    return FALSE;
  if (endpoint->security == MAIL_SECURITY_STARTTLS)
    {
      if (signed_in)
        {
          g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_INSECURE,
                               "the server wants no sign-in before the connection is secure");
          return FALSE;
        }
      if (!start_tls (session, &call, error))
        return FALSE;
    }
  if (!signed_in
      && (!ask_capabilities (session, &call, error) || !prove (session, endpoint, credentials, &call, error)))
    return FALSE;
  return ask_capabilities (session, &call, error) && settle (session, cancellable, error);
}
