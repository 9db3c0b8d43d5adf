/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "pop3/pop3-parser.h"

/* In one piece or byte by byte, the same comes out. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (MailPop3Body) whole = { NULL }, slow = { NULL };
  gsize used = 0, one, at = 0;
  MailPop3Progress progress, slowly = MAIL_POP3_MORE;

  mail_pop3_body_init (&whole, size, 4096);
  mail_pop3_body_init (&slow, 0, 4096);
  progress = mail_pop3_body_feed (&whole, (const char *) data, size, &used, NULL);
  for (; at < size && slowly == MAIL_POP3_MORE; at++)
    slowly = mail_pop3_body_feed (&slow, (const char *) data + at, 1, &one, NULL);
  g_assert_cmpint (slowly, ==, progress);
  g_assert_true (progress != MAIL_POP3_DONE || at == used);
  if (progress != MAIL_POP3_BAD)
    g_assert_cmpmem (whole.bytes->data, whole.bytes->len, slow.bytes->data, slow.bytes->len);
  return 0;
}
