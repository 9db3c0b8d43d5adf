/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/message-info.h"
#include "sync/sync-action.h"

/* What is to be done to one message. */
typedef struct
{
  gint64 id;
  MailFlags add;
  MailFlags remove;
  gint64 target_id;
} MailActionStep;

struct _MailAction
{
  MailActionKind kind;
  MailMode mode;
  gboolean for_ever;     /* DELETE: not to Trash */
  GArray *steps;         /* MailActionStep */
  GBytes *message;       /* APPEND, with CRLF line ends */
  MailMessageInfo *info; /* APPEND: the row to be */

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

/* Notes that row @id was changed or made, and how to take that back (nullable). */
void mail_action_note (MailAction *action, gint64 id, const MailActionStep *back);
