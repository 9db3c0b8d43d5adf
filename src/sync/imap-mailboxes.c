/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-mailboxes.h"

#include <string.h>

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-renames.h"
#include "sync/imap-rights.h"

/* (transfer full): name -> MailMailboxInfo, borrowed, of those that the server was told of. */
static GHashTable *
index_by_name (const GPtrArray *known)
{
  GHashTable *by_name = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < known->len; i++)
    {
      MailMailboxInfo *info = g_ptr_array_index (known, i);

      if (!(info->flags & MAIL_MAILBOX_PENDING))
        g_hash_table_insert (by_name, info->name, info);
    }
  return by_name;
}

/* What a person said of the mailbox's role, or NULL. */
static const MailMailboxInfo *
find_choice (GHashTable *known, const char *name)
{
  const MailMailboxInfo *before = g_hash_table_lookup (known, name);

  return before != NULL && before->role_chosen ? before : NULL;
}

static guint
depth (const MailMailboxInfo *info)
{
  guint parts = 0;

  if (info->delimiter != '\0')
    for (const char *p = info->name; *p != '\0'; p++)
      if (*p == info->delimiter)
        parts++;
  return parts;
}

/* How good a guess is: the role that it had before, then a name near the top. */
static guint
guess_rank (const MailMailboxInfo *info, MailRole role, GHashTable *known)
{
  const MailMailboxInfo *before = g_hash_table_lookup (known, info->name);

  return before != NULL && before->role == role ? 0 : 1 + depth (info);
}

/* Never one of another person's mailboxes: what is thrown away here does not belong into their Trash. */
static void
guess_role (GPtrArray *listed, MailRole role, GHashTable *known)
{
  MailMailboxInfo *best = NULL;

  for (guint i = 0; i < listed->len; i++)
    {
      MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (listed, i))->info;

      if (info->role == role)
        return;
      if (info->role != MAIL_ROLE_NONE || (info->flags & (MAIL_MAILBOX_NO_SELECT | MAIL_MAILBOX_FOREIGN))
          || mail_role_guess (mail_mailbox_info_get_leaf (info)) != role || find_choice (known, info->name) != NULL)
        continue;
      if (best == NULL || guess_rank (info, role, known) < guess_rank (best, role, known))
        best = info;
    }
  if (best != NULL)
    best->role = role;
}

/* The roles, as bits, that a person gave to mailboxes that are there, or are to be. */
static guint
find_chosen_roles (const GPtrArray *known)
{
  guint chosen = 0;

  for (guint i = 0; i < known->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (known, i);

      if (info->role_chosen && info->role != MAIL_ROLE_NONE && !(info->flags & (MAIL_MAILBOX_GONE | MAIL_MAILBOX_DELETING)))
        chosen |= 1u << info->role;
    }
  return chosen;
}

void
mail_imap_mailboxes_assign_roles (GPtrArray *listed, const GPtrArray *known)
{
  const guint chosen = find_chosen_roles (known);
  g_autoptr (GHashTable) by_name = index_by_name (known);
  guint taken = 0;

  for (guint i = 0; i < listed->len; i++)
    {
      MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (listed, i))->info;
      const MailMailboxInfo *choice = find_choice (by_name, info->name);

      /* A person's word counts more than the server's, which speaks of other people's mailboxes from their side. */
      if (choice != NULL)
        info->role = choice->role;
      else if ((chosen & (1u << info->role)) || (info->flags & MAIL_MAILBOX_FOREIGN))
        info->role = MAIL_ROLE_NONE;

      if (g_ascii_strcasecmp (info->name, "INBOX") == 0)
        info->role = MAIL_ROLE_INBOX;
      else if (info->role == MAIL_ROLE_INBOX || (taken & (1u << info->role)))
        info->role = MAIL_ROLE_NONE;
      if (info->role != MAIL_ROLE_NONE)
        taken |= 1u << info->role;
    }
  for (MailRole role = MAIL_ROLE_DRAFTS; role <= MAIL_ROLE_TRASH; role++)
    if (!(chosen & (1u << role)))
      guess_role (listed, role, by_name);
}

/* What is told of the selected mailbox may be as old as its SELECT; it is left out. */
static GHashTable *
pair_statuses (GPtrArray *listed, GPtrArray *statuses, const char *selected)
{
  GHashTable *pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; statuses != NULL && i < listed->len; i++)
    {
      const MailImapListed *entry = g_ptr_array_index (listed, i);
      const MailImapStatus *status = g_ptr_array_index (statuses, i);

      if (status != NULL && g_strcmp0 (entry->info->name, selected) != 0)
        g_hash_table_insert (pairs, g_strdup (entry->info->name), g_memdup2 (status, sizeof *status));
    }
  return pairs;
}

/* STATUS of what LIST did not tell the figures of; never of the selected mailbox (RFC 9051, section 6.3.11). */
static gboolean
ask_statuses (const MailImapPass *pass, GPtrArray *listed, GHashTable *pairs, GError **error)
{
  MailImapSession *session = pass->engine->session;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;

  for (guint i = 0; i < listed->len; i++)
    {
      const MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (listed, i))->info;

      if (!(info->flags & MAIL_MAILBOX_NO_SELECT) && !g_hash_table_contains (pairs, info->name)
          && g_strcmp0 (mail_imap_session_get_selected (session), info->name) != 0)
        g_ptr_array_add (names, info->name);
    }
  if (names->len == 0)
    return TRUE;
  statuses = mail_imap_session_status (session, names, pass->cancellable, error);
  if (statuses == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    {
      const MailImapStatus *status = g_ptr_array_index (statuses, i);

      if (status != NULL)
        g_hash_table_insert (pairs, g_strdup (g_ptr_array_index (names, i)), g_memdup2 (status, sizeof *status));
    }
  return TRUE;
}

typedef struct
{
  GPtrArray *put;    /* MailMailboxInfo, borrowed: new or different */
  GHashTable *told;  /* name -> MailImapStatus */
  GPtrArray *gone;   /* MailMailboxInfo, borrowed */
  guint dropped_ops; /* of mailboxes that are gone */
  guint removed_rows;
} MailboxChanges;

/* Rows that the server does not have, or does not have yet, are not its to take away. */
static gboolean
holds_mail_of_its_own (MailDb *db, const MailMailboxInfo *mailbox, gboolean *holds, GError **error)
{
  g_autoptr (GArray) orphans = mail_store_messages_orphans (db, mailbox->id, error);

  *holds = orphans != NULL && orphans->len > 0;
  return orphans != NULL;
}

static gboolean
drop_ops (MailDb *db, gint64 mailbox_id, guint *dropped, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  if (ops == NULL)
    return FALSE;
  for (guint i = 0; i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);
      gboolean saved;

      if (op->mailbox_id != mailbox_id)
        continue;
      if (!mail_store_ops_upload_instead (db, op->id, &saved, error))
        return FALSE;
      if (saved)
        continue;
      if (!mail_store_ops_remove (db, op->id, error))
        return FALSE;
      *dropped += 1;
    }
  return TRUE;
}

static gboolean
take_gone (MailDb *db, MailboxChanges *changes, const MailMailboxInfo *mailbox, GError **error)
{
  gboolean holds = FALSE;

  if (!holds_mail_of_its_own (db, mailbox, &holds, error))
    return FALSE;
  if (holds)
    return mail_store_mailboxes_set_flags (db, mailbox->id, MAIL_MAILBOX_GONE | MAIL_MAILBOX_NO_SELECT, 0, error);
  if (!drop_ops (db, mailbox->id, &changes->dropped_ops, error))
    return FALSE;
  changes->removed_rows += mailbox->messages;
  return mail_store_mailboxes_remove (db, mailbox->id, error);
}

/* The UIDVALIDITY of a new mailbox is kept from the start: without it nothing that the server tells of a copy's UID there
 * could be kept either. */
static gboolean
put_new (MailDb *db, MailMailboxInfo *info, const MailImapStatus *status, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) other = mail_store_mailboxes_find (db, info->name, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  /* A person gave the name to another one here; the server is told first, and decides. */
  if (other != NULL)
    return TRUE;
  if (!mail_store_mailboxes_put (db, info, error) || !mail_store_mailboxes_set_raw_name (db, info->id, info->raw_name, error))
    return FALSE;
  return status == NULL || mail_store_mailboxes_set_synced (db, info->id, status->uidvalidity, 0, 0, 0, error);
}

/* A subscription that a person thought over is shown so before the server knows. */
static void
apply_subscriptions (MailMailboxInfo *info, const GPtrArray *ops)
{
  for (guint i = 0; i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->mailbox_id == info->id && op->kind == MAIL_OP_SUBSCRIBE)
        info->flags |= MAIL_MAILBOX_SUBSCRIBED;
      if (op->mailbox_id == info->id && op->kind == MAIL_OP_UNSUBSCRIBE)
        info->flags &= ~MAIL_MAILBOX_SUBSCRIBED;
    }
}

/* Under its name here, which the server may not know yet; and what a person did to it since @info was read counts. */
static gboolean
put_known (MailDb *db, MailMailboxInfo *info, const GPtrArray *ops, GError **error)
{
  g_autoptr (MailMailboxInfo) now = mail_store_mailboxes_get (db, info->id, error);

  if (now == NULL)
    return FALSE;
  now->delimiter = info->delimiter;
  now->role = now->role_chosen ? now->role : info->role;
  now->flags = (info->flags & ~MAIL_MAILBOX_OWN_FLAGS) | (now->flags & MAIL_MAILBOX_OWN_FLAGS);
  apply_subscriptions (now, ops);
  return mail_store_mailboxes_put (db, now, error) && mail_store_mailboxes_set_raw_name (db, now->id, info->raw_name, error);
}

static gboolean
note_status (MailDb *db, const MailMailboxInfo *info, const MailImapStatus *status, GError **error)
{
  if (status->mailbox_object_id[0] != '\0'
      && !mail_store_mailboxes_set_object_id (db, info->id, status->mailbox_object_id, error))
    return FALSE;
  return status->size == 0 || mail_store_mailboxes_set_server_size (db, info->id, (gint64) status->size, error);
}

static gboolean
put_mailbox (MailDb *db, const MailboxChanges *changes, MailMailboxInfo *info, const GPtrArray *ops, GError **error)
{
  const MailImapStatus *status = g_hash_table_lookup (changes->told, info->name);

  if (info->id != 0 ? !put_known (db, info, ops, error) : !put_new (db, info, status, error))
    return FALSE;
  return status == NULL || info->id == 0 || note_status (db, info, status, error);
}

static gboolean
store_mailboxes_job (MailDb *db, gpointer data, GError **error)
{
  MailboxChanges *changes = data;
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  if (ops == NULL)
    return FALSE;
  for (guint i = 0; i < changes->put->len; i++)
    if (!put_mailbox (db, changes, g_ptr_array_index (changes->put, i), ops, error))
      return FALSE;
  for (guint i = 0; i < changes->gone->len; i++)
    if (!take_gone (db, changes, g_ptr_array_index (changes->gone, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
is_same (const MailMailboxInfo *before, const MailMailboxInfo *info, const MailImapStatus *status)
{
  if (status != NULL
      && ((status->size != 0 && (gint64) status->size != before->server_size)
          || (status->mailbox_object_id[0] != '\0' && g_strcmp0 (status->mailbox_object_id, before->object_id) != 0)))
    return FALSE;
  return before->delimiter == info->delimiter && before->role == info->role && before->flags == info->flags
         && g_strcmp0 (before->raw_name, info->raw_name) == 0;
}
static void
compare_mailboxes (GPtrArray *listed, const GPtrArray *known, const GPtrArray *ops, MailboxChanges *changes)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) by_name = index_by_name (known);
  gboolean has_inbox = FALSE;

  for (guint i = 0; i < listed->len; i++)
    {
      MailMailboxInfo *info = ((MailImapListed *) g_ptr_array_index (listed, i))->info;
      const MailMailboxInfo *before = g_hash_table_lookup (by_name, info->name);

      g_hash_table_add (names, info->name);
      has_inbox = has_inbox || info->role == MAIL_ROLE_INBOX;
      if (before != NULL)
        {
          info->id = before->id;
          info->flags |= before->flags & MAIL_MAILBOX_OWN_FLAGS;
          apply_subscriptions (info, ops);
        }
      if (before == NULL || !is_same (before, info, g_hash_table_lookup (changes->told, info->name)))
        g_ptr_array_add (changes->put, info);
    }
  /* There is always an inbox (RFC 9051, section 5.1): a list without it is not the whole list. */
  for (guint i = 0; has_inbox && i < known->len; i++)
    {
      MailMailboxInfo *before = g_ptr_array_index (known, i);

      /* What is not there yet cannot be gone; and one that a person deleted is asked for by name when its turn comes. */
      if (!(before->flags & MAIL_MAILBOX_OWN_FLAGS) && !g_hash_table_contains (names, before->name))
        g_ptr_array_add (changes->gone, before);
    }
}

/* A list may be short for a moment, and what hangs on a mailbox is much: the server is asked for each that is missing. One of which
 * it said so before is not asked for again. */
static gboolean
confirm_gone (const MailImapPass *pass, GPtrArray *gone, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) missing = NULL;

  for (guint i = 0; i < gone->len; i++)
    if (!(((const MailMailboxInfo *) g_ptr_array_index (gone, i))->flags & MAIL_MAILBOX_GONE))
      g_ptr_array_add (names, ((MailMailboxInfo *) g_ptr_array_index (gone, i))->name);
  if (names->len == 0)
    return TRUE;
  missing = mail_imap_session_find_missing (pass->engine->session, names, pass->cancellable, error);
  if (missing == NULL)
    return FALSE;
  for (guint i = gone->len; i > 0; i--)
    {
      const MailMailboxInfo *mailbox = g_ptr_array_index (gone, i - 1);

      if (!(mailbox->flags & MAIL_MAILBOX_GONE) && !g_ptr_array_find (missing, mailbox->name, NULL))
        g_ptr_array_remove_index (gone, i - 1);
    }
  return TRUE;
}

static void
report_dropped (MailImapEngine *engine, guint dropped)
{
  g_autoptr (GError) error = NULL;

  if (dropped == 0)
    return;
  g_set_error (&error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "%u waiting changes belonged to mailboxes that are gone", dropped);
  mail_imap_engine_report (engine, error, MAIL_PROBLEM_RADIUS_MAILBOX);
}

static gboolean
load_ops_job (MailDb *db, gpointer data, GError **error)
{
  GPtrArray **ops = data;

  *ops = mail_store_ops_list (db, 0, error);
  return *ops != NULL;
}

/* What there is at the server and here, once names that others changed were followed. */
typedef struct
{
  GPtrArray *listed; /* MailImapListed */
  GPtrArray *known;  /* MailMailboxInfo */
  GHashTable *pairs; /* name -> MailImapStatus */
} Lists;

static void
lists_clear (Lists *lists)
{
  g_clear_pointer (&lists->listed, g_ptr_array_unref);
  g_clear_pointer (&lists->known, g_ptr_array_unref);
  g_clear_pointer (&lists->pairs, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lists, lists_clear)

static gboolean
lists_fill (Lists *lists, const MailImapPass *pass, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_autoptr (GPtrArray) told = NULL;

  lists->listed = mail_imap_session_list (engine->session, &told, pass->cancellable, error);
  lists->known = lists->listed != NULL ? mail_imap_engine_load_mailboxes (engine, error) : NULL;
  if (lists->known == NULL)
    return FALSE;
  lists->pairs = pair_statuses (lists->listed, told, mail_imap_session_get_selected (engine->session));
  return ask_statuses (pass, lists->listed, lists->pairs, error)
         && mail_imap_renames_follow (pass, lists->listed, lists->known, lists->pairs, error);
}

gboolean
mail_imap_mailboxes_follow (const MailImapPass *pass, GError **error)
{
  g_auto (Lists) lists = { 0 };

  return lists_fill (&lists, pass, error);
}

gboolean
mail_imap_mailboxes_sync (const MailImapPass *pass, GHashTable **statuses, GError **error)
{
  MailImapEngine *engine = pass->engine;
  g_auto (Lists) lists = { 0 };
  g_autoptr (GPtrArray) put = g_ptr_array_new ();
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  g_autoptr (GPtrArray) ops = NULL;
  MailboxChanges changes = { .put = put, .gone = gone };

  if (!lists_fill (&lists, pass, error) || !mail_store_read (engine->store, load_ops_job, &ops, error))
    return FALSE;
  changes.told = lists.pairs;
  mail_imap_mailboxes_assign_roles (lists.listed, lists.known);
  compare_mailboxes (lists.listed, lists.known, ops, &changes);
  if (!confirm_gone (pass, gone, error))
    return FALSE;
  if ((put->len > 0 || gone->len > 0) && !mail_store_write (engine->store, store_mailboxes_job, &changes, error))
    return FALSE;
  pass->result->expunged += changes.removed_rows;
  pass->result->operations_failed += changes.dropped_ops;
  report_dropped (engine, changes.dropped_ops);
  if (!mail_imap_rights_keep (pass, lists.listed, lists.known, error))
    return FALSE;
  *statuses = g_steal_pointer (&lists.pairs);
  return TRUE;
}

static gboolean
ensure_inbox_job (MailDb *db, gpointer data, GError **error)
{
  MailMailboxInfo **inbox = data;
  g_autoptr (MailMailboxInfo) fresh = NULL;

  *inbox = mail_store_mailboxes_find (db, "INBOX", error);
  if (*inbox != NULL || (error != NULL && *error != NULL))
    return *inbox != NULL;
  fresh = mail_mailbox_info_new ("INBOX", '\0', MAIL_ROLE_INBOX);
  if (!mail_store_mailboxes_put (db, fresh, error))
    return FALSE;
  *inbox = g_steal_pointer (&fresh);
  return TRUE;
}

MailMailboxInfo *
mail_imap_mailboxes_ensure_inbox (MailImapEngine *engine, GError **error)
{
  g_autoptr (MailMailboxInfo) inbox = NULL;

  if (!mail_store_write (engine->store, ensure_inbox_job, &inbox, error))
    return NULL;
  return g_steal_pointer (&inbox);
}
