/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/message-index.h"

/* A mailbox as plain as it can be: keys in order. */
static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const MailStoreKey *x = a;
  const MailStoreKey *y = b;

  if (x->date != y->date)
    return x->date > y->date ? -1 : 1;
  return x->id > y->id ? -1 : 1;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const gint64 x = *(const gint64 *) a;
  const gint64 y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static void
assert_same (const MailMessageIndex *index, const GArray *keys)
{
  g_assert_cmpuint (mail_message_index_get_length (index), ==, keys->len);
  for (guint i = 0; i < keys->len; i++)
    {
      const MailStoreKey *key = &g_array_index (keys, MailStoreKey, i);
      guint position;

      g_assert_cmpint (mail_message_index_get (index, i).id, ==, key->id);
      g_assert_true (mail_message_index_find (index, key->id, i % 2 == 0 ? key->date : 0, &position));
      g_assert_cmpuint (position, ==, i);
    }
}

static void
touch (GArray *touched, gint64 id)
{
  for (guint i = 0; i < touched->len; i++)
    if (g_array_index (touched, gint64, i) == id)
      return;
  g_array_append_val (touched, id);
}

/* Changes @keys at random; @touched are the ids that came, went or moved, and some that did not. */
static void
change_keys (GArray *keys, GArray *touched, gint64 *next_id)
{
  const int n_changes = g_test_rand_int_range (0, 40);

  for (int i = 0; i < n_changes; i++)
    {
      MailStoreKey key = { .id = (*next_id)++, .date = g_test_rand_int_range (0, 50) };
      const guint place = keys->len > 0 ? (guint) g_test_rand_int_range (0, (int) keys->len) : 0;

      switch (keys->len == 0 ? 0 : g_test_rand_int_range (0, 4))
        {
        case 0:
          g_array_append_val (keys, key);
          break;
        case 1:
          key.id = g_array_index (keys, MailStoreKey, place).id;
          g_array_remove_index (keys, place);
          break;
        case 2:
          key.id = g_array_index (keys, MailStoreKey, place).id;
          g_array_index (keys, MailStoreKey, place).date = key.date;
          break;
        default:
          break;
        }
      touch (touched, key.id);
    }
  g_array_sort (keys, compare_keys);
  g_array_sort (touched, compare_ids);
}

static GArray *
pick_present (const GArray *keys, const GArray *touched)
{
  GArray *present = g_array_new (FALSE, FALSE, sizeof (MailStoreKey));

  for (guint i = keys->len; i-- > 0;)
    for (guint k = 0; k < touched->len; k++)
      if (g_array_index (touched, gint64, k) == g_array_index (keys, MailStoreKey, i).id)
        g_array_append_val (present, g_array_index (keys, MailStoreKey, i));
  return present;
}

static void
test_an_edit_leads_from_one_order_to_another (void)
{
  g_autoptr (MailMessageIndex) index = mail_message_index_new ();
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (MailStoreKey));
  gint64 next_id = 1;

  for (int round = 0; round < 500; round++)
    {
      g_autoptr (GArray) touched = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_autoptr (GArray) present = NULL;
      g_autoptr (MailIndexEdit) edit = NULL;
      guint end = 0;

      change_keys (keys, touched, &next_id);
      present = pick_present (keys, touched);
      edit = mail_message_index_diff (index, touched, present);
      for (guint i = 0; i < edit->runs->len; i++)
        {
          const MailIndexRun *run = &g_array_index (edit->runs, MailIndexRun, i);

          /* Runs do not touch: neighbours are one. */
          g_assert_true (run->n_removed + run->n_added > 0);
          g_assert_true (i == 0 || run->position > end);
          end = run->position + run->n_added;
          mail_message_index_play (index, edit, run);
        }
      assert_same (index, keys);
    }
}

static void
test_taking_keys_replaces_all (void)
{
  g_autoptr (MailMessageIndex) index = mail_message_index_new ();
  GArray *keys = g_array_new (FALSE, FALSE, sizeof (MailStoreKey));
  const MailStoreKey key = { .id = 7, .date = -5 };
  guint position;

  g_assert_false (mail_message_index_find (index, 7, 0, &position));
  g_array_append_val (keys, key);
  mail_message_index_take (index, keys);
  g_assert_cmpuint (mail_message_index_get_length (index), ==, 1);
  g_assert_true (mail_message_index_find (index, 7, 0, &position));
  mail_message_index_take (index, g_array_new (FALSE, FALSE, sizeof (MailStoreKey)));
  g_assert_cmpuint (mail_message_index_get_length (index), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/message-index/an-edit-leads-from-one-order-to-another",
                   test_an_edit_leads_from_one_order_to_another);
  g_test_add_func ("/model/message-index/taking-keys-replaces-all", test_taking_keys_replaces_all);
  return g_test_run ();
}
