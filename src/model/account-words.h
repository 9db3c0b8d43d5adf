/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "core/flags.h"
#include "sync/worker.h"

/* What an account says of itself, translated. */

const char *mail_words_mode (MailMode mode);
/* @phase counts while the worker works. */
const char *mail_words_state (MailWorkerState state, MailPhase phase, const MailProblem *problem);
/* (transfer full) (nullable): "1,240 of 48,112, about 2 minutes"; NULL while there is nothing to count. */
char *mail_words_progress (const MailProgress *progress);

typedef enum
{
  MAIL_DONE_QUIETLY, /* no sentence */
  MAIL_DONE_READ,
  MAIL_DONE_UNREAD,
  MAIL_DONE_STARRED,
  MAIL_DONE_UNSTARRED,
  MAIL_DONE_CHANGED,
  MAIL_DONE_MOVED,   /* to a mailbox with a title */
  MAIL_DONE_COPIED,  /* likewise */
  MAIL_DONE_DELETED, /* for ever */
  MAIL_DONE_UNDONE,
  MAIL_DONE_JUNK,
  MAIL_DONE_NOT_JUNK,
  MAIL_DONE_TAGGED,
  MAIL_DONE_UNTAGGED,
  /* Of a mailbox with a title. */
  MAIL_DONE_MAILBOX_MADE,
  MAIL_DONE_MAILBOX_RENAMED,
  MAIL_DONE_MAILBOX_MOVED,
  MAIL_DONE_MAILBOX_DELETED,
  MAIL_DONE_SUBSCRIBED,
  MAIL_DONE_UNSUBSCRIBED,
} MailDone;

MailDone mail_done_from_flags (MailFlags add, MailFlags remove);
/* (transfer full): "3 messages moved to Trash". @title with MOVED and COPIED, and where a mailbox is spoken of. */
char *mail_words_done (MailDone done, guint n_messages, const char *title);
/* (transfer full) */
char *mail_words_refused (guint n_operations);
/* (transfer full): two mailboxes are to be called @title; one of them is called @given. */
char *mail_words_namesakes (const char *title, const char *given);
/* (transfer full) (nullable): why it was not done, as far as that depends on what it was; NULL when @error says it well enough.
 * @title: of the mailbox that was to be changed, or what it was to be called. */
char *mail_words_not_done (MailDone done, const char *title, const GError *error);
/* (transfer full): @text, which the server of account @name wants to be read. */
char *mail_words_alert (const char *name, const char *text);
/* (transfer full): what a comparison with the server found: "All 12,480 messages are as on the server." */
char *mail_words_audit (const MailAuditResult *found);
/* (transfer full): a warning that more than @percent of the room at the server of account @name is used. */
char *mail_words_quota (const char *name, guint percent);
