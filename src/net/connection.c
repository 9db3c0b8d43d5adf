/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "core/errors.h"
#include "net/certificate.h"
#include "net/deadline.h"
#include "net/deflate.h"
#include "net/wire-log.h"

#define PEEK_SIZE 16384 /* the plain text of one TLS record */
#define KEEPALIVE_SECONDS (4 * 60) /* below the five minutes after which common routers forget */

struct _MailConnection
{
  MailEndpoint *endpoint;
  guint number; /* in the wire log */
  guint connect_seconds;
  GSocketConnection *tcp;
  GIOStream *stream; /* @tcp itself, or TLS over it */
  gboolean secure;
  gboolean broken; /* nothing more may be sent, not even a farewell */
  guint8 *peeked;  /* what wait_readable() had to read to be sure that there was something */
  gsize peeked_start;
  gsize peeked_length;
  MailDeflate *deflate; /* NULL: nothing is compressed */
  guint64 bytes_in;
  guint64 bytes_out;
  guint64 plain_in;
};

static GPrivate failed_certificate = G_PRIVATE_INIT ((GDestroyNotify) mail_certificate_free);

MailCertificate *
mail_connection_dup_failed_certificate (void)
{
  const MailCertificate *certificate = g_private_get (&failed_certificate);

  return certificate != NULL ? mail_certificate_copy (certificate) : NULL;
}

/* What GIO says of a socket or of DNS, in Mail's words. */
static MailErrorCode
classify (const GError *error)
{
  if (error->domain == G_RESOLVER_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    return MAIL_ERROR_HOST_NOT_FOUND;
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    return MAIL_ERROR_CLOSED;
  if (error->domain == G_TLS_ERROR)
    return MAIL_ERROR_TLS;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return MAIL_ERROR_TIMED_OUT;
  return MAIL_ERROR_CLOSED;
}

/* Takes @cause; a cancellation stays one. */
static void
fail (GError **error, GError *cause, MailErrorCode code, const MailEndpoint *endpoint)
{
  g_autofree char *where = mail_endpoint_to_string (endpoint);

  if (mail_error_is_cancelled (cause))
    {
      g_propagate_error (error, cause);
      return;
    }
  g_set_error (error, MAIL_ERROR, code, "%s: %s", where, cause->message);
  g_error_free (cause);
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

static GSocketConnectable *
new_identity (const MailEndpoint *endpoint)
{
  return g_network_address_new (endpoint->host, endpoint->port);
}

static GSocketConnection *
connect_socket (const MailEndpoint *endpoint, MailDeadline *deadline, GError **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnectable) address = new_identity (endpoint);
  g_autoptr (GAsyncResult) result = NULL;
  GError *cause = NULL;
  GSocketConnection *tcp;
  MailErrorCode code;

  g_socket_client_set_enable_proxy (client, !is_loopback (endpoint->host));
  g_socket_client_connect_async (client, address, mail_deadline_get_cancellable (deadline),
                                 mail_deadline_ready_cb, deadline);
  result = mail_deadline_wait (deadline);
  tcp = g_socket_client_connect_finish (client, result, &cause);
  if (tcp != NULL)
    return tcp;

  mail_deadline_explain (deadline, &cause);
  code = classify (cause);
  fail (error, cause, code == MAIL_ERROR_CLOSED ? MAIL_ERROR_UNREACHABLE : code, endpoint);
  return NULL;
}

/* TCP_NODELAY because commands are small and each is waited for; keepalive, sooner than the two hours that are usual, because an
 * idle connection may lose its NAT entry, and because nobody tells of a server that went away. */
static void
tune_socket (GSocket *socket)
{
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  g_socket_set_keepalive (socket, TRUE);
#ifdef TCP_KEEPIDLE
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_SECONDS, NULL);
#endif
  g_socket_set_timeout (socket, MAIL_CONNECTION_SILENCE);
}

static gboolean
verify (GTlsDatabase *database,
        GTlsCertificate *certificate,
        const MailEndpoint *endpoint,
        GTlsCertificateFlags *wrong,
        GError **error)
{
  g_autoptr (GSocketConnectable) identity = new_identity (endpoint);
  GError *cause = NULL;

  *wrong = g_tls_database_verify_chain (database, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER,
                                        identity, NULL, G_TLS_DATABASE_VERIFY_NONE, NULL, &cause);
  if (cause == NULL)
    return TRUE;
  fail (error, cause, MAIL_ERROR_TLS, endpoint);
  return FALSE;
}

/* What is wrong with @certificate by the system's trust and, where that does not do, by endpoint->ca_file. */
static gboolean
find_wrong (GTlsCertificate *certificate,
            const MailEndpoint *endpoint,
            GTlsCertificateFlags *wrong,
            GError **error)
{
  g_autoptr (GTlsDatabase) trust = g_tls_backend_get_default_database (g_tls_backend_get_default ());
  g_autoptr (GTlsDatabase) further = NULL;
  GError *cause = NULL;

  if (!verify (trust, certificate, endpoint, wrong, error))
    return FALSE;
  if (*wrong == 0 || endpoint->ca_file == NULL)
    return TRUE;

  further = g_tls_file_database_new (endpoint->ca_file, &cause);
  if (further == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "%s: %s", endpoint->ca_file, cause->message);
      g_error_free (cause);
      return FALSE;
    }
  return verify (further, certificate, endpoint, wrong, error);
}

/* The one place that decides about trust. It stands after the handshake, before anything is sent through it,
 * because a resumed TLS session never comes by the "accept-certificate" signal. */
static gboolean
check_certificate (GTlsConnection *tls, const MailEndpoint *endpoint, GError **error)
{
  GTlsCertificate *certificate = g_tls_connection_get_peer_certificate (tls);
  g_autofree char *where = mail_endpoint_to_string (endpoint);
  g_autofree char *fingerprint = NULL;
  GTlsCertificateFlags wrong = 0;

  if (certificate == NULL)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_TLS, "%s: no certificate was shown", where);
      return FALSE;
    }

  fingerprint = mail_certificate_fingerprint (certificate);
  if (endpoint->pin != NULL && g_ascii_strcasecmp (fingerprint, endpoint->pin) == 0)
    return TRUE;
  if (endpoint->pin != NULL)
    {
      g_private_replace (&failed_certificate, mail_certificate_new (certificate, 0, endpoint->pin));
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_PIN_CHANGED, "%s: certificate %s was shown, %s is pinned",
                   where, fingerprint, endpoint->pin);
      return FALSE;
    }

  if (!find_wrong (certificate, endpoint, &wrong, error))
    return FALSE;
  if (wrong == 0)
    return TRUE;
  g_private_replace (&failed_certificate, mail_certificate_new (certificate, wrong, NULL));
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_CERTIFICATE, "%s: the certificate is not trusted", where);
  return FALSE;
}

static gboolean
accept_for_now_cb (GTlsConnection *tls,
                   GTlsCertificate *certificate,
                   GTlsCertificateFlags wrong,
                   gpointer user_data)
{
  return TRUE;
}

static gboolean
shake_hands (MailConnection *self, MailDeadline *deadline, GError **error)
{
  /* The name is for SNI, which must not hold an address (RFC 6066, section 3); check_certificate() checks
   * either. */
  gboolean named = !g_hostname_is_ip_address (self->endpoint->host);
  g_autoptr (GSocketConnectable) identity = named ? new_identity (self->endpoint) : NULL;
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GError *cause = NULL;

  self->broken = TRUE;
  tls = g_tls_client_connection_new (G_IO_STREAM (self->tcp), identity, &cause);
  if (tls != NULL)
    {
      g_signal_connect (tls, "accept-certificate", G_CALLBACK (accept_for_now_cb), NULL);
      g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT,
                                        mail_deadline_get_cancellable (deadline), mail_deadline_ready_cb,
                                        deadline);
      result = mail_deadline_wait (deadline);
      g_tls_connection_handshake_finish (G_TLS_CONNECTION (tls), result, &cause);
    }
  if (cause != NULL)
    {
      mail_deadline_explain (deadline, &cause);
      fail (error, cause, classify (cause) == MAIL_ERROR_TIMED_OUT ? MAIL_ERROR_TIMED_OUT : MAIL_ERROR_TLS,
            self->endpoint);
      return FALSE;
    }
  if (!check_certificate (G_TLS_CONNECTION (tls), self->endpoint, error))
    return FALSE;

  g_set_object (&self->stream, tls);
  self->secure = TRUE;
  self->broken = FALSE;
  if (mail_wire_log_is_on ())
    mail_wire_log_note (self->number, self->endpoint->host, "TLS");
  return TRUE;
}

MailConnection *
mail_connection_open (const MailEndpoint *endpoint,
                      guint connect_seconds,
                      GCancellable *cancellable,
                      GError **error)
{
  static int last_number;
  g_autoptr (MailDeadline) deadline = mail_deadline_new (connect_seconds, cancellable);
  g_autoptr (GSocketConnection) tcp = connect_socket (endpoint, deadline, error);
  g_autoptr (MailConnection) self = NULL;

  if (tcp == NULL)
    return NULL;

  self = g_new0 (MailConnection, 1);
  self->endpoint = mail_endpoint_copy (endpoint);
  self->number = g_atomic_int_add (&last_number, 1) + 1;
  self->connect_seconds = connect_seconds;
  self->tcp = g_steal_pointer (&tcp);
  self->stream = G_IO_STREAM (g_object_ref (self->tcp));
  tune_socket (g_socket_connection_get_socket (self->tcp));
  if (mail_wire_log_is_on ())
    mail_wire_log_note (self->number, endpoint->host, "connected");
  if (endpoint->security == MAIL_SECURITY_TLS && !shake_hands (self, deadline, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
mail_connection_free (MailConnection *self)
{
  GSocket *socket;

  if (self == NULL)
    return;

  /* TLS says farewell where that cannot block; closing the socket first makes everything after it return at
   * once. */
  socket = g_socket_connection_get_socket (self->tcp);
  if (self->secure && !self->broken && (g_socket_condition_check (socket, G_IO_OUT) & G_IO_OUT))
    g_io_stream_close (self->stream, NULL, NULL);
  g_socket_close (socket, NULL);
  if (mail_wire_log_is_on ())
    mail_wire_log_forget (self->number, self->endpoint->host);
  g_object_unref (self->stream);
  g_object_unref (self->tcp);
  mail_endpoint_free (self->endpoint);
  mail_deflate_free (self->deflate);
  g_free (self->peeked);
  g_free (self);
}

static GInputStream *
get_input (MailConnection *self)
{
  return g_io_stream_get_input_stream (self->stream);
}

static gboolean
fail_io (MailConnection *self, GError *cause, GError **error)
{
  self->broken = TRUE;
  fail (error, cause, classify (cause), self->endpoint);
  return FALSE;
}

static gboolean
fail_closed (MailConnection *self, GError **error)
{
  g_autofree char *where = mail_endpoint_to_string (self->endpoint);

  self->broken = TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED, "%s: the server closed the connection", where);
  return FALSE;
}

static void
note_received (MailConnection *self, const void *data, gsize length)
{
  self->plain_in += length;
  if (mail_wire_log_is_on ())
    mail_wire_log_write (self->number, self->endpoint->host, 'S', data, length);
}

/* Reads from the wire, whatever is compressed there. At least one byte; 0 only without @wait, when nothing is there. */
static gssize
read_wire (MailConnection *self, void *buffer, gsize size, gboolean wait, GCancellable *cancellable, GError **error)
{
  GInputStream *input = get_input (self);
  GError *cause = NULL;
  gssize got;

  got = wait ? g_input_stream_read (input, buffer, size, cancellable, &cause)
             : g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (input), buffer, size, cancellable, &cause);
  if (!wait && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_error_free (cause);
      return 0;
    }
  if (got < 0)
    return fail_io (self, cause, error) ? 0 : -1;
  if (got == 0)
    return fail_closed (self, error) ? 0 : -1;
  self->bytes_in += (guint64) got;
  return got;
}

/* The same for what the server said. */
static gssize
read_plain (MailConnection *self, void *buffer, gsize size, gboolean wait, GCancellable *cancellable, GError **error)
{
  gssize got;

  if (self->deflate == NULL)
    got = read_wire (self, buffer, size, wait, cancellable, error);
  else
    while ((got = mail_deflate_unpack (self->deflate, buffer, size, error)) == 0)
      {
        gsize room;
        guint8 *space = mail_deflate_get_space (self->deflate, &room);
        gssize came = read_wire (self, space, room, wait, cancellable, error);

        if (came <= 0)
          return came;
        mail_deflate_commit (self->deflate, (gsize) came);
      }
  self->broken |= got < 0;
  if (got > 0)
    note_received (self, buffer, (gsize) got);
  return got;
}

/* Reads what is there without waiting, into @peeked: 1 when there is something, 0 when not, else -1. */
static int
peek (MailConnection *self, GCancellable *cancellable, GError **error)
{
  gssize got;

  if (self->peeked_length > 0)
    return 1;
  if (self->peeked == NULL)
    self->peeked = g_malloc (PEEK_SIZE);
  got = read_plain (self, self->peeked, PEEK_SIZE, FALSE, cancellable, error);
  if (got <= 0)
    return (int) got;
  self->peeked_start = 0;
  self->peeked_length = (gsize) got;
  return 1;
}

gboolean
mail_connection_start_tls (MailConnection *self, gsize buffered, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailDeadline) deadline = NULL;
  int pending;

  g_return_val_if_fail (!self->secure, FALSE);

  pending = peek (self, cancellable, error);
  if (pending < 0)
    return FALSE;
  if (pending > 0 || buffered > 0)
    {
      g_autofree char *where = mail_endpoint_to_string (self->endpoint);

      self->broken = TRUE;
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_INSECURE, "%s: more came in clear text before TLS", where);
      return FALSE;
    }
  deadline = mail_deadline_new (self->connect_seconds, cancellable);
  return shake_hands (self, deadline, error);
}

gboolean
mail_connection_is_secure (const MailConnection *self)
{
  return self->secure;
}

const char *
mail_connection_get_host (const MailConnection *self)
{
  return self->endpoint->host;
}

void
mail_connection_set_silence (MailConnection *self, guint seconds)
{
  g_socket_set_timeout (g_socket_connection_get_socket (self->tcp), seconds);
}

gssize
mail_connection_read (MailConnection *self,
                      void *buffer,
                      gsize size,
                      GCancellable *cancellable,
                      GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  if (self->peeked_length > 0)
    {
      gsize taken = MIN (size, self->peeked_length);

      memcpy (buffer, self->peeked + self->peeked_start, taken);
      self->peeked_start += taken;
      self->peeked_length -= taken;
      return taken;
    }
  return read_plain (self, buffer, size, TRUE, cancellable, error);
}

void
mail_connection_start_compression (MailConnection *self, const void *early, gsize length)
{
  g_return_if_fail (self->deflate == NULL);

  self->deflate = mail_deflate_new ();
  mail_deflate_feed (self->deflate, early, length);
  /* It was taken for plain. */
  self->plain_in -= length + self->peeked_length;
  if (self->peeked_length > 0)
    mail_deflate_feed (self->deflate, self->peeked + self->peeked_start, self->peeked_length);
  self->peeked_length = 0;
  if (mail_wire_log_is_on ())
    mail_wire_log_note (self->number, self->endpoint->host, "compressed");
}

gboolean
mail_connection_is_compressed (const MailConnection *self)
{
  return self->deflate != NULL;
}

gboolean
mail_connection_is_loopback (const MailConnection *self)
{
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address (self->tcp, NULL);

  return G_IS_INET_SOCKET_ADDRESS (address)
         && g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

static gboolean
write_wire (MailConnection *self, const void *data, gsize length, GCancellable *cancellable, GError **error)
{
  GOutputStream *output = g_io_stream_get_output_stream (self->stream);
  GError *cause = NULL;
  gsize written = 0;

  if (!g_output_stream_write_all (output, data, length, &written, cancellable, &cause))
    return fail_io (self, cause, error);
  self->bytes_out += length;
  return TRUE;
}

static gboolean
write_all (MailConnection *self, const void *data, gsize length, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) packed = NULL;
  gconstpointer bytes = data;
  gsize size = length;

  if (self->deflate != NULL && length > 0)
    {
      packed = mail_deflate_pack (self->deflate, data, length);
      bytes = g_bytes_get_data (packed, &size);
    }
  if (!write_wire (self, bytes, size, cancellable, error))
    return FALSE;
  return TRUE;
}

gboolean
mail_connection_write (MailConnection *self,
                       const void *data,
                       gsize length,
                       GCancellable *cancellable,
                       GError **error)
{
  if (mail_wire_log_is_on ())
    mail_wire_log_write (self->number, self->endpoint->host, 'C', data, length);
  return write_all (self, data, length, cancellable, error);
}

gboolean
mail_connection_write_secret (MailConnection *self,
                              const void *data,
                              gsize length,
                              GCancellable *cancellable,
                              GError **error)
{
  if (mail_wire_log_is_on ())
    mail_wire_log_write_secret (self->number, self->endpoint->host, length);
  return write_all (self, data, length, cancellable, error);
}

/* Waits for the socket alone; what TLS holds already is the caller's to look at before. */
static MailWaitResult
poll_socket (MailConnection *self, gint64 until, GCancellable *wake, GCancellable *cancellable)
{
  GPollFD fds[3] = { { g_socket_get_fd (g_socket_connection_get_socket (self->tcp)), G_IO_IN, 0 } };
  guint count = 1;
  gboolean wakes = wake != NULL && g_cancellable_make_pollfd (wake, &fds[count]);
  gboolean cancels;
  int ready;

  count += wakes;
  cancels = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &fds[count]);
  count += cancels;
  do
    {
      gint64 left = MAX (0, until - g_get_monotonic_time ());

      ready = g_poll (fds, count, (int) MIN (G_MAXINT, (left + 999) / 1000));
    }
  while (ready < 0 && errno == EINTR);

  if (wakes)
    g_cancellable_release_fd (wake);
  if (cancels)
    g_cancellable_release_fd (cancellable);
  return ready > 0 ? MAIL_WAIT_READABLE : MAIL_WAIT_TIMEOUT;
}

MailWaitResult
mail_connection_wait_readable (MailConnection *self,
                               guint seconds,
                               GCancellable *wake,
                               GCancellable *cancellable,
                               GError **error)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;

  for (;;)
    {
      int pending;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return MAIL_WAIT_ERROR;
      /* A readable socket may hold no more than a part of a record or a session ticket, so only a read tells.
       */
      pending = peek (self, cancellable, error);
      if (pending != 0)
        return pending > 0 ? MAIL_WAIT_READABLE : MAIL_WAIT_ERROR;
      if (g_cancellable_is_cancelled (wake))
        return MAIL_WAIT_WOKEN;
      if (poll_socket (self, until, wake, cancellable) == MAIL_WAIT_TIMEOUT)
        return MAIL_WAIT_TIMEOUT;
    }
}

guint64
mail_connection_get_bytes_in (const MailConnection *self)
{
  return self->bytes_in;
}

guint64
mail_connection_get_bytes_out (const MailConnection *self)
{
  return self->bytes_out;
}

guint64
mail_connection_get_plain_in (const MailConnection *self)
{
  return self->plain_in;
}
