/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"
#include "core/certificate.h"
#include "core/holdings.h"
#include "core/problem.h"
#include "model/completeness.h"
#include "model/mailbox.h"
#include "model/message-list.h"
#include "model/message.h"
#include "model/server-facts.h"
#include "model/queue-item.h"
#include "model/tag.h"
#include "sync/offline.h"
#include "sync/worker.h"

/* One account of the window: settings, store, worker, mailboxes. Main thread; nothing blocks.
 *
 * Properties (notify): "name", "address", "mode-label" ("Synchronised · IMAP", "Downloaded · POP", translated; nullable), "state"
 * (MailWorkerState as int), "state-text" (in words), "progress" (double 0..1, -1 = none), "progress-text" ("1,240 of 48,112, about
 * 2 minutes", or NULL), "unread" (uint: of the inbox), "problem" (boxed MailProblem, nullable), "alert" (what the server wants to
 * be read, or that its room is nearly used up, in a sentence; nullable), "can-undo" (boolean), "quota-used", "quota-limit",
 * "quota-percent" (see mail_account_get_server_facts()), "completeness" ("12,480 of 12,480 messages, 3 attachments missing (210
 * MB)": how much can be read without a network), "preparing" (boolean: all that is missing of that is being fetched),
 * "auditing" (boolean: what is here is being compared with the server), "role-question" (MailRole as int: no mailbox is known for
 * it, and nobody was asked yet; MAIL_ROLE_NONE: nothing to ask).
 *
 * Signals: "new-mail" (MailMailbox *, guint count, const MailMessageInfo *first); "password-needed"; "certificate-needed"
 * (const MailCertificate *); "operation-refused" (const char *sentence); "action-begun": from now on mail_account_undo() takes
 * this back; "action-done" (const char *sentence, boolean can_undo: whether mail_account_undo() takes just this back, in time);
 * "part-progress" (int64 message_id, const char *section, uint64 done, uint64 total: octets of an attachment that is being
 * fetched); "queue-changed"; "brings-back" (GArray of gint64, int64 mailbox_id): an undo begins, after which these messages are
 * there again; with mailbox_id 0 where they were, and once what is taken back is through, it is said again with the mailbox;
 * "stays-away" (the same GArray of gint64): that came to nothing. All sentences are translated. */
#define MAIL_TYPE_ACCOUNT (mail_account_get_type ())
G_DECLARE_FINAL_TYPE (MailAccount, mail_account, MAIL, ACCOUNT, GObject)

/* Opens the store in the task pool, fills the mailbox list, looks the password up and starts the worker. */
void mail_account_open_async (const MailAccountConfig *config,
                              const MailHome *home,
                              gboolean start_worker,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
MailAccount *mail_account_open_finish (GAsyncResult *result, GError **error);

/* The same for an account by its name, whose worker is not started. _finish (transfer full): one that cannot be opened is broken;
 * NULL when there is no such account. */
void mail_account_load_async (const char *name, const MailHome *home, GAsyncReadyCallback callback, gpointer user_data);
MailAccount *mail_account_load_finish (GAsyncResult *result);

/* TRUE when its settings or its store could not be opened: the problem says why, there are no mailboxes, and nothing of it is ever
 * written. What can be done is to open it anew or to remove it, see MailAccountList. */
gboolean mail_account_is_broken (MailAccount *account);

const MailAccountConfig *mail_account_get_config (MailAccount *account);
const char *mail_account_get_name (MailAccount *account);
/* (transfer full): what @error, which no cancellation is, means for a person and what to do; a sentence or two. */
char *mail_account_describe_error (MailAccount *account, const GError *error);

/* GListModel of MailMailbox, in the order of the sidebar. Borrowed. */
GListModel *mail_account_get_mailboxes (MailAccount *account);
MailMailbox *mail_account_find_mailbox (MailAccount *account, gint64 id);
MailMailbox *mail_account_find_role (MailAccount *account, MailRole role);
/* (nullable): where archiving takes the messages of @mailbox; NULL where it can do nothing, because there is no such mailbox
 * or they are in it. */
MailMailbox *mail_account_find_archive_for (MailAccount *account, MailMailbox *mailbox);
/* TRUE when the server's copy of this message of POP goes by itself, as the settings are now: *@when (Unix seconds; may be past)
 * is due, and the next look at the mail after that deletes it. */
gboolean mail_account_will_leave_server (MailAccount *account, const MailMessageInfo *info, gint64 *when);
/* (transfer full): a list that follows the store for as long as it is held. */
MailMessageList *mail_account_list_messages (MailAccount *account, MailMailbox *mailbox);
/* (transfer full): the same of those alone that mail_account_search_async() found in it. */
MailMessageList *mail_account_list_found (MailAccount *account, MailMailbox *mailbox, const GArray *ids);

MailWorkerState mail_account_get_state (MailAccount *account);
const MailProblem *mail_account_get_problem (MailAccount *account);
const MailCertificate *mail_account_get_certificate (MailAccount *account);

/* What of it is on this computer. */
void mail_account_count_async (MailAccount *account,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mail_account_count_finish (MailAccount *account, GAsyncResult *result, MailHoldings *holdings, GError **error);

/* How large the messages of @mailbox are together, by their rows. finish: bytes, or -1 with @error. */
void mail_account_measure_mailbox_async (MailAccount *account,
                                         MailMailbox *mailbox,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gint64 mail_account_measure_mailbox_finish (MailAccount *account, GAsyncResult *result, GError **error);

/* (nullable): what is known of its server; NULL while it is being read. The properties "quota-used" (uint64 bytes), "quota-limit"
 * (uint64 bytes; 0 = none) and "quota-percent" (int; of bytes or messages, whatever is nearer to its limit; -1 = no limit) notify
 * when it was read anew. Borrowed until then. */
const MailServerFacts *mail_account_get_server_facts (MailAccount *account);
/* Connections that are in use for reading just now. */
guint mail_account_get_connections (MailAccount *account);

/* The alert was read: the next one follows, and this one is not shown again in this run. */
void mail_account_dismiss_alert (MailAccount *account);

void mail_account_sync_now (MailAccount *account);
void mail_account_set_online (MailAccount *account, gboolean online);
/* Uses it at once; stored in the keyring when @remember. */
void mail_account_set_password (MailAccount *account, const char *password, gboolean remember);
/* Pins the certificate that the problem speaks of, saves the settings and goes on. */
void mail_account_trust_certificate (MailAccount *account, const MailCertificate *certificate);
/* Whether the outgoing server's certificate can be trusted, without signing in there: the engine would not notice before there is
 * something to send. finish: (transfer full), what the person has to decide on; NULL when there is nothing. The very certificate
 * that is trusted at the incoming server is decided already, and is pinned here, too. */
void mail_account_look_at_outgoing_async (MailAccount *account,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
MailCertificate *mail_account_look_at_outgoing_finish (MailAccount *account, GAsyncResult *result);
void mail_account_trust_outgoing (MailAccount *account, const MailCertificate *certificate);
/* Other settings of the same account (its name stays): saved in the task pool, used at once. */
void mail_account_set_config (MailAccount *account, const MailAccountConfig *config);

/* The message from the store; what is missing of its text is fetched first when online. */
void mail_account_open_message_async (MailAccount *account,
                                      gint64 message_id,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
MailMessage *mail_account_open_message_finish (MailAccount *account, GAsyncResult *result, GError **error);

/* Fetches a missing part, then answers with the message opened anew. */
void mail_account_fetch_part_async (MailAccount *account,
                                    gint64 message_id,
                                    const char *section,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
MailMessage *mail_account_fetch_part_finish (MailAccount *account, GAsyncResult *result, GError **error);

/* Looks for messages that have all of @words (core/query.h), in @mailbox or with NULL in all of them. @on_server: the server is
 * asked, who knows their whole text; where it cannot be, and without @on_server, their rows here are searched. finish (transfer
 * full): the ids (gint64) of rows, in the order of the list; *@searched tells who answered. BAD_INPUT: there is nothing to look
 * for. */
void mail_account_search_async (MailAccount *account,
                                const char *words,
                                MailMailbox *mailbox,
                                gboolean on_server,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GArray *mail_account_search_finish (MailAccount *account, GAsyncResult *result, MailSearched *searched, GError **error);
/* Whether there is a server that can be asked just now. */
gboolean mail_account_can_search_server (MailAccount *account);

/* What would have to be fetched so that everything can be read without a network, as far as is known without asking the server. */
void mail_account_estimate_offline_async (MailAccount *account,
                                          GCancellable *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer user_data);
gboolean mail_account_estimate_offline_finish (MailAccount *account,
                                               GAsyncResult *result,
                                               MailOfflineEstimate *estimate,
                                               GError **error);

/* Fetches it, of all mailboxes but those that are not to be kept at all; what is here already is not fetched again, so that after
 * an end in the middle it can be begun anew. "preparing" meanwhile, and "progress" and "progress-text" tell how far it is. */
void mail_account_prepare_offline_async (MailAccount *account,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
gboolean mail_account_prepare_offline_finish (MailAccount *account, GAsyncResult *result, GError **error);

/* Compares @mailbox, or all of them (NULL), with the server, message by message, and puts right what differs. "auditing" meanwhile,
 * and "progress" and "progress-text" tell how far it is. finish: what was found; mail_words_audit() says it in a sentence. */
void mail_account_audit_async (MailAccount *account,
                               MailMailbox *mailbox,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean mail_account_audit_finish (MailAccount *account, GAsyncResult *result, MailAuditResult *found, GError **error);
/* When the mailbox that waits longest for it was last compared in full (Unix seconds); 0: one of them was never. */
gint64 mail_account_get_audited (MailAccount *account);

/* A person's changes; @ids: gint64. They show at once ("rows-changed" in the frame after the commit) and are undone by
 * mail_account_undo(), newest first. */
void mail_account_set_flags (MailAccount *account, const GArray *ids, MailFlags add, MailFlags remove);
/* The reader showed it: read from now on, without a sentence and with nothing to undo. */
void mail_account_mark_shown (MailAccount *account, gint64 message_id);
void mail_account_move (MailAccount *account, const GArray *ids, MailMailbox *target);
void mail_account_copy (MailAccount *account, const GArray *ids, MailMailbox *target);
void mail_account_delete (MailAccount *account, const GArray *ids);
/* Junk and back: moved to Junk or to the inbox, and marked so that the server learns. */
void mail_account_mark_junk (MailAccount *account, const GArray *ids, gboolean junk);
/* @add, @remove: keywords of tags, a space between them, or NULL. */
void mail_account_set_keywords (MailAccount *account, const GArray *ids, const char *add, const char *remove);

/* Changes to mailboxes, shown at once too. What cannot be is told by "operation-refused". @parent NULL: at the top. */
void mail_account_create_mailbox (MailAccount *account, MailMailbox *parent, const char *leaf);
void mail_account_rename_mailbox (MailAccount *account, MailMailbox *mailbox, const char *leaf);
void mail_account_move_mailbox (MailAccount *account, MailMailbox *mailbox, MailMailbox *parent);
/* With the messages in it and all that lies beneath it; the window asks first. */
void mail_account_delete_mailbox (MailAccount *account, MailMailbox *mailbox);
void mail_account_set_subscribed (MailAccount *account, MailMailbox *mailbox, gboolean subscribed);
/* The messages of Trash or Junk for ever, of any other mailbox to Trash. */
void mail_account_empty_mailbox (MailAccount *account, MailMailbox *mailbox);
void mail_account_mark_all_read (MailAccount *account, MailMailbox *mailbox);
/* Whether it could be done just so, and if not, why, in a sentence (transfer full). For dialogs, while a name is typed. */
gboolean mail_account_check_mailbox_name (MailAccount *account, MailMailbox *parent, const char *leaf, char **why);

/* Settings of mailboxes: at once, with nothing to undo. */
void mail_account_set_mailbox_offline (MailAccount *account, MailMailbox *mailbox, MailMailboxOffline offline, guint days);
void mail_account_set_mailbox_watched (MailAccount *account, MailMailbox *mailbox, gboolean watched);
/* A person's choice, never guessed over. MAIL_ROLE_NONE takes the role away. */
void mail_account_set_mailbox_role (MailAccount *account, MailMailbox *mailbox, MailRole role);
/* Makes a mailbox with this role, which the server is told of where it can be (RFC 6154). */
void mail_account_create_role_mailbox (MailAccount *account, MailRole role);
/* Answers "role-question" with "no": it is not asked again. */
void mail_account_dismiss_role_question (MailAccount *account);

/* GListModel of MailTag. Borrowed. */
GListModel *mail_account_get_tags (MailAccount *account);
/* @tags becomes the MailTag that the message has: in the person's order, and after them Gmail's labels, which cannot be changed. */
void mail_account_find_tags (MailAccount *account, const MailMessageInfo *info, GPtrArray *tags);
/* @tag: new, or in the place of the one with its keyword. */
void mail_account_put_tag (MailAccount *account, MailTag *tag);
/* The tag is not shown any more; messages keep their keyword. */
void mail_account_remove_tag (MailAccount *account, MailTag *tag);

/* What waits for the server, oldest first: finish gives a GPtrArray of MailQueueItem (transfer full). "queue-changed" tells when it
 * is worth asking anew. */
void mail_account_list_queue_async (MailAccount *account,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GPtrArray *mail_account_list_queue_finish (MailAccount *account, GAsyncResult *result, GError **error);
/* Lets a held one go, and tries at once. */
void mail_account_retry_op (MailAccount *account, gint64 op_id);
/* Gives it up: what the server has is shown again. */
void mail_account_drop_op (MailAccount *account, gint64 op_id);

gboolean mail_account_can_undo (MailAccount *account);
/* Takes back what was begun last and is not taken back yet, as soon as it is through. */
void mail_account_undo (MailAccount *account);

/* Waits for the worker's end and closes the store; done by the last reference's end at the latest. What was read from it
 * stays. */
void mail_account_close (MailAccount *account);
