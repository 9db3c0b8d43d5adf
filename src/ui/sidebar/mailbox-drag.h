/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/sidebar/account-row.h"
#include "ui/sidebar/mailbox-row.h"

/* The rows of the sidebar as places where messages and mailboxes are dropped, and mailboxes as what is dragged. The row below
 * the pointer is marked while it would take what is dragged; near its ends the list scrolls by itself. */

typedef struct
{
  /* Whether the selected messages may be dropped on @mailbox; *@copy: as copies, which is what the person wants, and may become
   * what is possible only. FALSE: *@why is the reason, or NULL where none is needed. */
  gboolean (*takes_messages) (MailAccount *account, MailMailbox *mailbox, gboolean *copy, const char **why, gpointer data);
  void (*messages_dropped) (MailAccount *account, MailMailbox *mailbox, gboolean copy, gpointer data);
  /* @target NULL: the top of the tree of @account. */
  gboolean (*takes_mailbox) (MailAccount *account, MailMailbox *mailbox, MailMailbox *target, const char **why, gpointer data);
  void (*mailbox_dropped) (MailAccount *account, MailMailbox *mailbox, MailMailbox *target, gpointer data);
  /* It was let go where it could not be dropped. */
  void (*refused) (const char *why, gpointer data);
} MailMailboxDragCalls;

/* For as long as @rows lives. @calls and @data are borrowed for as long. */
void mail_mailbox_drag_attach (GtkListBox *rows, const MailMailboxDragCalls *calls, gpointer data);
