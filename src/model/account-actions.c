/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-private.h"

#include <glib/gi18n-lib.h>

/* How many changes can be taken back. */
#define UNDO_DEPTH 64

typedef struct
{
  MailAccount *account;
  MailAction *action;
  MailDone done;
  char *title;
} Act;

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->account);
  mail_action_free (act->action);
  g_free (act->title);
  g_free (act);
}

static gboolean
act_job (MailDb *db, gpointer data, GError **error)
{
  return mail_action_job (db, ((Act *) data)->action, error);
}

static gboolean
push_undo (MailAccount *self, const MailAction *action)
{
  MailAction *undo = mail_action_dup_undo (action);

  if (undo == NULL)
    return FALSE;
  g_queue_push_head (&self->undo, undo);
  if (self->undo.length > UNDO_DEPTH)
    mail_action_free (g_queue_pop_tail (&self->undo));
  mail_account_notify_can_undo (self);
  return TRUE;
}

/* FALSE: the server does it within a second, and what was in the mailbox is gone with it. */
static gboolean
is_worth_offering (MailAccount *self, const Act *act)
{
  return act->done != MAIL_DONE_MAILBOX_DELETED || self->config->mode != MAIL_MODE_IMAP
         || (self->state != MAIL_WORKER_WORKING && self->state != MAIL_WORKER_UP_TO_DATE);
}

static void
tell (MailAccount *self, const Act *act)
{
  const guint n = mail_action_get_ids (act->action)->len;
  g_autofree char *sentence = NULL;
  gboolean can_undo;

  if (n == 0 || act->done == MAIL_DONE_QUIETLY)
    return;
  can_undo = act->done != MAIL_DONE_UNDONE && push_undo (self, act->action);
  if (act->done == MAIL_DONE_MOVED && !can_undo)
    sentence = mail_words_done (MAIL_DONE_DELETED, n, NULL);
  else
    sentence = mail_words_done (act->done, n, act->title);
  mail_account_emit_done (self, sentence, can_undo && is_worth_offering (self, act));
}

static void
refuse (MailAccount *self, const Act *act, const GError *error)
{
  g_autofree char *sentence = mail_words_not_done (act->done, act->title, error);

  if (sentence != NULL)
    g_signal_emit_by_name (self, "operation-refused", sentence);
  else
    mail_account_refuse (self, error);
}

static void
act_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Act *act = user_data;
  MailAccount *self = act->account;
  g_autoptr (GError) error = NULL;

  self->actions_running--;
  if (!mail_store_finish (result, &error))
    refuse (self, act, error);
  else
    {
      if (self->worker != NULL)
        mail_sync_worker_wake (self->worker);
      tell (self, act);
      g_signal_emit_by_name (self, "queue-changed");
    }
  if (self->actions_running == 0 && self->undos_wanted > 0)
    {
      self->undos_wanted--;
      mail_account_undo (self);
    }
}

void
mail_account_perform (MailAccount *self, MailAction *action, MailDone done, char *title)
{
  Act *act;

  if (self->store == NULL)
    {
      mail_action_free (action);
      g_free (title);
      return;
    }
  act = g_new0 (Act, 1);
  act->account = g_object_ref (self);
  act->action = action;
  act->done = done;
  act->title = title;
  self->actions_running++;
  mail_store_write_async (self->store, act_job, act, act_free, act_cb, act);
}

void
mail_account_set_flags (MailAccount *self, const GArray *ids, MailFlags add, MailFlags remove)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  mail_account_perform (self, mail_action_new_flags (self->config->mode, ids, add, remove),
                        mail_done_from_flags (add, remove), NULL);
}

void
mail_account_mark_shown (MailAccount *self, gint64 message_id)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  g_array_append_val (ids, message_id);
  mail_account_perform (self, mail_action_new_flags (self->config->mode, ids, MAIL_FLAG_SEEN, 0), MAIL_DONE_QUIETLY, NULL);
}

void
mail_account_move (MailAccount *self, const GArray *ids, MailMailbox *target)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (target));

  mail_account_perform (self, mail_action_new_move (self->config->mode, ids, mail_mailbox_get_id (target)), MAIL_DONE_MOVED,
           g_strdup (mail_mailbox_get_title (target)));
}

void
mail_account_copy (MailAccount *self, const GArray *ids, MailMailbox *target)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));
  g_return_if_fail (MAIL_IS_MAILBOX (target));

  mail_account_perform (self, mail_action_new_copy (self->config->mode, ids, mail_mailbox_get_id (target)), MAIL_DONE_COPIED,
                        g_strdup (mail_mailbox_get_title (target)));
}

void
mail_account_delete (MailAccount *self, const GArray *ids)
{
  MailMailbox *trash;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  trash = mail_account_find_role (self, MAIL_ROLE_TRASH);
  mail_account_perform (self, mail_action_new_delete (self->config->mode, ids), trash != NULL ? MAIL_DONE_MOVED : MAIL_DONE_DELETED,
           trash != NULL ? g_strdup (mail_mailbox_get_title (trash)) : NULL);
}

void
mail_account_mark_junk (MailAccount *self, const GArray *ids, gboolean junk)
{
  MailMailbox *target;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  target = mail_account_find_role (self, junk ? MAIL_ROLE_JUNK : MAIL_ROLE_INBOX);
  if (target == NULL)
    {
      g_signal_emit_by_name (self, "operation-refused", _ ("There is no mailbox for junk yet. Choose one first."));
      return;
    }
  mail_account_perform (self, mail_action_new_junk (self->config->mode, ids, junk, mail_mailbox_get_id (target)),
                        junk ? MAIL_DONE_JUNK : MAIL_DONE_NOT_JUNK, g_strdup (mail_mailbox_get_title (target)));
}

void
mail_account_set_keywords (MailAccount *self, const GArray *ids, const char *add, const char *remove)
{
  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  mail_account_perform (self, mail_action_new_keywords (self->config->mode, ids, add, remove),
                        remove == NULL ? MAIL_DONE_TAGGED : MAIL_DONE_CHANGED, NULL);
}

typedef struct
{
  MailAccount *account;
  MailStoreJob job;
  gpointer data;
  GDestroyNotify free_data;
} Write;

static void
write_free (gpointer data)
{
  Write *write = data;

  g_object_unref (write->account);
  if (write->free_data != NULL)
    write->free_data (write->data);
  g_free (write);
}

static gboolean
write_job (MailDb *db, gpointer data, GError **error)
{
  const Write *write = data;

  return write->job (db, write->data, error);
}

static void
write_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  MailAccount *self = ((const Write *) user_data)->account;
  g_autoptr (GError) error = NULL;

  if (!mail_store_finish (result, &error))
    mail_account_refuse (self, error);
  else if (self->worker != NULL)
    mail_sync_worker_wake (self->worker);
  mail_account_read_tags (self);
  g_signal_emit_by_name (self, "queue-changed");
}

void
mail_account_write (MailAccount *self, MailStoreJob job, gpointer data, GDestroyNotify free_data)
{
  Write *write = g_new0 (Write, 1);

  write->account = g_object_ref (self);
  write->job = job;
  write->data = data;
  write->free_data = free_data;
  if (self->store == NULL)
    write_free (write);
  else
    mail_store_write_async (self->store, write_job, write, write_free, write_cb, write);
}

gboolean
mail_account_can_undo (MailAccount *self)
{
  g_return_val_if_fail (MAIL_IS_ACCOUNT (self), FALSE);

  return !g_queue_is_empty (&self->undo);
}

static void
tell_what_comes_back (MailAccount *self, const MailAction *undo)
{
  gint64 mailbox_id = 0;
  g_autoptr (GArray) ids = mail_action_dup_arrivals (undo, &mailbox_id);

  if (ids->len > 0)
    g_signal_emit_by_name (self, "brings-back", ids, mailbox_id);
}

void
mail_account_undo (MailAccount *self)
{
  MailAction *undo;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  /* What a person sees as the last change may not have come back from the store yet. */
  if (self->actions_running > 0)
    {
      self->undos_wanted++;
      return;
    }
  undo = g_queue_pop_head (&self->undo);
  if (undo == NULL)
    return;
  mail_account_notify_can_undo (self);
  tell_what_comes_back (self, undo);
  mail_account_perform (self, undo, MAIL_DONE_UNDONE, NULL);
}
