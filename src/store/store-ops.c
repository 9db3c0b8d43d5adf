/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-ops.h"

#include "core/clock.h"
#include "core/errors.h"
#include "store/store-db.h"

#define COLUMNS                                                                                                 \
  "SELECT id, kind, state, message_id, mailbox_id, uid, target_id, flags_add, flags_remove, created, attempts, " \
  "last_error, keywords_add, keywords_remove, name, old_name, held FROM op "

static MailOp *
read_row (sqlite3_stmt *row)
{
  MailOp *op = mail_op_new ((MailOpKind) sqlite3_column_int (row, 1),
                            sqlite3_column_int64 (row, 3),
                            sqlite3_column_int64 (row, 4),
                            (guint32) sqlite3_column_int64 (row, 5));

  op->id = sqlite3_column_int64 (row, 0);
  op->state = (MailOpState) sqlite3_column_int (row, 2);
  op->target_id = sqlite3_column_int64 (row, 6);
  op->flags_add = (MailFlags) sqlite3_column_int (row, 7);
  op->flags_remove = (MailFlags) sqlite3_column_int (row, 8);
  op->created = sqlite3_column_int64 (row, 9);
  op->attempts = (guint) sqlite3_column_int64 (row, 10);
  op->last_error = mail_db_dup_text (row, 11);
  op->keywords_add = mail_db_dup_text (row, 12);
  op->keywords_remove = mail_db_dup_text (row, 13);
  op->name = mail_db_dup_text (row, 14);
  op->old_name = mail_db_dup_text (row, 15);
  op->held = (MailOpHold) sqlite3_column_int (row, 16);
  return op;
}

/* *@op NULL when nothing waits for the message, or the mailbox, that @next is about. */
static gboolean
find_last (MailDb *db, const MailOp *next, MailOp **op, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      COLUMNS "WHERE message_id = ?1 AND (?1 <> 0 OR mailbox_id = ?2) "
                                                      "ORDER BY id DESC LIMIT 1",
                                                      next->message_id, next->mailbox_id);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  *op = row ? read_row (statement) : NULL;
  return TRUE;
}

/* None when the row is gone. */
static gboolean
find_server_flags (MailDb *db, gint64 message_id, MailFlags *flags, char **keywords, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT server_flags, server_keywords FROM message WHERE id = ?1",
                                                      message_id);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  *flags = row ? (MailFlags) sqlite3_column_int (statement, 0) : MAIL_FLAGS_NONE;
  *keywords = row ? mail_db_dup_text (statement, 1) : NULL;
  return TRUE;
}

/* What the server will have once all that waits before @op was carried out, if @op is about that. */
static gboolean
find_flags_before (MailDb *db, const MailOp *op, MailFlags *flags, char **keywords, GError **error)
{
  g_autoptr (GPtrArray) ops = NULL;
  g_autofree char *server_keywords = NULL;

  if (op->kind != MAIL_OP_FLAGS)
    return TRUE;
  if (!find_server_flags (db, op->message_id, flags, &server_keywords, error))
    return FALSE;
  ops = mail_store_ops_list (db, op->message_id, error);
  if (ops == NULL)
    return FALSE;
  for (guint i = 0; i < ops->len; i++)
    if (((const MailOp *) g_ptr_array_index (ops, i))->id >= op->id)
      g_ptr_array_set_size (ops, i);
  *flags = mail_op_apply_flags (ops, op->message_id, *flags);
  *keywords = mail_op_apply_keywords (ops, op->message_id, server_keywords);
  return TRUE;
}

static gboolean
insert (MailDb *db, MailOp *op, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "INSERT INTO op (kind, state, message_id, mailbox_id, uid, target_id, "
                                                        "flags_add, flags_remove, created, attempts, last_error, "
                                                        "keywords_add, keywords_remove, name, old_name) "
                                                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
                                                        "?14, ?15)",
                                                        error);

  if (statement == NULL)
    return FALSE;
  if (op->created == 0)
    op->created = mail_clock_now ();
  sqlite3_bind_int (statement, 1, (int) op->kind);
  sqlite3_bind_int (statement, 2, (int) op->state);
  sqlite3_bind_int64 (statement, 3, op->message_id);
  sqlite3_bind_int64 (statement, 4, op->mailbox_id);
  sqlite3_bind_int64 (statement, 5, op->uid);
  mail_db_bind_id (statement, 6, op->target_id);
  sqlite3_bind_int (statement, 7, (int) op->flags_add);
  sqlite3_bind_int (statement, 8, (int) op->flags_remove);
  sqlite3_bind_int64 (statement, 9, op->created);
  sqlite3_bind_int64 (statement, 10, op->attempts);
  mail_db_bind_text (statement, 11, op->last_error);
  mail_db_bind_text (statement, 12, op->keywords_add);
  mail_db_bind_text (statement, 13, op->keywords_remove);
  mail_db_bind_text (statement, 14, op->name);
  mail_db_bind_text (statement, 15, op->old_name);
  if (!mail_db_finish (db, statement, error))
    return FALSE;
  op->id = sqlite3_last_insert_rowid (mail_db_get_sqlite (db));
  return TRUE;
}

/* What @op has become by folding another one into it; it may go on with that. */
static gboolean
update (MailDb *db, const MailOp *op, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE op SET target_id = ?2, flags_add = ?3, flags_remove = ?4, "
                                                        "keywords_add = ?5, keywords_remove = ?6, name = ?7, held = 0 "
                                                        "WHERE id = ?1",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, op->id);
  mail_db_bind_id (statement, 2, op->target_id);
  sqlite3_bind_int (statement, 3, (int) op->flags_add);
  sqlite3_bind_int (statement, 4, (int) op->flags_remove);
  mail_db_bind_text (statement, 5, op->keywords_add);
  mail_db_bind_text (statement, 6, op->keywords_remove);
  mail_db_bind_text (statement, 7, op->name);
  return mail_db_finish (db, statement, error);
}

/* An operation on a mailbox may take the place of @last only where nothing that came since has to happen before it: what is in the
 * mailbox, or others with names that have to do with it. */
static gboolean
may_move_up (MailDb *db, const MailOp *last, const MailOp *next, gboolean *may, GError **error)
{
  g_autoptr (GPtrArray) ops = NULL;

  *may = TRUE;
  if (!mail_op_is_of_mailbox (next))
    return TRUE;
  ops = mail_store_ops_list (db, 0, error);
  for (guint i = 0; ops != NULL && i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      *may = *may && (op->id <= last->id || !mail_op_waits_for (next, op));
    }
  return ops != NULL;
}

gboolean
mail_store_ops_add (MailDb *db, MailOp *op, GError **error)
{
  g_autoptr (MailOp) last = NULL;
  MailFlags flags = MAIL_FLAGS_NONE;
  g_autofree char *keywords = NULL;
  gboolean may_fold = FALSE;
  gboolean is_void;

  if (!find_last (db, op, &last, error)
      || (last != NULL
          && (!find_flags_before (db, last, &flags, &keywords, error) || !may_move_up (db, last, op, &may_fold, error))))
    return FALSE;
  if (!may_fold || !mail_op_coalesce (last, op, flags, keywords, &is_void))
    return insert (db, op, error);
  op->id = is_void ? 0 : last->id;
  return is_void ? mail_store_ops_remove (db, last->id, error) : update (db, last, error);
}

static GPtrArray *
take_list (MailDb *db, sqlite3_stmt *statement, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_op_free);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return NULL;
  while (row)
    {
      g_ptr_array_add (list, read_row (statement));
      if (!mail_db_step (db, statement, &row, error))
        return NULL;
    }
  return g_steal_pointer (&list);
}

GPtrArray *
mail_store_ops_list (MailDb *db, gint64 message_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = message_id != 0
                                           ? mail_db_query (db, error, COLUMNS "WHERE message_id = ?1 ORDER BY id", message_id)
                                           : mail_db_prepare (db, COLUMNS "ORDER BY id", error);

  return take_list (db, statement, error);
}

GPtrArray *
mail_store_ops_list_oldest (MailDb *db, guint most, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, COLUMNS "ORDER BY id LIMIT ?1", most);

  return take_list (db, statement, error);
}

GPtrArray *
mail_store_ops_list_leaving (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, COLUMNS "WHERE mailbox_id = ?1 AND kind IN (?2, ?3) ORDER BY id",
                                                      mailbox_id, MAIL_OP_MOVE, MAIL_OP_EXPUNGE);

  return take_list (db, statement, error);
}

GPtrArray *
mail_store_ops_list_of_mailbox (MailDb *db, gint64 mailbox_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      mail_db_query (db, error, COLUMNS "WHERE message_id = 0 AND mailbox_id = ?1 ORDER BY id", mailbox_id);

  return take_list (db, statement, error);
}

GPtrArray *
mail_store_ops_list_naming (MailDb *db, gint64 mailbox_id, guint32 uid, GError **error)
{
  g_autoptr (sqlite3_stmt) statement =
      mail_db_query (db, error, COLUMNS "WHERE mailbox_id = ?1 AND uid = ?2 AND uid <> 0 ORDER BY id", mailbox_id, uid);

  return take_list (db, statement, error);
}

gboolean
mail_store_ops_set_state (MailDb *db, gint64 id, MailOpState state, GError **error)
{
  return mail_db_run (db, error, "UPDATE op SET state = ?2 WHERE id = ?1", id, state);
}

gboolean
mail_store_ops_redirect (MailDb *db, gint64 id, gint64 mailbox_id, gint64 target_id, GError **error)
{
  return mail_db_run (db, error, "UPDATE op SET mailbox_id = ?2, target_id = NULLIF (?3, 0) WHERE id = ?1",
                      id, mailbox_id, target_id);
}

gboolean
mail_store_ops_upload_instead (MailDb *db, gint64 id, gboolean *done, GError **error)
{
  *done = FALSE;
  if (!mail_db_run (db, error,
                    "UPDATE op SET kind = ?3, mailbox_id = target_id, target_id = NULL, uid = 0 WHERE id = ?1 AND kind = ?2 "
                    "AND EXISTS (SELECT 1 FROM message WHERE id = op.message_id AND body_id IS NOT NULL)",
                    id, MAIL_OP_COPY, MAIL_OP_APPEND))
    return FALSE;
  *done = sqlite3_changes (mail_db_get_sqlite (db)) > 0;
  return TRUE;
}

gboolean
mail_store_ops_set_uid (MailDb *db, gint64 message_id, gint64 mailbox_id, guint32 uid, GError **error)
{
  return mail_db_run (db, error,
                      "UPDATE op SET uid = ?3 WHERE message_id = ?1 AND mailbox_id = ?2 AND uid = 0 AND state < ?4",
                      message_id, mailbox_id, uid, MAIL_OP_PARKED);
}

gboolean
mail_store_ops_learn_uid (MailDb *db, gint64 id, guint32 uid, GError **error)
{
  return mail_db_run (db, error, "UPDATE op SET uid = ?2 WHERE id = ?1", id, uid);
}

gboolean
mail_store_ops_park (MailDb *db, gint64 id, GError **error)
{
  return mail_db_run (db, error, "UPDATE op SET uid = 0, state = state + ?2 WHERE id = ?1 AND state < ?2", id, MAIL_OP_PARKED)
         && mail_db_run (db, error, "UPDATE op SET uid = 0 WHERE id = ?1", id);
}

gboolean
mail_store_ops_unpark (MailDb *db, gint64 id, guint32 uid, GError **error)
{
  return mail_db_run (db, error, "UPDATE op SET uid = ?2, state = state - ?3 WHERE id = ?1 AND state >= ?3",
                      id, uid, MAIL_OP_PARKED);
}

gboolean
mail_store_ops_set_held (MailDb *db, gint64 id, MailOpHold held, GError **error)
{
  return mail_db_run (db, error, "UPDATE op SET held = ?2, attempts = CASE ?2 WHEN 0 THEN 0 ELSE attempts END WHERE id = ?1",
                      id, held);
}

gboolean
mail_store_ops_make_room (MailDb *db, guint *count, GError **error)
{
  if (!mail_db_run (db, error, "UPDATE op SET held = 0, attempts = 0 WHERE held = ?1 AND held <> 0", MAIL_OP_HELD_FOR_ROOM))
    return FALSE;
  if (count != NULL)
    *count = (guint) sqlite3_changes (mail_db_get_sqlite (db));
  return TRUE;
}

gboolean
mail_store_ops_keep_tags (MailDb *db, gint64 id, const char *keywords, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE op SET flags_add = 0, flags_remove = 0, keywords_add = ?2, "
                                                        "keywords_remove = NULL, state = ?3, held = ?4 WHERE id = ?1",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  mail_db_bind_text (statement, 2, keywords);
  sqlite3_bind_int (statement, 3, MAIL_OP_WAITING);
  sqlite3_bind_int (statement, 4, MAIL_OP_HELD_NO_TAGS);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_ops_take_tags_along (MailDb *db, const MailOp *move, guint32 uid, GError **error)
{
  return mail_db_run (db, error,
                      "UPDATE op SET mailbox_id = ?3, uid = ?4, held = 0, attempts = 0 "
                      "WHERE message_id = ?1 AND mailbox_id = ?2 AND held = ?5 AND id < ?6",
                      move->message_id, move->mailbox_id, move->target_id, uid, MAIL_OP_HELD_NO_TAGS, move->id);
}

gboolean
mail_store_ops_set_reason (MailDb *db, gint64 id, const char *reason, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "UPDATE op SET last_error = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  mail_db_bind_text (statement, 2, reason);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_ops_set_error (MailDb *db, gint64 id, const char *error_text, GError **error)
{
  return mail_db_run (db, error, "UPDATE op SET attempts = attempts + 1 WHERE id = ?1", id)
         && mail_store_ops_set_reason (db, id, error_text, error);
}

gboolean
mail_store_ops_remove (MailDb *db, gint64 id, GError **error)
{
  return mail_db_run (db, error, "DELETE FROM op WHERE id = ?1", id);
}
