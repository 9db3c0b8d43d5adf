/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Rows that were stored before the server told what it calls a message in every mailbox (EMAILID, X-GM-MSGID), and its labels,
 * learn both: one window of one mailbox with each call, the newest first; *more is set when there may be another. How far it came
 * is a fact of each mailbox, so that it goes on there, and ends. Nothing is asked of a server that tells neither. */
gboolean mail_imap_naming (const MailImapPass *pass, gboolean *more, GError **error);
