/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/message.h"

#include "core/errors.h"
#include "mime/mime-html.h"
#include "mime/mime-message.h"
#include "model/message-private.h"
#include "model/thread-task.h"

/* The web view's document, made in the task pool: a long one costs more than a frame. */
typedef struct
{
  char *blocked; /* NULL: the message has no HTML */
  char *allowed; /* NULL: the same, for nothing had to be blocked */
  guint n_blocked;
} Html;

struct _MailMessage
{
  GObject parent;
  gint64 id;
  MailMimeMessage *mime; /* NULL: made from a row, then all below are our own */
  char *subject;
  char *message_id;
  GPtrArray *from;
  GPtrArray *to;
  GPtrArray *cc;
  GPtrArray *reply_to;
  GDateTime *date;
  Html html;
  GArray *parts; /* MailPart; the file names are ours, the rest is borrowed from mime */
};

G_DEFINE_FINAL_TYPE (MailMessage, mail_message, G_TYPE_OBJECT)

static void
make_parts (MailMessage *self)
{
  const GPtrArray *parts = mail_mime_message_get_parts (self->mime);

  for (guint i = 0; i < parts->len; i++)
    {
      const MailMimePart *leaf = g_ptr_array_index (parts, i);
      char *filename = mail_mime_safe_filename (leaf->filename, leaf->content_type);
      const MailPart part = {
        .index = i,
        .section = leaf->section,
        .filename = filename,
        .content_type = leaf->content_type,
        .content_id = leaf->content_id,
        .size = leaf->size,
        .is_inline = leaf->is_inline,
        .missing = leaf->missing,
        .dangerous = mail_mime_is_dangerous (filename, leaf->content_type),
      };

      g_array_append_val (self->parts, part);
    }
}

MailMessage *
mail_message_new_parsed (gint64 id, GBytes *raw, GCancellable *cancellable, GError **error)
{
  MailMimeMessage *mime = mail_mime_message_parse (raw, &mail_mime_default_limits, cancellable, error);
  MailMessage *self;
  const char *html;

  if (mime == NULL)
    return NULL;
  self = g_object_new (MAIL_TYPE_MESSAGE, NULL);
  self->id = id;
  self->mime = mime;
  make_parts (self);
  html = mail_mime_message_get_html (mime);
  if (html != NULL)
    self->html.blocked = mail_mime_html_prepare (html, FALSE, &self->html.n_blocked);
  if (self->html.n_blocked > 0)
    self->html.allowed = mail_mime_html_prepare (html, TRUE, NULL);
  return self;
}

MailMessage *
mail_message_new_from_info (const MailMessageInfo *info)
{
  MailMessage *self = g_object_new (MAIL_TYPE_MESSAGE, NULL);

  self->id = info->id;
  self->subject = g_strdup (info->subject);
  self->message_id = g_strdup (info->message_id);
  self->from = mail_address_list_new ();
  if (info->from_address != NULL || info->from_name != NULL)
    g_ptr_array_add (self->from, mail_address_new (info->from_name, info->from_address != NULL ? info->from_address : ""));
  self->to = mail_mime_parse_addresses (info->to != NULL ? info->to : "");
  self->cc = mail_mime_parse_addresses (info->cc != NULL ? info->cc : "");
  self->reply_to = mail_address_list_new ();
  self->date = g_date_time_new_from_unix_utc (info->date);
  return self;
}

static void
open_bytes_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  MailMessage *message = mail_message_new_parsed (0, task_data, cancellable, &error);

  if (message != NULL)
    g_task_return_pointer (task, message, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
mail_message_open_bytes_async (GBytes *raw,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, mail_message_open_bytes_async);
  g_task_set_task_data (task, g_bytes_ref (raw), (GDestroyNotify) g_bytes_unref);
  g_task_run_in_thread (task, open_bytes_thread);
}

MailMessage *
mail_message_open_bytes_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, mail_message_open_bytes_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gint64
mail_message_get_id (MailMessage *self)
{
  return self->id;
}

const char *
mail_message_get_subject (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_get_subject (self->mime) : self->subject;
}

const GPtrArray *
mail_message_get_from (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_get_from (self->mime) : self->from;
}

const GPtrArray *
mail_message_get_to (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_get_to (self->mime) : self->to;
}

const GPtrArray *
mail_message_get_cc (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_get_cc (self->mime) : self->cc;
}

const GPtrArray *
mail_message_get_reply_to (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_get_reply_to (self->mime) : self->reply_to;
}

GDateTime *
mail_message_get_date (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_get_date (self->mime) : self->date;
}

const char *
mail_message_get_message_id (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_get_message_id (self->mime) : self->message_id;
}

const char *
mail_message_get_text (MailMessage *self)
{
  const char *text = self->mime != NULL ? mail_mime_message_get_text (self->mime) : NULL;

  return text != NULL ? text : "";
}

gboolean
mail_message_has_plain_text (MailMessage *self)
{
  return self->mime != NULL && mail_mime_message_has_plain_text (self->mime);
}

gboolean
mail_message_has_html (MailMessage *self)
{
  return self->html.blocked != NULL;
}

gboolean
mail_message_is_text_missing (MailMessage *self)
{
  return self->mime == NULL || mail_mime_message_is_text_missing (self->mime);
}

char *
mail_message_dup_html (MailMessage *self, gboolean allow_remote, guint *blocked)
{
  if (blocked != NULL)
    *blocked = allow_remote ? 0 : self->html.n_blocked;
  return g_strdup (allow_remote && self->html.allowed != NULL ? self->html.allowed : self->html.blocked);
}

guint
mail_message_get_n_parts (MailMessage *self)
{
  return self->parts->len;
}

const MailPart *
mail_message_get_part (MailMessage *self, guint index)
{
  g_return_val_if_fail (index < self->parts->len, NULL);

  return &g_array_index (self->parts, MailPart, index);
}

GBytes *
mail_message_dup_part (MailMessage *self, guint index, GError **error)
{
  g_return_val_if_fail (index < self->parts->len, NULL);

  return mail_mime_message_dup_part (self->mime, index, error);
}

gboolean
mail_message_find_content_id (MailMessage *self, const char *content_id, guint *index)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (g_strcmp0 (g_array_index (self->parts, MailPart, i).content_id, content_id) == 0)
      {
        *index = i;
        return TRUE;
      }
  return FALSE;
}

typedef struct
{
  guint index;
  GFile *file;
  gboolean replace;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_object_unref (save->file);
  g_free (save);
}

typedef struct
{
  GOutputStream *stream;
  GCancellable *cancellable;
} Sink;

static gboolean
write_piece (const void *data, gsize size, gpointer user_data, GError **error)
{
  const Sink *sink = user_data;

  return g_output_stream_write_all (sink->stream, data, size, NULL, sink->cancellable, error);
}

static GOutputStream *
open_file (const Save *save, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  GFileOutputStream *stream = save->replace ? g_file_replace (save->file, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, &local)
                                            : g_file_create (save->file, G_FILE_CREATE_NONE, cancellable, &local);

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS))
    g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_EXISTS, local->message);
  else if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return stream != NULL ? G_OUTPUT_STREAM (stream) : NULL;
}

/* Leaves what was there before. */
static void
abandon_file (const Save *save, GOutputStream *stream)
{
  /* Closing a replacement that was cancelled leaves the old file in its place. */
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  if (save->replace)
    g_cancellable_cancel (cancelled);
  g_output_stream_close (stream, cancelled, NULL);
  if (!save->replace)
    g_file_delete (save->file, NULL, NULL);
}

static gboolean
write_file (const Save *save, MailMessage *message, GCancellable *cancellable, GError **error)
{
  g_autoptr (GOutputStream) stream = open_file (save, cancellable, error);
  Sink sink = { stream, cancellable };

  if (stream == NULL)
    return FALSE;
  if (mail_mime_message_write_part (message->mime, save->index, write_piece, &sink, error)
      && g_output_stream_close (stream, cancellable, error))
    return TRUE;
  abandon_file (save, stream);
  return FALSE;
}

static void
save_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_file (task_data, source, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
mail_message_save_part_async (MailMessage *self,
                              guint index,
                              GFile *file,
                              gboolean replace,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Save *save;

  g_return_if_fail (MAIL_IS_MESSAGE (self));
  g_return_if_fail (index < self->parts->len);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, mail_message_save_part_async);
  save = g_new0 (Save, 1);
  save->index = index;
  save->file = g_object_ref (file);
  save->replace = replace;
  g_task_set_task_data (task, save, save_free);
  mail_thread_task_run (task, save_thread);
}

gboolean
mail_message_save_part_finish (MailMessage *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

GBytes *
mail_message_get_raw (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_get_raw (self->mime) : NULL;
}

GStrv
mail_message_dup_headers (MailMessage *self)
{
  return self->mime != NULL ? mail_mime_message_dup_headers (self->mime) : g_new0 (char *, 1);
}

static void
clear_part (gpointer part)
{
  g_free ((char *) ((MailPart *) part)->filename);
}

static void
mail_message_finalize (GObject *object)
{
  MailMessage *self = MAIL_MESSAGE (object);

  g_array_unref (self->parts);
  g_clear_pointer (&self->mime, mail_mime_message_free);
  g_free (self->subject);
  g_free (self->message_id);
  g_clear_pointer (&self->from, g_ptr_array_unref);
  g_clear_pointer (&self->to, g_ptr_array_unref);
  g_clear_pointer (&self->cc, g_ptr_array_unref);
  g_clear_pointer (&self->reply_to, g_ptr_array_unref);
  g_clear_pointer (&self->date, g_date_time_unref);
  g_free (self->html.blocked);
  g_free (self->html.allowed);
  G_OBJECT_CLASS (mail_message_parent_class)->finalize (object);
}

static void
mail_message_class_init (MailMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = mail_message_finalize;
}

static void
mail_message_init (MailMessage *self)
{
  self->parts = g_array_new (FALSE, FALSE, sizeof (MailPart));
  g_array_set_clear_func (self->parts, clear_part);
}
