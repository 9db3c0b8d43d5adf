/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "pop3/pop3-parser.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *line = g_strndup ((const char *) data, size);
  g_autofree char *timestamp = mail_pop3_dup_timestamp (line);
  g_autoptr (MailPop3Capa) capa = mail_pop3_capa_new ();
  MailPop3Status status;
  const char *uidl;
  gsize length, used;
  guint number;
  guint64 octets;

  mail_pop3_read_line ((const char *) data, size, 64, &length, &used, NULL);
  mail_pop3_capa_add_line (capa, line);
  mail_pop3_parse_numbers (line, &number, &octets, NULL);
  mail_pop3_parse_uidl (line, &number, &uidl, NULL);
  if (mail_pop3_parse_status (line, &status, NULL))
    g_error_free (mail_pop3_status_to_error (&status, 0, "fuzz"));
  return 0;
}
