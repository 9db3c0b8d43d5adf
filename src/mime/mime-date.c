/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-date.h"

#include <string.h>

#include "mime/mime-message.h"

#define LONGEST 200 /* no date is longer; more is a joke or an attack */
#define EPOCH_DAY 719163 /* 1 January 1970, counted by GDate */

/* Dates are read word by word, in whatever order they come: RFC 5322 with its obsolete forms, asctime(), 12-hour
 * clocks, years counted from 1900. What has no day, month or year is no date. */
typedef struct
{
  int year;
  int month;
  int day;
  int hour;
  int minute;
  int second;
  int offset; /* minutes */
  gboolean has_time;
  gboolean has_zone;
} Parts;

static const char *const months[] = {
  "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
};

static const struct
{
  const char *name;
  int offset;
} zones[] = {
  { "ut", 0 },       { "utc", 0 },      { "gmt", 0 },      { "z", 0 },        { "wet", 0 },      { "est", -300 },   { "edt", -240 },
  { "cst", -360 },   { "cdt", -300 },   { "mst", -420 },   { "mdt", -360 },   { "pst", -480 },   { "pdt", -420 },   { "bst", 60 },
  { "cet", 60 },     { "met", 60 },     { "mez", 60 },     { "west", 60 },    { "cest", 120 },   { "mest", 120 },   { "mesz", 120 },
  { "eet", 120 },    { "eest", 180 },   { "msk", 180 },    { "jst", 540 },    { "kst", 540 },    { "aest", 600 },   { "aedt", 660 },
};

static gboolean
is_number (const char *word)
{
  return word[0] != '\0' && word[strspn (word, "0123456789")] == '\0';
}

/* "+0200", "-600", "+01:00" */
static void
read_offset (Parts *parts, const char *word)
{
  int digits[4] = { 0 };
  guint count = 0;

  for (const char *p = word + 1; *p != '\0' && count < 4 && (g_ascii_isdigit (*p) || *p == ':'); p++)
    if (*p != ':')
      digits[count++] = *p - '0';
  if (count < 3)
    return;
  parts->offset = count == 3 ? digits[0] * 60 + digits[1] * 10 + digits[2]
                             : (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
  parts->offset = MIN (parts->offset, 24 * 60 - 1);
  if (word[0] == '-')
    parts->offset = -parts->offset;
  parts->has_zone = TRUE;
}

/* "12:05:10", "8:00", "8:00PM" */
static gboolean
read_time (Parts *parts, const char *word)
{
  int values[3] = { 0 };
  char *end = (char *) word;

  if (!g_ascii_isdigit (word[0]) || strchr (word, ':') == NULL || parts->has_time)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    {
      gint64 number;

      if (!g_ascii_isdigit (*end))
        break;
      number = g_ascii_strtoll (end, &end, 10);
      values[i] = (int) MIN (number, 99);
      if (*end != ':')
        break;
      end++;
    }
  parts->hour = values[0];
  parts->minute = values[1];
  parts->second = MIN (values[2], 59); /* a leap second */
  parts->has_time = TRUE;
  return TRUE;
}

static void
read_half_day (Parts *parts, const char *word)
{
  gsize length = strlen (word);
  const char *half = length >= 2 ? word + length - 2 : "";

  if (!parts->has_time || (length > 2 && !g_ascii_isdigit (word[length - 3])))
    return;
  if (g_str_equal (half, "pm") && parts->hour < 12)
    parts->hour += 12;
  else if (g_str_equal (half, "am") && parts->hour == 12)
    parts->hour = 0;
}

/* Two digits turn at 50 and three count from 1900 (RFC 5322, section 4.3), also with a zero before them. */
static void
read_number (Parts *parts, const char *word)
{
  gint64 number = strlen (word) <= 5 ? g_ascii_strtoll (word, NULL, 10) : 0;

  if (parts->day == 0 && strlen (word) <= 2)
    parts->day = (int) number;
  else if (parts->year == 0 && strlen (word) == 2)
    parts->year = (int) number + (number < 50 ? 2000 : 1900);
  else if (parts->year == 0 && number >= 100 && number < 200)
    parts->year = (int) number + 1900;
  else if (parts->year == 0 && strlen (word) == 4)
    parts->year = (int) number;
}

static void
read_name (Parts *parts, const char *word)
{
  gsize length = strlen (word);

  for (guint i = 0; i < G_N_ELEMENTS (months) && length >= 3 && parts->month == 0; i++)
    if (strncmp (months[i], word, length) == 0 || (length == 4 && strncmp (word, "sept", 4) == 0 && i == 8))
      parts->month = (int) i + 1;
  for (guint i = 0; i < G_N_ELEMENTS (zones) && !parts->has_zone; i++)
    if (g_str_equal (word, zones[i].name))
      {
        parts->offset = zones[i].offset;
        parts->has_zone = TRUE;
      }
}

static void
read_word (Parts *parts, const char *word)
{
  const char *sign = strpbrk (word, "+-");

  if ((word[0] == '+' || word[0] == '-') && parts->has_time)
    read_offset (parts, word);
  else if (is_number (word))
    read_number (parts, word);
  else if (read_time (parts, word) || g_str_has_suffix (word, "pm") || g_str_has_suffix (word, "am"))
    read_half_day (parts, word);
  else if (sign != NULL && (g_str_has_prefix (word, "gmt") || g_str_has_prefix (word, "utc")))
    read_offset (parts, sign);
  else if (sign != NULL && g_ascii_isalnum (word[0]))
    {
      g_auto (GStrv) words = g_strsplit_set (word, "+-", 4); /* "21-Nov-1997" */

      for (char **one = words; *one != NULL; one++)
        if (is_number (*one))
          read_number (parts, *one);
        else
          read_name (parts, *one);
    }
  else
    read_name (parts, word);
}

/* (transfer full): @raw in small letters without its (comments). */
static char *
without_comments (const char *raw)
{
  char *text = g_ascii_strdown (raw, -1);
  guint depth = 0;

  for (char *p = text; *p != '\0'; p++)
    {
      gboolean closes = *p == ')' && depth > 0;

      depth += *p == '(';
      if (depth > 0)
        *p = ' ';
      depth -= closes;
    }
  return text;
}

static gboolean
read_parts (Parts *parts, const char *raw)
{
  g_autofree char *text = NULL;
  char *next;

  if (raw == NULL || strlen (raw) > LONGEST)
    return FALSE;
  text = without_comments (raw);
  for (char *word = text; *word != '\0'; word = next)
    {
      gsize length = strcspn (word, " \t\r\n,;\"");

      next = word + length + (word[length] != '\0');
      word[length] = '\0';
      if (length > 0)
        read_word (parts, word);
    }
  return parts->year > 0 && parts->month > 0 && g_date_valid_dmy (parts->day, parts->month, parts->year) && parts->hour < 24 &&
         parts->minute < 60;
}

GDateTime *
mail_mime_read_date (const char *raw)
{
  Parts parts = { 0 };
  g_autoptr (GTimeZone) zone = NULL;

  if (!read_parts (&parts, raw))
    return NULL;
  zone = g_time_zone_new_offset (parts.offset * 60);
  return g_date_time_new (zone, parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second);
}

/* By day numbers and not through GDateTime, whose time zones cost more than all the rest: a first sync reads 100,000 of them. */
gboolean
mail_mime_parse_date (const char *raw, gint64 *unix_seconds, int *offset_minutes)
{
  Parts parts = { 0 };
  GDate day;

  if (!read_parts (&parts, raw))
    return FALSE;
  g_date_clear (&day, 1);
  g_date_set_dmy (&day, parts.day, parts.month, parts.year);
  if (unix_seconds != NULL)
    *unix_seconds = ((gint64) g_date_get_julian (&day) - EPOCH_DAY) * 86400 + parts.hour * 3600 +
                    (parts.minute - parts.offset) * 60 + parts.second;
  if (offset_minutes != NULL)
    *offset_minutes = parts.offset;
  return TRUE;
}
