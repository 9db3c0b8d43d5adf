/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-message.h"

#include <string.h>

#include "core/errors.h"
#include "mime/mime-body.h"
#include "mime/mime-date.h"
#include "mime/mime-entity.h"
#include "mime/mime-header.h"
#include "mime/mime-library.h"

#define PREVIEW_CHARS 200

const MailMimeLimits mail_mime_default_limits = {
  .depth = 100,
  .parts = 5000,
  .text_bytes = 8 * 1024 * 1024,
  .header_bytes = 1024 * 1024,
};

struct _MailMimeMessage
{
  GBytes *raw;
  GBytes *mended; /* what was parsed: @raw, or a copy of it with line ends that can be read */
  MailMimeLimits limits;
  MailMimeEntity *root;
  char *subject;
  GPtrArray *from;
  GPtrArray *to;
  GPtrArray *cc;
  GPtrArray *reply_to;
  GDateTime *date;
  char *message_id;
  char *in_reply_to;
  char *references;
  MailMimeBody *body; /* filled when first asked for, under the lock */
  GMutex lock;
};

/* Files of old Macs end their lines with CR alone. */
static GBytes *
mend_line_ends (GBytes *raw)
{
  gsize length;
  const char *data = g_bytes_get_data (raw, &length);
  char *copy;

  if (length == 0 || memchr (data, '\n', length) != NULL || memchr (data, '\r', length) == NULL)
    return g_bytes_ref (raw);
  copy = g_memdup2 (data, length);
  for (gsize i = 0; i < length; i++)
    if (copy[i] == '\r')
      copy[i] = '\n';
  return g_bytes_new_take (copy, length);
}

static GPtrArray *
read_addresses (const MailMimeMessage *self, const char *name)
{
  g_autofree char *raw = mail_mime_header_dup_all (self->root->fields, name);

  return mail_mime_parse_addresses (raw);
}

static char *
read_text (const MailMimeMessage *self, const char *name)
{
  g_autofree char *raw = mail_mime_header_dup (self->root->fields, name);

  return mail_mime_decode_words (raw);
}

static void
read_header (MailMimeMessage *self)
{
  g_autofree char *date = mail_mime_header_dup (self->root->fields, "Date");
  g_autofree char *id = mail_mime_header_dup (self->root->fields, "Message-ID");
  g_autofree char *parent = mail_mime_header_dup (self->root->fields, "In-Reply-To");

  self->subject = read_text (self, "Subject");
  self->from = read_addresses (self, "From");
  self->to = read_addresses (self, "To");
  self->cc = read_addresses (self, "Cc");
  self->reply_to = read_addresses (self, "Reply-To");
  self->date = mail_mime_read_date (date);
  self->message_id = mail_mime_dup_message_id (id);
  self->in_reply_to = mail_mime_dup_message_id (parent);
  self->references = read_text (self, "References");
}

MailMimeMessage *
mail_mime_message_parse (GBytes *raw, const MailMimeLimits *limits, GCancellable *cancellable, GError **error)
{
  MailMimeMessage *self;
  const char *data;
  gsize length;

  g_return_val_if_fail (raw != NULL && limits != NULL, NULL);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  mail_mime_library_options ();
  self = g_new0 (MailMimeMessage, 1);
  g_mutex_init (&self->lock);
  self->raw = g_bytes_ref (raw);
  self->mended = mend_line_ends (raw);
  self->limits = *limits;
  data = g_bytes_get_data (self->mended, &length);
  self->root = mail_mime_entity_parse (data != NULL ? data : "", length, limits);
  read_header (self);
  return self;
}

void
mail_mime_message_free (MailMimeMessage *message)
{
  g_clear_pointer (&message->body, mail_mime_body_free);
  mail_mime_entity_free (message->root);
  g_bytes_unref (message->mended);
  g_bytes_unref (message->raw);
  g_free (message->subject);
  g_ptr_array_unref (message->from);
  g_ptr_array_unref (message->to);
  g_ptr_array_unref (message->cc);
  g_ptr_array_unref (message->reply_to);
  g_clear_pointer (&message->date, g_date_time_unref);
  g_free (message->message_id);
  g_free (message->in_reply_to);
  g_free (message->references);
  g_mutex_clear (&message->lock);
  g_free (message);
}

const char *
mail_mime_message_get_subject (const MailMimeMessage *message)
{
  return message->subject;
}

const GPtrArray *
mail_mime_message_get_from (const MailMimeMessage *message)
{
  return message->from;
}

const GPtrArray *
mail_mime_message_get_to (const MailMimeMessage *message)
{
  return message->to;
}

const GPtrArray *
mail_mime_message_get_cc (const MailMimeMessage *message)
{
  return message->cc;
}

const GPtrArray *
mail_mime_message_get_reply_to (const MailMimeMessage *message)
{
  return message->reply_to;
}

GDateTime *
mail_mime_message_get_date (const MailMimeMessage *message)
{
  return message->date;
}

const char *
mail_mime_message_get_message_id (const MailMimeMessage *message)
{
  return message->message_id;
}

const char *
mail_mime_message_get_in_reply_to (const MailMimeMessage *message)
{
  return message->in_reply_to;
}

const char *
mail_mime_message_get_references (const MailMimeMessage *message)
{
  return message->references;
}

GBytes *
mail_mime_message_get_raw (const MailMimeMessage *message)
{
  return message->raw;
}

/* Rows of a list need no body: it is decoded when somebody asks, once, whoever asks first. */
static const MailMimeBody *
body (const MailMimeMessage *message)
{
  MailMimeMessage *self = (MailMimeMessage *) message;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (self->body == NULL)
    self->body = mail_mime_body_new (self->root, self->limits.text_bytes);
  return self->body;
}

const char *
mail_mime_message_get_text (const MailMimeMessage *message)
{
  return body (message)->text;
}

gboolean
mail_mime_message_has_plain_text (const MailMimeMessage *message)
{
  return body (message)->is_plain;
}

const char *
mail_mime_message_get_html (const MailMimeMessage *message)
{
  return body (message)->html;
}

const GPtrArray *
mail_mime_message_get_parts (const MailMimeMessage *message)
{
  return body (message)->parts;
}

gboolean
mail_mime_message_is_text_missing (const MailMimeMessage *message)
{
  return body (message)->is_text_missing;
}

static const MailMimeEntity *
find_leaf (const MailMimeMessage *self, guint index, GError **error)
{
  const MailMimeBody *parsed = body (self);
  const MailMimeEntity *entity;

  if (index >= parsed->leaves->len)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "The message has no part %u", index);
      return NULL;
    }
  entity = g_ptr_array_index (parsed->leaves, index);
  if (entity->missing >= 0)
    {
      g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "Part %s has not been fetched", entity->section);
      return NULL;
    }
  return entity;
}

GBytes *
mail_mime_message_dup_part (const MailMimeMessage *message, guint index, GError **error)
{
  const MailMimeEntity *entity = find_leaf (message, index, error);

  return entity != NULL ? g_byte_array_free_to_bytes (mail_mime_entity_decode (entity, G_MAXSIZE)) : NULL;
}

gboolean
mail_mime_message_write_part (const MailMimeMessage *message,
                              guint index,
                              MailMimeWriteFunc func,
                              gpointer user_data,
                              GError **error)
{
  const MailMimeEntity *entity = find_leaf (message, index, error);

  return entity != NULL && mail_mime_entity_write (entity, func, user_data, error);
}

GStrv
mail_mime_message_dup_headers (const MailMimeMessage *message)
{
  const GArray *fields = message->root->fields;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < fields->len; i++)
    {
      const MailMimeField *field = &g_array_index (fields, MailMimeField, i);
      g_autofree char *name = g_strndup (field->name, field->name_length);
      g_autofree char *raw = mail_mime_field_dup_value (field);
      g_autofree char *value = mail_mime_decode_words (raw);

      g_strv_builder_add_many (builder, name, value, NULL);
    }
  return g_strv_builder_end (builder);
}

static void
replace (char **field, char *value)
{
  g_free (*field);
  *field = value;
}

static char *
dup_list (const GPtrArray *addresses)
{
  return addresses->len > 0 ? mail_address_list_to_string (addresses) : NULL;
}

void
mail_mime_message_fill_info (const MailMimeMessage *message, MailMessageInfo *info)
{
  const MailAddress *from = message->from->len > 0 ? g_ptr_array_index (message->from, 0) : NULL;

  replace (&info->subject, g_strdup (message->subject));
  replace (&info->from_name, g_strdup (from != NULL ? from->name : NULL));
  replace (&info->from_address, g_strdup (from != NULL ? from->address : NULL));
  replace (&info->to, dup_list (message->to));
  replace (&info->cc, dup_list (message->cc));
  replace (&info->message_id, g_strdup (message->message_id));
  replace (&info->in_reply_to, g_strdup (message->in_reply_to));
  replace (&info->references, g_strdup (message->references));
  replace (&info->preview, mail_mime_body_preview (message->root, PREVIEW_CHARS));
  info->has_attachment = mail_mime_body_has_attachment (message->root);
  if (message->date != NULL)
    info->date = g_date_time_to_unix (message->date);
}
