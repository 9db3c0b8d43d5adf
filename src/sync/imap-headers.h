/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Rows for @uids (guint32, ascending) of the selected mailbox, newest first, the first screen at once; parsing goes on while
 * the store writes. At most @most rows (0 = all), then it returns with the oldest left undone. A person's pending
 * operations are minded: what is on its way out is not shown again.
 * @has_orphans: rows here may be these messages without knowing their UID. Rows are durable when it returns.
 * A message over which the connection ends is found out over new ones, and asked for plainly; one that cannot be had that way
 * either has no row, is told and set aside for a day (see imap-suspects.h). */
gboolean mail_imap_headers_fetch (const MailImapPass *pass,
                                  const MailMailboxInfo *mailbox,
                                  const GArray *uids,
                                  guint most,
                                  gboolean has_orphans,
                                  GError **error);
