/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-codes.h"

#include <string.h>

#include "imap/imap-grammar.h"

typedef gboolean (*ReadFunc) (MailImapCursor *cursor, MailImapResponse *response);

static gboolean
read_append_uid (MailImapCursor *cursor, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_number32 (cursor, &response->copied.uidvalidity)
         && mail_imap_read_uids (cursor, &response->copied.target_uids);
}

static gboolean
read_copy_uid (MailImapCursor *cursor, MailImapResponse *response)
{
  MailImapCopyUid *copied = &response->copied;

  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_number32 (cursor, &copied->uidvalidity) && mail_imap_read_uids (cursor, &copied->source_uids)
         && mail_imap_read_uids (cursor, &copied->target_uids)
         && copied->source_uids->len == copied->target_uids->len;
}

/* MAILBOXID (F2212ea87-6097-4256-9d51-71338625). */
static gboolean
read_mailbox_id (MailImapCursor *cursor, MailImapResponse *response)
{
  mail_imap_cursor_blanks (cursor);
  if (!mail_imap_cursor_take (cursor, '('))
    return FALSE;
  cursor->end = memchr (cursor->p, ')', (gsize) (cursor->end - cursor->p));
  return cursor->end != NULL && mail_imap_read_words (cursor, response) && g_strv_length (response->words) == 1;
}

/* MESSAGELIMIT 1000 23221 (RFC 9738, section 3.1). */
static gboolean
read_message_limit (MailImapCursor *cursor, MailImapResponse *response)
{
  if (!mail_imap_read_number (cursor, response))
    return FALSE;
  mail_imap_cursor_blanks (cursor);
  return mail_imap_cursor_at_end (cursor) || mail_imap_cursor_number32 (cursor, &response->boundary);
}

static const struct
{
  const char *name;
  MailImapCode code;
  ReadFunc read;
} codes[] = {
  { "ALERT", MAIL_IMAP_CODE_ALERT, NULL },
  { "ALREADYEXISTS", MAIL_IMAP_CODE_ALREADYEXISTS, NULL },
  { "APPENDUID", MAIL_IMAP_CODE_APPENDUID, read_append_uid },
  { "AUTHENTICATIONFAILED", MAIL_IMAP_CODE_AUTHENTICATIONFAILED, NULL },
  { "AUTHORIZATIONFAILED", MAIL_IMAP_CODE_AUTHORIZATIONFAILED, NULL },
  { "BADEVENT", MAIL_IMAP_CODE_BADEVENT, NULL },
  { "CANNOT", MAIL_IMAP_CODE_CANNOT, NULL },
  { "CAPABILITY", MAIL_IMAP_CODE_CAPABILITY, mail_imap_read_words },
  { "CLOSED", MAIL_IMAP_CODE_CLOSED, NULL },
  { "CONTACTADMIN", MAIL_IMAP_CODE_CONTACTADMIN, NULL },
  { "COPYUID", MAIL_IMAP_CODE_COPYUID, read_copy_uid },
  { "CORRUPTION", MAIL_IMAP_CODE_CORRUPTION, NULL },
  { "EXPIRED", MAIL_IMAP_CODE_EXPIRED, NULL },
  { "HASCHILDREN", MAIL_IMAP_CODE_HASCHILDREN, NULL },
  { "HIGHESTMODSEQ", MAIL_IMAP_CODE_HIGHESTMODSEQ, mail_imap_read_number },
  { "INUSE", MAIL_IMAP_CODE_INUSE, NULL },
  { "LIMIT", MAIL_IMAP_CODE_LIMIT, NULL },
  { "MAILBOXID", MAIL_IMAP_CODE_MAILBOXID, read_mailbox_id },
  { "MESSAGELIMIT", MAIL_IMAP_CODE_MESSAGELIMIT, read_message_limit },
  { "NOMODSEQ", MAIL_IMAP_CODE_NOMODSEQ, NULL },
  { "NONEXISTENT", MAIL_IMAP_CODE_NONEXISTENT, NULL },
  { "NOPERM", MAIL_IMAP_CODE_NOPERM, NULL },
  { "NOTIFICATIONOVERFLOW", MAIL_IMAP_CODE_NOTIFICATIONOVERFLOW, NULL },
  { "OVERQUOTA", MAIL_IMAP_CODE_OVERQUOTA, NULL },
  { "PERMANENTFLAGS", MAIL_IMAP_CODE_PERMANENTFLAGS, mail_imap_read_flag_list },
  { "PRIVACYREQUIRED", MAIL_IMAP_CODE_PRIVACYREQUIRED, NULL },
  { "READ-ONLY", MAIL_IMAP_CODE_READ_ONLY, NULL },
  { "READ-WRITE", MAIL_IMAP_CODE_READ_WRITE, NULL },
  { "SERVERBUG", MAIL_IMAP_CODE_SERVERBUG, NULL },
  { "THROTTLED", MAIL_IMAP_CODE_THROTTLED, NULL },
  { "TOOBIG", MAIL_IMAP_CODE_TOOBIG, NULL },
  { "TRYCREATE", MAIL_IMAP_CODE_TRYCREATE, NULL },
  { "UIDNEXT", MAIL_IMAP_CODE_UIDNEXT, mail_imap_read_number },
  { "UIDVALIDITY", MAIL_IMAP_CODE_UIDVALIDITY, mail_imap_read_number },
  { "UNAVAILABLE", MAIL_IMAP_CODE_UNAVAILABLE, NULL },
  { "UNKNOWN-CTE", MAIL_IMAP_CODE_UNKNOWN_CTE, NULL },
  { "UNSEEN", MAIL_IMAP_CODE_UNSEEN, mail_imap_read_number },
};

void
mail_imap_read_code (MailImapCursor *cursor, MailImapResponse *response)
{
  response->code = MAIL_IMAP_CODE_OTHER;
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (mail_imap_cursor_word (cursor, codes[i].name))
      {
        if (codes[i].read == NULL || codes[i].read (cursor, response))
          {
            response->code = codes[i].code;
            response->code_name = codes[i].name;
          }
        else
          mail_imap_copy_uid_clear (&response->copied);
        return;
      }
}
