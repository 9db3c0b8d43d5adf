/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Where Missiva keeps things: the XDG folders, or all of it below one folder (`--home DIR`). */
typedef struct
{
  char *config_dir; /* accounts/NAME.ini */
  char *data_dir;   /* NAME/mail.db: the mail itself */
  char *cache_dir;  /* what may be deleted at any time */
} MailHome;

/* @directory NULL: $XDG_CONFIG_HOME/missiva, $XDG_DATA_HOME/missiva, $XDG_CACHE_HOME/missiva; otherwise DIR/config,
 * DIR/data and DIR/cache. Nothing is created. */
MailHome *mail_home_new (const char *directory);
MailHome *mail_home_copy (const MailHome *home);
void mail_home_free (MailHome *home);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailHome, mail_home_free)

/* (transfer full): the file with the settings of account @name, and the folder with its store. @name is a folder-safe
 * account name, see mail_account_config_check_name(). */
char *mail_home_account_file (const MailHome *home, const char *name);
char *mail_home_account_store (const MailHome *home, const char *name);
