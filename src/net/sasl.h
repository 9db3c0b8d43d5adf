/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/credentials.h"

/* The client's side of one SASL exchange (RFC 4422), without I/O and without base64: the protocols add their own
 * framing. Mechanisms, strongest first: SCRAM-SHA-256 (RFC 7677), SCRAM-SHA-1 (RFC 5802), CRAM-MD5 (RFC 2195), PLAIN
 * (RFC 4616), LOGIN, and for tokens OAUTHBEARER (RFC 7628) and XOAUTH2. */
typedef struct _MailSasl MailSasl;

/* (transfer full) (nullable): the strongest mechanism that @offered (names, any case, NULL-terminated) and @credentials
 * both allow and that is not in @tried (nullable, names as mail_sasl_get_mechanism() gives them); NULL when none is left.
 * @secure says whether the connection is under TLS: without it mechanisms that show the password come last, and are
 * used only since the account said so, and a token, which anybody could use, is never shown (RFC 7628, section 4). */
MailSasl *mail_sasl_new (const char *const *offered,
                         const char *const *tried,
                         const MailCredentials *credentials,
                         const char *host,
                         guint16 port,
                         gboolean secure);
void mail_sasl_free (MailSasl *sasl);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailSasl, mail_sasl_free)

/* The upper-case name for AUTHENTICATE or AUTH. */
const char *mail_sasl_get_mechanism (const MailSasl *sasl);

/* TRUE when the first response may go with the command (SASL-IR). */
gboolean mail_sasl_has_initial_response (const MailSasl *sasl);

/* (transfer full) (nullable): the answer to the server's @challenge (decoded; empty for the first step of a mechanism in
 * which the client begins); its memory is wiped when it is freed. NULL with @error: the server does not prove
 * itself (INSECURE), refuses within the mechanism (SIGN_IN) or does not follow it (PROTOCOL). */
GBytes *mail_sasl_step (MailSasl *sasl, GBytes *challenge, GError **error);

/* To be called when the server said that sign-in succeeded: FALSE (MAIL_ERROR_INSECURE) when the mechanism wants a proof
 * from the server that it did not give (SCRAM). */
gboolean mail_sasl_finish (MailSasl *sasl, GError **error);

/* (transfer none): to be given to mail_sasl_new() as @tried after the server refused @sasl. A second way is worth a try
 * where the first one proved the password without showing it, since some servers offer such mechanisms for accounts
 * whose stored password cannot serve them; but a wrong password shall not cost five failures, and no server in clear
 * text shall get the password itself by refusing the proof of it. */
const char *const *mail_sasl_get_tried (const MailSasl *sasl, gboolean secure);

/* (transfer full): for POP3 APOP (RFC 1939, section 7): hex MD5 of the greeting's time stamp and the password. */
char *mail_sasl_apop_digest (const char *timestamp, const MailCredentials *credentials);

/* Takes the place of the random nonce of SCRAM. For tests; before the first step. */
void mail_sasl_set_nonce_for_test (MailSasl *sasl, const char *nonce);
