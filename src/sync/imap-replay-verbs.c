/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-replay-private.h"

#include <string.h>

#include "core/errors.h"
#include "core/keywords.h"
#include "store/store-bodies.h"
#include "store/store-messages.h"
#include "sync/imap-find.h"

/* Messages that others may put into the target between a COPY and the look at it. */
#define OTHERS_MOST 100

/* (transfer full) */
static char *
join_atoms (char *atoms, const char *keywords)
{
  g_autofree char *first = atoms;

  if (keywords == NULL)
    return g_steal_pointer (&first);
  return g_strconcat (first, first[0] != '\0' ? " " : "", keywords, NULL);
}

/* Not every mailbox keeps keywords, or new ones (RFC 9051, section 7.1, PERMANENTFLAGS). Those of ours are left out then, and the
 * rows show what there is; the tags of a person's stay here. */
static gboolean
keeps_all (const MailImapEngine *engine)
{
  return engine->lasting_keywords || engine->lasting_flags == 0;
}

static void
leave_out_what_does_not_last (const MailImapGroup *group)
{
  const MailImapEngine *engine = group->pass->engine;

  if (keeps_all (engine))
    return;
  for (guint i = 0; i < group->ops->len; i++)
    {
      MailOp *op = g_ptr_array_index (group->ops, i);

      op->flags_add &= ~MAIL_FLAGS_KEYWORDS | engine->lasting_flags;
      op->flags_remove &= ~MAIL_FLAGS_KEYWORDS | engine->lasting_flags;
    }
}

gboolean
mail_imap_group_run_flags (const MailImapGroup *group, GError **error)
{
  const MailOp *op = g_ptr_array_index (group->ops, 0);
  MailImapSession *session = group->pass->engine->session;
  GCancellable *cancellable = group->pass->cancellable;
  const char *lasting = keeps_all (group->pass->engine) ? op->keywords_add : mail_imap_session_get_lasting_keywords (session);
  g_autofree char *set = mail_imap_group_get_set (group);
  g_autofree char *go = mail_keywords_intersect (op->keywords_add, lasting);
  g_autofree char *stay = mail_keywords_apply (op->keywords_add, NULL, lasting);
  g_autofree char *add = NULL;
  g_autofree char *remove = NULL;

  leave_out_what_does_not_last (group);
  add = join_atoms (mail_flags_to_imap (op->flags_add), go);
  remove = join_atoms (mail_flags_to_imap_with_aliases (op->flags_remove), op->keywords_remove);
  if (add[0] != '\0' && !mail_imap_session_store (session, set, TRUE, add, cancellable, error))
    return FALSE;
  if (remove[0] != '\0' && !mail_imap_session_store (session, set, FALSE, remove, cancellable, error))
    return FALSE;
  return stay != NULL ? mail_imap_group_keep_tags (group, go, stay, error) : mail_imap_group_finish (group, NULL, error);
}

/* Deletes exactly these messages. Where UID EXPUNGE is missing they stay marked: a bare EXPUNGE would take what other
 * clients marked along. */
static gboolean
delete_from_source (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  g_autofree char *set = mail_imap_group_get_set (group);

  if (!mail_imap_session_store (engine->session, set, TRUE, "\\Deleted", group->pass->cancellable, error))
    return FALSE;
  return !(engine->caps & MAIL_IMAP_CAP_UIDPLUS)
         || mail_imap_session_expunge (engine->session, set, group->pass->cancellable, error);
}

gboolean
mail_imap_group_run_expunge (const MailImapGroup *group, GError **error)
{
  return delete_from_source (group, error) && mail_imap_group_finish (group, NULL, error);
}

static guint32
get_uid (const MailImapGroup *group, guint i)
{
  return ((const MailOp *) g_ptr_array_index (group->ops, i))->uid;
}

/* (transfer full): what COPYUID told, parallel to the operations; 0 where it told nothing. */
static GArray *
pair_uids (const MailImapGroup *group, const MailImapCopyUid *told)
{
  GArray *uids = g_array_new (FALSE, TRUE, sizeof (guint32));

  g_array_set_size (uids, group->ops->len);
  if (told->source_uids == NULL || told->target_uids == NULL)
    return uids;
  for (guint i = 0; i < group->ops->len; i++)
    for (guint k = 0; k < told->source_uids->len && k < told->target_uids->len; k++)
      if (g_array_index (told->source_uids, guint32, k) == get_uid (group, i))
        g_array_index (uids, guint32, i) = g_array_index (told->target_uids, guint32, k);
  return uids;
}

/* UIDs of another generation of the mailbox, or of one that nobody has noted yet, are no use. */
void
mail_imap_uids_forget_unless_valid (GArray *uids, const MailMailboxInfo *mailbox, guint32 uidvalidity)
{
  if (uidvalidity != mailbox->uidvalidity && uids->len > 0)
    memset (uids->data, 0, uids->len * sizeof (guint32));
}

static gboolean
select_source (const MailImapGroup *group, GError **error)
{
  return mail_imap_engine_select (group->pass->engine, group->source, NULL, group->pass->cancellable, error);
}

/* Where the target's new messages begin. */
static gboolean
ask_uidnext (const MailImapGroup *group, guint32 *uidnext, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) statuses = NULL;
  const MailImapStatus *status;

  g_ptr_array_add (names, group->target->name);
  statuses = mail_imap_session_status (group->pass->engine->session, names, group->pass->cancellable, error);
  if (statuses == NULL)
    return FALSE;
  status = g_ptr_array_index (statuses, 0);
  *uidnext = status != NULL ? MAX (status->uidnext, 1) : 1;
  return TRUE;
}

/* A copy has all flags of its original, so that one that somebody had deleted meanwhile would be as good as gone where deleting is
 * nothing but marking. */
static gboolean
undelete (const MailImapGroup *group, const GArray *uids, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *set = NULL;
  g_autoptr (GError) failure = NULL;

  for (guint i = 0; i < uids->len; i++)
    if (g_array_index (uids, guint32, i) != 0)
      g_array_append_vals (found, &g_array_index (uids, guint32, i), 1);
  if (found->len == 0 || (engine->caps & MAIL_IMAP_CAP_UIDPLUS))
    return TRUE;
  g_array_sort (found, mail_imap_compare_uid);
  set = mail_imap_uid_set (found, 0, found->len);
  /* A refusal of this is none of the copy. */
  if (mail_imap_session_store (engine->session, set, FALSE, "\\Deleted", group->pass->cancellable, &failure)
      || mail_imap_is_refusal (failure))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The copies are looked for in the target; source is selected again afterwards. */
static gboolean
look_for_copies (const MailImapGroup *group, guint32 uidnext, GArray *uids, guint32 *uidvalidity, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  g_autoptr (GPtrArray) rows = mail_imap_group_load_rows (group, error);
  MailImapStatus status = { 0 };

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    if (g_ptr_array_index (rows, i) == NULL)
      g_ptr_array_index (rows, i) = mail_message_info_new ();
  if (!mail_imap_engine_select (engine, group->target, &status, group->pass->cancellable, error)
      || !mail_imap_find_new (engine, group->target, uidnext, rows, uids, group->pass->cancellable, error))
    return FALSE;
  *uidvalidity = status.uidvalidity;
  return undelete (group, uids, error) && select_source (group, error);
}

/* A server that tells where copies landed did not: there are none of messages that are gone (COPY of those is no error), and
 * elsewhere it keeps no UIDs for good. Those that are still there must be among the target's newest. */
static gboolean
look_for_untold (const MailImapGroup *group, GArray *uids, guint32 *uidvalidity, GError **error)
{
  g_autofree char *set = mail_imap_group_get_set (group);
  g_autofree char *criteria = g_strdup_printf ("UID %s", set);
  g_autoptr (GArray) there =
      mail_imap_session_search (group->pass->engine->session, criteria, group->pass->cancellable, error);
  guint32 uidnext = 1;

  if (there == NULL || there->len == 0)
    return there != NULL;
  if (!ask_uidnext (group, &uidnext, error))
    return FALSE;
  uidnext -= MIN (uidnext - 1, there->len + OTHERS_MOST);
  if (!look_for_copies (group, uidnext, uids, uidvalidity, error))
    return FALSE;
  for (guint i = 0; i < uids->len; i++)
    {
      guint32 uid = get_uid (group, i);

      if (!g_array_binary_search (there, &uid, mail_imap_compare_uid, NULL))
        g_array_index (uids, guint32, i) = 0;
    }
  return TRUE;
}

/* COPY, and where each copy landed: 0 in @uids = no proof that it did. */
static gboolean
copy_with_proof (const MailImapGroup *group, GArray **uids, guint32 *uidvalidity, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  gboolean told = (engine->caps & MAIL_IMAP_CAP_UIDPLUS) != 0;
  g_autofree char *set = mail_imap_group_get_set (group);
  MailImapCopyUid copy_uid = { 0 };
  guint32 uidnext = 1;
  gboolean ok = TRUE;

  if ((!told && !ask_uidnext (group, &uidnext, error))
      || !mail_imap_session_copy (engine->session, set, group->target->name, &copy_uid, group->pass->cancellable, error))
    return FALSE;
  *uids = pair_uids (group, &copy_uid);
  *uidvalidity = copy_uid.uidvalidity;
  if (copy_uid.target_uids == NULL)
    ok = told ? look_for_untold (group, *uids, uidvalidity, error)
              : look_for_copies (group, uidnext, *uids, uidvalidity, error);
  mail_imap_copy_uid_clear (&copy_uid);
  return ok;
}

/* What a MOVE still has to do once the copies are there. */
static gboolean
finish_copies (const MailImapGroup *group, const GArray *uids, gboolean is_move, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (!is_move || delete_from_source (group, &failure))
    return mail_imap_group_finish (group, uids, error);
  /* Not to be tried again one by one: the copies are there. */
  if (mail_imap_is_refusal (failure))
    return mail_imap_group_refuse (group, failure, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
copy_fresh (const MailImapGroup *group, gboolean is_move, GError **error)
{
  g_autoptr (GArray) uids = NULL;
  g_autoptr (GArray) proven_uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GPtrArray) proven_ops = g_ptr_array_new ();
  g_autoptr (GPtrArray) other_ops = g_ptr_array_new ();
  g_autoptr (GError) missing = NULL;
  MailImapGroup proven = *group;
  MailImapGroup other = *group;
  guint32 uidvalidity = 0;

  if (!copy_with_proof (group, &uids, &uidvalidity, error))
    return FALSE;
  for (guint i = 0; i < group->ops->len; i++)
    {
      guint32 uid = g_array_index (uids, guint32, i);

      g_ptr_array_add (uid != 0 ? proven_ops : other_ops, g_ptr_array_index (group->ops, i));
      if (uid != 0)
        g_array_append_val (proven_uids, uid);
    }
  mail_imap_uids_forget_unless_valid (proven_uids, group->target, uidvalidity);
  proven.ops = proven_ops;
  other.ops = other_ops;
  if (proven_ops->len > 0 && !finish_copies (&proven, proven_uids, is_move, error))
    return FALSE;
  if (other_ops->len == 0)
    return TRUE;
  g_set_error (&missing, MAIL_ERROR, MAIL_ERROR_REFUSED, "no copy can be found in %s", group->target->name);
  return mail_imap_group_refuse (&other, missing, error);
}

static gboolean
move_fresh (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  gboolean told = (engine->caps & MAIL_IMAP_CAP_UIDPLUS) != 0;
  g_autofree char *set = mail_imap_group_get_set (group);
  MailImapCopyUid copy_uid = { 0 };
  g_autoptr (GArray) uids = NULL;
  guint32 uidvalidity;
  guint32 uidnext = 1;

  if (!(engine->caps & MAIL_IMAP_CAP_MOVE))
    return copy_fresh (group, TRUE, error);
  if ((!told && !ask_uidnext (group, &uidnext, error))
      || !mail_imap_session_move (engine->session, set, group->target->name, &copy_uid, group->pass->cancellable, error))
    return FALSE;
  uids = pair_uids (group, &copy_uid);
  uidvalidity = copy_uid.uidvalidity;
  mail_imap_copy_uid_clear (&copy_uid);
  if (!told && !look_for_copies (group, uidnext, uids, &uidvalidity, error))
    return FALSE;
  mail_imap_uids_forget_unless_valid (uids, group->target, uidvalidity);
  return mail_imap_group_finish (group, uids, error);
}

/* Whether the target has the operation's message, looked for there; then @uids has its UID, if that is any use. */
gboolean
mail_imap_group_find_in_target (const MailImapGroup *group, gboolean *found, GArray *uids, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  g_autoptr (GPtrArray) rows = mail_imap_group_load_rows (group, error);
  const MailMailboxInfo *where = group->target != NULL ? group->target : group->source;
  MailImapStatus status = { 0 };
  const MailMessageInfo *row;
  guint32 uid = 0;

  if (rows == NULL || !mail_imap_engine_select (engine, where, &status, group->pass->cancellable, error))
    return FALSE;
  row = g_ptr_array_index (rows, 0);
  if (row != NULL && !mail_imap_find (engine, where, row, group->target == NULL, &uid, group->pass->cancellable, error))
    return FALSE;
  *found = uid != 0;
  g_array_append_val (uids, uid);
  mail_imap_uids_forget_unless_valid (uids, where, status.uidvalidity);
  return TRUE;
}

static gboolean
matches (const MailImapGroup *group, const char *criteria, gboolean *found, GError **error)
{
  g_autofree char *all = g_strdup_printf ("UID %u%s", get_uid (group, 0), criteria);
  g_autoptr (GArray) uids = mail_imap_session_search (group->pass->engine->session, all, group->pass->cancellable, error);

  *found = uids != NULL && uids->len > 0;
  return uids != NULL;
}

/* The answer to this one was lost: what happened is read from the server. */
static gboolean
move_again (const MailImapGroup *group, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  g_autoptr (GArray) uids = g_array_new (FALSE, TRUE, sizeof (guint32));
  gboolean in_source = FALSE;
  gboolean is_marked = FALSE;
  gboolean in_target = FALSE;

  if (!matches (group, " UNDELETED", &in_source, error))
    return FALSE;
  if (in_source && (engine->caps & MAIL_IMAP_CAP_MOVE))
    return move_fresh (group, error);
  /* It may have been marked, and the connection have ended before it was expunged. */
  if (!in_source && (engine->caps & MAIL_IMAP_CAP_UIDPLUS) && !matches (group, "", &is_marked, error))
    return FALSE;
  if (!mail_imap_group_find_in_target (group, &in_target, uids, error) || !select_source (group, error))
    return FALSE;
  if (in_source && !in_target)
    return move_fresh (group, error);
  /* Copied but not taken away yet; or taken away, wherever it is now. */
  return finish_copies (group, uids, in_source || (is_marked && in_target), error);
}

static gboolean
copy_again (const MailImapGroup *group, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, TRUE, sizeof (guint32));
  gboolean in_target = FALSE;

  if (!mail_imap_group_find_in_target (group, &in_target, uids, error) || !select_source (group, error))
    return FALSE;
  return in_target ? mail_imap_group_finish (group, uids, error) : copy_fresh (group, FALSE, error);
}

/* Runs @again on each operation by itself: what is in doubt is decided message by message. */
static gboolean
run_each (const MailImapGroup *group, gboolean (*again) (const MailImapGroup *, GError **), GError **error)
{
  for (guint i = 0; i < group->ops->len; i++)
    {
      g_autoptr (GPtrArray) ops = g_ptr_array_new ();
      g_autoptr (GError) failure = NULL;
      MailImapGroup one = *group;

      g_ptr_array_add (ops, g_ptr_array_index (group->ops, i));
      one.ops = ops;
      if ((select_source (&one, &failure) && again (&one, &failure))
          || (mail_imap_group_follow (&one, &failure) && select_source (&one, &failure) && again (&one, &failure)))
        continue;
      if (!mail_imap_group_settle (&one, g_steal_pointer (&failure), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
was_sent (const MailImapGroup *group)
{
  return ((const MailOp *) g_ptr_array_index (group->ops, 0))->state == MAIL_OP_SENT;
}

/* Where deleting is nothing but marking, a message that somebody deleted can still be copied, and one that another program moved
 * away would be there twice: such operations are refused, after the others are done. */
static gboolean
move_undeleted (const MailImapGroup *group, GError **error)
{
  g_autofree char *set = mail_imap_group_get_set (group);
  g_autofree char *criteria = g_strdup_printf ("UID %s UNDELETED", set);
  g_autoptr (GArray) there =
      mail_imap_session_search (group->pass->engine->session, criteria, group->pass->cancellable, error);
  g_autoptr (GPtrArray) kept_ops = g_ptr_array_new ();
  g_autoptr (GPtrArray) deleted_ops = g_ptr_array_new ();
  g_autoptr (GError) why = NULL;
  MailImapGroup kept = *group;
  MailImapGroup deleted = *group;

  if (there == NULL)
    return FALSE;
  g_array_sort (there, mail_imap_compare_uid);
  for (guint i = 0; i < group->ops->len; i++)
    {
      guint32 uid = get_uid (group, i);
      gboolean keep = g_array_binary_search (there, &uid, mail_imap_compare_uid, NULL);

      g_ptr_array_add (keep ? kept_ops : deleted_ops, g_ptr_array_index (group->ops, i));
    }
  kept.ops = kept_ops;
  deleted.ops = deleted_ops;
  if (kept_ops->len > 0 && !move_fresh (&kept, error))
    return FALSE;
  if (deleted_ops->len == 0)
    return TRUE;
  g_set_error (&why, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "the message was deleted");
  return mail_imap_group_refuse (&deleted, why, error);
}

gboolean
mail_imap_group_run_move (const MailImapGroup *group, GError **error)
{
  if (was_sent (group))
    return run_each (group, move_again, error);
  return group->pass->engine->caps & MAIL_IMAP_CAP_UIDPLUS ? move_fresh (group, error) : move_undeleted (group, error);
}

gboolean
mail_imap_group_run_copy (const MailImapGroup *group, GError **error)
{
  return was_sent (group) ? run_each (group, copy_again, error) : copy_fresh (group, FALSE, error);
}
