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

/* Inserts, or updates name, delimiter, role and flags of the row info->id or, without one, of the row with info->name; info->id is
 * set. Nothing else is touched. EXISTS when another row has the name. */
gboolean mail_store_mailboxes_put (MailDb *db, MailMailboxInfo *info, GError **error);

/* What a complete sync found. */
gboolean mail_store_mailboxes_set_synced (MailDb *db,
                                          gint64 id,
                                          guint32 uidvalidity,
                                          guint32 uidnext,
                                          guint64 highestmodseq,
                                          guint server_messages,
                                          GError **error);

/* The next look has to be a complete one; one that is under way does not count as such. */
gboolean mail_store_mailboxes_doubt (MailDb *db, gint64 id, GError **error);

/* Forgets every server-side identity in the mailbox after UIDVALIDITY changed: rows keep their bodies for re-matching
 * (uid = 0). What waits for the server on old UIDs is up to the caller. */
gboolean mail_store_mailboxes_reset_uids (MailDb *db, gint64 id, guint32 uidvalidity, GError **error);

/* @server_name (nullable): what the server still calls it. EXISTS when another row has the name. How the server spells a name that
 * it did not have so far is forgotten. */
gboolean mail_store_mailboxes_set_name (MailDb *db, gint64 id, const char *name, const char *server_name, GError **error);
gboolean mail_store_mailboxes_set_flags (MailDb *db, gint64 id, MailMailboxFlags add, MailMailboxFlags remove, GError **error);
/* A person's choice, which is never guessed over; a mailbox that had the role loses it. */
gboolean mail_store_mailboxes_choose_role (MailDb *db, gint64 id, MailRole role, GError **error);
/* @days: with MAIL_MAILBOX_OFFLINE_DAYS. */
gboolean mail_store_mailboxes_set_offline (MailDb *db, gint64 id, MailMailboxOffline offline, guint days, GError **error);
gboolean mail_store_mailboxes_set_watched (MailDb *db, gint64 id, gboolean watched, GError **error);

/* What the server told; NULL and 0: nothing. */
gboolean mail_store_mailboxes_set_raw_name (MailDb *db, gint64 id, const char *raw_name, GError **error);
gboolean mail_store_mailboxes_set_rights (MailDb *db, gint64 id, const char *rights, GError **error);
gboolean mail_store_mailboxes_set_object_id (MailDb *db, gint64 id, const char *object_id, GError **error);
gboolean mail_store_mailboxes_set_server_size (MailDb *db, gint64 id, gint64 size, GError **error);
gboolean mail_store_mailboxes_set_audited (MailDb *db, gint64 id, gint64 when, GError **error);

/* Removes the mailbox with its rows. */
gboolean mail_store_mailboxes_remove (MailDb *db, gint64 id, GError **error);

/* Makes the local mailboxes of a POP account (Inbox, Drafts, Sent, Archive, Junk, Trash) if they are missing. */
gboolean mail_store_mailboxes_ensure_local (MailDb *db, GError **error);
