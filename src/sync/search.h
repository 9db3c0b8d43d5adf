/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/query.h"
#include "store/store-messages.h"

/* So many messages are found at most: the newest. */
#define MAIL_SEARCH_MOST 10000

/* Who answered. */
typedef enum
{
  MAIL_SEARCHED_HERE,   /* the rows: sender, recipients, subject, first words */
  MAIL_SEARCHED_PARTLY, /* the server, of some mailboxes; of the others the rows */
  MAIL_SEARCHED_SERVER, /* the server, which knows the whole text */
} MailSearched;

/* One search, and what it found. */
typedef struct
{
  MailQuery *query;
  gint64 mailbox_id;     /* 0 = all */
  GCancellable *give_up; /* (nullable): nobody waits any more; looked at where the connection can stop */

  GArray *keys;          /* MailStoreKey of the rows that were found, in the order of a list */
  MailSearched searched;

  GArray *left;          /* private: gint64, mailboxes whose rows are to be looked through; NULL: that was not begun */
  MailStoreKey from;     /* private: how far it is with the last of them */
} MailSearch;

/* @query is copied; @give_up (nullable) is kept. */
MailSearch *mail_search_new (const MailQuery *query, gint64 mailbox_id, GCancellable *give_up);
void mail_search_free (MailSearch *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailSearch, mail_search_free)

/* Nothing found yet. */
void mail_search_reset (MailSearch *search);
/* All was looked at: puts what was found in order, and leaves the newest MAIL_SEARCH_MOST of it. */
void mail_search_finish (MailSearch *search);

/* A job of the reader, with a MailSearch: the next some milliseconds of a search without a server, until mail_search_is_done(). */
gboolean mail_search_look_job (MailDb *db, gpointer search, GError **error);
gboolean mail_search_is_done (const MailSearch *search);

/* Looks through the rows of one mailbox and appends what it finds; blocks, in such jobs. */
gboolean mail_search_mailbox_here (MailStore *store,
                                   MailSearch *search,
                                   gint64 mailbox_id,
                                   GCancellable *cancellable,
                                   GError **error);
/* The whole search without a server. */
gboolean mail_search_here (MailStore *store, MailSearch *search, GCancellable *cancellable, GError **error);
