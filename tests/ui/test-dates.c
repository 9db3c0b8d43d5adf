/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dates.h"

#define NOW 1795269600 /* Saturday, 21 November 2026, 14:00 UTC */
#define DAY (24 * 60 * 60)

static void
assert_short (gint64 date, const char *expected)
{
  g_autofree char *text = mail_date_short (date, NOW);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_short (void)
{
  assert_short (NOW - 60 * 60, "13:00");
  assert_short (NOW - DAY, "Yesterday");
  assert_short (NOW - 14 * 60 * 60 - 1, "Yesterday");
  assert_short (NOW - 18 * DAY, "3 Nov");
  assert_short (NOW - (gint64) (7 * 365 + 20) * DAY, "3 Nov 2019");
}

static void
test_day (void)
{
  g_autofree char *soon = mail_date_day (NOW + 15 * DAY, NOW);
  g_autofree char *next_year = mail_date_day (NOW + 60 * DAY, NOW);
  g_autofree char *never = mail_date_day (G_MAXINT64, NOW);

  g_assert_cmpstr (soon, ==, "6 December");
  g_assert_cmpstr (next_year, ==, "20 January 2027");
  g_assert_cmpstr (never, ==, "");
}

static void
test_strange (void)
{
  assert_short (G_MAXINT64, "");
  assert_short (G_MININT64, "");
  assert_short (0, "1 Jan 1970");
}

static void
test_long (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (-5 * 60 * 60);
  g_autoptr (GDateTime) date = g_date_time_new (zone, 2026, 11, 20, 22, 5, 0);
  g_autofree char *here = mail_date_long (date);
  g_autofree char *there = mail_date_for_sender (date);

  g_assert_cmpstr (here, ==, "Saturday, 21 November 2026 at 03:05");
  g_assert_cmpstr (there, ==, "Friday, 20 November 2026 at 22:05 (-05:00)");
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/dates/says-the-date-of-a-row-as-people-do", test_short);
  g_test_add_func ("/ui/dates/names-a-day-within-a-sentence", test_day);
  g_test_add_func ("/ui/dates/survives-dates-beyond-the-calendar", test_strange);
  g_test_add_func ("/ui/dates/tells-the-local-and-the-sender-s-time", test_long);
  return g_test_run ();
}
