/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-query.h"

#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "imap/imap-date.h"
#include "store/store-search.h"

#define DAY 86400
/* Rows that one job looks at. */
#define ROWS 2000

static void
add_text (GString *criteria, const char *key, const char *text)
{
  g_autofree char *quoted = mail_imap_criteria_quote (text);

  g_string_append_printf (criteria, "%s %s", key, quoted);
}

/* @key with a date of SEARCH: "1-Feb-2026". */
static void
add_day (GString *criteria, const char *key, gint64 unix_seconds)
{
  g_autofree char *date = g_strstrip (mail_imap_date_format (unix_seconds));

  date[strcspn (date, " ")] = '\0';
  g_string_append_printf (criteria, "%s %s", key, date);
}

static void
add_newer (GString *criteria, guint64 seconds, MailImapCaps caps, gint64 now)
{
  if (caps & MAIL_IMAP_CAP_WITHIN)
    g_string_append_printf (criteria, "YOUNGER %" G_GUINT64_FORMAT, seconds);
  else
    add_day (criteria, "SINCE", now - (gint64) seconds - DAY);
}

static void
add_term (GString *criteria, const MailTerm *term, MailImapCaps caps, gint64 now)
{
  switch (term->kind)
    {
    case MAIL_TERM_ANYWHERE:
      add_text (criteria, "TEXT", term->text);
      break;
    case MAIL_TERM_FROM:
      add_text (criteria, "FROM", term->text);
      break;
    case MAIL_TERM_TO:
      add_text (criteria, "OR TO", term->text);
      add_text (criteria, " CC", term->text);
      break;
    case MAIL_TERM_SUBJECT:
      add_text (criteria, "SUBJECT", term->text);
      break;
    case MAIL_TERM_UNREAD:
      g_string_append (criteria, "UNSEEN");
      break;
    case MAIL_TERM_STARRED:
      g_string_append (criteria, "FLAGGED");
      break;
    case MAIL_TERM_OLDER:
      if (caps & MAIL_IMAP_CAP_WITHIN)
        g_string_append_printf (criteria, "OLDER %" G_GUINT64_FORMAT, term->seconds);
      else
        add_day (criteria, "BEFORE", now - (gint64) term->seconds + 2 * DAY);
      break;
    case MAIL_TERM_NEWER:
      add_newer (criteria, term->seconds, caps, now);
      break;
    case MAIL_TERM_ARRIVED:
      if (caps & MAIL_IMAP_CAP_SAVEDATE)
        add_day (criteria, "SAVEDSINCE", now - (gint64) term->seconds);
      else
        add_newer (criteria, term->seconds, caps, now);
      break;
    case MAIL_TERM_ATTACHMENT:
    default:
      break;
    }
}

char *
mail_imap_query_criteria (const MailQuery *query, MailImapCaps caps, gint64 now)
{
  GString *criteria = g_string_new (NULL);

  for (guint i = 0; i < query->terms->len; i++)
    {
      gsize before = criteria->len;

      if (before > 0)
        g_string_append_c (criteria, ' ');
      add_term (criteria, g_ptr_array_index (query->terms, i), caps, now);
      if (before > 0 && criteria->len == before + 1)
        g_string_truncate (criteria, before);
    }
  if (criteria->len == 0)
    g_string_append (criteria, "ALL");
  return g_string_free (criteria, FALSE);
}

char *
mail_imap_query_gmail (const MailQuery *query)
{
  GString *words = g_string_new (NULL);
  g_autofree char *text = NULL;
  g_autofree char *quoted = NULL;

  for (guint i = 0; i < query->terms->len; i++)
    {
      const MailTerm *term = g_ptr_array_index (query->terms, i);
      guint64 days = term->seconds / DAY;

      /* In days of its own: one more or less, and the rows decide. */
      if (term->kind == MAIL_TERM_OLDER && days < 2)
        continue;
      if (words->len > 0)
        g_string_append_c (words, ' ');
      if (term->kind == MAIL_TERM_OLDER)
        g_string_append_printf (words, "older_than:%" G_GUINT64_FORMAT "d", days - 1);
      else if (term->seconds > 0)
        g_string_append_printf (words, "newer_than:%" G_GUINT64_FORMAT "d", days + 2);
      else
        g_string_append (words, term->source);
    }
  text = g_string_free (words, FALSE);
  if (*text == '\0')
    return g_strdup ("ALL");
  quoted = mail_imap_criteria_quote (text);
  return g_strconcat ("X-GM-RAW ", quoted, NULL);
}

/* (transfer full) (nullable): what the rows have to decide on, because the server found more: by days, or what is only known here.
 * When a message came into its mailbox only SAVEDATE tells; without, its age counts. */
static MailQuery *
dup_rest (const MailQuery *query, MailImapCaps caps)
{
  g_autoptr (MailQuery) rest = mail_query_copy (query);
  gboolean gmail = (caps & MAIL_IMAP_CAP_GMAIL) != 0;

  for (guint i = rest->terms->len; i > 0; i--)
    {
      MailTerm *term = g_ptr_array_index (rest->terms, i - 1);

      if (term->kind == MAIL_TERM_ARRIVED && (gmail || (caps & MAIL_IMAP_CAP_SAVEDATE) == 0))
        term->kind = MAIL_TERM_NEWER;
      else if (gmail && term->seconds == 0)
        g_ptr_array_remove_index (rest->terms, i - 1);
    }
  return rest->terms->len > 0 ? g_steal_pointer (&rest) : NULL;
}

/* The rows of what the server found in one mailbox. */
typedef struct
{
  const MailSearch *search;
  const MailQuery *rest; /* NULL: the server compared everything */
  gint64 mailbox_id;
  gint64 now;
  guint32 first;
  guint32 last;
  gboolean more;
} Meeting;

static gboolean
meet_job (MailDb *db, gpointer data, GError **error)
{
  Meeting *meeting = data;

  return mail_store_search_uids (db, meeting->mailbox_id, meeting->rest, meeting->now, &meeting->first, meeting->last, ROWS,
                                 &meeting->more, meeting->search->keys, error);
}

static gboolean
meet_rows (const MailImapPass *pass, MailSearch *search, gint64 mailbox_id, const GArray *ranges, GError **error)
{
  g_autoptr (MailQuery) rest = dup_rest (search->query, pass->engine->caps);

  for (guint i = 0; i < ranges->len; i++)
    {
      const MailImapRange *range = &g_array_index (ranges, MailImapRange, i);
      Meeting meeting = { search, rest, mailbox_id, mail_clock_now (), range->first, range->last, TRUE };

      while (meeting.more)
        if (!mail_store_read (pass->engine->store, meet_job, &meeting, error))
          return FALSE;
    }
  return TRUE;
}

/* By more than the oldest of what is found. */
static gboolean
criteria_are_wider (const MailQuery *query, gboolean gmail)
{
  for (guint i = 0; i < query->terms->len; i++)
    {
      MailTermKind kind = ((const MailTerm *) g_ptr_array_index (query->terms, i))->kind;

      if ((kind == MAIL_TERM_ATTACHMENT && !gmail) || kind == MAIL_TERM_OLDER)
        return TRUE;
    }
  return FALSE;
}

/* The capability page tells what was put to use. */
static void
note_used (const MailImapEngine *engine, const MailQuery *query)
{
  MailImapCaps used = engine->caps & MAIL_IMAP_CAP_GMAIL;

  for (guint i = 0; used == 0 && i < query->terms->len; i++)
    {
      const MailTerm *term = g_ptr_array_index (query->terms, i);
      gboolean saved = term->kind == MAIL_TERM_ARRIVED && engine->caps & MAIL_IMAP_CAP_SAVEDATE;

      if (term->seconds > 0)
        mail_imap_session_note_used (engine->session, engine->caps & (saved ? MAIL_IMAP_CAP_SAVEDATE : MAIL_IMAP_CAP_WITHIN));
    }
  mail_imap_session_note_used (engine->session, used);
}

static GArray *
ask (const MailImapPass *pass, const MailSearch *search, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autofree char *criteria = NULL;

  note_used (engine, search->query);
  if (engine->caps & MAIL_IMAP_CAP_GMAIL)
    criteria = mail_imap_query_gmail (search->query);
  else
    criteria = mail_imap_query_criteria (search->query, engine->caps, mail_clock_now ());
  /* Of what the rows have to decide on, the newest few may be none. */
  if (criteria_are_wider (search->query, (engine->caps & MAIL_IMAP_CAP_GMAIL) != 0))
    return mail_imap_session_search_ranges (engine->session, criteria, pass->cancellable, error);
  return mail_imap_session_search_newest (engine->session, criteria, MAIL_SEARCH_MOST, pass->cancellable, error);
}

/* The server would not search, but said nothing against the connection or the next mailbox. */
static gboolean
is_of_one (const GError *error)
{
  return mail_imap_engine_is_no (error) && g_strcmp0 (mail_error_get_server_code (error), "THROTTLED") != 0;
}

/* *@asked: the server answered; otherwise it would not, for this mailbox, and nothing was found. */
static gboolean
query_mailbox (const MailImapPass *pass, MailSearch *search, const MailMailboxInfo *mailbox, gboolean *asked, GError **error)
{
  g_autoptr (GArray) ranges = NULL;
  g_autoptr (GError) failure = NULL;

  *asked = mail_imap_engine_select (pass->engine, mailbox, NULL, pass->cancellable, &failure)
           && (ranges = ask (pass, search, &failure)) != NULL;
  if (*asked)
    return meet_rows (pass, search, mailbox->id, ranges, error);
  if (is_of_one (failure))
    {
      g_info ("%s cannot be searched on the server: %s", mailbox->name, failure->message);
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Where a search of everything looks: Gmail's All Mail has all that its other mailboxes have, but for Junk and Trash. */
static gboolean
is_wanted (const MailImapPass *pass, const MailSearch *search, const MailMailboxInfo *mailbox, gboolean has_all)
{
  if (search->mailbox_id != 0)
    return mailbox->id == search->mailbox_id;
  if (mailbox->flags & MAIL_MAILBOX_NO_SELECT || mailbox->messages == 0)
    return FALSE;
  return !has_all || mailbox->role == MAIL_ROLE_ALL || mailbox->role == MAIL_ROLE_JUNK || mailbox->role == MAIL_ROLE_TRASH
         || mailbox->flags & MAIL_MAILBOX_NOT_THERE;
}

static gboolean
is_gmail_with_all (const MailImapPass *pass, const GPtrArray *mailboxes)
{
  for (guint i = 0; pass->engine->caps & MAIL_IMAP_CAP_GMAIL && i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (mailbox->role == MAIL_ROLE_ALL && mailbox->messages > 0)
        return TRUE;
    }
  return FALSE;
}

/* Nobody waits any more. The connection is between two commands, and stays. */
static gboolean
is_given_up (const MailImapPass *pass, const MailSearch *search, GError **error)
{
  if (!g_cancellable_set_error_if_cancelled (search->give_up, error))
    return FALSE;
  pass->engine->stopped = TRUE;
  return TRUE;
}

static gboolean
search_rows (const MailImapPass *pass, MailSearch *search, gint64 mailbox_id, GError **error)
{
  if (mail_search_mailbox_here (pass->engine->store, search, mailbox_id, pass->cancellable, error))
    return TRUE;
  is_given_up (pass, search, NULL);
  return FALSE;
}

gboolean
mail_imap_query (const MailImapPass *pass, MailSearch *search, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = mail_imap_engine_load_mailboxes (pass->engine, error);
  gboolean has_all = mailboxes != NULL && is_gmail_with_all (pass, mailboxes);
  guint by_server = 0;
  guint by_rows = 0;

  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      gboolean asked = FALSE;

      if (!is_wanted (pass, search, mailbox, has_all))
        continue;
      if (is_given_up (pass, search, error))
        return FALSE;
      if (!(mailbox->flags & MAIL_MAILBOX_NOT_THERE) && !query_mailbox (pass, search, mailbox, &asked, error))
        return FALSE;
      if (!asked && !search_rows (pass, search, mailbox->id, error))
        return FALSE;
      by_server += asked ? 1 : 0;
      by_rows += asked ? 0 : 1;
    }
  if (mailboxes == NULL)
    return FALSE;
  search->searched = by_server == 0 ? MAIL_SEARCHED_HERE : by_rows == 0 ? MAIL_SEARCHED_SERVER : MAIL_SEARCHED_PARTLY;
  mail_search_finish (search);
  return TRUE;
}
