/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/errors.h"
#include "imap/imap-response.h"

/* What real servers do beside the standard. */

/* What a refusal without a response code means: BUSY, NOT_FOUND, EXISTS, or REFUSED when its text says nothing known. */
MailErrorCode mail_imap_quirk_refusal (const MailImapResponse *response);
