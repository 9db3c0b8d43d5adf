/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/mailbox.h"
#include "model/object-list.h"

/* The mailboxes of one account, a list of MailMailbox in the order of the sidebar: by role, each followed by what lies
 * beneath it, then the person's own tree. A mailbox that only holds those with a role is left out. Main thread. */
#define MAIL_TYPE_MAILBOX_LIST (mail_mailbox_list_get_type ())
G_DECLARE_FINAL_TYPE (MailMailboxList, mail_mailbox_list, MAIL, MAILBOX_LIST, MailObjectList)

MailMailboxList *mail_mailbox_list_new (void);

/* @infos: MailMailboxInfo, whatever their order. Mailboxes that stay keep their object. */
void mail_mailbox_list_update (MailMailboxList *list, const GPtrArray *infos);

/* Borrowed; NULL when there is none. */
MailMailbox *mail_mailbox_list_find (MailMailboxList *list, gint64 id);
MailMailbox *mail_mailbox_list_find_role (MailMailboxList *list, MailRole role);
