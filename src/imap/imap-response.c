/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-response.h"

#include <string.h>

void
mail_imap_response_clear (MailImapResponse *response)
{
  g_free (response->tag);
  g_free (response->text);
  g_strfreev (response->words);
  g_free (response->name);
  mail_imap_listed_free (response->listed);
  g_clear_pointer (&response->numbers, g_array_unref);
  g_clear_pointer (&response->ranges, g_array_unref);
  g_clear_pointer (&response->namespaces, g_ptr_array_unref);
  mail_imap_fetch_free (response->fetch);
  mail_imap_copy_uid_clear (&response->copied);
  memset (response, 0, sizeof *response);
}
