/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/flags.h"
#include "core/mailbox-info.h"
#include "imap/imap-types.h"
#include "store/store-messages.h"

/* What is to be done so that a mailbox here becomes what the server has. */
typedef enum
{
  MAIL_IMAP_CASE_UNCHANGED,  /* nothing */
  MAIL_IMAP_CASE_FIRST,      /* never looked through to its end: all of it, in windows, the newest first */
  MAIL_IMAP_CASE_RENUMBERED, /* another UIDVALIDITY: no UID here means anything, and messages are met anew */
  MAIL_IMAP_CASE_QRESYNC,    /* SELECT itself tells what changed and what vanished (RFC 7162, section 3.2.5) */
  MAIL_IMAP_CASE_CONDSTORE,  /* FETCH tells what changed (RFC 7162, section 3.1.4); what vanished shows in the numbers */
  MAIL_IMAP_CASE_ONLY_NEW,   /* no modification sequences; as many messages more as UIDs more: nothing went */
  MAIL_IMAP_CASE_GENERAL,    /* everything is compared */
} MailImapCase;

/* What decides about the case besides the figures. */
typedef struct
{
  gboolean condstore;      /* the server has it */
  gboolean qresync;
  gboolean hides_deleted;  /* messages with \Deleted have no row: the number of rows says nothing */
  gboolean knows_unseen;   /* the figures come from STATUS, not from SELECT */
  guint without_row;       /* messages that have no row for a reason: set aside, or on their way out */
  guint without_uid;       /* rows that are no message of the server, or not yet */
  guint strays;            /* of these, rows that are to be found there or go: what was done for them is done */
  gboolean due;            /* one that was set aside may be asked for again */
  gboolean spaced;         /* all flags were compared a short while ago: not yet again, unless there is another reason */
} MailImapMeans;

/* @row: the mailbox as of the last complete look; @now: what the server says. Pure. */
MailImapCase mail_imap_case_decide (const MailMailboxInfo *row, const MailImapStatus *now, const MailImapMeans *means);
const char *mail_imap_case_to_string (MailImapCase kind);

/* Where a mailbox stands in line, from 0: the inbox, what is @open in a window, what a person watches, what was in use @recently
 * (but for Trash and the like), then by role. Pure. */
guint mail_imap_resync_rank (const MailMailboxInfo *mailbox, gboolean open, gboolean recently);

/* What the server says of one message when a mailbox is looked through. */
typedef struct
{
  guint32 uid;
  MailFlags flags;
  char *keywords; /* owned; or NULL */
  char *labels;   /* owned; or NULL */
  gboolean has_labels; /* the server told them, be there any or not */
} MailImapSeen;

/* (transfer full): an array of MailImapSeen that frees what is in it. */
GArray *mail_imap_seen_new (void);
/* By UID, without doubles: servers may answer in any order and more than once. The last word on a UID
 * counts, and of those that told labels the last. */
void mail_imap_seen_sort (GArray *seen);

/* One row whose flags the server gives otherwise, or whose labels it tells. */
typedef struct
{
  gint64 id;
  guint32 uid;
  MailFlags flags;
  const char *keywords; /* borrowed from MailImapSeen, */
  const char *labels;   /* and so are these */
  gboolean has_labels;
} MailImapReflag;

/* What is to be done so that the rows here are what the server has. */
typedef struct
{
  GArray *fresh;   /* guint32 UIDs that have no row, ascending */
  GArray *gone;    /* MailStoreUid of rows that the server no longer has */
  GArray *changed; /* MailImapReflag */
} MailImapDiff;

MailImapDiff *mail_imap_diff_new (void);
void mail_imap_diff_free (MailImapDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailImapDiff, mail_imap_diff_free)

/* @rows: MailStoreUid ascending; @seen: sorted, borrowed for as long as the result lives. With @complete, @seen is all
 * that the mailbox holds, so that a row without its UID is gone; otherwise it is only what changed. With @deleted_is_gone
 * a message with \Deleted counts as not there: on a server without UID EXPUNGE that is all that deleting can do. Pure. */
MailImapDiff *mail_imap_resync_compare (const GArray *rows,
                                        const GArray *seen,
                                        gboolean complete,
                                        gboolean deleted_is_gone);

/* Compares with UIDs alone (SEARCH ALL): flags are not known. @uids: guint32, ascending. Pure. */
MailImapDiff *mail_imap_resync_compare_uids (const GArray *rows, const GArray *uids);

/* The same for a part of a long list: adds to @diff what is new and gone among the UIDs from @first to @last. @rows: all of them;
 * @ranges: MailImapRange, tidy, may go beyond. Pure. */
void mail_imap_resync_compare_ranges (MailImapDiff *diff,
                                      const GArray *rows,
                                      const GArray *ranges,
                                      guint32 first,
                                      guint32 last);
