/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dates.h"

#include <glib/gi18n.h>
#include <langinfo.h>
#include <string.h>

/* The locale's own time format tells whether its people count to twelve or to twenty-four. */
static const char *
time_format (void)
{
  const char *locale = nl_langinfo (T_FMT);

  return strstr (locale, "%r") != NULL || strstr (locale, "%p") != NULL ? "%-l:%M %p" : "%H:%M";
}

static gboolean
same_day (GDateTime *a, GDateTime *b)
{
  return g_date_time_get_year (a) == g_date_time_get_year (b)
         && g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b);
}

char *
mail_date_short (gint64 date, gint64 now)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (date);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now);
  g_autoptr (GDateTime) yesterday = today != NULL ? g_date_time_add_days (today, -1) : NULL;

  if (then == NULL || yesterday == NULL)
    return g_strdup ("");
  if (same_day (then, today))
    return g_date_time_format (then, time_format ());
  if (same_day (then, yesterday))
    return g_strdup (_ ("Yesterday"));
  if (g_date_time_get_year (then) == g_date_time_get_year (today))
    /* Translators: the date of a message of this year, short: 3 Nov */
    return g_date_time_format (then, _ ("%-d %b"));
  /* Translators: the date of a message of another year, short: 3 Nov 2019 */
  return g_date_time_format (then, _ ("%-d %b %Y"));
}

char *
mail_date_day (gint64 date, gint64 now)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (date);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now);

  if (then == NULL || today == NULL)
    return g_strdup ("");
  if (g_date_time_get_year (then) == g_date_time_get_year (today))
    /* Translators: a day of this year within a sentence: 3 November */
    return g_date_time_format (then, _ ("%-d %B"));
  /* Translators: a day of another year within a sentence: 3 November 2019 */
  return g_date_time_format (then, _ ("%-d %B %Y"));
}

static char *
day_and_time (GDateTime *date)
{
  /* Translators: a date in full: Saturday, 3 November 2029 */
  g_autofree char *day = g_date_time_format (date, _ ("%A, %-d %B %Y"));
  g_autofree char *time = g_date_time_format (date, time_format ());

  /* Translators: %1$s is a date, %2$s a time of day. */
  return g_strdup_printf (_ ("%1$s at %2$s"), day, time);
}

char *
mail_date_long (GDateTime *date)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (date);

  return day_and_time (local != NULL ? local : date);
}

char *
mail_date_for_sender (GDateTime *date)
{
  g_autofree char *text = day_and_time (date);
  g_autofree char *zone = g_date_time_format (date, "%:z");

  return g_strdup_printf ("%s (%s)", text, zone);
}
