/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/keywords.h"
#include "lib/op-state.h"
#include "lib/temporary-store.h"
#include "store/store-messages.h"
#include "store/store-ops.h"

/* The list that waits in the store comes to the same as all that a person did, however much of it was folded: by random sequences.
 * The seed is GLib's: --seed repeats a run. */

#define SEQUENCES 400
#define STEPS_MOST 14

typedef struct
{
  gint64 mailboxes[3]; /* that the message goes between */
  gint64 subject;      /* the mailbox that is made, renamed, deleted */
  gint64 message;
} Place;

static const char *
any_keyword (void)
{
  static const char *const keywords[] = { "Blue", "Green", "Work" };

  return keywords[g_test_rand_int_range (0, G_N_ELEMENTS (keywords))];
}

static void
change_flags (MailOp *op)
{
  static const MailFlags flags[] = { MAIL_FLAG_SEEN, MAIL_FLAG_FLAGGED, MAIL_FLAG_ANSWERED };
  MailFlags flag = flags[g_test_rand_int_range (0, G_N_ELEMENTS (flags))];

  switch (g_test_rand_int_range (0, 4))
    {
    case 0:
      op->flags_add = flag;
      break;
    case 1:
      op->flags_remove = flag;
      break;
    case 2:
      op->keywords_add = g_strdup (any_keyword ());
      break;
    default:
      op->keywords_remove = g_strdup (any_keyword ());
      break;
    }
}

static MailOp *
any_message_op (const Place *place, const OpState *now)
{
  MailOp *op = mail_op_new (MAIL_OP_FLAGS, place->message, now->mailbox, now->mailbox == place->mailboxes[0] ? 7 : 0);

  switch (g_test_rand_int_range (0, 6))
    {
    case 0:
    case 1:
      op->kind = MAIL_OP_MOVE;
      do
        op->target_id = place->mailboxes[g_test_rand_int_range (0, G_N_ELEMENTS (place->mailboxes))];
      while (op->target_id == now->mailbox);
      break;
    case 2:
      op->kind = MAIL_OP_COPY;
      op->target_id = place->mailboxes[2];
      break;
    default:
      change_flags (op);
      break;
    }
  return op;
}

/* What a person can do to the mailbox as it is now. */
static MailOp *
any_mailbox_op (const Place *place, const OpState *now)
{
  MailOp *op = mail_op_new (MAIL_OP_CREATE_MAILBOX, 0, place->subject, 0);

  if (!now->made)
    {
      op->name = g_strdup ("Name");
      return op;
    }
  switch (g_test_rand_int_range (0, 4))
    {
    case 0:
      op->kind = MAIL_OP_DELETE_MAILBOX;
      break;
    case 1:
      op->kind = now->subscribed ? MAIL_OP_UNSUBSCRIBE : MAIL_OP_SUBSCRIBE;
      break;
    default:
      op->kind = MAIL_OP_RENAME_MAILBOX;
      op->old_name = g_strdup (now->name);
      op->name = g_strdup_printf ("Name %d", g_test_rand_int_range (0, 3));
      break;
    }
  return op;
}

static gboolean
is_nothing (const MailOp *op)
{
  return op->kind == MAIL_OP_RENAME_MAILBOX && g_str_equal (op->name, op->old_name);
}

static OpState
begin (const Place *place)
{
  return (OpState){ .there = TRUE,
                    .mailbox = place->mailboxes[0],
                    .flags = MAIL_FLAG_ANSWERED,
                    .keywords = g_strdup ("Blue"),
                    .made = TRUE,
                    .name = g_strdup ("Name 0") };
}

static void
carry_out_all (const GPtrArray *ops, OpState *state)
{
  for (guint i = 0; i < ops->len; i++)
    op_state_carry_out (state, g_ptr_array_index (ops, i));
}

static gboolean
empty (MailDb *db, GError **error)
{
  g_autoptr (GPtrArray) ops = mail_store_ops_list (db, 0, error);

  for (guint i = 0; i < ops->len; i++)
    g_assert_true (mail_store_ops_remove (db, ((MailOp *) g_ptr_array_index (ops, i))->id, error));
  return TRUE;
}

static gboolean
sequence_job (MailDb *db, gpointer data, GError **error)
{
  const Place *place = data;
  g_auto (OpState) wanted = begin (place);
  g_auto (OpState) got = begin (place);
  g_autoptr (GPtrArray) ops = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *said = NULL;
  gint32 steps = g_test_rand_int_range (2, STEPS_MOST);

  g_assert_true (mail_store_messages_confirm_flags (db, place->message, NULL, error) && empty (db, error));
  for (gint32 i = 0; i < steps; i++)
    {
      g_autoptr (MailOp) op = g_test_rand_bit () ? any_message_op (place, &wanted) : any_mailbox_op (place, &wanted);

      if (is_nothing (op))
        continue;
      op_state_carry_out (&wanted, op);
      g_assert_true (mail_store_ops_add (db, op, error));
      if (op->id != 0 && g_test_rand_int_range (0, 5) == 0)
        g_assert_true (mail_store_ops_set_state (db, op->id, MAIL_OP_SENT, error));
    }
  ops = mail_store_ops_list (db, 0, error);
  g_assert_cmpuint (ops->len, <=, (guint) steps);
  carry_out_all (ops, &got);
  expected = op_state_describe (&wanted);
  said = op_state_describe (&got);
  g_assert_cmpstr (said, ==, expected);
  return TRUE;
}

static gboolean
prepare_job (MailDb *db, gpointer data, GError **error)
{
  const Place *place = data;

  return mail_store_messages_set_keywords (db, place->message, "Blue", error)
         && mail_store_messages_set_server_flags (db, place->message, MAIL_FLAG_ANSWERED, "Blue", error);
}

static void
test_sequences (void)
{
  g_autoptr (TemporaryStore) store = temporary_store_new ();
  Place place = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (place.mailboxes); i++)
    {
      g_autofree char *name = g_strdup_printf ("Place %u", i);

      place.mailboxes[i] = temporary_store_add_mailbox (store, name, MAIL_ROLE_NONE, 0);
    }
  place.subject = temporary_store_add_mailbox (store, "Name 0", MAIL_ROLE_NONE, 0);
  place.message = temporary_store_add_message (store, place.mailboxes[0], 7, MAIL_FLAG_ANSWERED);
  temporary_store_write (store, prepare_job, &place);
  for (guint i = 0; i < SEQUENCES; i++)
    temporary_store_write (store, sequence_job, &place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/ops/what-waits-comes-to-what-a-person-did", test_sequences);
  return g_test_run ();
}
