/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mailbox-rights.h"

#include <glib/gi18n.h>
#include <string.h>

/* By MailRight; one letter of @letters is enough, since RFC 2086 had fewer of them. */
static const struct
{
  const char *letters;
  const char *words;
} rights[] = {
  [MAIL_RIGHT_INSERT] = { "i", N_ ("file messages here") },
  [MAIL_RIGHT_SEEN] = { "s", N_ ("mark as read") },
  [MAIL_RIGHT_WRITE] = { "w", N_ ("star and tag") },
  [MAIL_RIGHT_DELETE] = { "td", N_ ("delete messages") },
  [MAIL_RIGHT_CREATE] = { "kc", N_ ("make mailboxes inside") },
  [MAIL_RIGHT_REMOVE] = { "xcd", N_ ("rename or delete the mailbox") },
};

gboolean
mail_mailbox_may (MailMailbox *mailbox, MailRight right)
{
  const char *told = mail_mailbox_get_info (mailbox)->rights;

  return told == NULL || strpbrk (told, rights[right].letters) != NULL;
}

char *
mail_mailbox_describe_rights (MailMailbox *mailbox)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autofree char *list = NULL;
  guint n = 0;

  if (mail_mailbox_get_info (mailbox)->rights == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (rights); i++)
    if (mail_mailbox_may (mailbox, (MailRight) i))
      n++;
    else
      g_ptr_array_add (words, (gpointer) _ (rights[i].words));
  if (n == G_N_ELEMENTS (rights))
    return g_strdup (_ ("You may do everything here"));
  g_ptr_array_add (words, NULL);
  list = g_strjoinv (", ", (char **) words->pdata);
  /* Translators: %s is a list such as “mark as read, delete messages”. */
  return g_strdup_printf (_ ("The server does not let you: %s"), list);
}

gboolean
mail_mailbox_can_move_into (MailAccount *account, MailMailbox *mailbox, MailMailbox *target)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (mailbox);
  const MailMailboxInfo *into = target != NULL ? mail_mailbox_get_info (target) : NULL;
  const char *leaf = mail_mailbox_info_get_leaf (info);
  gsize above = (gsize) (leaf - info->name);

  if (info->role == MAIL_ROLE_INBOX || info->delimiter == '\0' || !mail_mailbox_may (mailbox, MAIL_RIGHT_REMOVE)
      || mail_account_get_config (account)->mode != MAIL_MODE_IMAP)
    return FALSE;
  if (into == NULL)
    return above > 0;
  /* Neither into itself or what lies in it, nor where it lies already. */
  return !mail_mailbox_name_is_within (into->name, info->name, info->delimiter) && into->delimiter != '\0'
         && (into->flags & MAIL_MAILBOX_NO_INFERIORS) == 0 && mail_mailbox_may (target, MAIL_RIGHT_CREATE)
         && !(above == strlen (into->name) + 1 && strncmp (info->name, into->name, above - 1) == 0);
}
