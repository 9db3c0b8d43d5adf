/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Operations of the same kind between the same mailboxes, on messages that are each known by UID (APPEND: without one). */
typedef struct
{
  const MailImapPass *pass;
  GPtrArray *ops;          /* MailOp, borrowed from the list that was loaded, ascending by UID */
  MailMailboxInfo *source; /* where the messages are; for APPEND where the message goes */
  MailMailboxInfo *target; /* MOVE, COPY; else NULL */
  GHashTable *skipped;     /* ids (gint64) of operations that are not tried again in this pass; shared */
  GHashTable *missing;     /* ids (gint64) of mailboxes for which the server was asked in vain in this pass; shared */
  GHashTable *full;        /* ids (gint64) of mailboxes in which there was no room for one message in this pass; shared */
} MailImapGroup;

/* What the server's answer means for the store: run inside one transaction per group. */
typedef struct
{
  const MailImapGroup *group;
  const GArray *uids; /* guint32 per op: the UID in the target, 0 = not told. MOVE, COPY, APPEND; else NULL */
} MailImapOutcome;

gboolean mail_imap_group_run_flags (const MailImapGroup *group, GError **error);
gboolean mail_imap_group_run_expunge (const MailImapGroup *group, GError **error);
gboolean mail_imap_group_run_move (const MailImapGroup *group, GError **error);
gboolean mail_imap_group_run_copy (const MailImapGroup *group, GError **error);
gboolean mail_imap_group_run_append (const MailImapGroup *group, GError **error);
/* The one operation of the group is about a mailbox, which is the group's source. */
gboolean mail_imap_group_run_mailbox (const MailImapGroup *group, GError **error);

/* Whether the target has the message of the first operation, looked for there; then @uids has its UID, if that is any use. The
 * target is selected afterwards. */
gboolean mail_imap_group_find_in_target (const MailImapGroup *group, gboolean *found, GArray *uids, GError **error);
/* UIDs of another generation of the mailbox, or of one that nobody has noted yet, are no use: 0. */
void mail_imap_uids_forget_unless_valid (GArray *uids, const MailMailboxInfo *mailbox, guint32 uidvalidity);

/* (transfer full): "3:5,9". */
char *mail_imap_group_get_set (const MailImapGroup *group);

/* The server did it: rows and operations follow. */
gboolean mail_imap_group_finish (const MailImapGroup *group, const GArray *uids, GError **error);
/* The server said no: the operations go, the server's state is shown again, a person is told. But a copy whose original is gone is
 * uploaded instead where the whole message is here. */
gboolean mail_imap_group_refuse (const MailImapGroup *group, const GError *why, GError **error);

/* The UID of the first operation's message was found out: its row and all that waits for it learn it too. */
gboolean mail_imap_group_learn (const MailImapGroup *group, guint32 uid, GError **error);

/* (transfer full): the rows of the operations, MailMessageInfo, in their order; NULL entries for rows that are gone. */
GPtrArray *mail_imap_group_load_rows (const MailImapGroup *group, GError **error);

/* imap-replay-failure.c. Each takes over @failure; FALSE, with it as @error: the pass ends. */
/* The group failed, for a reason that is that of each of its operations: it is held, refused, or waits until later. */
gboolean mail_imap_group_settle (const MailImapGroup *group, GError *failure, GError **error);
/* @failure is no refusal: the operations are tried again in a later pass. */
gboolean mail_imap_group_put_off (const MailImapGroup *group, GError *failure, GError **error);
/* All of FLAGS is carried out but that of its tags only @go (nullable) went to the server: the mailbox does not keep those that
 * @stay. They are kept here, and a person is told. */
gboolean mail_imap_group_keep_tags (const MailImapGroup *group, const char *go, const char *stay, GError **error);
/* Inside a job: the server has what @op says; without a row there is nothing to do. */
gboolean mail_imap_confirm_flags (MailDb *db, const MailOp *op, GError **error);

/* imap-replay-names.c. Where *@failure says that a mailbox of the group is missing, another program may have renamed it: TRUE when
 * the server has it under another name, which the group uses from now on; then *@failure is cleared. */
gboolean mail_imap_group_follow (const MailImapGroup *group, GError **failure);

/* TRUE for an answer that settles an operation for good. */
gboolean mail_imap_is_refusal (const GError *error);
