/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* (transfer full): what a server says in words, fit for a person's eyes: valid UTF-8 on one line, without control and formatting
 * characters, at most @most characters, the last of them "…" where it was longer. It is text, never markup. */
char *mail_server_text_clean (const char *text, gsize length, guint most);
