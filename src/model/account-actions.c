/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/account-private.h"

#include <glib/gi18n-lib.h>

/* How many changes can be taken back. */
#define UNDO_DEPTH 64

/* What a person did, for as long as it can be taken back: from its beginning on. References are the main thread's. */
typedef struct
{
  MailAction *action; /* of one that takes back, NULL until its job has made it */
  gboolean is_through; /* the writer's */
  gboolean is_told;
  gboolean is_taken_back;
  GArray *returning; /* gint64, NULL: what was said to come back */
} Deed;

typedef struct
{
  MailAccount *account;
  Deed *deed;
  Deed *takes_back; /* or NULL */
  MailDone done;
  char *title;
} Act;

static Deed *
deed_new (MailAction *action)
{
  Deed *deed = g_rc_box_new0 (Deed);

  deed->action = action;
  return deed;
}

static void
deed_clear (gpointer data)
{
  Deed *deed = data;

  mail_action_free (deed->action);
  g_clear_pointer (&deed->returning, g_array_unref);
}

static void
deed_unref (gpointer deed)
{
  g_rc_box_release_full (deed, deed_clear);
}

static void
act_free (gpointer data)
{
  Act *act = data;

  g_object_unref (act->account);
  deed_unref (act->deed);
  g_clear_pointer (&act->takes_back, deed_unref);
  g_free (act->title);
  g_free (act);
}

/* The writer does one job after the other: what is taken back is through by now, or was refused. */
static gboolean
act_job (MailDb *db, gpointer data, GError **error)
{
  const Act *act = data;

  if (act->takes_back != NULL && act->takes_back->is_through)
    act->deed->action = mail_action_dup_undo (act->takes_back->action);
  if (act->deed->action == NULL)
    return TRUE;
  act->deed->is_through = mail_action_job (db, act->deed->action, error);
  mail_store_reset_unless_committed (db, &act->deed->is_through);
  return act->deed->is_through;
}

static void
push_undo (MailAccount *self, Deed *deed)
{
  g_queue_push_head (&self->undo, g_rc_box_acquire (deed));
  if (self->undo.length > UNDO_DEPTH)
    deed_unref (g_queue_pop_tail (&self->undo));
  g_signal_emit_by_name (self, "action-begun");
  mail_account_notify_can_undo (self);
}

static void
drop_undo (MailAccount *self, Deed *deed)
{
  if (!g_queue_remove (&self->undo, deed))
    return;
  deed_unref (deed);
  mail_account_notify_can_undo (self);
}

void
mail_account_clear_undo (MailAccount *self)
{
  g_queue_clear_full (&self->undo, deed_unref);
}

/* FALSE: the server does it within a second, and what was in the mailbox is gone with it. */
static gboolean
is_worth_offering (MailAccount *self, const Act *act)
{
  return act->done != MAIL_DONE_MAILBOX_DELETED || self->config->mode != MAIL_MODE_IMAP
         || (self->state != MAIL_WORKER_WORKING && self->state != MAIL_WORKER_UP_TO_DATE);
}

/* What comes back, and to where, is known for certain once the action is through. */
static void
tell_what_comes_back (MailAccount *self, Deed *deed)
{
  g_autoptr (MailAction) undo = deed->is_told ? mail_action_dup_undo (deed->action) : NULL;
  gint64 mailbox_id = 0;
  g_autoptr (GArray) ids = deed->is_told ? NULL : mail_action_dup_departures (deed->action);

  if (undo != NULL)
    ids = mail_action_dup_arrivals (undo, &mailbox_id);
  if (ids == NULL || ids->len == 0)
    return;
  g_clear_pointer (&deed->returning, g_array_unref);
  deed->returning = g_array_ref (ids);
  g_signal_emit_by_name (self, "brings-back", ids, mailbox_id);
}

static void
tell (MailAccount *self, const Act *act)
{
  Deed *deed = act->deed;
  const guint n = deed->action != NULL ? mail_action_get_ids (deed->action)->len : 0;
  g_autoptr (MailAction) undo = n > 0 && act->done != MAIL_DONE_UNDONE ? mail_action_dup_undo (deed->action) : NULL;
  g_autofree char *sentence = NULL;

  deed->is_told = TRUE;
  if (undo == NULL)
    drop_undo (self, deed);
  else if (deed->is_taken_back)
    tell_what_comes_back (self, deed);
  if (n == 0 || act->done == MAIL_DONE_QUIETLY)
    return;
  if (act->done == MAIL_DONE_MOVED && undo == NULL)
    sentence = mail_words_done (MAIL_DONE_DELETED, n, NULL);
  else
    sentence = mail_words_done (act->done, n, act->title);
  mail_account_emit_done (self, sentence, g_queue_peek_head (&self->undo) == deed && is_worth_offering (self, act));
}

static void
refuse (MailAccount *self, const Act *act, const GError *error)
{
  g_autofree char *sentence = mail_words_not_done (act->done, act->title, error);

  drop_undo (self, act->deed);
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
  const gboolean ok = mail_store_finish (result, &error);

  if (act->takes_back != NULL && act->takes_back->returning != NULL
      && (!ok || act->deed->action == NULL || mail_action_get_ids (act->deed->action)->len == 0))
    g_signal_emit_by_name (self, "stays-away", act->takes_back->returning);
  if (!ok)
    {
      refuse (self, act, error);
      return;
    }
  if (self->worker != NULL)
    mail_sync_worker_wake (self->worker);
  tell (self, act);
  g_signal_emit_by_name (self, "queue-changed");
}

/* @deed, @title: (transfer full); @takes_back (transfer full, nullable). */
static void
start (MailAccount *self, Deed *deed, Deed *takes_back, MailDone done, char *title)
{
  Act *act = g_new0 (Act, 1);

  act->account = g_object_ref (self);
  act->deed = deed;
  act->takes_back = takes_back;
  act->done = done;
  act->title = title;
  mail_store_write_async (self->store, act_job, act, act_free, act_cb, act);
}

void
mail_account_perform (MailAccount *self, MailAction *action, MailDone done, char *title)
{
  Deed *deed;

  if (self->store == NULL)
    {
      mail_action_free (action);
      g_free (title);
      return;
    }
  deed = deed_new (action);
  start (self, deed, NULL, done, title);
  if (done != MAIL_DONE_QUIETLY)
    push_undo (self, deed);
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
                        add != NULL && remove != NULL ? MAIL_DONE_CHANGED
                        : remove == NULL              ? MAIL_DONE_TAGGED
                                                      : MAIL_DONE_UNTAGGED,
                        NULL);
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

void
mail_account_undo (MailAccount *self)
{
  Deed *deed;

  g_return_if_fail (MAIL_IS_ACCOUNT (self));

  if (self->store == NULL || g_queue_is_empty (&self->undo))
    return;
  deed = g_queue_pop_head (&self->undo);
  deed->is_taken_back = TRUE;
  mail_account_notify_can_undo (self);
  tell_what_comes_back (self, deed);
  start (self, deed_new (NULL), deed, MAIL_DONE_UNDONE, NULL);
}
