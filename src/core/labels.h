/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* (transfer full) (nullable): those of @labels (MailMessageInfo) that a person gave, in their order, without quotes; NULL when
 * there are none. What Gmail itself makes of a mailbox or a flag (\Inbox, \Starred) is no label to a person. A pure function. */
GStrv mail_labels_list (const char *labels);
