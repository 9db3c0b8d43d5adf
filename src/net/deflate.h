/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Raw deflate (RFC 1951) both ways, as a stream that never ends (RFC 4978). No I/O. */
typedef struct _MailDeflate MailDeflate;

MailDeflate *mail_deflate_new (void);
void mail_deflate_free (MailDeflate *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailDeflate, mail_deflate_free)

/* (transfer full): @data compressed and flushed, so that the other side can read all of it. */
GBytes *mail_deflate_pack (MailDeflate *stream, const void *data, gsize length);

/* Takes bytes that came from the other side. */
void mail_deflate_feed (MailDeflate *stream, const void *data, gsize length);
/* Where the next ones may be put straight, once mail_deflate_unpack() wanted more; and that @length were. */
guint8 *mail_deflate_get_space (MailDeflate *stream, gsize *size);
void mail_deflate_commit (MailDeflate *stream, gsize length);

/* Octets put into @buffer, at most @size; 0 when more must come first. -1 with PROTOCOL when this is no deflate, and with LIMIT
 * when little swells to so much that it can only be meant to. */
gssize mail_deflate_unpack (MailDeflate *stream, void *buffer, gsize size, GError **error);
