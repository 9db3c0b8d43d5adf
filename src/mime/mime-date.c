/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-message.h"

#include "mime/mime-library.h"

gboolean
mail_mime_parse_date (const char *raw, gint64 *unix_seconds, int *offset_minutes)
{
  g_autoptr (GDateTime) date = NULL;

  mail_mime_library_options ();
  if (raw != NULL)
    date = g_mime_utils_header_decode_date (raw);
  if (date == NULL)
    return FALSE;
  if (unix_seconds != NULL)
    *unix_seconds = g_date_time_to_unix (date);
  if (offset_minutes != NULL)
    *offset_minutes = (int) (g_date_time_get_utc_offset (date) / G_TIME_SPAN_MINUTE);
  return TRUE;
}
