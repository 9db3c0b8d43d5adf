/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/message-index.h"

#include <string.h>

struct _MailMessageIndex
{
  MailStoreKey *keys;
  gsize capacity;
  gsize gap_start;
  gsize gap_length;
};

MailMessageIndex *
mail_message_index_new (void)
{
  return g_new0 (MailMessageIndex, 1);
}

void
mail_message_index_free (MailMessageIndex *index)
{
  if (index == NULL)
    return;
  g_free (index->keys);
  g_free (index);
}

guint
mail_message_index_get_length (const MailMessageIndex *index)
{
  return (guint) (index->capacity - index->gap_length);
}

MailStoreKey
mail_message_index_get (const MailMessageIndex *index, guint position)
{
  g_assert (position < mail_message_index_get_length (index));
  return index->keys[position < index->gap_start ? position : position + index->gap_length];
}

void
mail_message_index_take (MailMessageIndex *index, GArray *keys)
{
  gsize length = 0;

  g_free (index->keys);
  index->keys = g_array_steal (keys, &length);
  g_array_unref (keys);
  index->capacity = length;
  index->gap_start = length;
  index->gap_length = 0;
}

/* Below 0: @a stands above @b. */
static int
compare_keys (const MailStoreKey *a, const MailStoreKey *b)
{
  if (a->date != b->date)
    return a->date > b->date ? -1 : 1;
  return (a->id < b->id) - (a->id > b->id);
}

static int
compare_keys_for_sort (gconstpointer a, gconstpointer b)
{
  return compare_keys (a, b);
}

gboolean
mail_message_index_find (const MailMessageIndex *index, gint64 id, gint64 date, guint *position)
{
  const MailStoreKey wanted = { .id = id, .date = date };
  const guint length = mail_message_index_get_length (index);
  guint low = 0;
  guint high = length;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const MailStoreKey key = mail_message_index_get (index, middle);

      if (compare_keys (&key, &wanted) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < length && mail_message_index_get (index, low).id == id)
    {
      *position = low;
      return TRUE;
    }
  for (guint i = 0; i < length; i++)
    if (mail_message_index_get (index, i).id == id)
      {
        *position = i;
        return TRUE;
      }
  return FALSE;
}

void
mail_index_edit_free (MailIndexEdit *edit)
{
  if (edit == NULL)
    return;
  g_array_unref (edit->runs);
  g_array_unref (edit->keys);
  g_free (edit);
}

static gboolean
contains_id (const GArray *ids, gint64 id)
{
  guint low = 0;
  guint high = ids->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const gint64 here = g_array_index (ids, gint64, middle);

      if (here == id)
        return TRUE;
      if (here < id)
        low = middle + 1;
      else
        high = middle;
    }
  return FALSE;
}

/* The run that is being gathered at @position: neighbours become one. */
static MailIndexRun *
run_at (MailIndexEdit *edit, guint position)
{
  MailIndexRun *last = edit->runs->len > 0 ? &g_array_index (edit->runs, MailIndexRun, edit->runs->len - 1) : NULL;
  const MailIndexRun fresh = { .position = position, .first_added = edit->keys->len };

  if (last != NULL && last->position + last->n_added == position)
    return last;
  g_array_append_val (edit->runs, fresh);
  return &g_array_index (edit->runs, MailIndexRun, edit->runs->len - 1);
}

static void
edit_add (MailIndexEdit *edit, guint *position, const MailStoreKey *key)
{
  run_at (edit, *position)->n_added++;
  g_array_append_vals (edit->keys, key, 1);
  (*position)++;
}

MailIndexEdit *
mail_message_index_diff (const MailMessageIndex *index, const GArray *touched, GArray *present)
{
  MailIndexEdit *edit = g_new0 (MailIndexEdit, 1);
  const guint length = mail_message_index_get_length (index);
  guint next = 0;
  guint position = 0;

  edit->runs = g_array_new (FALSE, FALSE, sizeof (MailIndexRun));
  edit->keys = g_array_new (FALSE, FALSE, sizeof (MailStoreKey));
  g_array_sort (present, compare_keys_for_sort);

  for (guint i = 0; i < length; i++)
    {
      const MailStoreKey key = mail_message_index_get (index, i);
      int order = 1;

      while (next < present->len
             && (order = compare_keys (&g_array_index (present, MailStoreKey, next), &key)) < 0)
        edit_add (edit, &position, &g_array_index (present, MailStoreKey, next++));
      if (next < present->len && order == 0)
        {
          next++;
          position++;
        }
      else if (contains_id (touched, key.id))
        run_at (edit, position)->n_removed++;
      else
        position++;
    }
  while (next < present->len)
    edit_add (edit, &position, &g_array_index (present, MailStoreKey, next++));
  return edit;
}

static void
move_gap (MailMessageIndex *index, gsize to)
{
  const gsize from = index->gap_start;

  if (to < from)
    memmove (index->keys + to + index->gap_length, index->keys + to, (from - to) * sizeof (MailStoreKey));
  else if (to > from)
    memmove (index->keys + from, index->keys + from + index->gap_length, (to - from) * sizeof (MailStoreKey));
  index->gap_start = to;
}

/* Makes room for @wanted keys in the gap and some more: an eighth of the whole keeps the cost per key constant. */
static void
widen_gap (MailMessageIndex *index, gsize wanted)
{
  const gsize tail = index->capacity - index->gap_start - index->gap_length;
  const gsize more = wanted - index->gap_length + index->capacity / 8 + 64;

  index->keys = g_renew (MailStoreKey, index->keys, index->capacity + more);
  memmove (index->keys + index->capacity + more - tail, index->keys + index->capacity - tail,
           tail * sizeof (MailStoreKey));
  index->capacity += more;
  index->gap_length += more;
}

void
mail_message_index_play (MailMessageIndex *index, const MailIndexEdit *edit, const MailIndexRun *run)
{
  g_assert (run->position + run->n_removed <= mail_message_index_get_length (index));

  move_gap (index, run->position);
  index->gap_length += run->n_removed;
  if (run->n_added == 0)
    return;
  if (index->gap_length < run->n_added)
    widen_gap (index, run->n_added);
  memcpy (index->keys + index->gap_start, &g_array_index (edit->keys, MailStoreKey, run->first_added),
          run->n_added * sizeof (MailStoreKey));
  index->gap_start += run->n_added;
  index->gap_length -= run->n_added;
}
