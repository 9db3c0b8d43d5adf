/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <handy.h>

#include "model/account.h"

/* Says on @page why a list of @mailbox has no rows; @is_found: it is of what a search found. */
void mail_list_status_tell (HdyStatusPage *page, MailAccount *account, MailMailbox *mailbox, gboolean is_found);
