/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "lib/imap-account.h"

/* A Dovecot of the test's own, and the account of anna@example.org there. */
typedef struct
{
  PrivateDovecot *server;
  ImapAccount *account;
} ImapPlace;

/* @messages are in the inbox, and here. @mask: extensions to do without. FALSE, and the test is skipped: there is no Dovecot. */
gboolean imap_place_init (ImapPlace *place, MailImapCaps mask, guint messages);
void imap_place_clear (ImapPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ImapPlace, imap_place_clear)
