/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/credentials.h"
#include "core/endpoint.h"
#include "imap/imap-types.h"

/* An IMAP connection that is signed in: a machine driven over a connection. Blocking; one thread. After CLOSED,
 * TIMED_OUT, PROTOCOL, LIMIT, INSECURE or a cancelled command the session is dead and only to be freed;
 * after REFUSED, NOT_FOUND, EXISTS, OVER_QUOTA, UNSUPPORTED, BAD_INPUT and (except in open) BUSY it goes on.
 * Mailbox names are UTF-8; the session encodes them as the server needs (modified UTF-7, RFC 3501 section 5.1.3, or
 * UTF8=ACCEPT, RFC 6855). */
typedef struct _MailImapSession MailImapSession;

typedef enum
{
  MAIL_IMAP_CAP_IDLE = 1 << 0,
  MAIL_IMAP_CAP_UIDPLUS = 1 << 1,
  MAIL_IMAP_CAP_MOVE = 1 << 2,
  MAIL_IMAP_CAP_SPECIAL_USE = 1 << 3,
  MAIL_IMAP_CAP_LIST_EXTENDED = 1 << 4,
  MAIL_IMAP_CAP_LIST_STATUS = 1 << 5,
  MAIL_IMAP_CAP_NAMESPACE = 1 << 6,
  MAIL_IMAP_CAP_ID = 1 << 7,
  MAIL_IMAP_CAP_ENABLE = 1 << 8,
  MAIL_IMAP_CAP_LITERAL_PLUS = 1 << 9,
  MAIL_IMAP_CAP_LITERAL_MINUS = 1 << 10,
  MAIL_IMAP_CAP_SASL_IR = 1 << 11,
  MAIL_IMAP_CAP_UTF8_ACCEPT = 1 << 12,
  MAIL_IMAP_CAP_CONDSTORE = 1 << 13,
  MAIL_IMAP_CAP_QRESYNC = 1 << 14,
  MAIL_IMAP_CAP_ESEARCH = 1 << 15,
  MAIL_IMAP_CAP_QUOTA = 1 << 16,
  MAIL_IMAP_CAP_STATUS_SIZE = 1 << 17,
  MAIL_IMAP_CAP_OBJECTID = 1 << 18,
  MAIL_IMAP_CAP_IMAP4REV2 = 1 << 19,
  MAIL_IMAP_CAP_UNSELECT = 1 << 20,
  MAIL_IMAP_CAP_BINARY = 1 << 21,
  MAIL_IMAP_CAP_GMAIL = 1 << 22, /* X-GM-EXT-1 */
} MailImapCaps;

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

/* LOGOUT politely, waiting two seconds at most, then free; and free at once. NULL is fine. */
void mail_imap_session_close (MailImapSession *session);
void mail_imap_session_free (MailImapSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapSession, mail_imap_session_free)

MailImapCaps mail_imap_session_get_caps (const MailImapSession *session);
/* The capability names as the server sent them after sign-in, NULL-terminated. */
const char *const *mail_imap_session_get_capability_names (const MailImapSession *session);
/* Switches extensions off, as if the server had not offered them (tests, quirks). */
void mail_imap_session_mask_caps (MailImapSession *session, MailImapCaps mask);

guint64 mail_imap_session_get_bytes_in (const MailImapSession *session);
/* Commands or pipelined groups of commands for whose answer was waited, since sign-in. */
guint mail_imap_session_get_round_trips (const MailImapSession *session);

/* All mailboxes (MailImapListed), personal namespace first; with subscription and SPECIAL-USE where the server tells.
 * @statuses (nullable, out): MailImapStatus* per entry, in the same order, NULL entries where unknown, when LIST-STATUS
 * gave them in the same round trip; otherwise NULL. */
GPtrArray *mail_imap_session_list (MailImapSession *session,
                                   GPtrArray **statuses,
                                   GCancellable *cancellable,
                                   GError **error);

/* STATUS of several mailboxes, pipelined, one round trip. @names: UTF-8. Result: MailImapStatus* per name, NULL where
 * the server refused. Must not be asked for the selected mailbox. */
GPtrArray *mail_imap_session_status (MailImapSession *session,
                                     GPtrArray *names,
                                     GCancellable *cancellable,
                                     GError **error);

/* SELECT, or EXAMINE with @read_only. */
gboolean mail_imap_session_select (MailImapSession *session,
                                   const char *mailbox,
                                   gboolean read_only,
                                   MailImapStatus *status,
                                   GCancellable *cancellable,
                                   GError **error);
/* The selected mailbox, or NULL. */
const char *mail_imap_session_get_selected (const MailImapSession *session);

/* Called for each FETCH response as it arrives; FALSE with @error set ends the command and kills the session.
 * @fetch is borrowed; a callback may steal fields by setting them NULL. */
typedef gboolean (*MailImapFetchFunc) (MailImapFetch *fetch, gpointer user_data, GError **error);

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
/* UID FETCH @uids (FLAGS) with CHANGEDSINCE (RFC 7162) when @changed_since is not 0; MODSEQ comes along then. @vanished
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

/* UID STORE +FLAGS.SILENT or -FLAGS.SILENT. @atoms: "\\Seen \\Flagged". */
gboolean mail_imap_session_store (MailImapSession *session,
                                  const char *uids,
                                  gboolean add,
                                  const char *atoms,
                                  GCancellable *cancellable,
                                  GError **error);

/* UID COPY; UID MOVE (RFC 6851). UNSUPPORTED without the capability MOVE: the policy for that is sync's. NOT_FOUND when the target
 * is missing ([TRYCREATE], [NONEXISTENT]). */
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

/* APPEND. @uidvalidity and @uid (nullable, out) are 0 when the server has no UIDPLUS. */
gboolean mail_imap_session_append (MailImapSession *session,
                                   const char *mailbox,
                                   GBytes *message,
                                   MailFlags flags,
                                   gint64 internal_date,
                                   guint32 *uidvalidity,
                                   guint32 *uid,
                                   GCancellable *cancellable,
                                   GError **error);

gboolean mail_imap_session_create (MailImapSession *session,
                                   const char *mailbox,
                                   MailRole role,
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

/* IDLE (RFC 2177) on the selected mailbox until there is news (TRUE, *@woken FALSE), @wake is cancelled (TRUE, *@woken TRUE)
 * or @seconds passed (TRUE, no news); DONE is sent and its OK awaited before it returns. News that was not taken yet
 * counts: it returns at once. UNSUPPORTED without IDLE, and when the server refuses it (the capability is then
 * dropped). */
gboolean mail_imap_session_idle (MailImapSession *session,
                                 guint seconds,
                                 GCancellable *wake,
                                 gboolean *woken,
                                 GCancellable *cancellable,
                                 GError **error);

/* (transfer full): "1:4,7" for the UIDs (guint32) in @uids from @start, at most @most of them; sorted input. */
char *mail_imap_uid_set (const GArray *uids, guint start, guint most);
