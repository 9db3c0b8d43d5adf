/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Prepares a message's HTML for the web view: scripts, frames, forms' targets, refresh, base, link and preconnect elements
 * and event attributes are taken out; every remote reference (img, background, CSS url(), srcset, ...) becomes inert unless
 * @allow_remote; cid: references stay. A meta Content-Security-Policy is set first. *@blocked (nullable) tells how many
 * remote references were made inert. (transfer full) UTF-8 document. This is one wall of several; the view has its own. */
char *mail_mime_html_prepare (const char *html, gboolean allow_remote, guint *blocked);

/* (transfer full): HTML as readable plain text (links as text, lists, quotes as "> "). At most @max_bytes. */
char *mail_mime_html_to_text (const char *html, gsize max_bytes);
