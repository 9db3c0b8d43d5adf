/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/flags.h"

/* What a person looks for, in words: `invoice from:anna "big fair" is:unread older:30d`. A message has to have all of it.
 * Plain words and quoted phrases may be anywhere in it; from:, to: (Cc included) and subject: in that field; is:unread and
 * is:starred; has:attachment; older: and newer: than a number of h(ours), d(ays), w(eeks), m(onths) or y(ears); arrived: the same
 * as newer: of the time when it came into its mailbox, in whole days, where the server knows that, and elsewhere newer: itself.
 * What is none of these is a plain word. Pure functions. */
typedef enum
{
  MAIL_TERM_ANYWHERE,
  MAIL_TERM_FROM,
  MAIL_TERM_TO,
  MAIL_TERM_SUBJECT,
  MAIL_TERM_UNREAD,
  MAIL_TERM_STARRED,
  MAIL_TERM_ATTACHMENT,
  MAIL_TERM_OLDER,
  MAIL_TERM_NEWER,
  MAIL_TERM_ARRIVED,
} MailTermKind;

typedef struct
{
  MailTermKind kind;
  char *source;    /* as typed, control characters replaced by spaces */
  char *text;      /* without quotes; NULL where the kind needs none */
  char *folded;    /* the same as it is compared */
  guint64 seconds; /* of OLDER, NEWER, ARRIVED */
} MailTerm;

typedef struct
{
  GPtrArray *terms; /* MailTerm; at least one */
} MailQuery;

/* (transfer full): BAD_INPUT when there is nothing to look for, it is no UTF-8, or it is longer than anybody types. */
MailQuery *mail_query_new (const char *words, GError **error);
MailQuery *mail_query_copy (const MailQuery *query);
void mail_query_free (MailQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailQuery, mail_query_free)

/* What is known here of one message; text is borrowed and may be NULL. */
typedef struct
{
  const char *subject;
  const char *from_name;
  const char *from_address;
  const char *to;
  const char *cc;
  const char *preview;
  MailFlags flags;
  gboolean has_attachment;
  gint64 internal_date;
} MailQueryRow;

/* Whether @row has all of it, without regard to case. */
gboolean mail_query_matches (const MailQuery *query, const MailQueryRow *row, gint64 now);
/* The same of flags, attachments and ages alone, for a row whose text the server found. */
gboolean mail_query_matches_state (const MailQuery *query, const MailQueryRow *row, gint64 now);
