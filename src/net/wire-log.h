/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A record of what goes over the wires, without secrets; off by default. One line per line of protocol: time,
 * connection number, C: or S:, host. Literals and message data are shown as their number of bytes. Any thread. */

/* Starts logging to @path (appended, mode 0600), or to stderr when @path is "-". */
gboolean mail_wire_log_start (const char *path, GError **error);
void mail_wire_log_stop (void);
gboolean mail_wire_log_is_on (void);

void mail_wire_log_write (guint connection, const char *host, char direction, const void *data, gsize length);
