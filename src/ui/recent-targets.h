/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"

/* Where messages were moved to of late, remembered across runs. Main thread. */

void mail_recent_targets_add (MailAccount *account, MailMailbox *mailbox);
/* How long ago: 0 is the latest; G_MAXUINT: not of late. */
guint mail_recent_targets_rank (MailAccount *account, MailMailbox *mailbox);
