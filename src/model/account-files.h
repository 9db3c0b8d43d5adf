/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"

/* The files of an account that is removed. Blocking. */

/* Its settings go; its mail with @delete_mail only. Mail that stays is left in its folder, mail_home_account_store(), and beside
 * it the settings that say whose it is. The store is closed already: STORE_IN_USE when another process has it open, and then
 * nothing goes. */
gboolean mail_account_files_remove (const MailHome *home, const char *name, gboolean delete_mail, GError **error);

/* (nullable) (transfer full): the settings with which mail of the removed account @name stayed. */
MailAccountConfig *mail_account_files_load_kept (const MailHome *home, const char *name);
/* TRUE when the mail of @kept is that of @config, too: the same address, fetched in the same way. */
gboolean mail_account_files_match (const MailAccountConfig *kept, const MailAccountConfig *config);

/* (transfer full): a name for a new account with these settings. The name of a removed one when its mail stayed and can
 * be opened: then it is there again. Otherwise @base, or @base with a number, under which there are neither settings nor mail. */
char *mail_account_files_choose_name (const MailHome *home, const MailAccountConfig *config, const char *base);
