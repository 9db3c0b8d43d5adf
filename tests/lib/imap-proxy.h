/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Stands between a client and an IMAP server on loopback, in clear, and understands where commands begin and end: so it can end the
 * connection at any of them, and leave out extensions that the server offers.
 *
 * What the server was given it carries out to its end before the client notices anything, and before the next connection reaches
 * it: no command arrives late. The answers to what went before are lost or not as the cut says. */
typedef struct _ImapProxy ImapProxy;

typedef enum
{
  IMAP_PROXY_CUT_NONE,
  IMAP_PROXY_CUT_BEFORE,     /* the server never hears the command */
  IMAP_PROXY_CUT_IN_COMMAND, /* it hears half of it: half of its first literal, if it has one */
  IMAP_PROXY_CUT_IN_ANSWER,  /* it carries it out; the client reads only the first octets of the answer */
  IMAP_PROXY_CUT_AFTER,      /* it carries it out; the client hears nothing of it */
} ImapProxyCut;

ImapProxy *imap_proxy_new (guint16 server_port);
/* Ends all connections. */
void imap_proxy_free (ImapProxy *proxy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImapProxy, imap_proxy_free)

guint16 imap_proxy_get_port (const ImapProxy *proxy);

/* From the next connection on only these of the server's extensions are offered, beside IMAP4rev1 and the ways to sign in. @words:
 * names with a space between them; NULL: all but COMPRESS. In a compressed connection no command can be seen: there what a client
 * sends at once counts as one. */
void imap_proxy_offer (ImapProxy *proxy, const char *words);

/* In what the server says from now on, each line (with its CRLF) in which the regular expression @truth is found has @lie in its
 * place, as g_regex_replace() has it. NULL: the server is honest again. */
void imap_proxy_lie (ImapProxy *proxy, const char *truth, const char *lie);
/* Lines that were changed since the last call of that. */
guint imap_proxy_count_lies (ImapProxy *proxy);

/* Ends a connection at the @number-th line that clients say from now (1: the next), be it a command or what they add when they are
 * asked to go on (DONE). @octets: of IMAP_PROXY_CUT_IN_ANSWER. */
void imap_proxy_cut (ImapProxy *proxy, ImapProxyCut cut, guint number, gsize octets);
/* Whether the cut that was asked for has come. */
gboolean imap_proxy_has_cut (ImapProxy *proxy);
