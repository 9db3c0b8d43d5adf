/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-header.h"

#include <string.h>

#include "mime/mime-charset.h"
#include "mime/mime-message.h"

static gsize
line_length (const char *data, gsize length)
{
  const char *newline = memchr (data, '\n', length);

  return newline != NULL ? (gsize) (newline - data) + 1 : length;
}

static gboolean
is_blank_line (const char *line, gsize length)
{
  return length == 0 || line[0] == '\n' || (line[0] == '\r' && (length == 1 || line[1] == '\n'));
}

static gboolean
is_fold (const char *line, gsize length)
{
  return length > 0 && (line[0] == ' ' || line[0] == '\t');
}

/* The length of a field's name, or 0 when the line does not begin a field. */
static gsize
field_name_length (const char *line, gsize length)
{
  gsize name = 0;
  gsize colon;

  while (name < length && line[name] > 32 && line[name] < 127 && line[name] != ':')
    name++;
  colon = name;
  while (colon < length && (line[colon] == ' ' || line[colon] == '\t'))
    colon++;
  return name > 0 && colon < length && line[colon] == ':' ? name : 0;
}

/* A line that is no header field stands among header lines when what follows it and its folds is one. */
static gboolean
header_goes_on (const char *data, gsize length)
{
  while (is_fold (data, length) && !is_blank_line (data, length))
    {
      gsize line = line_length (data, length);

      data += line;
      length -= line;
    }
  return !is_blank_line (data, length) && field_name_length (data, line_length (data, length)) > 0;
}

/* A parameter whose line was not folded: it comes after a field's line that ends in a semicolon. */
static gboolean
is_lost_parameter (const char *line, gsize length)
{
  const char *previous = line;

  while (previous[-1] == '\r' || previous[-1] == '\n')
    previous--;
  return previous[-1] == ';' && !is_blank_line (line, length) && memchr (line, '=', length) != NULL &&
         field_name_length (line, length) == 0;
}

static void
add_field (GArray *fields, const char *line, gsize name_length, gsize length)
{
  MailMimeField field = { line, name_length, memchr (line, ':', length), 0 };

  field.value++;
  field.value_length = line + length - field.value;
  while (field.value_length > 0 && strchr ("\r\n \t", field.value[field.value_length - 1]) != NULL &&
         field.value[field.value_length - 1] != '\0')
    field.value_length--;
  while (field.value_length > 0 && (field.value[0] == ' ' || field.value[0] == '\t'))
    {
      field.value++;
      field.value_length--;
    }
  g_array_append_val (fields, field);
}

gsize
mail_mime_header_scan (const char *data, gsize length, gsize limit, GArray *fields)
{
  gsize at = 0;

  if (length > 5 && (memcmp (data, "From ", 5) == 0 || (length > 6 && memcmp (data, ">From ", 6) == 0)))
    at = line_length (data, length);
  while (at < length)
    {
      gsize line = line_length (data + at, length - at);
      gsize name = field_name_length (data + at, line);
      gsize end = at + line;

      if (is_blank_line (data + at, line))
        return end;
      if (name == 0 && !is_fold (data + at, line) && (data[at] == '-' || !header_goes_on (data + end, length - end)))
        return at;
      while (end < length && (is_fold (data + end, length - end) ||
                              (name > 0 && is_lost_parameter (data + end, line_length (data + end, length - end)))))
        end += line_length (data + end, length - end);
      if (name > 0 && end <= limit)
        add_field (fields, data + at, name, end - at);
      at = end;
    }
  return length;
}

char *
mail_mime_field_dup_value (const MailMimeField *field)
{
  char *value = g_malloc (field->value_length + 1);
  gsize kept = 0;

  for (gsize i = 0; i < field->value_length; i++)
    if (field->value[i] != '\r' && field->value[i] != '\n' && field->value[i] != '\0')
      value[kept++] = field->value[i];
  value[kept] = '\0';
  return value;
}

static gboolean
is_called (const MailMimeField *field, const char *name, gsize length)
{
  return field->name_length == length && g_ascii_strncasecmp (field->name, name, length) == 0;
}

char *
mail_mime_header_dup (const GArray *fields, const char *name)
{
  gsize length = strlen (name);

  for (guint i = 0; i < fields->len; i++)
    if (is_called (&g_array_index (fields, MailMimeField, i), name, length))
      return mail_mime_field_dup_value (&g_array_index (fields, MailMimeField, i));
  return NULL;
}

char *
mail_mime_header_dup_all (const GArray *fields, const char *name)
{
  gsize length = strlen (name);
  GString *all = NULL;

  for (guint i = 0; i < fields->len; i++)
    if (is_called (&g_array_index (fields, MailMimeField, i), name, length))
      {
        g_autofree char *value = mail_mime_field_dup_value (&g_array_index (fields, MailMimeField, i));

        if (all == NULL)
          all = g_string_new (value);
        else
          g_string_append_printf (all, ", %s", value);
      }
  return all != NULL ? g_string_free (all, FALSE) : NULL;
}

char *
mail_mime_read_field (GBytes *header, const char *name)
{
  gsize length;
  const char *data = g_bytes_get_data (header, &length);
  g_autoptr (GArray) fields = NULL;
  g_autofree char *raw = NULL;

  /* Only the blank line behind fields that are not there, mostly. */
  if (length <= 2)
    return NULL;
  fields = g_array_new (FALSE, FALSE, sizeof (MailMimeField));
  mail_mime_header_scan (data, length, mail_mime_default_limits.header_bytes, fields);
  raw = mail_mime_header_dup (fields, name);
  return mail_mime_decode_words (raw);
}

char *
mail_mime_dup_message_id (const char *raw)
{
  const char *open = raw != NULL ? strchr (raw, '<') : NULL;
  const char *close = open != NULL ? strchr (open, '>') : NULL;

  if (raw == NULL)
    return NULL;
  if (close != NULL)
    return mail_mime_to_utf8 (open, close - open + 1, NULL, NULL);
  return raw[0] != '\0' ? mail_mime_to_utf8 (raw, strcspn (raw, " \t"), NULL, NULL) : NULL;
}
