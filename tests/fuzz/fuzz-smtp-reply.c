/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "smtp/smtp-reply.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (MailSmtpReply) reply = NULL;
  gsize used = 0;

  if (mail_smtp_reply_parse ((const char *) data, size, 512, 4096, &used, &reply, NULL) == MAIL_SMTP_PARSE_DONE)
    g_free (mail_smtp_reply_dup_text (reply));
  g_assert (used <= size);
  return 0;
}
