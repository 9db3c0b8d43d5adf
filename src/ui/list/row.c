/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/row.h"

#include <glib/gi18n.h>

#include "core/clock.h"
#include "ui/dates.h"

static gboolean
has (const MailRow *row, MailFlags flag)
{
  return (row->info->flags & flag) != 0;
}

const char *
mail_row_get_who (const MailRow *row)
{
  const MailMessageInfo *info = row->info;

  if (row->sent && info->to != NULL && *info->to != '\0')
    return info->to;
  if (info->from_name != NULL && *info->from_name != '\0')
    return info->from_name;
  if (info->from_address != NULL && *info->from_address != '\0')
    return info->from_address;
  return _ ("Unknown sender");
}

const char *
mail_row_get_subject (const MailRow *row)
{
  return row->info->subject != NULL && *row->info->subject != '\0' ? row->info->subject : _ ("No subject");
}

/* (nullable): the day on which the server's copy goes; NULL when it has come. */
static char *
dup_leaving_day (const MailRow *row)
{
  const gint64 now = mail_clock_now ();

  return row->leaves_when > now ? mail_date_day (row->leaves_when, now) : NULL;
}

static void
append (GString *text, const char *words)
{
  g_string_append (text, ", ");
  g_string_append (text, words);
}

static void
append_where (GString *text, const MailRow *row)
{
  g_autofree char *day = row->leaves ? dup_leaving_day (row) : NULL;

  if (day != NULL)
    {
      g_string_append (text, ", ");
      g_string_append_printf (text, _ ("leaves the server on %s"), day);
    }
  else if (row->leaves)
    append (text, _ ("leaves the server at the next check"));
  else if (row->info->where == MAIL_WHERE_SERVER)
    append (text, _ ("on the server only"));
  else if (row->info->where == MAIL_WHERE_HERE)
    append (text, _ ("only on this computer"));
}

char *
mail_row_describe (const MailRow *row)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *date = NULL;

  if (row->info == NULL)
    return g_strdup (_ ("Being read"));
  date = mail_date_short (row->info->date, mail_clock_now ());
  if (!has (row, MAIL_FLAG_SEEN))
    g_string_append_printf (text, "%s, ", _ ("Unread"));
  g_string_append_printf (text, row->sent ? _ ("to %s") : _ ("from %s"), mail_row_get_who (row));
  append (text, mail_row_get_subject (row));
  append (text, date);
  if (has (row, MAIL_FLAG_FLAGGED))
    append (text, _ ("starred"));
  if (row->info->has_attachment)
    append (text, _ ("has attachment"));
  if (has (row, MAIL_FLAG_ANSWERED))
    append (text, _ ("answered"));
  if (has (row, MAIL_FLAG_FORWARDED))
    append (text, _ ("forwarded"));
  for (guint i = 0; row->tags != NULL && i < row->tags->len; i++)
    append (text, mail_tag_get_name (g_ptr_array_index (row->tags, i)));
  append_where (text, row);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
explain_where (const MailRow *row)
{
  g_autofree char *day = row->leaves ? dup_leaving_day (row) : NULL;

  if (day != NULL)
    return g_strdup_printf (_ ("Leaves the server on %s"), day);
  if (row->leaves)
    return g_strdup (_ ("Leaves the server at the next check"));
  return g_strdup (row->info->where == MAIL_WHERE_SERVER ? _ ("On the server only: it is fetched when you open it")
                                                         : _ ("Only on this computer"));
}

char *
mail_row_explain (const MailRow *row, MailRowSpot spot)
{
  switch (spot)
    {
    case MAIL_ROW_STAR:
      return g_strdup (has (row, MAIL_FLAG_FLAGGED) ? _ ("Remove the star") : _ ("Add a star"));
    case MAIL_ROW_ARCHIVE:
      return g_strdup (C_ ("action", "Archive"));
    case MAIL_ROW_DELETE:
      return g_strdup (_ ("Delete"));
    case MAIL_ROW_ATTACHMENT:
      return g_strdup (_ ("Has an attachment"));
    case MAIL_ROW_ANSWERED:
      return g_strdup (has (row, MAIL_FLAG_ANSWERED) ? _ ("You answered this") : _ ("You forwarded this"));
    case MAIL_ROW_WHERE:
      return explain_where (row);
    case MAIL_ROW_TICK:
    case MAIL_ROW_PLAIN:
      break;
    }
  return NULL;
}

static const char *
where_icon (const MailRow *row)
{
  if (row->leaves)
    return "preferences-system-time-symbolic";
  return row->info->where == MAIL_WHERE_SERVER ? "weather-overcast-symbolic" : "missiva-laptop-symbolic";
}

guint
mail_row_list_icons (const MailRow *row, MailRowSpot spots[MAIL_ROW_MAX_ICONS], const char *names[MAIL_ROW_MAX_ICONS])
{
  guint n = 0;

  if (row->leaves || row->info->where != MAIL_WHERE_BOTH)
    spots[n] = MAIL_ROW_WHERE, names[n++] = where_icon (row);
  if (has (row, MAIL_FLAG_ANSWERED | MAIL_FLAG_FORWARDED))
    spots[n] = MAIL_ROW_ANSWERED, names[n++] = has (row, MAIL_FLAG_ANSWERED) ? "mail-replied-symbolic" : "mail-forward-symbolic";
  if (row->info->has_attachment)
    spots[n] = MAIL_ROW_ATTACHMENT, names[n++] = "mail-attachment-symbolic";
  if (row->hover || has (row, MAIL_FLAG_FLAGGED))
    spots[n] = MAIL_ROW_STAR, names[n++] = has (row, MAIL_FLAG_FLAGGED) ? "starred-symbolic" : "non-starred-symbolic";
  return n;
}

guint
mail_row_list_buttons (const MailRow *row, MailRowSpot spots[MAIL_ROW_MAX_BUTTONS], const char *names[MAIL_ROW_MAX_BUTTONS])
{
  guint n = 0;

  if (!row->hover)
    return 0;
  if (row->can_delete)
    spots[n] = MAIL_ROW_DELETE, names[n++] = "user-trash-symbolic";
  if (row->can_archive)
    spots[n] = MAIL_ROW_ARCHIVE, names[n++] = "package-x-generic-symbolic";
  return n;
}
