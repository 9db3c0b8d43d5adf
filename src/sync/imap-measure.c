/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-measure.h"

#include "core/errors.h"

static void
add_status (MailFigures *figures, const MailMailboxInfo *mailbox, const MailImapStatus *status)
{
  figures->messages += status->messages;
  if (g_ascii_strcasecmp (mailbox->name, "INBOX") == 0)
    figures->inbox_messages = status->messages;
  if (figures->bytes >= 0)
    figures->bytes += (gint64) status->size;
}

/* Figures that LIST did not bring, in one more round trip. */
static gboolean
ask_missing (MailImapEngine *engine, GPtrArray *missing, MailFigures *figures, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;

  for (guint i = 0; i < missing->len; i++)
    g_ptr_array_add (names, ((MailMailboxInfo *) g_ptr_array_index (missing, i))->name);
  if (names->len == 0)
    return TRUE;
  statuses = mail_imap_session_status (engine->session, names, cancellable, error);
  if (statuses == NULL)
    return FALSE;
  for (guint i = 0; i < missing->len; i++)
    if (g_ptr_array_index (statuses, i) != NULL)
      add_status (figures, g_ptr_array_index (missing, i), g_ptr_array_index (statuses, i));
  return TRUE;
}

static gboolean
measure_mailboxes (MailImapEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) statuses = NULL;
  g_autoptr (GPtrArray) listed = mail_imap_session_list (engine->session, &statuses, cancellable, error);
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();

  if (listed == NULL)
    return FALSE;
  for (guint i = 0; i < listed->len; i++)
    {
      const MailImapListed *entry = g_ptr_array_index (listed, i);

      /* \All and \Flagged show what other mailboxes hold. */
      if ((entry->info->flags & MAIL_MAILBOX_NO_SELECT) || entry->info->role == MAIL_ROLE_ALL
          || entry->info->role == MAIL_ROLE_FLAGGED)
        continue;
      figures->mailboxes++;
      if (statuses != NULL && g_ptr_array_index (statuses, i) != NULL)
        add_status (figures, entry->info, g_ptr_array_index (statuses, i));
      else if (g_strcmp0 (mail_imap_session_get_selected (engine->session), entry->info->name) != 0)
        g_ptr_array_add (missing, entry->info);
    }
  return ask_missing (engine, missing, figures, cancellable, error);
}

static gboolean
measure_quota (MailImapEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;
  MailImapQuota quota = { 0 };

  if (!(engine->caps & MAIL_IMAP_CAP_QUOTA))
    return TRUE;
  if (mail_imap_session_quota (engine->session, &quota, cancellable, &failure))
    {
      figures->quota_used = quota.used;
      figures->quota_limit = quota.limit;
      figures->quota_messages = quota.messages;
      figures->quota_messages_limit = quota.messages_limit;
      return TRUE;
    }
  /* Offered and then refused: some servers have no quota for this account. */
  if (mail_imap_engine_is_declined (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
mail_imap_measure (MailImapEngine *engine, MailFigures *figures, GCancellable *cancellable, GError **error)
{
  figures->capabilities = g_strdupv ((char **) mail_imap_session_get_capability_names (engine->session));
  figures->has_push = (engine->caps & MAIL_IMAP_CAP_IDLE) != 0;
  figures->bytes = engine->caps & MAIL_IMAP_CAP_STATUS_SIZE ? 0 : -1;
  return measure_mailboxes (engine, figures, cancellable, error)
         && measure_quota (engine, figures, cancellable, error);
}
