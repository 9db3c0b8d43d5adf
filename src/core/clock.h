/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The time as the program sees it: Unix seconds, UTC. Everything that decides by date (retention, back-off,
 * "last N days") asks here, so that a test can set the date. */
gint64 mail_clock_now (void);

/* Makes mail_clock_now() answer @unix_seconds until it is called with 0. For tests; any thread. */
void mail_clock_set_for_test (gint64 unix_seconds);
