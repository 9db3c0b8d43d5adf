/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-quirks.h"

#include <string.h>

MailImapQuirks
mail_imap_quirks_of_server (const char *said)
{
  /* Cyrus 3.6: "* STATUS Drafts (MESSAGES 0 MAILBOXID (\x7a\x6e\x05\xa8EV) UNSEEN 0)", which is memory that it had freed before,
   * now and then with a line end in it. What it says to SELECT is right. */
  if (strstr (said, "Cyrus") != NULL)
    return MAIL_IMAP_QUIRK_NO_MAILBOXID_IN_STATUS;
  return 0;
}

/* How long a server is left alone at most because it says so. */
#define WAIT_MOST (60 * 60)

static const struct
{
  const char *text; /* in lower case */
  MailErrorCode meaning;
  const char *code; /* for mail_error_get_server_code(); or NULL */
} refusals[] = {
  /* Gmail: "NO [ALERT] Too many simultaneous connections. (Failure)" */
  { "too many simultaneous connections", MAIL_ERROR_BUSY, "CONNECTIONS" },
  /* Dovecot: "* BYE Maximum number of connections from user+IP exceeded" */
  { "maximum number of connections", MAIL_ERROR_BUSY, "CONNECTIONS" },
  /* Courier: "* BYE Maximum connection limit reached for ..." */
  { "maximum connection limit", MAIL_ERROR_BUSY, "CONNECTIONS" },
  /* Cyrus: "NO Too many open connections for this user"; others without "open" */
  { "too many open connections", MAIL_ERROR_BUSY, "CONNECTIONS" },
  { "too many connections", MAIL_ERROR_BUSY, "CONNECTIONS" },
  /* Exchange, when sign-in succeeded and the mailbox's own server is away: "BAD User is authenticated but not connected." */
  { "user is authenticated but not connected", MAIL_ERROR_BUSY, "UNAVAILABLE" },
  /* Exchange in a failover: "NO Server Unavailable. 15" */
  { "server unavailable", MAIL_ERROR_BUSY, "UNAVAILABLE" },
  /* Exchange Online: "BAD Request is throttled. Suggested Backoff Time: 299961 milliseconds" */
  { "request is throttled", MAIL_ERROR_BUSY, "THROTTLED" },
  /* Gmail: "NO [ALERT] Account exceeded command or bandwidth limits. (Failure)", also with [OVERQUOTA], which it is not */
  { "exceeded command or bandwidth limits", MAIL_ERROR_BUSY, "THROTTLED" },
  /* Yahoo, to LOGIN: "NO [SERVERBUG] LOGIN Server error - Please try again later", also without the code */
  { "server error - please try again later", MAIL_ERROR_BUSY, "SERVERBUG" },
  /* Dovecot, to SELECT: "NO Mailbox doesn't exist: Archive" */
  { "mailbox doesn't exist", MAIL_ERROR_NOT_FOUND, NULL },
  /* Cyrus: "NO Mailbox does not exist" */
  { "mailbox does not exist", MAIL_ERROR_NOT_FOUND, NULL },
  /* Cyrus, to CREATE: "NO Mailbox already exists" */
  { "mailbox already exists", MAIL_ERROR_EXISTS, NULL },
};

static MailErrorCode
find_meaning (const char *folded, const char **code)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (strstr (folded, refusals[i].text) != NULL)
      {
        *code = refusals[i].code;
        return refusals[i].meaning;
      }
  return MAIL_ERROR_REFUSED;
}

static char *
fold_text (const MailImapResponse *response)
{
  return g_ascii_strdown (response->text != NULL ? response->text : "", -1);
}

MailErrorCode
mail_imap_quirk_refusal (const MailImapResponse *response)
{
  g_autofree char *folded = fold_text (response);
  const char *code;

  return find_meaning (folded, &code);
}

gboolean
mail_imap_quirk_is_temporary (const MailImapResponse *response)
{
  switch (response->code)
    {
    case MAIL_IMAP_CODE_UNAVAILABLE:
    case MAIL_IMAP_CODE_INUSE:
    case MAIL_IMAP_CODE_LIMIT:
    case MAIL_IMAP_CODE_SERVERBUG:
    case MAIL_IMAP_CODE_THROTTLED:
      return TRUE;
    default:
      return mail_imap_quirk_refusal (response) == MAIL_ERROR_BUSY;
    }
}

/* Exchange: "Suggested Backoff Time: 299961 milliseconds" */
static guint
find_wait (const char *folded)
{
  const char *at = strstr (folded, "backoff time: ");
  guint64 milliseconds = at != NULL ? g_ascii_strtoull (at + strlen ("backoff time: "), NULL, 10) : 0;

  return (guint) MIN (milliseconds / 1000 + (milliseconds % 1000 != 0), WAIT_MOST);
}

void
mail_imap_quirk_note (const MailImapResponse *response, GError **error)
{
  g_autofree char *folded = fold_text (response);
  const char *code = NULL;

  find_meaning (folded, &code);
  mail_error_set_server_code (error, code != NULL ? code : response->code_name, find_wait (folded));
}
