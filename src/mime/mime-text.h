/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* (transfer full): the paragraphs of RFC 3676 format=flowed text, each in one line, quote marks as ">> ". */
char *mail_mime_unflow (const char *text, gboolean delsp);
/* Makes every line end "\n", in place. */
void mail_mime_normalise_lines (char *text);
