/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/server-text.h"

/* Control and formatting characters could move a terminal's cursor or turn the direction of what follows. */
static gboolean
is_unseen (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR
         || type == G_UNICODE_PARAGRAPH_SEPARATOR || type == G_UNICODE_UNASSIGNED || type == G_UNICODE_PRIVATE_USE;
}

char *
mail_server_text_clean (const char *text, gsize length, guint most)
{
  /* No character takes more than six bytes of what was sent, so that the rest need not be looked at. */
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) MIN (length, 6 * ((gsize) most + 1)));
  GString *clean = g_string_new (NULL);
  guint count = 0;

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (count++ == most)
        {
          g_string_truncate (clean, (gsize) (g_utf8_prev_char (clean->str + clean->len) - clean->str));
          g_string_append (clean, "…");
          break;
        }
      g_string_append_unichar (clean, is_unseen (c) ? ' ' : c);
    }
  return g_strstrip (g_string_free (clean, FALSE));
}
