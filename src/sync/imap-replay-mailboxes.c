/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-replay-private.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"

/* Operations on mailboxes at the server. Each finds out first what is there when its last answer was lost, and is done when the
 * server has what the person wanted, whoever did it. */

static const MailOp *
get_op (const MailImapGroup *group)
{
  return g_ptr_array_index (group->ops, 0);
}

static gboolean
finish (const MailImapGroup *group, MailStoreJob job, GError **error)
{
  if (!mail_store_write (group->pass->engine->store, job, (gpointer) group, error))
    return FALSE;
  group->pass->result->operations++;
  group->pass->result->operations_untold++;
  return TRUE;
}

/* A refusal of what only accompanies a change is none of the change. */
static gboolean
subscribe (const MailImapGroup *group, const char *name, gboolean subscribed, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (mail_imap_session_subscribe (group->pass->engine->session, name, subscribed, group->pass->cancellable, &failure)
      || mail_imap_is_refusal (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
ask_status (const MailImapGroup *group, const char *name, MailImapStatus *status, GError **error)
{
  return mail_imap_session_status_of (group->pass->engine->session, name, status, group->pass->cancellable, error);
}

/* Servers end a connection whose selected mailbox goes or changes its name. */
static gboolean
step_out (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  const char *selected = mail_imap_session_get_selected (engine->session);
  /* There is one always, though it may have no row yet. */
  const MailMailboxInfo inbox = { .name = (char *) "INBOX" };
  MailImapStatus status = { 0 };

  if (selected != NULL && !mail_mailbox_name_is_within (selected, group->source->name, group->source->delimiter))
    return TRUE;
  /* The server may have one selected that was only asked about. */
  if (engine->caps & MAIL_IMAP_CAP_UNSELECT)
    return mail_imap_session_unselect (engine->session, group->pass->cancellable, error);
  return selected == NULL || mail_imap_engine_select (engine, &inbox, &status, group->pass->cancellable, error);
}

typedef struct
{
  const MailImapGroup *group;
  guint32 uidvalidity; /* 0 = not known */
} Created;

static gboolean
created_job (MailDb *db, gpointer data, GError **error)
{
  const Created *created = data;
  const MailOp *op = get_op (created->group);
  g_autoptr (MailMailboxInfo) now = mail_store_mailboxes_get (db, op->mailbox_id, error);

  /* It may be called something else here by now; then that waits for its turn. */
  return now != NULL && mail_store_ops_remove (db, op->id, error)
         && mail_store_mailboxes_set_flags (db, now->id, 0, MAIL_MAILBOX_PENDING, error)
         && mail_store_mailboxes_set_name (db, now->id, now->name, op->name, error)
         && mail_store_mailboxes_set_synced (db, now->id, created->uidvalidity, 0, 0, 0, error);
}

static gboolean
run_create (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  const char *name = get_op (group)->name;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GError) unknown = NULL;
  Created created = { .group = group };
  MailImapStatus status = { 0 };

  if (!mail_imap_session_create (engine->session, name, group->source->role, group->pass->cancellable, &failure)
      && !g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_EXISTS)
      /* Some servers do not say why. */
      && !(mail_imap_is_refusal (failure) && ask_status (group, name, &status, NULL)))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  /* Without its UIDVALIDITY nothing could be kept that the server tells of messages that are put into it. */
  if (status.uidvalidity == 0 && !ask_status (group, name, &status, &unknown) && !mail_imap_is_refusal (unknown))
    {
      g_propagate_error (error, g_steal_pointer (&unknown));
      return FALSE;
    }
  created.uidvalidity = status.uidvalidity;
  if (!mail_store_write (engine->store, created_job, &created, error))
    return FALSE;
  group->pass->result->operations++;
  group->pass->result->operations_untold++;
  return TRUE;
}

/* Which of the two names the server has. */
static gboolean
look_for_names (const MailImapGroup *group, gboolean *has_old, gboolean *has_new, GError **error)
{
  const MailOp *op = get_op (group);
  g_autoptr (GPtrArray) listed =
      mail_imap_session_list (group->pass->engine->session, NULL, group->pass->cancellable, error);

  for (guint i = 0; listed != NULL && i < listed->len; i++)
    {
      const char *name = ((const MailImapListed *) g_ptr_array_index (listed, i))->info->name;

      *has_old = *has_old || g_str_equal (name, group->source->name);
      *has_new = *has_new || g_strcmp0 (name, op->name) == 0;
    }
  return listed != NULL;
}

/* Calls @func for each mailbox that the server has at or beneath the old name, with both its names there. */
static gboolean
for_each_renamed (MailDb *db,
                  const MailImapGroup *group,
                  gboolean (*func) (MailDb *, const MailMailboxInfo *, const char *, gpointer, GError **),
                  gpointer data,
                  GError **error)
{
  const char *old_name = group->source->name;
  g_autoptr (GPtrArray) all = mail_store_mailboxes_list (db, error);

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (all, i);
      const char *there = mail_mailbox_info_get_server_name (info);
      g_autofree char *renamed = NULL;

      if ((info->flags & MAIL_MAILBOX_PENDING) || !mail_mailbox_name_is_within (there, old_name, info->delimiter))
        continue;
      renamed = mail_mailbox_name_rebase (there, old_name, get_op (group)->name);
      if (!func (db, info, renamed, data, error))
        return FALSE;
    }
  return all != NULL;
}

static gboolean
note_renamed (MailDb *db, const MailMailboxInfo *info, const char *renamed, gpointer data, GError **error)
{
  return mail_store_mailboxes_set_name (db, info->id, info->name, renamed, error);
}

static gboolean
renamed_job (MailDb *db, gpointer data, GError **error)
{
  const MailImapGroup *group = data;

  return mail_store_ops_remove (db, get_op (group)->id, error) && for_each_renamed (db, group, note_renamed, NULL, error);
}

typedef struct
{
  const MailImapGroup *group;
  GPtrArray *names; /* char *: the old and the new one of each that is subscribed, in turn */
} Subscribed;

static gboolean
note_subscribed (MailDb *db, const MailMailboxInfo *info, const char *renamed, gpointer data, GError **error)
{
  GPtrArray *names = data;

  if (info->flags & MAIL_MAILBOX_SUBSCRIBED)
    {
      g_ptr_array_add (names, g_strdup (mail_mailbox_info_get_server_name (info)));
      g_ptr_array_add (names, g_strdup (renamed));
    }
  return TRUE;
}

static gboolean
subscribed_job (MailDb *db, gpointer data, GError **error)
{
  Subscribed *subscribed = data;

  return for_each_renamed (db, subscribed->group, note_subscribed, subscribed->names, error);
}

/* Servers keep subscriptions by name (RFC 9051, section 6.3.6). */
static gboolean
move_subscriptions (const MailImapGroup *group, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Subscribed subscribed = { group, names };

  if (!mail_store_read (group->pass->engine->store, subscribed_job, &subscribed, error))
    return FALSE;
  for (guint i = 0; i + 1 < names->len; i += 2)
    if (!subscribe (group, g_ptr_array_index (names, i + 1), TRUE, error)
        || !subscribe (group, g_ptr_array_index (names, i), FALSE, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_rename (const MailImapGroup *group, GError **error)
{
  const MailOp *op = get_op (group);
  gboolean has_old = FALSE;
  gboolean has_new = FALSE;

  if (!step_out (group, error) || (op->state == MAIL_OP_SENT && !look_for_names (group, &has_old, &has_new, error)))
    return FALSE;
  if ((has_old || !has_new)
      && !mail_imap_session_rename (group->pass->engine->session, group->source->name, op->name, group->pass->cancellable, error))
    return FALSE;
  return move_subscriptions (group, error) && finish (group, renamed_job, error);
}

typedef struct
{
  gint64 mailbox_id;
  const GArray *uids;
  guint strangers; /* out: those of @uids that have no row here */
} Strangers;

static gboolean
count_strangers_job (MailDb *db, gpointer data, GError **error)
{
  Strangers *strangers = data;

  for (guint i = 0; i < strangers->uids->len; i++)
    {
      g_autoptr (GError) failure = NULL;
      g_autoptr (MailMessageInfo) row = mail_store_messages_find_uid (db, strangers->mailbox_id,
                                                                      g_array_index (strangers->uids, guint32, i), &failure);

      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      strangers->strangers += row == NULL;
    }
  return TRUE;
}

/* What came into the mailbox since it was last looked through was never seen by the person who deleted it: it must not go along.
 * What is only marked, such as what was moved out of it without UIDPLUS, is no mail any more. */
static gboolean
check_for_strangers (const MailImapGroup *group, const MailImapStatus *status, GError **error)
{
  const MailMailboxInfo *mailbox = group->source;
  MailImapEngine *engine = group->pass->engine;
  g_autoptr (GArray) uids = NULL;
  g_autofree char *criteria = g_strdup_printf ("UID %u:* UNDELETED", MAX (mailbox->uidnext, 1));
  Strangers strangers = { .mailbox_id = mailbox->id };

  if (status->messages == 0
      || (status->uidvalidity == mailbox->uidvalidity && mailbox->uidnext != 0 && status->uidnext == mailbox->uidnext))
    return TRUE;
  if (mailbox->uidvalidity == 0 || status->uidvalidity == mailbox->uidvalidity)
    {
      MailImapStatus selected = { 0 };

      if (!mail_imap_engine_select (engine, mailbox, &selected, group->pass->cancellable, error))
        return FALSE;
      uids = mail_imap_session_search (engine->session, criteria, group->pass->cancellable, error);
      strangers.uids = uids;
      if (uids == NULL || !mail_store_read (engine->store, count_strangers_job, &strangers, error))
        return FALSE;
      if (strangers.strangers == 0)
        return TRUE;
    }
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_REFUSED, "%s has messages that were not seen here yet", mailbox->name);
  return FALSE;
}

static gboolean
deleted_job (MailDb *db, gpointer data, GError **error)
{
  const MailImapGroup *group = data;

  return mail_store_ops_remove (db, get_op (group)->id, error) && mail_store_mailboxes_remove (db, group->source->id, error)
         && mail_store_ops_make_room (db, NULL, error);
}

/* A server that says no to STATUS without a reason may mean that there is no such mailbox, or that it cannot look just now. The
 * list tells: one that is there still is asked for again later. */
static void
doubt_missing (const MailImapGroup *group, GError **failure)
{
  g_autoptr (GError) why = NULL;
  gboolean there = FALSE;
  gboolean other = FALSE;

  if (!g_error_matches (*failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND) || mail_error_get_server_code (*failure) != NULL)
    return;
  if (look_for_names (group, &there, &other, &why) && !there)
    return;
  g_clear_error (failure);
  if (why != NULL)
    {
      g_propagate_error (failure, g_steal_pointer (&why));
      return;
    }
  g_set_error (failure, MAIL_ERROR, MAIL_ERROR_BUSY, "%s cannot be looked at", group->source->name);
  mail_error_set_server_code (failure, "UNAVAILABLE", 0);
}

static gboolean
run_delete (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  const char *name = group->source->name;
  g_autoptr (GError) failure = NULL;
  MailImapStatus status = { 0 };

  /* Only after a look at what is in it: while the server does not tell, nothing is deleted. */
  if (!(group->source->flags & MAIL_MAILBOX_NO_SELECT) && ask_status (group, name, &status, &failure))
    check_for_strangers (group, &status, &failure);
  doubt_missing (group, &failure);
  if (failure == NULL && step_out (group, &failure))
    mail_imap_session_delete (engine->session, name, group->pass->cancellable, &failure);
  if (failure != NULL && !g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if ((group->source->flags & MAIL_MAILBOX_SUBSCRIBED) && !subscribe (group, name, FALSE, error))
    return FALSE;
  return finish (group, deleted_job, error);
}

static gboolean
remove_job (MailDb *db, gpointer data, GError **error)
{
  return mail_store_ops_remove (db, get_op (data)->id, error);
}

gboolean
mail_imap_group_run_mailbox (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  MailOpKind kind = get_op (group)->kind;

  switch (kind)
    {
    case MAIL_OP_CREATE_MAILBOX:
      return run_create (group, error);
    case MAIL_OP_RENAME_MAILBOX:
      return run_rename (group, error);
    case MAIL_OP_DELETE_MAILBOX:
      return run_delete (group, error);
    case MAIL_OP_SUBSCRIBE:
    case MAIL_OP_UNSUBSCRIBE:
    default:
      return mail_imap_session_subscribe (engine->session, group->source->name, kind == MAIL_OP_SUBSCRIBE,
                                          group->pass->cancellable, error)
             && finish (group, remove_job, error);
    }
}
