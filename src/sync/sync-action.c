/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/sync-action-private.h"

#include <string.h>

#include "core/clock.h"
#include "mime/mime-message.h"

static MailAction *
new_action (MailActionKind kind, MailMode mode)
{
  MailAction *self = g_new0 (MailAction, 1);

  self->kind = kind;
  self->mode = mode;
  self->steps = g_array_new (FALSE, FALSE, sizeof (MailActionStep));
  self->ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->way_back = g_array_new (FALSE, FALSE, sizeof (MailActionStep));
  return self;
}

static MailAction *
new_for_ids (MailActionKind kind, MailMode mode, const GArray *ids, MailActionStep step)
{
  MailAction *self = new_action (kind, mode);

  for (guint i = 0; i < ids->len; i++)
    {
      step.id = g_array_index (ids, gint64, i);
      g_array_append_val (self->steps, step);
    }
  return self;
}

MailAction *
mail_action_new_flags (MailMode mode, const GArray *ids, MailFlags add, MailFlags remove)
{
  return new_for_ids (MAIL_ACTION_FLAGS, mode, ids, (MailActionStep){ .add = add, .remove = remove });
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
  MailAction *self = new_action (MAIL_ACTION_APPEND, mode);
  const MailActionStep step = { .target_id = mailbox_id };
  g_autoptr (MailMimeMessage) parsed = NULL;

  g_array_append_val (self->steps, step);
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

void
mail_action_free (MailAction *action)
{
  if (action == NULL)
    return;
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
    g_array_append_vals (action->way_back, back, 1);
}

static gboolean
do_step (MailDb *db, MailAction *action, const MailActionStep *step, GError **error)
{
  switch (action->kind)
    {
    case MAIL_ACTION_FLAGS:
      return mail_action_do_flags (db, action, step, error);
    case MAIL_ACTION_MOVE:
      return mail_action_do_move (db, action, step, error);
    case MAIL_ACTION_COPY:
      return mail_action_do_copy (db, action, step, error);
    case MAIL_ACTION_DELETE:
      return mail_action_do_delete (db, action, step, error);
    case MAIL_ACTION_APPEND:
      return mail_action_do_append (db, action, step, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}

gboolean
mail_action_job (MailDb *db, gpointer data, GError **error)
{
  MailAction *action = data;

  g_array_set_size (action->ids, 0);
  g_array_set_size (action->way_back, 0);
  for (guint i = 0; i < action->steps->len; i++)
    if (!do_step (db, action, &g_array_index (action->steps, MailActionStep, i), error))
      return FALSE;
  return TRUE;
}

static MailActionKind
kind_of_way_back (MailActionKind kind)
{
  switch (kind)
    {
    case MAIL_ACTION_FLAGS:
      return MAIL_ACTION_FLAGS;
    case MAIL_ACTION_MOVE:
    case MAIL_ACTION_DELETE:
      return MAIL_ACTION_MOVE;
    case MAIL_ACTION_COPY:
    case MAIL_ACTION_APPEND:
      return MAIL_ACTION_DELETE;
    default:
      g_return_val_if_reached (MAIL_ACTION_FLAGS);
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
  g_array_append_vals (undo->steps, action->way_back->data, action->way_back->len);
  return undo;
}

MailActionKind
mail_action_get_kind (const MailAction *action)
{
  return action->kind;
}

const GArray *
mail_action_get_ids (const MailAction *action)
{
  return action->ids;
}
