/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-ahead.h"

#include "core/clock.h"
#include "sync/imap-headers.h"
#include "sync/imap-info.h"
#include "sync/imap-link.h"
#include "sync/imap-look.h"
#include "sync/imap-sync.h"

/* At a time. */
#define MAILBOXES_MOST 8

/* How long nothing is sent ahead after a connection ended over it, and how often that is doubled. */
#define PAUSE_SECONDS (10 * 60)
#define PAUSE_DOUBLINGS 7

const MailImapStatus *
mail_imap_line_get_told (const MailImapLine *line, const MailMailboxInfo *mailbox)
{
  return line->statuses != NULL ? g_hash_table_lookup (line->statuses, mail_mailbox_info_get_server_name (mailbox)) : NULL;
}

/* Messages that are new there, by what was told. */
static guint
count_new (const MailImapLine *line, const MailMailboxInfo *mailbox)
{
  const MailImapStatus *told = mail_imap_line_get_told (line, mailbox);

  return told != NULL && told->uidnext > mailbox->uidnext ? told->uidnext - mailbox->uidnext : 0;
}

/* Without figures: of the mailbox that is selected STATUS does not tell. */
static MailImapCase
guess_case (const MailImapLine *line, const MailMailboxInfo *mailbox)
{
  gboolean resyncs = (line->pass->engine->caps & MAIL_IMAP_CAP_QRESYNC) && mailbox->uidnext != 0 && mailbox->highestmodseq != 0;

  return line->statuses == NULL && resyncs ? MAIL_IMAP_CASE_QRESYNC : MAIL_IMAP_CASE_GENERAL;
}

/* *@skip: it will not be looked at. TRUE when it is known what will be asked there, and that it is little. */
static gboolean
is_foreseen (const MailImapLine *line, const MailMailboxInfo *mailbox, gboolean *skip)
{
  const MailImapEngine *engine = line->pass->engine;
  const MailImapStatus *told = mail_imap_line_get_told (line, mailbox);
  MailImapCase kind =
      told != NULL ? mail_imap_look_decide (engine, line->pending, mailbox, told) : guess_case (line, mailbox);

  *skip = !mail_imap_sync_is_looked_at (engine, mailbox) || kind == MAIL_IMAP_CASE_UNCHANGED;
  return !*skip && kind == MAIL_IMAP_CASE_QRESYNC && count_new (line, mailbox) <= MAIL_IMAP_HEADERS_SCREEN
         && !mail_imap_pending_has_parked (line->pending, mailbox->id)
         && mail_imap_pending_count_orphans (line->pending, mailbox->id) == 0;
}

static gboolean
send_mailbox (const MailImapLine *line, const MailMailboxInfo *mailbox)
{
  MailImapEngine *engine = line->pass->engine;
  guint64 last = (guint64) mailbox->uidnext + MAIL_IMAP_HEADERS_SCREEN - 1;
  gboolean nothing_new = mail_imap_line_get_told (line, mailbox) != NULL && count_new (line, mailbox) == 0;
  g_autofree char *items = mail_imap_info_items (engine->caps, FALSE);
  /* And what comes until then. */
  g_autofree char *uids = g_strdup_printf ("%u:%u", mailbox->uidnext, (guint) MIN (last, G_MAXUINT32));

  return mail_imap_session_ask_ahead (engine->session, mail_mailbox_info_get_server_name (mailbox), mailbox->uidvalidity,
                                      mailbox->highestmodseq, nothing_new ? NULL : uids, nothing_new ? NULL : items);
}

/* A clock that was set back makes the time no longer. */
static gboolean
pauses (const MailImapEngine *engine)
{
  gint64 left = engine->ahead_after - mail_clock_now ();

  return left > 0 && left <= PAUSE_SECONDS << PAUSE_DOUBLINGS;
}

static gboolean
may_go_ahead (const MailImapEngine *engine)
{
  /* Who looks for the message over which connections end must know what was asked. And on Gmail SELECT does not tell all. */
  return engine->session != NULL && mail_imap_suspects_count (engine->suspects) == 0 && !pauses (engine)
         && !(engine->caps & MAIL_IMAP_CAP_GMAIL) && mail_imap_session_may_go_ahead (engine->session);
}

/* Before anything is under way, for then it would be too late. */
static void
expect (const MailImapLine *line)
{
  guint64 messages = 0;

  for (guint i = line->next; i < line->mailboxes->len; i++)
    messages += count_new (line, g_ptr_array_index (line->mailboxes, i));
  /* What went wrong shows in the next command. */
  mail_imap_link_expect (line->pass, messages * MAIL_IMAP_HEADER_OCTETS, 0, NULL);
}

void
mail_imap_ahead_send (MailImapLine *line, guint current)
{
  guint mailboxes = 0;
  guint messages = 0;

  if (!may_go_ahead (line->pass->engine))
    return;
  if (mail_imap_session_count_ahead (line->pass->engine->session) == 0)
    line->next = current;
  for (guint i = current; i < line->mailboxes->len && mailboxes < MAILBOXES_MOST; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (line->mailboxes, i);
      gboolean skip;
      gboolean foreseen = is_foreseen (line, mailbox, &skip);

      if (skip)
        continue;
      mailboxes++;
      messages += count_new (line, mailbox);
      if (!foreseen || messages > MAIL_IMAP_HEADERS_SCREEN)
        return;
      if (i < line->next)
        continue;
      if (mail_imap_session_count_ahead (line->pass->engine->session) == 0)
        expect (line);
      if (!send_mailbox (line, mailbox))
        return;
      line->next = i + 1;
      line->sent = TRUE;
    }
}

gboolean
mail_imap_ahead_end (const MailImapLine *line, GError **error)
{
  MailImapEngine *engine = line->pass->engine;

  if (engine->session != NULL && !mail_imap_session_settle_ahead (engine->session, line->pass->cancellable, error))
    return FALSE;
  if (line->sent && !pauses (engine))
    engine->ahead_losses = 0;
  return TRUE;
}

void
mail_imap_ahead_note_end (MailImapEngine *engine)
{
  if (!mail_imap_session_is_ahead (engine->session))
    return;
  engine->ahead_after = mail_clock_now () + (PAUSE_SECONDS << MIN (engine->ahead_losses, PAUSE_DOUBLINGS));
  engine->ahead_losses++;
}
