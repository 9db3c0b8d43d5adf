/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "pop3/pop3-types.h"
#include "store/store-uidl.h"

/* What one look at a maildrop leads to. All pointers are borrowed from the ledger and the listing. */
typedef struct
{
  GPtrArray *fetch;    /* MailPop3Item, newest first: not here yet, or no longer surely what the ledger knows */
  GPtrArray *returned; /* MailPop3Item, those of @fetch that were deleted or gone and are listed again: a look may spare us them */
  GPtrArray *erase;    /* MailPop3Item: here, and due to be deleted on the server */
  GPtrArray *vanished; /* MailUidl: on the server as far as we knew, not listed any more */
} MailPop3Plan;

#define MAIL_POP3_NEVER G_MAXINT64

/* The moment (Unix seconds; 0 = at once) from which the policy wants the server's copy deleted of a message that was fetched at
 * @fetched, or MAIL_POP3_NEVER. @deleting: a person deleted it here. @returned: how often the server listed it again after we had
 * deleted it. What the plan below goes by, and what the window shows. */
gint64 mail_pop3_due_from (MailPopKeep keep, guint keep_days, gint64 fetched, gboolean deleting, guint returned);

/* @listing: MailPop3Item, ascending by number; an item without uidl has to be fetched to be known. @whole: the server's
 * answers agree with each other; if they do not, only fetching is planned, because a short listing says nothing about
 * what it leaves out. Pure: no clock, no store, no network. */
MailPop3Plan *mail_pop3_plan_new (MailPopKeep keep,
                                  guint keep_days,
                                  GHashTable *ledger,
                                  const GPtrArray *listing,
                                  gboolean whole,
                                  gint64 now);
void mail_pop3_plan_free (MailPop3Plan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailPop3Plan, mail_pop3_plan_free)
