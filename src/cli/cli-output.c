/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli-output.h"

#include <stdio.h>
#include <string.h>

#define MAX_WIDTH 60 /* characters of a column */

struct _MailCliTable
{
  guint columns;
  GPtrArray *rows; /* char **, the titles first */
};

void
mail_cli_add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

void
mail_cli_add_strings (JsonBuilder *builder, const char *name, const char *const *values)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
}

void
mail_cli_add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

void
mail_cli_add_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

void
mail_cli_add_time (JsonBuilder *builder, const char *name, gint64 unix_seconds)
{
  g_autoptr (GDateTime) time = unix_seconds != 0 ? g_date_time_new_from_unix_utc (unix_seconds) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : NULL;

  mail_cli_add_string (builder, name, text);
}

gboolean
mail_cli_print_json (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  return puts (text) >= 0 && fflush (stdout) == 0;
}

void
mail_cli_print_json_element (JsonBuilder *builder, guint index)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  fputs (index == 0 ? "[" : ",\n", stdout);
  fputs (text, stdout);
}

void
mail_cli_print_json_end (guint count)
{
  puts (count == 0 ? "[]" : "]");
}

char *
mail_cli_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *clean = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (clean, g_unichar_isprint (c) && g_unichar_type (c) != G_UNICODE_FORMAT ? c : ' ');
    }
  return g_string_free (clean, FALSE);
}

char *
mail_cli_format_time (gint64 unix_seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M") : g_strdup ("?");
}

MailCliTable *
mail_cli_table_new (const char *const *titles)
{
  MailCliTable *table = g_new0 (MailCliTable, 1);

  table->columns = g_strv_length ((char **) titles);
  table->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  g_ptr_array_add (table->rows, g_strdupv ((char **) titles));
  return table;
}

void
mail_cli_table_add (MailCliTable *table, ...)
{
  char **row = g_new0 (char *, table->columns + 1);
  va_list cells;

  va_start (cells, table);
  for (guint i = 0; i < table->columns; i++)
    {
      g_autofree char *cell = va_arg (cells, char *);
      g_autofree char *clean = mail_cli_clean (cell);

      row[i] = g_utf8_substring (clean, 0, MIN (g_utf8_strlen (clean, -1), MAX_WIDTH));
    }
  va_end (cells);
  g_ptr_array_add (table->rows, row);
}

static void
print_row (char *const *row, const glong *widths, guint columns)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < columns; i++)
    {
      glong pad = i + 1 < columns ? widths[i] - g_utf8_strlen (row[i], -1) + 2 : 0;

      g_string_append (line, row[i]);
      for (glong p = 0; p < pad; p++)
        g_string_append_c (line, ' ');
    }
  puts (g_strchomp (line->str));
}

static void
print_table (const MailCliTable *table)
{
  g_autofree glong *widths = g_new0 (glong, table->columns);

  for (guint r = 0; r < table->rows->len; r++)
    for (guint i = 0; i < table->columns; i++)
      widths[i] = MAX (widths[i], g_utf8_strlen (((char **) g_ptr_array_index (table->rows, r))[i], -1));
  for (guint r = 0; r < table->rows->len; r++)
    print_row (g_ptr_array_index (table->rows, r), widths, table->columns);
}

void
mail_cli_table_print_or_json (MailCliTable *table, JsonBuilder *builder)
{
  if (builder != NULL)
    mail_cli_print_json (builder);
  else
    print_table (table);
  g_ptr_array_unref (table->rows);
  g_free (table);
}
