/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "core/op.h"

typedef enum
{
  MAIL_PROBLEM_OFFLINE,
  MAIL_PROBLEM_SIGN_IN,
  MAIL_PROBLEM_CERTIFICATE,
  MAIL_PROBLEM_REFUSED,
  MAIL_PROBLEM_SERVER, /* not found, silent, busy, hung up, not following its own protocol */
  MAIL_PROBLEM_DISK,
  MAIL_PROBLEM_BUG,
} MailProblemKind;

typedef enum
{
  MAIL_PROBLEM_RADIUS_MESSAGE,
  MAIL_PROBLEM_RADIUS_MAILBOX,
  MAIL_PROBLEM_RADIUS_ACCOUNT,
} MailProblemRadius;

/* The one thing that a person can do about it; the window makes it the bar's button. */
typedef enum
{
  MAIL_PROBLEM_ACTION_NONE,
  MAIL_PROBLEM_ACTION_RETRY,
  MAIL_PROBLEM_ACTION_PASSWORD,
  MAIL_PROBLEM_ACTION_CERTIFICATE,
  MAIL_PROBLEM_ACTION_SETTINGS,
} MailProblemAction;

/* What went wrong, for a person: names the account, what happened and what to do. */
typedef struct
{
  MailProblemKind kind;
  MailProblemRadius radius;
  MailProblemAction action;
  int code;        /* MailErrorCode */
  char *account;
  char *summary;   /* one sentence, translated */
  char *advice;    /* what to do, translated; or NULL. Not what Missiva does next: that depends on who asks */
  char *technical; /* the error's own words, for "Details"; never a secret */
} MailProblem;

#define MAIL_TYPE_PROBLEM (mail_problem_get_type ())
GType mail_problem_get_type (void) G_GNUC_CONST; /* boxed */

/* Never NULL for an error that is not a cancellation; NULL for a cancelled one. @host is the server that was spoken to,
 * or NULL. */
MailProblem *mail_problem_new_from_error (const GError *error,
                                          const char *account,
                                          const char *host,
                                          MailProblemRadius radius);
/* The same for an operation on mailbox @name that the server refused; NULL for a kind that is of no mailbox. */
MailProblem *mail_problem_new_mailbox_refused (const GError *error,
                                               const char *account,
                                               const char *host,
                                               MailOpKind kind,
                                               const char *name);
MailProblem *mail_problem_copy (const MailProblem *problem);
void mail_problem_free (MailProblem *problem);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailProblem, mail_problem_free)
