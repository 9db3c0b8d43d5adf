/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-private.h"

typedef struct
{
  MailAccount *account;
  MailAccountConfig *config;
  MailServerFacts *facts;
} FactsRead;

static void
facts_read_free (gpointer data)
{
  FactsRead *read = data;

  g_object_unref (read->account);
  mail_account_config_free (read->config);
  mail_server_facts_free (read->facts);
  g_free (read);
}

static gboolean
facts_read_job (MailDb *db, gpointer data, GError **error)
{
  FactsRead *read = data;

  read->facts = mail_server_facts_load (db, read->config, error);
  return read->facts != NULL;
}

static void
facts_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  FactsRead *read = user_data;
  MailAccount *self = read->account;

  /* What cannot be read is not shown; other things of the store will say why. */
  if (!mail_store_finish (result, NULL))
    return;
  mail_server_facts_free (self->facts);
  self->facts = g_steal_pointer (&read->facts);
  g_object_notify (G_OBJECT (self), "quota-used");
  g_object_notify (G_OBJECT (self), "quota-limit");
  g_object_notify (G_OBJECT (self), "quota-percent");
}

void
mail_account_read_facts (MailAccount *self)
{
  FactsRead *read;

  if (self->store == NULL)
    return;
  read = g_new0 (FactsRead, 1);
  read->account = g_object_ref (self);
  read->config = mail_account_config_copy (self->config);
  mail_store_read_async (self->store, facts_read_job, read, facts_read_free, facts_read_cb, read);
}

const MailServerFacts *
mail_account_get_server_facts (MailAccount *self)
{
  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), NULL);

  return self->facts;
}

guint
mail_account_get_connections (MailAccount *self)
{
  guint open = 0;
  guint learnt;

  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), 0);

  if (self->worker != NULL)
    mail_sync_worker_get_connections (self->worker, &open, &learnt);
  return open;
}

void
mail_account_tell_open (MailAccount *self)
{
  g_autoptr (GArray) ids = NULL;

  if (self->worker == NULL)
    return;
  ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < self->lists->len; i++)
    {
      gint64 id = mail_message_list_get_mailbox_id (g_ptr_array_index (self->lists, i));

      g_array_append_val (ids, id);
    }
  mail_sync_worker_set_open_mailboxes (self->worker, ids);
}
