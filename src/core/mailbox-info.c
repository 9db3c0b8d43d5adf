/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/mailbox-info.h"

#include <string.h>

static const char *const role_names[] = { "", "inbox", "drafts", "sent", "archive", "junk", "trash", "all", "flagged" };

/* Names seen on real servers, case-folded. What providers hand out to their own web mail, in the languages in which they do. */
static const struct
{
  MailRole role;
  const char *names;
} role_guesses[] = {
  { MAIL_ROLE_DRAFTS, "|drafts|draft|bozze|bozza|entwürfe|brouillons|borradores|rascunhos|concepten|utkast|"
                      "kladder|wersje robocze|kopie robocze|koncepty|черновики|"
                      "草稿|下書き|" },
  { MAIL_ROLE_SENT, "|sent|sent items|sent messages|sent mail|inviati|inviata|posta inviata|elementi inviati|"
                    "messaggi inviati|gesendet|gesendete elemente|gesendete objekte|envoyés|éléments envoyés|"
                    "enviados|elementos enviados|itens enviados|mensagens enviadas|verzonden|verzonden items|skickat|"
                    "skickade|sendt|sendte elementer|wysłane|elementy wysłane|odeslaná pošta|odeslané|отправленные|"
                    "已发送|送信済み|outbox sent|" },
  { MAIL_ROLE_ARCHIVE, "|archive|archives|archivio|archiv|archivo|arquivo|arquivo morto|archief|arkiv|archiwum|архив|" },
  { MAIL_ROLE_JUNK, "|junk|junk mail|junk email|junk e-mail|spam|bulk mail|posta indesiderata|indesiderata|"
                    "spamverdacht|unerwünscht|courrier indésirable|indésirables|correo no deseado|"
                    "lixo eletrônico|spam-verdacht|ongewenste e-mail|ongewenst|skräppost|"
                    "søppelpost|uønsket post|wiadomości-śmieci|niechciane|nevyžádaná pošta|спам|垃圾邮件|" },
  { MAIL_ROLE_TRASH, "|trash|deleted|deleted items|deleted messages|bin|cestino|posta eliminata|eliminata|"
                     "elementi eliminati|papierkorb|gelöschte elemente|corbeille|éléments supprimés|papelera|"
                     "elementos eliminados|lixeira|itens excluídos|"
                     "prullenbak|verwijderde items|papperskorg|borttaget|papirkurv|slettet|kosz|elementy usunięte|koš|"
                     "odstraněná pošta|корзина|удаленные|已删除|ゴミ箱|" },
};

const char *
mail_role_to_string (MailRole role)
{
  return role_names[role];
}

MailRole
mail_role_from_string (const char *text)
{
  for (guint i = 1; i < G_N_ELEMENTS (role_names); i++)
    if (g_strcmp0 (text, role_names[i]) == 0)
      return (MailRole) i;
  return MAIL_ROLE_NONE;
}

MailRole
mail_role_guess (const char *leaf_name)
{
  g_autofree char *folded = g_utf8_strdown (leaf_name, -1);
  g_autofree char *wanted = g_strdup_printf ("|%s|", folded);

  if (strchr (folded, '|') != NULL || folded[0] == '\0')
    return MAIL_ROLE_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (role_guesses); i++)
    if (strstr (role_guesses[i].names, wanted) != NULL)
      return role_guesses[i].role;
  return MAIL_ROLE_NONE;
}

MailMailboxInfo *
mail_mailbox_info_new (const char *name, char delimiter, MailRole role)
{
  MailMailboxInfo *self = g_new0 (MailMailboxInfo, 1);

  self->name = g_strdup (name);
  self->delimiter = delimiter;
  self->role = role;
  return self;
}

MailMailboxInfo *
mail_mailbox_info_copy (const MailMailboxInfo *info)
{
  MailMailboxInfo *copy = g_memdup2 (info, sizeof *info);

  copy->name = g_strdup (info->name);
  copy->server_name = g_strdup (info->server_name);
  copy->raw_name = g_strdup (info->raw_name);
  copy->rights = g_strdup (info->rights);
  copy->object_id = g_strdup (info->object_id);
  return copy;
}

void
mail_mailbox_info_free (MailMailboxInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->name);
  g_free (info->server_name);
  g_free (info->raw_name);
  g_free (info->rights);
  g_free (info->object_id);
  g_free (info);
}

const char *
mail_mailbox_info_get_leaf (const MailMailboxInfo *info)
{
  const char *last = info->delimiter != '\0' ? strrchr (info->name, info->delimiter) : NULL;

  return last != NULL && last[1] != '\0' ? last + 1 : info->name;
}

const char *
mail_mailbox_info_get_server_name (const MailMailboxInfo *info)
{
  return info->server_name != NULL ? info->server_name : info->name;
}

gboolean
mail_mailbox_name_is_within (const char *name, const char *ancestor, char delimiter)
{
  gsize length = strlen (ancestor);

  if (strncmp (name, ancestor, length) != 0)
    return FALSE;
  return name[length] == '\0' || (delimiter != '\0' && name[length] == delimiter);
}

char *
mail_mailbox_name_rebase (const char *name, const char *from, const char *to)
{
  return g_strconcat (to, name + strlen (from), NULL);
}
