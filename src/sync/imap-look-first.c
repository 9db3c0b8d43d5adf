/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-look-private.h"

/* Messages of a new inbox that come before anything else. */
#define FIRST_SCREEN 100

/* UIDs that are stored mean something only together with their UIDVALIDITY. */
static gboolean
begin (MailImapLook *look, GError **error)
{
  gboolean begun = look->mailbox->uidvalidity == look->status.uidvalidity
                   && look->mailbox->server_messages == look->status.messages;

  if (!begun && !mail_imap_look_set_synced (look, FALSE, error))
    return FALSE;
  look->mailbox->uidvalidity = look->status.uidvalidity;
  look->mailbox->server_messages = look->status.messages;
  return TRUE;
}

gboolean
mail_imap_look_first (MailImapLook *look, GError **error)
{
  return begin (look, error) && mail_imap_look_general (look, error);
}

gboolean
mail_imap_look_at_empty (const MailImapPass *pass,
                         const MailImapPending *pending,
                         MailMailboxInfo *mailbox,
                         const MailImapStatus *told,
                         gboolean *done,
                         GError **error)
{
  g_auto (MailImapLook) look = { 0 };

  mail_imap_look_init (&look, pass, mailbox, told);
  look.status = *told;
  *done = told->messages == 0 && told->uidnext != 0 && told->uidvalidity != 0 && mailbox->messages == 0
          && mail_imap_look_decide (pass->engine, pending, mailbox, told) == MAIL_IMAP_CASE_FIRST
          && !mail_imap_pending_has_parked (pending, mailbox->id);
  return !*done || mail_imap_look_set_synced (&look, TRUE, error);
}

gboolean
mail_imap_look_at_first_screen (const MailImapPass *pass, MailMailboxInfo *inbox, GError **error)
{
  g_auto (MailImapLook) look = { 0 };
  g_autoptr (GArray) ranges = NULL;
  g_autoptr (GArray) uids = NULL;

  mail_imap_look_init (&look, pass, inbox, NULL);
  if (!mail_imap_engine_select (pass->engine, inbox, &look.status, pass->cancellable, error) || !begin (&look, error))
    return FALSE;
  if (look.status.messages == 0)
    return TRUE;
  ranges = mail_imap_session_search_last (pass->engine->session, mail_imap_hides_deleted (pass->engine) ? "UNDELETED" : "ALL",
                                          look.status.messages, FIRST_SCREEN, pass->cancellable, error);
  uids = ranges != NULL ? mail_imap_set_expand (ranges, FIRST_SCREEN) : NULL;
  return uids != NULL && mail_imap_look_fetch_headers (&look, uids, error);
}
