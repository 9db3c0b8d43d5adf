/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap/imap-session.h"

/* When to compress an IMAP connection, which cannot be undone. Pure. Measured on Dovecot: what makes up headers shrinks 5.4 times
 * at hardly any cost; messages, whose attachments are encoded already, 1.7 times, for 6 s of the server's time per 266 MB. So
 * above about 150 Mbit/s a body arrives sooner as it is. */

/* What is still to come over the connection, in octets. */
typedef struct
{
  guint64 headers;
  guint64 bodies;
} MailImapLoad;

/* Microseconds that compressing saves over @link, less what it costs; negative: it loses. 0 when the link's rate is not known. */
gint64 mail_imap_compress_saves (const MailImapLoad *load, const MailImapLink *link);

/* Whether that is worth the command. */
gboolean mail_imap_compress_pays (const MailImapLoad *load, const MailImapLink *link);
