/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"
#include "core/certificate.h"
#include "core/credentials.h"

/* Signs in at the outgoing server of @config and leaves: proves settings and password. Blocking. BAD_INPUT without an outgoing
 * server. */
gboolean mail_sync_check_outgoing (const MailAccountConfig *config,
                                   const MailCredentials *credentials,
                                   GCancellable *cancellable,
                                   GError **error);

/* (transfer full) (nullable): the certificate behind the last CERTIFICATE or PIN_CHANGED that this thread got, from this room's
 * calls or an engine's. */
MailCertificate *mail_sync_dup_failed_certificate (void);

/* Records what goes over the wires, without secrets, in @path; for the command line and the window's --log. */
gboolean mail_sync_start_wire_log (const char *path, GError **error);
