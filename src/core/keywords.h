/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A set of IMAP keywords that are no MailFlags, as text: a space between them, sorted, each once; NULL = none. Keywords are
 * ASCII atoms and compared without regard to case (RFC 9051, section 2.3.2). Pure functions. */

/* (transfer full) (nullable): what @keywords (nullable, in any order) is as such a set, with @add put in and @remove taken out. */
char *mail_keywords_apply (const char *keywords, const char *add, const char *remove);
/* (transfer full) (nullable): what both have. */
char *mail_keywords_intersect (const char *a, const char *b);
gboolean mail_keywords_contain (const char *keywords, const char *keyword);

/* (nullable): why @keyword cannot be one, in English; NULL when it can: an atom that is no system flag. */
const char *mail_keyword_get_fault (const char *keyword);
