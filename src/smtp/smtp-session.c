/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp/smtp-session.h"

#include <string.h>

#include "core/errors.h"
#include "net/connection.h"
#include "net/sasl.h"
#include "smtp/smtp-reply.h"

#define CONNECT_SECONDS 30
#define FAREWELL_SECONDS 2
#define READ_SIZE 4096

/* An address literal that tells nothing of this computer or its network; a submission server needs none of
 * it. */
#define EHLO_NAME "[127.0.0.1]"

struct _MailSmtpSession
{
  MailConnection *connection;
  guint16 port;
  GByteArray *buffer; /* read and not yet used */
  GStrv capabilities;
  gboolean dead; /* QUIT would not be understood any more */
};

static gboolean
fail (MailSmtpSession *self, MailErrorCode code, const char *what, const MailSmtpReply *reply, GError **error)
{
  const char *host = mail_connection_get_host (self->connection);
  g_autofree char *text = reply != NULL ? mail_smtp_reply_dup_text (reply) : NULL;

  if (text != NULL)
    g_set_error (error, MAIL_ERROR, code, "%s: %s: %s", host, what, text);
  else
    g_set_error (error, MAIL_ERROR, code, "%s: %s", host, what);
  return FALSE;
}

/* A refusal: 4yz passes by itself (RFC 5321, section 4.2.1). */
static gboolean
fail_refused (MailSmtpSession *self, const char *what, const MailSmtpReply *reply, GError **error)
{
  return fail (self, reply->code / 100 == 4 ? MAIL_ERROR_BUSY : MAIL_ERROR_REFUSED, what, reply, error);
}

static MailSmtpReply *
read_reply (MailSmtpSession *self, GCancellable *cancellable, GError **error)
{
  MailSmtpReply *reply = NULL;
  gsize used = 0;

  for (;;)
    {
      guint8 chunk[READ_SIZE];
      gssize got;
      MailSmtpParse parse
          = mail_smtp_reply_parse ((const char *) self->buffer->data, self->buffer->len,
                                   MAIL_SMTP_REPLY_MAX_LINE, MAIL_SMTP_REPLY_MAX_SIZE, &used, &reply, error);

      if (parse == MAIL_SMTP_PARSE_DONE)
        {
          g_byte_array_remove_range (self->buffer, 0, used);
          return reply;
        }
      got = parse == MAIL_SMTP_PARSE_NEED_MORE
                ? mail_connection_read (self->connection, chunk, sizeof chunk, cancellable, error)
                : -1;
      if (got < 0)
        {
          self->dead = TRUE;
          return NULL;
        }
      g_byte_array_append (self->buffer, chunk, got);
    }
}

static MailSmtpReply *
command (MailSmtpSession *self, const char *line, GCancellable *cancellable, GError **error)
{
  if (!mail_connection_write (self->connection, line, strlen (line), cancellable, error))
    {
      self->dead = TRUE;
      return NULL;
    }
  return read_reply (self, cancellable, error);
}

static gboolean
await_greeting (MailSmtpSession *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailSmtpReply) reply = read_reply (self, cancellable, error);

  if (reply == NULL)
    return FALSE;
  return reply->code == 220 || fail_refused (self, "no welcome", reply, error);
}

static gboolean
say_hello (MailSmtpSession *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailSmtpReply) reply = command (self, "EHLO " EHLO_NAME "\r\n", cancellable, error);

  if (reply == NULL)
    return FALSE;
  if (reply->code != 250)
    return fail_refused (self, "EHLO refused", reply, error);
  g_strfreev (self->capabilities);
  self->capabilities = g_strdupv (reply->lines + 1);
  return TRUE;
}

/* (nullable): the parameters of an EHLO keyword, "" when it has none. Some old servers write "AUTH=LOGIN". */
static const char *
find_capability (const MailSmtpSession *self, const char *keyword)
{
  gsize length = strlen (keyword);

  for (char **line = self->capabilities; line != NULL && *line != NULL; line++)
    {
      if (g_ascii_strncasecmp (*line, keyword, length) != 0)
        continue;
      if ((*line)[length] == '\0')
        return "";
      if ((*line)[length] == ' ' || (*line)[length] == '=')
        return *line + length + 1;
    }
  return NULL;
}

/* Promise 5: nothing but TLS follows, and nothing that was said before it counts. */
static gboolean
start_tls (MailSmtpSession *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailSmtpReply) reply = NULL;

  if (find_capability (self, "STARTTLS") == NULL)
    return fail (self, MAIL_ERROR_INSECURE, "the server does not offer STARTTLS", NULL, error);
  reply = command (self, "STARTTLS\r\n", cancellable, error);
  if (reply == NULL)
    return FALSE;
  if (reply->code != 220)
    return fail (self, MAIL_ERROR_INSECURE, "STARTTLS refused", reply, error);
  g_clear_pointer (&self->capabilities, g_strfreev);
  if (!mail_connection_start_tls (self->connection, self->buffer->len, cancellable, error))
    {
      self->dead = TRUE;
      return FALSE;
    }
  return say_hello (self, cancellable, error);
}

/* Sends @prefix and @response (nullable) in base64, as a secret. An empty response is "=" with the command
 * (RFC 4954, section 4) and an empty line elsewhere. */
static MailSmtpReply *
send_response (MailSmtpSession *self,
               const char *prefix,
               GBytes *response,
               GCancellable *cancellable,
               GError **error)
{
  gsize length = 0;
  const guchar *data = response != NULL ? g_bytes_get_data (response, &length) : NULL;
  char *encoded = length > 0 ? g_base64_encode (data, length)
                             : g_strdup (response != NULL && *prefix != '\0' ? "=" : "");
  gboolean spaced = *prefix != '\0' && *encoded != '\0';
  char *line = g_strconcat (prefix, spaced ? " " : "", encoded, "\r\n", NULL);
  gboolean sent = mail_connection_write_secret (self->connection, line, strlen (line), cancellable, error);

  mail_secret_free (encoded);
  mail_secret_free (line);
  if (sent)
    return read_reply (self, cancellable, error);
  self->dead = TRUE;
  return NULL;
}

/* What the mechanism says to a challenge; "*" gives the exchange up (RFC 4954, section 4). */
static MailSmtpReply *
answer (MailSmtpSession *self,
        MailSasl *sasl,
        const MailSmtpReply *challenge,
        GCancellable *cancellable,
        GError **error)
{
  gsize length = 0;
  g_autofree guchar *data = g_base64_decode (challenge->lines[0], &length);
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GBytes) response = mail_sasl_step (sasl, bytes, error);

  if (response != NULL)
    return send_response (self, "", response, cancellable, error);
  self->dead = !mail_connection_write (self->connection, "*\r\n", 3, cancellable, NULL);
  return NULL;
}

/* The server's last word on one mechanism; a SCRAM server that did not prove itself is none. */
static MailSmtpReply *
exchange (MailSmtpSession *self, MailSasl *sasl, GCancellable *cancellable, GError **error)
{
  g_autofree char *prefix = g_strconcat ("AUTH ", mail_sasl_get_mechanism (sasl), NULL);
  g_autoptr (GBytes) first
      = mail_sasl_has_initial_response (sasl) ? mail_sasl_step (sasl, NULL, error) : NULL;
  g_autoptr (MailSmtpReply) reply = NULL;

  if (mail_sasl_has_initial_response (sasl) && first == NULL)
    return NULL;
  reply = send_response (self, prefix, first, cancellable, error);
  while (reply != NULL && reply->code == 334)
    {
      g_autoptr (MailSmtpReply) challenge = g_steal_pointer (&reply);

      reply = answer (self, sasl, challenge, cancellable, error);
    }
  if (reply == NULL || (reply->code == 235 && !mail_sasl_finish (sasl, error)))
    return NULL;
  return g_steal_pointer (&reply);
}

static gboolean
sign_in (MailSmtpSession *self, const MailCredentials *credentials, GCancellable *cancellable, GError **error)
{
  const char *offer = find_capability (self, "AUTH");
  g_auto (GStrv) offered = g_strsplit (offer != NULL ? offer : "", " ", -1);
  gboolean secure = mail_connection_is_secure (self->connection);
  const char *const *tried = NULL;
  g_autoptr (MailSmtpReply) refusal = NULL;

  for (;;)
    {
      g_autoptr (MailSasl) sasl
          = mail_sasl_new ((const char *const *) offered, tried, credentials,
                           mail_connection_get_host (self->connection), self->port, secure);
      MailSmtpReply *reply;

      if (sasl == NULL && refusal == NULL)
        return fail (self, MAIL_ERROR_UNSUPPORTED, "the server offers no way to sign in that can be used",
                     NULL, error);
      if (sasl == NULL)
        return fail (self, MAIL_ERROR_SIGN_IN, "sign-in refused", refusal, error);

      reply = exchange (self, sasl, cancellable, error);
      if (reply == NULL)
        return FALSE;
      g_clear_pointer (&refusal, mail_smtp_reply_free);
      refusal = reply;
      if (reply->code == 235)
        return TRUE;
      if (reply->code / 100 == 4)
        return fail (self, MAIL_ERROR_BUSY, "sign-in is not possible now", reply, error);
      tried = mail_sasl_get_tried (sasl, secure);
    }
}

MailSmtpSession *
mail_smtp_session_open (const MailEndpoint *endpoint,
                        const MailCredentials *credentials,
                        GCancellable *cancellable,
                        GError **error)
{
  MailConnection *connection = mail_connection_open (endpoint, CONNECT_SECONDS, cancellable, error);
  g_autoptr (MailSmtpSession) self = NULL;

  if (connection == NULL)
    return NULL;

  self = g_new0 (MailSmtpSession, 1);
  self->connection = connection;
  self->port = endpoint->port;
  self->buffer = g_byte_array_new ();
  if (!await_greeting (self, cancellable, error) || !say_hello (self, cancellable, error))
    return NULL;
  if (endpoint->security == MAIL_SECURITY_STARTTLS && !start_tls (self, cancellable, error))
    return NULL;
  if (credentials != NULL && !sign_in (self, credentials, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
mail_smtp_session_close (MailSmtpSession *self)
{
  if (self != NULL && !self->dead)
    {
      mail_connection_set_silence (self->connection, FAREWELL_SECONDS);
      if (mail_connection_write (self->connection, "QUIT\r\n", 6, NULL, NULL))
        mail_connection_wait_readable (self->connection, FAREWELL_SECONDS, NULL, NULL, NULL);
    }
  mail_smtp_session_free (self);
}

void
mail_smtp_session_free (MailSmtpSession *self)
{
  if (self == NULL)
    return;
  mail_connection_free (self->connection);
  g_byte_array_unref (self->buffer);
  g_strfreev (self->capabilities);
  g_free (self);
}

const char *const *
mail_smtp_session_get_capabilities (const MailSmtpSession *self)
{
  return (const char *const *) self->capabilities;
}

guint64
mail_smtp_session_get_max_size (const MailSmtpSession *self)
{
  const char *size = find_capability (self, "SIZE");

  return size != NULL ? g_ascii_strtoull (size, NULL, 10) : 0;
}
