/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/account-config.h"
#include "lib/plain-imap.h"

/* An IMAP server of the test's own on loopback: Dovecot (lib/private-dovecot.h), Cyrus or Courier (lib/private-imap). Any user
 * signs in with the password "secret" and has an inbox with the mailboxes Drafts, Sent, Archive, Junk and Trash.
 * Made and used by one thread; the server dies with the test, however that ends. */
typedef enum
{
  MAIL_SERVER_DOVECOT, /* "/" between names; every extension that Debian's has */
  MAIL_SERVER_CYRUS,   /* "/"; OBJECTID, PREVIEW, SAVEDATE */
  MAIL_SERVER_COURIER, /* all below "INBOX.", "." between names; no MOVE, no CONDSTORE, no UIDNEXT from SELECT */
} MailServerKind;

typedef struct _MailServer MailServer;

#define MAIL_SERVER_PASSWORD "secret"
#define MAIL_SERVER_KINDS 3

const char *mail_server_kind_to_string (MailServerKind kind);

/* Starts it and waits until it answers. NULL when it is not here: then the test was told to be skipped, by the server's name. */
MailServer *mail_server_start (MailServerKind kind);
/* Stops it, waits for its end and removes its folder. */
void mail_server_stop (MailServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailServer, mail_server_stop)

MailServerKind mail_server_get_kind (const MailServer *server);
guint16 mail_server_get_port (const MailServer *server);
/* (transfer full): settings for USER on this server, in clear. @port: that of a proxy before it, or 0. */
MailAccountConfig *mail_server_config (MailServer *server, const char *user, guint16 port);
/* Another client. */
PlainImap *mail_server_sign_in (MailServer *server, const char *user);

/* (transfer full): how this server calls the mailbox that others call @name ("Work/Plans"), and the way back. */
char *mail_server_dup_name (const MailServer *server, const char *name);
char *mail_server_dup_common_name (const MailServer *server, const char *name);

/* Puts @message into the mailbox @name (spelt with "/"). */
void mail_server_deliver (MailServer *server, const char *user, const char *name, const char *message, gssize length);
/* The mailbox (not the inbox, and not empty) gets a new UIDVALIDITY; its messages stay, under other UIDs. */
void mail_server_renumber (MailServer *server, const char *user, const char *name);
