/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/message-info.h"

const char *
mail_where_to_string (MailWhere where)
{
  switch (where)
    {
    case MAIL_WHERE_SERVER:
      return "server";
    case MAIL_WHERE_BOTH:
      return "both";
    case MAIL_WHERE_HERE:
      return "here";
    default:
      g_assert_not_reached ();
    }
}

MailMessageInfo *
mail_message_info_new (void)
{
  return g_new0 (MailMessageInfo, 1);
}

MailMessageInfo *
mail_message_info_copy (const MailMessageInfo *info)
{
  MailMessageInfo *copy = g_memdup2 (info, sizeof *info);

  copy->uidl = g_strdup (info->uidl);
  copy->keywords = g_strdup (info->keywords);
  copy->labels = g_strdup (info->labels);
  copy->email_id = g_strdup (info->email_id);
  copy->message_id = g_strdup (info->message_id);
  copy->in_reply_to = g_strdup (info->in_reply_to);
  copy->references = g_strdup (info->references);
  copy->subject = g_strdup (info->subject);
  copy->from_name = g_strdup (info->from_name);
  copy->from_address = g_strdup (info->from_address);
  copy->to = g_strdup (info->to);
  copy->cc = g_strdup (info->cc);
  copy->preview = g_strdup (info->preview);
  copy->structure = g_strdup (info->structure);
  copy->sha256 = g_strdup (info->sha256);
  return copy;
}

void
mail_message_info_free (MailMessageInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->uidl);
  g_free (info->keywords);
  g_free (info->labels);
  g_free (info->email_id);
  g_free (info->message_id);
  g_free (info->in_reply_to);
  g_free (info->references);
  g_free (info->subject);
  g_free (info->from_name);
  g_free (info->from_address);
  g_free (info->to);
  g_free (info->cc);
  g_free (info->preview);
  g_free (info->structure);
  g_free (info->sha256);
  g_free (info);
}
