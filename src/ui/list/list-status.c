/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list/list-status.h"

#include <glib/gi18n.h>

static void
show (HdyStatusPage *page, const char *icon, const char *title, const char *description)
{
  hdy_status_page_set_icon_name (page, icon);
  hdy_status_page_set_title (page, title);
  hdy_status_page_set_description (page, description);
}

/* FALSE: no mailbox of the account was ever looked into, so nobody knows what it has. */
static gboolean
is_known (MailAccount *account)
{
  GListModel *mailboxes = mail_account_get_mailboxes (account);

  for (guint i = 0; i < g_list_model_get_n_items (mailboxes); i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (mailboxes, i);
      const MailMailboxInfo *info = mail_mailbox_get_info (mailbox);

      if (info->uidvalidity > 0 || info->messages > 0)
        return TRUE;
    }
  return FALSE;
}

void
mail_list_status_tell (HdyStatusPage *page, MailAccount *account, MailMailbox *mailbox, gboolean is_found)
{
  MailWorkerState state = mail_account_get_state (account);
  g_autofree char *progress = NULL;

  if (is_found)
    {
      show (page, "edit-find-symbolic", _ ("Nothing found"), _ ("No message here has all of these words."));
      return;
    }
  g_object_get (account, "progress-text", &progress, NULL);
  if (state == MAIL_WORKER_WORKING)
    show (page, "mail-send-receive-symbolic", _ ("Looking for mail…"),
          progress != NULL ? progress : _ ("The first messages appear in a moment."));
  else if (state == MAIL_WORKER_OFFLINE && (mail_mailbox_get_info (mailbox)->server_messages > 0 || !is_known (account)))
    show (page, "network-offline-symbolic", _ ("Nothing is here yet"), _ ("The messages come when you are online again."));
  else if (state != MAIL_WORKER_UP_TO_DATE && !is_known (account))
    show (page, "mail-read-symbolic", _ ("Nothing is here yet"), _ ("The messages come once the account can be reached."));
  else
    show (page, "mail-read-symbolic", _ ("No messages"),
          mail_mailbox_get_role (mailbox) == MAIL_ROLE_TRASH ? _ ("What you delete comes here first.")
                                                             : _ ("This mailbox is empty."));
}
