/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/op.h"

/* What operations on one message and one mailbox change, as values: the server of tests that need none. */
typedef struct
{
  gboolean there; /* the message */
  gint64 mailbox;
  MailFlags flags;
  char *keywords;
  guint copies;
  gboolean made; /* the mailbox */
  gboolean subscribed;
  char *name;
} OpState;

void op_state_clear (OpState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OpState, op_state_clear)

/* Aborts the test when the message, or the mailbox, is not where @op says. */
void op_state_carry_out (OpState *state, const MailOp *op);
/* (transfer full): all of it. */
char *op_state_describe (const OpState *state);
