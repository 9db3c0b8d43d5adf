/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/credentials.h"
#include "core/endpoint.h"
#include "imap/imap-capabilities.h"
#include "imap/imap-types.h"

/* An IMAP connection that is signed in: a machine driven over a connection. Blocking; one thread. After CLOSED,
 * TIMED_OUT, PROTOCOL, LIMIT, INSECURE or a cancelled command the session is dead and only to be freed (CLOSED has the code of a
 * goodbye); after REFUSED, NOT_FOUND, EXISTS, OVER_QUOTA, TOO_LARGE, UNSUPPORTED, BAD_INPUT and (except in open) BUSY it goes on.
 * Mailbox names are UTF-8; the session encodes them as the server needs (modified UTF-7, RFC 3501 section 5.1.3, or
 * UTF8=ACCEPT, RFC 6855). */
typedef struct _MailImapSession MailImapSession;

/* @alerts (nullable): what the server wants a person to read ([ALERT], RFC 3501, section 7.1) is appended as long as the session
 * lives, also when it cannot be opened: char *, clean (core/server-text.h), at most 10 that nobody took out. Nothing of it came
 * before TLS where there is to be TLS. It ends IDLE.
 *
 * Connects, secures (promise 5), reads capabilities, signs in with the strongest mechanism offered (LOGIN only where the
 * server has nothing else and does not say LOGINDISABLED), reads capabilities again, sends ID (name and version)
 * and ENABLE. SIGN_IN only when the server truly refused the credentials: [UNAVAILABLE], [INUSE], [LIMIT] are BUSY. */
MailImapSession *mail_imap_session_open (const MailEndpoint *endpoint,
                                         const MailCredentials *credentials,
                                         GPtrArray *alerts,
                                         GCancellable *cancellable,
                                         GError **error);

/* The response code of the refusal that @error stands for, such as "THROTTLED" or "OVERQUOTA"; NULL when it gave none. See
 * mail_error_get_server_code(). */
const char *mail_imap_error_code (const GError *error);
/* Whether the session can go on after @error. */
gboolean mail_imap_error_is_harmless (const GError *error);

/* The same as if the server did not offer the extensions of @mask (tests, quirks). */
MailImapSession *mail_imap_session_open_masked (const MailEndpoint *endpoint,
                                                const MailCredentials *credentials,
                                                MailImapCaps mask,
                                                GPtrArray *alerts,
                                                GCancellable *cancellable,
                                                GError **error);

/* The connection ended, or is of no use any more: nothing can be asked. */
gboolean mail_imap_session_is_dead (const MailImapSession *session);

/* LOGOUT politely, waiting two seconds at most, then free; and free at once. NULL is fine. */
void mail_imap_session_close (MailImapSession *session);
void mail_imap_session_free (MailImapSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapSession, mail_imap_session_free)

MailImapCaps mail_imap_session_get_caps (const MailImapSession *session);
/* Those of them that were put to use since sign-in: something was said or taken that only they allow. */
MailImapCaps mail_imap_session_get_used (const MailImapSession *session);
/* A caller put @caps to use in what it asks for. */
void mail_imap_session_note_used (MailImapSession *session, MailImapCaps caps);
/* The capability names as the server sent them after sign-in, NULL-terminated. */
const char *const *mail_imap_session_get_capability_names (const MailImapSession *session);
/* (nullable): what the server calls itself (ID, RFC 2971), with its version where it tells: clean text for a person. */
const char *mail_imap_session_get_server_name (const MailImapSession *session);
/* Switches further extensions off, as if the server had not offered them. What was enabled at sign-in stays so. */
void mail_imap_session_mask_caps (MailImapSession *session, MailImapCaps mask);

/* COMPRESS DEFLATE (RFC 4978): everything is compressed from now on, both ways, for good. TRUE when it is already. UNSUPPORTED
 * without COMPRESS=DEFLATE; REFUSED, and the capability is dropped. When it pays is sync's to say. */
gboolean mail_imap_session_compress (MailImapSession *session, GCancellable *cancellable, GError **error);
gboolean mail_imap_session_is_compressed (const MailImapSession *session);

/* How the link proves to be. */
typedef struct
{
  gboolean loopback;
  guint64 rate;     /* bits a second at which the fastest large answer came, at least; 0 = none was large enough yet */
  guint round_trip; /* microseconds of the quickest answer */
} MailImapLink;

void mail_imap_session_get_link (const MailImapSession *session, MailImapLink *link);

/* On the wire, compressed where it is; and what was said. */
guint64 mail_imap_session_get_bytes_in (const MailImapSession *session);
guint64 mail_imap_session_get_plain_in (const MailImapSession *session);
/* Commands or pipelined groups of commands for whose answer was waited, since sign-in. */
guint mail_imap_session_get_round_trips (const MailImapSession *session);

/* All mailboxes (MailImapListed), personal namespace first, those of other users and shared ones with MAIL_MAILBOX_FOREIGN; with
 * subscription, SPECIAL-USE and rights where the server tells. Their names are spelled as it spells them from now on.
 * @statuses (nullable, out): MailImapStatus* per entry, in the same order, NULL entries where unknown, when LIST-STATUS
 * gave them in the same round trip; otherwise NULL. */
GPtrArray *mail_imap_session_list (MailImapSession *session,
                                   GPtrArray **statuses,
                                   GCancellable *cancellable,
                                   GError **error);

/* How the server spells @name: what LIST told in an earlier session, or NULL: by the rules. What it told in this one counts
 * more. */
void mail_imap_session_learn_name (MailImapSession *session, const char *name, const char *raw_name);
/* (nullable): the same as it is known now, borrowed. */
const char *mail_imap_session_get_raw_name (const MailImapSession *session, const char *name);

/* STATUS of several mailboxes, pipelined, one round trip. @names: UTF-8. Result: MailImapStatus* per name, NULL where
 * the server refused. Must not be asked for the selected mailbox. */
GPtrArray *mail_imap_session_status (MailImapSession *session,
                                     GPtrArray *names,
                                     GCancellable *cancellable,
                                     GError **error);

/* STATUS of one mailbox. NOT_FOUND: the server has none of this name that holds messages (or says no without a reason, as many do
 * then). Every other error leaves open whether it is there. */
gboolean mail_imap_session_status_of (MailImapSession *session,
                                      const char *name,
                                      MailImapStatus *status,
                                      GCancellable *cancellable,
                                      GError **error);

/* (transfer container): those of @names, borrowed, of which status_of() would say NOT_FOUND; pipelined, one round trip. */
GPtrArray *mail_imap_session_find_missing (MailImapSession *session,
                                           GPtrArray *names,
                                           GCancellable *cancellable,
                                           GError **error);

/* MYRIGHTS (RFC 4314) of several mailboxes, pipelined, one round trip: the letters (char *) per name, NULL where the server
 * refused. Where LIST told them already (RFC 8440) there is no need to ask. UNSUPPORTED without ACL. */
GPtrArray *mail_imap_session_rights (MailImapSession *session,
                                     GPtrArray *names,
                                     GCancellable *cancellable,
                                     GError **error);

/* (nullable): MailImapNamespace as told at sign-in, borrowed: one's own first, then those of other users, then shared ones. */
GPtrArray *mail_imap_session_get_namespaces (const MailImapSession *session);

/* SELECT, or EXAMINE with @read_only. */
gboolean mail_imap_session_select (MailImapSession *session,
                                   const char *mailbox,
                                   gboolean read_only,
                                   MailImapStatus *status,
                                   GCancellable *cancellable,
                                   GError **error);

/* Sent ahead, before it is their turn: a mailbox that is to be selected later by mail_imap_session_select_qresync() with these same
 * figures, and a FETCH there, later asked for by mail_imap_session_fetch() with the same @items, of these messages or some of them.
 * Whatever else is asked for in between is right, too, but then it was in vain; nothing that is sent ahead changes anything. FALSE:
 * it was not sent, for there is no room just now, or for a reason that shows when it is asked for. A connection that ends while
 * mail_imap_session_is_ahead() may have ended because of it. */
gboolean mail_imap_session_may_go_ahead (const MailImapSession *session);
/* @uids and @items: NULL without a FETCH. */
gboolean mail_imap_session_ask_ahead (MailImapSession *session,
                                      const char *mailbox,
                                      guint32 uidvalidity,
                                      guint64 modseq,
                                      const char *uids,
                                      const char *items);
/* So it is before any command that was not sent ahead: what was and was not taken is read and dropped, and what is selected here is
 * so at the server, too. FALSE when the session died. */
gboolean mail_imap_session_settle_ahead (MailImapSession *session, GCancellable *cancellable, GError **error);
guint mail_imap_session_count_ahead (const MailImapSession *session);
gboolean mail_imap_session_is_ahead (const MailImapSession *session);

/* Called for each FETCH response as it arrives; FALSE with @error set ends the command and kills the session.
 * @fetch is borrowed; a callback may steal fields by setting them NULL. */
typedef gboolean (*MailImapFetchFunc) (MailImapFetch *fetch, gpointer user_data, GError **error);

/* The same, and with the capability QRESYNC (RFC 7162, section 3.2.5) in the same round trip what changed since @modseq: each
 * message that is new or has other flags goes to @func with UID, FLAGS and MODSEQ, and UIDs that were expunged are appended to
 * @vanished (MailImapRange), those that never existed included. status->resynced says whether all of it was told; FALSE without the
 * capability, with another UIDVALIDITY than @uidvalidity, without modification sequences, or when one of the two numbers is 0:
 * @func was not called then, and the caller compares. @vanished, @func and @status may be NULL. */
gboolean mail_imap_session_select_qresync (MailImapSession *session,
                                           const char *mailbox,
                                           gboolean read_only,
                                           guint32 uidvalidity,
                                           guint64 modseq,
                                           MailImapStatus *status,
                                           GArray *vanished,
                                           MailImapFetchFunc func,
                                           gpointer user_data,
                                           GCancellable *cancellable,
                                           GError **error);
/* Leaves the selected mailbox, expunging nothing (RFC 3691). UNSUPPORTED without UNSELECT; TRUE when none is selected. */
gboolean mail_imap_session_unselect (MailImapSession *session, GCancellable *cancellable, GError **error);
/* The selected mailbox, or NULL. */
const char *mail_imap_session_get_selected (const MailImapSession *session);
/* Keywords, beside those that are MailFlags, that its PERMANENTFLAGS name, a space between them; NULL: none. */
const char *mail_imap_session_get_lasting_keywords (const MailImapSession *session);

/* Only answers to the question reach @func: a FETCH without a UID, of a message outside @uids or with flags alone where more was
 * asked is news of the server's own (mail_imap_session_take_news()). An item that cannot be understood is left out.
 *
 * UID FETCH @uids (@items). @uids is a sequence set ("1:*", "4,7:9"), @items the data items without parentheses, e.g.
 * "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE" or "BODY.PEEK[]". UID is always asked for. */
gboolean mail_imap_session_fetch (MailImapSession *session,
                                  const char *uids,
                                  const char *items,
                                  MailImapFetchFunc func,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error);
/* Octets @start to @start + @length of one part, marking nothing as read: BODY.PEEK[@section]<@start.@length> as the part is
 * encoded, or with @binary decoded by the server (BINARY.PEEK, RFC 3516), where @section is a part's number. Fewer octets than
 * @length, or none, where the part ends. UNSUPPORTED without BINARY, and when the server cannot decode this part ([UNKNOWN-CTE]):
 * ask without @binary then. NOT_FOUND when the message or the part is not there. */
gboolean mail_imap_session_fetch_piece (MailImapSession *session,
                                        guint32 uid,
                                        const char *section,
                                        gboolean binary,
                                        guint64 start,
                                        guint64 length,
                                        GBytes **bytes,
                                        GCancellable *cancellable,
                                        GError **error);
/* UID FETCH @uids (FLAGS, and X-GM-LABELS of Gmail) with CHANGEDSINCE (RFC 7162) when @changed_since is not 0; MODSEQ comes along
 * then. @vanished
 * (nullable): with the capability QRESYNC the UIDs of @uids that were expunged since are appended as MailImapRange,
 * UIDs that never existed included; without it nothing is appended and the caller compares lists. */
gboolean mail_imap_session_fetch_changes (MailImapSession *session,
                                          const char *uids,
                                          guint64 changed_since,
                                          GArray *vanished,
                                          MailImapFetchFunc func,
                                          gpointer user_data,
                                          GCancellable *cancellable,
                                          GError **error);

/* UID SEARCH; the UIDs (guint32), ascending. @criteria: "ALL", "UNDELETED", "HEADER MESSAGE-ID \"<...>\"", ... */
GArray *mail_imap_session_search (MailImapSession *session,
                                  const char *criteria,
                                  GCancellable *cancellable,
                                  GError **error);

/* The same as MailImapRange, ascending and apart: what is short on the wire with ESEARCH (RFC 4731) stays short here. */
GArray *mail_imap_session_search_ranges (MailImapSession *session,
                                         const char *criteria,
                                         GCancellable *cancellable,
                                         GError **error);
/* The newest @most of them, as MailImapRange too; with PARTIAL (RFC 9394) the server tells no more than these. */
GArray *mail_imap_session_search_newest (MailImapSession *session,
                                         const char *criteria,
                                         guint most,
                                         GCancellable *cancellable,
                                         GError **error);
/* The same for what came last: where neither PARTIAL shortens the answer nor UIDONLY (RFC 9586) forbids it, only the last @most
 * of the mailbox's @messages are searched, by their sequence numbers. */
GArray *mail_imap_session_search_last (MailImapSession *session,
                                       const char *criteria,
                                       guint messages,
                                       guint most,
                                       GCancellable *cancellable,
                                       GError **error);
/* UIDs (guint32), ascending, that part the mailbox's @messages messages into windows of @step, the oldest of which may be smaller:
 * where each window but the first begins. */
GArray *mail_imap_session_search_steps (MailImapSession *session,
                                        guint messages,
                                        guint step,
                                        GCancellable *cancellable,
                                        GError **error);
/* (transfer full): any text as a quoted string of criteria; what quotes cannot hold becomes a literal on the wire. */
char *mail_imap_criteria_quote (const char *text);

/* UID STORE +FLAGS.SILENT or -FLAGS.SILENT. @atoms: flags and keywords, "\\Seen $Junk"; BAD_INPUT when one is no atom. */
gboolean mail_imap_session_store (MailImapSession *session,
                                  const char *uids,
                                  gboolean add,
                                  const char *atoms,
                                  GCancellable *cancellable,
                                  GError **error);

/* How many of @messages one command may name (RFC 9738). */
guint mail_imap_session_limit (const MailImapSession *session, guint messages);

/* UID COPY; UID MOVE (RFC 6851). One command for as many messages as mail_imap_session_limit() allows; when one of several is
 * refused, nobody tells what became of the messages of those before it. UNSUPPORTED without the capability MOVE: the policy for
 * that is sync's. NOT_FOUND when the target is missing ([TRYCREATE], [NONEXISTENT]). */
gboolean mail_imap_session_copy (MailImapSession *session,
                                 const char *uids,
                                 const char *target,
                                 MailImapCopyUid *copy_uid,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean mail_imap_session_move (MailImapSession *session,
                                 const char *uids,
                                 const char *target,
                                 MailImapCopyUid *copy_uid,
                                 GCancellable *cancellable,
                                 GError **error);

/* UID EXPUNGE (RFC 4315) of exactly @uids; UNSUPPORTED without UIDPLUS. A bare EXPUNGE is never sent. */
gboolean mail_imap_session_expunge (MailImapSession *session,
                                    const char *uids,
                                    GCancellable *cancellable,
                                    GError **error);

/* APPEND. @uidvalidity and @uid (nullable, out) are 0 when the server has no UIDPLUS. TOO_LARGE, before anything is sent, when the
 * server says that it takes no message of that size (RFC 7889). */
gboolean mail_imap_session_append (MailImapSession *session,
                                   const char *mailbox,
                                   GBytes *message,
                                   MailFlags flags,
                                   gint64 internal_date,
                                   guint32 *uidvalidity,
                                   guint32 *uid,
                                   GCancellable *cancellable,
                                   GError **error);

/* One message on its way to the server. */
typedef struct
{
  GBytes *message;
  MailFlags flags;
  const char *keywords; /* a space between them; or NULL */
  gint64 internal_date;
} MailImapUpload;

/* APPEND of several messages, in few commands with MULTIAPPEND (RFC 3502), each of which succeeds or fails as a whole; otherwise
 * one after the other. @uids (nullable): the UID (guint32) of each is appended, 0 without UIDPLUS; after an error it has as many as
 * were appended before. Nothing is sent when one of them is larger than the server takes (RFC 7889): TOO_LARGE. */
gboolean mail_imap_session_append_many (MailImapSession *session,
                                        const char *mailbox,
                                        const MailImapUpload *uploads,
                                        guint count,
                                        guint32 *uidvalidity,
                                        GArray *uids,
                                        GCancellable *cancellable,
                                        GError **error);

/* CREATE, with its role where the server takes one (RFC 6154), and SUBSCRIBE. EXISTS when it is there already. */
gboolean mail_imap_session_create (MailImapSession *session,
                                   const char *mailbox,
                                   MailRole role,
                                   GCancellable *cancellable,
                                   GError **error);

/* RENAME, with the mailboxes that it holds. NOT_FOUND, EXISTS. The selected mailbox is none any more when it was renamed. */
gboolean mail_imap_session_rename (MailImapSession *session,
                                   const char *mailbox,
                                   const char *new_name,
                                   GCancellable *cancellable,
                                   GError **error);
/* DELETE, with its messages; not with the mailboxes that it holds. NOT_FOUND; REFUSED with HASCHILDREN, NOPERM, INUSE, ... */
gboolean mail_imap_session_delete (MailImapSession *session, const char *mailbox, GCancellable *cancellable, GError **error);
/* SUBSCRIBE or UNSUBSCRIBE. */
gboolean mail_imap_session_subscribe (MailImapSession *session,
                                      const char *mailbox,
                                      gboolean subscribed,
                                      GCancellable *cancellable,
                                      GError **error);

gboolean mail_imap_session_noop (MailImapSession *session, GCancellable *cancellable, GError **error);

/* UNSUPPORTED without QUOTA. */
gboolean mail_imap_session_quota (MailImapSession *session,
                                  MailImapQuota *quota,
                                  GCancellable *cancellable,
                                  GError **error);

/* What the server said of the selected mailbox on its own account since the last call (RFC 9051, section 7). */
typedef struct
{
  gboolean exists_changed; /* EXISTS: new mail is there */
  guint exists;
  guint expunged;          /* EXPUNGE responses, or VANISHED UIDs */
  guint flags_changed;     /* unsolicited FETCH responses */
} MailImapNews;

void mail_imap_session_take_news (MailImapSession *session, MailImapNews *news);
/* (transfer full): those of these FETCH responses that came in IDLE, NOOP or STORE and name the message by its UID
 * (MailImapFetch), since the last call or SELECT. */
GPtrArray *mail_imap_session_take_flags (MailImapSession *session);

/* NOTIFY SET (RFC 5465): from now on the server tells of its own accord what happens in the selected mailbox and in @mailboxes
 * (UTF-8), or with NULL in all of one's own: new messages, expunged ones, flags, and there names and subscriptions too.
 * @with_status: the state of each is told at once, as news, in the same round trip. It holds as long as the session, or until
 * the server gives up. UNSUPPORTED without NOTIFY; REFUSED. */
gboolean mail_imap_session_notify (MailImapSession *session,
                                   GPtrArray *mailboxes,
                                   gboolean with_status,
                                   GCancellable *cancellable,
                                   GError **error);
/* FALSE also once the server gave up (NOTIFICATIONOVERFLOW). */
gboolean mail_imap_session_is_notifying (const MailImapSession *session);

/* What NOTIFY told of a mailbox that is not selected; status.has says how much of it. */
typedef struct
{
  char *name;
  MailImapStatus status;
} MailImapMailboxNews;

void mail_imap_mailbox_news_free (MailImapMailboxNews *news);

/* (transfer full): MailImapMailboxNews since the last call, each mailbox once. *@list_changed (nullable): mailboxes or
 * subscriptions came, went or were renamed. *@lost (nullable): the server gave up telling; look at everything, and ask again. */
GPtrArray *mail_imap_session_take_mailbox_news (MailImapSession *session, gboolean *list_changed, gboolean *lost);

/* IDLE (RFC 2177) on the selected mailbox until there is news (TRUE, *@woken FALSE), @wake is cancelled (TRUE, *@woken TRUE)
 * or @seconds passed (TRUE, no news); DONE is sent and its OK awaited before it returns. News that was not taken yet
 * counts: it returns at once. With NOTIFY, news of other mailboxes counts too, and none need be selected. UNSUPPORTED without
 * IDLE, and when the server refuses it (the capability is then dropped). A server may end IDLE by itself; when it does so at once,
 * three times in a row, the capability is dropped as well. */
gboolean mail_imap_session_idle (MailImapSession *session,
                                 guint seconds,
                                 GCancellable *wake,
                                 gboolean *woken,
                                 GCancellable *cancellable,
                                 GError **error);

/* (transfer full): "1:4,7" for the UIDs (guint32) in @uids from @start, at most @most of them; sorted input. */
char *mail_imap_uid_set (const GArray *uids, guint start, guint most);
