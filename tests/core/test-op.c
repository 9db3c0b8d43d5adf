/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/op-state.h"

/* What operations do and fold into, for every kind and every pair of kinds, told by a server that is nothing but the
 * values that operations speak of. */

#define KINDS (MAIL_OP_UNSUBSCRIBE + 1)
#define MESSAGE 7
#define INBOX 1
#define ARCHIVE 2
#define JUNK 3

/* Where the operation of this kind finds what it speaks of. */
static void
state_init_for (OpState *state, MailOpKind kind)
{
  state->there = kind != MAIL_OP_APPEND;
  state->mailbox = INBOX;
  state->flags = MAIL_FLAG_FLAGGED | MAIL_FLAG_ANSWERED;
  state->keywords = g_strdup ("Blue Work");
  state->made = kind != MAIL_OP_CREATE_MAILBOX;
  state->subscribed = kind != MAIL_OP_SUBSCRIBE;
  state->name = g_strdup (state->made ? "Old" : NULL);
}

static void
set_text (char **text, char *value)
{
  g_free (*text);
  *text = value;
}

static MailOp *
new_op (MailOpKind kind)
{
  gboolean of_mailbox = kind >= MAIL_OP_CREATE_MAILBOX;
  MailOp *op = mail_op_new (kind, of_mailbox ? 0 : MESSAGE, INBOX, of_mailbox ? 0 : 5);

  switch (kind)
    {
    case MAIL_OP_FLAGS:
      op->flags_add = MAIL_FLAG_SEEN | MAIL_FLAG_FLAGGED;
      op->flags_remove = MAIL_FLAG_ANSWERED | MAIL_FLAG_DRAFT;
      op->keywords_add = g_strdup ("Blue Green");
      op->keywords_remove = g_strdup ("Red Work");
      break;
    case MAIL_OP_MOVE:
    case MAIL_OP_COPY:
      op->target_id = ARCHIVE;
      break;
    case MAIL_OP_RENAME_MAILBOX:
      op->old_name = g_strdup ("Old");
      op->name = g_strdup ("New");
      break;
    case MAIL_OP_CREATE_MAILBOX:
      op->name = g_strdup ("Old");
      break;
    default:
      break;
    }
  return op;
}

/* Flags and tags are shown by the one rule by which the server will have them. */
static void
test_apply (void)
{
  for (MailOpKind kind = 0; kind < KINDS; kind++)
    {
      g_auto (OpState) state = { 0 };
      g_autoptr (GPtrArray) ops = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_op_free);
      g_autofree char *keywords = NULL;
      g_autofree char *others = NULL;
      MailFlags flags;

      state_init_for (&state, kind);
      g_ptr_array_add (ops, new_op (kind));
      flags = mail_op_apply_flags (ops, MESSAGE, state.flags);
      keywords = mail_op_apply_keywords (ops, MESSAGE, state.keywords);
      g_assert_cmpint (mail_op_apply_flags (ops, MESSAGE + 1, state.flags), ==, state.flags);
      others = mail_op_apply_keywords (ops, MESSAGE + 1, state.keywords);
      g_assert_cmpstr (others, ==, state.keywords);
      op_state_carry_out (&state, g_ptr_array_index (ops, 0));
      /* What is to be deleted for ever is out of sight until it is gone. */
      g_assert_cmpint (flags, ==, kind == MAIL_OP_EXPUNGE ? state.flags | MAIL_FLAG_DELETED : state.flags);
      g_assert_cmpstr (keywords, ==, state.keywords);
    }
}

/* The operation that comes after @earlier on the same message or mailbox. */
static MailOp *
new_later (const MailOp *earlier, MailOpKind kind)
{
  MailOp *op = new_op (kind);

  if (earlier->kind == MAIL_OP_MOVE && !mail_op_is_of_mailbox (op))
    {
      op->mailbox_id = earlier->target_id;
      op->uid = 0;
      if (kind == MAIL_OP_MOVE)
        op->target_id = JUNK;
    }
  if (kind == MAIL_OP_FLAGS && earlier->kind == MAIL_OP_FLAGS)
    op->flags_remove |= MAIL_FLAG_FORWARDED;
  if (kind == MAIL_OP_RENAME_MAILBOX && earlier->kind == MAIL_OP_RENAME_MAILBOX)
    {
      set_text (&op->old_name, g_strdup (earlier->name));
      set_text (&op->name, g_strdup ("Newer"));
    }
  return op;
}

/* A row is what came first, a column what came then: "." each goes by itself, "1" one stands for both, "0" nothing is left. In the
 * order of MailOpKind: flags, move, copy, expunge, append; create, rename, delete, subscribe, unsubscribe. */
static const char folding[KINDS][KINDS + 1] = {
  "1.........", ".1........", "..........", "..........", "..........",
  "......10..", "......1...", "..........", "........10", "........01",
};

static void
test_coalesce (void)
{
  for (guint i = 0; i < KINDS * KINDS; i++)
    {
      MailOpKind first = i / KINDS;
      MailOpKind then = i % KINDS;
      g_autoptr (MailOp) op = new_op (first);
      g_autoptr (MailOp) next = new_later (op, then);
      g_auto (OpState) both = { 0 };
      g_auto (OpState) folded = { 0 };
      g_autofree char *expected = NULL;
      g_autofree char *got = NULL;
      gboolean is_void = TRUE;
      char cell = folding[first][then];

      g_test_message ("%s, then %s", mail_op_kind_to_string (first), mail_op_kind_to_string (then));
      state_init_for (&both, first);
      state_init_for (&folded, first);
      op_state_carry_out (&both, op);
      if (cell != '.')
        op_state_carry_out (&both, next);
      expected = op_state_describe (&both);
      g_assert_cmpint (mail_op_coalesce (op, next, folded.flags, folded.keywords, &is_void), ==, cell != '.');
      g_assert_cmpint (is_void, ==, cell == '0');
      if (!is_void)
        op_state_carry_out (&folded, op);
      got = op_state_describe (&folded);
      g_assert_cmpstr (got, ==, expected);
    }
}

/* What may be at the server already, and what speaks of another, is left alone. */
static void
test_does_not_coalesce (void)
{
  for (guint i = 0; i < KINDS * KINDS; i++)
    {
      g_autoptr (MailOp) op = new_op (i / KINDS);
      g_autoptr (MailOp) next = new_later (op, i % KINDS);
      gboolean is_void;

      for (op->state = MAIL_OP_SENT; op->state <= MAIL_OP_PARKED_SENT; op->state++)
        g_assert_false (mail_op_coalesce (op, next, MAIL_FLAGS_NONE, NULL, &is_void));
      op->state = MAIL_OP_WAITING;
      if (mail_op_is_of_mailbox (next))
        next->mailbox_id = ARCHIVE;
      else
        next->message_id++;
      g_assert_false (mail_op_coalesce (op, next, MAIL_FLAGS_NONE, NULL, &is_void));
    }
}

static void
test_there_and_back_is_nothing (void)
{
  g_autoptr (MailOp) move = new_op (MAIL_OP_MOVE);
  g_autoptr (MailOp) back = mail_op_new (MAIL_OP_MOVE, MESSAGE, ARCHIVE, 0);
  g_autoptr (MailOp) rename = new_op (MAIL_OP_RENAME_MAILBOX);
  g_autoptr (MailOp) undone = mail_op_new (MAIL_OP_RENAME_MAILBOX, 0, INBOX, 0);
  gboolean is_void = FALSE;

  back->target_id = INBOX;
  g_assert_true (mail_op_coalesce (move, back, MAIL_FLAGS_NONE, NULL, &is_void));
  g_assert_true (is_void);
  is_void = FALSE;
  set_text (&undone->old_name, g_strdup (rename->name));
  set_text (&undone->name, g_strdup (rename->old_name));
  g_assert_true (mail_op_coalesce (rename, undone, MAIL_FLAGS_NONE, NULL, &is_void));
  g_assert_true (is_void);
}

/* A row waits for a column: "x". Messages of the mailbox, and the mailbox itself. */
static const char waiting[KINDS][KINDS + 1] = {
  "xxxxxx.x..", "xxxxxx.x..", "xxxxxx.x..", "xxxxxx.x..", "xxxxxx.x..",
  ".....xxxxx", ".....xxxxx", "xxxxxxxxxx", ".....xxxxx", ".....xxxxx",
};

static void
test_waits (void)
{
  for (guint i = 0; i < KINDS * KINDS; i++)
    {
      g_autoptr (MailOp) later = new_op (i / KINDS);
      g_autoptr (MailOp) earlier = new_op (i % KINDS);

      g_test_message ("%s after %s", mail_op_kind_to_string (later->kind), mail_op_kind_to_string (earlier->kind));
      g_assert_cmpint (mail_op_waits_for (later, earlier), ==, waiting[later->kind][earlier->kind] == 'x');
      /* Neither the message nor the mailbox, nor its name. */
      earlier->message_id += earlier->message_id != 0;
      earlier->mailbox_id = earlier->target_id = JUNK;
      if (earlier->name != NULL)
        set_text (&earlier->name, g_strdup ("Else"));
      if (earlier->old_name != NULL)
        set_text (&earlier->old_name, g_strdup ("Elsewhere"));
      g_assert_false (mail_op_waits_for (later, earlier));
    }
}

static void
test_names_that_have_to_do_with_each_other_wait (void)
{
  static const struct
  {
    const char *earlier;
    const char *later;
    gboolean waits;
  } cases[] = {
    { "Work", "Work/Old", TRUE }, { "Work/Old", "Work", TRUE }, { "Work", "Play", FALSE }, { "Work/Old", "Work/New", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (MailOp) earlier = mail_op_new (MAIL_OP_RENAME_MAILBOX, 0, INBOX, 0);
      g_autoptr (MailOp) later = mail_op_new (MAIL_OP_CREATE_MAILBOX, 0, ARCHIVE, 0);

      earlier->old_name = g_strdup (cases[i].earlier);
      earlier->name = g_strdup ("Unrelated");
      later->name = g_strdup (cases[i].later);
      g_assert_cmpint (mail_op_waits_for (later, earlier), ==, cases[i].waits);
    }
}

static void
test_copy (void)
{
  for (MailOpKind kind = 0; kind < KINDS; kind++)
    {
      g_autoptr (MailOp) op = new_op (kind);
      g_autoptr (MailOp) copy = NULL;
      g_auto (OpState) one = { 0 };
      g_auto (OpState) other = { 0 };
      g_autofree char *by_op = NULL;
      g_autofree char *by_copy = NULL;

      state_init_for (&one, kind);
      state_init_for (&other, kind);
      op_state_carry_out (&one, op);
      copy = mail_op_copy (op);
      g_clear_pointer (&op, mail_op_free);
      op_state_carry_out (&other, copy);
      by_op = op_state_describe (&one);
      by_copy = op_state_describe (&other);
      g_assert_cmpstr (by_copy, ==, by_op);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add_func ("/core/op/" path, function)
  ADD ("what-is-shown-is-what-the-server-will-have", test_apply);
  ADD ("every-pair-folds-into-what-both-would-do", test_coalesce);
  ADD ("what-was-sent-and-what-is-of-another-does-not-fold", test_does_not_coalesce);
  ADD ("there-and-back-is-nothing", test_there_and_back_is_nothing);
  ADD ("waits-for-what-is-about-the-same", test_waits);
  ADD ("names-that-have-to-do-with-each-other-wait", test_names_that_have_to_do_with_each_other_wait);
  ADD ("a-copy-means-the-same", test_copy);
  return g_test_run ();
}
