/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/pop3-download.h"

#include <string.h>

#include "core/clock.h"
#include "core/errors.h"
#include "mime/mime-message.h"
#include "store/store-bodies.h"
#include "store/store-messages.h"
#include "store/store-uidl.h"
#include "sync/pop3-listing.h"
#include "sync/pop3-returned.h"

#define BATCH_BYTES (4 * 1024 * 1024)
#define BATCH_MESSAGES 200
#define BATCHES_UNDER_WAY 4

struct _MailPop3Download
{
  MailStore *store;
  gint64 inbox_id;
  MailPopKeep keep;
  GHashTable *ledger;  /* borrowed, read by the pool */
  GHashTable *by_hash; /* message hash (in the ledger) -> MailUidl of the ledger */
  struct Batch *batch; /* being filled */
  GThreadPool *pool;

  GMutex mutex; /* over what follows */
  GCond changed;
  guint under_way;
  GHashTable *taken;    /* names by content of this download */
  GHashTable *verified; /* MailPop3Item */
  guint stored;
  GError *error; /* the first */
};

typedef struct
{
  MailPop3Item *item;
  GBytes *raw;
  MailUidl *entry;
  MailMessageInfo *info;    /* NULL: the message is here already */
  const MailUidl *replaced; /* (nullable): what the ledger had under this id or this content, another message or name */
  gboolean verified;
} Letter;

typedef struct Batch
{
  GPtrArray *letters;
  gsize bytes;
  MailPopKeep keep;
} Batch;

static void
letter_free (Letter *letter)
{
  g_clear_pointer (&letter->raw, g_bytes_unref);
  mail_uidl_free (letter->entry);
  mail_message_info_free (letter->info);
  g_free (letter);
}

static void
batch_free (Batch *batch)
{
  if (batch == NULL)
    return;
  g_ptr_array_unref (batch->letters);
  g_free (batch);
}

static guint
hash_of_hash (gconstpointer hash)
{
  guint value;

  memcpy (&value, hash, sizeof value);
  return value;
}

static gboolean
hashes_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 32) == 0;
}

static gboolean
is_known_by_content (const MailUidl *entry)
{
  return g_str_has_prefix (entry->uidl, MAIL_POP3_CONTENT_PREFIX);
}

/* What the ledger knows of this very message: under its id, or, where either name is only made from the content, under
 * the other one. Two messages with ids of their own are two messages, even with the same bytes. */
static const MailUidl *
find_known (const MailPop3Download *download, const MailUidl *entry)
{
  const MailUidl *same_id = g_hash_table_lookup (download->ledger, entry->uidl);
  const MailUidl *same_content;

  if (same_id != NULL && same_id->fetched != 0 && hashes_equal (same_id->hash, entry->hash))
    return same_id;
  same_content = g_hash_table_lookup (download->by_hash, entry->hash);
  if (same_content != NULL && (is_known_by_content (entry) || is_known_by_content (same_content)))
    return same_content;
  return NULL;
}

static MailMessageInfo *
read_info (const MailPop3Download *download, const Letter *letter)
{
  g_autoptr (MailMimeMessage) message
      = mail_mime_message_parse (letter->raw, &mail_mime_default_limits, NULL, NULL);
  MailMessageInfo *info = mail_message_info_new ();

  info->internal_date = letter->entry->fetched;
  mail_mime_message_fill_info (message, info);
  if (info->date == 0)
    info->date = info->internal_date;
  info->mailbox_id = download->inbox_id;
  info->uidl = g_strdup (letter->entry->uidl);
  info->size = (gint64) g_bytes_get_size (letter->raw);
  info->where = MAIL_WHERE_BOTH;
  return info;
}

static gboolean
take_key (MailPop3Download *download, const char *key)
{
  gboolean is_first;

  g_mutex_lock (&download->mutex);
  is_first = g_hash_table_add (download->taken, g_strdup (key));
  g_mutex_unlock (&download->mutex);
  return is_first;
}

/* Hash, identity, row. FALSE for a copy of what this download has already. */
static gboolean
prepare (MailPop3Download *download, Letter *letter)
{
  MailUidl *entry = g_new0 (MailUidl, 1);
  const MailUidl *known;

  letter->entry = entry;
  mail_store_hash (letter->raw, entry->hash);
  entry->uidl = letter->item->uidl != NULL ? g_strdup (letter->item->uidl)
                                           : mail_pop3_listing_identify_message (entry->hash);
  entry->size = letter->item->size;
  entry->state = MAIL_UIDL_HERE;
  entry->first_seen = mail_clock_now ();
  entry->fetched = entry->first_seen;
  if (letter->item->uidl == NULL && !take_key (download, entry->uidl))
    return FALSE;

  known = find_known (download, entry);
  letter->replaced = known != NULL ? known : g_hash_table_lookup (download->ledger, entry->uidl);
  if (known == NULL)
    {
      letter->info = read_info (download, letter);
      return TRUE;
    }
  entry->state = known->state;
  entry->message_id = known->message_id;
  entry->first_seen = known->first_seen;
  entry->fetched = known->fetched;
  entry->returned = known->returned;
  return TRUE;
}

/* The message is here, and goes by another name now. */
static gboolean
has_new_name (const Letter *letter)
{
  return letter->info == NULL && strcmp (letter->replaced->uidl, letter->entry->uidl) != 0;
}

/* A message has another name now, or a name another message: the old pair is ended. */
static gboolean
end_replaced (MailDb *db, const Letter *letter, GError **error)
{
  const MailUidl *old = letter->replaced;

  if (letter->info != NULL && old != NULL && old->message_id != 0)
    return mail_store_messages_set_where (db, old->message_id, MAIL_WHERE_HERE, error);
  if (has_new_name (letter))
    {
      MailUidl ended = *old;

      ended.state = MAIL_UIDL_GONE;
      ended.message_id = 0;
      return mail_store_uidl_put (db, &ended, error);
    }
  return TRUE;
}

static gboolean
write_new (MailDb *db, const Letter *letter, GError **error)
{
  if (!mail_store_messages_insert (db, letter->info, error)
      || !mail_store_bodies_put (db, letter->info->id, letter->raw, letter->entry->hash, error))
    return FALSE;
  letter->entry->message_id = letter->info->id;
  return mail_store_uidl_put (db, letter->entry, error);
}

static gboolean
write_known (MailDb *db, MailPopKeep keep, const Letter *letter, GError **error)
{
  MailUidl *entry = letter->entry;

  if (entry->state == MAIL_UIDL_DELETED || entry->state == MAIL_UIDL_GONE)
    return mail_pop3_returned_take_back (db, keep, entry, error);
  return mail_store_uidl_put (db, entry, error);
}

static gboolean
write_batch_job (MailDb *db, gpointer data, GError **error)
{
  const Batch *batch = data;

  for (guint i = 0; i < batch->letters->len; i++)
    {
      const Letter *letter = g_ptr_array_index (batch->letters, i);

      if (!end_replaced (db, letter, error)
          || !(letter->info != NULL ? write_new (db, letter, error) : write_known (db, batch->keep, letter, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_back_job (MailDb *db, gpointer data, GError **error)
{
  const Batch *batch = data;

  for (guint i = 0; i < batch->letters->len; i++)
    {
      Letter *letter = g_ptr_array_index (batch->letters, i);
      guint8 hash[32];
      g_autoptr (GBytes) raw = NULL;

      if (letter->entry->message_id == 0)
        continue;
      raw = mail_store_bodies_get (db, letter->entry->message_id, error);
      if (raw == NULL)
        return FALSE;
      mail_store_hash (raw, hash);
      letter->verified = hashes_equal (hash, letter->entry->hash);
    }
  return TRUE;
}

/* With the mutex held. */
static void
note_written (MailPop3Download *download, const Batch *batch)
{
  for (guint i = 0; i < batch->letters->len; i++)
    {
      const Letter *letter = g_ptr_array_index (batch->letters, i);

      if (letter->item->uidl == NULL)
        letter->item->uidl = g_strdup (letter->entry->uidl);
      if (letter->verified)
        g_hash_table_add (download->verified, letter->item);
      download->stored += letter->info != NULL;
    }
}

static void
process_batch_cb (gpointer data, gpointer user_data)
{
  MailPop3Download *download = user_data;
  Batch *batch = data;
  GError *error = NULL;
  gboolean written;

  for (guint i = batch->letters->len; i > 0; i--)
    if (!prepare (download, g_ptr_array_index (batch->letters, i - 1)))
      g_ptr_array_remove_index (batch->letters, i - 1);
  written = mail_store_write (download->store, write_batch_job, batch, &error);
  for (guint i = 0; i < batch->letters->len; i++)
    g_clear_pointer (&((Letter *) g_ptr_array_index (batch->letters, i))->raw, g_bytes_unref);
  if (written && download->keep == MAIL_POP_KEEP_DELETE)
    mail_store_read (download->store, read_back_job, batch, &error);

  g_mutex_lock (&download->mutex);
  if (written)
    note_written (download, batch);
  if (error != NULL && download->error == NULL)
    download->error = g_steal_pointer (&error);
  download->under_way--;
  g_cond_signal (&download->changed);
  g_mutex_unlock (&download->mutex);
  g_clear_error (&error);
  batch_free (batch);
}

MailPop3Download *
mail_pop3_download_new (MailStore *store, gint64 inbox_id, GHashTable *ledger, MailPopKeep keep)
{
  MailPop3Download *download = g_new0 (MailPop3Download, 1);
  GHashTableIter iter;
  gpointer value;

  download->store = store;
  download->inbox_id = inbox_id;
  download->keep = keep;
  download->ledger = ledger;
  download->by_hash = g_hash_table_new (hash_of_hash, hashes_equal);
  download->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  download->verified = g_hash_table_new (NULL, NULL);
  download->pool = g_thread_pool_new (process_batch_cb, download, BATCHES_UNDER_WAY, FALSE, NULL);
  g_mutex_init (&download->mutex);
  g_cond_init (&download->changed);

  g_hash_table_iter_init (&iter, ledger);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      MailUidl *entry = value;

      if (entry->fetched != 0 && (is_known_by_content (entry) || !g_hash_table_contains (download->by_hash, entry->hash)))
        g_hash_table_replace (download->by_hash, entry->hash, entry);
    }
  return download;
}

/* Hands the batch that is being filled to the pool as soon as there is room. */
static void
push_batch (MailPop3Download *download)
{
  if (download->batch == NULL)
    return;
  g_mutex_lock (&download->mutex);
  while (download->under_way >= BATCHES_UNDER_WAY)
    g_cond_wait (&download->changed, &download->mutex);
  download->under_way++;
  g_mutex_unlock (&download->mutex);
  g_thread_pool_push (download->pool, g_steal_pointer (&download->batch), NULL);
}

static gboolean
check_error (MailPop3Download *download, GError **error)
{
  gboolean fine;

  g_mutex_lock (&download->mutex);
  fine = download->error == NULL;
  if (!fine && error != NULL)
    *error = g_error_copy (download->error);
  g_mutex_unlock (&download->mutex);
  return fine;
}

gboolean
mail_pop3_download_add (MailPop3Download *download, MailPop3Item *item, GBytes *message, GError **error)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->item = item;
  letter->raw = g_bytes_ref (message);
  if (download->batch == NULL)
    {
      download->batch = g_new0 (Batch, 1);
      download->batch->keep = download->keep;
      download->batch->letters = g_ptr_array_new_with_free_func ((GDestroyNotify) letter_free);
    }
  g_ptr_array_add (download->batch->letters, letter);
  download->batch->bytes += g_bytes_get_size (message);
  if (download->batch->bytes >= BATCH_BYTES || download->batch->letters->len >= BATCH_MESSAGES)
    push_batch (download);
  return check_error (download, error);
}

/* After this the pool is idle and everything belongs to the calling thread again. */
static void
wait_for_pool (MailPop3Download *download)
{
  g_mutex_lock (&download->mutex);
  while (download->under_way > 0)
    g_cond_wait (&download->changed, &download->mutex);
  g_mutex_unlock (&download->mutex);
}

gboolean
mail_pop3_download_finish (MailPop3Download *download, GError **error)
{
  push_batch (download);
  wait_for_pool (download);
  return check_error (download, error);
}

void
mail_pop3_download_free (MailPop3Download *download)
{
  if (download == NULL)
    return;
  g_thread_pool_free (download->pool, FALSE, TRUE);
  batch_free (download->batch);
  g_hash_table_unref (download->by_hash);
  g_hash_table_unref (download->taken);
  g_hash_table_unref (download->verified);
  g_clear_error (&download->error);
  g_mutex_clear (&download->mutex);
  g_cond_clear (&download->changed);
  g_free (download);
}

guint
mail_pop3_download_get_stored (const MailPop3Download *download)
{
  return download->stored;
}

gboolean
mail_pop3_download_is_verified (const MailPop3Download *download, const MailPop3Item *item)
{
  return g_hash_table_contains (download->verified, item);
}
