/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap/imap-machine.h"

#include <string.h>

#include "core/credentials.h"
#include "core/errors.h"
#include "imap/imap-parser.h"

enum
{
  GATHER = 16 * 1024, /* pieces up to this size are sent together */
};

typedef struct
{
  guint number;
  GPtrArray *pieces;
  guint next;
  gboolean waiting; /* for "+" */
} Command;

struct _MailImapMachine
{
  MailImapLimits limits;
  MailImapFramer *framer;
  GQueue commands; /* that have not ended, oldest first */
  guint last_number;
  gboolean utf8;
};

static void
command_free (Command *command)
{
  g_ptr_array_unref (command->pieces);
  g_free (command);
}

MailImapMachine *
mail_imap_machine_new (const MailImapLimits *limits)
{
  MailImapMachine *self = g_new0 (MailImapMachine, 1);

  self->limits = *limits;
  self->framer = mail_imap_framer_new (limits);
  return self;
}

void
mail_imap_machine_free (MailImapMachine *machine)
{
  if (machine == NULL)
    return;
  g_queue_clear_full (&machine->commands, (GDestroyNotify) command_free);
  mail_imap_framer_free (machine->framer);
  g_free (machine);
}

void
mail_imap_machine_set_utf8 (MailImapMachine *machine, gboolean utf8)
{
  machine->utf8 = utf8;
}

guint
mail_imap_machine_submit (MailImapMachine *machine, MailImapWriter *command, GError **error)
{
  g_autoptr (GPtrArray) pieces = mail_imap_writer_finish (command, error);
  Command *self;
  char *tag;

  if (pieces == NULL)
    return 0;
  self = g_new0 (Command, 1);
  self->number = ++machine->last_number;
  self->pieces = g_steal_pointer (&pieces);
  tag = g_strdup_printf ("A%u ", self->number);
  g_ptr_array_insert (self->pieces, 0,
                      mail_imap_piece_new (g_bytes_new_take (tag, strlen (tag)), FALSE,
                                           ((MailImapPiece *) g_ptr_array_index (self->pieces, 0))->secret));
  g_queue_push_tail (&machine->commands, self);
  return self->number;
}

void
mail_imap_machine_continue (MailImapMachine *machine, GBytes *data, gboolean more, gboolean secret)
{
  for (GList *l = machine->commands.head; l != NULL; l = l->next)
    {
      Command *command = l->data;

      if (command->waiting)
        {
          command->waiting = FALSE;
          g_ptr_array_add (command->pieces, mail_imap_piece_new (g_bytes_ref (data), more, secret));
          return;
        }
    }
}

/* (nullable): the piece that is due. A command that waits holds back those behind it. */
static MailImapPiece *
next_piece (MailImapMachine *self, Command **owner)
{
  for (GList *l = self->commands.head; l != NULL; l = l->next)
    {
      Command *command = l->data;

      if (command->waiting)
        return NULL;
      if (command->next < command->pieces->len)
        {
          *owner = command;
          return g_ptr_array_index (command->pieces, command->next);
        }
    }
  return NULL;
}

static GBytes *
take_gathered (GByteArray *gathered, gboolean secret)
{
  gsize length = gathered->len;
  guint8 *data;

  g_byte_array_append (gathered, (const guint8 *) "", 1);
  data = g_byte_array_free (gathered, FALSE);
  return g_bytes_new_with_free_func (data, length, secret ? (GDestroyNotify) mail_secret_free : g_free, data);
}

GBytes *
mail_imap_machine_take_output (MailImapMachine *machine, gboolean *secret)
{
  g_autoptr (GByteArray) gathered = NULL;
  MailImapPiece *piece;
  Command *owner = NULL;

  while ((piece = next_piece (machine, &owner)) != NULL)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (piece->data, &size);

      if (gathered != NULL && (piece->secret != *secret || gathered->len + size > GATHER))
        break;
      *secret = piece->secret;
      owner->next++;
      owner->waiting = piece->wait;
      if (size > GATHER)
        return g_bytes_ref (piece->data);
      if (gathered == NULL)
        gathered = g_byte_array_sized_new (GATHER + 1); /* never moved: a secret leaves no copy behind */
      g_byte_array_append (gathered, data, (guint) size);
    }
  return gathered != NULL ? take_gathered (g_steal_pointer (&gathered), *secret) : NULL;
}

guint8 *
mail_imap_machine_get_space (MailImapMachine *machine, gsize *size)
{
  return mail_imap_framer_get_space (machine->framer, size);
}

void
mail_imap_machine_commit (MailImapMachine *machine, gsize length)
{
  mail_imap_framer_commit (machine->framer, length);
}

GBytes *
mail_imap_machine_take_rest (MailImapMachine *machine)
{
  return mail_imap_framer_take_rest (machine->framer);
}

gsize
mail_imap_machine_get_buffered (const MailImapMachine *machine)
{
  return mail_imap_framer_get_buffered (machine->framer);
}

/* "+": for a literal, which may now go; or for a continued command, whose pieces have all gone. A "+" that nobody waits for is
 * harmless. */
static MailImapStep
take_continue (MailImapMachine *self, guint *number)
{
  for (GList *l = self->commands.head; l != NULL; l = l->next)
    {
      Command *command = l->data;

      if (!command->waiting)
        continue;
      if (command->next == command->pieces->len)
        {
          *number = command->number;
          return MAIL_IMAP_STEP_CONTINUE;
        }
      command->waiting = FALSE;
      break;
    }
  return MAIL_IMAP_STEP_NEED_INPUT;
}

static MailImapStep
take_tagged (MailImapMachine *self, const MailImapResponse *response, guint *number, GError **error)
{
  guint64 tag = 0;
  gboolean sent;

  if (response->tag[0] == 'A')
    g_ascii_string_to_unsigned (response->tag + 1, 10, 1, G_MAXUINT, &tag, NULL);
  for (GList *l = self->commands.head; l != NULL; l = l->next)
    {
      Command *command = l->data;

      if (command->number != tag)
        continue;
      *number = command->number;
      sent = command->next == command->pieces->len;
      if (!sent && (command->next == 0 || response->condition == MAIL_IMAP_OK))
        break;
      g_queue_delete_link (&self->commands, l);
      command_free (command);
      return MAIL_IMAP_STEP_DONE;
    }
  g_set_error_literal (error, MAIL_ERROR, MAIL_ERROR_PROTOCOL, "the server answered a command that was not sent");
  return MAIL_IMAP_STEP_ERROR;
}

MailImapStep
mail_imap_machine_next (MailImapMachine *machine,
                        MailImapResponse *response,
                        guint *command,
                        GError **error)
{
  MailImapFrame frame;

  while (TRUE)
    {
      MailImapFrameResult result = mail_imap_framer_next (machine->framer, &frame, error);
      MailImapStep step;

      if (result == MAIL_IMAP_FRAME_NEED_MORE)
        return MAIL_IMAP_STEP_NEED_INPUT;
      if (result == MAIL_IMAP_FRAME_ERROR
          || !mail_imap_parse (&frame, &machine->limits, machine->utf8, response, error))
        return MAIL_IMAP_STEP_ERROR;
      if (response->skipped > 0)
        g_debug ("imap: %u items of a response could not be understood", response->skipped);
      if (response->kind == MAIL_IMAP_RESPONSE_TAGGED)
        return take_tagged (machine, response, command, error);
      if (response->kind != MAIL_IMAP_RESPONSE_CONTINUE)
        return MAIL_IMAP_STEP_DATA;
      step = take_continue (machine, command);
      if (step == MAIL_IMAP_STEP_CONTINUE)
        return step;
      mail_imap_response_clear (response);
      /* Output is due now; the caller sends it before it reads on. */
    }
}
