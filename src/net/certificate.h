/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/certificate.h"

/* (transfer full): @certificate in plain values. @wrong is what the TLS library found, @pin (nullable) what was pinned. */
MailCertificate *mail_certificate_new (GTlsCertificate *certificate, GTlsCertificateFlags wrong, const char *pin);

/* (transfer full): SHA-256 of the DER form, 64 lower-case hex digits. */
char *mail_certificate_fingerprint (GTlsCertificate *certificate);
