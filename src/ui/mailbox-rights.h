/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

/* What the server lets one do in a mailbox (RFC 4314, the letters of MYRIGHTS), and what cannot be done with it at all. */
typedef enum
{
  MAIL_RIGHT_INSERT, /* put messages into it */
  MAIL_RIGHT_SEEN,
  MAIL_RIGHT_WRITE,  /* other flags and tags */
  MAIL_RIGHT_DELETE, /* take messages away */
  MAIL_RIGHT_CREATE, /* mailboxes in it */
  MAIL_RIGHT_REMOVE, /* the mailbox itself */
} MailRight;

/* TRUE also while the server has not told: then everything may be tried. */
gboolean mail_mailbox_may (MailMailbox *mailbox, MailRight right);

/* Why one may not, in a sentence; NULL: one may. */
const char *mail_mailbox_why_not (MailMailbox *mailbox, MailRight right);

/* (transfer full): those of @which (bits, 1 << MailRight) that are missing, in one sentence; NULL: none. */
char *mail_mailbox_describe_missing (MailMailbox *mailbox, guint which);

/* (transfer full): all that are missing, or that none is. NULL: not told. */
char *mail_mailbox_describe_rights (MailMailbox *mailbox);

/* Why @mailbox cannot be renamed, moved or deleted, or why no other can lie in it; NULL: it can. */
const char *mail_mailbox_why_not_changed (MailAccount *account, MailMailbox *mailbox);
const char *mail_mailbox_why_not_parent (MailMailbox *mailbox);

/* Whether @mailbox can be moved into @target (NULL: to the top), where it is not yet. If not, *@why is the reason, or NULL where
 * none is needed: into itself. */
gboolean mail_mailbox_can_move_into (MailAccount *account, MailMailbox *mailbox, MailMailbox *target, const char **why);
