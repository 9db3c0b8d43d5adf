/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-response.h"

/* What real servers do beside the standard. */

/* A refusal that means "later", although no response code says so. */
gboolean mail_imap_quirk_is_busy (const MailImapResponse *response);
