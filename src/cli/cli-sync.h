/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"

/* `watch NAME`: until SIGINT or SIGTERM. */
gboolean mail_cli_watch (MailCli *cli, GError **error);

/* Whole messages, until none is left that the engine is to have. */
gboolean mail_cli_fill (MailEngine *engine,
                        const MailCredentials *credentials,
                        MailSyncResult *result,
                        MailProgressFunc progress,
                        gpointer user_data,
                        GError **error);
