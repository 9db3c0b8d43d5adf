/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/reader/text-lines.h"

#include <string.h>

#define LONGEST_PIECE 4096
/* A quotation of fewer lines is context that one wants to see beside the answer. */
#define SHORTEST_FOLD 4
/* Each costs the view a button that it looks at in every frame: where so many are quoted, nobody is answered. */
#define MOST_FOLDS 50
#define DEEPEST_LEVEL 16

/* Counts the quote marks and moves *text behind them and one blank. ">" and "> >" both count; ">From" is a quoted line too. */
static guint
skip_marks (const char **text, gsize *length)
{
  guint level = 0;

  while (*length > 0 && **text == '>')
    {
      level++;
      (*text)++, (*length)--;
      if (*length > 0 && **text == ' ')
        (*text)++, (*length)--;
    }
  return MIN (level, DEEPEST_LEVEL);
}

static gsize
piece_length (const char *text, gsize length)
{
  gsize piece = LONGEST_PIECE;

  if (length <= LONGEST_PIECE)
    return length;
  while (piece > 1 && (text[piece] & 0xc0) == 0x80)
    piece--;
  return piece;
}

/* Adds what is @length bytes long and begins at cursor->rest, but cuts a line that is longer than @most: the rest of it comes
 * next. Returns how much of it was taken. */
static gsize
add_line (GArray *lines, MailTextCursor *cursor, gsize length, gsize most)
{
  const char *text = cursor->rest;
  gsize taken = 0;

  if (!cursor->in_line)
    {
      gsize left = length;

      cursor->level = skip_marks (&text, &left);
      if (cursor->level == 0 && left == 3 && memcmp (text, "-- ", 3) == 0)
        cursor->signature = TRUE;
      taken = length - left;
    }
  do
    {
      MailTextLine line = { text, piece_length (text, length - taken), cursor->level, FALSE, FALSE };

      line.signature = cursor->signature && cursor->level == 0;
      g_array_append_val (lines, line);
      text += line.length;
      taken += line.length;
    }
  while (taken < length && taken < most);
  cursor->in_line = taken < length;
  return taken;
}

static gboolean
is_blank (const MailTextLine *line)
{
  for (gsize i = 0; i < line->length; i++)
    if (!g_ascii_isspace (line->text[i]))
      return FALSE;
  return TRUE;
}

/* Long quotations fold, unless there is nothing else to read. */
static void
mark_folds (GArray *lines, MailTextCursor *cursor)
{
  for (guint i = 0; i < lines->len && !cursor->own_words; i++)
    {
      const MailTextLine *line = &g_array_index (lines, MailTextLine, i);

      cursor->own_words = line->level == 0 && !line->signature && !is_blank (line);
    }
  if (!cursor->own_words)
    return;
  for (guint i = 0; i < lines->len && cursor->folds < MOST_FOLDS;)
    {
      guint end = i;

      while (end < lines->len && g_array_index (lines, MailTextLine, end).level > 0)
        end++;
      if (end - i >= SHORTEST_FOLD)
        {
          for (guint j = i; j < end; j++)
            g_array_index (lines, MailTextLine, j).folds = TRUE;
          cursor->folds++;
        }
      i = MAX (end, i + 1);
    }
}

GArray *
mail_text_lines_split_on (MailTextCursor *cursor, gsize length)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (MailTextLine));
  const char *begin = cursor->rest;
  const gsize most = length < G_MAXSIZE / 2 ? 2 * length : G_MAXSIZE;
  gsize done = 0;

  while (*cursor->rest != '\0' && (done < length || (*cursor->rest == '>' && done < most)))
    {
      gsize end = strcspn (cursor->rest, "\n");
      gsize shown = end > 0 && cursor->rest[end - 1] == '\r' ? end - 1 : end;

      cursor->rest += add_line (lines, cursor, shown, most - done);
      if (!cursor->in_line)
        cursor->rest += (end - shown) + (cursor->rest[end - shown] == '\n' ? 1 : 0);
      done = (gsize) (cursor->rest - begin);
    }
  /* Empty lines at the end say nothing. */
  while (*cursor->rest == '\0' && lines->len > 0 && is_blank (&g_array_index (lines, MailTextLine, lines->len - 1)))
    g_array_set_size (lines, lines->len - 1);
  mark_folds (lines, cursor);
  return lines;
}

GArray *
mail_text_lines_split (const char *text)
{
  MailTextCursor cursor = { .rest = text };

  return mail_text_lines_split_on (&cursor, G_MAXSIZE);
}

static void
clear_link (gpointer data)
{
  g_free (((MailTextLink *) data)->uri);
}

static gsize
count_char (const char *text, gsize length, char c)
{
  gsize count = 0;

  for (gsize i = 0; i < length; i++)
    count += text[i] == c;
  return count;
}

/* A full stop, comma or closing bracket behind an address belongs to the sentence, unless the address opened that bracket. */
static gsize
trim_link (const char *text, gsize length)
{
  while (length > 0)
    {
      char last = text[length - 1];
      char opening = last == ')' ? '(' : last == ']' ? '[' : '\0';

      if (opening != '\0' && count_char (text, length, opening) >= count_char (text, length, last))
        break;
      if (strchr (".,;:!?'\"*>)]}", last) == NULL)
        break;
      length--;
    }
  return length;
}

static GRegex *
link_pattern (void)
{
  static GRegex *pattern;

  if (g_once_init_enter (&pattern))
    {
      const char *text = "\\b(?:https?://[^\\s<>\"“”]+|mailto:[^\\s<>\"“”]+|www\\.[a-z0-9-]+\\.[^\\s<>\"“”]+"
                         "|[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){1,8})";

      g_once_init_leave (&pattern, g_regex_new (text, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL));
    }
  return pattern;
}

static char *
uri_of (const char *text, gsize length)
{
  g_autofree char *found = g_strndup (text, length);

  if (g_ascii_strncasecmp (found, "www.", 4) == 0)
    return g_strconcat ("https://", found, NULL);
  if (strstr (found, "://") == NULL && g_ascii_strncasecmp (found, "mailto:", 7) != 0)
    return g_strconcat ("mailto:", found, NULL);
  return g_steal_pointer (&found);
}

/* Whether @what, in lower case, ends before @end. */
static gboolean
stands_before (const char *line, gsize end, const char *what)
{
  gsize length = strlen (what);

  return end >= length && g_ascii_strncasecmp (line + end - length, what, length) == 0;
}

gboolean
mail_text_lines_may_hold_link (const char *line, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (line[i] == '@' || (line[i] == '.' && stands_before (line, i, "www"))
        || (line[i] == ':' && (stands_before (line, i, "mailto") || stands_before (line, i, "http")
                               || stands_before (line, i, "https"))))
      return TRUE;
  return FALSE;
}

GArray *
mail_text_lines_find_links (const char *line, gsize length)
{
  GArray *links = g_array_new (FALSE, FALSE, sizeof (MailTextLink));
  g_autoptr (GMatchInfo) match = NULL;

  g_array_set_clear_func (links, clear_link);
  if (!mail_text_lines_may_hold_link (line, length))
    return links;
  g_regex_match_full (link_pattern (), line, (gssize) length, 0, 0, &match, NULL);
  while (g_match_info_matches (match))
    {
      int start = 0, end = 0;
      gsize found;

      g_match_info_fetch_pos (match, 0, &start, &end);
      found = trim_link (line + start, (gsize) (end - start));
      if (found > 0)
        {
          MailTextLink link = { (gsize) start, found, uri_of (line + start, found) };

          g_array_append_val (links, link);
        }
      g_match_info_next (match, NULL);
    }
  return links;
}

static char *
host_of (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *complete = strstr (stripped, "://") != NULL ? g_strdup (stripped) : g_strconcat ("https://", stripped, NULL);
  g_autoptr (GUri) uri = g_uri_parse (complete, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autofree char *lower = NULL;

  /* Words with a blank, or without a dot, are no host. */
  if (host == NULL || strchr (host, '.') == NULL || strpbrk (stripped, " \t\n") != NULL)
    return NULL;
  lower = g_ascii_strdown (host, -1);
  return g_strdup (g_str_has_prefix (lower, "www.") ? lower + 4 : lower);
}

/* "https://bank.example@thief.example/" */
static gboolean
has_user (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_PARSE_RELAXED, NULL);

  return parsed != NULL && g_uri_get_userinfo (parsed) != NULL;
}

static gboolean
differs (const char *shown, const char *target)
{
  return shown != NULL && g_strcmp0 (shown, target) != 0;
}

gboolean
mail_text_link_misleads (const char *label, const char *uri)
{
  g_autofree char *shown = host_of (label);
  g_autofree char *target = host_of (uri);
  g_autoptr (GArray) links = mail_text_lines_find_links (label, strlen (label));
  gboolean misleads = differs (shown, target) || has_user (uri);

  if (g_ascii_strncasecmp (uri, "mailto:", 7) == 0)
    return FALSE;
  for (guint i = 0; i < links->len; i++)
    {
      const char *named = g_array_index (links, MailTextLink, i).uri;
      g_autofree char *host = g_ascii_strncasecmp (named, "mailto:", 7) != 0 ? host_of (named) : NULL;

      misleads = misleads || differs (host, target);
    }
  return misleads;
}
