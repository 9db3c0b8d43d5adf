/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/pop3-account.h"

#include "core/errors.h"
#include "store/store-bodies.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "sync/pop3-engine.h"

typedef struct
{
  gint64 id;
  gpointer found;
} Job;

Pop3Account *
pop3_account_new (MailAccountConfig *config)
{
  Pop3Account *account = g_new0 (Pop3Account, 1);

  account->config = config;
  account->temporary = temporary_store_new ();
  return account;
}

Pop3Account *
pop3_account_new_scripted (guint16 port, const char *keep)
{
  MailAccountConfig *config = mail_account_config_new ("Post");
  g_autofree char *where = g_strdup_printf ("127.0.0.1:%u", port);

  g_assert_true (mail_account_config_set (config, "mode", "pop", NULL));
  g_assert_true (mail_account_config_set (config, "incoming", where, NULL));
  g_assert_true (mail_account_config_set (config, "incoming-security", "none", NULL));
  g_assert_true (mail_account_config_set (config, "user", "anna", NULL));
  g_assert_true (mail_account_config_set (config, "pop-keep", keep, NULL));
  return pop3_account_new (config);
}

void
pop3_account_free (Pop3Account *account)
{
  if (account == NULL)
    return;
  temporary_store_free (account->temporary);
  mail_account_config_free (account->config);
  g_clear_pointer (&account->problems, g_ptr_array_unref);
  g_free (account);
}

gboolean
pop3_account_try_sync (Pop3Account *account, GError **error)
{
  g_autoptr (MailEngine) engine = mail_pop3_engine_new (account->config, account->temporary->store);
  g_autoptr (MailCredentials) credentials = mail_credentials_new_password (account->config->user, "secret");
  gboolean done;

  account->result = (MailSyncResult){ 0 };
  done = mail_engine_open (engine, credentials, NULL, error)
         && mail_engine_sync (engine, &account->result, NULL, NULL, NULL, error);
  g_clear_pointer (&account->problems, g_ptr_array_unref);
  account->problems = mail_engine_take_problems (engine);
  g_assert_false (done && mail_engine_is_open (engine));
  return done;
}

void
pop3_account_sync (Pop3Account *account)
{
  g_autoptr (GError) error = NULL;

  pop3_account_try_sync (account, &error);
  g_assert_no_error (error);
}

static gboolean
list_job (MailDb *db, gpointer data, GError **error)
{
  Job *job = data;
  g_autoptr (MailMailboxInfo) inbox = mail_store_mailboxes_find_role (db, MAIL_ROLE_INBOX, error);

  if (inbox != NULL)
    job->found = mail_store_messages_list (db, inbox->id, 0, error);
  else
    job->found = g_ptr_array_new ();
  return job->found != NULL;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 first = (*(MailMessageInfo *const *) a)->id;
  gint64 second = (*(MailMessageInfo *const *) b)->id;

  return (first > second) - (first < second);
}

GPtrArray *
pop3_account_list (Pop3Account *account)
{
  Job job = { 0 };

  temporary_store_read (account->temporary, list_job, &job);
  g_ptr_array_sort (job.found, compare_ids);
  return job.found;
}

static gboolean
load_ledger_job (MailDb *db, gpointer data, GError **error)
{
  return (((Job *) data)->found = mail_store_uidl_load (db, error)) != NULL;
}

GHashTable *
pop3_account_load_ledger (Pop3Account *account)
{
  Job job = { 0 };

  temporary_store_read (account->temporary, load_ledger_job, &job);
  return job.found;
}

static gboolean
put_ledger_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_uidl_put (db, data, error);
}

void
pop3_account_put_ledger (Pop3Account *account, MailUidl *entry)
{
  temporary_store_write (account->temporary, put_ledger_job, entry);
}

guint
pop3_account_count_state (Pop3Account *account, MailUidlState state)
{
  g_autoptr (GHashTable) ledger = pop3_account_load_ledger (account);
  GHashTableIter iter;
  gpointer value;
  guint count = 0;

  g_hash_table_iter_init (&iter, ledger);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    count += ((MailUidl *) value)->state == state;
  return count;
}

static gboolean
load_body_job (MailDb *db, gpointer data, GError **error)
{
  Job *job = data;

  return (job->found = mail_store_bodies_get (db, job->id, error)) != NULL;
}

GBytes *
pop3_account_load_body (Pop3Account *account, gint64 id)
{
  Job job = { .id = id };

  temporary_store_read (account->temporary, load_body_job, &job);
  return job.found;
}

static gboolean
load_info_job (MailDb *db, gpointer data, GError **error)
{
  Job *job = data;

  return (job->found = mail_store_messages_get (db, job->id, error)) != NULL;
}

MailWhere
pop3_account_get_where (Pop3Account *account, gint64 id)
{
  Job job = { .id = id };
  g_autoptr (MailMessageInfo) info = NULL;

  temporary_store_read (account->temporary, load_info_job, &job);
  info = job.found;
  return info->where;
}
