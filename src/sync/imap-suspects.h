/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store-suspects.h"

/* Messages over which a server, or the reading of what it says, may have fallen, or which it refuses to show. When a connection
 * dies while it brings whole messages, each of those that did not come is asked for by itself; while it brings headers, which may
 * be many, they are asked for in ever smaller sets. One over which connections go on dying alone is set aside for a day, so that it
 * keeps nothing else from coming; what is known of single messages is kept in the store. */
typedef struct _MailImapSuspects MailImapSuspects;

typedef enum
{
  MAIL_IMAP_UNSUSPECTED,
  MAIL_IMAP_HUNTED,    /* one of a set that holds a culprit, after the others; headers only */
  MAIL_IMAP_SUSPECTED, /* to be asked for alone, after all others */
  MAIL_IMAP_SET_ASIDE, /* not to be asked for, unless a person wants to see it */
} MailImapSuspicion;

/* @store: NULL for one that forgets. It must outlive the suspects. */
MailImapSuspects *mail_imap_suspects_new (MailStore *store);
void mail_imap_suspects_free (MailImapSuspects *suspects);

/* What earlier runs of the program found out. (transfer full): MailSuspect that are set aside now; empty from the second call
 * on. */
GArray *mail_imap_suspects_load (MailImapSuspects *suspects, GError **error);

MailImapSuspicion mail_imap_suspects_get (const MailImapSuspects *suspects, gint64 mailbox_id, guint32 uid);
guint mail_imap_suspects_count (const MailImapSuspects *suspects);
/* Messages of the mailbox that have no row because they are set aside now. */
guint mail_imap_suspects_count_left_out (const MailImapSuspects *suspects, gint64 mailbox_id);
/* TRUE when the mailbox has a message without a row that may be asked for, now or again. */
gboolean mail_imap_suspects_is_due (const MailImapSuspects *suspects, gint64 mailbox_id);
/* TRUE when the message was asked for so often alone that this is its last chance. */
gboolean mail_imap_suspects_is_last_chance (const MailImapSuspects *suspects, gint64 mailbox_id, guint32 uid);

/* TRUE for a failure that a message may have caused: the connection ended, or what came could not be read. */
gboolean mail_imap_suspects_is_death (const GError *failure);
/* TRUE for an answer to FETCH that a message may have caused: the session goes on, and the others may be asked for. */
gboolean mail_imap_suspects_is_refusal (const GError *failure);

/* The connection died while @part of these messages (guint32, ascending) was waited for. TRUE when it was one alone and is set
 * aside now. */
gboolean mail_imap_suspects_accuse (MailImapSuspects *suspects, MailSuspectPart part, gint64 mailbox_id, const GArray *uids);
/* The server said no to the header of the message alone, and goes on: it is set aside, the longer the more often. */
void mail_imap_suspects_note_refused (MailImapSuspects *suspects, gint64 mailbox_id, guint32 uid);
/* The message came. */
void mail_imap_suspects_acquit (MailImapSuspects *suspects, MailSuspectPart part, gint64 mailbox_id, guint32 uid);
/* All of the mailbox that are hunted were asked for, and nothing died of it. */
void mail_imap_suspects_end_hunt (MailImapSuspects *suspects, gint64 mailbox_id);
/* What was set aside may be tried once more. */
void mail_imap_suspects_pardon (MailImapSuspects *suspects);
/* Only @missing (guint32, ascending) are in the mailbox and have no row: others without a row are gone from the server. */
void mail_imap_suspects_keep (MailImapSuspects *suspects, gint64 mailbox_id, const GArray *missing);
/* The mailbox got new UIDs; the store knows. */
void mail_imap_suspects_forget (MailImapSuspects *suspects, gint64 mailbox_id);

/* Connections that died since the last message came. */
guint mail_imap_suspects_count_deaths (const MailImapSuspects *suspects, MailSuspectPart part);
/* TRUE when connections died one after the other and nothing came: it is hardly the messages' fault. */
gboolean mail_imap_suspects_is_hopeless (const MailImapSuspects *suspects, MailSuspectPart part);
