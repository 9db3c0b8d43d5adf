/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Appends @css, a style sheet or the value of a style attribute, so that nothing in it loads or runs anything: comments and
 * escapes are resolved, unknown functions and at-rules (@import) renamed so that no browser knows them, url() kept only where
 * mail_mime_url_may_load() agrees. No "<", backslash or comment is left. *@blocked counts remote references made inert. */
void mail_mime_append_css (GString *out, const char *css, gsize length, gboolean allow_remote, guint *blocked);
