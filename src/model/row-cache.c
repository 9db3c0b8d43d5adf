/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/row-cache.h"

typedef struct
{
  gint64 id;
  MailMessageInfo *info; /* NULL: being fetched */
  GList link;
} Row;

struct _MailRowCache
{
  GHashTable *rows; /* &row->id -> Row */
  GQueue seen;      /* Row, latest first */
};

static void
row_free (gpointer data)
{
  Row *row = data;

  mail_message_info_free (row->info);
  g_free (row);
}

MailRowCache *
mail_row_cache_new (void)
{
  MailRowCache *cache = g_new0 (MailRowCache, 1);

  cache->rows = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, row_free);
  g_queue_init (&cache->seen);
  return cache;
}

void
mail_row_cache_free (MailRowCache *cache)
{
  if (cache == NULL)
    return;
  g_hash_table_unref (cache->rows);
  g_free (cache);
}

const MailMessageInfo *
mail_row_cache_peek (MailRowCache *cache, gint64 id)
{
  const Row *row = g_hash_table_lookup (cache->rows, &id);

  return row != NULL ? row->info : NULL;
}

const MailMessageInfo *
mail_row_cache_get (MailRowCache *cache, gint64 id)
{
  Row *row = g_hash_table_lookup (cache->rows, &id);

  if (row == NULL)
    return NULL;
  g_queue_unlink (&cache->seen, &row->link);
  g_queue_push_head_link (&cache->seen, &row->link);
  return row->info;
}

static Row *
add_row (MailRowCache *cache, gint64 id)
{
  Row *row = g_new0 (Row, 1);

  row->id = id;
  row->link.data = row;
  g_hash_table_insert (cache->rows, &row->id, row);
  g_queue_push_head_link (&cache->seen, &row->link);
  return row;
}

gboolean
mail_row_cache_ask (MailRowCache *cache, gint64 id)
{
  if (g_hash_table_contains (cache->rows, &id))
    return FALSE;
  add_row (cache, id);
  return TRUE;
}

void
mail_row_cache_put (MailRowCache *cache, MailMessageInfo *info)
{
  Row *row = g_hash_table_lookup (cache->rows, &info->id);

  if (row == NULL)
    row = add_row (cache, info->id);
  mail_message_info_free (row->info);
  row->info = info;
}

void
mail_row_cache_remove (MailRowCache *cache, gint64 id)
{
  Row *row = g_hash_table_lookup (cache->rows, &id);

  if (row == NULL)
    return;
  g_queue_unlink (&cache->seen, &row->link);
  g_hash_table_remove (cache->rows, &id);
}

void
mail_row_cache_clear (MailRowCache *cache)
{
  g_hash_table_remove_all (cache->rows);
  g_queue_init (&cache->seen);
}

void
mail_row_cache_trim (MailRowCache *cache, guint limit)
{
  while (cache->seen.length > limit)
    {
      const Row *last = g_queue_peek_tail (&cache->seen);
      const gint64 id = last->id;

      mail_row_cache_remove (cache, id);
    }
}
