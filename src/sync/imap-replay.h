/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-engine-private.h"

/* Carries out the operations of the store at the server, oldest first, neighbours of one kind together. Each is marked as
 * sent before it goes out; one that was sent and not answered is looked for before it is tried again. */
gboolean mail_imap_replay (const MailImapPass *pass, GError **error);
