/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-entity.h"

#include <string.h>

#include "mime/mime-charset.h"
#include "mime/mime-header.h"
#include "mime/mime-library.h"

/* What one walk over the structure carries along. */
typedef struct
{
  const MailMimeLimits *limits;
  guint leaves;
} Walk;

static MailMimeEntity *parse_entity (Walk *walk, MailMimeEntity *parent, const char *data, gsize length, guint depth);

/* (transfer full): "Type/Subtype; rest" -> "type/subtype"; *@rest is what follows the semicolon. NULL when nothing is said;
 * a word alone means text when it is "text", and else something that nobody knows. */
static char *
read_type (const char *value, const char **rest)
{
  gsize length = strcspn (value, "; \t,");
  g_autofree char *type = g_ascii_strdown (value, length);
  const char *semicolon = strchr (value + length, ';');

  *rest = semicolon != NULL ? semicolon + 1 : "";
  if (length == 0)
    return NULL;
  if (strchr (type, '/') != NULL && type[0] != '/' && !g_str_has_suffix (type, "/"))
    return g_steal_pointer (&type);
  return g_strdup (g_str_has_prefix (type, "text") ? "text/plain" : "application/octet-stream");
}

static GMimeParamList *
parse_params (const char *text)
{
  g_autofree char *utf8 = NULL;

  if (text[0] == '\0')
    return NULL;
  utf8 = mail_mime_to_utf8 (text, strlen (text), NULL, NULL);
  return g_mime_param_list_parse (mail_mime_library_options (), utf8);
}

static void
read_content_type (MailMimeEntity *entity)
{
  g_autofree char *value = mail_mime_header_dup (entity->fields, "Content-Type");
  gboolean in_digest = entity->parent != NULL && mail_mime_entity_is (entity->parent, "multipart/digest");
  const char *rest = "";

  if (value != NULL)
    entity->type = read_type (value, &rest);
  if (entity->type == NULL)
    entity->type = g_strdup (in_digest ? "message/rfc822" : "text/plain");
  entity->params = parse_params (rest);
}

static void
read_header (MailMimeEntity *entity)
{
  g_autofree char *encoding = mail_mime_header_dup (entity->fields, "Content-Transfer-Encoding");
  g_autofree char *disposition = mail_mime_header_dup (entity->fields, "Content-Disposition");
  g_autofree char *missing = mail_mime_header_dup (entity->fields, "X-Missiva-Missing");
  const char *size = missing != NULL ? strchr (missing, ' ') : NULL;

  read_content_type (entity);
  if (encoding != NULL)
    {
      encoding[strcspn (encoding, "; \t(")] = '\0';
      entity->encoding = g_mime_content_encoding_from_string (encoding);
    }
  if (disposition != NULL)
    {
      gsize word = strcspn (disposition, "; \t");

      entity->is_inline = word == 6 && g_ascii_strncasecmp (disposition, "inline", 6) == 0;
      entity->is_attachment = word == 10 && g_ascii_strncasecmp (disposition, "attachment", 10) == 0;
    }
  entity->missing = -1;
  /* Only a part without a body can be missing, whatever a sender writes into a header. */
  if (size != NULL && entity->body_length <= 2)
    {
      g_free (entity->section);
      entity->section = g_strndup (missing, size - missing);
      entity->missing = MAX (0, g_ascii_strtoll (size, NULL, 10));
    }
}

/* Whether a line is "--boundary", perhaps "--", and blanks. */
static gboolean
is_delimiter (const char *line, gsize length, const char *boundary, gsize boundary_length, gboolean *closes)
{
  if (length < boundary_length || line[0] != '-' || memcmp (line, boundary, boundary_length) != 0)
    return FALSE;
  line += boundary_length;
  length -= boundary_length;
  *closes = length >= 2 && line[0] == '-' && line[1] == '-';
  for (gsize i = *closes ? 2 : 0; i < length; i++)
    if (!g_ascii_isspace (line[i]))
      return FALSE;
  return TRUE;
}

/* The next line of @data that is a delimiter, or NULL; *@after is where the line behind it begins. */
static const char *
find_delimiter (const char *data, gsize length, const char *boundary, gsize boundary_length, const char **after, gboolean *closes)
{
  const char *end = data + length;
  const char *next;

  for (const char *line = data; line < end; line = next)
    {
      const char *newline = memchr (line, '\n', end - line);

      next = newline != NULL ? newline + 1 : end;
      if (is_delimiter (line, next - line, boundary, boundary_length, closes))
        {
          *after = next;
          return line;
        }
    }
  return NULL;
}

/* The line end before a delimiter belongs to the delimiter. */
static gsize
without_last_line_end (const char *start, const char *delimiter)
{
  gsize length = delimiter - start;

  if (length > 0 && start[length - 1] == '\n')
    length--;
  if (length > 0 && start[length - 1] == '\r')
    length--;
  return length;
}

/* Parts behind a closing delimiter count too: a boundary that is used twice, at two levels, must not hide anything. */
static void
parse_children (Walk *walk, MailMimeEntity *entity, const char *boundary, guint depth)
{
  g_autofree char *delimiter = g_strconcat ("--", boundary, NULL);
  gsize delimiter_length = strlen (delimiter);
  const char *end = entity->body + entity->body_length;
  const char *after = NULL;
  gboolean closes = FALSE;
  const char *found = find_delimiter (entity->body, entity->body_length, delimiter, delimiter_length, &after, &closes);

  while (found != NULL)
    {
      const char *start = after;
      gboolean is_part = !closes && start < end;
      gboolean last = walk->leaves + 1 >= walk->limits->parts;

      found = last ? NULL : find_delimiter (start, end - start, delimiter, delimiter_length, &after, &closes);
      if (is_part)
        g_ptr_array_add (entity->children,
                         parse_entity (walk, entity, start,
                                       found != NULL ? without_last_line_end (start, found) : (gsize) (end - start), depth + 1));
    }
}

static void
set_section (MailMimeEntity *entity)
{
  const MailMimeEntity *parent = entity->parent;

  if (parent == NULL)
    entity->section = g_strdup (g_str_has_prefix (entity->type, "multipart/") ? "" : "1");
  else if (parent->section[0] == '\0')
    entity->section = g_strdup_printf ("%u", parent->children->len + 1);
  else
    entity->section = g_strdup_printf ("%s.%u", parent->section, parent->children->len + 1);
}

/* A multipart without any part is what follows its header: text, as old programs would show it. */
static void
become_text (MailMimeEntity *entity)
{
  g_clear_pointer (&entity->children, g_ptr_array_unref);
  g_free (entity->type);
  entity->type = g_strdup ("text/plain");
  if (entity->parent == NULL)
    {
      g_free (entity->section);
      entity->section = g_strdup ("1");
    }
}

static MailMimeEntity *
parse_entity (Walk *walk, MailMimeEntity *parent, const char *data, gsize length, guint depth)
{
  MailMimeEntity *entity = g_new0 (MailMimeEntity, 1);
  const char *boundary;
  gsize header;

  entity->parent = parent;
  entity->fields = g_array_sized_new (FALSE, FALSE, sizeof (MailMimeField), 8);
  header = mail_mime_header_scan (data, length, walk->limits->header_bytes, entity->fields);
  entity->body = data + header;
  entity->body_length = length - header;
  read_header (entity);
  if (entity->section == NULL)
    set_section (entity);
  if (g_str_has_prefix (entity->type, "multipart/") && depth < walk->limits->depth && walk->leaves < walk->limits->parts)
    {
      boundary = mail_mime_entity_get_param (entity, "boundary");
      entity->children = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_mime_entity_free);
      if (boundary != NULL && boundary[0] != '\0')
        parse_children (walk, entity, boundary, depth);
      if (entity->children->len > 0)
        return entity;
      become_text (entity);
    }
  walk->leaves++;
  return entity;
}

MailMimeEntity *
mail_mime_entity_parse (const char *data, gsize length, const MailMimeLimits *limits)
{
  Walk walk = { limits, 0 };

  return parse_entity (&walk, NULL, data, length, 0);
}

void
mail_mime_entity_free (MailMimeEntity *entity)
{
  if (entity == NULL)
    return;
  g_clear_pointer (&entity->children, g_ptr_array_unref);
  g_clear_object (&entity->params);
  g_array_unref (entity->fields);
  g_free (entity->type);
  g_free (entity->section);
  g_free (entity);
}

const char *
mail_mime_entity_get_param (const MailMimeEntity *entity, const char *name)
{
  GMimeParam *param = entity->params != NULL ? g_mime_param_list_get_parameter (entity->params, name) : NULL;

  return param != NULL ? g_mime_param_get_value (param) : NULL;
}

gboolean
mail_mime_entity_is (const MailMimeEntity *entity, const char *type)
{
  return g_str_equal (entity->type, type);
}

char *
mail_mime_entity_dup_filename (const MailMimeEntity *entity)
{
  g_autofree char *disposition = mail_mime_header_dup (entity->fields, "Content-Disposition");
  const char *rest = disposition != NULL ? strchr (disposition, ';') : NULL;
  GMimeParamList *params = rest != NULL ? parse_params (rest + 1) : NULL;
  GMimeParam *param = params != NULL ? g_mime_param_list_get_parameter (params, "filename") : NULL;
  const char *value = param != NULL ? g_mime_param_get_value (param) : mail_mime_entity_get_param (entity, "name");
  char *filename = mail_mime_decode_words (value);

  g_clear_object (&params);
  if (filename != NULL && filename[0] == '\0')
    g_clear_pointer (&filename, g_free);
  return filename;
}

char *
mail_mime_entity_dup_content_id (const MailMimeEntity *entity)
{
  g_autofree char *raw = mail_mime_header_dup (entity->fields, "Content-ID");
  char *id = mail_mime_dup_message_id (raw);
  gsize length = id != NULL ? strlen (id) : 0;

  if (length > 2 && id[0] == '<')
    {
      memmove (id, id + 1, length - 2);
      id[length - 2] = '\0';
    }
  return id;
}

gboolean
mail_mime_entity_is_shown_text (const MailMimeEntity *entity)
{
  static const char *const shown[] = { "text/plain", "text/html", "message/delivery-status", NULL };

  return entity->children == NULL && !entity->is_attachment &&
         (g_strv_contains (shown, entity->type) || (entity->is_inline && mail_mime_entity_is (entity, "message/feedback-report")));
}

static gboolean
is_encoded (const MailMimeEntity *entity)
{
  return entity->encoding == GMIME_CONTENT_ENCODING_BASE64 || entity->encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE ||
         entity->encoding == GMIME_CONTENT_ENCODING_UUENCODE;
}

#define CHUNK 65536

/* Decodes at most @most bytes at *@at to @out, which has room for them; at the end also what a base64 text that lost its "="
 * still holds. */
static gsize
decode_chunk (const MailMimeEntity *entity, GMimeEncoding *state, gsize *at, gsize most, char *out)
{
  gsize chunk = MIN (entity->body_length - *at, most);
  gsize written = g_mime_encoding_step (state, entity->body + *at, chunk, out);
  gboolean open = entity->encoding == GMIME_CONTENT_ENCODING_BASE64 && (state->state == 2 || state->state == 3);

  *at += chunk;
  if (*at == entity->body_length && open)
    written += g_mime_encoding_step (state, "==", 4 - state->state, out + written);
  return written;
}

GByteArray *
mail_mime_entity_decode (const MailMimeEntity *entity, gsize limit)
{
  GByteArray *bytes = g_byte_array_sized_new (64); /* never NULL data */
  GMimeEncoding state;

  if (!is_encoded (entity))
    return g_byte_array_append (bytes, (const guint8 *) entity->body, MIN (entity->body_length, limit));
  g_mime_encoding_init_decode (&state, entity->encoding);
  for (gsize at = 0; at < entity->body_length && bytes->len < limit;)
    {
      gsize filled = bytes->len;
      gsize chunk = MIN (limit, CHUNK);

      g_byte_array_set_size (bytes, filled + g_mime_encoding_outlen (&state, MIN (entity->body_length, chunk)) + 4);
      filled += decode_chunk (entity, &state, &at, chunk, (char *) bytes->data + filled);
      g_byte_array_set_size (bytes, filled);
    }
  g_byte_array_set_size (bytes, MIN (bytes->len, limit));
  return bytes;
}

gboolean
mail_mime_entity_write (const MailMimeEntity *entity, MailMimeWriteFunc func, gpointer user_data, GError **error)
{
  g_autofree char *out = NULL;
  GMimeEncoding state;

  if (!is_encoded (entity))
    return entity->body_length == 0 || func (entity->body, entity->body_length, user_data, error);
  g_mime_encoding_init_decode (&state, entity->encoding);
  out = g_malloc (g_mime_encoding_outlen (&state, CHUNK) + 4);
  for (gsize at = 0; at < entity->body_length;)
    {
      gsize length = decode_chunk (entity, &state, &at, CHUNK, out);

      if (length > 0 && !func (out, length, user_data, error))
        return FALSE;
    }
  return TRUE;
}

guint64
mail_mime_entity_measure (const MailMimeEntity *entity)
{
  g_autofree char *scratch = NULL;
  GMimeEncoding state;
  guint64 size = 0;

  if (!is_encoded (entity))
    return entity->body_length;
  g_mime_encoding_init_decode (&state, entity->encoding);
  scratch = g_malloc (g_mime_encoding_outlen (&state, MIN (entity->body_length, CHUNK)) + 4);
  for (gsize at = 0; at < entity->body_length;)
    size += decode_chunk (entity, &state, &at, CHUNK, scratch);
  return size;
}
