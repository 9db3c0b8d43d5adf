/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How well the name of a mailbox answers to what somebody types. Pure. */

/* (transfer full): @text without case and accents, for both parameters below. */
char *mail_match_fold (const char *text);

/* @path: parts with “/” between them; @query: words, each of which must be found: as a part, at the beginning of one or of a word
 * in it, within one, or as letters of the path in their order. 0: it does not answer; more is better. Nothing typed: all do. */
guint mail_match_path (const char *path, const char *query);
