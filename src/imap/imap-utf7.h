/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Mailbox names in modified UTF-7 (RFC 3501, section 5.1.3). */

/* (transfer full) (nullable): NULL when @name is not valid UTF-8. */
char *mail_imap_utf7_encode (const char *name);
/* (transfer full) (nullable): NULL when @name is not modified UTF-7, or not in its one canonical form. */
char *mail_imap_utf7_decode (const char *name);
