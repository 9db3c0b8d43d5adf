/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store-messages.h"

/* What decides the figures of a mailbox. Private to store/. */
typedef struct
{
  gint64 id;
  gint64 mailbox_id;
  MailFlags flags;
  MailFlags server_flags;
  gint64 body_id; /* 0 = none */
  gboolean local; /* its mailbox lives in the store only */
} MailMessageState;

/* NOT_FOUND */
gboolean mail_store_messages_get_state (MailDb *db, gint64 id, MailMessageState *state, GError **error);

/* Links a body (0: none) to the row; the body that it had goes when no other row shows it. */
gboolean mail_store_messages_set_body (MailDb *db, gint64 id, gint64 body_id, GError **error);
