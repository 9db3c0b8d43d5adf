/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/imap-place.h"

gboolean
imap_place_init (ImapPlace *place, MailImapCaps mask, guint messages)
{
  place->server = private_dovecot_start (NULL);
  if (place->server == NULL)
    {
      g_test_skip ("Dovecot is not installed");
      return FALSE;
    }
  place->account = imap_account_new (place->server, "anna@example.org", mask);
  private_dovecot_fill (place->server, "anna@example.org", NULL, messages, 500);
  imap_account_pass (place->account);
  return TRUE;
}

void
imap_place_clear (ImapPlace *place)
{
  g_clear_pointer (&place->account, imap_account_free);
  g_clear_pointer (&place->server, private_dovecot_stop);
}
