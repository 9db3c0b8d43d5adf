/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A server's certificate in the words of the page that asks a person whether to trust it. */
typedef struct
{
  char *subject;              /* distinguished name */
  char *issuer;
  char *names;                /* subject alternative names, ", " between them; or NULL */
  gint64 valid_from;          /* Unix seconds */
  gint64 valid_until;
  char *fingerprint;          /* SHA-256 of the DER, 64 lower-case hex digits */
  GTlsCertificateFlags wrong; /* what is wrong; 0 with a changed pin */
  char *pinned;               /* the fingerprint that was pinned, when this one is another; else NULL */
  char *pem;
} MailCertificate;

MailCertificate *mail_certificate_copy (const MailCertificate *certificate);
void mail_certificate_free (MailCertificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailCertificate, mail_certificate_free)

/* (transfer full): what is wrong, one translated sentence each, "\n" between them. */
char *mail_certificate_describe_problems (const MailCertificate *certificate);
