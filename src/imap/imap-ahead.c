/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include <string.h>

#include "core/errors.h"

/* Commands that are sent before their turn. Their answers are not read before it comes: they wait in the order of the commands, so
 * that each call sees what it would have seen anyway, and only the way there and back is saved. */

enum
{
  OCTETS_MOST = 4096, /* on their way: so much any system takes while the server waits for its answers to be read */
  OCTETS_AROUND = 64, /* what a command has besides names, sets and items */
  RANGES_MOST = 1000,
};

struct _MailImapAhead
{
  guint number;
  char *mailbox;       /* that it selects, or that is selected when it is carried out */
  gsize octets;
  gboolean first;      /* nothing else was ahead: somebody will wait for its answer */
  gboolean selects;
  guint32 uidvalidity; /* of a SELECT */
  guint64 modseq;
  GArray *asked;       /* MailImapRange, of a FETCH */
  char *items;
};

void
mail_imap_ahead_free (MailImapAhead *ahead)
{
  g_clear_pointer (&ahead->asked, g_array_unref);
  g_free (ahead->mailbox);
  g_free (ahead->items);
  g_free (ahead);
}

gboolean
mail_imap_session_may_go_ahead (const MailImapSession *session)
{
  return !session->dead && !session->ahead_refused && session->message_limit == 0 && !session->uid_only;
}

guint
mail_imap_session_count_ahead (const MailImapSession *session)
{
  return session->ahead.length;
}

gboolean
mail_imap_session_is_ahead (const MailImapSession *session)
{
  return session->ahead_open;
}

/* Takes @ahead over. */
static gboolean
send_ahead (MailImapSession *self, MailImapAhead *ahead, MailImapWriter *command)
{
  self->going_ahead = TRUE;
  ahead->number = mail_imap_session_submit (self, command, NULL);
  self->going_ahead = FALSE;
  if (ahead->number == 0)
    {
      mail_imap_ahead_free (ahead);
      return FALSE;
    }
  ahead->first = self->ahead.length == 0;
  self->ahead_octets += ahead->octets;
  self->ahead_open = TRUE;
  g_queue_push_tail (&self->ahead, ahead);
  return TRUE;
}

static gboolean
send_select (MailImapSession *self, const char *mailbox, gsize octets, guint32 uidvalidity, guint64 modseq)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_write_select (self, mailbox, FALSE, uidvalidity, modseq);
  MailImapAhead *ahead = g_new0 (MailImapAhead, 1);

  ahead->mailbox = g_strdup (mailbox);
  ahead->octets = octets;
  ahead->selects = TRUE;
  ahead->uidvalidity = uidvalidity;
  ahead->modseq = modseq;
  return send_ahead (self, ahead, command);
}

static gboolean
send_fetch (MailImapSession *self, const char *mailbox, gsize octets, const char *uids, GArray *asked, const char *items)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "UID FETCH ");
  MailImapAhead *ahead = g_new0 (MailImapAhead, 1);

  ahead->mailbox = g_strdup (mailbox);
  ahead->octets = octets;
  ahead->asked = g_array_ref (asked);
  ahead->items = g_strconcat (" (UID ", items, ")", NULL);
  mail_imap_writer_add (command, uids);
  mail_imap_writer_add (command, ahead->items);
  return send_ahead (self, ahead, command);
}

gboolean
mail_imap_session_ask_ahead (MailImapSession *session,
                             const char *mailbox,
                             guint32 uidvalidity,
                             guint64 modseq,
                             const char *uids,
                             const char *items)
{
  gboolean resync = uidvalidity != 0 && modseq != 0 && mail_imap_session_use (session, MAIL_IMAP_CAP_QRESYNC);
  g_autoptr (GArray) asked = uids != NULL ? mail_imap_set_parse (uids, strlen (uids), RANGES_MOST) : NULL;
  gsize select_octets = OCTETS_AROUND + strlen (mailbox);
  gsize fetch_octets = uids != NULL ? OCTETS_AROUND + strlen (uids) + strlen (items) : 0;

  if ((uids != NULL && asked == NULL) || session->ahead_octets + select_octets + fetch_octets > OCTETS_MOST
      || !send_select (session, mailbox, select_octets, uidvalidity, resync ? modseq : 0))
    return FALSE;
  return uids == NULL || send_fetch (session, mailbox, fetch_octets, uids, asked, items);
}

/* The number of the oldest one, whose answer the caller reads. */
static guint
take_first (MailImapSession *self)
{
  MailImapAhead *ahead = g_queue_pop_head (&self->ahead);
  guint number = ahead->number;

  self->ahead_octets -= ahead->octets;
  self->round_trips += ahead->first;
  mail_imap_ahead_free (ahead);
  return number;
}

/* Flags may be of another mailbox than the one that is selected here, so they are news that name no message. */
static gboolean
note_news (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  if (response->kind == MAIL_IMAP_RESPONSE_FETCH && response->fetch->has & MAIL_IMAP_HAS_FLAGS)
    self->news.flags_changed++;
  return TRUE;
}

/* Its answer is of no use: it was to be about something that is not asked for any more. What else is told meanwhile is news. */
static gboolean
skip_first (MailImapSession *self, GCancellable *cancellable, GError **error)
{
  MailImapCall call = { note_news, NULL, cancellable };
  g_auto (MailImapResponse) result = { 0 };

  return mail_imap_session_wait (self, take_first (self), &call, &result, error);
}

static gboolean
is_select (const MailImapAhead *ahead, const char *mailbox, guint32 uidvalidity, guint64 modseq)
{
  return ahead->selects && g_str_equal (ahead->mailbox, mailbox) && ahead->uidvalidity == uidvalidity && ahead->modseq == modseq;
}

gboolean
mail_imap_session_take_select (MailImapSession *session,
                               const char *mailbox,
                               guint32 uidvalidity,
                               guint64 modseq,
                               guint *number,
                               GCancellable *cancellable,
                               GError **error)
{
  GList *found = session->ahead.head;

  *number = 0;
  while (found != NULL && !is_select (found->data, mailbox, uidvalidity, modseq))
    found = found->next;
  if (found == NULL)
    return TRUE;
  while (session->ahead.head != found)
    if (!skip_first (session, cancellable, error))
      return FALSE;
  *number = take_first (session);
  return TRUE;
}

static gboolean
covers (const GArray *ranges, const GArray *asked)
{
  for (guint i = 0; i < asked->len; i++)
    {
      const MailImapRange *range = &g_array_index (asked, MailImapRange, i);
      gboolean covered = FALSE;

      for (guint j = 0; j < ranges->len && !covered; j++)
        covered = g_array_index (ranges, MailImapRange, j).first <= range->first
                  && g_array_index (ranges, MailImapRange, j).last >= range->last;
      if (!covered)
        return FALSE;
    }
  return TRUE;
}

guint
mail_imap_session_take_fetch (MailImapSession *session, const GArray *asked, const char *items)
{
  const MailImapAhead *ahead = g_queue_peek_head (&session->ahead);

  if (ahead == NULL || ahead->selects || g_strcmp0 (session->selected, ahead->mailbox) != 0
      || !g_str_equal (ahead->items, items) || !covers (ahead->asked, asked))
    return 0;
  return take_first (session);
}

gboolean
mail_imap_session_finish_ahead (MailImapSession *session,
                                guint number,
                                MailImapCall *call,
                                MailImapResponse *result,
                                gboolean *understood,
                                GError **error)
{
  if (!mail_imap_session_wait (session, number, call, result, error))
    return FALSE;
  session->ahead_open = session->ahead.length > 0;
  *understood = result->condition != MAIL_IMAP_BAD;
  /* A server that does not is spoken to more slowly. */
  session->ahead_refused = session->ahead_refused || !*understood;
  return TRUE;
}

/* Another mailbox was selected ahead than who goes on knows of. What happened here in between is news that nobody will tell. */
static gboolean
return_to (MailImapSession *self, const char *mailbox, const MailImapNews *news, GCancellable *cancellable, GError **error)
{
  guint32 uidvalidity = self->selected_validity;
  guint64 modseq = self->selected_modseq;
  g_autoptr (GError) failure = NULL;
  MailImapStatus status = { 0 };

  if (mail_imap_session_select (self, mailbox, self->selected_read_only, &status, cancellable, &failure)
      && status.uidvalidity == uidvalidity)
    {
      self->news = *news;
      self->news.exists = status.messages;
      self->news.exists_changed |= status.messages != news->exists;
      self->news.flags_changed += modseq == 0 || status.highestmodseq != modseq;
      return TRUE;
    }
  self->dead = TRUE;
  if (mail_error_is_cancelled (failure))
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_set_error (error, MAIL_ERROR, MAIL_ERROR_CLOSED, "%s is not what it was a moment ago", mailbox);
  return FALSE;
}

gboolean
mail_imap_session_settle_ahead (MailImapSession *session, GCancellable *cancellable, GError **error)
{
  g_autofree char *selected = g_strdup (session->selected);
  MailImapNews news = { 0 };
  gboolean moved = FALSE;

  if (session->ahead.length == 0)
    return TRUE;
  while (session->ahead.length > 0)
    {
      const MailImapAhead *ahead = g_queue_peek_head (&session->ahead);

      if (!moved && ahead->selects)
        news = session->news;
      moved = moved || ahead->selects;
      if (!skip_first (session, cancellable, error))
        return FALSE;
    }
  if (moved)
    {
      session->news = (MailImapNews) { 0 };
      session->strayed = TRUE;
      if (selected != NULL && !return_to (session, selected, &news, cancellable, error))
        return FALSE;
    }
  session->ahead_open = FALSE;
  return TRUE;
}
