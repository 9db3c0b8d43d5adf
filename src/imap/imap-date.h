/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* INTERNALDATE (RFC 9051, section 9, date-time): " 1-Jan-2026 09:30:00 +0100", without quotes. */
gboolean mail_imap_date_parse (const char *text, gint64 *unix_seconds);
/* (transfer full): in UTC. */
char *mail_imap_date_format (gint64 unix_seconds);
