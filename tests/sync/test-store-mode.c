/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/store-mode.h"

#include "core/errors.h"
#include "lib/temporary-store.h"
#include "store/store-mailboxes.h"

static gboolean
ensure_local_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_mailboxes_ensure_local (db, error);
}

static gboolean
put_inbox_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (MailMailboxInfo) inbox = mail_mailbox_info_new ("INBOX", '/', MAIL_ROLE_INBOX);

  return mail_store_mailboxes_put (db, inbox, error);
}

/* Fills a store by @job; then only @mode may use it. */
static void
check_only (MailStoreJob job, MailMode mode)
{
  TemporaryStore *temporary = temporary_store_new ();
  MailMode other = mode == MAIL_MODE_IMAP ? MAIL_MODE_POP : MAIL_MODE_IMAP;
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_store_mode_check (temporary->store, MAIL_MODE_IMAP, &error));
  g_assert_true (mail_store_mode_check (temporary->store, MAIL_MODE_POP, &error));
  g_assert_true (mail_store_write (temporary->store, job, NULL, &error));
  g_assert_true (mail_store_mode_check (temporary->store, mode, &error));
  g_assert_no_error (error);
  g_assert_false (mail_store_mode_check (temporary->store, other, &error));
  g_assert_error (error, MAIL_ERROR, MAIL_ERROR_SETTINGS);
  temporary_store_free (temporary);
}

static void
test_downloaded_mail_is_not_synchronised (void)
{
  check_only (ensure_local_job, MAIL_MODE_POP);
}

static void
test_synchronised_mail_is_not_downloaded (void)
{
  check_only (put_inbox_job, MAIL_MODE_IMAP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/store-mode/downloaded-mail-is-not-synchronised", test_downloaded_mail_is_not_synchronised);
  g_test_add_func ("/sync/store-mode/synchronised-mail-is-not-downloaded", test_synchronised_mail_is_not_downloaded);
  return g_test_run ();
}
