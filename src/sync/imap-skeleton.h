/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "imap/imap-types.h"
#include "store/store-pieces.h"

/* Which parts of a large message are fetched at once, and how they become a skeleton (mime/mime-skeleton.h). Pure. */

/* The FETCH items that bring header, the MIME headers of all leaves and the bodies of the shown text. NULL when the structure gives
 * nothing to choose from, or more than a command line bears, so that the whole message is to be fetched. */
char *mail_imap_skeleton_items (const MailImapPart *structure, guint64 size);

/* (nullable): the leaf @section. */
const MailImapPart *mail_imap_skeleton_find_part (const MailImapPart *structure, const char *section);

/* How many leaves @fetch does not carry, and their octets. */
void mail_imap_skeleton_count_missing (const MailImapPart *structure, const MailImapFetch *fetch, guint *parts, guint64 *bytes);

/* (transfer full) (nullable): the skeleton that @fetch, the answer to these items, makes. NULL when the header is missing. */
GBytes *mail_imap_skeleton_build (const MailImapPart *structure, const MailImapFetch *fetch);

/* Where in @skeleton the body of part @section belongs. FALSE when that part is not missing in it. */
gboolean mail_imap_skeleton_find_gap (GBytes *skeleton, const char *section, MailStoreGap *gap);
