/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A message of which only some parts are here. It is kept as an ordinary MIME message: the true header, the true multipart
 * structure with boundaries of our own, fetched parts as sent, and for each missing part its MIME header with an
 * empty body and "X-Missiva-Missing: <section> <encoded size>". mail_mime_message_parse() understands it, so that
 * there is one way to show a message. */
typedef struct
{
  char *section;      /* of a leaf, "1.2" */
  GBytes *mime_header; /* BODY[1.2.MIME] as sent; NULL for a single-part message (the header is the message's) */
  GBytes *body;       /* BODY[1.2] as sent, still encoded; NULL = missing */
  guint64 size;       /* encoded octets */
} MailSkeletonPart;

typedef struct _MailSkeleton MailSkeleton;

/* @header: BODY[HEADER]. Parts are added in the order of the structure, multiparts opened and closed around them. */
MailSkeleton *mail_skeleton_new (GBytes *header);
void mail_skeleton_free (MailSkeleton *skeleton);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailSkeleton, mail_skeleton_free)
void mail_skeleton_open_multipart (MailSkeleton *skeleton, const char *subtype);
void mail_skeleton_close_multipart (MailSkeleton *skeleton);
void mail_skeleton_add_part (MailSkeleton *skeleton, const MailSkeletonPart *part);
/* (transfer full): the whole. */
GBytes *mail_skeleton_finish (MailSkeleton *skeleton);
