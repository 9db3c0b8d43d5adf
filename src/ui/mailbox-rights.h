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

/* (transfer full): all of them in words: "Read, mark, file; not: delete". NULL: not told. */
char *mail_mailbox_describe_rights (MailMailbox *mailbox);

/* Whether @mailbox can be moved into @target (NULL: to the top), where it is not yet. */
gboolean mail_mailbox_can_move_into (MailAccount *account, MailMailbox *mailbox, MailMailbox *target);
