/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-types.h"

/* What a server says, as values (RFC 9051, section 7). */
typedef enum
{
  MAIL_IMAP_RESPONSE_UNKNOWN,  /* whole, but not understood; passed over */
  MAIL_IMAP_RESPONSE_CONTINUE, /* "+"; @text */
  MAIL_IMAP_RESPONSE_TAGGED,   /* @tag, @condition, @code, @text */
  MAIL_IMAP_RESPONSE_UNTAGGED, /* "* OK" and its kin: @condition, @code, @text */
  MAIL_IMAP_RESPONSE_CAPABILITY, /* @words */
  MAIL_IMAP_RESPONSE_ENABLED,  /* @words */
  MAIL_IMAP_RESPONSE_FLAGS,
  MAIL_IMAP_RESPONSE_LIST,     /* @listed; XLIST too */
  MAIL_IMAP_RESPONSE_LSUB,     /* @listed */
  MAIL_IMAP_RESPONSE_STATUS,   /* @name, @status */
  MAIL_IMAP_RESPONSE_SEARCH,   /* @numbers */
  MAIL_IMAP_RESPONSE_ESEARCH,  /* @ranges of ALL or PARTIAL, or NULL; @number: COUNT, with @counted */
  MAIL_IMAP_RESPONSE_EXISTS,   /* @number */
  MAIL_IMAP_RESPONSE_RECENT,   /* @number */
  MAIL_IMAP_RESPONSE_EXPUNGE,  /* @number */
  MAIL_IMAP_RESPONSE_VANISHED, /* @ranges, @earlier */
  MAIL_IMAP_RESPONSE_FETCH,    /* @fetch */
  MAIL_IMAP_RESPONSE_NAMESPACE, /* @namespaces */
  MAIL_IMAP_RESPONSE_MYRIGHTS, /* @name, @text: the letters */
  MAIL_IMAP_RESPONSE_ID,       /* @words: name, value, name, value; names in lower case */
  MAIL_IMAP_RESPONSE_QUOTA,    /* @name of the root, @quota */
  MAIL_IMAP_RESPONSE_QUOTAROOT, /* @name of the mailbox, @words: the roots */
} MailImapResponseKind;

typedef enum
{
  MAIL_IMAP_OK,
  MAIL_IMAP_NO,
  MAIL_IMAP_BAD,
  MAIL_IMAP_BYE,
  MAIL_IMAP_PREAUTH,
} MailImapCondition;

/* Response codes (RFC 5530, 4315, 7162, 8474, 9051) that change what we do; the others are OTHER. */
typedef enum
{
  MAIL_IMAP_CODE_NONE,
  MAIL_IMAP_CODE_OTHER,
  MAIL_IMAP_CODE_ALERT,
  MAIL_IMAP_CODE_ALREADYEXISTS,
  MAIL_IMAP_CODE_APPENDUID,      /* @copied: uidvalidity, target_uids */
  MAIL_IMAP_CODE_AUTHENTICATIONFAILED,
  MAIL_IMAP_CODE_AUTHORIZATIONFAILED,
  MAIL_IMAP_CODE_CANNOT,
  MAIL_IMAP_CODE_CAPABILITY,     /* @words */
  MAIL_IMAP_CODE_CLOSED,
  MAIL_IMAP_CODE_CONTACTADMIN,
  MAIL_IMAP_CODE_COPYUID,        /* @copied */
  MAIL_IMAP_CODE_EXPIRED,
  MAIL_IMAP_CODE_HIGHESTMODSEQ,  /* @number */
  MAIL_IMAP_CODE_INUSE,
  MAIL_IMAP_CODE_LIMIT,
  MAIL_IMAP_CODE_NOMODSEQ,
  MAIL_IMAP_CODE_NONEXISTENT,
  MAIL_IMAP_CODE_NOPERM,
  MAIL_IMAP_CODE_OVERQUOTA,
  MAIL_IMAP_CODE_PERMANENTFLAGS, /* @flags, @wildcard, @words */
  MAIL_IMAP_CODE_PRIVACYREQUIRED,
  MAIL_IMAP_CODE_READ_ONLY,
  MAIL_IMAP_CODE_READ_WRITE,
  MAIL_IMAP_CODE_TRYCREATE,
  MAIL_IMAP_CODE_UIDNEXT,        /* @number */
  MAIL_IMAP_CODE_UIDVALIDITY,    /* @number */
  MAIL_IMAP_CODE_UNAVAILABLE,
  MAIL_IMAP_CODE_UNSEEN,         /* @number */
  MAIL_IMAP_CODE_CORRUPTION,
  MAIL_IMAP_CODE_SERVERBUG,
  MAIL_IMAP_CODE_THROTTLED,      /* of no standard: Gmail */
  MAIL_IMAP_CODE_BADEVENT,
  MAIL_IMAP_CODE_HASCHILDREN,
  MAIL_IMAP_CODE_MAILBOXID,      /* @words: one id */
  MAIL_IMAP_CODE_MESSAGELIMIT,   /* @number: the limit; @boundary: the last UID that was dealt with, or 0 */
  MAIL_IMAP_CODE_NOTIFICATIONOVERFLOW,
  MAIL_IMAP_CODE_TOOBIG,
  MAIL_IMAP_CODE_UNKNOWN_CTE,
} MailImapCode;

/* One response. Only what the kind names is set. */
typedef struct
{
  MailImapResponseKind kind;
  char *tag;
  MailImapCondition condition;
  MailImapCode code;
  const char *code_name; /* static, in capitals; NULL for NONE and OTHER */
  char *text;
  guint64 number;
  gboolean counted;
  guint32 boundary;
  GStrv words;
  MailFlags flags;
  gboolean wildcard;
  char *name;
  MailImapListed *listed;
  MailImapStatus status;
  GArray *numbers;       /* guint32 */
  GArray *ranges;        /* MailImapRange */
  GPtrArray *namespaces; /* MailImapNamespace */
  gboolean earlier;
  MailImapFetch *fetch;
  MailImapQuota quota;
  MailImapCopyUid copied;
  guint skipped;         /* items left out because they could not be understood */
} MailImapResponse;

/* Frees what is in it and makes it empty. */
void mail_imap_response_clear (MailImapResponse *response);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MailImapResponse, mail_imap_response_clear)
