/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* A person's words as a program of SEARCH (RFC 9051, section 6.4.4), and what a server finds by it. */

/* (transfer full): the criteria, every text of the person's in quotes. Ages by WITHIN (RFC 5032) where @caps has it, else by
 * days, a little wider than asked for: servers count them in zones of their own. When a message came into its mailbox, by SAVEDATE
 * (RFC 8514), else by its age. Attachments are nothing that a server is asked for. */
char *mail_imap_query_criteria (const MailQuery *query, MailImapCaps caps, gint64 now);
/* (transfer full): the same for Gmail's own search (X-GM-RAW), whose words are mostly the person's; days are a little wider
 * than asked for, here too. */
char *mail_imap_query_gmail (const MailQuery *query);

/* mail_engine_search() */
gboolean mail_imap_query (const MailImapPass *pass, MailSearch *search, GError **error);
