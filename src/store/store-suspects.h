/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* Table `suspect`: messages of the server over which a connection died, or that were refused, while they were asked for alone. A
 * new UIDVALIDITY and the end of the mailbox take them along. Inside jobs only. */
typedef enum
{
  MAIL_SUSPECT_HEADER, /* the message has no row yet */
  MAIL_SUSPECT_BODY,
  MAIL_SUSPECT_REFUSED, /* no row either: the server says no, in whatever words it is asked */
} MailSuspectPart;

typedef struct
{
  gint64 mailbox_id;
  guint32 uid;
  MailSuspectPart part; /* what was asked for */
  guint deaths;         /* or refusals */
  gint64 until;         /* Unix seconds: left out until then; 0 = not */
} MailSuspect;

/* MailSuspect, by mailbox and UID; those whose body came meanwhile, or whose row went, are forgotten first. Writes. */
GArray *mail_store_suspects_load (MailDb *db, GError **error);
gboolean mail_store_suspects_put (MailDb *db, const MailSuspect *suspect, GError **error);
gboolean mail_store_suspects_remove (MailDb *db, gint64 mailbox_id, guint32 uid, GError **error);
