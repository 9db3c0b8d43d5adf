/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* Table `uidl`: the ledger of every unique id that a POP3 server ever showed. Never shortened because a listing was short.
 * Inside jobs only. */
typedef enum
{
  MAIL_UIDL_SEEN,      /* listed, not downloaded */
  MAIL_UIDL_HERE,      /* downloaded and durable; still on the server as far as we know */
  MAIL_UIDL_TO_DELETE, /* the person deleted it here, or its time has come */
  MAIL_UIDL_DELETED,   /* we deleted it: QUIT said +OK; if listed again, sync/pop3-returned.h looks at it */
  MAIL_UIDL_GONE,      /* it vanished from the listing by another's hand; the same */
} MailUidlState;

typedef struct
{
  char *uidl;
  MailUidlState state;
  gint64 message_id;  /* 0 = none (any more) */
  gint64 first_seen;  /* Unix seconds */
  gint64 fetched;     /* 0 = not yet */
  guint64 size;
  guint8 hash[32];    /* of the message, once fetched */
  guint returned;     /* how often it was listed again after we had deleted it */
} MailUidl;

void mail_uidl_free (MailUidl *uidl);

/* uidl (char *, owned by the value) -> MailUidl. */
GHashTable *mail_store_uidl_load (MailDb *db, GError **error);
gboolean mail_store_uidl_put (MailDb *db, const MailUidl *uidl, GError **error);
gboolean mail_store_uidl_set_state (MailDb *db, const char *uidl, MailUidlState state, GError **error);
/* By message, when a person deletes it (TO_DELETE) or takes that back (HERE). No row: nothing happens. */
gboolean mail_store_uidl_set_state_of_message (MailDb *db,
                                               gint64 message_id,
                                               MailUidlState from,
                                               MailUidlState to,
                                               GError **error);
