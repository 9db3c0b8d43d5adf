/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-sync.h"

#include "core/errors.h"
#include "sync/imap-look.h"
#include "sync/imap-mailboxes.h"
#include "sync/imap-replay.h"
#include "sync/imap-wait.h"

/* Mailboxes over which the connection ends; a server that loses it over more has other troubles. */
#define DEATHS_MOST 3

gboolean
mail_imap_sync_has_news (MailImapEngine *engine, const MailMailboxInfo *mailbox, const MailImapStatus *status)
{
  if (mailbox->uidnext == 0 || mailbox->uidvalidity != status->uidvalidity || mailbox->uidnext != status->uidnext
      || mailbox->server_messages != status->messages)
    return TRUE;
  return status->highestmodseq != 0 && mailbox->highestmodseq != status->highestmodseq;
}

/* A connection that ends on the way is replaced once: it may have been chance. */
static gboolean
look_twice (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told, GError **error)
{
  for (gboolean again = FALSE;; again = TRUE)
    {
      g_autoptr (GError) failure = NULL;

      if (mail_imap_look (pass, mailbox, told, &failure))
        return TRUE;
      if (!again && mail_imap_suspects_is_death (failure) && mail_imap_engine_reopen (pass->engine, pass->cancellable))
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
}

/* One mailbox that may not be opened, or over which connections end, is no reason to leave out the others. @deaths: mailboxes of
 * the latter kind so far. */
static gboolean
sync_mailbox (const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told, guint *deaths, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gboolean go_on;

  if (look_twice (pass, mailbox, told, &failure))
    return TRUE;
  go_on = g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_REFUSED) || g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  if (mail_imap_suspects_is_death (failure) && *deaths < DEATHS_MOST)
    {
      g_prefix_error (&failure, "%s: ", mailbox->name);
      go_on = mail_imap_engine_reopen (pass->engine, pass->cancellable);
      *deaths += 1;
    }
  if (go_on)
    mail_imap_engine_report (pass->engine, failure, MAIL_PROBLEM_RADIUS_MAILBOX);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return go_on;
}

/* A new account shows its inbox before the server was asked what else there is. */
static gboolean
show_first_screen (const MailImapPass *pass, GError **error)
{
  g_autoptr (MailMailboxInfo) inbox = mail_imap_mailboxes_ensure_inbox (pass->engine, error);

  return inbox != NULL && (inbox->uidvalidity != 0 || mail_imap_look_at_first_screen (pass, inbox, error));
}

gboolean
mail_imap_sync_replay_carried (const MailImapPass *pass, GError **error)
{
  if (pass->engine->carried == 0)
    return TRUE;
  pass->engine->carried = 0;
  return mail_imap_replay (pass, error);
}

/* \Flagged shows what other mailboxes hold. */
gboolean
mail_imap_sync_is_looked_at (const MailMailboxInfo *mailbox)
{
  return (mailbox->flags & MAIL_MAILBOX_NOT_THERE) == 0
         && mailbox->role != MAIL_ROLE_FLAGGED;
}

static int
compare_ranks (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const MailMailboxInfo *left = *(const MailMailboxInfo *const *) a;
  const MailMailboxInfo *right = *(const MailMailboxInfo *const *) b;
  const MailImapWatch *watch = user_data;

  return (int) mail_imap_resync_rank (left, mail_imap_watch_is_open (watch, left->id))
         - (int) mail_imap_resync_rank (right, mail_imap_watch_is_open (watch, right->id));
}

gboolean
mail_imap_sync (const MailImapPass *pass, GError **error)
{
  g_autoptr (GHashTable) statuses = NULL;
  g_autoptr (GPtrArray) mailboxes = NULL;
  g_autoptr (MailImapPending) pending = NULL;
  guint deaths = 0;

  mail_imap_engine_progress (pass, MAIL_PHASE_MAILBOXES, 0, 0, 0);
  if (!show_first_screen (pass, error) || !mail_imap_mailboxes_sync (pass, &statuses, error))
    return FALSE;
  mailboxes = mail_imap_engine_load_mailboxes (pass->engine, error);
  pending = mailboxes != NULL ? mail_imap_pending_load (pass->engine, error) : NULL;
  if (pending == NULL)
    return FALSE;
  pass->result->mailboxes = mailboxes->len;
  /* Of the same rank they stay in the order of the list. */
  g_ptr_array_sort_with_data (mailboxes, compare_ranks, pass->engine->watch);
  for (guint i = 0; i < mailboxes->len; i++)
    {
      MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      const MailImapStatus *told = g_hash_table_lookup (statuses, mail_mailbox_info_get_server_name (mailbox));

      if (!mail_imap_sync_is_looked_at (mailbox)
          || (told != NULL && mail_imap_look_decide (pass->engine, pending, mailbox, told) == MAIL_IMAP_CASE_UNCHANGED))
        continue;
      if (!sync_mailbox (pass, mailbox, told, &deaths, error))
        return FALSE;
    }
  return mail_imap_sync_replay_carried (pass, error);
}

gboolean
mail_imap_sync_mailbox (const MailImapPass *pass, gint64 mailbox_id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) mailbox = mail_imap_engine_load_mailbox (pass->engine, mailbox_id, &failure);
  guint deaths = 0;

  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    return TRUE;
  if (mailbox == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  mail_imap_engine_progress (pass, MAIL_PHASE_MAILBOXES, mailbox_id, 0, 0);
  pass->result->mailboxes = 1;
  return sync_mailbox (pass, mailbox, NULL, &deaths, error) && mail_imap_sync_replay_carried (pass, error);
}
