/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* A sync believes what it did before; an audit believes nothing. Each mailbox is compared with the server, and what differs is
 * healed, told and noted. No row goes because of a short or failed answer.
 *
 * @thorough: all mailboxes, flags and sizes of every message. Otherwise one mailbox whose day has come: the set of its UIDs, and
 * how many messages have each flag; only when these differ, everything. */
gboolean mail_imap_audit (const MailImapPass *pass, gboolean thorough, MailAuditResult *result, GError **error);

/* One mailbox, thoroughly; see mail_engine_audit_mailbox(). */
gboolean mail_imap_audit_mailbox (const MailImapPass *pass,
                                  gint64 mailbox_id,
                                  MailPieceFunc func,
                                  gpointer user_data,
                                  MailAuditResult *result,
                                  GError **error);
