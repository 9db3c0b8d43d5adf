/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include <string.h>

#include "core/errors.h"

/* UID SEARCH in the shortest form that the server has. */

static void
add_number (GArray *ranges, guint32 number)
{
  MailImapRange *last = ranges->len > 0 ? &g_array_index (ranges, MailImapRange, ranges->len - 1) : NULL;
  MailImapRange range = { number, number };

  if (last != NULL && last->last != G_MAXUINT32 && last->last + 1 == number)
    last->last = number;
  else
    g_array_append_val (ranges, range);
}

static gboolean
search_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  GArray *ranges = user_data;

  if (response->kind == MAIL_IMAP_RESPONSE_SEARCH)
    for (guint i = 0; i < response->numbers->len; i++)
      add_number (ranges, g_array_index (response->numbers, guint32, i));
  else if (response->kind == MAIL_IMAP_RESPONSE_ESEARCH && response->ranges != NULL)
    g_array_append_vals (ranges, response->ranges->data, response->ranges->len);
  if (ranges->len > mail_imap_default_limits.items)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "the answer to SEARCH does not end");
      return FALSE;
    }
  return mail_imap_session_note_flags (self, response, NULL, error);
}

/* One command. @ranges: MailImapRange, in the order of their coming. *@boundary: the UID at which the server stopped, or 0. */
static gboolean
ask (MailImapSession *self,
     const char *options,
     const char *within,
     const char *criteria,
     GArray *ranges,
     guint32 *boundary,
     GCancellable *cancellable,
     GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "UID SEARCH ");
  MailImapCall call = { search_data, ranges, cancellable };
  g_auto (MailImapResponse) result = { 0 };

  if (mail_imap_session_use (self, MAIL_IMAP_CAP_ESEARCH))
    mail_imap_writer_add (command, options);
  /* With UTF8=ACCEPT and in IMAP4rev2 the charset is not named (RFC 6855, section 3). */
  if (!g_str_is_ascii (criteria) && !self->utf8)
    mail_imap_writer_add (command, "CHARSET UTF-8 ");
  mail_imap_writer_add (command, within);
  mail_imap_writer_add_criteria (command, criteria);
  if (!mail_imap_session_run (self, command, "SEARCH", &call, &result, error))
    return FALSE;
  *boundary = result.code == MAIL_IMAP_CODE_MESSAGELIMIT ? result.boundary : 0;
  return TRUE;
}

/* Until the server looked at every message: one that stops at its MESSAGELIMIT (RFC 9738) goes on from where it stopped. */
static gboolean
search (MailImapSession *self,
        const char *options,
        const char *criteria,
        GArray *ranges,
        GCancellable *cancellable,
        GError **error)
{
  g_autofree char *within = g_strdup ("");
  guint32 before = G_MAXUINT32;
  guint32 boundary = 0;

  if (!mail_imap_session_check_selected (self, error))
    return FALSE;
  while (ask (self, options, within, criteria, ranges, &boundary, cancellable, error))
    {
      if (boundary <= 1 || boundary >= before)
        return TRUE;
      mail_imap_session_note_used (self, MAIL_IMAP_CAP_MESSAGELIMIT);
      before = boundary;
      g_free (within);
      within = g_strdup_printf ("UID 1:%u ", boundary - 1);
    }
  return FALSE;
}

GArray *
mail_imap_session_search_ranges (MailImapSession *session,
                                 const char *criteria,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (MailImapRange));

  if (!search (session, "RETURN (ALL) ", criteria, ranges, cancellable, error))
    return NULL;
  mail_imap_set_tidy (ranges);
  return g_steal_pointer (&ranges);
}

GArray *
mail_imap_session_search (MailImapSession *session, const char *criteria, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) ranges = mail_imap_session_search_ranges (session, criteria, cancellable, error);
  GArray *uids = ranges != NULL ? mail_imap_set_expand (ranges, mail_imap_default_limits.items) : NULL;

  if (ranges != NULL && uids == NULL)
    g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "more messages were found than any mailbox may hold");
  return uids;
}

/* Takes the lowest away, so that at most @most are left. */
static void
keep_highest (GArray *ranges, guint most)
{
  guint64 left = most;
  guint first = ranges->len;

  while (first > 0 && left > 0)
    {
      MailImapRange *range = &g_array_index (ranges, MailImapRange, --first);
      guint64 length = (guint64) range->last - range->first + 1;

      if (length > left)
        range->first = (guint32) (range->last - left + 1);
      left -= MIN (left, length);
    }
  g_array_remove_range (ranges, 0, first);
}

GArray *
mail_imap_session_search_newest (MailImapSession *session,
                                 const char *criteria,
                                 guint most,
                                 GCancellable *cancellable,
                                 GError **error)
{
  gboolean partial = mail_imap_session_use (session, MAIL_IMAP_CAP_PARTIAL | MAIL_IMAP_CAP_ESEARCH);
  g_autofree char *options
      = partial ? g_strdup_printf ("RETURN (PARTIAL -1:-%u) ", most) : g_strdup ("RETURN (ALL) ");
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (MailImapRange));

  if (!search (session, options, criteria, ranges, cancellable, error))
    return NULL;
  mail_imap_set_tidy (ranges);
  keep_highest (ranges, most);
  return g_steal_pointer (&ranges);
}

GArray *
mail_imap_session_search_last (MailImapSession *session,
                               const char *criteria,
                               guint messages,
                               guint most,
                               GCancellable *cancellable,
                               GError **error)
{
  g_autofree char *last = NULL;

  if (session->uid_only || messages <= most || (session->caps & MAIL_IMAP_CAP_PARTIAL))
    return mail_imap_session_search_newest (session, criteria, most, cancellable, error);
  last = g_strdup_printf ("%u:* %s", messages - most + 1, criteria);
  return mail_imap_session_search_newest (session, last, most, cancellable, error);
}

/* Every @step-th UID of @ranges, counted from behind, ascending; the last one stands for @step messages too. */
static GArray *
take_steps (const GArray *ranges, guint step)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint64 total = 0;
  guint64 seen = 0;
  guint64 next;

  for (guint i = 0; i < ranges->len; i++)
    total += (guint64) g_array_index (ranges, MailImapRange, i).last - g_array_index (ranges, MailImapRange, i).first + 1;
  next = total % step;
  for (guint i = 0; i < ranges->len; i++)
    {
      const MailImapRange *range = &g_array_index (ranges, MailImapRange, i);
      guint64 length = (guint64) range->last - range->first + 1;

      for (; next < seen + length; next += step)
        {
          guint32 uid = range->first + (guint32) (next - seen);

          if (next > 0)
            g_array_append_val (steps, uid);
        }
      seen += length;
    }
  return g_steal_pointer (&steps);
}

GArray *
mail_imap_session_search_steps (MailImapSession *session,
                                guint messages,
                                guint step,
                                GCancellable *cancellable,
                                GError **error)
{
  g_autoptr (GString) criteria = g_string_new (NULL);
  g_autoptr (GArray) ranges = NULL;

  if (messages <= step)
    return g_array_new (FALSE, FALSE, sizeof (guint32));
  if (session->uid_only)
    {
      ranges = mail_imap_session_search_ranges (session, "ALL", cancellable, error);
      return ranges != NULL ? take_steps (ranges, step) : NULL;
    }
  for (guint below = messages % step; below < messages; below += step)
    if (below > 0)
      g_string_append_printf (criteria, "%s%u", criteria->len > 0 ? "," : "", below + 1);
  return mail_imap_session_search (session, criteria->str, cancellable, error);
}

char *
mail_imap_criteria_quote (const char *text)
{
  GString *quoted = g_string_new ("\"");

  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (quoted, '\\');
      g_string_append_c (quoted, *p);
    }
  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}
