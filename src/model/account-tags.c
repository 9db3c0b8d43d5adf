/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/keywords.h"
#include "core/labels.h"
#include "model/account-private.h"
#include "store/store-tags.h"

typedef struct
{
  MailAccount *account;
  GPtrArray *infos;
} TagRead;

static void
tag_read_free (gpointer data)
{
  TagRead *read = data;

  g_object_unref (read->account);
  g_clear_pointer (&read->infos, g_ptr_array_unref);
  g_free (read);
}

static gboolean
tag_read_job (MailDb *db, gpointer data, GError **error)
{
  TagRead *read = data;

  read->infos = mail_store_tags_list (db, error);
  return read->infos != NULL;
}

static void
tag_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  const TagRead *read = user_data;
  g_autoptr (GError) error = NULL;

  if (mail_store_finish (result, &error))
    mail_tag_list_update (read->account->tags, read->infos);
  else
    g_info ("The tags of “%s” could not be read: %s", read->account->config->name, error->message);
}

void
mail_account_read_tags (MailAccount *self)
{
  TagRead *read;

  if (self->store == NULL)
    return;
  read = g_new0 (TagRead, 1);
  read->account = g_object_ref (self);
  mail_store_read_async (self->store, tag_read_job, read, tag_read_free, tag_read_cb, read);
}

GListModel *
mail_account_get_tags (MailAccount *self)
{
  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), NULL);

  return G_LIST_MODEL (self->tags);
}

static gboolean
put_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_tags_put (db, data, error);
}

static void
free_info (gpointer data)
{
  mail_tag_info_free (data);
}

void
mail_account_put_tag (MailAccount *self, MailTag *tag)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_TAG (tag));

  mail_account_write (self, put_job, mail_tag_info_copy (mail_tag_get_info (tag)), free_info);
}

static gboolean
remove_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_tags_remove (db, data, error);
}

void
mail_account_remove_tag (MailAccount *self, MailTag *tag)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_TAG (tag));

  mail_account_write (self, remove_job, g_strdup (mail_tag_get_keyword (tag)), g_free);
}

/* Gmail's labels have colours only on its own pages. */
#define LABEL_COLOR "#808080"

void
mail_account_find_tags (MailAccount *self, const MailMessageInfo *info, GPtrArray *tags)
{
  MailMailbox *mailbox = mail_account_find_mailbox (self, info->mailbox_id);
  g_auto (GStrv) labels = mail_labels_list (info->labels);
  GListModel *known = G_LIST_MODEL (self->tags);

  g_ptr_array_set_size (tags, 0);
  for (guint i = 0; info->keywords != NULL && i < g_list_model_get_n_items (known); i++)
    {
      g_autoptr (MailTag) tag = g_list_model_get_item (known, i);

      if (mail_keywords_contain (info->keywords, mail_tag_get_keyword (tag)))
        g_ptr_array_add (tags, g_steal_pointer (&tag));
    }
  for (guint i = 0; labels != NULL && labels[i] != NULL; i++)
    {
      g_autoptr (MailTagInfo) label = mail_tag_info_new (labels[i], labels[i], LABEL_COLOR, i);

      /* That of the mailbox itself says nothing. */
      if (mailbox == NULL || g_strcmp0 (labels[i], mail_mailbox_get_name (mailbox)) != 0)
        g_ptr_array_add (tags, mail_tag_new (label));
    }
}
