/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/address.h"
#include "core/message-info.h"

/* An opened message: what the reader shows. Immutable once it is made. Main thread. */
#define MAIL_TYPE_MESSAGE (mail_message_get_type ())
G_DECLARE_FINAL_TYPE (MailMessage, mail_message, MAIL, MESSAGE, GObject)

/* One attachment or inline part. Borrowed from the message. */
typedef struct
{
  guint index;
  const char *section;
  const char *filename;     /* safe for a disk, never NULL */
  const char *content_type;
  const char *content_id;   /* or NULL */
  guint64 size;
  gboolean is_inline;
  gboolean missing;         /* must be fetched first: mail_account_fetch_part_async() */
  gboolean dangerous;       /* warn before opening */
} MailPart;

/* Parses bytes (a .eml file) in the task pool, without account or store. */
void mail_message_open_bytes_async (GBytes *raw,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
MailMessage *mail_message_open_bytes_finish (GAsyncResult *result, GError **error);

gint64 mail_message_get_id (MailMessage *message); /* 0 for a file */
const char *mail_message_get_subject (MailMessage *message); /* NULL when there is none */
const GPtrArray *mail_message_get_from (MailMessage *message); /* MailAddress */
const GPtrArray *mail_message_get_to (MailMessage *message);
const GPtrArray *mail_message_get_cc (MailMessage *message);
const GPtrArray *mail_message_get_reply_to (MailMessage *message);
GDateTime *mail_message_get_date (MailMessage *message); /* in the sender's zone, or NULL */
const char *mail_message_get_message_id (MailMessage *message);
const char *mail_message_get_text (MailMessage *message); /* never NULL */
gboolean mail_message_has_plain_text (MailMessage *message);
gboolean mail_message_has_html (MailMessage *message);
/* TRUE: the text is not on this computer and could not be fetched; the reader says so. */
gboolean mail_message_is_text_missing (MailMessage *message);

/* (transfer full): the HTML ready for the web view (mail_mime_html_prepare()); *blocked: remote references made inert. */
char *mail_message_dup_html (MailMessage *message, gboolean allow_remote, guint *blocked);

guint mail_message_get_n_parts (MailMessage *message);
const MailPart *mail_message_get_part (MailMessage *message, guint index);
/* (transfer full): decoded bytes of a part that is here; quick enough for small inline images only. */
GBytes *mail_message_dup_part (MailMessage *message, guint index, GError **error);
/* By Content-ID, for cid: URIs; *index is set. */
gboolean mail_message_find_content_id (MailMessage *message, const char *content_id, guint *index);

/* Decodes in the task pool and writes to @file, never over an existing one (EXISTS) unless @replace (the person chose it).
 * When it fails, nothing is left of a new file, and all of an old one. */
void mail_message_save_part_async (MailMessage *message,
                                   guint index,
                                   GFile *file,
                                   gboolean replace,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean mail_message_save_part_finish (MailMessage *message, GAsyncResult *result, GError **error);

/* Borrowed; NULL when nothing but its row in the list is here. */
GBytes *mail_message_get_raw (MailMessage *message);
/* (transfer full): name, value, name, value, ...; NULL-terminated. */
GStrv mail_message_dup_headers (MailMessage *message);
