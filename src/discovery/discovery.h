/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "discovery/provider.h"

/* From an address to places where its servers may be. Each is probed (discovery/probe.h) before a password
 * leaves. */

/* (transfer full): MailCandidate, in the order of preference, for an address of @domain: what @provider
 * (nullable) says, else names that
 * people commonly give their servers, TLS before STARTTLS. Never clear text. */
GPtrArray *mail_discovery_get_candidates (const MailProvider *provider, const char *domain, MailServerKind kind);

/* (transfer full): where to look when none of the servers answers that @provider's row names: the guesses for @domain that the
 * row does not name itself, with user names as the provider has them. Empty where the row says that there is no such server. */
GPtrArray *mail_discovery_get_guesses (const MailProvider *provider, const char *domain, MailServerKind kind);

/* (transfer full): the user name for @address. NULL for MAIL_USER_OTHER: the person knows. */
char *mail_discovery_user_name (const char *address, MailUserForm form);
