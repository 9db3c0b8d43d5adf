/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/credentials.h"
#include "core/endpoint.h"

/* An SMTP submission session (RFC 6409) that is signed in. Blocking; one thread. Sending comes with the outbox; the wizard and
 * `account check` need it to prove that sign-in works. */
typedef struct _MailSmtpSession MailSmtpSession;

/* Connects, EHLO (with an address literal that tells nothing), STARTTLS (promise 5), EHLO, AUTH with the strongest
 * mechanism. @credentials NULL: no AUTH. Errors beyond those of the connection: SIGN_IN when AUTH is refused; BUSY on
 * 4yz; REFUSED on 5yz elsewhere; UNSUPPORTED when the server offers no AUTH; PROTOCOL and LIMIT. */
MailSmtpSession *mail_smtp_session_open (const MailEndpoint *endpoint,
                                         const MailCredentials *credentials,
                                         GCancellable *cancellable,
                                         GError **error);
/* QUIT, waiting two seconds at most, and free; free at once. NULL is fine. */
void mail_smtp_session_close (MailSmtpSession *session);
void mail_smtp_session_free (MailSmtpSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailSmtpSession, mail_smtp_session_free)

/* EHLO keywords with their parameters, one string each, as sent last (under TLS); NULL-terminated. */
const char *const *mail_smtp_session_get_capabilities (const MailSmtpSession *session);
/* SIZE in octets (RFC 1870); 0 = not told. */
guint64 mail_smtp_session_get_max_size (const MailSmtpSession *session);
