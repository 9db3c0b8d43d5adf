/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/op-state.h"

#include "core/keywords.h"

void
op_state_clear (OpState *state)
{
  g_clear_pointer (&state->keywords, g_free);
  g_clear_pointer (&state->name, g_free);
}

static void
set_text (char **text, char *value)
{
  g_free (*text);
  *text = value;
}

void
op_state_carry_out (OpState *state, const MailOp *op)
{
  switch (op->kind)
    {
    case MAIL_OP_FLAGS:
      g_assert_cmpint (state->mailbox, ==, op->mailbox_id);
      state->flags = (state->flags | op->flags_add) & ~op->flags_remove;
      set_text (&state->keywords, mail_keywords_apply (state->keywords, op->keywords_add, op->keywords_remove));
      break;
    case MAIL_OP_MOVE:
      g_assert_cmpint (state->mailbox, ==, op->mailbox_id);
      state->mailbox = op->target_id;
      break;
    case MAIL_OP_COPY:
      state->copies++;
      break;
    case MAIL_OP_EXPUNGE:
    case MAIL_OP_APPEND:
      state->there = op->kind == MAIL_OP_APPEND;
      break;
    case MAIL_OP_CREATE_MAILBOX:
    case MAIL_OP_DELETE_MAILBOX:
      g_assert_cmpint (state->made, ==, op->kind == MAIL_OP_DELETE_MAILBOX);
      state->made = op->kind == MAIL_OP_CREATE_MAILBOX;
      set_text (&state->name, g_strdup (state->made ? op->name : NULL));
      break;
    case MAIL_OP_RENAME_MAILBOX:
      g_assert_cmpstr (state->name, ==, op->old_name);
      set_text (&state->name, g_strdup (op->name));
      break;
    case MAIL_OP_SUBSCRIBE:
    case MAIL_OP_UNSUBSCRIBE:
    default:
      state->subscribed = op->kind == MAIL_OP_SUBSCRIBE;
      break;
    }
}

char *
op_state_describe (const OpState *state)
{
  return g_strdup_printf ("%d in %d, flags %x, keywords %s, %u copies; %d %s %d", state->there, (int) state->mailbox,
                          state->flags, state->keywords, state->copies, state->made, state->name, state->subscribed);
}
