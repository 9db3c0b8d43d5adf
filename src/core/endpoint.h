/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How a connection is protected. There is no "if available": what the account says is what happens. */
typedef enum
{
  MAIL_SECURITY_TLS,      /* TLS from the first byte (RFC 8314) */
  MAIL_SECURITY_STARTTLS, /* STARTTLS or STLS before anything else; without it the connection ends */
  MAIL_SECURITY_NONE,     /* clear text, because the account says so in so many words */
} MailSecurity;

const char *mail_security_to_string (MailSecurity security); /* "tls", "starttls", "none" */
gboolean mail_security_from_string (const char *text, MailSecurity *security, GError **error);

/* Where a server is and how it is trusted. */
typedef struct
{
  char *host;            /* name or address literal, without brackets; NULL: no server configured */
  guint16 port;          /* 1..65535 */
  MailSecurity security;
  char *pin;             /* SHA-256 of the certificate's DER that the person trusts, 64 lower-case hex digits, or NULL */
  char *ca_file;         /* PEM file with further authorities, or NULL */
} MailEndpoint;

MailEndpoint *mail_endpoint_new (const char *host, guint16 port, MailSecurity security);
MailEndpoint *mail_endpoint_copy (const MailEndpoint *endpoint);
void mail_endpoint_free (MailEndpoint *endpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailEndpoint, mail_endpoint_free)

/* Reads "HOST:PORT" or "[v6]:PORT" into @endpoint. MAIL_ERROR_BAD_INPUT names what is wrong. */
gboolean mail_endpoint_set_host_port (MailEndpoint *endpoint, const char *text, GError **error);

/* (transfer full): "host:port", with brackets around an IPv6 literal. */
char *mail_endpoint_to_string (const MailEndpoint *endpoint);

/* Brings a SHA-256 fingerprint as people paste it (colons, blanks, upper case) to 64 lower-case hex digits. */
char *mail_fingerprint_normalize (const char *text, GError **error);
