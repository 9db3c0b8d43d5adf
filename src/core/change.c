/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/change.h"

MailChange *
mail_change_new (gint64 mailbox_id)
{
  MailChange *self = g_new0 (MailChange, 1);

  self->mailbox_id = mailbox_id;
  self->added = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->changed = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->removed = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

void
mail_change_free (MailChange *change)
{
  if (change == NULL)
    return;
  g_array_unref (change->added);
  g_array_unref (change->changed);
  g_array_unref (change->removed);
  g_free (change);
}
