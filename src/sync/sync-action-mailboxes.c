/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/errors.h"
#include "core/op.h"
#include "store/store-facts.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "sync/fact-names.h"
#include "sync/sync-action-private.h"
#include "sync/sync-take-back.h"

/* What a person does to mailboxes. A row has its new name, or is hidden, at once; server_name says what the server calls it until
 * the operation was carried out. */

static gboolean
fail (MailErrorCode code, const char *words, const char *name, GError **error)
{
  g_set_error (error, MAIL_ERROR, code, "%s: %s", name, words);
  return FALSE;
}

static gboolean
check_leaf (const char *leaf, char delimiter, GError **error)
{
  if (leaf[0] == '\0')
    return fail (MAIL_ERROR_BAD_INPUT, "a mailbox needs a name", "mailbox", error);
  if (strlen (leaf) > 200 || !g_utf8_validate (leaf, -1, NULL))
    return fail (MAIL_ERROR_BAD_INPUT, "the name is too long, or no text", "mailbox", error);
  if (delimiter != '\0' && strchr (leaf, delimiter) != NULL)
    return fail (MAIL_ERROR_BAD_INPUT, "the sign that separates mailboxes cannot be in a name", leaf, error);
  /* RFC 9051, section 5.1: wildcards of LIST would make it hard to be found; controls are not allowed. */
  for (const char *p = leaf; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)) || *p == '*' || *p == '%')
      return fail (MAIL_ERROR_BAD_INPUT, "there is a sign in the name that no mailbox may have", leaf, error);
  return TRUE;
}

static char
find_delimiter (const GPtrArray *all)
{
  for (guint i = 0; i < all->len; i++)
    if (((const MailMailboxInfo *) g_ptr_array_index (all, i))->delimiter != '\0')
      return ((const MailMailboxInfo *) g_ptr_array_index (all, i))->delimiter;
  return '\0';
}

/* (transfer full): what the names of a person's own mailboxes begin with: on many servers all lie beneath the inbox. */
static char *
dup_prefix (const GPtrArray *all, char delimiter)
{
  const char inbox[] = { 'I', 'N', 'B', 'O', 'X', delimiter, '\0' };
  guint others = 0;

  for (guint i = 0; i < all->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (all, i);

      if (g_ascii_strcasecmp (info->name, "INBOX") == 0 || (info->flags & (MAIL_MAILBOX_FOREIGN | MAIL_MAILBOX_PENDING)))
        continue;
      others++;
      if (!g_str_has_prefix (info->name, inbox))
        return g_strdup ("");
    }
  return g_strdup (others > 0 && delimiter != '\0' ? inbox : "");
}

/* What a mailbox beneath @parent_id (0: at the top) has in front of its last name. */
static gboolean
find_place (MailDb *db, gint64 parent_id, char *delimiter, char **before, GError **error)
{
  g_autoptr (GPtrArray) all = mail_store_mailboxes_list (db, error);
  g_autoptr (MailMailboxInfo) parent = NULL;

  if (all == NULL)
    return FALSE;
  *delimiter = find_delimiter (all);
  if (parent_id == 0)
    {
      *before = mail_store_facts_get (db, MAIL_FACT_NAMESPACE, error);
      if (*before == NULL && (error == NULL || *error == NULL))
        *before = dup_prefix (all, *delimiter);
      return *before != NULL;
    }
  parent = mail_store_mailboxes_get (db, parent_id, error);
  if (parent == NULL)
    return FALSE;
  if (parent->delimiter == '\0' || (parent->flags & (MAIL_MAILBOX_NO_INFERIORS | MAIL_MAILBOX_DELETING)))
    return fail (MAIL_ERROR_UNSUPPORTED, "nothing can lie beneath it", parent->name, error);
  *delimiter = parent->delimiter;
  *before = g_strdup_printf ("%s%c", parent->name, parent->delimiter);
  return TRUE;
}

static gboolean
check_free (MailDb *db, const char *name, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) other = mail_store_mailboxes_find (db, name, &failure);

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return (other == NULL && g_ascii_strcasecmp (name, "INBOX") != 0)
         || fail (MAIL_ERROR_EXISTS, "there is a mailbox with this name", name, error);
}

/* *@id 0: nothing is left for the server to do. */
static gboolean
record (MailDb *db, MailOpKind kind, gint64 mailbox_id, const char *name, const char *old_name, gint64 *id, GError **error)
{
  g_autoptr (MailOp) op = mail_op_new (kind, 0, mailbox_id, 0);

  op->name = g_strdup (name);
  op->old_name = g_strdup (old_name);
  if (!mail_store_ops_add (db, op, error))
    return FALSE;
  *id = op->id;
  return TRUE;
}

/* A new account shows its inbox before its mailboxes were listed: until then nobody knows where another one belongs, nor what
 * separates it from those beneath it. */
static gboolean
check_listed (MailDb *db, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (MailMailboxInfo) inbox = mail_store_mailboxes_find_role (db, MAIL_ROLE_INBOX, &failure);

  if (failure == NULL && (inbox == NULL || (inbox->delimiter == '\0' && inbox->uidnext == 0)))
    g_set_error_literal (&failure, MAIL_ERROR, MAIL_ERROR_OFFLINE, "the server's mailboxes are not known yet");
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
mail_action_do_create_mailbox (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_autofree char *leaf = g_strstrip (g_utf8_normalize (step->name, -1, G_NORMALIZE_NFC));
  g_autofree char *before = NULL;
  g_autofree char *name = NULL;
  g_autoptr (MailMailboxInfo) info = NULL;
  gboolean local = action->mode == MAIL_MODE_POP;
  char delimiter;
  gint64 op_id;

  if (!local && !check_listed (db, error))
    return FALSE;
  if (leaf == NULL || !find_place (db, step->target_id, &delimiter, &before, error) || !check_leaf (leaf, delimiter, error))
    return FALSE;
  name = g_strconcat (before, leaf, NULL);
  if (!check_free (db, name, error))
    return FALSE;
  info = mail_mailbox_info_new (name, delimiter, MAIL_ROLE_NONE);
  info->flags = local ? MAIL_MAILBOX_LOCAL : MAIL_MAILBOX_PENDING | MAIL_MAILBOX_SUBSCRIBED;
  if (!mail_store_mailboxes_put (db, info, error)
      || (step->role != MAIL_ROLE_NONE && !mail_store_mailboxes_choose_role (db, info->id, step->role, error))
      || (!local && !record (db, MAIL_OP_CREATE_MAILBOX, info->id, name, NULL, &op_id, error)))
    return FALSE;
  mail_action_note (action, info->id, &(MailActionStep){ .id = info->id, .only_empty = TRUE });
  return TRUE;
}

/* The row of @id, and those beneath it, as they are to be called. */
static gboolean
rename_rows (MailDb *db, const MailMailboxInfo *root, const char *name, GError **error)
{
  g_autoptr (GPtrArray) all = mail_store_mailboxes_list (db, error);

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (all, i);
      gboolean is_there = (info->flags & (MAIL_MAILBOX_PENDING | MAIL_MAILBOX_LOCAL)) == 0;
      g_autofree char *renamed = NULL;

      if (!mail_mailbox_name_is_within (info->name, root->name, root->delimiter))
        continue;
      renamed = mail_mailbox_name_rebase (info->name, root->name, name);
      if (!mail_store_mailboxes_set_name (db, info->id, renamed, is_there ? mail_mailbox_info_get_server_name (info) : NULL, error))
        return FALSE;
    }
  return all != NULL;
}

/* (transfer full): the full name that @step wants for @info. */
static char *
dup_wanted_name (MailDb *db, const MailMailboxInfo *info, const MailActionStep *step, GError **error)
{
  const char *leaf = mail_mailbox_info_get_leaf (info);
  g_autofree char *before = NULL;
  g_autofree char *wanted = NULL;
  char delimiter = info->delimiter;

  if (step->full_name)
    return g_strdup (step->name);
  if (step->name == NULL)
    return find_place (db, step->target_id, &delimiter, &before, error) ? g_strconcat (before, leaf, NULL) : NULL;
  wanted = g_strstrip (g_utf8_normalize (step->name, -1, G_NORMALIZE_NFC));
  if (wanted == NULL || !check_leaf (wanted, delimiter, error))
    return NULL;
  before = g_strndup (info->name, (gsize) (leaf - info->name));
  return g_strconcat (before, wanted, NULL);
}

gboolean
mail_action_do_rename_mailbox (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_autoptr (MailMailboxInfo) info = mail_store_mailboxes_get (db, step->id, error);
  g_autofree char *name = info != NULL ? dup_wanted_name (db, info, step, error) : NULL;
  gint64 op_id;

  if (name == NULL)
    return FALSE;
  if (g_str_equal (name, info->name))
    return TRUE;
  if (info->role == MAIL_ROLE_INBOX || (info->flags & (MAIL_MAILBOX_DELETING | MAIL_MAILBOX_GONE)))
    return fail (MAIL_ERROR_UNSUPPORTED, "it cannot be renamed or moved", info->name, error);
  if (mail_mailbox_name_is_within (name, info->name, info->delimiter))
    return fail (MAIL_ERROR_BAD_INPUT, "a mailbox cannot lie beneath itself", info->name, error);
  if (!check_free (db, name, error) || !rename_rows (db, info, name, error)
      || (action->mode == MAIL_MODE_IMAP
          && !record (db, MAIL_OP_RENAME_MAILBOX, info->id, name, info->name, &op_id, error)))
    return FALSE;
  mail_action_note (action, info->id, &(MailActionStep){ .id = info->id, .name = info->name, .full_name = TRUE });
  return TRUE;
}

/* By POP this is where the mail is: it goes to Trash, and the mailbox at once. */
static gboolean
delete_here (MailDb *db, const MailMailboxInfo *info, GError **error)
{
  g_autoptr (MailMailboxInfo) trash = mail_store_mailboxes_find_role (db, MAIL_ROLE_TRASH, error);
  g_autoptr (GArray) ids = trash != NULL ? mail_store_messages_ids (db, info->id, error) : NULL;
  g_autoptr (MailAction) move = NULL;

  if (ids == NULL)
    return FALSE;
  move = mail_action_new_move (MAIL_MODE_POP, ids, trash->id);
  return mail_action_job (db, move, error) && mail_store_mailboxes_remove (db, info->id, error);
}

static gboolean
delete_on_server (MailDb *db, MailAction *action, const MailMailboxInfo *info, GError **error)
{
  g_autofree char *hidden = g_strdup_printf ("%s\n%" G_GINT64_FORMAT, info->name, info->id);
  gint64 op_id;

  if (!record (db, MAIL_OP_DELETE_MAILBOX, info->id, info->name, NULL, &op_id, error))
    return FALSE;
  if (op_id == 0)
    {
      mail_action_note (action, info->id, NULL);
      return mail_store_mailboxes_remove (db, info->id, error);
    }
  /* Its name is free for another one at once. */
  mail_action_note (action, info->id, &(MailActionStep){ .id = info->id });
  return mail_store_mailboxes_set_name (db, info->id, hidden, mail_mailbox_info_get_server_name (info), error)
         && mail_store_mailboxes_set_flags (db, info->id, MAIL_MAILBOX_DELETING, 0, error);
}

/* The deepest first: servers keep a mailbox that has others beneath it. */
static int
compare_depth (gconstpointer left, gconstpointer right)
{
  const MailMailboxInfo *a = *(const MailMailboxInfo *const *) left;
  const MailMailboxInfo *b = *(const MailMailboxInfo *const *) right;

  return strcmp (b->name, a->name);
}

gboolean
mail_action_do_delete_mailbox (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_autoptr (MailMailboxInfo) root = mail_store_mailboxes_get (db, step->id, error);
  g_autoptr (GPtrArray) all = root != NULL ? mail_store_mailboxes_list (db, error) : NULL;

  if (all == NULL)
    return FALSE;
  if (root->flags & MAIL_MAILBOX_DELETING)
    return TRUE;
  g_ptr_array_sort (all, compare_depth);
  for (guint i = 0; i < all->len; i++)
    {
      const MailMailboxInfo *info = g_ptr_array_index (all, i);

      if (!mail_mailbox_name_is_within (info->name, root->name, root->delimiter) || (info->flags & MAIL_MAILBOX_DELETING))
        continue;
      if (step->only_empty && (info->messages > 0 || info->id != root->id))
        return fail (MAIL_ERROR_UNSUPPORTED, "there is something in it by now", root->name, error);
      if (info->role == MAIL_ROLE_INBOX || (action->mode == MAIL_MODE_POP && info->role != MAIL_ROLE_NONE))
        return fail (MAIL_ERROR_UNSUPPORTED, "it cannot be deleted", info->name, error);
      if (action->mode == MAIL_MODE_IMAP ? !delete_on_server (db, action, info, error) : !delete_here (db, info, error))
        return FALSE;
      if (action->mode == MAIL_MODE_POP)
        mail_action_note (action, info->id, NULL);
    }
  return TRUE;
}

gboolean
mail_action_do_restore_mailbox (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_autoptr (MailMailboxInfo) info = mail_store_mailboxes_get (db, step->id, error);
  g_autoptr (GPtrArray) ops = info != NULL ? mail_store_ops_list (db, 0, error) : NULL;

  if (ops == NULL)
    return FALSE;
  for (guint i = 0; i < ops->len; i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);

      if (op->kind != MAIL_OP_DELETE_MAILBOX || op->mailbox_id != info->id || op->state != MAIL_OP_WAITING)
        continue;
      mail_action_note (action, info->id, &(MailActionStep){ .id = info->id });
      return mail_store_ops_remove (db, op->id, error) && mail_mailbox_show_again (db, info, error);
    }
  return fail (MAIL_ERROR_REFUSED, "the server was told already", mail_mailbox_info_get_server_name (info), error);
}

gboolean
mail_action_do_subscribe (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  g_autoptr (MailMailboxInfo) info = mail_store_mailboxes_get (db, step->id, error);
  gboolean wanted = step->add != 0;
  gint64 op_id;

  if (info == NULL)
    return FALSE;
  if (action->mode == MAIL_MODE_POP || wanted == ((info->flags & MAIL_MAILBOX_SUBSCRIBED) != 0))
    return TRUE;
  mail_action_note (action, info->id, &(MailActionStep){ .id = info->id, .add = wanted ? MAIL_FLAGS_NONE : MAIL_FLAG_SEEN });
  return mail_store_mailboxes_set_flags (db, info->id, wanted ? MAIL_MAILBOX_SUBSCRIBED : 0,
                                         wanted ? 0 : MAIL_MAILBOX_SUBSCRIBED, error)
         && record (db, wanted ? MAIL_OP_SUBSCRIBE : MAIL_OP_UNSUBSCRIBE, info->id, NULL, NULL, &op_id, error);
}
