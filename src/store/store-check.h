/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/store.h"

/* Proves the store whole: SQLite's integrity, foreign keys, every mailbox's figures, every body present and matching its
 * hash. @problems: one sentence (char *) per fault. Reads every byte. A read job's data. */
typedef struct
{
  guint mailboxes;
  guint messages;
  guint bodies;
  guint64 body_bytes;
  GPtrArray *problems; /* created by the caller with g_free */
} MailStoreCheck;

gboolean mail_store_check_job (MailDb *db, gpointer check, GError **error);
