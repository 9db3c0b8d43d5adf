/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-cursor.h"

/* The parenthesised items of a FETCH response (RFC 9051, section 7.5.2). An item that is unknown or not readable is passed over
 * and counted in @skipped; NULL only when not even its end can be found. */
MailImapFetch *mail_imap_read_fetch (MailImapCursor *cursor, guint32 sequence, guint *skipped);

/* One flag; keywords outside MailFlags are appended to @keywords (nullable), separated by a blank. "\*" and \Recent are told by
 * *@wildcard and *@recent. */
gboolean mail_imap_read_flag (MailImapCursor *cursor,
                              MailFlags *flags,
                              GString *keywords,
                              gboolean *recent,
                              gboolean *wildcard);
