/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/account.h"
#include "model/object-list.h"

/* The accounts of this home, a GListModel of MailAccount in the order of their names, with those that cannot be opened
 * (mail_account_is_broken()). Main thread.
 * Properties: "unread" (uint, all inboxes), "online" (boolean: there is a network and the person did not choose to work
 * offline), "work-offline" (boolean, writable: the person's choice). An account whose server is this very computer needs no
 * network. */
#define MAIL_TYPE_ACCOUNT_LIST (mail_account_list_get_type ())
G_DECLARE_FINAL_TYPE (MailAccountList, mail_account_list, MAIL, ACCOUNT_LIST, MailObjectList)

MailAccountList *mail_account_list_new (const MailHome *home);
const MailHome *mail_account_list_get_home (MailAccountList *list);

/* Opens all accounts; "items-changed" as each is there. _finish when all were tried. */
void mail_account_list_load_async (MailAccountList *list, GAsyncReadyCallback callback, gpointer user_data);
gboolean mail_account_list_load_finish (MailAccountList *list, GAsyncResult *result, GError **error);

/* Tries to open a broken account once more. _finish (transfer full) (nullable): what stands in its place, which may be as broken;
 * NULL when it is gone. */
void mail_account_list_reopen_async (MailAccountList *list,
                                     MailAccount *account,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
MailAccount *mail_account_list_reopen_finish (MailAccountList *list, GAsyncResult *result);

/* Saves settings and password (NULL: ask later), opens the account. EXISTS when the name is taken. */
void mail_account_list_add_async (MailAccountList *list,
                                  const MailAccountConfig *config,
                                  const char *password,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
MailAccount *mail_account_list_add_finish (MailAccountList *list, GAsyncResult *result, GError **error);

/* The account, which may be broken, leaves the list at once, whatever it is doing, and its password is forgotten. Its worker's end
 * and its files are waited for in the task pool: the settings go, the mail on this computer only with @delete_mail. Mail that stays
 * is in the folder mail_home_account_store(); mail_setup_dup_result_async() gives it back to whoever sets the same mailbox up
 * again, if it can be opened. */
void mail_account_list_remove_async (MailAccountList *list,
                                     MailAccount *account,
                                     gboolean delete_mail,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean mail_account_list_remove_finish (MailAccountList *list, GAsyncResult *result, GError **error);
MailAccount *mail_account_list_find (MailAccountList *list, const char *name);
/* Stops all workers and closes all stores. */
void mail_account_list_close (MailAccountList *list);
