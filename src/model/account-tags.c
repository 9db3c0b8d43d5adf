/* SPDX-License-Identifier: GPL-3.0-or-later */
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
