/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/completeness.h"

#include <glib/gi18n-lib.h>

MailCompleteness
mail_completeness_of_mailbox (const MailMailboxInfo *mailbox)
{
  return (MailCompleteness) {
    .messages = mailbox->messages,
    .bodies = mailbox->bodies,
    .texts = mailbox->texts,
    .missing_parts = mailbox->missing_parts,
    .missing_bytes = mailbox->missing_bytes,
  };
}

/* Whether the messages of @mailbox are counted, where @has_all tells that one mailbox shows all but the thrown away. */
static gboolean
counts (const MailMailboxInfo *mailbox, gboolean has_all)
{
  if (mailbox->role == MAIL_ROLE_FLAGGED)
    return FALSE;
  return !has_all || mailbox->role == MAIL_ROLE_ALL || mailbox->role == MAIL_ROLE_JUNK || mailbox->role == MAIL_ROLE_TRASH;
}

MailCompleteness
mail_completeness_of_account (const GPtrArray *mailboxes)
{
  MailCompleteness sum = { 0 };
  gboolean has_all = FALSE;

  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      has_all = has_all || (mailbox->role == MAIL_ROLE_ALL && mailbox->messages > 0);
    }
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (!counts (mailbox, has_all))
        continue;
      sum.messages += mailbox->messages;
      sum.bodies += mailbox->bodies;
      sum.texts += mailbox->texts;
      sum.missing_parts += mailbox->missing_parts;
      sum.missing_bytes += mailbox->missing_bytes;
    }
  return sum;
}

gboolean
mail_completeness_equal (const MailCompleteness *a, const MailCompleteness *b)
{
  return a->messages == b->messages && a->bodies == b->bodies && a->texts == b->texts && a->missing_parts == b->missing_parts
         && a->missing_bytes == b->missing_bytes;
}

char *
mail_completeness_to_words (const MailCompleteness *completeness)
{
  g_autofree char *size = g_format_size (completeness->missing_bytes);
  g_autofree char *parts = NULL;
  /* Translators: how many of a mailbox’s messages can be read without a network; the plural follows the second number. */
  g_autofree char *texts = g_strdup_printf (ngettext ("%'u of %'u message", "%'u of %'u messages", completeness->messages),
                                            completeness->texts, completeness->messages);

  if (completeness->missing_parts > 0)
    parts = g_strdup_printf (ngettext ("%'u attachment missing", "%'u attachments missing", completeness->missing_parts),
                             completeness->missing_parts);
  if (parts != NULL)
    /* Translators: “12,480 of 12,480 messages”, “3 attachments missing”, and the size of all that is missing. */
    return g_strdup_printf (_ ("%s, %s (%s)"), texts, parts, size);
  if (completeness->missing_bytes > 0)
    /* Translators: “1,240 of 12,480 messages”, and the size of all that is missing. */
    return g_strdup_printf (_ ("%s (%s missing)"), texts, size);
  return g_steal_pointer (&texts);
}
