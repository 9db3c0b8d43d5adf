/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "net/connection.h"
#include "pop3/pop3-parser.h"

/* A connection read by POP3 answers: lines, statuses, multi-line answers. After any error it is dead, and every further
 * call is MAIL_ERROR_CLOSED. */
typedef struct
{
  MailConnection *connection;
  char *buffer;
  gsize start; /* bytes [start, end) of the buffer are read and not used yet */
  gsize end;
  gboolean dead;
  guint round_trips;
} MailPop3Wire;

/* Takes @connection. */
MailPop3Wire *mail_pop3_wire_new (MailConnection *connection);
void mail_pop3_wire_free (MailPop3Wire *wire);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailPop3Wire, mail_pop3_wire_free)

/* Sends @commands, one or more whole lines, and counts one round trip. */
gboolean mail_pop3_wire_send (MailPop3Wire *wire, const char *commands, GCancellable *cancellable, GError **error);
gboolean mail_pop3_wire_send_secret (MailPop3Wire *wire, const char *line, GCancellable *cancellable, GError **error);

/* (nullable): the next line, without its end, inside the buffer: valid until the next read. */
const char *mail_pop3_wire_read_line (MailPop3Wire *wire, GCancellable *cancellable, GError **error);

/* status->text is valid until the next read. */
gboolean mail_pop3_wire_read_status (MailPop3Wire *wire,
                                     MailPop3Status *status,
                                     GCancellable *cancellable,
                                     GError **error);

/* Reads a status and makes every -ERR an error as mail_pop3_status_to_error() does; only MAIL_POP3_OK gives TRUE. */
gboolean mail_pop3_wire_expect_ok (MailPop3Wire *wire,
                                   int otherwise,
                                   const char *what,
                                   GCancellable *cancellable,
                                   GError **error);

/* Called with each line of a multi-line answer, a stuffed dot taken off. FALSE with @error ends it. */
typedef gboolean (*MailPop3LineFunc) (const char *line, gpointer user_data, GError **error);

/* The lines that follow a +OK, up to the lone dot, at most @max_lines. */
gboolean mail_pop3_wire_read_lines (MailPop3Wire *wire,
                                    guint max_lines,
                                    MailPop3LineFunc func,
                                    gpointer user_data,
                                    GCancellable *cancellable,
                                    GError **error);

/* The same as bytes. @expected: how many are announced. */
GBytes *mail_pop3_wire_read_body (MailPop3Wire *wire,
                                  guint64 expected,
                                  gsize max_bytes,
                                  GCancellable *cancellable,
                                  GError **error);

/* Marks the wire dead because of what the caller found in an answer. */
void mail_pop3_wire_kill (MailPop3Wire *wire);
