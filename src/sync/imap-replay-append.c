/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-replay-private.h"

#include "core/errors.h"
#include "store/store-bodies.h"
#include "store/store-messages.h"

/* What is in memory at a time, unless one message alone is larger. */
#define OCTETS_MOST (8 * 1024 * 1024)

typedef struct
{
  gint64 id;
  MailMessageInfo *row;
  GBytes *raw;
} Load;

static void
load_clear (gpointer data)
{
  Load *load = data;

  mail_message_info_free (load->row);
  g_clear_pointer (&load->raw, g_bytes_unref);
}

static gboolean
load_job (MailDb *db, gpointer data, GError **error)
{
  GArray *loads = data;
  guint64 octets = 0;

  for (guint i = 0; i < loads->len; i++)
    {
      Load *load = &g_array_index (loads, Load, i);

      load->row = mail_store_messages_get (db, load->id, error);
      octets += load->row != NULL ? load->row->size : 0;
      if (i > 0 && octets > OCTETS_MOST)
        {
          g_array_set_size (loads, i);
          return TRUE;
        }
      load->raw = load->row != NULL ? mail_store_bodies_get (db, load->id, error) : NULL;
      if (load->raw == NULL)
        return FALSE;
    }
  return TRUE;
}

/* (transfer full): the messages of the operations from @from on, whole, as many as fit. */
static GArray *
load_messages (const MailImapGroup *group, guint from, GError **error)
{
  g_autoptr (GArray) loads = g_array_new (FALSE, TRUE, sizeof (Load));

  g_array_set_clear_func (loads, load_clear);
  for (guint i = from; i < group->ops->len; i++)
    {
      Load load = { .id = ((const MailOp *) g_ptr_array_index (group->ops, i))->message_id };

      g_array_append_val (loads, load);
    }
  return mail_store_read (group->pass->engine->store, load_job, loads, error) ? g_steal_pointer (&loads) : NULL;
}

/* (transfer full): operations @from to @to of the group. */
static GPtrArray *
dup_ops (const MailImapGroup *group, guint from, guint to)
{
  GPtrArray *ops = g_ptr_array_new ();

  for (guint i = from; i < to; i++)
    g_ptr_array_add (ops, g_ptr_array_index (group->ops, i));
  return ops;
}

/* Looked up at once where the server did not tell the UID: as long as nobody knows whose it is, it could be taken for another copy
 * of the same message. */
static gboolean
finish_one (const MailImapGroup *group, guint i, guint32 uid, guint32 uidvalidity, GError **error)
{
  g_autoptr (GPtrArray) ops = dup_ops (group, i, i + 1);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  MailImapGroup one = *group;
  gboolean there;

  one.ops = ops;
  if (uid == 0)
    return mail_imap_group_find_in_target (&one, &there, uids, error) && mail_imap_group_finish (&one, uids, error);
  g_array_append_val (uids, uid);
  mail_imap_uids_forget_unless_valid (uids, group->source, uidvalidity);
  return mail_imap_group_finish (&one, uids, error);
}

/* The server said no to one of many, and the answer does not say which: from the first on that was not taken, each by itself. */
static gboolean
append_singly (const MailImapGroup *group, guint from, GError **error)
{
  for (guint i = from; i < group->ops->len; i++)
    {
      g_autoptr (GPtrArray) ops = dup_ops (group, i, i + 1);
      g_autoptr (GError) failure = NULL;
      MailImapGroup one = *group;

      one.ops = ops;
      if (mail_imap_group_run_append (&one, &failure)
          || (mail_imap_group_follow (&one, &failure) && mail_imap_group_run_append (&one, &failure)))
        continue;
      if (!mail_imap_group_settle (&one, g_steal_pointer (&failure), error))
        return FALSE;
    }
  return TRUE;
}

/* Those from *@at on that fit into memory together. *@at: where to go on. */
static gboolean
append_next (const MailImapGroup *group, guint *at, GError **error)
{
  MailImapEngine *engine = group->pass->engine;
  g_autoptr (GArray) loads = load_messages (group, *at, error);
  g_autofree MailImapUpload *uploads = g_new0 (MailImapUpload, group->ops->len);
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GError) failure = NULL;
  guint32 uidvalidity = 0;
  guint first = *at;

  if (loads == NULL)
    return FALSE;
  for (guint i = 0; i < loads->len; i++)
    {
      const Load *load = &g_array_index (loads, Load, i);

      uploads[i] = (MailImapUpload){ load->raw, load->row->flags & ~MAIL_FLAG_DELETED, load->row->keywords,
                                     load->row->internal_date };
    }
  mail_imap_session_append_many (engine->session, group->source->name, uploads, loads->len, &uidvalidity, uids,
                                 group->pass->cancellable, &failure);
  for (guint i = 0; i < uids->len; i++)
    if (!finish_one (group, first + i, g_array_index (uids, guint32, i), uidvalidity, error))
      return FALSE;
  *at = failure == NULL ? first + loads->len : group->ops->len;
  if (failure == NULL)
    return TRUE;
  if (group->ops->len > 1 && mail_imap_is_refusal (failure))
    return append_singly (group, first + uids->len, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
append_all (const MailImapGroup *group, GError **error)
{
  for (guint at = 0; at < group->ops->len;)
    if (!append_next (group, &at, error))
      return FALSE;
  return TRUE;
}

/* The answer to this one was lost: it is looked for by its Message-ID before it is repeated. */
static gboolean
append_again (const MailImapGroup *group, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, TRUE, sizeof (guint32));
  gboolean there = FALSE;

  if (!mail_imap_group_find_in_target (group, &there, uids, error))
    return FALSE;
  return there ? mail_imap_group_finish (group, uids, error) : append_all (group, error);
}

gboolean
mail_imap_group_run_append (const MailImapGroup *group, GError **error)
{
  return ((const MailOp *) g_ptr_array_index (group->ops, 0))->state == MAIL_OP_SENT ? append_again (group, error)
                                                                                   : append_all (group, error);
}
