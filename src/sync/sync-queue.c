/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/sync-queue.h"

#include <glib/gi18n-lib.h>

#include "core/errors.h"
#include "store/store-mailboxes.h"
#include "store/store-messages.h"
#include "store/store-ops.h"
#include "store/store-tags.h"
#include "sync/sync-take-back.h"

MailQueueEntry *
mail_queue_entry_copy (const MailQueueEntry *entry)
{
  MailQueueEntry *copy = g_memdup2 (entry, sizeof *entry);

  copy->sentence = g_strdup (entry->sentence);
  copy->why = g_strdup (entry->why);
  copy->detail = g_strdup (entry->detail);
  return copy;
}

void
mail_queue_entry_free (MailQueueEntry *entry)
{
  if (entry == NULL)
    return;
  g_free (entry->sentence);
  g_free (entry->why);
  g_free (entry->detail);
  g_free (entry);
}

/* (transfer full): what a mailbox is called now. */
static char *
dup_mailbox (MailDb *db, gint64 id)
{
  g_autoptr (MailMailboxInfo) info = id != 0 ? mail_store_mailboxes_get (db, id, NULL) : NULL;
  char *name = g_strdup (info != NULL ? info->name : "?");
  char *end = strchr (name, '\n');

  /* One that is on its way out hides behind a name of its own. */
  if (end != NULL)
    *end = '\0';
  return name;
}

/* (transfer full): the subject, in quotes. */
static char *
dup_message (MailDb *db, gint64 id)
{
  g_autoptr (MailMessageInfo) info = mail_store_messages_get (db, id, NULL);

  if (info == NULL)
    return g_strdup (_ ("a message that is not shown any more"));
  return info->subject != NULL ? g_strdup_printf (_ ("“%s”"), info->subject) : g_strdup (_ ("a message without a subject"));
}

/* (transfer full): tags by the names that a person gave them. */
static char *
dup_tags (MailDb *db, const char *keywords)
{
  g_auto (GStrv) parts = g_strsplit (keywords, " ", -1);
  GString *names = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr (MailTagInfo) tag = mail_store_tags_find (db, parts[i], NULL);

      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", tag != NULL ? tag->name : parts[i]);
    }
  return g_string_free (names, FALSE);
}

/* Adds what becomes of the tags. */
static void
add_tags (GPtrArray *pieces, MailDb *db, const MailOp *op, const char *message)
{
  g_autofree char *put_on = op->keywords_add != NULL ? dup_tags (db, op->keywords_add) : NULL;
  g_autofree char *taken_off = op->keywords_remove != NULL ? dup_tags (db, op->keywords_remove) : NULL;

  /* Translators: a message, and the names of tags. */
  if (put_on != NULL)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Tag %1$s: %2$s"), message, put_on));
  if (taken_off != NULL)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Remove tags from %1$s: %2$s"), message, taken_off));
}

/* One operation may hold several changes: who gives it up gives up all of them. */
static char *
dup_flags_sentence (MailDb *db, const MailOp *op)
{
  g_autofree char *message = dup_message (db, op->message_id);
  g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func (g_free);

  if (op->flags_add & MAIL_FLAG_SEEN)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Mark %s as read"), message));
  if (op->flags_remove & MAIL_FLAG_SEEN)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Mark %s as unread"), message));
  if (op->flags_add & MAIL_FLAG_FLAGGED)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Star %s"), message));
  if (op->flags_remove & MAIL_FLAG_FLAGGED)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Remove the star from %s"), message));
  if (op->flags_add & MAIL_FLAG_JUNK)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Mark %s as junk"), message));
  if (op->flags_add & MAIL_FLAG_NOT_JUNK)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Mark %s as not junk"), message));
  add_tags (pieces, db, op, message);
  if (pieces->len == 0)
    g_ptr_array_add (pieces, g_strdup_printf (_ ("Mark %s"), message));
  g_ptr_array_add (pieces, NULL);
  return g_strjoinv ("; ", (char **) pieces->pdata);
}

static char *
dup_mailbox_sentence (MailDb *db, const MailOp *op)
{
  g_autofree char *mailbox = dup_mailbox (db, op->mailbox_id);

  switch (op->kind)
    {
    case MAIL_OP_CREATE_MAILBOX:
      return g_strdup_printf (_ ("Make the mailbox %s"), op->name);
    case MAIL_OP_RENAME_MAILBOX:
      /* Translators: full names of a mailbox, such as “Work/Old”. */
      return g_strdup_printf (_ ("Rename the mailbox %1$s to %2$s"), op->old_name, op->name);
    case MAIL_OP_DELETE_MAILBOX:
      return g_strdup_printf (_ ("Delete the mailbox %s"), op->name != NULL ? op->name : mailbox);
    case MAIL_OP_SUBSCRIBE:
      return g_strdup_printf (_ ("Subscribe to the mailbox %s"), mailbox);
    case MAIL_OP_UNSUBSCRIBE:
    default:
      return g_strdup_printf (_ ("Unsubscribe from the mailbox %s"), mailbox);
    }
}

static char *
dup_sentence (MailDb *db, const MailOp *op)
{
  g_autofree char *message = NULL;
  g_autofree char *mailbox = NULL;

  if (op->kind == MAIL_OP_FLAGS)
    return dup_flags_sentence (db, op);
  if (mail_op_is_of_mailbox (op))
    return dup_mailbox_sentence (db, op);
  message = dup_message (db, op->message_id);
  mailbox = dup_mailbox (db, op->target_id != 0 ? op->target_id : op->mailbox_id);
  switch (op->kind)
    {
    case MAIL_OP_MOVE:
      /* Translators: a message, and the name of a mailbox. */
      return g_strdup_printf (_ ("Move %1$s to %2$s"), message, mailbox);
    case MAIL_OP_COPY:
      return g_strdup_printf (_ ("Copy %1$s to %2$s"), message, mailbox);
    case MAIL_OP_APPEND:
      return g_strdup_printf (_ ("Upload %1$s to %2$s"), message, mailbox);
    case MAIL_OP_EXPUNGE:
    default:
      return g_strdup_printf (_ ("Delete for ever a message in %s"), mailbox);
    }
}

/* (nullable): the earlier operation without which it cannot go on. */
static const MailOp *
find_earlier (const GPtrArray *ops, guint index)
{
  for (guint i = 0; i < index; i++)
    {
      const MailOp *earlier = g_ptr_array_index (ops, i);

      if (earlier->held != MAIL_OP_HELD_NO_TAGS && mail_op_waits_for (g_ptr_array_index (ops, index), earlier))
        return earlier;
    }
  return NULL;
}

static char *
dup_why (const GPtrArray *ops, guint index)
{
  const MailOp *op = g_ptr_array_index (ops, index);
  const MailOp *earlier = index < 1000 ? find_earlier (ops, index) : NULL;

  switch (op->held)
    {
    case MAIL_OP_HELD_IN_VAIN:
      return g_strdup_printf (ngettext ("It was tried %u time in vain, and waits for you.",
                                        "It was tried %u times in vain, and waits for you.", op->attempts),
                              op->attempts);
    case MAIL_OP_HELD_FOR_ROOM:
      return g_strdup (_ ("The server has no room for it. It goes on once there is some."));
    case MAIL_OP_HELD_NO_TAGS:
      return g_strdup (_ ("The mailbox keeps no tags on the server. They stay on this computer, "
                         "and go along when you move the message."));
    case MAIL_OP_HELD_NOT_ALLOWED:
      return g_strdup (_ ("The server does not take it. The message stays on this computer."));
    case MAIL_OP_NOT_HELD:
    default:
      break;
    }
  if (earlier != NULL && earlier->held == MAIL_OP_HELD_FOR_ROOM)
    return g_strdup (_ ("It needs an earlier change, for which the server has no room."));
  if (earlier != NULL && earlier->held != MAIL_OP_NOT_HELD)
    return g_strdup (_ ("It needs an earlier change that waits for you."));
  if (op->last_error != NULL)
    return g_strdup (_ ("It did not work yet, and is tried again."));
  return NULL;
}

GPtrArray *
mail_queue_list (MailDb *db, guint most, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_queue_entry_free);

  for (guint i = 0; ops != NULL && i < ops->len && (most == 0 || i < most); i++)
    {
      const MailOp *op = g_ptr_array_index (ops, i);
      MailQueueEntry *entry = g_new0 (MailQueueEntry, 1);

      entry->id = op->id;
      entry->kind = op->kind;
      entry->sentence = dup_sentence (db, op);
      entry->why = dup_why (ops, i);
      entry->detail = g_strdup (op->last_error);
      entry->since = op->created;
      entry->attempts = op->attempts;
      entry->held = op->held != MAIL_OP_NOT_HELD;
      g_ptr_array_add (entries, entry);
    }
  return ops != NULL ? g_steal_pointer (&entries) : NULL;
}

/* (transfer full): NOT_FOUND */
static MailOp *
find_op (MailDb *db, gint64 id, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  if (ops == NULL)
    return NULL;
  for (guint i = 0; i < ops->len; i++)
    if (((const MailOp *) g_ptr_array_index (ops, i))->id == id)
      return mail_op_copy (g_ptr_array_index (ops, i));
  g_set_error (error, MAIL_ERROR, MAIL_ERROR_NOT_FOUND, "change %" G_GINT64_FORMAT " does not wait any more", id);
  return NULL;
}

gboolean
mail_queue_retry (MailDb *db, gint64 op_id, GError **error)
{
  g_autoptr (MailOp) op = find_op (db, op_id, error);

  return op != NULL && mail_store_ops_set_held (db, op_id, MAIL_OP_NOT_HELD, error);
}

gboolean
mail_queue_drop (MailDb *db, gint64 op_id, GError **error)
{
  g_autoptr (MailOp) op = find_op (db, op_id, error);

  return op != NULL && mail_op_take_back (db, op, error);
}
