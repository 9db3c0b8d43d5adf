/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-replay-private.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/sync-take-back.h"

char *
mail_imap_group_get_set (const MailImapGroup *group)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < group->ops->len; i++)
    g_array_append_val (uids, ((MailOp *) g_ptr_array_index (group->ops, i))->uid);
  return mail_imap_uid_set (uids, 0, uids->len);
}

typedef struct
{
  const MailImapGroup *group;
  GPtrArray *rows;
} LoadRows;

static gboolean
load_rows_job (MailDb *db, gpointer data, GError **error)
{
  LoadRows *load = data;

  for (guint i = 0; i < load->group->ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (load->group->ops, i);
      g_autoptr (GError) failure = NULL;
      MailMessageInfo *row = mail_store_messages_get (db, op->message_id, &failure);

      if (row == NULL && !g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      g_ptr_array_add (load->rows, row);
    }
  return TRUE;
}

static void
free_row (gpointer row)
{
  mail_message_info_free (row);
}

GPtrArray *
mail_imap_group_load_rows (const MailImapGroup *group, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (free_row);
  LoadRows load = { group, rows };

  if (!mail_store_read (group->pass->engine->store, load_rows_job, &load, error))
    return NULL;
  return g_steal_pointer (&rows);
}

/* NULL without @error when the row is gone. */
static MailMessageInfo *
find_row (MailDb *db, gint64 id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  MailMessageInfo *row = mail_store_messages_get (db, id, &failure);

  if (row == NULL && !g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&failure));
  return row;
}

/* The row, and what waits for it, learn where the message landed. */
static gboolean
learn_uid (MailDb *db, const MailOp *op, gint64 mailbox_id, guint32 uid, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMessageInfo) row = find_row (db, op->message_id, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (row != NULL && row->where == MAIL_WHERE_HERE && !mail_store_messages_set_where (db, row->id, MAIL_WHERE_BOTH, error))
    return FALSE;
  if (uid == 0)
    return TRUE;
  if (row != NULL && row->mailbox_id == mailbox_id && row->uid == 0
      && (!mail_op_remove_double (db, row->id, mailbox_id, uid, error) || !mail_store_messages_set_uid (db, row->id, uid, error)))
    return FALSE;
  return mail_store_ops_set_uid (db, op->message_id, mailbox_id, uid, error);
}

static gboolean
learn_job (MailDb *db, gpointer data, GError **error)
{
  const MailImapOutcome *outcome = data;
  const MailImapGroup *group = outcome->group;

  return learn_uid (db, g_ptr_array_index (group->ops, 0), group->source->id, g_array_index (outcome->uids, guint32, 0), error);
}

gboolean
mail_imap_group_learn (const MailImapGroup *group, guint32 uid, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  MailImapOutcome outcome = { group, uids };

  g_array_append_val (uids, uid);
  return mail_store_write (group->pass->engine->store, learn_job, &outcome, error);
}

gboolean
mail_imap_confirm_flags (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMessageInfo) row = find_row (db, op->message_id, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return row == NULL || mail_store_messages_confirm_flags (db, row->id, op, error);
}

static gboolean
finish_expunge (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMessageInfo) row = find_row (db, op->message_id, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return row == NULL || mail_store_messages_remove (db, row->id, error);
}

static gboolean
finish_op (MailDb *db, const MailImapOutcome *outcome, guint i, GError **error)
{
  const MailOp *op = g_ptr_array_index (outcome->group->ops, i);
  guint32 uid = outcome->uids != NULL ? g_array_index (outcome->uids, guint32, i) : 0;

  if (!mail_store_ops_remove (db, op->id, error))
    return FALSE;
  switch (op->kind)
    {
    case MAIL_OP_MOVE:
      if (!mail_store_ops_take_tags_along (db, op, uid, error))
        return FALSE;
      G_GNUC_FALLTHROUGH;
    case MAIL_OP_COPY:
      /* Where nothing is told of a message it may have been gone already. */
      return (uid != 0 || mail_op_doubt_mailbox (db, op->target_id, error))
             && learn_uid (db, op, op->target_id, uid, error);
    case MAIL_OP_APPEND:
      return learn_uid (db, op, op->mailbox_id, uid, error);
    case MAIL_OP_FLAGS:
      return mail_imap_confirm_flags (db, op, error);
    case MAIL_OP_EXPUNGE:
    default:
      return finish_expunge (db, op, error);
    }
}

static gboolean
finish_job (MailDb *db, gpointer data, GError **error)
{
  const MailImapOutcome *outcome = data;

  for (guint i = 0; i < outcome->group->ops->len; i++)
    if (!finish_op (db, outcome, i, error))
      return FALSE;
  return ((const MailOp *) g_ptr_array_index (outcome->group->ops, 0))->kind != MAIL_OP_EXPUNGE
         || mail_store_ops_make_room (db, NULL, error);
}

/* What was only marked, and what was moved to a place that is known, needs no look afterwards. */
static guint
count_untold (const MailImapOutcome *outcome)
{
  const GPtrArray *ops = outcome->group->ops;
  guint n = 0;

  for (guint i = 0; i < ops->len; i++)
    {
      MailOpKind kind = ((const MailOp *) g_ptr_array_index (ops, i))->kind;
      gboolean has_place = outcome->uids != NULL && g_array_index (outcome->uids, guint32, i) != 0;

      n += kind != MAIL_OP_FLAGS && !((kind == MAIL_OP_MOVE || kind == MAIL_OP_COPY) && has_place);
    }
  return n;
}

gboolean
mail_imap_group_finish (const MailImapGroup *group, const GArray *uids, GError **error)
{
  MailImapOutcome outcome = { group, uids };

  if (!mail_store_write (group->pass->engine->store, finish_job, &outcome, error))
    return FALSE;
  group->pass->result->operations += group->ops->len;
  group->pass->result->operations_untold += count_untold (&outcome);
  return TRUE;
}

/* What a refusal does to the group. */
typedef struct
{
  const MailImapGroup *group;
  const GArray *there; /* guint32: UIDs of the originals of copies that the server still has; NULL for other operations */
  guint refused;       /* out: operations that are over */
  MailOp *kept;        /* out: the deletion of their mailbox, which is over, too; or NULL */
} Refusal;

static gboolean
is_there (const Refusal *refusal, guint32 uid)
{
  for (guint i = 0; i < refusal->there->len; i++)
    if (g_array_index (refusal->there, guint32, i) == uid)
      return TRUE;
  return FALSE;
}

/* A copy whose original is gone may be the last that there is of the message. */
static gboolean
save_copy (MailDb *db, const Refusal *refusal, const MailOp *op, gboolean *saved, GError **error)
{
  *saved = FALSE;
  return op->kind != MAIL_OP_COPY || is_there (refusal, op->uid)
         || mail_store_ops_upload_instead (db, op->id, saved, error);
}

static gboolean
refuse_op (MailDb *db, Refusal *refusal, const MailOp *op, GError **error)
{
  gboolean saved;

  if (!save_copy (db, refusal, op, &saved, error))
    return FALSE;
  if (saved)
    return mail_op_doubt_mailbox (db, op->mailbox_id, error);
  refusal->refused++;
  return mail_op_take_back (db, op, error);
}

static gboolean
refuse_job (MailDb *db, gpointer data, GError **error)
{
  Refusal *refusal = data;
  gint64 mailbox_id = refusal->group->source->id;
  g_autoptr (MailOp) before = NULL;
  g_autoptr (MailOp) after = NULL;

  if (!mail_op_find_deletion (db, mailbox_id, &before, error))
    return FALSE;
  for (guint i = 0; i < refusal->group->ops->len; i++)
    if (!refuse_op (db, refusal, g_ptr_array_index (refusal->group->ops, i), error))
      return FALSE;
  if (!mail_op_find_deletion (db, mailbox_id, &after, error))
    return FALSE;
  if (after == NULL && !mail_op_is_of_mailbox (g_ptr_array_index (refusal->group->ops, 0)))
    refusal->kept = g_steal_pointer (&before);
  return TRUE;
}

/* (transfer full): UIDs of the operations' messages that the source still has, and that are to stay there. */
static GArray *
search_originals (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  GCancellable *cancellable = group->pass->cancellable;
  g_autofree char *set = mail_imap_group_get_set (group);
  g_autofree char *criteria = g_strdup_printf ("UID %s UNDELETED", set);
  g_autoptr (GError) failure = NULL;
  g_autoptr (GArray) there = NULL;

  /* It was looked for already; such an operation comes alone. */
  if (((const MailOp *) g_ptr_array_index (group->ops, 0))->uid == 0)
    return g_array_new (FALSE, FALSE, sizeof (guint32));
  if (mail_imap_engine_select (engine, group->source, NULL, cancellable, &failure))
    there = mail_imap_session_search (engine->session, criteria, cancellable, &failure);
  /* The mailbox itself may be gone. */
  if (there == NULL && mail_imap_is_refusal (failure))
    return g_array_new (FALSE, FALSE, sizeof (guint32));
  if (there == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return g_steal_pointer (&there);
}

/* What could not be brought out of it would have gone with the mailbox. */
static void
report_kept (const MailImapGroup *group, const MailOp *deletion)
{
  g_autoptr (GError) told = g_error_new (MAIL_ERROR, MAIL_ERROR_REFUSED, "%s %s: what is in it could not be moved or copied",
                                         mail_op_kind_to_string (deletion->kind), deletion->name);

  mail_imap_engine_report (group->pass->engine, told, MAIL_PROBLEM_RADIUS_MAILBOX);
  group->pass->result->operations_failed++;
}

gboolean
mail_imap_group_refuse (const MailImapGroup *group, const GError *why, GError **error)
{
  const MailOp *op = g_ptr_array_index (group->ops, 0);
  gboolean is_copy = op->kind == MAIL_OP_COPY;
  g_autoptr (GArray) there = is_copy ? search_originals (group, error) : NULL;
  g_autoptr (GError) told = NULL;
  g_autoptr (MailOp) kept = NULL;
  Refusal refusal = { .group = group, .there = there };

  if ((is_copy && there == NULL) || !mail_store_write (group->pass->engine->store, refuse_job, &refusal, error))
    return FALSE;
  kept = refusal.kept;
  if (refusal.refused == 0)
    return TRUE;
  told = is_copy && there->len == 0 ? g_error_new_literal (MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "the original is gone")
                                    : g_error_copy (why);
  g_prefix_error (&told, "%s in %s: ", mail_op_kind_to_string (op->kind), group->source->name);
  mail_imap_engine_report_refused (group->pass->engine, told, op->kind, group->source->name);
  group->pass->result->operations_failed += refusal.refused;
  if (kept != NULL)
    report_kept (group, kept);
  return TRUE;
}
