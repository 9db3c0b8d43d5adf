/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/endpoint.h"
#include "core/certificate.h"

/* One connection to a mail server: TCP, TLS, deadlines, wire log. All calls block and belong to the one thread that
 * uses the connection; each can be cancelled at any moment and then returns at once with G_IO_ERROR_CANCELLED.
 * After any error but a cancelled wait the connection is of no more use.
 *
 * Errors: HOST_NOT_FOUND, UNREACHABLE, TIMED_OUT, CLOSED, TLS, CERTIFICATE, PIN_CHANGED, INSECURE, and BAD_INPUT for a
 * ca_file that cannot be read. */
typedef struct _MailConnection MailConnection;

/* Connects (IPv6 and IPv4, RFC 8305; through the system's proxy, but never for loopback) and, for MAIL_SECURITY_TLS,
 * shakes hands, all within @connect_seconds. A certificate is accepted when the system (or endpoint->ca_file)
 * trusts it for endpoint->host and nothing is pinned, or when its SHA-256 is endpoint->pin. */
MailConnection *mail_connection_open (const MailEndpoint *endpoint,
                                      guint connect_seconds,
                                      GCancellable *cancellable,
                                      GError **error);

/* Ends the connection at once, waiting for nobody, and frees it; NULL is fine. */
void mail_connection_free (MailConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailConnection, mail_connection_free)

/* Turns to TLS after the server agreed to STARTTLS or STLS. @buffered is what the caller holds of bytes read but not
 * yet used: if it is not 0, or if the server sent anything more before the handshake, MAIL_ERROR_INSECURE
 * (command injection, CVE-2011-0411 and its kin). */
gboolean mail_connection_start_tls (MailConnection *connection,
                                    gsize buffered,
                                    GCancellable *cancellable,
                                    GError **error);

/* Compresses both ways from now on, after the server agreed (RFC 4978). @early: bytes that came behind its agreement and that the
 * caller holds; they are compressed already. It cannot be turned off again. What swells beyond all measure is MAIL_ERROR_LIMIT. */
void mail_connection_start_compression (MailConnection *connection, const void *early, gsize length);
gboolean mail_connection_is_compressed (const MailConnection *connection);

/* Whether the server is this computer. */
gboolean mail_connection_is_loopback (const MailConnection *connection);

gboolean mail_connection_is_secure (const MailConnection *connection);

/* Whether clear text was chosen, so that a session may go on without TLS. */
const char *mail_connection_get_host (const MailConnection *connection);

/* Seconds of silence after which a read or write ends in MAIL_ERROR_TIMED_OUT, and the default. */
#define MAIL_CONNECTION_SILENCE 60
void mail_connection_set_silence (MailConnection *connection, guint seconds);

/* Reads at least one byte and at most @size. -1 with @error set; the end of the stream is MAIL_ERROR_CLOSED. */
gssize mail_connection_read (MailConnection *connection,
                             void *buffer,
                             gsize size,
                             GCancellable *cancellable,
                             GError **error);

gboolean mail_connection_write (MailConnection *connection,
                                const void *data,
                                gsize length,
                                GCancellable *cancellable,
                                GError **error);

/* The same, for bytes that hold a secret or a message: the wire log shows only their number. */
gboolean mail_connection_write_secret (MailConnection *connection,
                                       const void *data,
                                       gsize length,
                                       GCancellable *cancellable,
                                       GError **error);

typedef enum
{
  MAIL_WAIT_READABLE,
  MAIL_WAIT_TIMEOUT,
  MAIL_WAIT_WOKEN, /* @wake was cancelled: somebody has work for this thread */
  MAIL_WAIT_ERROR,
} MailWaitResult;

/* Waits until there is something to read, @seconds passed or @wake (nullable) was triggered. The connection stays usable
 * after each but MAIL_WAIT_ERROR. Bytes that TLS already decrypted count as readable. */
MailWaitResult mail_connection_wait_readable (MailConnection *connection,
                                              guint seconds,
                                              GCancellable *wake,
                                              GCancellable *cancellable,
                                              GError **error);

/* Bytes on the wire so far (inside TLS), compressed where they were. */
guint64 mail_connection_get_bytes_in (const MailConnection *connection);
guint64 mail_connection_get_bytes_out (const MailConnection *connection);
/* Those that came, as the protocol saw them. */
guint64 mail_connection_get_plain_in (const MailConnection *connection);

/* (transfer full) (nullable): the certificate behind a MAIL_ERROR_CERTIFICATE or MAIL_ERROR_PIN_CHANGED that this thread
 * got last from mail_connection_open() or mail_connection_start_tls(). */
MailCertificate *mail_connection_dup_failed_certificate (void);
