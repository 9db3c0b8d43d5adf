/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store-messages.h"
#include "sync/imap-headers.h"
#include "sync/imap-look.h"

/* Messages that are compared at a time: memory is needed for so many, however large the mailbox is. */
#define MAIL_IMAP_LOOK_WINDOW 20000

/* One mailbox that is being looked through. */
typedef struct
{
  const MailImapPass *pass;
  MailMailboxInfo *mailbox;
  const MailImapStatus *told; /* by STATUS; or NULL */
  MailImapStatus status;      /* from SELECT */
  MailImapPending *pending;
  gboolean has_orphans;       /* rows without UID may be messages of the server */
  gboolean renumbered;
  gboolean spaced;            /* flags alone are no reason to compare everything now */
  gint64 comparing;           /* microseconds that it took so far to ask for flags */
  MailImapHeaders *headers;
  GArray *gone;               /* MailStoreUid: to be removed when all that is new is here */
  GArray *missing;            /* guint32: messages without a row; NULL when nobody is suspected */
  guint there;                /* messages that were listed, of those that SELECT counted */
  GArray *seen;               /* MailImapSeen: what changed, told by SELECT (QRESYNC), then by FETCH */
  GArray *vanished;           /* MailImapRange: what SELECT (QRESYNC) says is gone */
} MailImapLook;

void mail_imap_look_init (MailImapLook *look, const MailImapPass *pass, MailMailboxInfo *mailbox, const MailImapStatus *told);
void mail_imap_look_clear (MailImapLook *look);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MailImapLook, mail_imap_look_clear)

/* The cases, once the mailbox is selected. */
gboolean mail_imap_look_first (MailImapLook *look, GError **error);
gboolean mail_imap_look_general (MailImapLook *look, GError **error);
/* Which messages there are, and nothing of their flags. */
gboolean mail_imap_look_at_uids (MailImapLook *look, GError **error);
gboolean mail_imap_look_at_qresync (MailImapLook *look, GError **error);
gboolean mail_imap_look_at_condstore (MailImapLook *look, GError **error);
gboolean mail_imap_look_at_new (MailImapLook *look, GError **error);

/* Rows (MailStoreUid) with UIDs from @first to @last, at most @most (0: all). */
GArray *mail_imap_look_load_rows (const MailImapLook *look, guint32 first, guint32 last, guint most, GError **error);
/* What of look->seen, which is sorted, differs from the rows that are here; *rows (transfer full): these. */
MailImapDiff *mail_imap_look_compare_seen (MailImapLook *look, GArray **rows, GError **error);
/* A MailImapFetchFunc that adds to an array of MailImapSeen. */
gboolean mail_imap_look_take_seen (MailImapFetch *fetch, gpointer user_data, GError **error);
/* Makes rows of the messages @uids (guint32). */
gboolean mail_imap_look_fetch_headers (MailImapLook *look, const GArray *uids, GError **error);
/* Writes @changed (MailImapReflag) to @rows, both ascending, and counts. */
gboolean mail_imap_look_write_flags (MailImapLook *look, const GArray *rows, const GArray *changed, GError **error);
/* What SELECT told is how far the mailbox is known; with @complete FALSE what is not here yet does not count as looked at. */
gboolean mail_imap_look_set_synced (const MailImapLook *look, gboolean complete, GError **error);
