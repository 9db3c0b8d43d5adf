/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/engine.h"

/* A POP account: download into the local inbox, retention on the server as the account says. A session lasts for one
 * sync, which ends it with QUIT so that the maildrop is free for others. */
#define MAIL_TYPE_POP3_ENGINE (mail_pop3_engine_get_type ())
G_DECLARE_FINAL_TYPE (MailPop3Engine, mail_pop3_engine, MAIL, POP3_ENGINE, GObject)

/* (transfer full). @store NULL: only to measure. */
MailEngine *mail_pop3_engine_new (const MailAccountConfig *config, MailStore *store);
