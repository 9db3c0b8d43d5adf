/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "net/scram.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (MailScram) scram = mail_scram_new (MAIL_SCRAM_SHA_256, "user", "pencil", "nonce");
  g_autofree char *challenge = g_strndup ((const char *) data, size);
  g_autofree char *first = mail_scram_begin (scram);
  g_autofree char *answer = mail_scram_answer (scram, challenge, NULL);

  return mail_scram_verify (scram, challenge, NULL) && answer == NULL && first == NULL;
}
