/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* One header field as it stands in the message: slices, nothing copied. */
typedef struct
{
  const char *name;
  gsize name_length;
  const char *value; /* with its folds, without the last line end */
  gsize value_length;
} MailMimeField;

/* Reads header fields from the start of @data into @fields (MailMimeField) and returns the offset of the body. Skips
 * an mbox "From " line; lines that are no header are skipped where more header follows, and begin the body where not.
 * Beyond @limit bytes fields are passed over. */
gsize mail_mime_header_scan (const char *data, gsize length, gsize limit, GArray *fields);

/* (transfer full): the value of the first field called @name with folds and NULs taken out, raw otherwise; NULL when absent. */
char *mail_mime_header_dup (const GArray *fields, const char *name);
/* (transfer full): the values of all fields called @name, joined by ", " as address lists are; NULL when there is none. */
char *mail_mime_header_dup_all (const GArray *fields, const char *name);
/* (transfer full): the value of one field, likewise. */
char *mail_mime_field_dup_value (const MailMimeField *field);

/* (transfer full, nullable): the first "<...>" of a Message-ID field, or its first word where the sender forgot the brackets. */
char *mail_mime_dup_message_id (const char *raw);
