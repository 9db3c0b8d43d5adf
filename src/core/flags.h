/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What is true of a message in its mailbox: the system flags of RFC 9051, section 2.3.2, and the registered
 * keywords that every client shares. Other keywords travel as text beside this set. */
typedef enum
{
  MAIL_FLAG_SEEN = 1 << 0,
  MAIL_FLAG_ANSWERED = 1 << 1,
  MAIL_FLAG_FLAGGED = 1 << 2,
  MAIL_FLAG_DELETED = 1 << 3,
  MAIL_FLAG_DRAFT = 1 << 4,
  MAIL_FLAG_FORWARDED = 1 << 5, /* $Forwarded */
  MAIL_FLAG_JUNK = 1 << 6,      /* $Junk */
  MAIL_FLAG_NOT_JUNK = 1 << 7,  /* $NotJunk */
  MAIL_FLAG_MDN_SENT = 1 << 8,  /* $MDNSent */
} MailFlags;

/* Those that are keywords: a server need not keep them. */
#define MAIL_FLAGS_KEYWORDS (MAIL_FLAG_FORWARDED | MAIL_FLAG_JUNK | MAIL_FLAG_NOT_JUNK | MAIL_FLAG_MDN_SENT)

#define MAIL_FLAGS_NONE ((MailFlags) 0)

/* The flag that an IMAP atom such as "\\Seen" or "$Junk" names, whatever its case; 0 when it is another keyword. */
MailFlags mail_flag_from_imap (const char *atom);

/* The IMAP atoms of @flags, in the order of the bits, separated by one space: "\\Seen \\Flagged". */
char *mail_flags_to_imap (MailFlags flags);
/* The same with whatever else programs call these flags ("Junk" beside "$Junk"): to take them all away. */
char *mail_flags_to_imap_with_aliases (MailFlags flags);

/* The flag that a person's word names: seen, answered, flagged, draft, deleted, forwarded, junk; 0 when none. */
MailFlags mail_flag_from_word (const char *word);

/* Words of @flags as a NULL-terminated array, for JSON and logs: {"seen", "flagged"}. */
GStrv mail_flags_to_words (MailFlags flags);
