/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/keywords.h"

#include <string.h>

/* Longer than any keyword that servers take. */
#define KEYWORD_LENGTH_MOST 100

static gboolean
is_listed (const GPtrArray *list, const char *keyword)
{
  for (guint i = 0; i < list->len; i++)
    if (g_ascii_strcasecmp (g_ptr_array_index (list, i), keyword) == 0)
      return TRUE;
  return FALSE;
}

/* (transfer full) */
static GPtrArray *
split (const char *keywords)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit (keywords != NULL ? keywords : "", " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != '\0' && !is_listed (list, parts[i]))
      g_ptr_array_add (list, g_strdup (parts[i]));
  return list;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp (*(const char *const *) a, *(const char *const *) b);
}

/* (transfer full) (nullable) */
static char *
join (GPtrArray *list)
{
  if (list->len == 0)
    return NULL;
  g_ptr_array_sort (list, compare);
  g_ptr_array_add (list, NULL);
  return g_strjoinv (" ", (char **) list->pdata);
}

char *
mail_keywords_apply (const char *keywords, const char *add, const char *remove)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) more = NULL;
  g_autoptr (GPtrArray) less = NULL;
  g_autoptr (GPtrArray) kept = NULL;

  /* So it is with nearly every message. */
  if (keywords == NULL && add == NULL)
    return NULL;
  list = split (keywords);
  more = split (add);
  less = split (remove);
  kept = g_ptr_array_new ();
  for (guint i = 0; i < list->len; i++)
    if (!is_listed (less, g_ptr_array_index (list, i)))
      g_ptr_array_add (kept, g_ptr_array_index (list, i));
  for (guint i = 0; i < more->len; i++)
    if (!is_listed (less, g_ptr_array_index (more, i)) && !is_listed (kept, g_ptr_array_index (more, i)))
      g_ptr_array_add (kept, g_ptr_array_index (more, i));
  return join (kept);
}

char *
mail_keywords_intersect (const char *a, const char *b)
{
  g_autoptr (GPtrArray) list = split (a);
  g_autoptr (GPtrArray) other = split (b);
  g_autoptr (GPtrArray) both = g_ptr_array_new ();

  for (guint i = 0; i < list->len; i++)
    if (is_listed (other, g_ptr_array_index (list, i)))
      g_ptr_array_add (both, g_ptr_array_index (list, i));
  return join (both);
}

gboolean
mail_keywords_contain (const char *keywords, const char *keyword)
{
  g_autoptr (GPtrArray) list = split (keywords);

  return is_listed (list, keyword);
}

const char *
mail_keyword_get_fault (const char *keyword)
{
  if (keyword == NULL || keyword[0] == '\0')
    return "a keyword has at least one character";
  if (strlen (keyword) > KEYWORD_LENGTH_MOST)
    return "the keyword is too long";
  /* RFC 9051, section 9: flag-keyword is an atom, ATOM-CHAR what is left after atom-specials. */
  for (const char *p = keyword; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p) || strchr ("(){%*\"\\]", *p) != NULL)
      return "a keyword is made of ASCII letters, digits and signs, without spaces, quotes, parentheses or backslashes";
  return NULL;
}
