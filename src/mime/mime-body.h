/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime/mime-entity.h"

/* What a reader shows of a message: its text, and the rest as parts. */
typedef struct
{
  char *text;     /* NULL when the message shows none */
  gboolean is_plain;
  char *html;     /* NULL when the message has none */
  gboolean is_text_missing;
  GPtrArray *parts;  /* MailMimePart */
  GPtrArray *leaves; /* MailMimeEntity, borrowed from the root: one for each part */
} MailMimeBody;

/* Decodes at most @text_bytes of text. @root must outlive it. */
MailMimeBody *mail_mime_body_new (MailMimeEntity *root, gsize text_bytes);
void mail_mime_body_free (MailMimeBody *body);

/* (transfer full, nullable): the first @chars characters worth reading; decodes only the beginning. NULL when the text
 * is missing. */
char *mail_mime_body_preview (MailMimeEntity *root, guint chars);
/* TRUE when a list should show a paper clip: something more than text, signatures and pictures within the text. */
gboolean mail_mime_body_has_attachment (MailMimeEntity *root);
