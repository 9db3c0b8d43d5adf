/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "net/deflate.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (MailDeflate) stream = mail_deflate_new ();
  char buffer[4096];

  mail_deflate_feed (stream, data, size);
  while (mail_deflate_unpack (stream, buffer, sizeof buffer, NULL) > 0)
    ;
  return 0;
}
