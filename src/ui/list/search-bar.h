/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "model/account.h"

/* Where a person says what to look for in a mailbox: what is here answers while it is typed, the server when it is asked.
 *
 * Signals: "found" (GArray of gint64, nullable: nothing is looked for): which messages are to be shown; "closed": by a person
 * within it, where the focus can no longer be. */
#define MAIL_TYPE_SEARCH_BAR (mail_search_bar_get_type ())
G_DECLARE_FINAL_TYPE (MailSearchBar, mail_search_bar, MAIL, SEARCH_BAR, GtkRevealer)

/* Where is looked from now on (both nullable); what was looked for elsewhere is forgotten, and nobody is told. */
void mail_search_bar_set_mailbox (MailSearchBar *bar, MailAccount *account, MailMailbox *mailbox);

/* Shows it, and what is typed goes into it. */
void mail_search_bar_open (MailSearchBar *bar);
/* All messages are shown again. FALSE: it was not open. */
gboolean mail_search_bar_close (MailSearchBar *bar);
