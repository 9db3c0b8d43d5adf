/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gmime/gmime.h>

#include "mime/mime-message.h"

typedef struct _MailMimeEntity MailMimeEntity;

/* One node of a message's structure: slices of the raw bytes, which must outlive it. */
struct _MailMimeEntity
{
  GArray *fields;   /* MailMimeField */
  const char *body; /* still encoded */
  gsize body_length;
  char *type;       /* "text/plain", lower case, never NULL */
  GMimeParamList *params; /* of Content-Type, or NULL */
  GMimeContentEncoding encoding;
  gboolean is_attachment; /* Content-Disposition says so */
  gboolean is_inline;     /* likewise */
  char *section;          /* IMAP section number; "" for the root when it is a multipart */
  gint64 missing;         /* encoded octets that were not fetched, or -1: the body is here */
  GPtrArray *children;    /* of a multipart, else NULL */
  MailMimeEntity *parent;
};

/* Finds the structure of a whole message. Touches no body but for looking for boundaries. Nested messages are leaves. */
MailMimeEntity *mail_mime_entity_parse (const char *data, gsize length, const MailMimeLimits *limits);
void mail_mime_entity_free (MailMimeEntity *entity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMimeEntity, mail_mime_entity_free)

/* Borrowed; NULL when there is none. */
const char *mail_mime_entity_get_param (const MailMimeEntity *entity, const char *name);
/* (transfer full, nullable): from Content-Disposition, else from Content-Type. */
char *mail_mime_entity_dup_filename (const MailMimeEntity *entity);
/* (transfer full, nullable): without angle brackets. */
char *mail_mime_entity_dup_content_id (const MailMimeEntity *entity);
gboolean mail_mime_entity_is (const MailMimeEntity *entity, const char *type);
/* A leaf that readers show as text: text/plain, text/html, or the fields of a report (RFC 3464, 3798, 5965), unless it asks to
 * be an attachment. */
gboolean mail_mime_entity_is_shown_text (const MailMimeEntity *entity);
/* Decodes the body until @limit bytes came out of it; whatever is broken in it gives what can be had. */
GByteArray *mail_mime_entity_decode (const MailMimeEntity *entity, gsize limit);
/* All of it, piece by piece, to @func. */
gboolean mail_mime_entity_write (const MailMimeEntity *entity, MailMimeWriteFunc func, gpointer user_data, GError **error);
/* How many bytes mail_mime_entity_decode() would give without a limit. */
guint64 mail_mime_entity_measure (const MailMimeEntity *entity);
