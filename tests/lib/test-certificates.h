/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* An authority and server certificates for tests, made in a temporary folder when first asked for and removed at the
 * process's end. All but the odd ones are for localhost, 127.0.0.1 and ::1. Any thread. */
typedef enum
{
  TEST_CERTIFICATE_VALID,
  TEST_CERTIFICATE_RENEWED,     /* valid as well, with another key: what a changed pin looks like */
  TEST_CERTIFICATE_EXPIRED,
  TEST_CERTIFICATE_NOT_YET,     /* its time has not come */
  TEST_CERTIFICATE_WRONG_HOST,  /* for other.example.org */
  TEST_CERTIFICATE_SELF_SIGNED, /* right name, nobody vouches for it */
  TEST_CERTIFICATE_LAST = TEST_CERTIFICATE_SELF_SIGNED,
} TestCertificate;

/* "valid", "renewed", "expired", "not-yet", "wrong-host", "self-signed". */
gboolean test_certificate_from_string (const char *text, TestCertificate *kind);

/* PEM file of the authority, for MailEndpoint.ca_file. */
const char *test_certificates_get_ca_file (void);

/* PEM files for servers that read them themselves. */
const char *test_certificates_get_certificate_file (TestCertificate kind);
const char *test_certificates_get_key_file (TestCertificate kind);

/* SHA-256 of the DER, 64 lower-case hex digits, for MailEndpoint.pin. */
const char *test_certificates_get_fingerprint (TestCertificate kind);

/* (transfer full): certificate and key, for a GTlsServerConnection. */
GTlsCertificate *test_certificates_load (TestCertificate kind);
