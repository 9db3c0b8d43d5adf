/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* (transfer full): @url without the blanks and controls that browsers pass over; "//host" becomes "https://host". */
char *mail_mime_url_clean (const char *url, gsize length);
/* TRUE for what a fetch would go over the network for: http, https. @url is clean. */
gboolean mail_mime_url_is_remote (const char *url);
/* TRUE when an image, font or background may be loaded from @url (clean): within the message (cid:), in the URL itself (data: of
 * a picture or font without scripts), or remote where that is allowed. */
gboolean mail_mime_url_may_load (const char *url, gboolean allow_remote);
/* TRUE when @url (clean) may be the target of a link that a person clicks. */
gboolean mail_mime_url_may_link (const char *url);
