/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include "core/errors.h"

/* NOTIFY (RFC 5465): what happens in mailboxes that are not selected. */

/* What is asked first, and what every server must know. Flags of others' mailboxes and names are events that it may refuse. */
#define ALL_EVENTS "MessageNew MessageExpunge FlagChange"
#define NAME_EVENTS " MailboxName SubscriptionChange"
#define FEW_EVENTS "MessageNew MessageExpunge"

void
mail_imap_mailbox_news_free (MailImapMailboxNews *news)
{
  if (news == NULL)
    return;
  g_free (news->name);
  g_free (news);
}

void
mail_imap_session_note_told (MailImapSession *session, MailImapResponse *response)
{
  MailImapStatus *known;

  if (response->kind == MAIL_IMAP_RESPONSE_UNTAGGED && response->code == MAIL_IMAP_CODE_NOTIFICATIONOVERFLOW)
    {
      session->notify_lost = TRUE;
      session->notifying = FALSE;
    }
  if (!session->notifying)
    return;
  if (response->kind == MAIL_IMAP_RESPONSE_LIST && response->listed != NULL)
    session->list_changed = TRUE;
  if (response->kind != MAIL_IMAP_RESPONSE_STATUS || response->name == NULL)
    return;
  known = g_hash_table_lookup (session->told, response->name);
  if (known != NULL)
    mail_imap_status_merge (known, &response->status);
  else
    g_hash_table_insert (session->told, g_steal_pointer (&response->name),
                         g_memdup2 (&response->status, sizeof response->status));
}

gboolean
mail_imap_session_has_told (const MailImapSession *session)
{
  return session->notify_lost || session->list_changed || g_hash_table_size (session->told) > 0;
}

static gboolean
set_events (MailImapSession *self,
            GPtrArray *mailboxes,
            gboolean with_status,
            gboolean all,
            GCancellable *cancellable,
            GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, with_status ? "NOTIFY SET STATUS" : "NOTIFY SET");
  MailImapCall call = { mail_imap_session_note_flags, NULL, cancellable };

  mail_imap_writer_add (command, all ? " (selected-delayed (" ALL_EVENTS ")) (" : " (selected-delayed (" FEW_EVENTS ")) (");
  mail_imap_writer_add (command, mailboxes == NULL ? "personal" : "mailboxes (");
  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    {
      if (i > 0)
        mail_imap_writer_add (command, " ");
      mail_imap_session_add_name (self, command, g_ptr_array_index (mailboxes, i));
    }
  mail_imap_writer_add (command, mailboxes == NULL ? " (" : ") (");
  mail_imap_writer_add (command, all ? ALL_EVENTS NAME_EVENTS "))" : FEW_EVENTS "))");
  return mail_imap_session_run (self, command, "NOTIFY", &call, NULL, error);
}

gboolean
mail_imap_session_notify (MailImapSession *session,
                          GPtrArray *mailboxes,
                          gboolean with_status,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GError) failed = NULL;
  gboolean set;

  if (!mail_imap_session_check_cap (session, MAIL_IMAP_CAP_NOTIFY, "NOTIFY", error))
    return FALSE;
  /* What is told while the command runs counts. */
  session->notifying = TRUE;
  set = set_events (session, mailboxes, with_status, TRUE, cancellable, &failed);
  if (!set && g_strcmp0 (mail_imap_error_code (failed), "BADEVENT") == 0)
    {
      g_clear_error (&failed);
      set = set_events (session, mailboxes, with_status, FALSE, cancellable, &failed);
    }
  if (set)
    return TRUE;
  session->notifying = FALSE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
mail_imap_session_is_notifying (const MailImapSession *session)
{
  return session->notifying;
}

GPtrArray *
mail_imap_session_take_mailbox_news (MailImapSession *session, gboolean *list_changed, gboolean *lost)
{
  GPtrArray *taken = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_imap_mailbox_news_free);
  GHashTableIter iter;
  gpointer name;
  gpointer status;

  g_hash_table_iter_init (&iter, session->told);
  while (g_hash_table_iter_next (&iter, &name, &status))
    {
      MailImapMailboxNews *news = g_new (MailImapMailboxNews, 1);

      news->name = g_strdup (name);
      news->status = *(MailImapStatus *) status;
      g_ptr_array_add (taken, news);
    }
  g_hash_table_remove_all (session->told);
  if (list_changed != NULL)
    *list_changed = session->list_changed;
  if (lost != NULL)
    *lost = session->notify_lost;
  session->list_changed = FALSE;
  session->notify_lost = FALSE;
  return taken;
}
