/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "mime/mime-message.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, size);
  g_autoptr (MailMimeMessage) message = mail_mime_message_parse (raw, &mail_mime_default_limits, NULL, NULL);
  g_autoptr (MailMessageInfo) info = mail_message_info_new ();
  g_auto (GStrv) headers = mail_mime_message_dup_headers (message);
  g_autoptr (GBytes) part = mail_mime_message_dup_part (message, size % 4, NULL);

  mail_mime_message_fill_info (message, info);
  g_assert (info->subject == NULL || g_utf8_validate (info->subject, -1, NULL));
  g_assert (info->preview == NULL || g_utf8_validate (info->preview, -1, NULL));
  return 0;
}
