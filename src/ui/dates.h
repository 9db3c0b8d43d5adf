/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Dates as people say them, in the reader's language and zone. All (transfer full). */

/* For a row: "14:05", "Yesterday", "3 Nov", "3 Nov 2019". @now: Unix seconds. */
char *mail_date_short (gint64 date, gint64 now);

/* A day within a sentence: "3 November", "3 November 2019". @now: Unix seconds. */
char *mail_date_day (gint64 date, gint64 now);

/* For the reader: "Saturday, 3 November 2029 at 14:05", in the local zone. */
char *mail_date_long (GDateTime *date);

/* The same moment in the sender's zone: "Saturday, 3 November 2029 at 08:05 (-05:00)". */
char *mail_date_for_sender (GDateTime *date);
