/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/credentials.h"
#include "pop3/pop3-wire.h"

/* From the greeting to the TRANSACTION state: STLS where the account says so, CAPA, the strongest way to sign in, CAPA
 * again. @capa is filled with what the server said under protection, after sign-in. */
gboolean mail_pop3_sign_in (MailPop3Wire *wire,
                            const MailEndpoint *endpoint,
                            const MailCredentials *credentials,
                            MailPop3Capa **capa,
                            GCancellable *cancellable,
                            GError **error);
