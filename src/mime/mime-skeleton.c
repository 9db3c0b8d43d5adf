/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-skeleton.h"

#include <string.h>

#include "mime/mime-entity.h"
#include "mime/mime-header.h"

struct _MailSkeleton
{
  GBytes *header;
  GByteArray *out;
  GPtrArray *boundaries; /* of the multiparts that are open, outermost first */
  guint made;            /* boundaries of our own so far */
};

MailSkeleton *
mail_skeleton_new (GBytes *header)
{
  MailSkeleton *self = g_new0 (MailSkeleton, 1);

  self->header = g_bytes_ref (header);
  self->out = g_byte_array_new ();
  self->boundaries = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
mail_skeleton_free (MailSkeleton *skeleton)
{
  if (skeleton == NULL)
    return;
  g_bytes_unref (skeleton->header);
  g_byte_array_unref (skeleton->out);
  g_ptr_array_unref (skeleton->boundaries);
  g_free (skeleton);
}

static void G_GNUC_PRINTF (2, 3)
append_format (MailSkeleton *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_byte_array_append (self->out, (const guint8 *) text, strlen (text));
}

static void
append_bytes (MailSkeleton *self, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (length > 0)
    g_byte_array_append (self->out, data, length);
}

/* A header with the empty line that ends it, which a server may have left out. */
static void
append_header (MailSkeleton *self, GBytes *header)
{
  gsize before = self->out->len;
  gsize length;
  const char *end;

  append_bytes (self, header);
  length = self->out->len - before;
  end = (const char *) self->out->data + self->out->len;
  if (length > 0 && end[-1] != '\n')
    append_format (self, "\r\n\r\n");
  else if (!(length == 2 && end[-2] == '\r') && !(length >= 4 && memcmp (end - 4, "\r\n\r\n", 4) == 0) &&
           !(length >= 2 && memcmp (end - 2, "\n\n", 2) == 0))
    append_format (self, "\r\n");
}

/* (transfer full, nullable): the boundary that the message's own header promises. */
static char *
dup_true_boundary (GBytes *header)
{
  gsize length;
  const char *data = g_bytes_get_data (header, &length);
  g_autoptr (MailMimeEntity) entity = mail_mime_entity_parse (data != NULL ? data : "", length, &mail_mime_default_limits);
  g_autofree char *type = mail_mime_header_dup (entity->fields, "Content-Type");

  if (type == NULL || g_ascii_strncasecmp (type, "multipart/", 10) != 0)
    return NULL;
  return g_strdup (mail_mime_entity_get_param (entity, "boundary"));
}

/* Nobody who writes a message knows its whole header as it arrives here, so nobody can foresee this. */
static char *
make_boundary (MailSkeleton *self)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->header);

  return g_strdup_printf ("missiva-%.24s-%u", digest, ++self->made);
}

static const char *
current_boundary (const MailSkeleton *self)
{
  return self->boundaries->len > 0 ? g_ptr_array_index (self->boundaries, self->boundaries->len - 1) : NULL;
}

static void
open_root (MailSkeleton *self, const char *subtype)
{
  g_autofree char *boundary = dup_true_boundary (self->header);

  if (boundary == NULL || boundary[0] == '\0')
    {
      g_free (boundary);
      boundary = make_boundary (self);
      append_format (self, "Content-Type: multipart/%s; boundary=\"%s\"\r\n", subtype, boundary);
    }
  append_header (self, self->header);
  g_ptr_array_add (self->boundaries, g_steal_pointer (&boundary));
}

void
mail_skeleton_open_multipart (MailSkeleton *skeleton, const char *subtype)
{
  g_autofree char *name = g_ascii_strdown (subtype, -1);
  g_autofree char *boundary = NULL;

  /* The subtype is a server's word: nothing but a token may stand in a header. */
  g_strcanon (name, "abcdefghijklmnopqrstuvwxyz0123456789-.+", '-');
  if (skeleton->out->len == 0)
    {
      open_root (skeleton, name);
      return;
    }
  boundary = make_boundary (skeleton);
  append_format (skeleton, "--%s\r\nContent-Type: multipart/%s; boundary=\"%s\"\r\n\r\n", current_boundary (skeleton), name,
                 boundary);
  g_ptr_array_add (skeleton->boundaries, g_steal_pointer (&boundary));
}

void
mail_skeleton_close_multipart (MailSkeleton *skeleton)
{
  g_return_if_fail (skeleton->boundaries->len > 0);
  append_format (skeleton, "--%s--\r\n", current_boundary (skeleton));
  g_ptr_array_remove_index (skeleton->boundaries, skeleton->boundaries->len - 1);
}

void
mail_skeleton_add_part (MailSkeleton *skeleton, const MailSkeletonPart *part)
{
  const char *boundary = current_boundary (skeleton);

  if (boundary != NULL)
    append_format (skeleton, "--%s\r\n", boundary);
  if (part->body == NULL)
    append_format (skeleton, "X-Missiva-Missing: %s %" G_GUINT64_FORMAT "\r\n", part->section, part->size);
  if (boundary == NULL)
    append_header (skeleton, skeleton->header);
  else if (part->mime_header != NULL)
    append_header (skeleton, part->mime_header);
  else
    append_format (skeleton, "\r\n");
  if (part->body != NULL)
    append_bytes (skeleton, part->body);
  if (boundary != NULL)
    append_format (skeleton, "\r\n");
}

GBytes *
mail_skeleton_finish (MailSkeleton *skeleton)
{
  if (skeleton->out->len == 0)
    append_header (skeleton, skeleton->header);
  while (skeleton->boundaries->len > 0)
    mail_skeleton_close_multipart (skeleton);
  return g_bytes_new (skeleton->out->data, skeleton->out->len);
}
