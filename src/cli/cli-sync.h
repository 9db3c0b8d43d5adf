/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"

/* `watch NAME`: until SIGINT or SIGTERM. */
gboolean mail_cli_watch (MailCli *cli, GError **error);
