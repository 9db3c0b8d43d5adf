/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-cursor.h"
#include "imap/imap-response.h"

/* What several kinds of responses are made of. Each answers FALSE when the grammar is not followed. */

/* (transfer full): a mailbox name as people read it: decoded, valid UTF-8, "INBOX" in upper case. */
char *mail_imap_decode_name (const char *raw, gboolean utf8);

/* Atoms up to the end, into @words. */
gboolean mail_imap_read_words (MailImapCursor *cursor, MailImapResponse *response);
/* A list of flags, into @flags, @wildcard and, what is none of ours, @words. */
gboolean mail_imap_read_flag_list (MailImapCursor *cursor, MailImapResponse *response);
/* Into @number. */
gboolean mail_imap_read_number (MailImapCursor *cursor, MailImapResponse *response);
/* A set of UIDs, as ranges and as numbers. */
gboolean mail_imap_read_set (MailImapCursor *cursor, gboolean in_order, GArray **set);
gboolean mail_imap_read_uids (MailImapCursor *cursor, GArray **uids);
