/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/endpoint.h"
#include "lib/test-certificates.h"

/* A server in a thread that plays a written dialogue on a random loopback port (IPv4 and IPv6, one connection after the
 * other). A transcript is made of lines:
 *
 *   # text         a remark; blank lines are passed over too
 *   S: text        is sent with CRLF. Lines that follow each other leave in one write, so what a hostile server glues to
 *                  an answer is just another S: line
 *   S- text        the same without CRLF
 *   C: pattern     one line is awaited (to its LF, an ending CR does not count)
 *   C# 120         120 octets are awaited, whatever they are
 *   ! tls          shakes hands as a TLS server; as first line: TLS from the first byte. May name a certificate: expired,
 *                  not-yet, wrong-host, self-signed, renewed (see test-certificates.h)
 *   ! block 5000   sends 5000 times "x"; that the client has enough and closes meanwhile is no failure
 *   ! drip         from here on each byte of this connection is sent by itself
 *   ! flush        what follows leaves in a write of its own
 *   ! silent       says nothing more, takes what comes, until the client closes
 *   ! close        closes the connection, after which the next one may follow
 *   ! reset        the same with a TCP reset
 *   ! connection   the client is expected to close; the next connection begins (as it does after "! close" and "! reset")
 *   ! tell         lets scripted_server_wait_told() return once
 *   ! wait         goes on once scripted_server_go() was called
 *
 * Patterns: `*` stands for anything; `$1` to `$9` for anything without blanks, which is kept, such as a tag. In sent text
 * `$1` stands for what was kept. Escapes in both: \r \n \t \\ \* \$ \xNN. At the end of a transcript the client is expected
 * to close without a further byte; after that nobody can connect any more. Example, a stripped STARTTLS:
 *
 *   S: 220 mail.example.org ready
 *   C: EHLO *
 *   S: 250 mail.example.org
 */
typedef struct _ScriptedServer ScriptedServer;

/* From text, or from tests/transcripts/@name. */
ScriptedServer *scripted_server_new (const char *script);
ScriptedServer *scripted_server_new_from_file (const char *name);

/* Waits until the whole dialogue was played, frees the server and fails the test, naming the line, if it was not
 * played as written. */
void scripted_server_finish (ScriptedServer *server);

/* Stops at once and frees, whatever was played. */
void scripted_server_free (ScriptedServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptedServer, scripted_server_free)

guint16 scripted_server_get_port (const ScriptedServer *server);

/* (transfer full): this server at 127.0.0.1, with the test authority as ca_file. */
MailEndpoint *scripted_server_new_endpoint (const ScriptedServer *server, MailSecurity security);

void scripted_server_wait_told (ScriptedServer *server);
void scripted_server_go (ScriptedServer *server);
/* The next "! tell" cancels @cancellable. */
void scripted_server_cancel_when_told (ScriptedServer *server, GCancellable *cancellable);
