/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/query.h"

#include <string.h>

#include "core/errors.h"

/* More than anybody types. */
#define MOST_BYTES 2000
#define MOST_TERMS 32

static void
term_free (gpointer data)
{
  MailTerm *term = data;

  g_free (term->source);
  g_free (term->text);
  g_free (term->folded);
  g_free (term);
}

/* (transfer full): @text as it is compared. */
static char *
fold (const char *text)
{
  g_autofree char *composed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (composed != NULL ? composed : text, -1);
}

/* @text is "30d", "2w"; FALSE when it is no age. */
static gboolean
read_age (const char *text, guint64 *seconds)
{
  static const struct
  {
    char unit;
    guint64 seconds;
  } units[] = { { 'h', 3600 }, { 'd', 86400 }, { 'w', 7 * 86400 }, { 'm', 30 * 86400 }, { 'y', 365 * 86400 } };
  char *end;
  guint64 number = g_ascii_isdigit (*text) ? g_ascii_strtoull (text, &end, 10) : 0;

  /* No mail is older than a thousand years. */
  if (number == 0 || number > 366000 || end[0] == '\0' || end[1] != '\0')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_tolower (*end) == units[i].unit)
      {
        *seconds = number * units[i].seconds;
        return TRUE;
      }
  return FALSE;
}

/* The words that need no text of their own. */
static gboolean
read_state (const char *word, MailTerm *term)
{
  static const struct
  {
    const char *word;
    MailTermKind kind;
  } states[] = { { "is:unread", MAIL_TERM_UNREAD },
                 { "is:starred", MAIL_TERM_STARRED },
                 { "has:attachment", MAIL_TERM_ATTACHMENT } };
  static const struct
  {
    const char *prefix;
    MailTermKind kind;
  } ages[] = { { "older:", MAIL_TERM_OLDER }, { "newer:", MAIL_TERM_NEWER }, { "arrived:", MAIL_TERM_ARRIVED } };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_ascii_strcasecmp (word, states[i].word) == 0)
      {
        term->kind = states[i].kind;
        return TRUE;
      }
  for (guint i = 0; i < G_N_ELEMENTS (ages); i++)
    if (g_ascii_strncasecmp (word, ages[i].prefix, strlen (ages[i].prefix)) == 0
        && read_age (word + strlen (ages[i].prefix), &term->seconds))
      {
        term->kind = ages[i].kind;
        return TRUE;
      }
  return FALSE;
}

/* (transfer full): what a word is once its quotes are gone. */
static char *
unquote (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    if (*p != '"')
      g_string_append_c (plain, *p);
  return g_strstrip (g_string_free (plain, FALSE));
}

/* (transfer full) (nullable): NULL when nothing is left of @word to look for. */
static MailTerm *
term_new (const char *word)
{
  static const struct
  {
    const char *prefix;
    MailTermKind kind;
  } fields[] = { { "from:", MAIL_TERM_FROM }, { "to:", MAIL_TERM_TO }, { "subject:", MAIL_TERM_SUBJECT } };
  MailTerm *term = g_new0 (MailTerm, 1);
  const char *text = word;

  term->source = g_strdup (word);
  if (read_state (word, term))
    return term;
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_ascii_strncasecmp (word, fields[i].prefix, strlen (fields[i].prefix)) == 0)
      {
        term->kind = fields[i].kind;
        text = word + strlen (fields[i].prefix);
      }
  term->text = unquote (text);
  if (*term->text != '\0')
    {
      term->folded = fold (term->text);
      return term;
    }
  term_free (term);
  return NULL;
}

/* (transfer full): @words with spaces for whatever else divides lines and words. */
static char *
clean (const char *words)
{
  GString *text = g_string_new (NULL);

  for (const char *p = words; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (text, g_unichar_iscntrl (c) || g_unichar_isspace (c) ? ' ' : c);
    }
  return g_string_free (text, FALSE);
}

static void
add_term (MailQuery *query, const char *start, const char *end)
{
  g_autofree char *word = g_strndup (start, (gsize) (end - start));
  MailTerm *term = *word != '\0' ? term_new (word) : NULL;

  if (term != NULL)
    g_ptr_array_add (query->terms, term);
}

MailQuery *
mail_query_new (const char *words, GError **error)
{
  g_autoptr (MailQuery) query = g_new0 (MailQuery, 1);
  g_autofree char *text = NULL;
  const char *start;
  gboolean quoted = FALSE;

  query->terms = g_ptr_array_new_with_free_func (term_free);
  if (strlen (words) > MOST_BYTES || !g_utf8_validate (words, -1, NULL))
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "the words to search for are too long, or no text");
      return NULL;
    }
  start = text = clean (words);
  for (const char *p = text; *p != '\0'; p++)
    {
      quoted = (*p == '"') != quoted;
      if (*p != ' ' || quoted)
        continue;
      add_term (query, start, p);
      start = p + 1;
    }
  add_term (query, start, start + strlen (start));
  if (query->terms->len > 0 && query->terms->len <= MOST_TERMS)
    return g_steal_pointer (&query);
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT,
                       query->terms->len == 0 ? "there are no words to search for" : "there are too many words to search for");
  return NULL;
}

static gpointer
copy_term (gconstpointer data, gpointer user_data)
{
  const MailTerm *term = data;
  MailTerm *copy = g_new0 (MailTerm, 1);

  copy->kind = term->kind;
  copy->source = g_strdup (term->source);
  copy->text = g_strdup (term->text);
  copy->folded = g_strdup (term->folded);
  copy->seconds = term->seconds;
  return copy;
}

MailQuery *
mail_query_copy (const MailQuery *query)
{
  MailQuery *copy = g_new0 (MailQuery, 1);

  copy->terms = g_ptr_array_copy (query->terms, copy_term, NULL);
  g_ptr_array_set_free_func (copy->terms, term_free);
  return copy;
}

void
mail_query_free (MailQuery *query)
{
  if (query == NULL)
    return;
  g_ptr_array_unref (query->terms);
  g_free (query);
}

static gboolean
contains (const char *text, const MailTerm *term)
{
  g_autofree char *folded = NULL;

  if (text == NULL)
    return FALSE;
  folded = fold (text);
  return strstr (folded, term->folded) != NULL;
}

static gboolean
is_from (const MailQueryRow *row, const MailTerm *term)
{
  return contains (row->from_name, term) || contains (row->from_address, term);
}

static gboolean
is_to (const MailQueryRow *row, const MailTerm *term)
{
  return contains (row->to, term) || contains (row->cc, term);
}

static gboolean
has_text (const MailQueryRow *row, const MailTerm *term)
{
  switch (term->kind)
    {
    case MAIL_TERM_ANYWHERE:
      return contains (row->subject, term) || is_from (row, term) || is_to (row, term) || contains (row->preview, term);
    case MAIL_TERM_FROM:
      return is_from (row, term);
    case MAIL_TERM_TO:
      return is_to (row, term);
    case MAIL_TERM_SUBJECT:
      return contains (row->subject, term);
    default:
      return TRUE;
    }
}

static gboolean
has_state (const MailQueryRow *row, const MailTerm *term, gint64 now)
{
  gint64 then = now - (gint64) term->seconds;

  switch (term->kind)
    {
    case MAIL_TERM_UNREAD:
      return (row->flags & MAIL_FLAG_SEEN) == 0;
    case MAIL_TERM_STARRED:
      return (row->flags & MAIL_FLAG_FLAGGED) != 0;
    case MAIL_TERM_ATTACHMENT:
      return row->has_attachment;
    case MAIL_TERM_OLDER:
      return row->internal_date <= then;
    case MAIL_TERM_NEWER:
      return row->internal_date >= then;
    default:
      return TRUE;
    }
}

gboolean
mail_query_matches_state (const MailQuery *query, const MailQueryRow *row, gint64 now)
{
  for (guint i = 0; i < query->terms->len; i++)
    if (!has_state (row, g_ptr_array_index (query->terms, i), now))
      return FALSE;
  return TRUE;
}

gboolean
mail_query_matches (const MailQuery *query, const MailQueryRow *row, gint64 now)
{
  if (!mail_query_matches_state (query, row, now))
    return FALSE;
  for (guint i = 0; i < query->terms->len; i++)
    {
      const MailTerm *term = g_ptr_array_index (query->terms, i);

      /* When it came into its mailbox is known to some servers only. */
      if (term->kind == MAIL_TERM_ARRIVED && row->internal_date < now - (gint64) term->seconds)
        return FALSE;
      if (!has_text (row, term))
        return FALSE;
    }
  return TRUE;
}
