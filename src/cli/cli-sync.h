/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "sync/engine.h"

/* One full pass over an open or closed engine: signs in if need be, waiting changes up, news down, then whole messages as the
 * offline setting says until none is left. */
gboolean mail_cli_pass (MailEngine *engine,
                        const MailCredentials *credentials,
                        MailSyncResult *result,
                        GCancellable *cancellable,
                        GError **error);

/* Whole messages as the offline setting says, until none is left. */
gboolean mail_cli_fill (MailEngine *engine,
                        const MailCredentials *credentials,
                        MailSyncResult *result,
                        GCancellable *cancellable,
                        GError **error);

/* `watch NAME`: until SIGINT or SIGTERM. */
gboolean mail_cli_watch (MailCli *cli, GError **error);
