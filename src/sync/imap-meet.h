/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"
#include "store/store.h"

/* What waits to leave a mailbox, for as long as one write job lasts. */
typedef struct _MailImapLeaving MailImapLeaving;

MailImapLeaving *mail_imap_leaving_load (MailDb *db, gint64 mailbox_id, GError **error);
void mail_imap_leaving_free (MailImapLeaving *leaving);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapLeaving, mail_imap_leaving_free)

/* A message of the server that may be known here already, without its UID: because it was moved or copied here, uploaded, or
 * because its mailbox was renumbered. */

/* *@met: the message needs no row of its own. Either a row without UID turned out to be it and has its UID now, or a waiting
 * operation takes it out of the mailbox; an operation that did not know the UID learns it. @leaving: of the mailbox, kept
 * in step. @has_orphans: there are rows without UID. @strict: they were renumbered, so that only what is the same
 * for certain is the same. Inside write jobs. */
gboolean mail_imap_meet (MailDb *db,
                         MailImapLeaving *leaving,
                         const MailMessageInfo *info,
                         gboolean has_orphans,
                         gboolean strict,
                         gboolean *met,
                         GError **error);

/* (nullable): which of @rows (MailMessageInfo) is the message @info for certain: by EMAILID or X-GM-MSGID where both are known,
 * else by Message-ID, size, date and what else the header says. Of several that are equal in all of that, the first. Pure. */
const MailMessageInfo *mail_imap_meet_choose (const GPtrArray *rows, const MailMessageInfo *info);

/* TRUE when nothing that is known tells the two apart. Pure. */
gboolean mail_imap_meet_is_identical (const MailMessageInfo *a, const MailMessageInfo *b);
