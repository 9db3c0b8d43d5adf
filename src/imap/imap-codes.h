/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-cursor.h"
#include "imap/imap-response.h"

/* Reads a response code (RFC 9051, section 7.1) without its brackets, at whose end @cursor ends. What a known code says wrongly
 * makes it an unknown one. */
void mail_imap_read_code (MailImapCursor *cursor, MailImapResponse *response);
