/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/sync-action-private.h"

#include <string.h>

#include "core/clock.h"
#include "mime/mime-message.h"
#include "store/store-messages.h"

static void
clear_step (gpointer data)
{
  MailActionStep *step = data;

  g_free (step->keywords_add);
  g_free (step->keywords_remove);
  g_free (step->name);
}

static GArray *
new_steps (void)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (MailActionStep));

  g_array_set_clear_func (steps, clear_step);
  return steps;
}

static void
add_step (GArray *steps, const MailActionStep *step)
{
  MailActionStep copy = *step;

  copy.keywords_add = g_strdup (step->keywords_add);
  copy.keywords_remove = g_strdup (step->keywords_remove);
  copy.name = g_strdup (step->name);
  g_array_append_val (steps, copy);
}

static MailAction *
new_action (MailActionKind kind, MailMode mode)
{
  MailAction *self = g_new0 (MailAction, 1);

  self->kind = kind;
  self->mode = mode;
  self->steps = new_steps ();
  self->moves = g_array_new (FALSE, FALSE, sizeof (MailStoreMove));
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->way_back = new_steps ();
  return self;
}

static MailAction *
new_for_ids (MailActionKind kind, MailMode mode, const GArray *ids, MailActionStep step)
{
  MailAction *self = new_action (kind, mode);

  for (guint i = 0; i < ids->len; i++)
    {
      step.id = g_array_index (ids, gint64, i);
      add_step (self->steps, &step);
    }
  return self;
}

static MailAction *
new_with_step (MailActionKind kind, MailMode mode, MailActionStep step)
{
  MailAction *self = new_action (kind, mode);

  add_step (self->steps, &step);
  return self;
}

MailAction *
mail_action_new_flags (MailMode mode, const GArray *ids, MailFlags add, MailFlags remove)
{
  return new_for_ids (MAIL_ACTION_FLAGS, mode, ids, (MailActionStep){ .add = add, .remove = remove });
}

MailAction *
mail_action_new_keywords (MailMode mode, const GArray *ids, const char *add, const char *remove)
{
  return new_for_ids (MAIL_ACTION_FLAGS, mode, ids,
                      (MailActionStep){ .keywords_add = (char *) add, .keywords_remove = (char *) remove });
}

MailAction *
mail_action_new_move (MailMode mode, const GArray *ids, gint64 target_id)
{
  return new_for_ids (MAIL_ACTION_MOVE, mode, ids, (MailActionStep){ .target_id = target_id });
}

MailAction *
mail_action_new_copy (MailMode mode, const GArray *ids, gint64 target_id)
{
  return new_for_ids (MAIL_ACTION_COPY, mode, ids, (MailActionStep){ .target_id = target_id });
}

MailAction *
mail_action_new_delete (MailMode mode, const GArray *ids)
{
  return new_for_ids (MAIL_ACTION_DELETE, mode, ids, (MailActionStep){ 0 });
}

MailAction *
mail_action_new_expunge (MailMode mode, const GArray *ids)
{
  MailAction *self = mail_action_new_delete (mode, ids);

  self->for_ever = TRUE;
  return self;
}

MailAction *
mail_action_new_junk (MailMode mode, const GArray *ids, gboolean junk, gint64 target_id)
{
  return new_for_ids (MAIL_ACTION_FILE, mode, ids,
                      (MailActionStep){ .add = junk ? MAIL_FLAG_JUNK : MAIL_FLAG_NOT_JUNK,
                                        .remove = junk ? MAIL_FLAG_NOT_JUNK : MAIL_FLAG_JUNK,
                                        .target_id = target_id });
}

MailAction *
mail_action_new_empty (MailMode mode, gint64 mailbox_id)
{
  return new_with_step (MAIL_ACTION_EMPTY, mode, (MailActionStep){ .target_id = mailbox_id });
}

MailAction *
mail_action_new_read_all (MailMode mode, gint64 mailbox_id)
{
  return new_with_step (MAIL_ACTION_READ_ALL, mode, (MailActionStep){ .target_id = mailbox_id });
}

MailAction *
mail_action_new_create_mailbox (MailMode mode, gint64 parent_id, const char *leaf, MailRole role)
{
  return new_with_step (MAIL_ACTION_CREATE_MAILBOX, mode,
                        (MailActionStep){ .target_id = parent_id, .name = (char *) leaf, .role = role });
}

MailAction *
mail_action_new_rename_mailbox (MailMode mode, gint64 mailbox_id, const char *leaf)
{
  return new_with_step (MAIL_ACTION_RENAME_MAILBOX, mode, (MailActionStep){ .id = mailbox_id, .name = (char *) leaf });
}

MailAction *
mail_action_new_move_mailbox (MailMode mode, gint64 mailbox_id, gint64 parent_id)
{
  return new_with_step (MAIL_ACTION_RENAME_MAILBOX, mode, (MailActionStep){ .id = mailbox_id, .target_id = parent_id });
}

MailAction *
mail_action_new_delete_mailbox (MailMode mode, gint64 mailbox_id)
{
  return new_with_step (MAIL_ACTION_DELETE_MAILBOX, mode, (MailActionStep){ .id = mailbox_id });
}

MailAction *
mail_action_new_subscribe (MailMode mode, gint64 mailbox_id, gboolean subscribed)
{
  return new_with_step (MAIL_ACTION_SUBSCRIBE, mode,
                        (MailActionStep){ .id = mailbox_id, .add = subscribed ? MAIL_FLAG_SEEN : MAIL_FLAGS_NONE });
}

/* (transfer full): with CRLF at the end of each line, as messages are everywhere in the store. */
static GBytes *
with_crlf (GBytes *message)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (message, &length);
  g_autoptr (GByteArray) out = NULL;
  gsize begin = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] != '\n' || (i > 0 && text[i - 1] == '\r'))
        continue;
      if (out == NULL)
        out = g_byte_array_sized_new ((guint) (length + length / 32));
      g_byte_array_append (out, (const guint8 *) text + begin, (guint) (i - begin));
      g_byte_array_append (out, (const guint8 *) "\r\n", 2);
      begin = i + 1;
    }
  if (out == NULL)
    return g_bytes_ref (message);
  g_byte_array_append (out, (const guint8 *) text + begin, (guint) (length - begin));
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

MailAction *
mail_action_new_append (MailMode mode, gint64 mailbox_id, GBytes *message, MailFlags flags)
{
  MailAction *self = new_with_step (MAIL_ACTION_APPEND, mode, (MailActionStep){ .target_id = mailbox_id });
  g_autoptr (MailMimeMessage) parsed = NULL;

  self->message = with_crlf (message);
  self->info = mail_message_info_new ();
  parsed = mail_mime_message_parse (self->message, &mail_mime_default_limits, NULL, NULL);
  mail_mime_message_fill_info (parsed, self->info);
  self->info->mailbox_id = mailbox_id;
  self->info->flags = flags;
  self->info->internal_date = mail_clock_now ();
  if (self->info->date == 0)
    self->info->date = self->info->internal_date;
  self->info->size = (gint64) g_bytes_get_size (self->message);
  self->info->where = MAIL_WHERE_HERE;
  return self;
}

/* Forgets what was found out while it was performed. */
static void
forget (MailAction *action)
{
  g_clear_pointer (&action->target, mail_mailbox_info_free);
  g_clear_pointer (&action->trash, mail_mailbox_info_free);
  action->knows_trash = FALSE;
  g_array_set_size (action->moves, 0);
}

void
mail_action_free (MailAction *action)
{
  if (action == NULL)
    return;
  forget (action);
  g_array_unref (action->moves);
  g_array_unref (action->steps);
  g_array_unref (action->ids);
  g_array_unref (action->way_back);
  g_clear_pointer (&action->message, g_bytes_unref);
  mail_message_info_free (action->info);
  g_free (action);
}

void
mail_action_note (MailAction *action, gint64 id, const MailActionStep *back)
{
  g_array_append_val (action->ids, id);
  if (back != NULL)
    add_step (action->way_back, back);
}

static gboolean
do_step (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  typedef gboolean (*Do) (MailDb *db, MailAction *action, const MailActionStep *step, GError **error);
  static const Do does[] = {
    [MAIL_ACTION_FLAGS] = mail_action_do_flags,
    [MAIL_ACTION_MOVE] = mail_action_do_move,
    [MAIL_ACTION_COPY] = mail_action_do_copy,
    [MAIL_ACTION_DELETE] = mail_action_do_delete,
    [MAIL_ACTION_APPEND] = mail_action_do_append,
    [MAIL_ACTION_FILE] = mail_action_do_file,
    [MAIL_ACTION_EMPTY] = mail_action_do_empty,
    [MAIL_ACTION_READ_ALL] = mail_action_do_read_all,
    [MAIL_ACTION_CREATE_MAILBOX] = mail_action_do_create_mailbox,
    [MAIL_ACTION_RENAME_MAILBOX] = mail_action_do_rename_mailbox,
    [MAIL_ACTION_DELETE_MAILBOX] = mail_action_do_delete_mailbox,
    [MAIL_ACTION_RESTORE_MAILBOX] = mail_action_do_restore_mailbox,
    [MAIL_ACTION_SUBSCRIBE] = mail_action_do_subscribe,
  };

  g_return_val_if_fail (action->kind < G_N_ELEMENTS (does), FALSE);
  return does[action->kind] (db, action, step, error);
}

/* Each step is about something else. */
static gboolean
are_distinct (const GArray *steps)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  gboolean distinct = TRUE;

  for (guint i = 0; i < steps->len && distinct; i++)
    distinct = g_hash_table_add (ids, &g_array_index (steps, MailActionStep, i).id);
  return distinct;
}

gboolean
mail_action_job (MailDb *db, gpointer data, GError **error)
{
  MailAction *action = data;
  gboolean together = are_distinct (action->steps);

  forget (action);
  g_array_set_size (action->ids, 0);
  g_array_set_size (action->way_back, 0);
  for (guint i = 0; i < action->steps->len; i++)
    if (!do_step (db, action, &g_array_index (action->steps, MailActionStep, i), error)
        || (!together && !mail_action_move_rows (db, action, error)))
      return FALSE;
  return mail_action_move_rows (db, action, error);
}

static MailActionKind
kind_of_way_back (MailActionKind kind)
{
  switch (kind)
    {
    case MAIL_ACTION_MOVE:
    case MAIL_ACTION_DELETE:
    case MAIL_ACTION_EMPTY:
      return MAIL_ACTION_MOVE;
    case MAIL_ACTION_COPY:
    case MAIL_ACTION_APPEND:
      return MAIL_ACTION_DELETE;
    case MAIL_ACTION_READ_ALL:
      return MAIL_ACTION_FLAGS;
    case MAIL_ACTION_CREATE_MAILBOX:
      return MAIL_ACTION_DELETE_MAILBOX;
    case MAIL_ACTION_DELETE_MAILBOX:
      return MAIL_ACTION_RESTORE_MAILBOX;
    case MAIL_ACTION_RESTORE_MAILBOX:
      return MAIL_ACTION_DELETE_MAILBOX;
    case MAIL_ACTION_FLAGS:
    case MAIL_ACTION_FILE:
    case MAIL_ACTION_RENAME_MAILBOX:
    case MAIL_ACTION_SUBSCRIBE:
    default:
      return kind;
    }
}

MailAction *
mail_action_dup_undo (const MailAction *action)
{
  MailAction *undo;

  if (action->way_back->len == 0)
    return NULL;
  undo = new_action (kind_of_way_back (action->kind), action->mode);
  /* A row that an action made is taken away again, not put into Trash. */
  undo->for_ever = undo->kind == MAIL_ACTION_DELETE;
  for (guint i = 0; i < action->way_back->len; i++)
    add_step (undo->steps, &g_array_index (action->way_back, MailActionStep, i));
  return undo;
}

GArray *
mail_action_dup_arrivals (const MailAction *action, gint64 *mailbox_id)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (action->kind != MAIL_ACTION_MOVE && action->kind != MAIL_ACTION_FILE)
    return ids;
  for (guint i = 0; i < action->steps->len; i++)
    {
      const MailActionStep *step = &g_array_index (action->steps, MailActionStep, i);

      if (ids->len == 0)
        *mailbox_id = step->target_id;
      if (step->target_id == *mailbox_id)
        g_array_append_val (ids, step->id);
    }
  return ids;
}

GArray *
mail_action_dup_departures (const MailAction *action)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (action->kind != MAIL_ACTION_MOVE && action->kind != MAIL_ACTION_DELETE && action->kind != MAIL_ACTION_FILE)
    return ids;
  for (guint i = 0; i < action->steps->len; i++)
    g_array_append_val (ids, g_array_index (action->steps, MailActionStep, i).id);
  return ids;
}

const GArray *
mail_action_get_ids (const MailAction *action)
{
  return action->ids;
}
