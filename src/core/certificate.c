/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/certificate.h"

#include <glib/gi18n-lib.h>

static const struct
{
  GTlsCertificateFlags flag;
  const char *sentence;
} faults[] = {
  { G_TLS_CERTIFICATE_UNKNOWN_CA, N_ ("Nobody whom this computer trusts vouches for it.") },
  { G_TLS_CERTIFICATE_BAD_IDENTITY, N_ ("It was made for another server.") },
  { G_TLS_CERTIFICATE_NOT_ACTIVATED, N_ ("It is not valid yet. Is this computer’s clock right?") },
  { G_TLS_CERTIFICATE_EXPIRED, N_ ("It is no longer valid. Is this computer’s clock right?") },
  { G_TLS_CERTIFICATE_REVOKED, N_ ("It was revoked.") },
  { G_TLS_CERTIFICATE_INSECURE, N_ ("It uses a method that is no longer safe.") },
  { G_TLS_CERTIFICATE_GENERIC_ERROR, N_ ("It cannot be checked.") },
};

MailCertificate *
mail_certificate_copy (const MailCertificate *certificate)
{
  MailCertificate *copy = g_memdup2 (certificate, sizeof *certificate);

  copy->subject = g_strdup (certificate->subject);
  copy->issuer = g_strdup (certificate->issuer);
  copy->names = g_strdup (certificate->names);
  copy->fingerprint = g_strdup (certificate->fingerprint);
  copy->pinned = g_strdup (certificate->pinned);
  copy->pem = g_strdup (certificate->pem);
  return copy;
}

void
mail_certificate_free (MailCertificate *certificate)
{
  if (certificate == NULL)
    return;
  g_free (certificate->subject);
  g_free (certificate->issuer);
  g_free (certificate->names);
  g_free (certificate->fingerprint);
  g_free (certificate->pinned);
  g_free (certificate->pem);
  g_free (certificate);
}

char *
mail_certificate_describe_problems (const MailCertificate *certificate)
{
  g_autoptr (GStrvBuilder) sentences = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  if (certificate->pinned != NULL)
    g_strv_builder_add (sentences, _ ("It is not the certificate that you trusted."));
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    if (certificate->wrong & faults[i].flag)
      g_strv_builder_add (sentences, _ (faults[i].sentence));
  all = g_strv_builder_end (sentences);
  return g_strjoinv ("\n", all);
}
