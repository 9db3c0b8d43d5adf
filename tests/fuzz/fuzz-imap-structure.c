/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "imap/imap-types.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (MailImapPart) part = mail_imap_part_parse (text, &error);

  g_assert ((part == NULL) == (error != NULL));
  return 0;
}
