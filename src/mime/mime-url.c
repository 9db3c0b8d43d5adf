/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime/mime-url.h"

#include <string.h>

char *
mail_mime_url_clean (const char *url, gsize length)
{
  GString *out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    if ((guchar) url[i] > 32 && url[i] != 127)
      g_string_append_c (out, url[i]);
    else if (url[i] == ' ' && out->len > 0)
      g_string_append (out, "%20");
  while (g_str_has_suffix (out->str, "%20"))
    g_string_truncate (out, out->len - 3);
  if (g_str_has_prefix (out->str, "//"))
    g_string_prepend (out, "https:");
  return g_string_free (out, FALSE);
}

static gboolean
has_scheme (const char *url, const char *scheme)
{
  gsize length = strlen (scheme);

  return g_ascii_strncasecmp (url, scheme, length) == 0 && url[length] == ':';
}

gboolean
mail_mime_url_is_remote (const char *url)
{
  return has_scheme (url, "http") || has_scheme (url, "https");
}

gboolean
mail_mime_url_may_load (const char *url, gboolean allow_remote)
{
  static const char *const kinds[] = {
    "data:image/png", "data:image/jpeg", "data:image/jpg", "data:image/gif", "data:image/webp", "data:image/bmp", "data:font/",
  };

  if (mail_mime_url_is_remote (url))
    return allow_remote;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strncasecmp (url, kinds[i], strlen (kinds[i])) == 0)
      return TRUE;
  return has_scheme (url, "cid");
}

gboolean
mail_mime_url_may_link (const char *url)
{
  static const char *const schemes[] = { "http", "https", "mailto", "tel", "sms", "ftp", "news", "xmpp", "geo", "webcal", "cid" };

  if (url[0] == '#')
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (has_scheme (url, schemes[i]))
      return TRUE;
  return FALSE;
}
