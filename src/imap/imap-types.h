/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "core/flags.h"
#include "core/mailbox-info.h"

/* What a server may cost us. A response beyond its first three limits ends the session; one beyond the last two is
 * skipped. */
typedef struct
{
  gsize line;      /* bytes of one response outside literals */
  guint64 literal; /* bytes of one literal */
  guint64 total;   /* bytes of one response */
  guint depth;     /* of lists in lists, parts in parts */
  guint items;     /* elements of one list, numbers of an expanded set */
} MailImapLimits;

extern const MailImapLimits mail_imap_default_limits;

/* Octets; no message or part is taken for larger. Sums of a mailbox's sizes stay far from where they would overflow. */
#define MAIL_IMAP_SIZE_MOST (G_GUINT64_CONSTANT (1) << 40)

/* Values of the IMAP grammar (RFC 9051, section 9; RFC 3501, section 9). Strings are as the server sent them
 * (undecoded header text); NULL stands for NIL. */

typedef struct
{
  char *name;
  char *adl;     /* route; obsolete */
  char *mailbox; /* NULL with a host: end of group; NULL host with mailbox: start of group (RFC 9051, section 7.5.2) */
  char *host;
} MailImapAddress;

typedef struct
{
  char *date;
  char *subject;
  GPtrArray *from; /* MailImapAddress; NULL for NIL. Equal lists are one array with several references: only unref */
  GPtrArray *sender;
  GPtrArray *reply_to;
  GPtrArray *to;
  GPtrArray *cc;
  GPtrArray *bcc;
  char *in_reply_to;
  char *message_id;
} MailImapEnvelope;

/* One node of a BODYSTRUCTURE. */
typedef struct _MailImapPart MailImapPart;
struct _MailImapPart
{
  char *section;         /* "1.2" as FETCH BODY[] wants it; "" for a multipart at the top, "2.TEXT" for that of message 2 */
  char *type;            /* lower case */
  char *subtype;         /* lower case */
  GStrv parameters;      /* name, value, name, value; names lower case; or NULL */
  char *content_id;
  char *description;
  char *encoding;        /* lower case */
  guint64 size;          /* encoded octets */
  char *disposition;     /* lower case, or NULL */
  GStrv disposition_parameters;
  GPtrArray *children;   /* MailImapPart; NULL for a leaf. For message/rfc822: one child, the message's body */
};

typedef struct
{
  char *section;   /* "", "HEADER", "1", "1.MIME", "HEADER.FIELDS (REFERENCES)", ... as answered, without brackets */
  gboolean binary; /* BINARY[]: decoded by the server (RFC 3516) */
  gint64 origin;   /* the <n> of a partial answer, or -1 */
  GBytes *data;    /* NULL for NIL */
} MailImapSection;

/* One FETCH response (RFC 9051, section 7.5.2). Only what is in @has was sent. */
typedef enum
{
  MAIL_IMAP_HAS_UID = 1 << 0,
  MAIL_IMAP_HAS_FLAGS = 1 << 1,
  MAIL_IMAP_HAS_SIZE = 1 << 2,
  MAIL_IMAP_HAS_DATE = 1 << 3,
  MAIL_IMAP_HAS_ENVELOPE = 1 << 4,
  MAIL_IMAP_HAS_STRUCTURE = 1 << 5,
  MAIL_IMAP_HAS_MODSEQ = 1 << 6,
  MAIL_IMAP_HAS_BINARY_SIZE = 1 << 7,
  MAIL_IMAP_HAS_PREVIEW = 1 << 8,   /* also where there is none */
  MAIL_IMAP_HAS_LABELS = 1 << 9,
} MailImapHas;

typedef struct
{
  guint32 sequence;        /* 0 with UIDONLY (RFC 9586) */
  MailImapHas has;
  guint32 uid;
  MailFlags flags;
  gboolean recent;
  char *keywords;          /* flags outside MailFlags, separated by a space; NULL when none */
  guint64 size;            /* RFC822.SIZE */
  gint64 internal_date;    /* Unix seconds */
  guint64 modseq;
  MailImapEnvelope *envelope;
  MailImapPart *structure;
  char *structure_text;    /* the BODYSTRUCTURE exactly as sent (literals included), to be stored */
  GPtrArray *sections;     /* MailImapSection; NULL when none */
  guint64 binary_size;     /* of BINARY.SIZE[...] (RFC 3516): octets of the decoded part; of one part a question */
  char *preview;           /* RFC 8970: UTF-8 on one line; NULL when there is none (yet) */
  char *email_id;          /* OBJECTID (RFC 8474), or "gm:" and X-GM-MSGID; NULL when not sent */
  char *labels;            /* X-GM-LABELS in UTF-8, a space between them, those with a space in quotes; NULL when none */
} MailImapFetch;

void mail_imap_envelope_free (MailImapEnvelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapEnvelope, mail_imap_envelope_free)

void mail_imap_address_free (MailImapAddress *address);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapAddress, mail_imap_address_free)

void mail_imap_section_free (MailImapSection *section);

void mail_imap_fetch_free (MailImapFetch *fetch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapFetch, mail_imap_fetch_free)

/* For sorted arrays of UIDs (guint32). */
int mail_imap_compare_uid (gconstpointer a, gconstpointer b);

/* (transfer full): the UIDs that are keys of @table (GUINT_TO_POINTER), ascending. */
GArray *mail_imap_uids_of_table (GHashTable *table);

/* (nullable): the section with this name (case-insensitive), borrowed. */
const MailImapSection *mail_imap_fetch_get_section (const MailImapFetch *fetch, const char *name);

void mail_imap_part_free (MailImapPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapPart, mail_imap_part_free)

/* Reads stored structure_text again. NULL with @error (PROTOCOL) when it is not a BODYSTRUCTURE. */
MailImapPart *mail_imap_part_parse (const char *structure_text, GError **error);

/* The value of a parameter, or NULL. @name in lower case. */
const char *mail_imap_part_get_parameter (const MailImapPart *part, const char *name);

/* One LIST response. */
typedef struct
{
  MailMailboxInfo *info; /* name decoded to UTF-8; role from SPECIAL-USE only */
  char *raw_name;        /* as sent: what commands must quote back */
  char *rights;          /* MYRIGHTS in the same round trip (RFC 8440), or NULL */
} MailImapListed;

void mail_imap_listed_free (MailImapListed *listed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapListed, mail_imap_listed_free)

enum
{
  MAIL_IMAP_OBJECT_ID_MOST = 255, /* RFC 8474, section 7 */
};

/* What a STATUS response told. */
typedef enum
{
  MAIL_IMAP_STATUS_MESSAGES = 1 << 0,
  MAIL_IMAP_STATUS_UNSEEN = 1 << 1,
  MAIL_IMAP_STATUS_DELETED = 1 << 2,
  MAIL_IMAP_STATUS_UIDNEXT = 1 << 3,
  MAIL_IMAP_STATUS_UIDVALIDITY = 1 << 4,
  MAIL_IMAP_STATUS_HIGHESTMODSEQ = 1 << 5,
  MAIL_IMAP_STATUS_SIZE = 1 << 6,
  MAIL_IMAP_STATUS_APPENDLIMIT = 1 << 7,
} MailImapStatusHas;

/* STATUS or SELECT, what is known of a mailbox. A plain value, to be copied. */
typedef struct
{
  MailImapStatusHas has;  /* of a STATUS; 0 after SELECT */
  guint messages;
  guint unseen;
  guint deleted;          /* messages with \Deleted; IMAP4rev2 only */
  guint32 uidnext;
  guint32 uidvalidity;
  guint64 highestmodseq;  /* 0: NOMODSEQ or unknown */
  guint64 size;           /* STATUS=SIZE; 0 = unknown */
  guint64 append_limit;   /* the largest message in octets (RFC 7889); 0 = none told */
  gboolean no_modseq;     /* the server keeps no modification sequences in this mailbox */
  gboolean resynced;      /* SELECT (QRESYNC ...) told all changes; mail_imap_session_select_qresync() */
  gboolean read_only;
  MailFlags permanent_flags;
  gboolean permanent_keywords; /* \* */
  char mailbox_object_id[MAIL_IMAP_OBJECT_ID_MOST + 1]; /* MAILBOXID (RFC 8474); "" = not told */
} MailImapStatus;

/* Takes into @status what @news told. */
void mail_imap_status_merge (MailImapStatus *status, const MailImapStatus *news);

/* Whose mailboxes begin with a prefix (RFC 2342). */
typedef enum
{
  MAIL_IMAP_NAMESPACE_PERSONAL,
  MAIL_IMAP_NAMESPACE_OTHERS,
  MAIL_IMAP_NAMESPACE_SHARED,
} MailImapNamespaceKind;

typedef struct
{
  MailImapNamespaceKind kind;
  char *prefix;   /* UTF-8, mostly with the delimiter at its end: "INBOX.", "Other Users/"; may be "" */
  char delimiter; /* '\0' = flat */
} MailImapNamespace;

void mail_imap_namespace_free (MailImapNamespace *names);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapNamespace, mail_imap_namespace_free)

/* A piece of a sequence set, @first <= @last. */
typedef struct
{
  guint32 first;
  guint32 last;
} MailImapRange;

/* (transfer full) (nullable): the set ("4,7:9,12:*") as MailImapRange, sorted by @first; "*" is G_MAXUINT32. NULL when it
 * is not a set of at most @most pieces. */
GArray *mail_imap_set_parse (const char *set, gsize length, guint most);
/* The same, unsorted: the order of a COPYUID's two sets is what pairs them. */
GArray *mail_imap_set_parse_in_order (const char *set, gsize length, guint most);
/* Whether @uid is in @set, which mail_imap_set_parse() made. */
gboolean mail_imap_set_contains (const GArray *set, guint32 uid);
/* (transfer full) (nullable): the numbers of @set in its order; NULL when there would be more than @most. */
GArray *mail_imap_set_expand (const GArray *set, guint most);
/* How many numbers are in @set. */
guint64 mail_imap_set_count (const GArray *set);
/* Sorts the ranges and joins those that meet. */
void mail_imap_set_tidy (GArray *set);
/* (transfer full): "4,7:9,12:*" of tidy ranges. */
char *mail_imap_set_format (const GArray *set);

/* Where copies landed (UIDPLUS, RFC 4315): parallel arrays; both NULL when the server did not say. */
typedef struct
{
  guint32 uidvalidity;
  GArray *source_uids; /* guint32 */
  GArray *target_uids; /* guint32 */
} MailImapCopyUid;

void mail_imap_copy_uid_clear (MailImapCopyUid *copy_uid);

/* QUOTA (RFC 9208): the resources STORAGE, in bytes, and MESSAGE; 0 limit = none told. */
typedef struct
{
  guint64 used;
  guint64 limit;
  guint64 messages;
  guint64 messages_limit;
} MailImapQuota;
