/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fuzz.h"
#include "mime/mime-html.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *html = g_strndup ((const char *) data, size);
  g_autofree char *document = mail_mime_html_prepare (html, size % 2 == 0, NULL);
  g_autofree char *text = mail_mime_html_to_text (document, 4096);

  g_assert (strstr (document, "<script") == NULL && g_utf8_validate (document, -1, NULL));
  return text == NULL;
}
