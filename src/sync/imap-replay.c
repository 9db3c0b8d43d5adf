/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-replay.h"

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/imap-find.h"
#include "sync/imap-replay-private.h"

/* What happens when two clients change the same message or mailbox: flags and tags count each by itself, the last word that reaches
 * the server wins. What is gone from its place is not brought back by a move or a copy, unless only the copy is left of it.
 * Deleting beats all other changes. The first of two new names counts; a new mailbox that is there already is taken for ours; one
 * that holds what was never seen here is not deleted. Whoever comes too late is told, and shown again what the server has. */

/* Messages that one command speaks of. */
#define GROUP_MOST 500
/* Of how many operations, the oldest, these are chosen: however many wait, each is read a few times only. */
#define CHOICE 1000
/* Messages that one APPEND uploads; each is in memory meanwhile. */
#define UPLOADS_MOST 20

/* Connections may end over a group this often before each of its operations is tried alone. */
#define ATTEMPTS_TOGETHER 2

typedef struct
{
  GPtrArray *ops;      /* the oldest that wait */
  guint most;          /* messages that one command speaks of: what is refused of several could not be told */
  guint choice;        /* as many, or fewer when there are no more */
  gboolean in_break;   /* of a sync, which goes over mailboxes: these stay as they are */
  GHashTable *skipped; /* ids (gint64) of operations that cannot be tried now */
} Replay;

static gboolean
load_ops_job (MailDb *db, gpointer data, GError **error)
{
  Replay *replay = data;

  g_clear_pointer (&replay->ops, g_ptr_array_unref);
  replay->ops = mail_store_ops_list_oldest (db, replay->choice, error);
  return replay->ops != NULL;
}

static gboolean
is_skipped (const Replay *replay, const MailOp *op)
{
  gint64 id = op->id;

  return mail_op_is_parked (op) || g_hash_table_contains (replay->skipped, &id);
}

static gboolean
wants_the_same (const MailOp *a, const MailOp *b)
{
  return a->kind == b->kind && a->state == b->state && a->mailbox_id == b->mailbox_id && a->target_id == b->target_id
         && a->flags_add == b->flags_add && a->flags_remove == b->flags_remove
         && g_strcmp0 (a->keywords_add, b->keywords_add) == 0 && g_strcmp0 (a->keywords_remove, b->keywords_remove) == 0
         && g_strcmp0 (a->name, b->name) == 0;
}

static gboolean goes_alone (const MailOp *op);

static gboolean
is_alike (const MailOp *a, const MailOp *b)
{
  return wants_the_same (a, b) && (a->uid == 0) == (b->uid == 0) && !goes_alone (b);
}

static int
compare_uid (gconstpointer a, gconstpointer b)
{
  guint32 left = (*(const MailOp *const *) a)->uid;
  guint32 right = (*(const MailOp *const *) b)->uid;

  return left < right ? -1 : left > right;
}

/* Which message of the server an operation is about. */
static char *
dup_place (const MailOp *op)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT "/%u", op->mailbox_id, op->uid);
}

/* What older operations that still wait keep from being tried. */
typedef struct
{
  GHashTable *messages;  /* rows (gint64), borrowed */
  GHashTable *places;    /* messages of the server */
  GHashTable *mailboxes; /* ids (gint64), borrowed, that operations on messages speak of */
  GPtrArray *of_mailboxes; /* MailOp, borrowed, on mailboxes themselves */
} Blocked;

static void
blocked_init (Blocked *blocked)
{
  blocked->messages = g_hash_table_new (g_int64_hash, g_int64_equal);
  blocked->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  blocked->mailboxes = g_hash_table_new (g_int64_hash, g_int64_equal);
  blocked->of_mailboxes = g_ptr_array_new ();
}

static void
blocked_clear (Blocked *blocked)
{
  g_hash_table_unref (blocked->messages);
  g_hash_table_unref (blocked->places);
  g_hash_table_unref (blocked->mailboxes);
  g_ptr_array_unref (blocked->of_mailboxes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Blocked, blocked_clear)

static gboolean
is_blocked (const Blocked *blocked, const MailOp *op)
{
  g_autofree char *place = dup_place (op);

  for (guint i = 0; i < blocked->of_mailboxes->len; i++)
    if (mail_op_waits_for (op, g_ptr_array_index (blocked->of_mailboxes, i)))
      return TRUE;
  if (mail_op_is_of_mailbox (op))
    return op->kind == MAIL_OP_DELETE_MAILBOX && g_hash_table_contains (blocked->mailboxes, &op->mailbox_id);
  return g_hash_table_contains (blocked->messages, &op->message_id)
         || (op->uid != 0 && g_hash_table_contains (blocked->places, place));
}

/* What comes after @op has to wait for it, unless both go together. */
static void
block (Blocked *blocked, MailOp *op, gboolean is_taken)
{
  if (mail_op_is_of_mailbox (op))
    {
      g_ptr_array_add (blocked->of_mailboxes, op);
      return;
    }
  if (!is_taken)
    g_hash_table_add (blocked->messages, &op->message_id);
  /* A command that names a message twice copies it once. */
  if (!is_taken || op->kind == MAIL_OP_COPY)
    g_hash_table_add (blocked->places, dup_place (op));
  g_hash_table_add (blocked->mailboxes, &op->mailbox_id);
  g_hash_table_add (blocked->mailboxes, &op->target_id);
}

/* Nothing may go along with it: what happens to it is to be known of it alone. Several are uploaded by one command. */
static gboolean
goes_alone (const MailOp *op)
{
  return mail_op_is_of_mailbox (op) || op->attempts >= ATTEMPTS_TOGETHER
         || (op->kind == MAIL_OP_APPEND ? op->state == MAIL_OP_SENT : op->uid == 0);
}

/* (transfer full): the oldest operation that can be tried and all that may go with it; one on a message of which an older
 * one still waits has to wait too, be it the same row or, as with a copy and its original, the same message of the server; and so
 * has what needs a mailbox on which one waits. Empty when nothing is left. */
static GPtrArray *
next_group (const Replay *replay)
{
  GPtrArray *group = g_ptr_array_new ();
  g_auto (Blocked) blocked = { 0 };
  guint most = replay->most;

  blocked_init (&blocked);
  for (guint i = 0; i < replay->ops->len && group->len < most; i++)
    {
      MailOp *op = g_ptr_array_index (replay->ops, i);
      MailOp *first = group->len > 0 ? g_ptr_array_index (group, 0) : NULL;
      gboolean taken = !op->held && !is_skipped (replay, op) && !(replay->in_break && mail_op_is_of_mailbox (op))
                       && !is_blocked (&blocked, op) && (first == NULL || is_alike (first, op));

      if (taken)
        g_ptr_array_add (group, op);
      if (op->held != MAIL_OP_HELD_NO_TAGS)
        block (&blocked, op, taken);
      if (group->len == 1 && goes_alone (g_ptr_array_index (group, 0)))
        most = 1;
      else if (group->len == 1 && first == NULL && op->kind == MAIL_OP_APPEND)
        most = MIN (most, UPLOADS_MOST);
    }
  g_ptr_array_sort (group, compare_uid);
  return group;
}

typedef struct
{
  const GPtrArray *ops;
  gboolean changed; /* out: a person changed their mind since @ops were read; nothing is marked */
} MarkSent;

static gboolean
is_as_read (MailDb *db, const MailOp *op, gboolean *same, GError **error)
{
  g_autoptr (GPtrArray) now = mail_store_ops_list (db, op->message_id, error);

  *same = FALSE;
  for (guint i = 0; now != NULL && i < now->len; i++)
    {
      const MailOp *stored = g_ptr_array_index (now, i);

      *same = *same || (stored->id == op->id && wants_the_same (stored, op));
    }
  return now != NULL;
}

static gboolean
mark_sent_job (MailDb *db, gpointer data, GError **error)
{
  MarkSent *mark = data;

  for (guint i = 0; i < mark->ops->len && !mark->changed; i++)
    {
      gboolean same;

      if (!is_as_read (db, g_ptr_array_index (mark->ops, i), &same, error))
        return FALSE;
      mark->changed = !same;
    }
  for (guint i = 0; i < mark->ops->len && !mark->changed; i++)
    if (!mail_store_ops_set_state (db, ((MailOp *) g_ptr_array_index (mark->ops, i))->id, MAIL_OP_SENT, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_verb (const MailImapGroup *group, GError **error)
{
  MailOpKind kind = ((const MailOp *) g_ptr_array_index (group->ops, 0))->kind;

  if (mail_op_is_of_mailbox (g_ptr_array_index (group->ops, 0)))
    return mail_imap_group_run_mailbox (group, error);
  /* A verb that was refused half-way may have left the target selected. */
  if (kind != MAIL_OP_APPEND
      && !mail_imap_engine_select (group->pass->engine, group->source, NULL, group->pass->cancellable, error))
    return FALSE;
  switch (kind)
    {
    case MAIL_OP_FLAGS:
      return mail_imap_group_run_flags (group, error);
    case MAIL_OP_MOVE:
      return mail_imap_group_run_move (group, error);
    case MAIL_OP_COPY:
      return mail_imap_group_run_copy (group, error);
    case MAIL_OP_EXPUNGE:
      return mail_imap_group_run_expunge (group, error);
    case MAIL_OP_APPEND:
      return mail_imap_group_run_append (group, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static gboolean run_group (const MailImapGroup *group, GError **error);

static gboolean
is_full (const MailImapGroup *group)
{
  return group->target != NULL && g_hash_table_contains (group->full, &group->target->id);
}

/* Operations @start to @end of @group. */
static gboolean
run_part (const MailImapGroup *group, guint start, guint end, GError **error)
{
  g_autoptr (GPtrArray) ops = g_ptr_array_new ();
  MailImapGroup part = *group;

  for (guint i = start; i < end; i++)
    g_ptr_array_add (ops, g_ptr_array_index (group->ops, i));
  part.ops = ops;
  return ops->len == 0 || run_group (&part, error);
}

/* One of many was refused, and the answer does not say which. Where there is no room for one, there may be for all that is left, or
 * for none of it. */
static gboolean
run_one_by_one (const MailImapGroup *group, GError **error)
{
  for (guint i = 0; i < group->ops->len; i++)
    {
      if (!run_part (group, i, i + 1, error))
        return FALSE;
      if (is_full (group))
        return run_part (group, i + 1, group->ops->len, error);
    }
  return TRUE;
}

/* [TRYCREATE]: the server would take the messages if the mailbox were there. Another program deleted it; that counts for messages
 * that can stay where they are, but not for one that is nowhere else, nor for Trash and the like, without which nothing works.
 * FALSE: *@failure says why it is not there. */
static gboolean
make_target (const MailImapGroup *group, GError **failure)
{
  const MailMailboxInfo *target = group->target != NULL ? group->target : group->source;
  MailImapSession *session = group->pass->engine->session;
  g_autoptr (GError) refusal = NULL;

  if ((group->target != NULL && target->role == MAIL_ROLE_NONE)
      || g_strcmp0 (mail_error_get_server_code (*failure), "TRYCREATE") != 0)
    return FALSE;
  if (mail_imap_session_create (session, target->name, target->role, group->pass->cancellable, &refusal)
      || g_error_matches (refusal, MAIL_ERROR, MAIL_ERROR_EXISTS))
    return TRUE;
  g_clear_error (failure);
  g_propagate_error (failure, g_steal_pointer (&refusal));
  return FALSE;
}

static gboolean
run_verb_anew (const MailImapGroup *group, GError **error)
{
  g_clear_error (error);
  return run_verb (group, error);
}

/* TRUE where the server would not take this many, or not one of them. */
static gboolean
is_of_one (const GError *failure)
{
  return mail_imap_is_refusal (failure) || g_strcmp0 (mail_error_get_server_code (failure), "LIMIT") == 0;
}

/* The answer is the same for each message: it is about the mailbox. An upload that is not allowed may be one of many that are. */
static gboolean
is_of_all (const MailImapGroup *group, const GError *failure)
{
  if (group->ops->len == 1)
    return TRUE;
  return (g_strcmp0 (mail_error_get_server_code (failure), "NOPERM") == 0
          && ((const MailOp *) g_ptr_array_index (group->ops, 0))->kind != MAIL_OP_APPEND)
         || (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_OVER_QUOTA) && is_full (group));
}

static gboolean
run_group (const MailImapGroup *group, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (run_verb (group, &failure) || (mail_imap_group_follow (group, &failure) && run_verb (group, &failure))
      || (make_target (group, &failure) && run_verb_anew (group, &failure)))
    return TRUE;
  if (is_of_all (group, failure))
    {
      if (group->target != NULL && g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_OVER_QUOTA))
        g_hash_table_add (group->full, g_memdup2 (&group->target->id, sizeof group->target->id));
      return mail_imap_group_settle (group, g_steal_pointer (&failure), error);
    }
  return is_of_one (failure) ? run_one_by_one (group, error)
                             : mail_imap_group_put_off (group, g_steal_pointer (&failure), error);
}

/* A message whose UID nobody told: looked for in its mailbox. FALSE with NOT_FOUND when it is not there. */
static gboolean
resolve_uid (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  MailOp *op = g_ptr_array_index (group->ops, 0);
  g_autoptr (GPtrArray) rows = mail_imap_group_load_rows (group, error);
  MailMessageInfo *row = rows != NULL ? g_ptr_array_index (rows, 0) : NULL;

  if (rows == NULL)
    return FALSE;
  if (row != NULL && row->uid != 0 && row->mailbox_id == group->source->id)
    op->uid = row->uid;
  else if (row != NULL && !mail_imap_find (engine, group->source, row, TRUE, &op->uid, group->pass->cancellable, error))
    return FALSE;
  /* A UIDVALIDITY that nobody has noted gives no UID that may be kept. */
  if (op->uid != 0)
    return group->source->uidvalidity == 0 || mail_imap_group_learn (group, op->uid, error);
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "the message is not in %s", group->source->name);
  return FALSE;
}

/* A server that does not open the mailbox, and says neither that it is gone nor that it is not allowed, may do so next time: what
 * waits for it was not refused. */
static void
take_for_later (GError **failure)
{
  g_autoptr (GError) why = NULL;

  if (!g_error_matches (*failure, MAIL_ERROR, MAIL_ERROR_REFUSED)
      || g_strcmp0 (mail_error_get_server_code (*failure), "NOPERM") == 0)
    return;
  why = g_steal_pointer (failure);
  g_set_error_literal (failure, MAIL_ERROR, MAIL_ERROR_BUSY, why->message);
  mail_error_set_server_code (failure, "UNAVAILABLE", 0);
}

static gboolean
select_source (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  g_autoptr (GError) failure = NULL;

  if (mail_imap_engine_select (engine, group->source, NULL, group->pass->cancellable, &failure)
      || (mail_imap_group_follow (group, &failure)
          && mail_imap_engine_select (engine, group->source, NULL, group->pass->cancellable, &failure)))
    return TRUE;
  take_for_later (&failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Makes the group ready: mailboxes known, the right one selected, UIDs valid. */
static gboolean
prepare (MailImapGroup *group, GError **error)
{
  const MailOp *op = g_ptr_array_index (group->ops, 0);
  MailImapEngine *engine = group->pass->engine;

  group->source = mail_imap_engine_load_mailbox (engine, op->mailbox_id, error);
  if (group->source == NULL)
    return FALSE;
  if (op->target_id != 0)
    {
      group->target = mail_imap_engine_load_mailbox (engine, op->target_id, error);
      if (group->target == NULL)
        return FALSE;
    }
  if (op->kind == MAIL_OP_APPEND || mail_op_is_of_mailbox (op))
    return TRUE;
  return select_source (group, error) && (op->uid != 0 || resolve_uid (group, error));
}

static gboolean
take_group (MailImapGroup *group, GError **error)
{
  MarkSent mark = { .ops = group->ops };
  g_autoptr (GError) failure = NULL;

  if (!prepare (group, &failure))
    {
      if (mail_imap_is_refusal (failure) && group->source != NULL)
        return mail_imap_group_refuse (group, failure, error);
      return mail_imap_group_put_off (group, g_steal_pointer (&failure), error);
    }
  /* Written before the command goes out: after a crash it is known that the server may have seen it. */
  return mail_store_write (group->pass->engine->store, mark_sent_job, &mark, error)
         && (mark.changed || run_group (group, error));
}

/* (transfer full): the next group, empty when nothing is left that can be tried. They are read anew each time: a person goes on
 * changing their mind. */
static GPtrArray *
load_group (Replay *replay, MailStore *store, GError **error)
{
  while (mail_store_read (store, load_ops_job, replay, error))
    {
      g_autoptr (GPtrArray) group = next_group (replay);

      if (group->len > 0 || replay->ops->len < replay->choice)
        return g_steal_pointer (&group);
      replay->choice *= 4;
    }
  return NULL;
}

gboolean
mail_imap_replay (const MailImapPass *pass, GError **error)
{
  g_autoptr (GHashTable) skipped = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) missing = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GHashTable) full = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  Replay replay = { .most = mail_imap_session_limit (pass->engine->session, GROUP_MOST),
                    .choice = CHOICE,
                    .in_break = pass->engine->in_break,
                    .skipped = skipped };
  gboolean ok = TRUE;
  gboolean done = FALSE;

  while (ok && !done)
    {
      g_autoptr (GPtrArray) ops = load_group (&replay, pass->engine->store, error);
      MailImapGroup group = { .pass = pass, .ops = ops, .skipped = skipped, .missing = missing, .full = full };

      done = ops != NULL && ops->len == 0;
      ok = done || (ops != NULL && take_group (&group, error));
      mail_mailbox_info_free (group.source);
      mail_mailbox_info_free (group.target);
    }
  g_clear_pointer (&replay.ops, g_ptr_array_unref);
  if (ok)
    pass->engine->put_off = pass->result->operations_later > 0 ? pass->engine->put_off + 1 : 0;
  return ok;
}
