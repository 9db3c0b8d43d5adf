/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/imap-twins.h"

#include <string.h>

#include "core/errors.h"
#include "store/store-bodies.h"
#include "store/store-messages.h"

/* Below this a message is fetched in the time that comparing takes. */
#define COMPARED_BYTES_LEAST 8192

/* Of the text, beside the whole header. */
#define COMPARED_TEXT "2048"

typedef struct
{
  guint32 uid;
  gint64 id;
  gint64 twin_id; /* 0: none */
  gboolean sure;
  gboolean linked;
  GBytes *header; /* of the server, while that is compared */
  GBytes *text;
} Twin;

static void
clear_twin (gpointer data)
{
  Twin *twin = data;

  g_clear_pointer (&twin->header, g_bytes_unref);
  g_clear_pointer (&twin->text, g_bytes_unref);
}

static gboolean
find_job (MailDb *db, gpointer data, GError **error)
{
  GArray *twins = data;

  for (guint i = 0; i < twins->len; i++)
    {
      Twin *twin = &g_array_index (twins, Twin, i);

      if (!mail_store_messages_find_twin (db, twin->id, COMPARED_BYTES_LEAST, &twin->twin_id, &twin->sure, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
link_job (MailDb *db, gpointer data, GError **error)
{
  GArray *twins = data;

  for (guint i = 0; i < twins->len; i++)
    {
      Twin *twin = &g_array_index (twins, Twin, i);

      if (twin->sure && !mail_store_bodies_link_twin (db, twin->id, twin->twin_id, &twin->linked, error))
        return FALSE;
    }
  return TRUE;
}

/* (transfer full): Twin of all rows that may have one. */
static GArray *
find_twins (const MailImapPass *pass, GHashTable *ids, GError **error)
{
  g_autoptr (GArray) twins = g_array_new (FALSE, TRUE, sizeof (Twin));
  GHashTableIter iter;
  gpointer uid;
  gpointer id;

  g_array_set_clear_func (twins, clear_twin);
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &uid, &id))
    {
      const Twin twin = { .uid = GPOINTER_TO_UINT (uid), .id = *(const gint64 *) id };

      g_array_append_val (twins, twin);
    }
  if (!mail_store_read (pass->engine->store, find_job, twins, error))
    return NULL;
  for (guint i = twins->len; i-- > 0;)
    if (g_array_index (twins, Twin, i).twin_id == 0)
      g_array_remove_index_fast (twins, i);
  return g_steal_pointer (&twins);
}

static gboolean
take_beginning (MailImapFetch *fetch, gpointer user_data, GError **error)
{
  GArray *twins = user_data;
  const MailImapSection *header = mail_imap_fetch_get_section (fetch, "HEADER");
  const MailImapSection *text = mail_imap_fetch_get_section (fetch, "TEXT");

  for (guint i = 0; i < twins->len; i++)
    {
      Twin *twin = &g_array_index (twins, Twin, i);

      if (twin->uid != fetch->uid || twin->header != NULL || header == NULL || header->data == NULL || text == NULL
          || text->data == NULL)
        continue;
      twin->header = g_bytes_ref (header->data);
      twin->text = g_bytes_ref (text->data);
    }
  return TRUE;
}

/* Whether @here begins with what the server says the message begins with. */
static gboolean
is_beginning (GBytes *here, const Twin *twin)
{
  gsize here_size;
  gsize header_size;
  gsize text_size;
  const char *bytes = g_bytes_get_data (here, &here_size);
  const char *header = g_bytes_get_data (twin->header, &header_size);
  const char *text = g_bytes_get_data (twin->text, &text_size);

  return header_size > 0 && text_size > 0 && here_size == header_size + text_size && memcmp (bytes, header, header_size) == 0
         && memcmp (bytes + header_size, text, text_size) == 0;
}

static gboolean
compare_job (MailDb *db, gpointer data, GError **error)
{
  GArray *twins = data;

  for (guint i = 0; i < twins->len; i++)
    {
      Twin *twin = &g_array_index (twins, Twin, i);
      g_autoptr (GError) failure = NULL;
      g_autoptr (GBytes) here = NULL;

      if (twin->header == NULL)
        continue;
      here = mail_store_bodies_dup_beginning (db, twin->twin_id,
                                              g_bytes_get_size (twin->header) + g_bytes_get_size (twin->text), &failure);
      twin->sure = here != NULL && is_beginning (here, twin);
      if (failure == NULL)
        continue;
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return TRUE;
}

static int
compare_twins (gconstpointer a, gconstpointer b)
{
  const Twin *left = a;
  const Twin *right = b;

  return left->uid < right->uid ? -1 : left->uid > right->uid;
}

static gboolean
compare_with_server (const MailImapPass *pass, GArray *twins, GError **error)
{
  g_autoptr (GArray) uids = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autofree char *set = NULL;

  g_array_sort (twins, compare_twins);
  for (guint i = 0; i < twins->len; i++)
    if (!g_array_index (twins, Twin, i).sure)
      g_array_append_val (uids, g_array_index (twins, Twin, i).uid);
  if (uids->len == 0)
    return TRUE;
  set = mail_imap_uid_set (uids, 0, uids->len);
  return mail_imap_session_fetch (pass->engine->session, set, "BODY.PEEK[HEADER] BODY.PEEK[TEXT]<0." COMPARED_TEXT ">",
                                  take_beginning, twins, pass->cancellable, error)
         && mail_store_read (pass->engine->store, compare_job, twins, error);
}

gboolean
mail_imap_twins_link (const MailImapPass *pass, GHashTable *ids, GError **error)
{
  g_autoptr (GArray) twins = g_hash_table_size (ids) > 0 ? find_twins (pass, ids, error) : NULL;
  g_autoptr (GError) failure = NULL;

  if (twins == NULL || twins->len == 0)
    return twins != NULL || g_hash_table_size (ids) == 0;
  if (!compare_with_server (pass, twins, &failure) && !mail_imap_engine_is_declined (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (!mail_store_write (pass->engine->store, link_job, twins, error))
    return FALSE;
  for (guint i = 0; i < twins->len; i++)
    if (g_array_index (twins, Twin, i).linked)
      g_hash_table_remove (ids, GUINT_TO_POINTER (g_array_index (twins, Twin, i).uid));
  return TRUE;
}

typedef struct
{
  const GArray *uids;
  GHashTable *ids;
  GHashTable *asked;
} HoldBack;

static gboolean
hold_back_job (MailDb *db, gpointer data, GError **error)
{
  HoldBack *hold = data;

  for (guint i = 0; i < hold->uids->len; i++)
    {
      gpointer uid = GUINT_TO_POINTER (g_array_index (hold->uids, guint32, i));
      const gint64 *id = g_hash_table_lookup (hold->ids, uid);
      g_autofree char *kin = NULL;

      if (id != NULL && !mail_store_messages_dup_kin (db, *id, COMPARED_BYTES_LEAST, &kin, error))
        return FALSE;
      if (kin != NULL && !g_hash_table_add (hold->asked, g_steal_pointer (&kin)))
        g_hash_table_remove (hold->ids, uid);
    }
  return TRUE;
}

gboolean
mail_imap_twins_hold_back (const MailImapPass *pass,
                           const GArray *uids,
                           GHashTable *ids,
                           GHashTable *asked,
                           GError **error)
{
  HoldBack hold = { uids, ids, asked };

  return mail_store_read (pass->engine->store, hold_back_job, &hold, error);
}
