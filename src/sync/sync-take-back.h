/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/mailbox-info.h"
#include "core/op.h"
#include "store/store.h"

/* Inside jobs: @op will not be carried out, because the server refused it or a person gave it up. It goes, with what cannot be
 * done without it; rows and mailboxes become again what the server has, and the next sync compares the mailboxes that it spoke of
 * in full. A message that is only here stays here; a mailbox that a message was to leave, or to be copied from, before it is
 * deleted, is not deleted. */
gboolean mail_op_take_back (MailDb *db, const MailOp *op, GError **error);

/* Inside jobs. *@deletion (transfer full): the operation that is to delete the mailbox; NULL: none waits. */
gboolean mail_op_find_deletion (MailDb *db, gint64 mailbox_id, MailOp **deletion, GError **error);

/* Makes room for UID @uid in the mailbox (0: nothing): removes the row that a sync made before it was known whose it is. */
gboolean mail_op_remove_double (MailDb *db, gint64 id, gint64 mailbox_id, guint32 uid, GError **error);

/* A hidden mailbox, whose deletion is off, is shown by its name again, or by the one that its parent has by now. Where another one
 * has that name, one of both gets another. */
gboolean mail_mailbox_show_again (MailDb *db, const MailMailboxInfo *mailbox, GError **error);

/* Makes the next sync compare the whole mailbox. */
gboolean mail_op_doubt_mailbox (MailDb *db, gint64 mailbox_id, GError **error);
