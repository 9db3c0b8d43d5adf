/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "imap/imap-parser.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const MailImapLimits limits = { 65536, 65536, 65536, 20, 1000 };
  g_autoptr (MailImapFramer) framer = mail_imap_framer_new (&limits);
  g_auto (MailImapResponse) response = { 0 };
  MailImapFrame frame;

  mail_imap_framer_push (framer, data, size);
  for (; mail_imap_framer_next (framer, &frame, NULL) == MAIL_IMAP_FRAME_READY; mail_imap_response_clear (&response))
    mail_imap_parse (&frame, &limits, size % 2 == 0, &response, NULL);
  return 0;
}
