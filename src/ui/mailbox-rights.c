/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/mailbox-rights.h"

#include <glib/gi18n.h>
#include <string.h>

/* By MailRight. A server of RFC 2086 knows fewer letters; one of RFC 4314 tells them too, of which only the new ones count. */
static const struct
{
  char letter;
  const char *old_letters;
  const char *words;
  const char *why_not;
} rights[] = {
  [MAIL_RIGHT_INSERT] = { 'i', "i", N_ ("file messages here"),
                          N_ ("The server does not let you put messages into this mailbox") },
  [MAIL_RIGHT_SEEN] = { 's', "s", N_ ("mark as read"),
                        N_ ("The server does not let you mark messages of this mailbox as read or unread") },
  [MAIL_RIGHT_WRITE] = { 'w', "w", N_ ("star and tag"),
                         N_ ("The server does not let you star or tag messages of this mailbox") },
  [MAIL_RIGHT_DELETE] = { 't', "d", N_ ("delete messages"),
                          N_ ("The server does not let you take messages out of this mailbox") },
  [MAIL_RIGHT_CREATE] = { 'k', "c", N_ ("make mailboxes inside"),
                          N_ ("The server does not let you make mailboxes inside this one") },
  [MAIL_RIGHT_REMOVE] = { 'x', "cd", N_ ("rename or delete the mailbox"),
                          N_ ("The server does not let you rename, move or delete this mailbox") },
};

gboolean
mail_mailbox_may (MailMailbox *mailbox, MailRight right)
{
  const char *told = mail_mailbox_get_info (mailbox)->rights;

  if (told == NULL || strchr (told, rights[right].letter) != NULL)
    return TRUE;
  return strpbrk (told, "ektx") == NULL && strpbrk (told, rights[right].old_letters) != NULL;
}

const char *
mail_mailbox_why_not (MailMailbox *mailbox, MailRight right)
{
  return mail_mailbox_may (mailbox, right) ? NULL : _ (rights[right].why_not);
}

char *
mail_mailbox_describe_missing (MailMailbox *mailbox, guint which)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autofree char *list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rights); i++)
    if ((which & 1U << i) != 0 && !mail_mailbox_may (mailbox, (MailRight) i))
      g_ptr_array_add (words, (gpointer) _ (rights[i].words));
  if (words->len == 0)
    return NULL;
  g_ptr_array_add (words, NULL);
  list = g_strjoinv (", ", (char **) words->pdata);
  /* Translators: %s is a list such as “mark as read, delete messages”. */
  return g_strdup_printf (_ ("The server does not let you: %s"), list);
}

char *
mail_mailbox_describe_rights (MailMailbox *mailbox)
{
  g_autofree char *missing = mail_mailbox_describe_missing (mailbox, G_MAXUINT);

  if (mail_mailbox_get_info (mailbox)->rights == NULL)
    return NULL;
  return missing != NULL ? g_steal_pointer (&missing) : g_strdup (_ ("You may do everything here"));
}

const char *
mail_mailbox_why_not_changed (MailAccount *account, MailMailbox *mailbox)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (mailbox);

  if (info->role == MAIL_ROLE_INBOX)
    return _ ("The inbox stays as it is");
  if (mail_account_get_config (account)->mode != MAIL_MODE_IMAP && info->role != MAIL_ROLE_NONE)
    return _ ("This account cannot do without this mailbox");
  return mail_mailbox_why_not (mailbox, MAIL_RIGHT_REMOVE);
}

const char *
mail_mailbox_why_not_parent (MailMailbox *mailbox)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (mailbox);

  if (info->delimiter == '\0' || (info->flags & MAIL_MAILBOX_NO_INFERIORS) != 0)
    return _ ("No mailbox can lie inside this one");
  return mail_mailbox_why_not (mailbox, MAIL_RIGHT_CREATE);
}

gboolean
mail_mailbox_can_move_into (MailAccount *account, MailMailbox *mailbox, MailMailbox *target, const char **why)
{
  const MailMailboxInfo *info = mail_mailbox_get_info (mailbox);
  const MailMailboxInfo *into = target != NULL ? mail_mailbox_get_info (target) : NULL;
  const char *leaf = mail_mailbox_info_get_leaf (info);
  gsize above = (gsize) (leaf - info->name);
  g_autofree char *taken = NULL;

  *why = mail_mailbox_why_not_changed (account, mailbox);
  if (*why != NULL || info->delimiter == '\0' || mail_account_get_config (account)->mode != MAIL_MODE_IMAP)
    return FALSE;
  if (into == NULL)
    return above > 0 && mail_account_check_mailbox_name (account, NULL, leaf, &taken);
  /* Neither into itself or what lies in it, nor where it lies already. */
  if (mail_mailbox_name_is_within (into->name, info->name, info->delimiter)
      || (above == strlen (into->name) + 1 && strncmp (info->name, into->name, above - 1) == 0))
    return FALSE;
  *why = mail_mailbox_why_not_parent (target);
  if (*why == NULL && !mail_account_check_mailbox_name (account, target, leaf, &taken))
    *why = _ ("There is a mailbox with this name.");
  return *why == NULL;
}
