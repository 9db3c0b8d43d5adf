/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-types.h"

/* Cuts a stream of bytes into whole responses: a line with all its literals (RFC 9051, section 4.3). It knows nothing of
 * the grammar but where a response ends. Large literals get a buffer of their own, into which they can be read
 * straight from the network, and which later is the GBytes. */
typedef struct _MailImapFramer MailImapFramer;

/* A large literal that is not in the frame's text. Its bytes belong at @offset, just behind "{n}\r\n". */
typedef struct
{
  gsize offset;
  GBytes *data;
} MailImapLiteral;

/* One response without its last line end. Small literals are in @text, where the server put them. Borrowed from the framer;
 * valid until its next call. */
typedef struct
{
  const char *text;
  gsize length;
  const MailImapLiteral *literals;
  guint n_literals;
} MailImapFrame;

typedef enum
{
  MAIL_IMAP_FRAME_NEED_MORE,
  MAIL_IMAP_FRAME_READY,
  MAIL_IMAP_FRAME_ERROR, /* MAIL_ERROR_LIMIT or MAIL_ERROR_PROTOCOL; the framer is of no more use */
} MailImapFrameResult;

MailImapFramer *mail_imap_framer_new (const MailImapLimits *limits);
void mail_imap_framer_free (MailImapFramer *framer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapFramer, mail_imap_framer_free)

/* Where the next bytes of the stream may be put; at least one byte. */
guint8 *mail_imap_framer_get_space (MailImapFramer *framer, gsize *size);
/* @length bytes were put there. */
void mail_imap_framer_commit (MailImapFramer *framer, gsize length);
/* Both in one, copying. */
void mail_imap_framer_push (MailImapFramer *framer, const void *data, gsize length);

MailImapFrameResult mail_imap_framer_next (MailImapFramer *framer, MailImapFrame *frame, GError **error);

/* (transfer full): bytes that arrived behind the last frame, taken out. Only while no literal is under way. */
GBytes *mail_imap_framer_take_rest (MailImapFramer *framer);

/* Bytes that arrived and are not part of a frame handed out. */
gsize mail_imap_framer_get_buffered (const MailImapFramer *framer);
