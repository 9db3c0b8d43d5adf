/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A record of what goes over the wires, without secrets; off by default. One line per line of protocol: time,
 * connection number, C: or S:, host, the line (at most MAIL_WIRE_LOG_WIDTH bytes of it). Literals, messages and what
 * follows a word of sign-in (LOGIN, PASS, APOP, AUTH, AUTHENTICATE) or a challenge are shown as their number of bytes.
 * Any thread. */
#define MAIL_WIRE_LOG_WIDTH 400

/* Starts logging to @path (appended, mode 0600), or to stderr when @path is "-". */
gboolean mail_wire_log_start (const char *path, GError **error);
void mail_wire_log_stop (void);
gboolean mail_wire_log_is_on (void);

/* Bytes in the order of the wire, cut anywhere. @direction is 'C' (sent) or 'S' (received). */
void mail_wire_log_write (guint connection, const char *host, char direction, const void *data, gsize length);
/* @length bytes were sent that must not be shown. */
void mail_wire_log_write_secret (guint connection, const char *host, gsize length);
/* An event in the connection's life ("connected", "TLS"), in a line of its own. */
void mail_wire_log_note (guint connection, const char *host, const char *note);
/* The connection ended: what was kept of it is written and dropped. */
void mail_wire_log_forget (guint connection, const char *host);
