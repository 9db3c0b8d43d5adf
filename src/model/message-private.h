/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/message.h"

/* How the model makes messages; blocking, for the task pool. */

/* NULL only when cancelled. */
MailMessage *mail_message_new_parsed (gint64 id, GBytes *raw, GCancellable *cancellable, GError **error);
/* From the row of the list, when nothing else is here: its text is missing. */
MailMessage *mail_message_new_from_info (const MailMessageInfo *info);
