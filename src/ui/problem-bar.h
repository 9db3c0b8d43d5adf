/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account-list.h"

/* What is wrong, in a sentence, with the one thing to do about it: of the account that is shown first, then of any that needs the
 * person, then that there is no network. Hidden while all is well. */
#define MAIL_TYPE_PROBLEM_BAR (mail_problem_bar_get_type ())
G_DECLARE_FINAL_TYPE (MailProblemBar, mail_problem_bar, MAIL, PROBLEM_BAR, GtkBin)

void mail_problem_bar_set_accounts (MailProblemBar *bar, MailAccountList *accounts);
void mail_problem_bar_set_current (MailProblemBar *bar, MailAccount *account);
