/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/test-certificates.h"

#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#define DAY ((time_t) 24 * 60 * 60)
#define KINDS (TEST_CERTIFICATE_LAST + 1)

typedef struct
{
  char *folder;
  char *ca_file;
  char *certificate_files[KINDS];
  char *key_files[KINDS];
  char *fingerprints[KINDS];
} Certificates;

typedef struct
{
  gnutls_x509_crt_t crt;
  gnutls_x509_privkey_t key;
} Pair;

static const char *const names[KINDS]
    = { "valid", "renewed", "expired", "not-yet", "wrong-host", "self-signed" };
static Certificates certificates;

static void
must (int code)
{
  if (code < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (code));
}

static void
add_names (gnutls_x509_crt_t crt, TestCertificate kind)
{
  static const guint8 v4[] = { 127, 0, 0, 1 };
  static const guint8 v6[16] = { [15] = 1 };

  if (kind == TEST_CERTIFICATE_WRONG_HOST)
    {
      must (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_DNSNAME, "other.example.org", 17,
                                                  GNUTLS_FSAN_APPEND));
      return;
    }
  must (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_APPEND));
  must (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, v4, sizeof v4, GNUTLS_FSAN_APPEND));
  must (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, v6, sizeof v6, GNUTLS_FSAN_APPEND));
}

/* A key and an unsigned certificate valid from @from to @until, in days from now. */
static Pair
new_pair (const char *common_name, int from, int until)
{
  static guint8 last_serial;
  g_autofree char *dn = g_strdup_printf ("CN=%s,O=Example", common_name);
  guint8 serial = ++last_serial;
  time_t now = time (NULL);
  Pair pair;

  must (gnutls_x509_privkey_init (&pair.key));
  must (gnutls_x509_privkey_generate (pair.key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0));
  must (gnutls_x509_crt_init (&pair.crt));
  must (gnutls_x509_crt_set_version (pair.crt, 3));
  must (gnutls_x509_crt_set_key (pair.crt, pair.key));
  must (gnutls_x509_crt_set_serial (pair.crt, &serial, 1));
  must (gnutls_x509_crt_set_dn (pair.crt, dn, NULL));
  must (gnutls_x509_crt_set_activation_time (pair.crt, now + from * DAY));
  must (gnutls_x509_crt_set_expiration_time (pair.crt, now + until * DAY));
  return pair;
}

static void
sign (Pair *pair, const Pair *by)
{
  must (gnutls_x509_crt_sign2 (pair->crt, by->crt, by->key, GNUTLS_DIG_SHA256, 0));
}

static void
free_pair (Pair *pair)
{
  gnutls_x509_crt_deinit (pair->crt);
  gnutls_x509_privkey_deinit (pair->key);
}

/* (transfer full): the path of the new file. */
static char *
save (const char *name, gnutls_datum_t *pem)
{
  char *path = g_build_filename (certificates.folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, (char *) pem->data, pem->size, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    g_error ("%s", error->message);
  gnutls_free (pem->data);
  return path;
}

static char *
save_certificate (const char *name, gnutls_x509_crt_t crt)
{
  gnutls_datum_t pem;

  must (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &pem));
  return save (name, &pem);
}

static void
make_server_certificate (TestCertificate kind, const Pair *authority)
{
  Pair pair
      = new_pair (kind == TEST_CERTIFICATE_WRONG_HOST ? "other.example.org" : "localhost",
                  kind == TEST_CERTIFICATE_NOT_YET ? 10 : -10, kind == TEST_CERTIFICATE_EXPIRED ? -1 : 20);
  g_autofree char *certificate_name = g_strconcat (names[kind], ".pem", NULL);
  g_autofree char *key_name = g_strconcat (names[kind], ".key", NULL);
  gnutls_datum_t key;
  gnutls_datum_t der;

  must (gnutls_x509_crt_set_basic_constraints (pair.crt, 0, -1));
  must (gnutls_x509_crt_set_key_usage (pair.crt, GNUTLS_KEY_DIGITAL_SIGNATURE));
  must (gnutls_x509_crt_set_key_purpose_oid (pair.crt, GNUTLS_KP_TLS_WWW_SERVER, 0));
  add_names (pair.crt, kind);
  sign (&pair, kind == TEST_CERTIFICATE_SELF_SIGNED ? &pair : authority);

  certificates.certificate_files[kind] = save_certificate (certificate_name, pair.crt);
  must (gnutls_x509_privkey_export2_pkcs8 (pair.key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key));
  certificates.key_files[kind] = save (key_name, &key);
  must (gnutls_x509_crt_export2 (pair.crt, GNUTLS_X509_FMT_DER, &der));
  certificates.fingerprints[kind] = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der.data, der.size);
  gnutls_free (der.data);
  free_pair (&pair);
}

static void
remove_file (char *path)
{
  g_unlink (path);
  g_free (path);
}

static void
remove_all (void)
{
  for (guint kind = 0; kind < KINDS; kind++)
    {
      remove_file (certificates.certificate_files[kind]);
      remove_file (certificates.key_files[kind]);
      g_free (certificates.fingerprints[kind]);
    }
  remove_file (certificates.ca_file);
  g_rmdir (certificates.folder);
  g_free (certificates.folder);
}

static gpointer
make_all (gpointer unused)
{
  Pair authority = new_pair ("Test Authority", -10, 30);
  g_autoptr (GError) error = NULL;

  certificates.folder = g_dir_make_tmp ("missiva-certificates-XXXXXX", &error);
  if (certificates.folder == NULL)
    g_error ("%s", error->message);

  must (gnutls_x509_crt_set_basic_constraints (authority.crt, 1, -1));
  must (gnutls_x509_crt_set_key_usage (authority.crt, GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
  sign (&authority, &authority);
  certificates.ca_file = save_certificate ("authority.pem", authority.crt);
  for (TestCertificate kind = 0; kind < KINDS; kind++)
    make_server_certificate (kind, &authority);
  free_pair (&authority);
  atexit (remove_all);
  return &certificates;
}

static const Certificates *
get_all (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_all, NULL);
}

gboolean
test_certificate_from_string (const char *text, TestCertificate *kind)
{
  for (TestCertificate k = 0; k < KINDS; k++)
    if (g_strcmp0 (names[k], text) == 0)
      {
        *kind = k;
        return TRUE;
      }
  return FALSE;
}

const char *
test_certificates_get_ca_file (void)
{
  return get_all ()->ca_file;
}

const char *
test_certificates_get_certificate_file (TestCertificate kind)
{
  return get_all ()->certificate_files[kind];
}

const char *
test_certificates_get_key_file (TestCertificate kind)
{
  return get_all ()->key_files[kind];
}

const char *
test_certificates_get_fingerprint (TestCertificate kind)
{
  return get_all ()->fingerprints[kind];
}

GTlsCertificate *
test_certificates_load (TestCertificate kind)
{
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_files (
      test_certificates_get_certificate_file (kind), test_certificates_get_key_file (kind), &error);

  if (certificate == NULL)
    g_error ("%s", error->message);
  return certificate;
}
