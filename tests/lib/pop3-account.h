/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lib/temporary-store.h"
#include "store/store-uidl.h"
#include "sync/engine.h"

/* A POP account with a store in a temporary folder, and what a test wants to know of both. Calls abort the test when the
 * store fails. */
typedef struct
{
  TemporaryStore *temporary;
  MailAccountConfig *config;
  MailSyncResult result; /* of the last sync */
  GPtrArray *problems;   /* MailProblem of the last sync */
} Pop3Account;

/* Takes @config. */
Pop3Account *pop3_account_new (MailAccountConfig *config);
/* For a server that plays a dialogue: clear text, user "anna", policy @keep. */
Pop3Account *pop3_account_new_scripted (guint16 port, const char *keep);
void pop3_account_free (Pop3Account *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Account, pop3_account_free)

/* Opens, syncs, closes; the password is "secret". */
gboolean pop3_account_try_sync (Pop3Account *account, GError **error);
void pop3_account_sync (Pop3Account *account);

/* (transfer full): MailMessageInfo of the inbox, oldest row first. */
GPtrArray *pop3_account_list (Pop3Account *account);
/* (transfer full): char * -> MailUidl. */
GHashTable *pop3_account_load_ledger (Pop3Account *account);
void pop3_account_put_ledger (Pop3Account *account, MailUidl *entry);
guint pop3_account_count_state (Pop3Account *account, MailUidlState state);
MailWhere pop3_account_get_where (Pop3Account *account, gint64 id);
/* (transfer full): the exact message. */
GBytes *pop3_account_load_body (Pop3Account *account, gint64 id);
