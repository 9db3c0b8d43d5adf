/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/clock.h"

static gint64 fixed_seconds; /* atomic; 0 = the real clock */

gint64
mail_clock_now (void)
{
  gint64 fixed = __atomic_load_n (&fixed_seconds, __ATOMIC_RELAXED);

  return fixed != 0 ? fixed : g_get_real_time () / G_USEC_PER_SEC;
}

void
mail_clock_set_for_test (gint64 unix_seconds)
{
  __atomic_store_n (&fixed_seconds, unix_seconds, __ATOMIC_RELAXED);
}
