/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/imap-account.h"

#include <string.h>

#include "core/errors.h"
#include "core/keywords.h"
#include "lib/plain-imap.h"
#include "store/store-bodies.h"
#include "store/store-db.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-compress.h"
#include "sync/imap-engine.h"

static void
assume_link (ImapAccount *account)
{
  static const MailImapLink narrow = { FALSE, 1000, 20000 };

  if (account->squeezed)
    mail_imap_engine_assume_link (MAIL_IMAP_ENGINE (account->engine), &narrow);
}

static void
new_engine (ImapAccount *account, MailImapCaps mask)
{
  account->engine = mail_engine_new (account->config, account->temporary->store);
  mail_imap_engine_mask_caps (MAIL_IMAP_ENGINE (account->engine), mask);
  g_object_set_data (G_OBJECT (account->engine), "mask", GSIZE_TO_POINTER (mask));
  assume_link (account);
}

ImapAccount *
imap_account_new (PrivateDovecot *server, const char *user, MailImapCaps mask)
{
  return imap_account_new_for (private_dovecot_config (server, user, MAIL_MODE_IMAP, MAIL_SECURITY_NONE), mask);
}

ImapAccount *
imap_account_new_for (MailAccountConfig *config, MailImapCaps mask)
{
  ImapAccount *account = g_new0 (ImapAccount, 1);

  account->config = config;
  account->credentials = mail_credentials_new_password (account->config->user, PRIVATE_DOVECOT_PASSWORD);
  account->temporary = temporary_store_new ();
  new_engine (account, mask);
  return account;
}

static gboolean
count_unexplained_job (MailDb *db, gpointer data, GError **error)
{
  guint *count = data;
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (
      db,
      "SELECT COUNT (*) FROM message m WHERE uid > 0 AND (flags <> server_flags OR keywords IS NOT server_keywords) "
      "AND NOT EXISTS (SELECT 1 FROM op WHERE message_id = m.id)",
      error);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  *count = (guint) sqlite3_column_int64 (statement, 0);
  return TRUE;
}

void
imap_account_check (ImapAccount *account)
{
  guint unexplained = 0;

  temporary_store_check (account->temporary);
  temporary_store_read (account->temporary, count_unexplained_job, &unexplained);
  g_assert_cmpuint (unexplained, ==, 0);
}

void
imap_account_free (ImapAccount *account)
{
  if (account == NULL)
    return;
  imap_account_check (account);
  g_object_unref (account->engine);
  temporary_store_free (account->temporary);
  mail_account_config_free (account->config);
  mail_credentials_free (account->credentials);
  g_clear_pointer (&account->problems, g_ptr_array_unref);
  g_free (account);
}

void
imap_account_squeeze (ImapAccount *account)
{
  account->squeezed = TRUE;
  assume_link (account);
}

void
imap_account_look (ImapAccount *account)
{
  g_autoptr (GError) error = NULL;

  memset (&account->result, 0, sizeof account->result);
  mail_engine_open (account->engine, account->credentials, NULL, &error);
  g_assert_no_error (error);
  mail_engine_sync (account->engine, &account->result, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&account->problems, g_ptr_array_unref);
  account->problems = mail_engine_take_problems (account->engine);
}

gboolean
imap_account_try_pass (ImapAccount *account, GError **error)
{
  MailSyncResult *result = &account->result;
  gboolean more = TRUE;
  gboolean ok;

  memset (result, 0, sizeof *result);
  ok = mail_engine_open (account->engine, account->credentials, NULL, error)
       && mail_engine_replay (account->engine, result, NULL, error)
       && mail_engine_sync (account->engine, result, NULL, NULL, NULL, error);
  while (ok && more)
    ok = mail_engine_open (account->engine, account->credentials, NULL, error)
         && mail_engine_fill (account->engine, result, &more, NULL, NULL, NULL, error);
  g_clear_pointer (&account->problems, g_ptr_array_unref);
  account->problems = mail_engine_take_problems (account->engine);
  return ok;
}

void
imap_account_pass (ImapAccount *account)
{
  g_autoptr (GError) error = NULL;

  imap_account_try_pass (account, &error);
  g_assert_no_error (error);
}

void
imap_account_restart (ImapAccount *account)
{
  MailImapCaps mask = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (account->engine), "mask"));

  g_object_unref (account->engine);
  temporary_store_reopen (account->temporary);
  new_engine (account, mask);
}

MailAuditResult
imap_account_audit (ImapAccount *account, gboolean thorough)
{
  MailAuditResult result = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (mail_engine_open (account->engine, account->credentials, NULL, &error));
  mail_engine_audit (account->engine, thorough, &result, NULL, &error);
  g_assert_no_error (error);
  return result;
}

typedef struct
{
  const char *name;
  gint64 id;
  gpointer found;
  gboolean partial;
} Query;

static gboolean
mailboxes_job (MailDb *db, gpointer data, GError **error)
{
  Query *query = data;

  query->found = mail_store_mailboxes_list (db, error);
  return query->found != NULL;
}

GPtrArray *
imap_account_list_mailboxes (ImapAccount *account)
{
  Query query = { 0 };

  temporary_store_read (account->temporary, mailboxes_job, &query);
  return query.found;
}

static gboolean
list_job (MailDb *db, gpointer data, GError **error)
{
  Query *query = data;

  query->found = mail_store_messages_list (db, query->id, 0, error);
  return query->found != NULL;
}

static int
compare_uid (gconstpointer a, gconstpointer b)
{
  const MailMessageInfo *left = *(const MailMessageInfo *const *) a;
  const MailMessageInfo *right = *(const MailMessageInfo *const *) b;

  if (left->uid - 1 != right->uid - 1)
    return left->uid - 1 < right->uid - 1 ? -1 : 1;
  return left->id < right->id ? -1 : left->id > right->id;
}

static GPtrArray *
list_rows (ImapAccount *account, gint64 mailbox_id)
{
  Query query = { .id = mailbox_id };

  temporary_store_read (account->temporary, list_job, &query);
  g_ptr_array_sort (query.found, compare_uid);
  return query.found;
}

gint64
imap_account_find_mailbox (ImapAccount *account, const char *name)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (account);

  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (g_str_equal (mailbox->name, name))
        return mailbox->id;
    }
  return 0;
}

gint64
imap_account_find_role (ImapAccount *account, MailRole role)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (account);

  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);

      if (mailbox->role == role)
        return mailbox->id;
    }
  return 0;
}

GPtrArray *
imap_account_list (ImapAccount *account, const char *mailbox)
{
  gint64 id = imap_account_find_mailbox (account, mailbox);

  g_assert_cmpint (id, !=, 0);
  return list_rows (account, id);
}

gint64
imap_account_find (ImapAccount *account, const char *mailbox, const char *subject)
{
  g_autoptr (GPtrArray) rows = imap_account_list (account, mailbox);
  gint64 found = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);

      if (g_strcmp0 (row->subject, subject) != 0)
        continue;
      g_assert_cmpint (found, ==, 0); /* never doubled */
      found = row->id;
    }
  return found;
}

char *
imap_account_dump (ImapAccount *account)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (account);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      g_autoptr (GPtrArray) rows = list_rows (account, mailbox->id);

      g_string_append_printf (text, "%s: %u %u %u %u %u\n", mailbox->name, mailbox->role, mailbox->messages,
                              mailbox->unread, mailbox->uidnext, mailbox->uidvalidity);
      for (guint k = 0; k < rows->len; k++)
        {
          const MailMessageInfo *row = g_ptr_array_index (rows, k);
          g_autofree char *flags = mail_flags_to_imap (row->flags);

          g_string_append_printf (text, "  %" G_GINT64_FORMAT " %u (%s) %s %s %s %s\n", row->id, row->uid, flags,
                                  row->keywords, row->message_id, mail_where_to_string (row->where), row->sha256);
        }
    }
  return g_string_free (text, FALSE);
}

static int
compare_name (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp ((*(const MailMailboxInfo *const *) a)->name, (*(const MailMailboxInfo *const *) b)->name);
}

char *
imap_account_dump_plain (ImapAccount *account)
{
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (account);
  GString *text = g_string_new (NULL);

  g_ptr_array_sort (mailboxes, compare_name);
  for (guint i = 0; i < mailboxes->len; i++)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (mailboxes, i);
      g_autoptr (GPtrArray) rows = list_rows (account, mailbox->id);

      if (mailbox->flags & MAIL_MAILBOX_NO_SELECT)
        continue;
      g_string_append_printf (text, "%s\n", mailbox->name);
      for (guint k = 0; k < rows->len; k++)
        {
          const MailMessageInfo *row = g_ptr_array_index (rows, k);
          g_autofree char *system_flags = mail_flags_to_imap (row->flags);
          g_autofree char *words = g_strjoin (" ", system_flags, row->keywords, NULL);
          g_autofree char *flags = plain_imap_sort_flags (words);
          g_autofree char *line = plain_imap_describe (row->uid, flags, row->subject, row->sha256);

          g_string_append (text, line);
        }
    }
  return g_string_free (text, FALSE);
}

static gboolean
ops_job (MailDb *db, gpointer data, GError **error)
{
  Query *query = data;

  query->found = mail_store_ops_list (db, 0, error);
  return query->found != NULL;
}

static gboolean
count_bodies_job (MailDb *db, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) mailboxes = mail_store_mailboxes_list (db, error);

  for (guint i = 0; mailboxes != NULL && i < mailboxes->len; i++)
    *(guint *) data += ((const MailMailboxInfo *) g_ptr_array_index (mailboxes, i))->bodies;
  return mailboxes != NULL;
}

guint
imap_account_count_bodies (ImapAccount *account)
{
  guint bodies = 0;

  temporary_store_read (account->temporary, count_bodies_job, &bodies);
  return bodies;
}

guint
imap_account_count_ops (ImapAccount *account)
{
  Query query = { 0 };
  guint count;

  temporary_store_read (account->temporary, ops_job, &query);
  count = ((GPtrArray *) query.found)->len;
  g_ptr_array_unref (query.found);
  return count;
}

static gboolean
best_job (MailDb *db, gpointer data, GError **error)
{
  Query *query = data;

  query->found = mail_store_bodies_get_best (db, query->id, &query->partial, NULL);
  return TRUE;
}

GBytes *
imap_account_load_best (ImapAccount *account, gint64 id, gboolean *partial)
{
  Query query = { .id = id };

  temporary_store_read (account->temporary, best_job, &query);
  if (partial != NULL)
    *partial = query.partial;
  return query.found;
}

MailAction *
imap_account_do (ImapAccount *account, MailAction *action)
{
  MailAction *back;

  temporary_store_write (account->temporary, mail_action_job, action);
  back = mail_action_dup_undo (action);
  mail_action_free (action);
  return back;
}

void
imap_account_mark (ImapAccount *account, gint64 id, MailFlags add, MailFlags remove)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_val (ids, id);
  mail_action_free (imap_account_do (account, mail_action_new_flags (MAIL_MODE_IMAP, ids, add, remove)));
}

typedef struct
{
  gint64 id;
  MailMailboxOffline offline;
  guint days;
} SetOffline;

static gboolean
set_offline_job (MailDb *db, gpointer data, GError **error)
{
  const SetOffline *set = data;

  return mail_store_mailboxes_set_offline (db, set->id, set->offline, set->days, error);
}

void
imap_account_set_offline (ImapAccount *account, const char *mailbox, MailMailboxOffline offline, guint days)
{
  SetOffline set = { imap_account_find_mailbox (account, mailbox), offline, days };

  temporary_store_write (account->temporary, set_offline_job, &set);
}

MailImapSession *
imap_account_sign_in_beside (ImapAccount *account)
{
  g_autoptr (GError) error = NULL;
  MailImapSession *session = mail_imap_session_open (account->config->incoming, account->credentials, NULL, NULL, &error);

  g_assert_no_error (error);
  return session;
}

static gboolean
collect (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  GPtrArray *rows = user_data;
  const MailImapSection *section = mail_imap_fetch_get_section (fetch, "");
  MailMessageInfo *row = mail_message_info_new ();

  g_assert_true (section != NULL && section->data != NULL);
  row->uid = fetch->uid;
  row->flags = fetch->flags;
  row->keywords = mail_keywords_apply (fetch->keywords, NULL, NULL);
  row->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, section->data);
  row->where = MAIL_WHERE_BOTH;
  g_ptr_array_add (rows, row);
  return TRUE;
}

/* (transfer full): a line for each of @rows, those left out that only wait to be expunged. */
static char *
describe_rows (const GPtrArray *rows, gboolean deleted_is_gone)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (rows, i);
      g_autofree char *flags = mail_flags_to_imap (row->flags);

      if (!deleted_is_gone || !(row->flags & MAIL_FLAG_DELETED))
        g_string_append_printf (text, "uid %u (%s) [%s] %s %s\n", row->uid, flags, row->keywords, row->sha256,
                                mail_where_to_string (row->where));
    }
  return g_string_free (text, FALSE);
}

gboolean
imap_account_is_alike (const char *here, const char *there)
{
  const char *texts[] = { here, there };

  for (guint side = 0; side < G_N_ELEMENTS (texts); side++)
    {
      g_auto (GStrv) lines = g_strsplit (texts[side], "\n", -1);
      g_auto (GStrv) others = g_strsplit (texts[1 - side], "\n", -1);

      for (guint i = 0; lines[i] != NULL; i++)
        if (!g_strv_contains ((const char *const *) others, lines[i]))
          g_test_message ("only %s: %s", side == 0 ? "here" : "there", lines[i]);
    }
  return strcmp (here, there) == 0;
}

static gboolean
compare_mailbox (ImapAccount *account, MailImapSession *session, const char *name, gboolean deleted_is_gone)
{
  g_autoptr (GPtrArray) theirs = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  g_autoptr (GPtrArray) ours = imap_account_list (account, name);
  g_autoptr (GError) error = NULL;
  g_autofree char *here = NULL;
  g_autofree char *there = NULL;
  MailImapStatus status = { 0 };

  mail_imap_session_select (session, name, TRUE, &status, NULL, &error);
  g_assert_no_error (error);
  if (status.messages > 0)
    mail_imap_session_fetch (session, "1:*", "FLAGS BODY.PEEK[]", collect, theirs, NULL, &error);
  g_assert_no_error (error);
  g_ptr_array_sort (theirs, compare_uid);
  here = describe_rows (ours, FALSE);
  there = describe_rows (theirs, deleted_is_gone);
  if (imap_account_is_alike (here, there))
    return TRUE;
  g_test_message ("so %s differs", name);
  return FALSE;
}

void
imap_account_assert_like_server (ImapAccount *account)
{
  g_autoptr (MailImapSession) session = imap_account_sign_in_beside (account);
  g_autoptr (GPtrArray) mailboxes = imap_account_list_mailboxes (account);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) listed = mail_imap_session_list (session, NULL, NULL, &error);
  MailImapCaps mask = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (account->engine), "mask"));
  gboolean deleted_is_gone = !(mail_imap_session_get_caps (session) & ~mask & MAIL_IMAP_CAP_UIDPLUS);
  gboolean alike = TRUE;

  g_assert_no_error (error);
  g_assert_cmpuint (listed->len, ==, mailboxes->len);
  for (guint i = 0; i < mailboxes->len; i++)
    alike &= compare_mailbox (account, session, ((MailMailboxInfo *) g_ptr_array_index (mailboxes, i))->name, deleted_is_gone);
  g_assert_true (alike);
}
