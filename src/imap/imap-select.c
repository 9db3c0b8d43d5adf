/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include "core/errors.h"
#include "imap/imap-mailbox-data.h"

/* SELECT and EXAMINE, with what changed since where the server can tell, and UNSELECT. */

/* Answers that are held; more are asked for once it is clear which mailbox is meant. */
#define HELD_MOST 5000

typedef struct
{
  MailImapStatus status;
  gboolean closing;  /* a mailbox was selected, and [CLOSED] did not come yet */
  GArray *vanished;  /* or NULL */
  guint vanished_before;
  GPtrArray *held;   /* MailImapFetch that may still be of the mailbox before */
  gboolean overflown;
  guint responses;
  MailImapFetchFunc func;
  gpointer user_data;
} Selecting;

static void
begin_anew (Selecting *selecting)
{
  selecting->status = (MailImapStatus) { 0 };
  selecting->overflown = FALSE;
  if (selecting->vanished != NULL)
    g_array_set_size (selecting->vanished, selecting->vanished_before);
  g_ptr_array_set_size (selecting->held, 0);
}

/* What came before was about the mailbox that was selected until now (RFC 7162, section 3.2.11). */
static void
take_closed (Selecting *selecting)
{
  begin_anew (selecting);
  selecting->closing = FALSE;
}

static void
select_code (MailImapSession *self, MailImapStatus *status, const MailImapResponse *response)
{
  guint32 number = response->number <= G_MAXUINT32 ? (guint32) response->number : 0;

  switch (response->code)
    {
    case MAIL_IMAP_CODE_UIDVALIDITY:
      status->uidvalidity = number;
      break;
    case MAIL_IMAP_CODE_UIDNEXT:
      status->uidnext = number;
      break;
    case MAIL_IMAP_CODE_HIGHESTMODSEQ:
      status->highestmodseq = self->caps & MAIL_IMAP_CAP_CONDSTORE ? response->number : 0;
      break;
    case MAIL_IMAP_CODE_NOMODSEQ:
      status->highestmodseq = 0;
      status->no_modseq = TRUE;
      break;
    case MAIL_IMAP_CODE_MAILBOXID:
      mail_imap_status_set_object_id (status, response->words[0]);
      break;
    case MAIL_IMAP_CODE_PERMANENTFLAGS:
      status->permanent_flags = response->flags;
      status->permanent_keywords = response->wildcard;
      g_free (self->lasting_keywords);
      self->lasting_keywords = response->words[0] != NULL ? g_strjoinv (" ", response->words) : NULL;
      break;
    case MAIL_IMAP_CODE_READ_ONLY:
      status->read_only = TRUE;
      break;
    default:
      break;
    }
}

static gboolean
select_fetch (Selecting *selecting, MailImapResponse *response, GError **error)
{
  if (selecting->func == NULL || !(response->fetch->has & MAIL_IMAP_HAS_UID))
    return TRUE;
  if (!selecting->closing)
    return selecting->func (response->fetch, selecting->user_data, error);
  selecting->overflown = selecting->overflown || selecting->held->len >= HELD_MOST;
  if (selecting->overflown)
    g_ptr_array_set_size (selecting->held, 0);
  else
    g_ptr_array_add (selecting->held, g_steal_pointer (&response->fetch));
  return TRUE;
}

static gboolean
select_data (MailImapSession *self, MailImapResponse *response, gpointer user_data, GError **error)
{
  Selecting *selecting = user_data;
  MailImapStatus *status = &selecting->status;

  /* No mailbox may hold so many messages that changed. */
  if (++selecting->responses > mail_imap_default_limits.items)
    {
      g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_LIMIT, "the answer to SELECT does not end");
      return FALSE;
    }
  switch (response->kind)
    {
    case MAIL_IMAP_RESPONSE_EXISTS:
      status->messages = (guint) response->number;
      break;
    case MAIL_IMAP_RESPONSE_EXPUNGE:
      status->messages -= status->messages > 0;
      break;
    case MAIL_IMAP_RESPONSE_FETCH:
      return select_fetch (selecting, response, error);
    case MAIL_IMAP_RESPONSE_VANISHED:
      if (response->earlier && selecting->vanished != NULL)
        g_array_append_vals (selecting->vanished, response->ranges->data, response->ranges->len);
      break;
    case MAIL_IMAP_RESPONSE_UNTAGGED:
      if (response->code == MAIL_IMAP_CODE_CLOSED)
        take_closed (selecting);
      else
        select_code (self, status, response);
      break;
    default:
      break;
    }
  return TRUE;
}

static gboolean
tell_held (Selecting *selecting, GError **error)
{
  for (guint i = 0; i < selecting->held->len; i++)
    if (!selecting->func (g_ptr_array_index (selecting->held, i), selecting->user_data, error))
      return FALSE;
  return TRUE;
}

MailImapWriter *
mail_imap_session_write_select (MailImapSession *session,
                                const char *mailbox,
                                gboolean read_only,
                                guint32 uidvalidity,
                                guint64 modseq)
{
  MailImapWriter *command = mail_imap_session_command (session, read_only ? "EXAMINE" : "SELECT");

  mail_imap_session_add_mailbox (session, command, mailbox);
  if (modseq != 0)
    {
      g_autofree char *known = g_strdup_printf (" (QRESYNC (%u %" G_GUINT64_FORMAT "))", uidvalidity, modseq);

      mail_imap_writer_add (command, known);
    }
  else if (mail_imap_session_use (session, MAIL_IMAP_CAP_CONDSTORE))
    mail_imap_writer_add (command, " (CONDSTORE)");
  return command;
}

/* @number: of a SELECT that was sent ahead; or 0. */
static gboolean
run_select (MailImapSession *self,
            guint number,
            MailImapWriter *command,
            MailImapCall *call,
            MailImapResponse *result,
            GError **error)
{
  Selecting *selecting = call->user_data;
  gboolean understood = FALSE;

  if (number != 0 && !mail_imap_session_finish_ahead (self, number, call, result, &understood, error))
    return FALSE;
  if (understood)
    return mail_imap_session_check (result, "SELECT", error);
  begin_anew (selecting);
  selecting->closing = selecting->closing || number != 0;
  return mail_imap_session_run (self, command, "SELECT", call, result, error);
}

gboolean
mail_imap_session_select (MailImapSession *session,
                          const char *mailbox,
                          gboolean read_only,
                          MailImapStatus *status,
                          GCancellable *cancellable,
                          GError **error)
{
  return mail_imap_session_select_qresync (session, mailbox, read_only, 0, 0, status, NULL, NULL, NULL, cancellable, error);
}

gboolean
mail_imap_session_select_qresync (MailImapSession *session,
                                  const char *mailbox,
                                  gboolean read_only,
                                  guint32 uidvalidity,
                                  guint64 modseq,
                                  MailImapStatus *status,
                                  GArray *vanished,
                                  MailImapFetchFunc func,
                                  gpointer user_data,
                                  GCancellable *cancellable,
                                  GError **error)
{
  gboolean resync = uidvalidity != 0 && modseq != 0 && mail_imap_session_use (session, MAIL_IMAP_CAP_QRESYNC);
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_fetch_free);
  Selecting selecting = { .held = held };
  MailImapCall call = { select_data, &selecting, cancellable };
  g_auto (MailImapResponse) result = { 0 };
  g_autofree char *name = g_strdup (mailbox);
  g_autoptr (MailImapWriter) command = NULL;
  guint number = 0;

  if (!read_only
      && !mail_imap_session_take_select (session, mailbox, uidvalidity, resync ? modseq : 0, &number, cancellable, error))
    return FALSE;
  selecting.closing = session->selected != NULL || session->ahead_open || session->strayed;
  if (resync)
    {
      selecting.vanished = vanished;
      selecting.vanished_before = vanished != NULL ? vanished->len : 0;
      selecting.func = func;
      selecting.user_data = user_data;
    }
  /* Whatever the answer, what was selected no longer is (RFC 9051, section 6.3.2). */
  g_clear_pointer (&session->selected, g_free);
  g_clear_pointer (&session->lasting_keywords, g_free);
  session->news = (MailImapNews) { 0 };
  g_ptr_array_set_size (session->reflagged, 0);
  command = mail_imap_session_write_select (session, mailbox, read_only, uidvalidity, resync ? modseq : 0);
  if (!run_select (session, number, command, &call, &result, error) || !tell_held (&selecting, error))
    return FALSE;
  select_code (session, &selecting.status, &result);
  selecting.status.read_only |= read_only;
  selecting.status.resynced = resync && !selecting.overflown && selecting.status.uidvalidity == uidvalidity
                              && selecting.status.highestmodseq != 0;
  session->selected = g_steal_pointer (&name);
  session->strayed = FALSE;
  session->selected_validity = selecting.status.uidvalidity;
  session->selected_modseq = selecting.status.highestmodseq;
  session->selected_read_only = read_only;
  session->news = (MailImapNews) { .exists = selecting.status.messages };
  if (status != NULL)
    *status = selecting.status;
  return TRUE;
}

const char *
mail_imap_session_get_lasting_keywords (const MailImapSession *session)
{
  return session->lasting_keywords;
}

gboolean
mail_imap_session_unselect (MailImapSession *session, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "UNSELECT");
  MailImapCall call = { NULL, NULL, cancellable };
  g_autoptr (GError) failure = NULL;

  if (session->selected == NULL && session->ahead.length == 0 && !session->strayed)
    return TRUE;
  if (!mail_imap_session_check_cap (session, MAIL_IMAP_CAP_UNSELECT, "UNSELECT", error))
    return FALSE;
  /* Where another mailbox was only asked about it may be that none is selected, which is no failure. */
  if (!mail_imap_session_run (session, command, "UNSELECT", &call, NULL, &failure) && (session->dead || session->selected != NULL))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  session->strayed = FALSE;
  g_clear_pointer (&session->selected, g_free);
  session->news = (MailImapNews) { 0 };
  return TRUE;
}
