/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli-parse.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mime/mime-message.h"

#define MAX_COPIES 9999 /* "name (9999).ext" */

static MailMimeMessage *
load (const char *file, GError **error)
{
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (file, FALSE, error);
  g_autoptr (GBytes) raw = mapped != NULL ? g_mapped_file_get_bytes (mapped) : NULL;
  MailMimeMessage *message = raw != NULL ? mail_mime_message_parse (raw, &mail_mime_default_limits, NULL, error) : NULL;

  if (message == NULL)
    g_prefix_error (error, "%s: ", file);
  return message;
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_addresses (JsonBuilder *builder, const char *name, const GPtrArray *addresses)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < addresses->len; i++)
    {
      const MailAddress *address = g_ptr_array_index (addresses, i);

      json_builder_begin_object (builder);
      add_string (builder, "name", address->name);
      add_string (builder, "address", address->address);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_date (JsonBuilder *builder, GDateTime *date)
{
  g_autofree char *text = date != NULL ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%S%:z") : NULL;

  add_string (builder, "date", text);
}

static void
add_attachment (JsonBuilder *builder, const MailMimeMessage *message, guint index)
{
  const MailMimePart *part = g_ptr_array_index (mail_mime_message_get_parts (message), index);
  g_autoptr (GBytes) bytes = mail_mime_message_dup_part (message, index, NULL);
  g_autofree char *sha256 = bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;

  json_builder_begin_object (builder);
  add_string (builder, "filename", part->filename);
  add_string (builder, "content_type", part->content_type);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, part->size);
  add_string (builder, "sha256", sha256);
  json_builder_set_member_name (builder, "inline");
  json_builder_add_boolean_value (builder, part->is_inline);
  json_builder_end_object (builder);
}

static JsonNode *
describe (const MailMimeMessage *message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "subject", mail_mime_message_get_subject (message));
  add_addresses (builder, "from", mail_mime_message_get_from (message));
  add_addresses (builder, "to", mail_mime_message_get_to (message));
  add_addresses (builder, "cc", mail_mime_message_get_cc (message));
  add_addresses (builder, "reply_to", mail_mime_message_get_reply_to (message));
  add_date (builder, mail_mime_message_get_date (message));
  add_string (builder, "message_id", mail_mime_message_get_message_id (message));
  add_string (builder, "text", mail_mime_message_get_text (message));
  add_string (builder, "html", mail_mime_message_get_html (message));
  json_builder_set_member_name (builder, "attachments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < mail_mime_message_get_parts (message)->len; i++)
    add_attachment (builder, message, i);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static void
print_json (JsonNode *root, gboolean pretty)
{
  g_autofree char *text = json_to_string (root, pretty);

  puts (text);
}

void
mail_cli_print_message (const MailMimeMessage *message, gboolean json)
{
  g_autoptr (JsonNode) root = describe (message);

  print_json (root, !json);
}

gboolean
mail_cli_parse (const char *file, gboolean json, GError **error)
{
  g_autoptr (MailMimeMessage) message = load (file, error);

  if (message == NULL)
    return FALSE;
  mail_cli_print_message (message, json);
  return TRUE;
}

/* (transfer full): "name.ext", then "name (2).ext" ... */
static char *
numbered_name (const char *name, guint number)
{
  const char *dot = strrchr (name, '.');

  if (number == 1)
    return g_strdup (name);
  if (dot == NULL || dot == name)
    return g_strdup_printf ("%s (%u)", name, number);
  return g_strdup_printf ("%.*s (%u)%s", (int) (dot - name), name, number, dot);
}

/* Opens a new file in @folder; *@name_out is the name that was free. -1 and @error when none can be made. */
static int
create_file (int folder, const char *name, char **name_out, GError **error)
{
  int problem = EEXIST;

  for (guint number = 1; number <= MAX_COPIES && problem == EEXIST; number++)
    {
      g_autofree char *candidate = numbered_name (name, number);
      int fd = openat (folder, candidate, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

      if (fd >= 0)
        {
          *name_out = g_steal_pointer (&candidate);
          return fd;
        }
      problem = errno;
    }
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (problem), "Cannot make “%s”: %s", name, g_strerror (problem));
  return -1;
}

static gboolean
write_all (int fd, GBytes *bytes)
{
  gsize left;
  const char *data = g_bytes_get_data (bytes, &left);

  while (left > 0)
    {
      gssize written = write (fd, data, left);

      if (written < 0 && errno != EINTR)
        return FALSE;
      if (written > 0)
        {
          data += written;
          left -= written;
        }
    }
  return TRUE;
}

/* (transfer full): the name under which part @index was written below @folder; NULL and @error when it was not. */
static char *
save_part (const MailMimeMessage *message, guint index, int folder, GError **error)
{
  const MailMimePart *part = g_ptr_array_index (mail_mime_message_get_parts (message), index);
  g_autoptr (GBytes) bytes = mail_mime_message_dup_part (message, index, error);
  g_autofree char *wanted = mail_mime_safe_filename (part->filename, part->content_type);
  g_autofree char *name = NULL;
  gboolean written;
  int problem;
  int fd;

  if (bytes == NULL)
    return NULL;
  fd = create_file (folder, wanted, &name, error);
  if (fd < 0)
    return NULL;
  written = write_all (fd, bytes);
  problem = errno;
  if (close (fd) == 0 && written)
    return g_steal_pointer (&name);
  problem = written ? errno : problem;
  unlinkat (folder, name, 0);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (problem), "Cannot write “%s”: %s", name, g_strerror (problem));
  return NULL;
}

static void
report_saved (JsonBuilder *builder, const char *path, guint64 size)
{
  json_builder_begin_object (builder);
  add_string (builder, "path", path);
  json_builder_set_member_name (builder, "size");
  json_builder_add_int_value (builder, size);
  json_builder_end_object (builder);
}

/* Saves what can be saved, adding it to @builder; FALSE when something could not. */
static gboolean
save_all (const MailMimeMessage *message, const char *dir, int folder, JsonBuilder *builder)
{
  const GPtrArray *parts = mail_mime_message_get_parts (message);
  gboolean good = TRUE;

  for (guint i = 0; i < parts->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *name = save_part (message, i, folder, &error);
      g_autofree char *path = name != NULL ? g_build_filename (dir, name, NULL) : NULL;

      if (path != NULL)
        report_saved (builder, path, ((MailMimePart *) g_ptr_array_index (parts, i))->size);
      else
        {
          fprintf (stderr, "missiva-cli: %s: %s\n", dir, error->message);
          good = FALSE;
        }
    }
  return good;
}

static void
print_paths (JsonNode *root)
{
  JsonArray *saved = json_object_get_array_member (json_node_get_object (root), "saved");

  for (guint i = 0; i < json_array_get_length (saved); i++)
    puts (json_object_get_string_member (json_array_get_object_element (saved, i), "path"));
}

gboolean
mail_cli_save_attachments (const char *file, const char *dir, gboolean json, GError **error)
{
  g_autoptr (MailMimeMessage) message = load (file, error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  gboolean good;
  int folder;

  if (message == NULL)
    return FALSE;
  g_mkdir_with_parents (dir, 0777);
  folder = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", dir, g_strerror (errno));
      return FALSE;
    }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "saved");
  json_builder_begin_array (builder);
  good = save_all (message, dir, folder, builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  close (folder);
  root = json_builder_get_root (builder);
  if (json)
    print_json (root, FALSE);
  else
    print_paths (root);
  return good;
}
