/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"

/* What of an account is on this computer: what a person wants to know before it is removed. */
typedef struct
{
  guint messages;  /* rows of all mailboxes */
  guint whole;     /* of these, with the whole message here */
  guint only_here; /* of these, not on the server in any mailbox, as of the last look */
  guint waiting;   /* changes that the server does not know yet */
} MailHoldings;

/* Is there mail that would be lost with the files? What POP brought is the person's own even while the server has it, too: who
 * knows for how long, and how it was filed is known only here. What IMAP brought is a copy, but for what the server never got. */
gboolean mail_holdings_are_own (const MailHoldings *holdings, MailMode mode);
