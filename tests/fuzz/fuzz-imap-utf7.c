/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "imap/imap-utf7.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *name = g_strndup ((const char *) data, size);
  g_autofree char *decoded = mail_imap_utf7_decode (name);
  g_autofree char *encoded = mail_imap_utf7_encode (name);
  g_autofree char *again = encoded != NULL ? mail_imap_utf7_decode (encoded) : NULL;

  g_assert (decoded == NULL || g_utf8_validate (decoded, -1, NULL));
  g_assert_cmpstr (again, ==, encoded != NULL ? name : NULL);
  return 0;
}
