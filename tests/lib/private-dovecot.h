/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/account-config.h"

/* A Dovecot of the test's own on loopback (scripts/private-dovecot). Any user name signs in with the
 * password "secret".
 * Made and used by one thread; the server dies with the test, however that ends. */
typedef struct _PrivateDovecot PrivateDovecot;

#define PRIVATE_DOVECOT_PASSWORD "secret"

/* Starts it and waits until it answers. @settings (nullable): further lines of dovecot.conf, e.g.
 * "imap_capability = IMAP4rev1".
 * NULL when Dovecot is not installed: tests then say so with g_test_skip(). Anything else that fails aborts
 * the test. */
PrivateDovecot *private_dovecot_start (const char *const *settings);

/* Stops it, waits for its end and removes its folder. */
void private_dovecot_stop (PrivateDovecot *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PrivateDovecot, private_dovecot_stop)

/* Stops the server without removing its folder, and starts it again on other ports: for tests of a server
 * that is gone. */
void private_dovecot_pause (PrivateDovecot *server);
void private_dovecot_resume (PrivateDovecot *server);

/* Waits until the server has done with clients that died: it carries out what it had read of them. None may be connected. */
void private_dovecot_await_quiet (PrivateDovecot *server);

/* "imap", "imaps", "pop3", "pop3s", "submission" */
guint16 private_dovecot_get_port (PrivateDovecot *server, const char *service);
const char *private_dovecot_get_ca_file (PrivateDovecot *server);

/* Path of USER's Maildir, for a look from outside. (transfer full) */
char *private_dovecot_dup_maildir (PrivateDovecot *server, const char *user);

/* Puts @message into USER's mailbox (NULL or "INBOX": the inbox; else the mailbox of that name) as a
 * delivery does: tmp/, then a rename
 * into new/. */
void private_dovecot_deliver (PrivateDovecot *server, const char *user, const char *mailbox, const char *message, gssize length);

/* Delivers @count generated messages of about @size octets, Subject "Message 1" ..., Message-ID
 * "<N.USER@example.org>", one minute apart. */
void private_dovecot_fill (PrivateDovecot *server, const char *user, const char *mailbox, guint count, gsize size);

/* (transfer full): settings for USER on this server. */
MailAccountConfig *private_dovecot_config (PrivateDovecot *server,
                                           const char *user,
                                           MailMode mode,
                                           MailSecurity security);
