/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "store/store-facts.h"
#include "store/store-mailboxes.h"

/* In bytes, as the store takes it. */
#define LONGEST_NAME 200

static gint64
id_or_top (MailMailbox *mailbox)
{
  return mailbox != NULL ? mail_mailbox_get_id (mailbox) : 0;
}

void
mail_account_create_mailbox (MailAccount *self, MailMailbox *parent, const char *leaf)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (parent == NULL || MAIL_IS_MAILBOX (parent));
  g_return_if_fail (leaf != NULL);

  mail_account_perform (self, mail_action_new_create_mailbox (self->config->mode, id_or_top (parent), leaf, MAIL_ROLE_NONE),
                        MAIL_DONE_MAILBOX_MADE, g_strdup (leaf));
}

void
mail_account_rename_mailbox (MailAccount *self, MailMailbox *mailbox, const char *leaf)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));
  g_return_if_fail (leaf != NULL);

  mail_account_perform (self, mail_action_new_rename_mailbox (self->config->mode, mail_mailbox_get_id (mailbox), leaf),
                        MAIL_DONE_MAILBOX_RENAMED, g_strdup (leaf));
}

void
mail_account_move_mailbox (MailAccount *self, MailMailbox *mailbox, MailMailbox *parent)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));
  g_return_if_fail (parent == NULL || MAIL_IS_MAILBOX (parent));

  mail_account_perform (self,
                        mail_action_new_move_mailbox (self->config->mode, mail_mailbox_get_id (mailbox), id_or_top (parent)),
                        MAIL_DONE_MAILBOX_MOVED, g_strdup (mail_mailbox_get_title (mailbox)));
}

void
mail_account_delete_mailbox (MailAccount *self, MailMailbox *mailbox)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));

  mail_account_perform (self, mail_action_new_delete_mailbox (self->config->mode, mail_mailbox_get_id (mailbox)),
                        MAIL_DONE_MAILBOX_DELETED, g_strdup (mail_mailbox_get_title (mailbox)));
}

void
mail_account_set_subscribed (MailAccount *self, MailMailbox *mailbox, gboolean subscribed)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));

  mail_account_perform (self, mail_action_new_subscribe (self->config->mode, mail_mailbox_get_id (mailbox), subscribed),
                        subscribed ? MAIL_DONE_SUBSCRIBED : MAIL_DONE_UNSUBSCRIBED,
                        g_strdup (mail_mailbox_get_title (mailbox)));
}

void
mail_account_empty_mailbox (MailAccount *self, MailMailbox *mailbox)
{
  MailMailbox *trash;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));

  trash = mail_account_find_role (self, MAIL_ROLE_TRASH);
  mail_account_perform (self, mail_action_new_empty (self->config->mode, mail_mailbox_get_id (mailbox)), MAIL_DONE_MOVED,
                        trash != NULL ? g_strdup (mail_mailbox_get_title (trash)) : NULL);
}

void
mail_account_mark_all_read (MailAccount *self, MailMailbox *mailbox)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));

  mail_account_perform (self, mail_action_new_read_all (self->config->mode, mail_mailbox_get_id (mailbox)), MAIL_DONE_READ, NULL);
}

/* (transfer full): the full name of @leaf beneath @parent, or at the top, where on some servers a person's mailboxes lie beneath
 * another one. */
static char *
dup_full_name (MailAccount *self, MailMailbox *parent, const char *leaf)
{
  if (parent != NULL)
    return g_strdup_printf ("%s%c%s", mail_mailbox_get_name (parent), mail_mailbox_get_info (parent)->delimiter, leaf);
  return g_strconcat (self->facts != NULL && self->facts->prefix != NULL ? self->facts->prefix : "", leaf, NULL);
}

static gboolean
is_taken (MailAccount *self, MailMailbox *parent, const char *leaf)
{
  GListModel *model = G_LIST_MODEL (self->mailboxes);
  g_autofree char *wanted = dup_full_name (self, parent, leaf);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (MailMailbox) mailbox = g_list_model_get_item (model, i);

      if (g_str_equal (mail_mailbox_get_name (mailbox), wanted))
        return TRUE;
    }
  return parent == NULL && g_ascii_strcasecmp (leaf, "INBOX") == 0;
}

static char
get_delimiter (MailAccount *self, MailMailbox *parent)
{
  MailMailbox *inbox = mail_account_find_role (self, MAIL_ROLE_INBOX);

  if (parent != NULL)
    return mail_mailbox_get_info (parent)->delimiter;
  return inbox != NULL ? mail_mailbox_get_info (inbox)->delimiter : '\0';
}

gboolean
mail_account_check_mailbox_name (MailAccount *self, MailMailbox *parent, const char *leaf, char **why)
{
  g_autofree char *name = g_strstrip (g_strdup (leaf));
  const char delimiter = get_delimiter (self, parent);

  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), FALSE);

  *why = NULL;
  if (name[0] == '\0')
    return FALSE;
  if (strlen (name) > LONGEST_NAME)
    *why = g_strdup (_ ("This name is too long."));
  else if (strpbrk (name, "*%\n\r\t") != NULL || (delimiter != '\0' && strchr (name, delimiter) != NULL))
    /* Translators: the signs that the name of a mailbox may not have. */
    *why = g_strdup_printf (_ ("A name cannot have %s in it."), delimiter == '/' ? "/ * %" : delimiter == '.' ? ". * %" : "* %");
  else if (parent != NULL && (mail_mailbox_get_info (parent)->flags & MAIL_MAILBOX_NO_INFERIORS))
    *why = g_strdup (_ ("Nothing can lie beneath this mailbox."));
  else if (is_taken (self, parent, name))
    *why = g_strdup (_ ("There is a mailbox with this name."));
  return *why == NULL;
}

/* Settings */

typedef struct
{
  gint64 id;
  MailMailboxOffline offline;
  guint days;
  gboolean watched;
  MailRole role;
} Setting;

static Setting *
new_setting (MailMailbox *mailbox)
{
  Setting *setting = g_new0 (Setting, 1);

  setting->id = mail_mailbox_get_id (mailbox);
  return setting;
}

static gboolean
offline_job (MailDb *db, gpointer data, GError **error)
{
  const Setting *setting = data;

  return mail_store_mailboxes_set_offline (db, setting->id, setting->offline, setting->days, error);
}

void
mail_account_set_mailbox_offline (MailAccount *self, MailMailbox *mailbox, MailMailboxOffline offline, guint days)
{
  Setting *setting;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));

  setting = new_setting (mailbox);
  setting->offline = offline;
  setting->days = days;
  mail_account_write (self, offline_job, setting, g_free);
  /* What is wanted now and was not is fetched after a look at the server. */
  mail_account_sync_now (self);
}

static gboolean
watched_job (MailDb *db, gpointer data, GError **error)
{
  const Setting *setting = data;

  return mail_store_mailboxes_set_watched (db, setting->id, setting->watched, error);
}

void
mail_account_set_mailbox_watched (MailAccount *self, MailMailbox *mailbox, gboolean watched)
{
  Setting *setting;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));

  setting = new_setting (mailbox);
  setting->watched = watched;
  mail_account_write (self, watched_job, setting, g_free);
}

/* Roles */

static const MailRole wanted_roles[] = { MAIL_ROLE_TRASH, MAIL_ROLE_SENT, MAIL_ROLE_DRAFTS, MAIL_ROLE_JUNK, MAIL_ROLE_ARCHIVE };

static gboolean
note_asked (MailDb *db, MailRole role, GError **error)
{
  gint64 asked;

  return mail_store_facts_get_int (db, "roles-asked", &asked, error)
         && mail_store_facts_set_int (db, "roles-asked", asked | (1 << role), error);
}

static gboolean
role_job (MailDb *db, gpointer data, GError **error)
{
  const Setting *setting = data;

  return mail_store_mailboxes_choose_role (db, setting->id, setting->role, error) && note_asked (db, setting->role, error);
}

void
mail_account_set_mailbox_role (MailAccount *self, MailMailbox *mailbox, MailRole role)
{
  Setting *setting;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (mailbox));
  g_return_if_fail (role != MAIL_ROLE_INBOX);

  if (mail_mailbox_get_role (mailbox) == MAIL_ROLE_INBOX)
    return;
  setting = new_setting (mailbox);
  setting->role = role;
  mail_account_write (self, role_job, setting, g_free);
}

void
mail_account_create_role_mailbox (MailAccount *self, MailRole role)
{
  /* What other programs know, too: the name on the server is not translated, the title here is. */
  static const char *const names[] = { [MAIL_ROLE_DRAFTS] = "Drafts", [MAIL_ROLE_SENT] = "Sent", [MAIL_ROLE_ARCHIVE] = "Archive",
                                       [MAIL_ROLE_JUNK] = "Junk", [MAIL_ROLE_TRASH] = "Trash" };

  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (role < G_N_ELEMENTS (names) && names[role] != NULL);

  mail_account_perform (self, mail_action_new_create_mailbox (self->config->mode, 0, names[role], role), MAIL_DONE_MAILBOX_MADE,
                        g_strdup (names[role]));
}

static gboolean
dismiss_job (MailDb *db, gpointer data, GError **error)
{
  return note_asked (db, *(const MailRole *) data, error);
}

static void
set_role_question (MailAccount *self, MailRole role)
{
  if (self->role_question == role)
    return;
  self->role_question = role;
  g_object_notify (G_OBJECT (self), "role-question");
}

void
mail_account_dismiss_role_question (MailAccount *self)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  if (self->role_question == MAIL_ROLE_NONE)
    return;
  self->roles_dismissed |= 1 << self->role_question;
  mail_account_write (self, dismiss_job, g_memdup2 (&self->role_question, sizeof self->role_question), g_free);
  set_role_question (self, MAIL_ROLE_NONE);
}

/* Asked only once all mailboxes of the server are known. */
void
mail_account_look_for_roles (MailAccount *self, const GPtrArray *infos, gint64 asked)
{
  gint64 known = asked | self->roles_dismissed;
  gboolean listed = FALSE;

  for (guint i = 0; i < infos->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (infos, i);

      if (!(info->flags & MAIL_MAILBOX_DELETING))
        known |= 1 << info->role;
      listed = listed || (info->role == MAIL_ROLE_INBOX && info->uidnext != 0);
    }
  for (guint i = 0; listed && self->config->mode == MAIL_MODE_IMAP && i < G_N_ELEMENTS (wanted_roles); i++)
    if (!(known & (1 << wanted_roles[i])))
      {
        set_role_question (self, wanted_roles[i]);
        return;
      }
  set_role_question (self, MAIL_ROLE_NONE);
}
