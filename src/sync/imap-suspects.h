/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Messages over which a server may have fallen: when a connection dies while it brings several, each of those that did not come
 * is asked for by itself; one over which it dies twice alone is set aside for a day, so that it keeps nothing else from coming. In
 * memory only: a new run of the program tries anew. No I/O. */
typedef struct _MailImapSuspects MailImapSuspects;

typedef enum
{
  MAIL_IMAP_UNSUSPECTED,
  MAIL_IMAP_SUSPECTED, /* to be asked for alone, after all others */
  MAIL_IMAP_SET_ASIDE, /* not to be asked for, unless a person wants to see it */
} MailImapSuspicion;

MailImapSuspects *mail_imap_suspects_new (void);
void mail_imap_suspects_free (MailImapSuspects *suspects);

MailImapSuspicion mail_imap_suspects_get (const MailImapSuspects *suspects, gint64 message_id);
guint mail_imap_suspects_count (const MailImapSuspects *suspects);

/* The connection died while these messages (gint64) were waited for. TRUE when it was one alone and is set aside now. */
gboolean mail_imap_suspects_accuse (MailImapSuspects *suspects, const GArray *message_ids);
/* The message came. */
void mail_imap_suspects_acquit (MailImapSuspects *suspects, gint64 message_id);
/* What was set aside may be tried once more. */
void mail_imap_suspects_pardon (MailImapSuspects *suspects);

/* TRUE when connections died one after the other and nothing came: it is hardly the messages' fault. */
gboolean mail_imap_suspects_is_hopeless (const MailImapSuspects *suspects);
