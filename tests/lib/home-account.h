/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lib/private-dovecot.h"
#include "model/account.h"

/* An account as the window has it, with a home of its own in a temporary folder. */
typedef struct
{
  char *user; /* another one each time */
  char *folder;
  MailHome *home;
  MailAccount *account; /* once it is open */
} HomeAccount;

void home_account_init (HomeAccount *home);
/* Signs in to @server, and waits until it is up to date and shows its mailboxes; headers alone are fetched. */
void home_account_open (HomeAccount *home, PrivateDovecot *server);
void home_account_clear (HomeAccount *home);

/* For run_until(); @account: MailAccount. */
gboolean home_account_is_up_to_date (gpointer account);
