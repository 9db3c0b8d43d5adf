/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-session.h"
#include "sync/engine.h"

/* MailEngine for accounts whose server and this computer show the same. */
#define MAIL_TYPE_IMAP_ENGINE (mail_imap_engine_get_type ())
G_DECLARE_FINAL_TYPE (MailImapEngine, mail_imap_engine, MAIL, IMAP_ENGINE, GObject)

/* (transfer full). @store may be NULL for an engine that only measures. */
MailEngine *mail_imap_engine_new (const MailAccountConfig *config, MailStore *store);

/* Extensions to do without, as if the server did not offer them, from the next open() on. */
void mail_imap_engine_mask_caps (MailImapEngine *engine, MailImapCaps mask);

/* How often wait() asks for news of mailboxes that do not tell by themselves. For tests. */
void mail_imap_engine_set_pace (MailImapEngine *engine, guint seconds);

/* Takes the link for @link, whatever it proves to be (tests, measurements). */
void mail_imap_engine_assume_link (MailImapEngine *engine, const MailImapLink *link);

/* Whether the connection is compressed. */
gboolean mail_imap_engine_is_compressed (const MailImapEngine *engine);
