/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The only news from a store: what one committed transaction did to one mailbox. */
typedef struct
{
  gint64 mailbox_id;  /* 0 = the list of mailboxes itself changed */
  GArray *added;      /* gint64 message ids */
  GArray *changed;
  GArray *removed;
  gboolean counts;    /* the mailbox's own figures (unread, messages, bodies) changed */
} MailChange;

MailChange *mail_change_new (gint64 mailbox_id);
void mail_change_free (MailChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailChange, mail_change_free)
