/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-framer.h"
#include "imap/imap-response.h"

/* Reads one whole response into @response, which is empty (cleared). @utf8: mailbox names are UTF-8 (RFC 6855, RFC 9051), not
 * modified UTF-7. A response that does not follow the grammar is MAIL_IMAP_RESPONSE_UNKNOWN with @skipped set;
 * only what could be a broken answer to a command (a tagged line, "+") is FALSE with MAIL_ERROR_PROTOCOL. */
gboolean mail_imap_parse (const MailImapFrame *frame,
                          const MailImapLimits *limits,
                          gboolean utf8,
                          MailImapResponse *response,
                          GError **error);
