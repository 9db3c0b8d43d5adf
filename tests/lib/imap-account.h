/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-session.h"
#include "lib/private-dovecot.h"
#include "lib/temporary-store.h"
#include "sync/engine.h"
#include "sync/sync-action.h"

/* An IMAP account with a store in a temporary folder, and what a test wants to know of both. Calls abort the test when
 * they fail. */
typedef struct
{
  TemporaryStore *temporary;
  MailAccountConfig *config;
  MailCredentials *credentials;
  MailEngine *engine;
  MailSyncResult result; /* of the last pass: all its calls together */
  GPtrArray *problems;   /* MailProblem of the last pass */
  gboolean squeezed;
} ImapAccount;

/* @mask: extensions to do without. */
ImapAccount *imap_account_new (PrivateDovecot *server, const char *user, MailImapCaps mask);
/* The same on any server. (transfer full): @config. */
ImapAccount *imap_account_new_for (MailAccountConfig *config, MailImapCaps mask);
/* With imap_account_check() before it. */
void imap_account_free (ImapAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapAccount, imap_account_free)

/* From now on the line is taken for one so narrow that everything is compressed where the server can. */
void imap_account_squeeze (ImapAccount *account);

/* Sign-in if need be, operations up, news down, bodies. */
void imap_account_pass (ImapAccount *account);
/* Of that only sign-in and news: headers and flags. */
void imap_account_look (ImapAccount *account);
gboolean imap_account_try_pass (ImapAccount *account, GError **error);
/* Signs in if need be and compares with the server: see mail_engine_audit(). */
MailAuditResult imap_account_audit (ImapAccount *account, gboolean thorough);
/* The store is whole, and each row shows the flags that the server has with what waits for it, and no others. */
void imap_account_check (ImapAccount *account);
/* The program ends without a farewell and starts again. */
void imap_account_restart (ImapAccount *account);

/* (transfer full): every row as text, one a line, in an order of its own: mailbox, UID, flags, Message-ID, where, hash. */
char *imap_account_dump (ImapAccount *account);
/* (transfer full): what plain_imap_dump() would say of a server that has just this. */
char *imap_account_dump_plain (ImapAccount *account);
/* (transfer full): MailMessageInfo of a mailbox, by UID; rows without one last. */
GPtrArray *imap_account_list (ImapAccount *account, const char *mailbox);
/* (transfer full): MailMailboxInfo. */
GPtrArray *imap_account_list_mailboxes (ImapAccount *account);
/* 0: there is none. */
gint64 imap_account_find_role (ImapAccount *account, MailRole role);
gint64 imap_account_find_mailbox (ImapAccount *account, const char *name);
/* The row with this subject; 0 when there is none. */
gint64 imap_account_find (ImapAccount *account, const char *mailbox, const char *subject);
guint imap_account_count_ops (ImapAccount *account);
/* Whole messages that are here. */
guint imap_account_count_bodies (ImapAccount *account);
/* (transfer full) (nullable): what the store has of the message. */
GBytes *imap_account_load_best (ImapAccount *account, gint64 id, gboolean *partial);

/* Performs and frees @action. (transfer full) (nullable): its way back. */
MailAction *imap_account_do (ImapAccount *account, MailAction *action);
void imap_account_set_offline (ImapAccount *account, const char *mailbox, MailMailboxOffline offline, guint days);
void imap_account_mark (ImapAccount *account, gint64 id, MailFlags add, MailFlags remove);

/* Another client of the same mailbox. */
MailImapSession *imap_account_sign_in_beside (ImapAccount *account);

/* FALSE, with a message for each line that only one of the two texts has, when they differ. */
gboolean imap_account_is_alike (const char *here, const char *there);
/* The store holds exactly what the server has: the same UIDs with the same flags and the same bytes, in every mailbox. */
void imap_account_assert_like_server (ImapAccount *account);
