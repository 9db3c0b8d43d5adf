/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-renames.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-info.h"

/* Messages that have to be the same under both names. */
#define PROBES 3

static gboolean
is_listed (const GPtrArray *listed, const char *name)
{
  for (guint i = 0; i < listed->len; i++)
    if (g_str_equal (((const MailImapListed *) g_ptr_array_index (listed, i))->info->name, name))
      return TRUE;
  return FALSE;
}

static gboolean
is_known (const GPtrArray *known, const char *name)
{
  for (guint i = 0; i < known->len; i++)
    if (g_str_equal (((const MailMailboxInfo *) g_ptr_array_index (known, i))->name, name))
      return TRUE;
  return FALSE;
}

typedef struct
{
  gint64 mailbox_id;
  GPtrArray *rows; /* MailMessageInfo: the newest with a UID, and what a person moved out of it */
} Probe;

/* They have left the mailbox here, but not yet there. */
static gboolean
add_leaving (MailDb *db, Probe *probe, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list_leaving (db, probe->mailbox_id, error);

  for (guint i = 0; ops != NULL && i < ops->len && probe->rows->len < PROBES; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);
      MailMessageInfo *row = op->kind == MAIL_OP_MOVE && op->uid != 0 ? mail_store_messages_get (db, op->message_id, NULL) : NULL;

      if (row == NULL)
        continue;
      row->uid = op->uid;
      g_ptr_array_add (probe->rows, row);
    }
  return ops != NULL;
}

static gboolean
load_probe_job (MailDb *db, gpointer data, GError **error)
{
  Probe *probe = data;
  g_autoptr (GArray) uids = mail_store_messages_uids_highest (db, probe->mailbox_id, PROBES, error);

  for (guint i = 0; uids != NULL && i < uids->len; i++)
    {
      guint32 uid = g_array_index (uids, MailStoreUid, i).uid;
      MailMessageInfo *row = mail_store_messages_find_uid (db, probe->mailbox_id, uid, error);

      if (row == NULL)
        return FALSE;
      g_ptr_array_add (probe->rows, row);
    }
  return uids != NULL && add_leaving (db, probe, error);
}

typedef struct
{
  const GPtrArray *rows;
  guint same;
  guint other;
} Comparison;

static gboolean
compare_cb (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  Comparison *comparison = user_data;
  g_autoptr (MailMessageInfo) info = NULL;

  if (fetch->envelope == NULL)
    return TRUE;
  info = mail_imap_info_new (fetch, 0);
  for (guint i = 0; i < comparison->rows->len; i++)
    {
      const MailMessageInfo *row = g_ptr_array_index (comparison->rows, i);

      if (row->uid != info->uid)
        continue;
      if (mail_imap_info_is_same (row, info))
        comparison->same++;
      else
        comparison->other++;
    }
  return TRUE;
}

/* Whether messages of @before are in @name under the same UIDs. Some may have been expunged, none may be another. */
static gboolean
has_same_messages (const MailImapPass *pass, const MailMailboxInfo *before, const char *name, gboolean *same, GError **error)
{
  MailImapSession *session = pass->engine->session;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_message_info_free);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (MailMailboxInfo) there = mail_mailbox_info_new (name, before->delimiter, MAIL_ROLE_NONE);
  g_autofree char *set = NULL;
  Probe probe = { before->id, rows };
  Comparison comparison = { .rows = rows };
  MailImapStatus status = { 0 };

  *same = FALSE;
  if (!mail_store_read (pass->engine->store, load_probe_job, &probe, error))
    return FALSE;
  if (rows->len == 0)
    return TRUE;
  for (guint i = 0; i < rows->len; i++)
    g_array_append_val (uids, ((const MailMessageInfo *) g_ptr_array_index (rows, i))->uid);
  g_array_sort (uids, mail_imap_compare_uid);
  set = mail_imap_uid_set (uids, 0, uids->len);
  if (!mail_imap_engine_select (pass->engine, there, &status, pass->cancellable, error)
      || !mail_imap_session_fetch (session, set, "INTERNALDATE RFC822.SIZE ENVELOPE", compare_cb, &comparison, pass->cancellable,
                                   error))
    return FALSE;
  *same = comparison.same > 0 && comparison.other == 0;
  return TRUE;
}

static gboolean
is_it (const MailImapPass *pass,
       const MailMailboxInfo *before,
       const char *name,
       const MailImapStatus *status,
       gboolean *it,
       GError **error)
{
  *it = FALSE;
  if (status == NULL)
    return TRUE;
  if (before->object_id != NULL && status->mailbox_object_id[0] != '\0')
    {
      *it = g_str_equal (before->object_id, status->mailbox_object_id);
      return TRUE;
    }
  if (before->uidvalidity == 0 || before->uidvalidity != status->uidvalidity || status->uidnext < before->uidnext)
    return TRUE;
  return has_same_messages (pass, before, name, it, error);
}

typedef struct
{
  gint64 id;
  const char *name;
} Follow;

static gboolean
follow_job (MailDb *db, gpointer data, GError **error)
{
  const Follow *follow = data;
  g_autoptr (MailMailboxInfo) now = mail_store_mailboxes_get (db, follow->id, error);
  g_autoptr (MailMailboxInfo) other = NULL;

  if (now == NULL)
    return FALSE;
  /* A person here gave it another name, too, and the server decides; or gave this one to another. */
  other = mail_store_mailboxes_find (db, follow->name, NULL);
  return mail_store_mailboxes_set_name (db, now->id, now->server_name == NULL && other == NULL ? follow->name : now->name,
                                        follow->name, error);
}

/* TRUE for one that is not where it was. */
static gboolean
is_missing (const MailMailboxInfo *mailbox, const GPtrArray *listed)
{
  return !(mailbox->flags & (MAIL_MAILBOX_LOCAL | MAIL_MAILBOX_PENDING | MAIL_MAILBOX_NO_SELECT))
         && !is_listed (listed, mailbox->name);
}

gboolean
mail_imap_renames_is_missing (const MailImapPass *pass, const char *name, gboolean *missing, GError **error)
{
  g_autoptr (GError) failure = NULL;
  MailImapStatus status = { 0 };

  *missing = FALSE;
  if (mail_imap_session_status_of (pass->engine->session, name, &status, pass->cancellable, &failure))
    return TRUE;
  *missing = g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND);
  if (*missing || mail_imap_error_is_harmless (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
find_new_name (const MailImapPass *pass,
               MailMailboxInfo *before,
               const GPtrArray *listed,
               const GPtrArray *known,
               GHashTable *told,
               GError **error)
{
  gboolean missing = FALSE;

  for (guint i = 0; i < listed->len; i++)
    {
      const MailMailboxInfo *info = ((const MailImapListed *) g_ptr_array_index (listed, i))->info;
      Follow follow = { before->id, info->name };
      gboolean it = FALSE;

      if ((info->flags & MAIL_MAILBOX_NO_SELECT) || is_known (known, info->name))
        continue;
      if (!missing && !mail_imap_renames_is_missing (pass, before->name, &missing, error))
        return FALSE;
      if (!missing)
        return TRUE;
      if (!is_it (pass, before, info->name, g_hash_table_lookup (told, info->name), &it, error))
        return FALSE;
      if (!it)
        continue;
      g_free (before->name);
      before->name = g_strdup (info->name);
      return mail_store_write (pass->engine->store, follow_job, &follow, error);
    }
  return TRUE;
}

gboolean
mail_imap_renames_follow (const MailImapPass *pass,
                          const GPtrArray *listed,
                          const GPtrArray *known,
                          GHashTable *told,
                          GError **error)
{
  for (guint i = 0; i < known->len; i++)
    {
      MailMailboxInfo *mailbox = g_ptr_array_index (known, i);

      if (is_missing (mailbox, listed) && !find_new_name (pass, mailbox, listed, known, told, error))
        return FALSE;
    }
  return TRUE;
}
