/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-quirks.h"

#include <string.h>

static const struct
{
  const char *text; /* in lower case */
  MailErrorCode meaning;
} refusals[] = {
  /* Gmail: "NO [ALERT] Too many simultaneous connections. (Failure)" */
  { "too many simultaneous connections", MAIL_ERROR_BUSY },
  /* Dovecot: "* BYE Maximum number of connections from user+IP exceeded" */
  { "maximum number of connections", MAIL_ERROR_BUSY },
  /* Exchange, when sign-in succeeded and the mailbox's own server is away: "BAD User is authenticated but not connected." */
  { "user is authenticated but not connected", MAIL_ERROR_BUSY },
  /* Exchange Online: "BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds" */
  { "request is throttled", MAIL_ERROR_BUSY },
  /* Gmail: "NO [ALERT] Account exceeded command or bandwidth limits. (Failure)" */
  { "exceeded command or bandwidth limits", MAIL_ERROR_BUSY },
  /* Dovecot, to SELECT: "NO Mailbox doesn't exist: Archive" */
  { "mailbox doesn't exist", MAIL_ERROR_NOT_FOUND },
  /* Cyrus: "NO Mailbox does not exist" */
  { "mailbox does not exist", MAIL_ERROR_NOT_FOUND },
  /* Cyrus, to CREATE: "NO Mailbox already exists" */
  { "mailbox already exists", MAIL_ERROR_EXISTS },
};

MailErrorCode
mail_imap_quirk_refusal (const MailImapResponse *response)
{
  g_autofree char *folded = g_ascii_strdown (response->text != NULL ? response->text : "", -1);

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (strstr (folded, refusals[i].text) != NULL)
      return refusals[i].meaning;
  return MAIL_ERROR_REFUSED;
}
