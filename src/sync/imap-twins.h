/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* The same message in several mailboxes (copies, the labels of Gmail) is fetched once: what is here already is linked. */

/* Tries that for @ids (gint64 *) of the selected mailbox, keyed by UID (as pointers); those that were linked leave the table.
 * Where only header fields say that it is the same message, the server is asked for its header and the beginning of its text, in
 * one command, and both must be what is here to the last byte. */
gboolean mail_imap_twins_link (const MailImapPass *pass, GHashTable *ids, GError **error);

/* Of those among @uids (guint32, ascending), the keys of @ids, that seem to be the same message only the first stays in @ids, and
 * none that is like one which was asked for before: once that is here, the others need not be fetched. @asked: char *, what stands
 * for each that was asked for; it grows. */
gboolean mail_imap_twins_hold_back (const MailImapPass *pass,
                                    const GArray *uids,
                                    GHashTable *ids,
                                    GHashTable *asked,
                                    GError **error);
