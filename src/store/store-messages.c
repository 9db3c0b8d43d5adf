/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store-messages-private.h"

#include "core/errors.h"
#include "core/keywords.h"
#include "core/mailbox-info.h"
#include "store/store-bodies-private.h"
#include "store/store-db.h"
#include "store/store-headers.h"
#include "store/store-ops.h"
#include "store/store-uidl.h"

G_STATIC_ASSERT (MAIL_UIDL_HERE == 1 && MAIL_UIDL_TO_DELETE == 2);

static MailMessageInfo *
read_row (sqlite3_stmt *row)
{
  MailMessageInfo *info = mail_message_info_new ();

  info->id = sqlite3_column_int64 (row, 0);
  info->mailbox_id = sqlite3_column_int64 (row, 1);
  info->uid = (guint32) sqlite3_column_int64 (row, 2);
  info->uidl = mail_db_dup_text (row, 3);
  info->flags = (MailFlags) sqlite3_column_int (row, 4);
  info->keywords = mail_db_dup_text (row, 5);
  info->date = sqlite3_column_int64 (row, 6);
  info->internal_date = sqlite3_column_int64 (row, 7);
  info->size = sqlite3_column_int64 (row, 8);
  info->where = (MailWhere) sqlite3_column_int (row, 9);
  if (sqlite3_column_bytes (row, 10) == 32)
    info->sha256 = mail_store_hash_to_hex (sqlite3_column_blob (row, 10));
  info->has_attachment = sqlite3_column_int (row, 11) != 0;
  info->subject = mail_db_dup_text (row, 12);
  info->from_name = mail_db_dup_text (row, 13);
  info->from_address = mail_db_dup_text (row, 14);
  info->to = mail_db_dup_text (row, 15);
  info->cc = mail_db_dup_text (row, 16);
  info->preview = mail_db_dup_text (row, 17);
  info->message_id = mail_db_dup_text (row, 18);
  info->in_reply_to = mail_db_dup_text (row, 19);
  info->fetched = sqlite3_column_int64 (row, 20);
  info->deleting = sqlite3_column_int (row, 21) == MAIL_UIDL_TO_DELETE;
  info->returned = (guint) sqlite3_column_int (row, 22);
  info->labels = mail_db_dup_text (row, 23);
  info->email_id = mail_db_dup_text (row, 24);
  info->references = mail_db_dup_text (row, 25);
  info->structure = mail_db_dup_text (row, 26);
  return info;
}

gboolean
mail_store_messages_take_row (MailDb *db, sqlite3_stmt *statement, MailMessageInfo **info, GError **error)
{
  gboolean row;

  if (!mail_db_step (db, statement, &row, error))
    return FALSE;
  *info = row ? read_row (statement) : NULL;
  return TRUE;
}

static gboolean
fail_missing (gint64 id, GError **error)
{
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "no message %" G_GINT64_FORMAT, id);
  return FALSE;
}

gboolean
mail_store_messages_get_state (MailDb *db, gint64 id, MailMessageState *state, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error,
                                                      "SELECT m.mailbox_id, m.flags, m.server_flags, m.body_id, b.flags, "
                                                      "m.size, p.message_id, p.missing_parts, p.missing_bytes "
                                                      "FROM message m JOIN mailbox b ON b.id = m.mailbox_id "
                                                      "LEFT JOIN partial p ON p.message_id = m.id WHERE m.id = ?1",
                                                      id);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  if (!row)
    return fail_missing (id, error);
  state->id = id;
  state->mailbox_id = sqlite3_column_int64 (statement, 0);
  state->flags = (MailFlags) sqlite3_column_int (statement, 1);
  state->server_flags = (MailFlags) sqlite3_column_int (statement, 2);
  state->body_id = sqlite3_column_int64 (statement, 3);
  state->local = (sqlite3_column_int (statement, 4) & MAIL_MAILBOX_LOCAL) != 0;
  state->size = sqlite3_column_int64 (statement, 5);
  state->partial = sqlite3_column_type (statement, 6) != SQLITE_NULL;
  state->partial_missing_parts = sqlite3_column_int (statement, 7);
  state->partial_missing_bytes = sqlite3_column_int64 (statement, 8);
  return TRUE;
}

/* Adds the row's part of the figures (@sign 1), or takes it away (-1). */
static void
note_state (MailDb *db, const MailMessageState *state, gint sign)
{
  MailFigureDelta delta = {
    .messages = sign,
    .unread = (state->flags & MAIL_FLAG_SEEN) == 0 ? sign : 0,
    .bodies = state->body_id != 0 ? sign : 0,
    .texts = state->body_id != 0 || state->partial ? sign : 0,
  };

  if (state->body_id == 0)
    {
      delta.missing_parts = state->partial ? sign * state->partial_missing_parts : 0;
      delta.missing_bytes = sign * (state->partial ? state->partial_missing_bytes : state->size);
    }
  mail_journal_note_figures (mail_db_get_journal (db), state->mailbox_id, &delta);
}

void
mail_store_messages_note_changed (MailDb *db, const MailMessageState *before, const MailMessageState *after)
{
  note_state (db, before, -1);
  note_state (db, after, 1);
  mail_journal_note_row (mail_db_get_journal (db), MAIL_JOURNAL_CHANGED, after->mailbox_id, after->id);
}

static gboolean
insert_message (MailDb *db, MailMessageInfo *info, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "INSERT INTO message (mailbox_id, uid, uidl, flags, server_flags, "
                                                        "keywords, server_keywords, date, internal_date, size, location, "
                                                        "labels, email_id) "
                                                        "VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                                                        error);
  g_autofree char *keywords = mail_keywords_apply (info->keywords, NULL, NULL);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, info->mailbox_id);
  mail_db_bind_id (statement, 2, info->uid);
  mail_db_bind_text (statement, 3, info->uidl);
  sqlite3_bind_int (statement, 4, (int) info->flags);
  mail_db_bind_text (statement, 5, keywords);
  sqlite3_bind_int64 (statement, 6, info->date);
  sqlite3_bind_int64 (statement, 7, info->internal_date);
  sqlite3_bind_int64 (statement, 8, info->size);
  sqlite3_bind_int (statement, 9, (int) info->where);
  mail_db_bind_text (statement, 10, info->labels);
  mail_db_bind_text (statement, 11, info->email_id);
  if (!mail_db_finish (db, statement, error))
    return FALSE;
  info->id = sqlite3_last_insert_rowid (mail_db_get_sqlite (db));
  return TRUE;
}

gboolean
mail_store_messages_insert (MailDb *db, MailMessageInfo *info, GError **error)
{
  MailMessageState state = { .mailbox_id = info->mailbox_id, .flags = info->flags, .size = info->size };

  if (!insert_message (db, info, error) || !mail_store_headers_insert (db, info, error))
    return FALSE;
  note_state (db, &state, 1);
  mail_journal_note_row (mail_db_get_journal (db), MAIL_JOURNAL_ADDED, info->mailbox_id, info->id);
  return TRUE;
}

/* @sql: ?1 is the message. */
static MailMessageInfo *
get_row (MailDb *db, const char *sql, gint64 id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, sql, id);
  MailMessageInfo *info;

  if (statement == NULL || !mail_store_messages_take_row (db, statement, &info, error))
    return NULL;
  if (info == NULL)
    fail_missing (id, error);
  return info;
}

MailMessageInfo *
mail_store_messages_get (MailDb *db, gint64 id, GError **error)
{
  return get_row (db, MAIL_STORE_FULL_ROWS "WHERE m.id = ?1", id, error);
}

MailMessageInfo *
mail_store_messages_get_place (MailDb *db, gint64 id, GError **error)
{
  return get_row (db, MAIL_STORE_PLACE_ROWS "WHERE m.id = ?1", id, error);
}

MailMessageInfo *
mail_store_messages_find_uid (MailDb *db, gint64 mailbox_id, guint32 uid, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, MAIL_STORE_FULL_ROWS "WHERE m.mailbox_id = ?1 AND m.uid = ?2",
                                                      mailbox_id, uid);
  MailMessageInfo *info;

  return statement != NULL && mail_store_messages_take_row (db, statement, &info, error) ? info : NULL;
}

static gboolean
write_flags (MailDb *db,
             const MailMessageState *before,
             MailFlags flags,
             MailFlags server_flags,
             GError **error)
{
  MailMessageState after = *before;

  if (before->flags == flags && before->server_flags == server_flags)
    return TRUE;
  if (!mail_db_run (db, error, "UPDATE message SET flags = ?2, server_flags = ?3 WHERE id = ?1",
                    before->id, flags, server_flags))
    return FALSE;
  after.flags = flags;
  if (before->flags != flags)
    mail_store_messages_note_changed (db, before, &after);
  return TRUE;
}

static gboolean
write_keywords (MailDb *db, const MailMessageState *state, const char *keywords, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE message SET keywords = ?2 "
                                                        "WHERE id = ?1 AND keywords IS NOT ?2",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, state->id);
  mail_db_bind_text (statement, 2, keywords);
  if (!mail_db_finish (db, statement, error))
    return FALSE;
  if (sqlite3_changes (mail_db_get_sqlite (db)) > 0)
    mail_store_messages_note_changed (db, state, state);
  return TRUE;
}

static gboolean
write_server_keywords (MailDb *db, gint64 id, const char *keywords, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE message SET server_keywords = ?2 "
                                                        "WHERE id = ?1 AND server_keywords IS NOT ?2",
                                                        error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  mail_db_bind_text (statement, 2, keywords);
  return mail_db_finish (db, statement, error);
}

static gboolean
read_server_keywords (MailDb *db, gint64 id, char **keywords, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_query (db, error, "SELECT server_keywords FROM message WHERE id = ?1", id);
  gboolean row;

  if (statement == NULL || !mail_db_step (db, statement, &row, error))
    return FALSE;
  *keywords = row ? mail_db_dup_text (statement, 0) : NULL;
  return TRUE;
}

/* What the server has, and what the person sees of it: what still waits applied to it. @keywords: a set of core/keywords.h. */
static gboolean
write_from_server (MailDb *db, const MailMessageState *state, MailFlags flags, const char *keywords, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, state->id, error);
  g_autofree char *visible = ops != NULL ? mail_op_apply_keywords (ops, state->id, keywords) : NULL;

  return ops != NULL && write_server_keywords (db, state->id, keywords, error) && write_keywords (db, state, visible, error)
         && write_flags (db, state, mail_op_apply_flags (ops, state->id, flags), flags, error);
}

gboolean
mail_store_messages_set_server_flags (MailDb *db, gint64 id, MailFlags flags, const char *keywords, GError **error)
{
  g_autofree char *set = mail_keywords_apply (keywords, NULL, NULL);
  MailMessageState state;

  return mail_store_messages_get_state (db, id, &state, error) && write_from_server (db, &state, flags, set, error);
}

gboolean
mail_store_messages_confirm_flags (MailDb *db, gint64 id, const MailOp *op, GError **error)
{
  g_autofree char *before = NULL;
  g_autofree char *now = NULL;
  MailMessageState state;
  MailFlags flags;

  if (!mail_store_messages_get_state (db, id, &state, error) || !read_server_keywords (db, id, &before, error))
    return FALSE;
  flags = op != NULL ? (state.server_flags | op->flags_add) & ~op->flags_remove : state.server_flags;
  now = mail_keywords_apply (before, op != NULL ? op->keywords_add : NULL, op != NULL ? op->keywords_remove : NULL);
  return write_from_server (db, &state, flags, now, error);
}

gboolean
mail_store_messages_set_flags (MailDb *db, gint64 id, MailFlags flags, GError **error)
{
  MailMessageState state;

  return mail_store_messages_get_state (db, id, &state, error)
         && write_flags (db, &state, flags, state.local ? flags : state.server_flags, error);
}

gboolean
mail_store_messages_set_keywords (MailDb *db, gint64 id, const char *keywords, GError **error)
{
  g_autofree char *set = mail_keywords_apply (keywords, NULL, NULL);
  MailMessageState state;

  return mail_store_messages_get_state (db, id, &state, error) && write_keywords (db, &state, set, error)
         && (!state.local || write_server_keywords (db, id, set, error));
}

static void
note_moved (MailDb *db, const MailMessageState *before, gint64 mailbox_id)
{
  MailMessageState after = *before;

  after.mailbox_id = mailbox_id;
  note_state (db, before, -1);
  mail_journal_note_row (mail_db_get_journal (db), MAIL_JOURNAL_REMOVED, before->mailbox_id, before->id);
  note_state (db, &after, 1);
  mail_journal_note_row (mail_db_get_journal (db), MAIL_JOURNAL_ADDED, mailbox_id, before->id);
}

gboolean
mail_store_messages_move (MailDb *db, gint64 id, gint64 mailbox_id, guint32 uid, GError **error)
{
  MailMessageState state;
  g_autoptr (sqlite3_stmt) statement = NULL;

  if (!mail_store_messages_get_state (db, id, &state, error))
    return FALSE;
  statement = mail_db_prepare (db, "UPDATE message SET mailbox_id = ?2, uid = ?3 WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  sqlite3_bind_int64 (statement, 2, mailbox_id);
  mail_db_bind_id (statement, 3, uid);
  if (!mail_db_finish (db, statement, error))
    return FALSE;
  note_moved (db, &state, mailbox_id);
  return TRUE;
}

/* SQLite keeps what each statement that may break a reference changes, page by page, to take it back if it fails: for all rows
 * together that is little, for each by itself it is most of the work. */
static gboolean
write_moves (MailDb *db, const GArray *moves, gint64 mailbox_id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db,
                                                        "UPDATE message SET mailbox_id = ?2, uid = NULLIF (j.value, 0) "
                                                        "FROM json_each (?1) j WHERE message.id = CAST (j.key AS INTEGER)",
                                                        error);
  g_autoptr (GString) uids = g_string_new ("{");

  if (statement == NULL)
    return FALSE;
  for (guint i = 0; i < moves->len; i++)
    {
      const MailStoreMove *move = &g_array_index (moves, MailStoreMove, i);

      g_string_append_printf (uids, "%s\"%" G_GINT64_FORMAT "\":%u", i > 0 ? "," : "", move->id, move->uid);
    }
  g_string_append_c (uids, '}');
  mail_db_bind_text (statement, 1, uids->str);
  sqlite3_bind_int64 (statement, 2, mailbox_id);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_messages_move_all (MailDb *db, const GArray *moves, gint64 mailbox_id, GError **error)
{
  g_autofree MailMessageState *states = g_new (MailMessageState, moves->len);

  for (guint i = 0; i < moves->len; i++)
    if (!mail_store_messages_get_state (db, g_array_index (moves, MailStoreMove, i).id, &states[i], error))
      return FALSE;
  if (!write_moves (db, moves, mailbox_id, error))
    return FALSE;
  for (guint i = 0; i < moves->len; i++)
    note_moved (db, &states[i], mailbox_id);
  return TRUE;
}

gboolean
mail_store_messages_copy (MailDb *db, gint64 id, gint64 mailbox_id, gint64 *new_id, GError **error)
{
  MailMessageState state;
  gint64 copy;

  if (!mail_store_messages_get_state (db, id, &state, error)
      || !mail_db_run (db, error,
                       "INSERT INTO message (mailbox_id, flags, server_flags, date, internal_date, size, location, body_id, "
                       "keywords, server_keywords) SELECT ?2, flags & ~?5, server_flags & ~?5, date, internal_date, size, "
                       "CASE WHEN body_id IS NULL THEN ?3 ELSE ?4 END, body_id, keywords, server_keywords "
                       "FROM message WHERE id = ?1",
                       id, mailbox_id, MAIL_WHERE_SERVER, MAIL_WHERE_HERE, MAIL_FLAG_DELETED))
    return FALSE;
  copy = sqlite3_last_insert_rowid (mail_db_get_sqlite (db));
  if (!mail_store_headers_copy (db, id, copy, error) || !mail_store_bodies_copy_partial (db, id, copy, error)
      || !mail_store_messages_get_state (db, copy, &state, error))
    return FALSE;
  note_state (db, &state, 1);
  mail_journal_note_row (mail_db_get_journal (db), MAIL_JOURNAL_ADDED, mailbox_id, copy);
  *new_id = copy;
  return TRUE;
}

gboolean
mail_store_messages_set_uid (MailDb *db, gint64 id, guint32 uid, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, "UPDATE message SET uid = ?2 WHERE id = ?1", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  mail_db_bind_id (statement, 2, uid);
  if (!mail_db_finish (db, statement, error))
    return FALSE;
  return sqlite3_changes (mail_db_get_sqlite (db)) > 0 || fail_missing (id, error);
}

/* @sql: ?1 is the message, ?2 @text. */
static gboolean
set_text (MailDb *db, const char *sql, gint64 id, const char *text, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = mail_db_prepare (db, sql, error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, id);
  mail_db_bind_text (statement, 2, text);
  return mail_db_finish (db, statement, error);
}

gboolean
mail_store_messages_set_labels (MailDb *db, gint64 id, const char *labels, GError **error)
{
  MailMessageState state;

  if (!set_text (db, "UPDATE message SET labels = ?2 WHERE id = ?1 AND labels IS NOT ?2", id, labels, error))
    return FALSE;
  if (sqlite3_changes (mail_db_get_sqlite (db)) == 0)
    return TRUE;
  if (!mail_store_messages_get_state (db, id, &state, error))
    return FALSE;
  mail_store_messages_note_changed (db, &state, &state);
  return TRUE;
}

gboolean
mail_store_messages_set_identity (MailDb *db, gint64 id, const char *email_id, const char *labels, GError **error)
{
  return email_id == NULL
         || (set_text (db, "UPDATE message SET email_id = ?2 WHERE id = ?1 AND email_id IS NOT ?2", id, email_id, error)
             && mail_store_messages_set_labels (db, id, labels, error));
}

gboolean
mail_store_messages_set_where (MailDb *db, gint64 id, MailWhere where, GError **error)
{
  MailMessageState state;

  if (!mail_store_messages_get_state (db, id, &state, error)
      || !mail_db_run (db, error, "UPDATE message SET location = ?2 WHERE id = ?1 AND location <> ?2", id, where))
    return FALSE;
  if (sqlite3_changes (mail_db_get_sqlite (db)) > 0)
    mail_store_messages_note_changed (db, &state, &state);
  return TRUE;
}

gboolean
mail_store_messages_set_preview (MailDb *db, gint64 id, const char *preview, GError **error)
{
  MailMessageState state;
  gboolean changed;

  if (!mail_store_messages_get_state (db, id, &state, error)
      || !mail_store_headers_set_preview (db, id, preview, &changed, error))
    return FALSE;
  if (changed)
    mail_store_messages_note_changed (db, &state, &state);
  return TRUE;
}

gboolean
mail_store_messages_set_body (MailDb *db, gint64 id, gint64 body_id, GError **error)
{
  MailMessageState before;
  MailMessageState after;

  if (!mail_store_messages_get_state (db, id, &before, error))
    return FALSE;
  if (before.body_id == body_id)
    return TRUE;
  if (!mail_db_run (db, error,
                    "UPDATE message SET body_id = ?2, location = CASE location WHEN ?3 THEN ?4 ELSE location END "
                    "WHERE id = ?1",
                    id, body_id, MAIL_WHERE_SERVER, MAIL_WHERE_BOTH))
    return FALSE;
  after = before;
  after.body_id = body_id;
  mail_store_messages_note_changed (db, &before, &after);
  return before.body_id == 0 || mail_store_bodies_release (db, before.body_id, error);
}

gboolean
mail_store_messages_remove (MailDb *db, gint64 id, GError **error)
{
  MailMessageState state;

  if (!mail_store_messages_get_state (db, id, &state, error)
      || !mail_db_run (db, error, "DELETE FROM message WHERE id = ?1", id))
    return FALSE;
  note_state (db, &state, -1);
  mail_journal_note_row (mail_db_get_journal (db), MAIL_JOURNAL_REMOVED, state.mailbox_id, id);
  return state.body_id == 0 || mail_store_bodies_release (db, state.body_id, error);
}
