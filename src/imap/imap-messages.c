/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include <string.h>

#include "core/errors.h"
#include "imap/imap-date.h"

/* Commands about messages of the selected mailbox, and APPEND. */

enum
{
  MAX_SET = 1000 * 1000, /* pieces of a sequence set that a caller may ask for */
};

typedef struct
{
  GArray *asked;     /* MailImapRange */
  gboolean any;      /* the set holds "*" */
  gboolean only_flags;
  GArray *vanished;
  MailImapFetchFunc func;
  gpointer user_data;
} FetchData;

/* A message of which nothing could be understood is an answer too: its caller must not ask for it for ever. */
static gboolean
is_answer (const FetchData *data, const MailImapResponse *response)
{
  const MailImapFetch *fetch = response->fetch;
  MailImapHas content = fetch->has & (MailImapHas) ~(MAIL_IMAP_HAS_UID | MAIL_IMAP_HAS_FLAGS | MAIL_IMAP_HAS_MODSEQ);

  if (!(fetch->has & MAIL_IMAP_HAS_UID) || !(data->any || mail_imap_set_contains (data->asked, fetch->uid)))
    return FALSE;
  return data->only_flags || content != 0 || fetch->sections != NULL || fetch->email_id != NULL
         || response->skipped > 0;
}

static gboolean
fetch_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  FetchData *data = user_data;

  if (response->kind == MAIL_IMAP_RESPONSE_VANISHED && response->earlier && data->vanished != NULL)
    g_array_append_vals (data->vanished, response->ranges->data, response->ranges->len);
  if (response->kind != MAIL_IMAP_RESPONSE_FETCH)
    return TRUE;
  if (is_answer (data, response))
    return data->func (response->fetch, data->user_data, error);
  self->news.flags_changed++;
  return TRUE;
}

/* Commands on messages make sense only where one is. */
static gboolean
check_selected (const MailImapSession *self, GError **error)
{
  if (self->selected != NULL || self->dead)
    return TRUE;
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "no mailbox is selected");
  return FALSE;
}

static gboolean
run_fetch (MailImapSession *self,
           MailImapWriter *command,
           const char *uids,
           FetchData *data,
           GCancellable *cancellable,
           GError **error)
{
  MailImapCall call = { fetch_data, data, cancellable };
  g_autoptr (GArray) asked = mail_imap_set_parse (uids, strlen (uids), MAX_SET);

  if (!check_selected (self, error))
    return FALSE;
  if (asked == NULL)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "not a set of UIDs");
      return FALSE;
    }
  data->asked = asked;
  /* "7:*" means the last message even when its UID is lower. */
  data->any = strchr (uids, '*') != NULL;
  return mail_imap_session_run (self, command, "FETCH", &call, NULL, error);
}

/* Whether @items asks for nothing but flags and their kin. */
static gboolean
asks_only_flags (const char *items)
{
  g_auto (GStrv) words = g_strsplit (items, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0' && g_ascii_strcasecmp (words[i], "FLAGS") != 0
        && g_ascii_strcasecmp (words[i], "UID") != 0 && g_ascii_strcasecmp (words[i], "MODSEQ") != 0)
      return FALSE;
  return TRUE;
}

gboolean
mail_imap_session_fetch (MailImapSession *session,
                         const char *uids,
                         const char *items,
                         MailImapFetchFunc func,
                         gpointer user_data,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "UID FETCH ");
  FetchData data = { .only_flags = asks_only_flags (items), .func = func, .user_data = user_data };

  mail_imap_writer_add (command, uids);
  mail_imap_writer_add (command, " (UID ");
  mail_imap_writer_add (command, items);
  mail_imap_writer_add (command, ")");
  return run_fetch (session, command, uids, &data, cancellable, error);
}

gboolean
mail_imap_session_fetch_changes (MailImapSession *session,
                                 const char *uids,
                                 guint64 changed_since,
                                 GArray *vanished,
                                 MailImapFetchFunc func,
                                 gpointer user_data,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "UID FETCH ");
  FetchData data = { .only_flags = TRUE, .vanished = vanished, .func = func, .user_data = user_data };
  gboolean since = changed_since != 0 && session->caps & MAIL_IMAP_CAP_CONDSTORE;

  mail_imap_writer_add (command, uids);
  mail_imap_writer_add (command, " (UID FLAGS)");
  if (since)
    {
      g_autofree char *modifier = g_strdup_printf (" (CHANGEDSINCE %" G_GUINT64_FORMAT "%s)", changed_since,
                                                   vanished != NULL && session->caps & MAIL_IMAP_CAP_QRESYNC
                                                       ? " VANISHED" : "");

      mail_imap_writer_add (command, modifier);
    }
  return run_fetch (session, command, uids, &data, cancellable, error);
}

/* Flags that come while no fetch runs are news. With CONDSTORE a STORE is answered by its MODSEQ, which is none. */
static gboolean
news_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  if (response->kind == MAIL_IMAP_RESPONSE_FETCH && response->fetch->has & MAIL_IMAP_HAS_FLAGS)
    self->news.flags_changed++;
  return TRUE;
}

static gboolean
search_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  GArray *uids = user_data;

  if (response->kind == MAIL_IMAP_RESPONSE_SEARCH)
    g_array_append_vals (uids, response->numbers->data, response->numbers->len);
  return news_data (self, response, NULL, error);
}

static int
compare_uids (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *) a;
  guint32 right = *(const guint32 *) b;

  return left < right ? -1 : left > right;
}

GArray *
mail_imap_session_search (MailImapSession *session,
                          const char *criteria,
                          GCancellable *cancellable,
                          GError **error)
{
  gboolean ascii = g_str_is_ascii (criteria);
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "UID SEARCH ");
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  MailImapCall call = { search_data, uids, cancellable };

  if (!check_selected (session, error))
    return NULL;
  if (session->caps & MAIL_IMAP_CAP_ESEARCH)
    mail_imap_writer_add (command, "RETURN (ALL) ");
  /* With UTF8=ACCEPT the charset must not be named (RFC 6855, section 3). */
  if (!ascii && !session->utf8)
    mail_imap_writer_add (command, "CHARSET UTF-8 ");
  mail_imap_writer_add_criteria (command, criteria);
  if (!mail_imap_session_run (session, command, "SEARCH", &call, NULL, error))
    return NULL;
  g_array_sort (uids, compare_uids);
  return g_steal_pointer (&uids);
}

gboolean
mail_imap_session_store (MailImapSession *session,
                         const char *uids,
                         gboolean add,
                         const char *atoms,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "UID STORE ");
  MailImapCall call = { news_data, NULL, cancellable };

  mail_imap_writer_add (command, uids);
  mail_imap_writer_add (command, add ? " +FLAGS.SILENT (" : " -FLAGS.SILENT (");
  mail_imap_writer_add (command, atoms);
  mail_imap_writer_add (command, ")");
  return check_selected (session, error)
         && mail_imap_session_run (session, command, "STORE", &call, NULL, error);
}

static void
take_copied (MailImapResponse *response, MailImapCopyUid *copied)
{
  if (response->code != MAIL_IMAP_CODE_COPYUID)
    return;
  mail_imap_copy_uid_clear (copied);
  *copied = response->copied;
  response->copied = (MailImapCopyUid) { 0 };
}

/* MOVE tells COPYUID in an untagged OK, before it expunges (RFC 6851, section 4.3). */
static gboolean
copy_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  if (response->kind == MAIL_IMAP_RESPONSE_UNTAGGED)
    take_copied (response, user_data);
  return news_data (self, response, NULL, error);
}

static gboolean
run_copy (MailImapSession *self,
          const char *verb,
          const char *uids,
          const char *target,
          MailImapCopyUid *copy_uid,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "UID ");
  MailImapCopyUid copied = { 0 };
  MailImapCall call = { copy_data, &copied, cancellable };
  g_auto (MailImapResponse) result = { 0 };
  gboolean done;

  mail_imap_writer_add (command, verb);
  mail_imap_writer_add (command, " ");
  mail_imap_writer_add (command, uids);
  mail_imap_session_add_mailbox (self, command, target);
  done = check_selected (self, error) && mail_imap_session_run (self, command, verb, &call, &result, error);
  if (done)
    take_copied (&result, &copied);
  if (!done || copy_uid == NULL || !(self->caps & MAIL_IMAP_CAP_UIDPLUS))
    mail_imap_copy_uid_clear (&copied);
  if (copy_uid != NULL)
    *copy_uid = copied;
  return done;
}

gboolean
mail_imap_session_copy (MailImapSession *session,
                        const char *uids,
                        const char *target,
                        MailImapCopyUid *copy_uid,
                        GCancellable *cancellable,
                        GError **error)
{
  return run_copy (session, "COPY", uids, target, copy_uid, cancellable, error);
}

static gboolean
check_cap (const MailImapSession *self, MailImapCaps cap, const char *name, GError **error)
{
  if (self->caps & cap)
    return TRUE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "the server has no %s", name);
  return FALSE;
}

gboolean
mail_imap_session_move (MailImapSession *session,
                        const char *uids,
                        const char *target,
                        MailImapCopyUid *copy_uid,
                        GCancellable *cancellable,
                        GError **error)
{
  return check_cap (session, MAIL_IMAP_CAP_MOVE, "MOVE", error)
         && run_copy (session, "MOVE", uids, target, copy_uid, cancellable, error);
}

gboolean
mail_imap_session_expunge (MailImapSession *session, const char *uids, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "UID EXPUNGE ");
  MailImapCall call = { news_data, NULL, cancellable };

  mail_imap_writer_add (command, uids);
  return check_cap (session, MAIL_IMAP_CAP_UIDPLUS, "UIDPLUS", error) && check_selected (session, error)
         && mail_imap_session_run (session, command, "EXPUNGE", &call, NULL, error);
}

static gboolean
has_8bit_header (GBytes *message)
{
  gsize size;
  const char *data = g_bytes_get_data (message, &size);

  for (gsize i = 0; i < size; i++)
    {
      if ((guchar) data[i] >= 0x80)
        return TRUE;
      if (data[i] == '\n' && i + 1 < size && (data[i + 1] == '\r' || data[i + 1] == '\n'))
        return FALSE;
    }
  return FALSE;
}

gboolean
mail_imap_session_append (MailImapSession *session,
                          const char *mailbox,
                          GBytes *message,
                          MailFlags flags,
                          gint64 internal_date,
                          guint32 *uidvalidity,
                          guint32 *uid,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "APPEND");
  g_autofree char *atoms = mail_flags_to_imap (flags);
  g_autofree char *date = mail_imap_date_format (internal_date);
  g_autofree char *middle = g_strdup_printf (" (%s) \"%s\" ", atoms, date);
  MailImapCall call = { news_data, NULL, cancellable };
  g_auto (MailImapResponse) result = { 0 };
  gboolean known;

  mail_imap_session_add_mailbox (session, command, mailbox);
  mail_imap_writer_add (command, middle);
  mail_imap_writer_add_literal (command, message, session->literal_utf8 && has_8bit_header (message));
  if (!mail_imap_session_run (session, command, "APPEND", &call, &result, error))
    return FALSE;
  known = result.code == MAIL_IMAP_CODE_APPENDUID && session->caps & MAIL_IMAP_CAP_UIDPLUS
          && result.copied.target_uids->len == 1;
  if (uidvalidity != NULL)
    *uidvalidity = known ? result.copied.uidvalidity : 0;
  if (uid != NULL)
    *uid = known ? g_array_index (result.copied.target_uids, guint32, 0) : 0;
  return TRUE;
}

gboolean
mail_imap_session_noop (MailImapSession *session, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "NOOP");
  MailImapCall call = { news_data, NULL, cancellable };

  return mail_imap_session_run (session, command, "NOOP", &call, NULL, error);
}

static gboolean
has_news (const MailImapSession *self)
{
  return self->news.exists_changed || self->news.expunged > 0 || self->news.flags_changed > 0;
}

static guint
count_alerts (const MailImapSession *self)
{
  return self->alerts != NULL ? self->alerts->len : 0;
}

/* Sends DONE and waits for the end of IDLE. What comes meanwhile is news all the same. */
static gboolean
end_idle (MailImapSession *self, guint number, MailImapCall *call, MailImapResponse *response, GError **error)
{
  g_autoptr (GBytes) done = g_bytes_new_static ("DONE\r\n", 6);

  mail_imap_machine_continue (self->machine, done, FALSE, FALSE);
  return mail_imap_session_wait (self, number, call, response, error);
}

/* Waits for more to read. TIMEOUT and WOKEN end the idling. */
static MailWaitResult
wait_idle (MailImapSession *self, gint64 deadline, GCancellable *wake, MailImapCall *call, GError **error)
{
  gint64 left = (deadline - g_get_monotonic_time () + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  MailWaitResult result = MAIL_WAIT_TIMEOUT;

  if (left > 0)
    result = mail_connection_wait_readable (self->connection, (guint) left, wake, call->cancellable, error);
  if (result == MAIL_WAIT_READABLE && !mail_imap_session_receive (self, call->cancellable, error))
    result = MAIL_WAIT_ERROR;
  self->dead |= result == MAIL_WAIT_ERROR;
  return result;
}

static gboolean
idle (MailImapSession *self,
      guint number,
      gint64 deadline,
      GCancellable *wake,
      gboolean *woken,
      MailImapCall *call,
      GError **error)
{
  g_auto (MailImapResponse) response = { 0 };
  MailWaitResult result = MAIL_WAIT_READABLE;
  MailImapStep step = MAIL_IMAP_STEP_DATA;
  guint ended;
  guint alerts = count_alerts (self);

  while (!has_news (self) && count_alerts (self) == alerts && result == MAIL_WAIT_READABLE && step != MAIL_IMAP_STEP_DONE)
    {
      step = mail_imap_session_poll (self, call, &response, &ended, error);
      if (step == MAIL_IMAP_STEP_NEED_INPUT)
        result = wait_idle (self, deadline, wake, call, error);
      if (step == MAIL_IMAP_STEP_ERROR || result == MAIL_WAIT_ERROR)
        return FALSE;
    }
  *woken = result == MAIL_WAIT_WOKEN;
  /* A server may end IDLE by itself. */
  if (step != MAIL_IMAP_STEP_DONE && !end_idle (self, number, call, &response, error))
    return FALSE;
  return mail_imap_session_check (&response, "IDLE", error);
}

gboolean
mail_imap_session_idle (MailImapSession *session,
                        guint seconds,
                        GCancellable *wake,
                        gboolean *woken,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "IDLE");
  MailImapCall call = { news_data, NULL, cancellable };
  g_auto (MailImapResponse) response = { 0 };
  guint number;
  guint ended;
  MailImapStep step;
  gboolean own_woken;

  woken = woken != NULL ? woken : &own_woken;
  *woken = FALSE;
  if (!check_cap (session, MAIL_IMAP_CAP_IDLE, "IDLE", error) || !check_selected (session, error))
    return FALSE;
  if (has_news (session))
    return TRUE;
  mail_imap_writer_set_continued (command);
  number = mail_imap_session_submit (session, command, error);
  if (number == 0)
    return FALSE;
  session->round_trips++;
  while ((step = mail_imap_session_step (session, &call, &response, &ended, error)) == MAIL_IMAP_STEP_DATA)
    ;
  if (step == MAIL_IMAP_STEP_ERROR)
    return FALSE;
  if (step == MAIL_IMAP_STEP_CONTINUE)
    return idle (session, number, g_get_monotonic_time () + seconds * G_USEC_PER_SEC, wake, woken, &call, error);
  session->caps &= (MailImapCaps) ~MAIL_IMAP_CAP_IDLE;
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "the server refuses IDLE: %s", response.text);
  return FALSE;
}

static void
append_range (GString *set, guint32 first, guint32 last)
{
  if (set->len > 0)
    g_string_append_c (set, ',');
  g_string_append_printf (set, first == last ? "%u" : "%u:%u", first, last);
}

char *
mail_imap_uid_set (const GArray *uids, guint start, guint most)
{
  GString *set = g_string_new (NULL);
  guint end = start < uids->len ? start + MIN (most, uids->len - start) : start;

  for (guint i = start; i < end;)
    {
      guint32 first = g_array_index (uids, guint32, i);
      guint32 last = first;

      while (++i < end && g_array_index (uids, guint32, i) - last <= 1)
        last = g_array_index (uids, guint32, i);
      append_range (set, first, last);
    }
  return g_string_free (set, FALSE);
}
