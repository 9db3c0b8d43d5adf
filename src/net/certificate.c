/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/certificate.h"

#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

static GByteArray *
dup_der (GTlsCertificate *certificate)
{
  GByteArray *der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  return der;
}

char *
mail_certificate_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = dup_der (certificate);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

/* What a certificate says of itself is shown to a person, so it may hold neither broken UTF-8 nor control
 * characters. */
static char *
make_presentable (const void *data, gsize length)
{
  char *text = g_utf8_make_valid (data, length);

  for (char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  return text;
}

static char *
dup_name (gnutls_x509_crt_t crt, int (*get) (gnutls_x509_crt_t, gnutls_datum_t *, unsigned))
{
  gnutls_datum_t name = { NULL, 0 };
  char *text;

  if (get (crt, &name, 0) != GNUTLS_E_SUCCESS)
    return g_strdup ("");
  text = make_presentable (name.data, name.size);
  gnutls_free (name.data);
  return text;
}

static char *
dup_alternative_names (gnutls_x509_crt_t crt)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (unsigned i = 0; i < 100; i++)
    {
      char value[512];
      gsize size = sizeof value;
      int type = gnutls_x509_crt_get_subject_alt_name (crt, i, value, &size, NULL);
      char address[INET6_ADDRSTRLEN];

      if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        break;
      if (type == GNUTLS_SAN_DNSNAME)
        g_ptr_array_add (names, make_presentable (value, strnlen (value, size)));
      else if (type == GNUTLS_SAN_IPADDRESS && (size == 4 || size == 16)
               && inet_ntop (size == 4 ? AF_INET : AF_INET6, value, address, sizeof address) != NULL)
        g_ptr_array_add (names, g_strdup (address));
    }
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

MailCertificate *
mail_certificate_new (GTlsCertificate *certificate, GTlsCertificateFlags wrong, const char *pin)
{
  MailCertificate *self = g_new0 (MailCertificate, 1);
  g_autoptr (GByteArray) der = dup_der (certificate);
  gnutls_datum_t datum = { der->data, der->len };
  gnutls_x509_crt_t crt;

  self->wrong = wrong;
  self->pinned = g_strdup (pin);
  self->fingerprint = mail_certificate_fingerprint (certificate);
  g_object_get (certificate, "certificate-pem", &self->pem, NULL);

  gnutls_x509_crt_init (&crt);
  if (gnutls_x509_crt_import (crt, &datum, GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS)
    {
      self->subject = dup_name (crt, gnutls_x509_crt_get_dn3);
      self->issuer = dup_name (crt, gnutls_x509_crt_get_issuer_dn3);
      self->names = dup_alternative_names (crt);
      self->valid_from = gnutls_x509_crt_get_activation_time (crt);
      self->valid_until = gnutls_x509_crt_get_expiration_time (crt);
    }
  else
    {
      self->subject = g_strdup ("");
      self->issuer = g_strdup ("");
    }
  gnutls_x509_crt_deinit (crt);
  return self;
}
