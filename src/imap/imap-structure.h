/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-cursor.h"

/* ENVELOPE (RFC 9051, section 7.5.2). TRUE with *@envelope NULL for NIL. */
gboolean mail_imap_read_envelope (MailImapCursor *cursor, MailImapEnvelope **envelope);

/* BODY or BODYSTRUCTURE (RFC 9051, section 7.5.2). Extension data that does not follow the grammar is passed over. TRUE with *@part
 * NULL for NIL. */
gboolean mail_imap_read_structure (MailImapCursor *cursor, MailImapPart **part);
