/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/credentials.h"
#include "core/endpoint.h"
#include "pop3/pop3-types.h"

/* A POP3 session (RFC 1939) that is signed in. Blocking; one thread. After CLOSED, TIMED_OUT, PROTOCOL, LIMIT, INSECURE
 * or a cancelled command it is dead and only to be freed; after REFUSED and NOT_FOUND it goes on. */
typedef struct _MailPop3Session MailPop3Session;

/* Connects, secures (promise 5), CAPA, signs in (strongest SASL mechanism, else APOP, else USER/PASS), CAPA again.
 * [IN-USE], [LOGIN-DELAY] and [SYS/TEMP] (RFC 2449, RFC 3206) are MAIL_ERROR_BUSY, never SIGN_IN. */
MailPop3Session *mail_pop3_session_open (const MailEndpoint *endpoint,
                                         const MailCredentials *credentials,
                                         GCancellable *cancellable,
                                         GError **error);

/* Ends without QUIT, so that no deletion takes place; NULL is fine. */
void mail_pop3_session_free (MailPop3Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailPop3Session, mail_pop3_session_free)

/* QUIT: TRUE exactly when the server said +OK, which is when its deletions are real. The session is dead afterwards. */
gboolean mail_pop3_session_quit (MailPop3Session *session, GCancellable *cancellable, GError **error);

MailPop3Caps mail_pop3_session_get_caps (const MailPop3Session *session);
const char *const *mail_pop3_session_get_capability_names (const MailPop3Session *session);
/* Forgets the capabilities that are not in @mask. */
void mail_pop3_session_mask_caps (MailPop3Session *session, MailPop3Caps mask);
guint64 mail_pop3_session_get_bytes_in (const MailPop3Session *session);
guint mail_pop3_session_get_round_trips (const MailPop3Session *session);

gboolean mail_pop3_session_stat (MailPop3Session *session,
                                 guint *messages,
                                 guint64 *bytes,
                                 GCancellable *cancellable,
                                 GError **error);

/* LIST and UIDL, pipelined where offered: MailPop3Item, ascending by number. Where CAPA does not offer UIDL and the server
 * refuses it, and for messages that UIDL leaves out, items are without; a refusal of an offered UIDL is an error. */
GPtrArray *mail_pop3_session_list (MailPop3Session *session, GCancellable *cancellable, GError **error);

/* Called with each whole message in the order asked for, dot-stuffing undone, CRLF line ends as sent.
 * @message NULL: the server refused this one (@why); the rest goes on. FALSE with @error set ends the command and kills
 * the session. */
typedef gboolean (*MailPop3MessageFunc) (guint number,
                                         GBytes *message,
                                         const char *why,
                                         gpointer user_data,
                                         GError **error);

/* RETR of each of @items (MailPop3Item), in that order: pipelined in a window of about @window_bytes of announced sizes where
 * the server offers PIPELINING, one by one elsewhere. */
gboolean mail_pop3_session_retrieve (MailPop3Session *session,
                                     const GPtrArray *items,
                                     gsize window_bytes,
                                     MailPop3MessageFunc func,
                                     gpointer user_data,
                                     GCancellable *cancellable,
                                     GError **error);

/* TOP with no line of the body of each of @items, in the same way. */
gboolean mail_pop3_session_retrieve_headers (MailPop3Session *session,
                                             const GPtrArray *items,
                                             MailPop3MessageFunc func,
                                             gpointer user_data,
                                             GCancellable *cancellable,
                                             GError **error);

/* TOP: header and @lines lines. UNSUPPORTED where CAPA does not offer it and the server refuses. */
GBytes *mail_pop3_session_top (MailPop3Session *session,
                               guint number,
                               guint lines,
                               GCancellable *cancellable,
                               GError **error);

/* DELE of each of @numbers (guint), pipelined where offered. @refused (nullable): numbers that the server refused are
 * appended. Nothing is gone before mail_pop3_session_quit() said so. */
gboolean mail_pop3_session_delete (MailPop3Session *session,
                                   const GArray *numbers,
                                   GArray *refused,
                                   GCancellable *cancellable,
                                   GError **error);

gboolean mail_pop3_session_reset (MailPop3Session *session, GCancellable *cancellable, GError **error);
gboolean mail_pop3_session_noop (MailPop3Session *session, GCancellable *cancellable, GError **error);
