/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mailbox-match.h"

#include <string.h>

/* What a word is worth where it is found. */
enum
{
  NOWHERE = 0,
  SCATTERED = 10, /* its letters, in their order */
  WITHIN = 40,
  WORD = 60,      /* at the beginning of a word */
  START = 80,     /* at the beginning of a part */
  WHOLE = 100,
  IN_LEAF = 15,   /* more, when that is the last part */
};

char *
mail_match_fold (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *folded = g_utf8_casefold (valid, -1);
  g_autofree char *apart = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);
  GString *plain = g_string_sized_new (strlen (apart));

  for (const char *p = apart; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_ismark (c))
        g_string_append_unichar (plain, c);
    }
  return g_string_free (plain, FALSE);
}

static guint
match_part (const char *part, const char *word)
{
  guint best = NOWHERE;

  if (strcmp (part, word) == 0)
    return WHOLE;
  for (const char *p = strstr (part, word); p != NULL && best < WORD; p = strstr (g_utf8_next_char (p), word))
    {
      if (p == part)
        return START;
      best = g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (p))) ? WITHIN : WORD;
    }
  return best;
}

static gboolean
is_scattered (const char *path, const char *word)
{
  for (; *word != '\0'; word = g_utf8_next_char (word))
    {
      path = g_utf8_strchr (path, -1, g_utf8_get_char (word));
      if (path == NULL)
        return FALSE;
      path = g_utf8_next_char (path);
    }
  return TRUE;
}

static guint
match_word (const char *path, const char *const *parts, const char *word)
{
  guint best = NOWHERE;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint found = match_part (parts[i], word);

      if (found != NOWHERE && parts[i + 1] == NULL)
        found += IN_LEAF;
      best = MAX (best, found);
    }
  return best == NOWHERE && is_scattered (path, word) ? SCATTERED : best;
}

guint
mail_match_path (const char *path, const char *query)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  g_auto (GStrv) words = g_strsplit_set (query, " /", -1);
  guint sum = 1;

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      {
        guint found = match_word (path, (const char *const *) parts, words[i]);

        if (found == NOWHERE)
          return 0;
        sum += found;
      }
  return sum;
}
