/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* (transfer full): @bytes as UTF-8 without NULs, whatever they are; *@length_out (nullable) is its length. @label is the
 * sender's charset, or NULL. A label that cannot be right loses against valid UTF-8; ISO 8859 labels mean their
 * Windows supersets as everybody's mail programs do; without a usable label it is UTF-8 or else Windows-1252.
 * What still cannot be converted becomes U+FFFD. */
char *mail_mime_to_utf8 (const char *bytes, gsize length, const char *label, gsize *length_out);

/* TRUE when all of @bytes are below 0x80 and none is NUL. */
gboolean mail_mime_is_ascii (const char *bytes, gsize length);
