/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Where the encoded word (RFC 2047) that begins at @start ("=?...") ends, or NULL when it is none. *@hopeless is set when
 * no later one can end either, so that nobody need look again. */
const char *mail_mime_encoded_word_end (const char *start, gboolean *hopeless);
