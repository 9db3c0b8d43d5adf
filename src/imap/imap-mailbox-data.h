/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-cursor.h"
#include "imap/imap-response.h"

/* Responses about mailboxes, behind their names: LIST and LSUB, STATUS, NAMESPACE, MYRIGHTS, QUOTA, QUOTAROOT. FALSE when the
 * grammar is not followed. */
gboolean mail_imap_read_list (MailImapCursor *cursor, MailImapResponse *response);
gboolean mail_imap_read_status (MailImapCursor *cursor, MailImapResponse *response);
gboolean mail_imap_read_namespace (MailImapCursor *cursor, MailImapResponse *response);
gboolean mail_imap_read_my_rights (MailImapCursor *cursor, MailImapResponse *response);
gboolean mail_imap_read_quota (MailImapCursor *cursor, MailImapResponse *response);
gboolean mail_imap_read_quota_root (MailImapCursor *cursor, MailImapResponse *response);

/* Takes the id, unless it is longer than any may be. */
void mail_imap_status_set_object_id (MailImapStatus *status, const char *id);
