/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include "core/errors.h"

/* NOOP and IDLE: hearing what the server says of its own accord. */

gboolean
mail_imap_session_noop (MailImapSession *session, GCancellable *cancellable, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (session, "NOOP");
  MailImapCall call = { mail_imap_session_note_flags, NULL, cancellable };

  return mail_imap_session_run (session, command, "NOOP", &call, NULL, error);
}

static gboolean
has_news (const MailImapSession *self)
{
  return self->news.exists_changed || self->news.expunged > 0 || self->news.flags_changed > 0
         || mail_imap_session_has_told (self);
}

static guint
count_alerts (const MailImapSession *self)
{
  return self->alerts != NULL ? self->alerts->len : 0;
}

/* An IDLE that ends by itself sooner, and so often in a row, is a way of asking and no push: asking now and then costs less. */
#define IDLE_SECONDS_LEAST 30
#define ENDED_MOST 3

static void
note_end (MailImapSession *self, gint64 begun)
{
  gboolean soon = g_get_monotonic_time () - begun < IDLE_SECONDS_LEAST * G_USEC_PER_SEC;

  self->idles_ended = soon && !has_news (self) ? self->idles_ended + 1 : 0;
  if (self->idles_ended >= ENDED_MOST)
    mail_imap_session_mask_caps (self, MAIL_IMAP_CAP_IDLE);
}

/* The answer to DONE comes in one round trip: a line that somebody forgot in the meantime is not waited for any longer. */
#define DONE_SECONDS 8

/* Sends DONE and waits for the end of IDLE. What comes meanwhile is news all the same. */
static gboolean
end_idle (MailImapSession *self, guint number, MailImapCall *call, MailImapResponse *response, GError **error)
{
  g_autoptr (GBytes) done = g_bytes_new_static ("DONE\r\n", 6);

  gboolean ended;

  mail_imap_machine_continue (self->machine, done, FALSE, FALSE);
  mail_connection_set_silence (self->connection, DONE_SECONDS);
  ended = mail_imap_session_wait (self, number, call, response, error);
  mail_connection_set_silence (self->connection, MAIL_CONNECTION_SILENCE);
  return ended;
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
  gint64 begun = g_get_monotonic_time ();

  while (!has_news (self) && count_alerts (self) == alerts && result == MAIL_WAIT_READABLE && step != MAIL_IMAP_STEP_DONE)
    {
      step = mail_imap_session_poll (self, call, &response, &ended, error);
      if (step == MAIL_IMAP_STEP_NEED_INPUT)
        result = wait_idle (self, deadline, wake, call, error);
      if (step == MAIL_IMAP_STEP_ERROR || result == MAIL_WAIT_ERROR)
        return FALSE;
    }
  *woken = result == MAIL_WAIT_WOKEN;
  if (step == MAIL_IMAP_STEP_DONE)
    note_end (self, begun);
  else if (!end_idle (self, number, call, &response, error))
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
  MailImapCall call = { mail_imap_session_note_flags, NULL, cancellable };
  g_auto (MailImapResponse) response = { 0 };
  guint number;
  guint ended;
  MailImapStep step;
  gboolean own_woken;

  woken = woken != NULL ? woken : &own_woken;
  *woken = FALSE;
  if (!mail_imap_session_check_cap (session, MAIL_IMAP_CAP_IDLE, "IDLE", error)
      || (!session->notifying && !mail_imap_session_check_selected (session, error)))
    return FALSE;
  if (!mail_imap_session_settle_ahead (session, cancellable, error))
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
  mail_imap_session_mask_caps (session, MAIL_IMAP_CAP_IDLE);
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, "the server refuses IDLE: %s", response.text);
  return FALSE;
}
