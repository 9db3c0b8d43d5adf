/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"
#include "sync/sync-action.h"

/* What is to be done to one message, or to one mailbox. */
typedef struct
{
  gint64 id;             /* of the message; or of the mailbox, 0 for one that is to be made */
  MailFlags add;
  MailFlags remove;
  char *keywords_add;    /* a space between them, or NULL */
  char *keywords_remove;
  gint64 target_id;      /* a mailbox: where the message goes; of which the messages are meant; what is to lie above @id, or 0 */
  char *name;            /* of a mailbox: what it is to be called, the last part or, with @full_name, all */
  gboolean full_name;
  MailRole role;         /* of a mailbox that is to be made */
  gboolean only_empty;   /* of a mailbox that is to be deleted: not with mail in it, or others beneath it */
} MailActionStep;

struct _MailAction
{
  MailActionKind kind;
  MailMode mode;
  gboolean for_ever;     /* DELETE: not to Trash */
  GArray *steps;         /* MailActionStep */
  GBytes *message;       /* APPEND, with CRLF line ends */
  MailMessageInfo *info; /* APPEND: the row to be */

  /* While it is performed. */
  MailMailboxInfo *target; /* the last one that a message went to */
  MailMailboxInfo *trash;  /* NULL: there is none, if @knows_trash */
  gboolean knows_trash;
  GArray *moves;           /* MailStoreMove: rows that are still to go, together, to @moves_to */
  gint64 moves_to;

  /* Once performed. */
  GArray *ids;           /* gint64 */
  GArray *way_back;      /* MailActionStep */
};

/* Each does one step inside the job and notes what it did. */
gboolean mail_action_do_flags (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
gboolean mail_action_do_move (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
gboolean mail_action_do_copy (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
gboolean mail_action_do_delete (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
gboolean mail_action_do_append (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
/* Flags and a move. */
gboolean mail_action_do_file (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
/* All messages of a mailbox. */
gboolean mail_action_do_empty (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
gboolean mail_action_do_read_all (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);

/* Rows do not go to their mailboxes one by one, and not before this. */
gboolean mail_action_move_rows (MailDb *db, MailAction *action, GError **error);

/* Of mailboxes; the action's ids are theirs then. */
gboolean mail_action_do_create_mailbox (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
gboolean mail_action_do_rename_mailbox (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
gboolean mail_action_do_delete_mailbox (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
gboolean mail_action_do_restore_mailbox (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
/* step->add not 0: subscribed; else not any more. */
gboolean mail_action_do_subscribe (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);

/* Notes that row @id was changed or made, and how to take that back (nullable, copied). */
void mail_action_note (MailAction *action, gint64 id, const MailActionStep *back);
