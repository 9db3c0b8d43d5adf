/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/errors.h"
#include "imap/imap-response.h"

/* What real servers do beside the standard. */

/* What not to do with some servers. */
typedef enum
{
  MAIL_IMAP_QUIRK_NO_MAILBOXID_IN_STATUS = 1 << 0,
} MailImapQuirks;

/* @said: how a server calls itself, in its greeting or its ID. */
MailImapQuirks mail_imap_quirks_of_server (const char *said);

/* What a refusal means by its words, where its response code does not say: BUSY, NOT_FOUND, EXISTS, or REFUSED when they are not
 * known. */
MailErrorCode mail_imap_quirk_refusal (const MailImapResponse *response);
/* Whether a refusal, of a sign-in too, is of this moment only (RFC 5530, and what servers say in its place). */
gboolean mail_imap_quirk_is_temporary (const MailImapResponse *response);
/* Notes in @error why the server refused, as mail_error_get_server_code() and _wait() tell it. */
void mail_imap_quirk_note (const MailImapResponse *response, GError **error);
