/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-quirks.h"

#include <string.h>

static const char *const busy_texts[] = {
  /* Gmail: "NO [ALERT] Too many simultaneous connections. (Failure)" */
  "too many simultaneous connections",
  /* Dovecot before 2.3: "* BYE Maximum number of connections from user+IP exceeded" */
  "maximum number of connections",
  /* Exchange, when sign-in succeeded and the mailbox's own server is away: "BAD User is authenticated but not connected." */
  "user is authenticated but not connected",
  /* Exchange Online: "BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds" */
  "request is throttled",
  /* Gmail: "NO [ALERT] Account exceeded command or bandwidth limits. (Failure)" */
  "exceeded command or bandwidth limits",
};

gboolean
mail_imap_quirk_is_busy (const MailImapResponse *response)
{
  g_autofree char *folded = g_ascii_strdown (response->text != NULL ? response->text : "", -1);

  for (guint i = 0; i < G_N_ELEMENTS (busy_texts); i++)
    if (strstr (folded, busy_texts[i]) != NULL)
      return TRUE;
  return FALSE;
}
