/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-session-private.h"

#include "core/errors.h"

/* CREATE, RENAME, DELETE, SUBSCRIBE and UNSUBSCRIBE. */

/* A command whose arguments are one mailbox, or two. */
static gboolean
name_mailbox (MailImapSession *self,
              const char *verb,
              const char *mailbox,
              const char *second,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, verb);
  MailImapCall call = { NULL, NULL, cancellable };

  mail_imap_session_add_mailbox (self, command, mailbox);
  if (second != NULL)
    mail_imap_session_add_mailbox (self, command, second);
  return mail_imap_session_run (self, command, verb, &call, NULL, error);
}

/* A server may go on under a new name, or close the mailbox: whoever wants it selects it again. */
static void
forget (MailImapSession *self, const char *mailbox)
{
  g_hash_table_remove (self->raw_names, mailbox);
  if (g_strcmp0 (self->selected, mailbox) == 0)
    g_clear_pointer (&self->selected, g_free);
}

static const char *
role_attribute (MailRole role)
{
  switch (role)
    {
    case MAIL_ROLE_DRAFTS:
      return "\\Drafts";
    case MAIL_ROLE_SENT:
      return "\\Sent";
    case MAIL_ROLE_ARCHIVE:
      return "\\Archive";
    case MAIL_ROLE_JUNK:
      return "\\Junk";
    case MAIL_ROLE_TRASH:
      return "\\Trash";
    default:
      return NULL;
    }
}

static gboolean
create (MailImapSession *self, const char *mailbox, const char *use, MailImapCall *call, GError **error)
{
  g_autoptr (MailImapWriter) command = mail_imap_session_command (self, "CREATE");

  mail_imap_session_add_mailbox (self, command, mailbox);
  if (use != NULL)
    {
      mail_imap_writer_add (command, " (USE (");
      mail_imap_writer_add (command, use);
      mail_imap_writer_add (command, "))");
    }
  return mail_imap_session_run (self, command, "CREATE", call, NULL, error);
}

gboolean
mail_imap_session_create (MailImapSession *session,
                          const char *mailbox,
                          MailRole role,
                          GCancellable *cancellable,
                          GError **error)
{
  MailImapCall call = { NULL, NULL, cancellable };
  const char *use = role_attribute (role);
  g_autoptr (GError) failed = NULL;

  if (use != NULL && !mail_imap_session_use (session, MAIL_IMAP_CAP_CREATE_SPECIAL_USE))
    use = NULL;
  /* A server may know the extension and refuse this use of it: the mailbox matters more than its mark. */
  if (!create (session, mailbox, use, &call, &failed))
    {
      if (use == NULL || !g_error_matches (failed, MAIL_ERROR, MAIL_ERROR_REFUSED))
        {
          g_propagate_error (error, g_steal_pointer (&failed));
          return FALSE;
        }
      if (!create (session, mailbox, NULL, &call, error))
        return FALSE;
    }
  g_clear_error (&failed);
  if (name_mailbox (session, "SUBSCRIBE", mailbox, NULL, cancellable, &failed) || mail_imap_error_is_harmless (failed))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

gboolean
mail_imap_session_rename (MailImapSession *session,
                          const char *mailbox,
                          const char *new_name,
                          GCancellable *cancellable,
                          GError **error)
{
  if (!name_mailbox (session, "RENAME", mailbox, new_name, cancellable, error))
    return FALSE;
  forget (session, mailbox);
  return TRUE;
}

gboolean
mail_imap_session_delete (MailImapSession *session, const char *mailbox, GCancellable *cancellable, GError **error)
{
  if (!name_mailbox (session, "DELETE", mailbox, NULL, cancellable, error))
    return FALSE;
  forget (session, mailbox);
  return TRUE;
}

gboolean
mail_imap_session_subscribe (MailImapSession *session,
                             const char *mailbox,
                             gboolean subscribed,
                             GCancellable *cancellable,
                             GError **error)
{
  return name_mailbox (session, subscribed ? "SUBSCRIBE" : "UNSUBSCRIBE", mailbox, NULL, cancellable, error);
}
