/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3/pop3-sign-in.h"

#include <string.h>

#include "core/errors.h"
#include "net/sasl.h"

#define MAX_CAPA_LINES 500
#define MAX_SASL_STEPS 10

static gboolean
add_capa_line_cb (const char *line, gpointer user_data, GError **error)
{
  mail_pop3_capa_add_line (user_data, line);
  return TRUE;
}

/* (transfer full): both lists NULL-terminated; empty for a server without CAPA. NULL only with @error. */
static MailPop3Capa *
ask_capa (MailPop3Wire *wire, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailPop3Capa) capa = mail_pop3_capa_new ();
  MailPop3Status status;

  if (!mail_pop3_wire_send (wire, "CAPA\r\n", cancellable, error)
      || !mail_pop3_wire_read_status (wire, &status, cancellable, error))
    return NULL;
  if (status.kind == MAIL_POP3_OK
      && !mail_pop3_wire_read_lines (wire, MAX_CAPA_LINES, add_capa_line_cb, capa, cancellable, error))
    return NULL;
  g_ptr_array_add (capa->names, NULL);
  g_ptr_array_add (capa->sasl, NULL);
  return g_steal_pointer (&capa);
}

/* *@timestamp: for APOP, NULL when there is none. */
static gboolean
read_greeting (MailPop3Wire *wire, char **timestamp, GCancellable *cancellable, GError **error)
{
  MailPop3Status status;

  if (!mail_pop3_wire_read_status (wire, &status, cancellable, error))
    {
      g_prefix_error (error, "greeting: ");
      return FALSE;
    }
  if (status.kind != MAIL_POP3_OK)
    {
      g_propagate_error (error, mail_pop3_status_to_error (&status, MAIL_ERROR_REFUSED, "greeting"));
      return FALSE;
    }
  *timestamp = mail_pop3_dup_timestamp (status.text);
  return TRUE;
}

/* STLS (RFC 2595, section 4), without asking first whether it is offered: what is said in clear is not believed. */
static gboolean
start_tls (MailPop3Wire *wire, GCancellable *cancellable, GError **error)
{
  MailPop3Status status;

  if (!mail_pop3_wire_send (wire, "STLS\r\n", cancellable, error)
      || !mail_pop3_wire_read_status (wire, &status, cancellable, error))
    return FALSE;
  if (status.kind != MAIL_POP3_OK)
    {
      g_autofree char *shown = mail_pop3_clean_text (status.text);

      g_set_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE, "the server refuses STLS: %s", shown);
      return FALSE;
    }
  return mail_connection_start_tls (wire->connection, wire->end - wire->start, cancellable, error);
}

/* A user name or password becomes part of a line. */
static gboolean
is_one_line (const char *text, const char *what, GError **error)
{
  if (strpbrk (text, "\r\n") == NULL)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "the %s has a line break in it", what);
  return FALSE;
}

static gboolean
sign_in_user (MailPop3Wire *wire, const MailCredentials *credentials, GCancellable *cancellable, GError **error)
{
  g_autofree char *user = g_strconcat ("USER ", credentials->user, "\r\n", NULL);
  char *pass;
  gboolean sent;

  if (!is_one_line (credentials->user, "user name", error) || !is_one_line (credentials->password, "password", error))
    return FALSE;
  if (!mail_pop3_wire_send (wire, user, cancellable, error)
      || !mail_pop3_wire_expect_ok (wire, MAIL_ERROR_SIGN_IN, "USER", cancellable, error))
    return FALSE;

  pass = g_strconcat ("PASS ", credentials->password, "\r\n", NULL);
  sent = mail_pop3_wire_send_secret (wire, pass, cancellable, error);
  mail_secret_free (pass);
  return sent && mail_pop3_wire_expect_ok (wire, MAIL_ERROR_SIGN_IN, "PASS", cancellable, error);
}

static gboolean
sign_in_apop (MailPop3Wire *wire,
              const char *timestamp,
              const MailCredentials *credentials,
              GCancellable *cancellable,
              GError **error)
{
  g_autofree char *digest = mail_sasl_apop_digest (timestamp, credentials);
  g_autofree char *line = g_strdup_printf ("APOP %s %s\r\n", credentials->user, digest);

  return is_one_line (credentials->user, "user name", error)
         && mail_pop3_wire_send_secret (wire, line, cancellable, error)
         && mail_pop3_wire_expect_ok (wire, MAIL_ERROR_SIGN_IN, "APOP", cancellable, error);
}

/* Answers one challenge. A server that does not follow the mechanism, or cannot prove itself, is told that we stop and gets
 * no second try: the next mechanism might show it the password. */
static gboolean
answer_challenge (MailPop3Wire *wire, MailSasl *sasl, const char *text, GCancellable *cancellable, GError **error)
{
  gsize length = 0;
  g_autofree guchar *decoded = text[0] != '\0' ? g_base64_decode (text, &length) : NULL;
  g_autoptr (GBytes) challenge = g_bytes_new (decoded, length);
  g_autoptr (GBytes) response = mail_sasl_step (sasl, challenge, error);
  char *encoded;
  char *line;
  gboolean sent;

  if (response == NULL)
    {
      mail_pop3_wire_send (wire, "*\r\n", cancellable, NULL);
      mail_pop3_wire_kill (wire);
      return FALSE;
    }

  encoded = g_base64_encode (g_bytes_get_data (response, NULL), g_bytes_get_size (response));
  line = g_strconcat (encoded, "\r\n", NULL);
  sent = mail_pop3_wire_send_secret (wire, line, cancellable, error);
  mail_secret_free (encoded);
  mail_secret_free (line);
  return sent;
}

/* AUTH (RFC 5034). The first response is sent on its own: servers of the time before RFC 5034 take no other. */
static gboolean
sign_in_sasl (MailPop3Wire *wire, MailSasl *sasl, GCancellable *cancellable, GError **error)
{
  g_autofree char *command = g_strdup_printf ("AUTH %s\r\n", mail_sasl_get_mechanism (sasl));
  MailPop3Status status;

  if (!mail_pop3_wire_send (wire, command, cancellable, error))
    return FALSE;
  for (guint step = 0; step < MAX_SASL_STEPS; step++)
    {
      if (!mail_pop3_wire_read_status (wire, &status, cancellable, error))
        return FALSE;
      if (status.kind == MAIL_POP3_OK)
        {
          if (mail_sasl_finish (sasl, error))
            return TRUE;
          mail_pop3_wire_kill (wire);
          return FALSE;
        }
      if (status.kind == MAIL_POP3_ERR)
        {
          g_propagate_error (error, mail_pop3_status_to_error (&status, MAIL_ERROR_SIGN_IN,
                                                               mail_sasl_get_mechanism (sasl)));
          return FALSE;
        }
      if (!answer_challenge (wire, sasl, status.text, cancellable, error))
        return FALSE;
    }

  g_set_error (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "%s does not come to an end", mail_sasl_get_mechanism (sasl));
  mail_pop3_wire_kill (wire);
  return FALSE;
}

/* Whether another way may be tried: the server refused this one, and did not say that the credentials are wrong. */
static gboolean
may_go_on (MailPop3Wire *wire, const GError *error)
{
  return !wire->dead && g_error_matches (error, MAIL_ERROR, MAIL_ERROR_SIGN_IN) && strstr (error->message, "[AUTH]") == NULL;
}

static gboolean
shows_password (const MailSasl *sasl)
{
  const char *mechanism = mail_sasl_get_mechanism (sasl);

  return strcmp (mechanism, "PLAIN") == 0 || strcmp (mechanism, "LOGIN") == 0;
}

/* By @sasl, or where there is none by USER and PASS. */
static gboolean
sign_in_by (MailPop3Wire *wire,
            MailSasl *sasl,
            const MailCredentials *credentials,
            GCancellable *cancellable,
            GError **error)
{
  if (sasl != NULL)
    return sign_in_sasl (wire, sasl, cancellable, error);
  if (credentials->token == NULL)
    return sign_in_user (wire, credentials, cancellable, error);
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "the server offers no way to sign in with a token");
  return FALSE;
}

/* The strongest SASL mechanism, else APOP, else USER and PASS; without TLS, APOP goes before mechanisms that show the
 * password. After a refused proof of the password there is a second way, as mail_sasl_get_tried() says, and under TLS only:
 * a time stamp in the greeting is no promise of APOP, but in clear text no refusal shall get the password itself. */
static gboolean
authenticate (MailPop3Wire *wire,
              const MailPop3Capa *capa,
              const MailEndpoint *endpoint,
              const MailCredentials *credentials,
              const char *timestamp,
              GCancellable *cancellable,
              GError **error)
{
  const char *const *offered = (const char *const *) capa->sasl->pdata;
  gboolean secure = mail_connection_is_secure (wire->connection);
  g_autoptr (MailSasl) sasl = mail_sasl_new (offered, NULL, credentials, endpoint->host, endpoint->port, secure);
  gboolean by_apop = timestamp != NULL && credentials->token == NULL && (sasl == NULL || (!secure && shows_password (sasl)));
  gboolean is_proof = by_apop || (sasl != NULL && credentials->token == NULL && !shows_password (sasl));
  g_autoptr (MailSasl) second = NULL;
  g_autoptr (GError) refused = NULL;

  if (by_apop ? sign_in_apop (wire, timestamp, credentials, cancellable, &refused)
              : sign_in_by (wire, sasl, credentials, cancellable, &refused))
    return TRUE;
  if (!is_proof || !secure || !may_go_on (wire, refused))
    {
      g_propagate_error (error, g_steal_pointer (&refused));
      return FALSE;
    }
  if (sasl != NULL)
    second = mail_sasl_new (offered, mail_sasl_get_tried (sasl, secure), credentials, endpoint->host, endpoint->port, secure);
  return sign_in_by (wire, second, credentials, cancellable, error);
}

/* UTF8 (RFC 6856) lets internationalised messages through as they are; a server that refuses it sends what it can. */
static gboolean
ask_utf8 (MailPop3Wire *wire, const MailPop3Capa *capa, GCancellable *cancellable, GError **error)
{
  MailPop3Status status;

  if ((capa->caps & MAIL_POP3_CAP_UTF8) == 0)
    return TRUE;
  return mail_pop3_wire_send (wire, "UTF8\r\n", cancellable, error)
         && mail_pop3_wire_read_status (wire, &status, cancellable, error);
}

gboolean
mail_pop3_sign_in (MailPop3Wire *wire,
                   const MailEndpoint *endpoint,
                   const MailCredentials *credentials,
                   MailPop3Capa **capa,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *timestamp = NULL;
  g_autoptr (MailPop3Capa) before = NULL;
  g_autoptr (MailPop3Capa) after = NULL;

  if (credentials->user == NULL || (credentials->password == NULL && credentials->token == NULL))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_NO_PASSWORD, "no password for the POP3 server");
      return FALSE;
    }
  if (!read_greeting (wire, &timestamp, cancellable, error))
    return FALSE;
  if (endpoint->security == MAIL_SECURITY_STARTTLS)
    {
      if (!start_tls (wire, cancellable, error))
        return FALSE;
      g_clear_pointer (&timestamp, g_free);
    }
  if (endpoint->security != MAIL_SECURITY_NONE && !mail_connection_is_secure (wire->connection))
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE, "the connection is not under TLS");
      return FALSE;
    }

  before = ask_capa (wire, cancellable, error);
  if (before == NULL || !ask_utf8 (wire, before, cancellable, error)
      || !authenticate (wire, before, endpoint, credentials, timestamp, cancellable, error))
    return FALSE;
  after = ask_capa (wire, cancellable, error);
  if (after == NULL)
    return FALSE;
  *capa = after->names->len > 1 ? g_steal_pointer (&after) : g_steal_pointer (&before);
  return TRUE;
}
