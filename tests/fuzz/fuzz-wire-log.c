/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"
#include "net/wire-log.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_assert_true (mail_wire_log_is_on () || mail_wire_log_start ("/dev/null", NULL));
  for (size_t i = 0; i + 3 < size; i += 3 + data[i + 2])
    mail_wire_log_write (data[i] % 3, "host", data[i + 1] % 2 ? 'C' : 'S', data + i + 3, MIN (data[i + 2], size - i - 3));
  for (guint connection = 0; connection < 3; connection++)
    mail_wire_log_forget (connection, "host");
  return 0;
}
