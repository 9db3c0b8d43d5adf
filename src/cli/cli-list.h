/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cli/cli.h"
#include "core/mailbox-info.h"
#include "sync/search.h"

/* The mailbox that a person calls @name: its full name, "inbox" in any case, or the word of a role. NOT_FOUND. For jobs. */
MailMailboxInfo *mail_cli_find_mailbox (MailDb *db, const char *name, GError **error);

/* Prints the messages that a search found as `list` does, or with --json {"searched": "server" (or "partly" or "here"),
 * "messages": [...]}. */
gboolean mail_cli_print_found (const MailCli *cli, MailStore *store, const MailSearch *search, GError **error);

/* What a change made or changed (gint64), with --json {"account": ..., "ids": [...]}. */
void mail_cli_print_ids (const MailCli *cli, const GArray *ids);

/* *@keyword (transfer full): of the tag of the account with this name or keyword; NULL when there is none. */
gboolean mail_cli_find_tag (const MailCli *cli, const char *name, char **keyword, GError **error);
