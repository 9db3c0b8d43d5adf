/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "pop3/pop3-session.h"

/* Before the identity of a message that the server gave no unique id. */
#define MAIL_POP3_CONTENT_PREFIX "sha256:"

/* Looks at the drop: (transfer full) MailPop3Item, ascending by number. Where the server has no UIDL, a message is known
 * by its size and header (TOP), or, without TOP, only once it was fetched: its uidl is NULL. Messages that a server
 * with UIDL left out of it are left out here. *@whole: the answers to STAT, LIST and UIDL agree, so that what is
 * missing is really not there. */
GPtrArray *mail_pop3_listing_read (MailPop3Session *session,
                                   gboolean *whole,
                                   GCancellable *cancellable,
                                   GError **error);

/* (transfer full): the identity by content; @size only for a header. */
char *mail_pop3_listing_identify_header (GBytes *header, guint64 size);
char *mail_pop3_listing_identify_message (const guint8 hash[32]);
