/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "imap/imap-types.h"

/* Which parts of a large message are fetched at once, and how they become a skeleton (mime/mime-skeleton.h). Pure. */

/* The FETCH items that bring header, the MIME headers of all leaves, the bodies of the shown text and that of part @also
 * (nullable). NULL when the structure gives nothing to choose from, so that the whole message is to be fetched. */
char *mail_imap_skeleton_items (const MailImapPart *structure, guint64 size, const char *also);

/* (transfer full) (nullable): the skeleton that @fetch, the answer to these items, makes. NULL when the header is missing. */
GBytes *mail_imap_skeleton_build (const MailImapPart *structure, const MailImapFetch *fetch);

/* (transfer full) (nullable): @skeleton with the body of part @section put into its place; NULL when that part is not
 * missing in it. */
GBytes *mail_imap_skeleton_fill (GBytes *skeleton, const char *section, GBytes *body);
