/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "sync/engine.h"

/* The advice of the page with the two cards, from what was measured. Pure. @imap and @pop are NULL when
 * that protocol does not answer.
 * *@reason is one translated sentence (transfer full). */
MailMode mail_setup_advise (const MailFigures *imap, const MailFigures *pop, char **reason);

/* (transfer full): "4,812 messages in 23 mailboxes, 2.1 GB of 5 GB"; what was not told is left out.
 * Translated. */
char *mail_setup_describe_figures (const MailFigures *figures, MailMode mode);
