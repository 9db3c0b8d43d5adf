/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/errors.h"
#include "store/store-ops.h"
#include "sync/imap-replay-private.h"

/* What becomes of operations that the server did not carry out. */

/* Connections may end over one operation, tried alone, until it has this many attempts behind it; then it waits for a person. */
#define ATTEMPTS_MOST 5

/* So many times in a row the server may put changes off before a person is told. */
#define PUT_OFF_MOST 5

static const MailOp *
get_first (const MailImapGroup *group)
{
  return g_ptr_array_index (group->ops, 0);
}

static gboolean
has_code (const GError *failure, const char *code)
{
  return g_strcmp0 (mail_error_get_server_code (failure), code) == 0;
}

gboolean
mail_imap_is_refusal (const GError *error)
{
  if (error == NULL || error->domain != MAIL_ERROR)
    return FALSE;
  switch ((MailErrorCode) error->code)
    {
    case MAIL_ERROR_REFUSED:
    case MAIL_ERROR_NOT_FOUND:
    case MAIL_ERROR_EXISTS:
    case MAIL_ERROR_UNSUPPORTED:
    case MAIL_ERROR_OVER_QUOTA:
    case MAIL_ERROR_TOO_LARGE:
    case MAIL_ERROR_BAD_INPUT:
      return TRUE;
    default:
      return FALSE;
    }
}

/* A person can make room, and the owner of a mailbox can let somebody write to it: what only waits for that is not given up, least
 * of all an upload, which is nowhere else and which not all servers refuse with a reason. */
static MailOpHold
find_hold (const MailOp *op, const GError *failure)
{
  gboolean is_upload = op->kind == MAIL_OP_APPEND;

  if (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_OVER_QUOTA)
      && (is_upload || op->kind == MAIL_OP_COPY || op->kind == MAIL_OP_MOVE))
    return MAIL_OP_HELD_FOR_ROOM;
  return is_upload && (g_error_matches (failure, MAIL_ERROR, MAIL_ERROR_REFUSED) || has_code (failure, "LIMIT"))
             ? MAIL_OP_HELD_NOT_ALLOWED
             : MAIL_OP_NOT_HELD;
}

typedef struct
{
  const MailImapGroup *group;
  const char *text;
  MailOpHold hold;
} Keep;

static gboolean
keep_job (MailDb *db, gpointer data, GError **error)
{
  const Keep *keep = data;

  for (guint i = 0; i < keep->group->ops->len; i++)
    {
      gint64 id = ((const MailOp *) g_ptr_array_index (keep->group->ops, i))->id;

      if (!mail_store_ops_set_error (db, id, keep->text, error)
          || (keep->hold != MAIL_OP_NOT_HELD && !mail_store_ops_set_held (db, id, keep->hold, error)))
        return FALSE;
    }
  return TRUE;
}

static void
tell (const MailImapGroup *group, const GError *failure)
{
  g_autoptr (GError) told = g_error_copy (failure);

  g_prefix_error (&told, "%s in %s: ", mail_op_kind_to_string (get_first (group)->kind), group->source->name);
  mail_imap_engine_report (group->pass->engine, told, MAIL_PROBLEM_RADIUS_MESSAGE);
}

static void
skip (const MailImapGroup *group)
{
  for (guint i = 0; i < group->ops->len; i++)
    {
      gint64 id = ((const MailOp *) g_ptr_array_index (group->ops, i))->id;

      g_hash_table_add (group->skipped, g_memdup2 (&id, sizeof id));
    }
}

/* The group stays in its place in the queue, with the reason; what does not need it goes on meanwhile. */
static gboolean
hold (const MailImapGroup *group, const GError *failure, MailOpHold how, GError **error)
{
  Keep keep = { group, failure->message, how };

  if (!mail_store_write (group->pass->engine->store, keep_job, &keep, error))
    return FALSE;
  skip (group);
  /* One that waits is told once. */
  if (get_first (group)->last_error == NULL)
    tell (group, failure);
  return TRUE;
}

static gboolean
put_off_job (MailDb *db, gpointer data, GError **error)
{
  const Keep *keep = data;

  for (guint i = 0; i < keep->group->ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (keep->group->ops, i);

      if (!mail_store_ops_set_reason (db, op->id, keep->text, error))
        return FALSE;
      /* The server did nothing, or what does no harm twice. */
      if (op->kind == MAIL_OP_FLAGS && !mail_store_ops_set_state (db, op->id, MAIL_OP_WAITING, error))
        return FALSE;
    }
  return TRUE;
}

/* The server takes none of it at the moment: nothing is wrong with the group, so this is no attempt that failed. */
static gboolean
put_off (const MailImapGroup *group, const GError *failure, GError **error)
{
  Keep keep = { .group = group, .text = failure->message };
  MailSyncResult *result = group->pass->result;

  skip (group);
  /* It was no server that said so: what the UIDs mean is not known before the next sync. */
  if (mail_error_get_server_code (failure) == NULL)
    {
      result->renumbered = TRUE;
      return TRUE;
    }
  if (group->pass->engine->put_off + 1 == PUT_OFF_MOST)
    tell (group, failure);
  result->operations_later += group->ops->len;
  result->later_seconds = MAX (result->later_seconds, mail_error_get_server_wait (failure));
  return mail_store_write (group->pass->engine->store, put_off_job, &keep, error);
}

/* The connection ended over it. One operation over which that happens again and again is held from now on: nothing is lost by that,
 * nothing is done twice, since it stays in its place and what needs it waits behind it. */
static void
note_death (const MailImapGroup *group, const GError *failure)
{
  const MailOp *op = get_first (group);
  Keep keep = { .group = group, .text = failure->message };
  g_autoptr (GError) told = NULL;

  if (group->ops->len == 1 && op->attempts + 1 >= ATTEMPTS_MOST)
    keep.hold = MAIL_OP_HELD_IN_VAIN;
  if (!mail_store_write (group->pass->engine->store, keep_job, &keep, NULL) || keep.hold == MAIL_OP_NOT_HELD)
    return;
  g_set_error (&told, MAIL_ERROR, MAIL_ERROR_HELD, "%s: %s", mail_op_kind_to_string (op->kind), failure->message);
  mail_imap_engine_report (group->pass->engine, told, MAIL_PROBLEM_RADIUS_MESSAGE);
}

gboolean
mail_imap_group_put_off (const MailImapGroup *group, GError *failure, GError **error)
{
  g_autoptr (GError) why = failure;

  /* All programs with this account are meant by that: going on would make it worse. */
  if (g_error_matches (why, MAIL_ERROR, MAIL_ERROR_BUSY) && !has_code (why, "THROTTLED") && !has_code (why, "CONNECTIONS"))
    return put_off (group, why, error);
  if (mail_imap_engine_died_alone (group->pass->engine, why))
    note_death (group, why);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
mail_imap_group_settle (const MailImapGroup *group, GError *failure, GError **error)
{
  g_autoptr (GError) why = failure;
  MailOpHold how = find_hold (get_first (group), why);

  if (how != MAIL_OP_NOT_HELD)
    return hold (group, why, how, error);
  /* [LIMIT]: too many flags, messages, mailboxes. It will be no other tomorrow. */
  if (mail_imap_is_refusal (why) || has_code (why, "LIMIT"))
    return mail_imap_group_refuse (group, why, error);
  return mail_imap_group_put_off (group, g_steal_pointer (&why), error);
}

typedef struct
{
  const MailImapGroup *group;
  const char *go;
  const char *stay;
  char *why;
} Tags;

static gboolean
keep_tags_job (MailDb *db, gpointer data, GError **error)
{
  const Tags *tags = data;

  for (guint i = 0; i < tags->group->ops->len; i++)
    {
      g_autoptr (MailOp) done = mail_op_copy (g_ptr_array_index (tags->group->ops, i));

      g_free (done->keywords_add);
      done->keywords_add = g_strdup (tags->go);
      if (!mail_store_ops_keep_tags (db, done->id, tags->stay, error) || !mail_store_ops_set_error (db, done->id, tags->why, error)
          || !mail_imap_confirm_flags (db, done, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
mail_imap_group_keep_tags (const MailImapGroup *group, const char *go, const char *stay, GError **error)
{
  g_autofree char *why = g_strdup_printf ("%s does not keep %s", group->source->name, stay);
  Tags tags = { group, go, stay, why };
  g_autoptr (GError) told = NULL;

  if (!mail_store_write (group->pass->engine->store, keep_tags_job, &tags, error))
    return FALSE;
  g_set_error_literal (&told, MAIL_ERROR, MAIL_ERROR_UNSUPPORTED, why);
  mail_error_set_server_code (&told, MAIL_CODE_NO_TAGS, 0);
  if (get_first (group)->last_error == NULL)
    mail_imap_engine_report (group->pass->engine, told, MAIL_PROBLEM_RADIUS_MESSAGE);
  return TRUE;
}
