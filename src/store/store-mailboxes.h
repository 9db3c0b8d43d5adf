/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/mailbox-info.h"
#include "store/store.h"

/* Table `mailbox`. Inside jobs only. */

/* MailMailboxInfo, inbox first, then by role, then by name (UTF-8 collation of names). */
GPtrArray *mail_store_mailboxes_list (MailDb *db, GError **error);
MailMailboxInfo *mail_store_mailboxes_get (MailDb *db, gint64 id, GError **error);
/* NULL without @error when there is none. */
MailMailboxInfo *mail_store_mailboxes_find (MailDb *db, const char *name, GError **error);
MailMailboxInfo *mail_store_mailboxes_find_role (MailDb *db, MailRole role, GError **error);

/* Inserts, or updates name, delimiter, role and flags of the row with info->name; info->id is set. Figures are not touched. */
gboolean mail_store_mailboxes_put (MailDb *db, MailMailboxInfo *info, GError **error);

/* What a complete sync found. */
gboolean mail_store_mailboxes_set_synced (MailDb *db,
                                          gint64 id,
                                          guint32 uidvalidity,
                                          guint32 uidnext,
                                          guint64 highestmodseq,
                                          guint server_messages,
                                          GError **error);

/* Forgets every server-side identity in the mailbox after UIDVALIDITY changed: rows keep their bodies for re-matching
 * (uid = 0), waiting operations on old UIDs are dropped. */
gboolean mail_store_mailboxes_reset_uids (MailDb *db, gint64 id, guint32 uidvalidity, GError **error);

/* Removes the mailbox with its rows. */
gboolean mail_store_mailboxes_remove (MailDb *db, gint64 id, GError **error);

/* Makes the local mailboxes of a POP account (Inbox, Drafts, Sent, Archive, Junk, Trash) if they are missing. */
gboolean mail_store_mailboxes_ensure_local (MailDb *db, GError **error);
