/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/address.h"
#include "core/message-info.h"

/* Bounds on what is parsed; beyond them the rest of the message is left as one attachment, or cut, and never an error. */
typedef struct
{
  guint depth;      /* nested multiparts and messages */
  guint parts;      /* leaves */
  gsize text_bytes; /* of shown text, decoded */
  gsize header_bytes;
} MailMimeLimits;

/* What the program uses everywhere outside tests. */
extern const MailMimeLimits mail_mime_default_limits;

/* One leaf that is not the shown text or HTML body: attachments, inline images, nested messages (counted once). */
typedef struct
{
  char *section;      /* IMAP section number: "2", "1.3" */
  char *content_type; /* "image/png", lower case */
  char *filename;     /* decoded (RFC 2231, RFC 2047, raw 8-bit), as the sender wrote it; NULL when none. Never use it
                         as a path: see mail_mime_safe_filename() */
  char *content_id;   /* without angle brackets, or NULL */
  guint64 size;       /* decoded octets; of the encoded form when @missing */
  gboolean is_inline; /* meant to be shown within the text: Content-Disposition inline, or referred to by cid: */
  gboolean missing;   /* its bytes have not been fetched yet */
} MailMimePart;

/* A parsed message: plain values, no GMime type. Immutable after parsing, may be read by any thread. */
typedef struct _MailMimeMessage MailMimeMessage;

/* Parses @raw, whatever it is: never fails but for cancellation. @raw is kept. */
MailMimeMessage *mail_mime_message_parse (GBytes *raw,
                                          const MailMimeLimits *limits,
                                          GCancellable *cancellable,
                                          GError **error);
void mail_mime_message_free (MailMimeMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailMimeMessage, mail_mime_message_free)

/* All borrowed, UTF-8, decoded; NULL where the message has none. */
const char *mail_mime_message_get_subject (const MailMimeMessage *message);
const GPtrArray *mail_mime_message_get_from (const MailMimeMessage *message);     /* MailAddress; never NULL */
const GPtrArray *mail_mime_message_get_to (const MailMimeMessage *message);       /* never NULL, groups flattened */
const GPtrArray *mail_mime_message_get_cc (const MailMimeMessage *message);       /* never NULL */
const GPtrArray *mail_mime_message_get_reply_to (const MailMimeMessage *message); /* never NULL */
GDateTime *mail_mime_message_get_date (const MailMimeMessage *message);           /* in the sender's zone, or NULL */
/* With angle brackets, unless the sender forgot them. */
const char *mail_mime_message_get_message_id (const MailMimeMessage *message);
const char *mail_mime_message_get_in_reply_to (const MailMimeMessage *message);
const char *mail_mime_message_get_references (const MailMimeMessage *message);

/* The text as a reader shows it: text/plain bodies (format=flowed joined, RFC 3676), or the HTML body as text. */
const char *mail_mime_message_get_text (const MailMimeMessage *message);
/* TRUE when get_text() came from text/plain. */
gboolean mail_mime_message_has_plain_text (const MailMimeMessage *message);
/* The HTML body as sent, decoded to UTF-8, or NULL. */
const char *mail_mime_message_get_html (const MailMimeMessage *message);
/* MailMimePart in the order of the message; never NULL. */
const GPtrArray *mail_mime_message_get_parts (const MailMimeMessage *message);
/* TRUE when the shown text itself is not here yet. */
gboolean mail_mime_message_is_text_missing (const MailMimeMessage *message);

/* (transfer full): the decoded bytes of part @index. MAIL_ERROR_NOT_FOUND when it is missing or there is no such part. */
GBytes *mail_mime_message_dup_part (const MailMimeMessage *message, guint index, GError **error);
/* Takes @size octets more; FALSE with @error set ends it. */
typedef gboolean (*MailMimeWriteFunc) (const void *data, gsize size, gpointer user_data, GError **error);

/* The same, piece by piece to @func: nothing large is in memory. */
gboolean mail_mime_message_write_part (const MailMimeMessage *message,
                                       guint index,
                                       MailMimeWriteFunc func,
                                       gpointer user_data,
                                       GError **error);
/* (transfer full): header fields as sent, decoded: name, value, name, value, ...; NULL-terminated. */
GStrv mail_mime_message_dup_headers (const MailMimeMessage *message);
GBytes *mail_mime_message_get_raw (const MailMimeMessage *message);

/* Fills @info from the header: subject, from, to, cc, date, message_id, in_reply_to, references, has_attachment, preview. */
void mail_mime_message_fill_info (const MailMimeMessage *message, MailMessageInfo *info);

/* The first @chars characters of @text that say something: no quotes, no signature, blanks folded. (transfer full) */
char *mail_mime_preview (const char *text, guint chars);

/* Header text -> UTF-8: encoded words (RFC 2047), raw 8-bit guessed; folded blanks. NULL gives NULL. For ENVELOPE. */
char *mail_mime_decode_words (const char *raw);
/* (transfer full, nullable): the first field called @name in @header, lines of a header that a server chose, read as the
 * whole message would be: mail_mime_message_get_references() of it is the same. */
char *mail_mime_read_field (GBytes *header, const char *name);
/* RFC 5322 date -> Unix seconds; FALSE when it cannot be read. Lenient. */
gboolean mail_mime_parse_date (const char *raw, gint64 *unix_seconds, int *offset_minutes);
/* (transfer full): RFC 5322 address list -> MailAddress array. */
GPtrArray *mail_mime_parse_addresses (const char *raw);

/* (transfer full): a name under which a file can be written on this system: no folder, no leading dot, no control
 * or bidirectional characters, no reserved name, at most 120 bytes with its extension kept; "attachment" when
 * nothing is left. @content_type (nullable) gives an extension where there is none. */
char *mail_mime_safe_filename (const char *filename, const char *content_type);

/* TRUE when opening such a file may run a program: the person is warned first. */
gboolean mail_mime_is_dangerous (const char *filename, const char *content_type);
