/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-date.h"

#include <string.h>

static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Days since 1 January 1970 in the Gregorian calendar. The year begins in March, so that the leap day is its last. */
static gint64
days_of (gint64 year, gint64 month, gint64 day)
{
  gint64 from_march = (month + 9) % 12;
  gint64 y = year - from_march / 10;

  return y * 365 + y / 4 - y / 100 + y / 400 + (from_march * 306 + 5) / 10 + day - 719469;
}

static gboolean
read_number (const char **p, int least, int most, gint64 *number)
{
  int digits = 0;

  *number = 0;
  for (; digits < most && g_ascii_isdigit (**p); digits++)
    *number = *number * 10 + (*(*p)++ - '0');
  return digits >= least;
}

static gboolean
read_month (const char **p, gint64 *month)
{
  for (int i = 0; i < 12; i++)
    if (g_ascii_strncasecmp (*p, month_names + 3 * i, 3) == 0)
      {
        *month = i + 1;
        *p += 3;
        return TRUE;
      }
  return FALSE;
}

static gboolean
take (const char **p, char c)
{
  if (**p != c)
    return FALSE;
  (*p)++;
  return TRUE;
}

static gboolean
read_zone (const char **p, gint64 *seconds)
{
  gint64 zone;
  gint64 sign = **p == '-' ? -1 : 1;

  if (!take (p, '+') && !take (p, '-'))
    return FALSE;
  if (!read_number (p, 4, 4, &zone) || zone % 100 > 59)
    return FALSE;
  *seconds = sign * (zone / 100 * 3600 + zone % 100 * 60);
  return TRUE;
}

gboolean
mail_imap_date_parse (const char *text, gint64 *unix_seconds)
{
  const char *p = text;
  gint64 day, month, year, hour, minute, second, zone;

  while (*p == ' ')
    p++;
  if (!read_number (&p, 1, 2, &day) || !take (&p, '-') || !read_month (&p, &month) || !take (&p, '-')
      || !read_number (&p, 4, 4, &year) || !take (&p, ' ')
      || !read_number (&p, 1, 2, &hour) || !take (&p, ':')
      || !read_number (&p, 2, 2, &minute) || !take (&p, ':')
      || !read_number (&p, 2, 2, &second) || !take (&p, ' ')
      || !read_zone (&p, &zone) || *p != '\0')
    return FALSE;
  if (day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    return FALSE;
  *unix_seconds = days_of (year, month, day) * 86400 + hour * 3600 + minute * 60 + second - zone;
  return TRUE;
}

char *
mail_imap_date_format (gint64 unix_seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (unix_seconds);

  if (date == NULL)
    date = g_date_time_new_from_unix_utc (0);
  return g_strdup_printf ("%2d-%.3s-%04d %02d:%02d:%02d +0000", g_date_time_get_day_of_month (date),
                          month_names + 3 * (g_date_time_get_month (date) - 1), g_date_time_get_year (date),
                          g_date_time_get_hour (date), g_date_time_get_minute (date),
                          g_date_time_get_second (date));
}
