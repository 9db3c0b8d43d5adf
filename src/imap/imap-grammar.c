/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-grammar.h"

#include <string.h>

#include "imap/imap-fetch.h"
#include "imap/imap-utf7.h"

char *
mail_imap_decode_name (const char *raw, gboolean utf8)
{
  char *name = utf8 ? NULL : mail_imap_utf7_decode (raw);

  if (name == NULL)
    name = g_utf8_make_valid (raw, -1);
  if (g_ascii_strcasecmp (name, "INBOX") == 0)
    memcpy (name, "INBOX", 5);
  return name;
}

/* Atoms up to the end, or up to a closing parenthesis. */
gboolean
mail_imap_read_words (MailImapCursor *cursor, MailImapResponse *response)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  const char *atom;
  gsize length;
  guint n = 0;

  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_at_end (cursor))
    {
      g_autofree char *word = NULL;

      if (n++ >= cursor->limits->items || !mail_imap_cursor_atom (cursor, &atom, &length))
        return FALSE;
      word = g_strndup (atom, length);
      g_strv_builder_add (words, word);
    }
  g_strfreev (response->words);
  response->words = g_strv_builder_end (words);
  return TRUE;
}

gboolean
mail_imap_read_flag_list (MailImapCursor *cursor, MailImapResponse *response)
{
  g_autoptr (GString) keywords = g_string_new (NULL);
  gboolean recent = FALSE;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  while (mail_imap_cursor_blanks (cursor), !mail_imap_cursor_take (cursor, ')'))
    if (!mail_imap_read_flag (cursor, &response->flags, keywords, &recent, &response->wildcard))
      return FALSE;
  g_strfreev (response->words);
  response->words = g_strsplit (keywords->str, " ", -1);
  return TRUE;
}

gboolean
mail_imap_read_set (MailImapCursor *cursor, gboolean in_order, GArray **set)
{
  const char *atom;
  gsize length;

  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_atom (cursor, &atom, &length))
    return FALSE;
  *set = in_order ? mail_imap_set_parse_in_order (atom, length, cursor->limits->items)
                  : mail_imap_set_parse (atom, length, cursor->limits->items);
  return *set != NULL;
}

gboolean
mail_imap_read_uids (MailImapCursor *cursor, GArray **uids)
{
  g_autoptr (GArray) set = NULL;

  if (!mail_imap_read_set (cursor, TRUE, &set))
    return FALSE;
  g_clear_pointer (uids, g_array_unref);
  *uids = mail_imap_set_expand (set, cursor->limits->items);
  return *uids != NULL;
}

gboolean
mail_imap_read_number (MailImapCursor *cursor, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_number (cursor, &response->number);
}
