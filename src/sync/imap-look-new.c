/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-look-private.h"

/* No modification sequences, but only new messages: these come first. Other clients' flags show in the number of unread ones, if
 * that was told; else they are compared, but not with each letter. */
gboolean
mail_imap_look_at_new (MailImapLook *look, GError **error)
{
  g_autofree char *criteria = g_strdup_printf ("UID %u:*%s", look->mailbox->uidnext,
                                               mail_imap_hides_deleted (look->pass->engine) ? " UNDELETED" : "");
  g_autoptr (GArray) uids =
      mail_imap_session_search (look->pass->engine->session, criteria, look->pass->cancellable, error);
  g_autoptr (MailMailboxInfo) now = NULL;

  if (uids == NULL)
    return FALSE;
  /* "n:*" names the last message even when its UID is below n. */
  if (uids->len > 0 && g_array_index (uids, guint32, 0) < look->mailbox->uidnext)
    g_array_remove_index (uids, 0);
  if (!mail_imap_look_fetch_headers (look, uids, error))
    return FALSE;
  now = mail_imap_engine_load_mailbox (look->pass->engine, look->mailbox->id, error);
  if (now == NULL)
    return FALSE;
  if (look->spaced || (look->told != NULL && look->mailbox->role != MAIL_ROLE_INBOX && look->told->unseen == now->unread))
    return TRUE;
  return mail_imap_look_general (look, error);
}
