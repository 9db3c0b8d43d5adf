/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/home-account.h"

#include "lib/main-loop.h"
#include "lib/temporary-store.h"

void
home_account_init (HomeAccount *home)
{
  static guint users;

  home->folder = g_dir_make_tmp ("missiva-home-XXXXXX", NULL);
  home->home = mail_home_new (home->folder);
  home->user = g_strdup_printf ("reader%u", ++users);
}

gboolean
home_account_is_up_to_date (gpointer account)
{
  /* The mailboxes are read from the store a moment later; the inbox is there before the others. */
  return mail_account_get_state (account) == MAIL_WORKER_UP_TO_DATE && mail_account_find_role (account, MAIL_ROLE_INBOX) != NULL
         && mail_account_find_role (account, MAIL_ROLE_TRASH) != NULL;
}

void
home_account_open (HomeAccount *home, PrivateDovecot *server)
{
  g_autoptr (MailAccountConfig) config = private_dovecot_config (server, home->user, MAIL_MODE_IMAP, MAIL_SECURITY_TLS);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  config->offline = MAIL_OFFLINE_HEADERS;
  mail_account_open_async (config, home->home, TRUE, keep_result_cb, &result);
  run_result (&result);
  home->account = mail_account_open_finish (result, &error);
  g_assert_no_error (error);
  mail_account_set_password (home->account, PRIVATE_DOVECOT_PASSWORD, FALSE);
  run_until (home_account_is_up_to_date, home->account);
}

void
home_account_clear (HomeAccount *home)
{
  mail_account_close (home->account);
  g_object_unref (home->account);
  temporary_folder_remove (home->folder);
  g_free (home->folder);
  g_free (home->user);
  mail_home_free (home->home);
}
