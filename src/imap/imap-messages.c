/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include <string.h>

#include "core/errors.h"

/* Commands about messages of the selected mailbox. */

enum
{
  MAX_SET = 1000 * 1000, /* pieces of a sequence set that a caller may ask for */
  REFLAGGED_MOST = 1000, /* more than that is only counted */
};

typedef struct
{
  GArray *asked;     /* MailImapRange */
  gboolean any;      /* the set holds "*" */
  gboolean only_flags;
  guint32 lowest;    /* UID that was answered; 0 = none yet */
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

/* What only an extension can tell. */
static void
note_told (MailImapSession *self, const MailImapFetch *fetch)
{
  if (fetch->email_id != NULL)
    mail_imap_session_use (self, MAIL_IMAP_CAP_OBJECTID);
  if (fetch->labels != NULL)
    mail_imap_session_use (self, MAIL_IMAP_CAP_GMAIL);
  if (fetch->preview != NULL)
    mail_imap_session_use (self, MAIL_IMAP_CAP_PREVIEW);
  if (fetch->has & MAIL_IMAP_HAS_BINARY_SIZE)
    mail_imap_session_use (self, MAIL_IMAP_CAP_BINARY);
}

static gboolean
fetch_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  FetchData *data = user_data;

  if (response->kind == MAIL_IMAP_RESPONSE_UNTAGGED && response->code == MAIL_IMAP_CODE_CLOSED && self->ahead_open)
    {
      /* What follows is about another mailbox. */
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "the server opened the next mailbox too soon");
      return FALSE;
    }
  if (response->kind == MAIL_IMAP_RESPONSE_VANISHED && response->earlier && data->vanished != NULL)
    g_array_append_vals (data->vanished, response->ranges->data, response->ranges->len);
  if (response->kind != MAIL_IMAP_RESPONSE_FETCH)
    return TRUE;
  if (is_answer (data, response))
    {
      note_told (self, response->fetch);
      data->lowest = data->lowest == 0 ? response->fetch->uid : MIN (data->lowest, response->fetch->uid);
      return data->func (response->fetch, data->user_data, error);
    }
  self->news.flags_changed++;
  return TRUE;
}

gboolean
mail_imap_session_check_selected (const MailImapSession *session, GError **error)
{
  if (session->selected != NULL || session->dead)
    return TRUE;
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "no mailbox is selected");
  return FALSE;
}

/* What of the set the server did not look at, because it stopped at its MESSAGELIMIT (RFC 9738): it goes from the newest down. */
static GArray *
find_rest (const FetchData *data, guint32 boundary)
{
  GArray *rest = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
  gboolean ascending = data->lowest != 0 && data->lowest < boundary;

  for (guint i = 0; i < data->asked->len; i++)
    {
      MailImapRange range = g_array_index (data->asked, MailImapRange, i);

      if (ascending)
        range.first = MAX (range.first, boundary < G_MAXUINT32 ? boundary + 1 : boundary);
      else
        range.last = MIN (range.last, boundary - 1);
      if (range.first <= range.last)
        g_array_append_val (rest, range);
    }
  return rest;
}

/* @items: what stands behind the set. */
static gboolean
fetch_set (MailImapSession *self,
           const char *uids,
           const char *items,
           FetchData *data,
           guint32 *boundary,
           GCancellable *cancellable,
           GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "UID FETCH ");
  MailImapCall call = { fetch_data, data, cancellable };
  g_auto (MailImapResponse) result = { 0 };
  guint number = mail_imap_session_take_fetch (self, data->asked, items);
  gboolean understood = FALSE;

  if (number != 0 && !mail_imap_session_finish_ahead (self, number, &call, &result, &understood, error))
    return FALSE;
  mail_imap_writer_add (command, uids);
  mail_imap_writer_add (command, items);
  if (!(understood ? mail_imap_session_check (&result, "FETCH", error)
                   : mail_imap_session_run (self, command, "FETCH", &call, &result, error)))
    return FALSE;
  *boundary = result.code == MAIL_IMAP_CODE_MESSAGELIMIT ? result.boundary : 0;
  return TRUE;
}

static gboolean
run_fetch (MailImapSession *self,
           const char *uids,
           const char *items,
           FetchData *data,
           GCancellable *cancellable,
           GError **error)
{
  g_autofree char *set = g_strdup (uids);
  guint32 boundary = 0;

  if (!mail_imap_session_check_selected (self, error))
    return FALSE;
  while (TRUE)
    {
      g_autoptr (GArray) asked = mail_imap_set_parse (set, strlen (set), MAX_SET);
      g_autoptr (GArray) rest = NULL;

      if (asked == NULL)
        {
          g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "not a set of UIDs");
          return FALSE;
        }
      data->asked = asked;
      /* "7:*" means the last message even when its UID is lower. */
      data->any = strchr (set, '*') != NULL;
      data->lowest = 0;
      if (!fetch_set (self, set, items, data, &boundary, cancellable, error))
        return FALSE;
      if (boundary == 0)
        return TRUE;
      mail_imap_session_note_used (self, MAIL_IMAP_CAP_MESSAGELIMIT);
      rest = find_rest (data, boundary);
      if (rest->len == 0 || mail_imap_set_count (rest) >= mail_imap_set_count (asked))
        return TRUE;
      g_free (set);
      set = mail_imap_set_format (rest);
    }
}

/* Whether @items asks for nothing but flags and their kin: an answer with flags alone is one, too. */
static gboolean
asks_only_flags (const char *items)
{
  g_auto (GStrv) words = g_strsplit (items, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0' && g_ascii_strcasecmp (words[i], "FLAGS") != 0
        && g_ascii_strcasecmp (words[i], "UID") != 0 && g_ascii_strcasecmp (words[i], "MODSEQ") != 0
        && g_ascii_strcasecmp (words[i], "X-GM-LABELS") != 0)
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
  g_autofree char *list = g_strconcat (" (UID ", items, ")", NULL);
  FetchData data = { .only_flags = asks_only_flags (items), .func = func, .user_data = user_data };

  return run_fetch (session, uids, list, &data, cancellable, error);
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
  gboolean labels = mail_imap_session_get_caps (session) & MAIL_IMAP_CAP_GMAIL;
  g_autoptr (GString) items = g_string_new (labels ? " (UID FLAGS X-GM-LABELS)" : " (UID FLAGS)");
  FetchData data = { .only_flags = TRUE, .vanished = vanished, .func = func, .user_data = user_data };

  if (changed_since != 0 && mail_imap_session_use (session, MAIL_IMAP_CAP_CONDSTORE))
    g_string_append_printf (items, " (CHANGEDSINCE %" G_GUINT64_FORMAT "%s)", changed_since,
                            vanished != NULL && mail_imap_session_use (session, MAIL_IMAP_CAP_QRESYNC) ? " VANISHED" : "");
  return run_fetch (session, uids, items->str, &data, cancellable, error);
}

gboolean
mail_imap_session_note_flags (MailImapSession *session, MailImapResponse *response, gpointer user_data, GError **error)
{
  if (response->kind != MAIL_IMAP_RESPONSE_FETCH || !(response->fetch->has & MAIL_IMAP_HAS_FLAGS))
    return TRUE;
  session->news.flags_changed++;
  if (response->fetch->has & MAIL_IMAP_HAS_UID && session->reflagged->len < REFLAGGED_MOST)
    g_ptr_array_add (session->reflagged, g_steal_pointer (&response->fetch));
  return TRUE;
}

gboolean
mail_imap_are_atoms (const char *atoms)
{
  for (const char *p = atoms; *p != '\0'; p++)
    if (*p != ' ' && *p != '\\' && (!g_ascii_isgraph (*p) || strchr ("(){%*\"]", *p) != NULL))
      return FALSE;
  return TRUE;
}

/* (transfer full): @uids in sets of which each has no more messages than the server deals with in one command (RFC 9738). */
static GStrv
split (MailImapSession *self, const char *uids)
{
  g_autoptr (GArray) set = mail_imap_set_parse (uids, strlen (uids), MAX_SET);
  g_autoptr (GStrvBuilder) sets = g_strv_builder_new ();
  g_autoptr (GArray) part = g_array_new (FALSE, FALSE, sizeof (MailImapRange));
  guint64 room = self->message_limit;

  if (room == 0 || set == NULL || strchr (uids, '*') != NULL || mail_imap_set_count (set) <= room)
    {
      g_strv_builder_add (sets, uids);
      return g_strv_builder_end (sets);
    }
  mail_imap_session_note_used (self, MAIL_IMAP_CAP_MESSAGELIMIT);
  for (guint i = 0; i < set->len; i++)
    for (MailImapRange range = g_array_index (set, MailImapRange, i); range.first <= range.last;)
      {
        MailImapRange head = { range.first, (guint32) MIN (range.last, range.first + room - 1) };

        g_array_append_val (part, head);
        room -= head.last - head.first + 1;
        if (room == 0 || (i + 1 == set->len && head.last == range.last))
          {
            g_autofree char *text = mail_imap_set_format (part);

            g_strv_builder_add (sets, text);
            g_array_set_size (part, 0);
            room = self->message_limit;
          }
        if (head.last == range.last)
          break;
        range.first = head.last + 1;
      }
  return g_strv_builder_end (sets);
}

guint
mail_imap_session_limit (const MailImapSession *session, guint messages)
{
  return session->message_limit != 0 ? MIN (session->message_limit, messages) : messages;
}

/* What was told of these messages before they are changed is not what they are. It stays news. */
static void
forget_flags (MailImapSession *self, const char *uids)
{
  g_autoptr (GArray) set = self->reflagged->len > 0 ? mail_imap_set_parse (uids, strlen (uids), MAX_SET) : NULL;

  for (guint i = set != NULL ? self->reflagged->len : 0; i > 0; i--)
    if (mail_imap_set_contains (set, ((const MailImapFetch *) g_ptr_array_index (self->reflagged, i - 1))->uid))
      g_ptr_array_remove_index (self->reflagged, i - 1);
}

gboolean
mail_imap_session_store (MailImapSession *session,
                         const char *uids,
                         gboolean add,
                         const char *atoms,
                         GCancellable *cancellable,
                         GError **error)
{
  g_auto (GStrv) sets = split (session, uids);
  MailImapCall call = { mail_imap_session_note_flags, NULL, cancellable };

  if (!mail_imap_session_check_selected (session, error))
    return FALSE;
  if (!mail_imap_are_atoms (atoms))
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_BAD_INPUT, "not a list of flags");
      return FALSE;
    }
  forget_flags (session, uids);
  for (guint i = 0; sets[i] != NULL; i++)
    {
      g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "UID STORE ");

      mail_imap_writer_add (command, sets[i]);
      mail_imap_writer_add (command, add ? " +FLAGS.SILENT (" : " -FLAGS.SILENT (");
      mail_imap_writer_add (command, atoms);
      mail_imap_writer_add (command, ")");
      if (!mail_imap_session_run (session, command, "STORE", &call, NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* A command on several sets says several times where copies landed. */
static void
take_copied (MailImapResponse *response, MailImapCopyUid *copied)
{
  MailImapCopyUid *more = &response->copied;

  if (response->code != MAIL_IMAP_CODE_COPYUID)
    return;
  if (copied->source_uids != NULL && copied->uidvalidity == more->uidvalidity)
    {
      g_array_append_vals (copied->source_uids, more->source_uids->data, more->source_uids->len);
      g_array_append_vals (copied->target_uids, more->target_uids->data, more->target_uids->len);
      return;
    }
  mail_imap_copy_uid_clear (copied);
  *copied = *more;
  *more = (MailImapCopyUid) { 0 };
}

/* MOVE tells COPYUID in an untagged OK, before it expunges (RFC 6851, section 4.3). */
static gboolean
copy_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  if (response->kind == MAIL_IMAP_RESPONSE_UNTAGGED)
    take_copied (response, user_data);
  return mail_imap_session_note_flags (self, response, NULL, error);
}

static gboolean
copy_set (MailImapSession *self, const char *verb, const char *uids, const char *target, MailImapCall *call, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "UID ");
  g_auto (MailImapResponse) result = { 0 };

  mail_imap_writer_add (command, verb);
  mail_imap_writer_add (command, " ");
  mail_imap_writer_add (command, uids);
  mail_imap_session_add_mailbox (self, command, target);
  if (!mail_imap_session_run (self, command, verb, call, &result, error))
    return FALSE;
  take_copied (&result, call->user_data);
  return TRUE;
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
  g_auto (GStrv) sets = split (self, uids);
  MailImapCopyUid copied = { 0 };
  MailImapCall call = { copy_data, &copied, cancellable };
  gboolean done = mail_imap_session_check_selected (self, error);

  for (guint i = 0; done && sets[i] != NULL; i++)
    done = copy_set (self, verb, sets[i], target, &call, error);
  if (!done || copy_uid == NULL || copied.uidvalidity == 0 || !mail_imap_session_use (self, MAIL_IMAP_CAP_UIDPLUS))
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

gboolean
mail_imap_session_check_cap (MailImapSession *session, MailImapCaps cap, const char *name, GError **error)
{
  if (mail_imap_session_use (session, cap))
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
  return mail_imap_session_check_cap (session, MAIL_IMAP_CAP_MOVE, "MOVE", error)
         && run_copy (session, "MOVE", uids, target, copy_uid, cancellable, error);
}

gboolean
mail_imap_session_expunge (MailImapSession *session, const char *uids, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) sets = split (session, uids);
  MailImapCall call = { mail_imap_session_note_flags, NULL, cancellable };

  if (!mail_imap_session_check_cap (session, MAIL_IMAP_CAP_UIDPLUS, "UIDPLUS", error)
      || !mail_imap_session_check_selected (session, error))
    return FALSE;
  for (guint i = 0; sets[i] != NULL; i++)
    {
      g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "UID EXPUNGE ");

      mail_imap_writer_add (command, sets[i]);
      if (!mail_imap_session_run (session, command, "EXPUNGE", &call, NULL, error))
        return FALSE;
    }
  return TRUE;
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
