/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync/imap-pending.h"

/* The mailboxes that a pass goes over, of which several are asked about at a time: on a far link it is the way there and back that
 * takes the time. */
typedef struct
{
  const MailImapPass *pass;
  const MailImapPending *pending;
  const GPtrArray *mailboxes; /* MailMailboxInfo, in the order in which they are looked at */
  GHashTable *statuses;       /* server's name -> MailImapStatus; NULL: nobody was asked, but there is news */
  guint next;                 /* the first of which nothing was sent ahead */
  gboolean sent;              /* something was */
} MailImapLine;

/* (nullable) */
const MailImapStatus *mail_imap_line_get_told (const MailImapLine *line, const MailMailboxInfo *mailbox);

/* After the last one: what was sent in vain is read, so that nothing is left to go wrong later. */
gboolean mail_imap_ahead_end (const MailImapLine *line, GError **error);

/* The connection ended: where something was sent ahead, nothing is for a while, and the longer the more often that happens. */
void mail_imap_ahead_note_end (MailImapEngine *engine);

/* Before @current is looked at: sends ahead what looking at it and at the next ones takes, as far as that is known and little is
 * expected, so that a person's wish does not wait for long. Nothing where connections end over a message. */
void mail_imap_ahead_send (MailImapLine *line, guint current);
